//! What the audit log says about a command: only what the command line names, never a value of the data.

use databank_access::{AuditActor, AuditEntry, AuditOutcome};
use databank_model::BrandSlug;
use serde_json::{Map, Value, json};

use crate::args::{BrandCommand, Command, IdentityCommand, KeyCommand, RulesCommand, UserCommand};
use crate::commands::CommandError;
use crate::context::Context;

/// More about what a command did, for the audit log. No personal data: entries outlive every erasure.
pub(crate) type Details = Map<String, Value>;

/// A command that the audit log tells of.
#[derive(Debug)]
pub(super) struct Deed {
    action: &'static str,
    /// One entry each; one without a brand when there is none.
    brands: Vec<BrandSlug>,
    target: Option<String>,
    details: Details,
    /// Whether it is written down before it is done: it may be dropped half-way.
    before: bool,
}

impl Deed {
    /// What the log tells of a command, unless it only shows what others may see, too.
    pub(super) fn of(command: &Command) -> Option<Self> {
        match command {
            Command::Brand(BrandCommand::Add(args)) => Some(Self::on("brand.add", &args.slug)),
            Command::Brand(BrandCommand::Erase(args)) => Some(Self::on("brand.erase", &args.slug)),
            Command::Import(args) if !args.dry_run => {
                let mut brands: Vec<BrandSlug> = args.target.brand.iter().chain(&args.target.brands).cloned().collect();
                brands.sort_unstable();
                brands.dedup();
                let mapping = args.mapping.file_name().map(|name| name.to_string_lossy().into_owned());
                Some(Self { brands, target: mapping, ..Self::new("import") })
            }
            Command::Rejects(args) if args.export.is_some() => Some(Self::on("rejects.export", &args.brand)),
            Command::Rejects(args) => Some(Self::on("rejects.read", &args.brand)),
            Command::Rules(RulesCommand::Set(args)) => Some(Self::on("rules.set", &args.brand)),
            Command::Rebuild(args) => {
                let brands: Vec<BrandSlug> = args.brands.brand.iter().cloned().collect();
                Some(Self { brands, ..Self::new("rebuild") })
            }
            Command::Compact(args) => {
                let brands: Vec<BrandSlug> = args.brands.brand.iter().cloned().collect();
                Some(Self { brands, ..Self::new("compact") })
            }
            // Not what is asked: it may name people.
            Command::Sql(args) => args.brand.as_ref().map(|brand| Self { before: true, ..Self::on("sql", brand) }),
            Command::User(command) => Self::of_user(command),
            Command::Key(KeyCommand::Create(args)) => Some(Self::on("key.create", &args.brand)),
            Command::Key(KeyCommand::Revoke(args)) => {
                Some(Self { target: Some(args.id.clone()), ..Self::on("key.revoke", &args.brand) })
            }
            Command::Identity(IdentityCommand::Explain(args)) => Some(Self::on("identity.explain", &args.brand)),
            Command::Identity(IdentityCommand::Unlink(args)) => {
                let action = if args.undo { "identity.relink" } else { "identity.unlink" };
                Some(Self::on(action, &args.brand))
            }
            Command::Backup(args) => Some(Self { brands: args.brands.clone(), ..Self::new("backup") }),
            Command::Doctor(args) => Some(Self { brands: args.brands.clone(), ..Self::new("doctor") }),
            Command::Brand(BrandCommand::List)
            // It tells of itself in what it restored.
            | Command::Restore(_)
            | Command::Import(_)
            | Command::Rules(RulesCommand::Show(_))
            | Command::Versions(_)
            | Command::Assets(_)
            | Command::Trend(_)
            | Command::Flow(_)
            | Command::Key(KeyCommand::List(_))
            | Command::Identity(IdentityCommand::Conflicts(_))
            | Command::Audit(_)
            | Command::Serve(_)
            | Command::World(_)
            // What it makes is told of piece by piece.
            | Command::Demo(_)
            | Command::Openapi
            | Command::Hold => None,
        }
    }

    fn of_user(command: &UserCommand) -> Option<Self> {
        let (action, username, reach, role) = match command {
            UserCommand::Add(args) => ("user.add", &args.username, args.reach.reach(), args.role),
            UserCommand::List => return None,
            UserCommand::Disable(args) => ("user.disable", &args.username, None, None),
            UserCommand::Enable(args) => ("user.enable", &args.username, None, None),
            UserCommand::Password(args) => ("user.password", &args.username, None, None),
            UserCommand::Grant(args) => ("user.grant", &args.username, Some(args.reach.reach()), Some(args.role)),
            UserCommand::Revoke(args) => ("user.revoke", &args.username, Some(args.reach.reach()), None),
        };
        let mut deed = Self { target: Some(username.to_string()), ..Self::new(action) };
        if let Some(reach) = reach {
            deed.details.insert("reach".to_owned(), json!(reach));
        }
        if let Some(role) = role {
            deed.details.insert("role".to_owned(), json!(role));
        }
        Some(deed)
    }

    fn new(action: &'static str) -> Self {
        Self { action, brands: Vec::new(), target: None, details: Details::new(), before: false }
    }

    fn on(action: &'static str, brand: &BrandSlug) -> Self {
        Self { brands: vec![brand.clone()], ..Self::new(action) }
    }

    /// Does the work and writes down how it ended. What was done but cannot be written down is a failure: nobody
    /// should go on in the belief that it was.
    pub(super) async fn carry_out(
        self,
        context: &Context,
        work: impl Future<Output = Result<Details, CommandError>>,
    ) -> Result<Details, CommandError> {
        if self.before {
            self.record(context, AuditOutcome::Done, &Details::new()).await?;
            return work.await;
        }
        let result = work.await;
        let (outcome, more) = match &result {
            Ok(more) => (AuditOutcome::Done, more.clone()),
            // Only the output was not read to its end.
            Err(CommandError::OutputClosed) => (AuditOutcome::Done, Details::new()),
            Err(CommandError::Refused(_)) => (AuditOutcome::Refused, Details::new()),
            Err(CommandError::Usage(_) | CommandError::BadInput(_) | CommandError::Failed(_)) => {
                (AuditOutcome::Failed, Details::new())
            }
        };
        match (result, self.record(context, outcome, &more).await) {
            (Err(error), Err(unrecorded)) => {
                // Most likely for the same reason, which is the one to be told.
                tracing::warn!(%unrecorded, "the audit log does not have this command");
                Err(error)
            }
            (result, Ok(())) => result,
            (Ok(_), Err(unrecorded)) => Err(unrecorded),
        }
    }

    async fn record(&self, context: &Context, outcome: AuditOutcome, more: &Details) -> Result<(), CommandError> {
        let mut details = self.details.clone();
        details.extend(more.clone());
        let mut brands: Vec<Option<BrandSlug>> = self.brands.iter().cloned().map(Some).collect();
        if brands.is_empty() {
            brands.push(None);
        }
        for brand in brands {
            let entry = AuditEntry {
                at: context.installation.clock.now(),
                actor: AuditActor::Command,
                actor_name: context.user().to_owned(),
                action: self.action.to_owned(),
                brand,
                target: self.target.clone(),
                outcome,
                details: details.clone(),
                address: None,
            };
            context.access.record(entry).await?;
        }
        Ok(())
    }
}
