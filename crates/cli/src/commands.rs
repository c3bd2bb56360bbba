//! The commands, one file each: `(context, arguments, printer) -> Result<(), CommandError>`.

mod assets;
mod audit;
mod brand;
mod compact;
mod deed;
pub(crate) mod demo;
mod error;
mod flow;
mod hold;
mod identity;
mod import;
mod key;
pub(crate) mod openapi;
mod questions;
mod rebuild;
mod rejects;
mod rules;
pub(crate) mod serve;
mod sql;
mod trend;
pub(crate) mod upkeep;
mod user;
mod versions;
pub(crate) mod world;

use std::pin::Pin;

use databank_model::BrandSlug;

use crate::args::{
    AuditCommand, BrandCommand, BrandSelection, Command, IdentityCommand, KeyCommand, RulesCommand, UserCommand,
};
use crate::context::Context;
use crate::input::Input;
use crate::printer::{Printer, Terminal};

use deed::{Deed, Details};

pub(crate) use error::CommandError;

/// What can be settled before a data directory is opened, by the process that the user started: uses that the parser
/// cannot refuse, and questions.
pub(crate) async fn prepare(command: &mut Command, terminal: &Terminal) -> Result<(), CommandError> {
    match command {
        Command::Brand(BrandCommand::Erase(args)) => brand::erase::confirm(args, terminal).await,
        Command::Sql(args) if args.brand.is_none() => Err(CommandError::Usage(
            "sql needs --brand: one query reads one brand's tables, never those of several brands at once".to_owned(),
        )),
        Command::Brand(BrandCommand::Add(_) | BrandCommand::List)
        | Command::Import(_)
        | Command::Rejects(_)
        | Command::Rules(_)
        | Command::Rebuild(_)
        | Command::Compact(_)
        | Command::Versions(_)
        | Command::Assets(_)
        | Command::Trend(_)
        | Command::Flow(_)
        | Command::Sql(_)
        | Command::World(_)
        | Command::Demo(_)
        | Command::Serve(_)
        | Command::Openapi
        | Command::User(_)
        | Command::Key(_)
        | Command::Identity(_)
        | Command::Audit(_)
        | Command::Backup(_)
        | Command::Restore(_)
        | Command::Doctor(_)
        | Command::Hold => Ok(()),
    }
}

/// Runs a command, whichever process it was written in, and writes to the audit log what it did. Boxed: the futures of
/// all commands together would make a type that takes minutes to compile.
pub(crate) fn run<'a>(
    context: &'a Context,
    command: Command,
    printer: &'a Printer,
    input: Input,
) -> Pin<Box<dyn Future<Output = Result<(), CommandError>> + Send + 'a>> {
    let deed = Deed::of(&command);
    let work = dispatch(context, command, printer, input);
    Box::pin(async move {
        match deed {
            Some(deed) => deed.carry_out(context, work).await?,
            None => work.await?,
        };
        Ok(())
    })
}

/// A command at work. Ends with what else the audit log should say.
type Work<'a> = Pin<Box<dyn Future<Output = Result<Details, CommandError>> + Send + 'a>>;

fn dispatch<'a>(context: &'a Context, command: Command, printer: &'a Printer, input: Input) -> Work<'a> {
    match command {
        Command::Brand(BrandCommand::Add(args)) => plain(brand::add::run(context, args, printer)),
        Command::Brand(BrandCommand::List) => plain(brand::list::run(context, printer)),
        Command::Brand(BrandCommand::Erase(args)) => plain(brand::erase::run(context, args, printer)),
        Command::Serve(args) => plain(serve::run(context, args, printer)),
        Command::Openapi => plain(openapi::run(printer)),
        Command::Hold => plain(hold::run(input, printer)),
        Command::Import(args) => Box::pin(import::run(context, args, printer)),
        Command::Rejects(args) => plain(rejects::run(context, args, printer)),
        Command::Rules(RulesCommand::Set(args)) => Box::pin(rules::set::run(context, args, printer)),
        Command::Rules(RulesCommand::Show(args)) => plain(rules::show::run(context, args, printer)),
        Command::Rebuild(args) => plain(rebuild::run(context, args, printer)),
        Command::Compact(args) => plain(compact::run(context, args, printer)),
        Command::Versions(args) => plain(versions::run(context, args, printer)),
        Command::Assets(args) => plain(assets::run(context, args, printer)),
        Command::Trend(args) => plain(trend::run(context, args, printer)),
        Command::Flow(args) => plain(flow::run(context, args, printer)),
        Command::Sql(args) => plain(sql::run(context, args, printer)),
        Command::World(args) => plain(world::run(args, printer)),
        Command::Demo(args) => plain(demo::run(context, args, printer)),
        Command::Backup(args) => Box::pin(upkeep::backup::run(context, args, printer)),
        Command::Doctor(args) => Box::pin(upkeep::doctor::run(context, args, printer)),
        // Restored is only what nobody has open: see the start of the program.
        Command::Restore(_) => plain(std::future::ready(Err(CommandError::Usage("restore needs no open data".into())))),
        Command::User(command) => dispatch_user(context, command, printer),
        Command::Key(KeyCommand::Create(args)) => Box::pin(key::create::run(context, args, printer)),
        Command::Key(KeyCommand::List(args)) => plain(key::list::run(context, args, printer)),
        Command::Key(KeyCommand::Revoke(args)) => plain(key::revoke::run(context, args, printer)),
        Command::Identity(IdentityCommand::Explain(args)) => plain(identity::explain(context, args, printer)),
        Command::Identity(IdentityCommand::Unlink(args)) => plain(identity::unlink(context, args, printer)),
        Command::Identity(IdentityCommand::Conflicts(args)) => plain(identity::conflicts(context, args, printer)),
        Command::Audit(args) => match args.command {
            Some(AuditCommand::Verify) => plain(audit::verify::run(context, printer)),
            None => plain(audit::list::run(context, args, printer)),
        },
    }
}

fn dispatch_user<'a>(context: &'a Context, command: UserCommand, printer: &'a Printer) -> Work<'a> {
    match command {
        UserCommand::Add(args) => plain(user::add::run(context, args, printer)),
        UserCommand::List => plain(user::list::run(context, printer)),
        UserCommand::Disable(args) => plain(user::change::disable(context, args.username, true, printer)),
        UserCommand::Enable(args) => plain(user::change::disable(context, args.username, false, printer)),
        UserCommand::Password(args) => plain(user::password::run(context, args, printer)),
        UserCommand::Grant(args) => plain(user::change::grant(context, args, printer)),
        UserCommand::Revoke(args) => plain(user::change::revoke(context, args, printer)),
    }
}

/// A command about which the audit log says what the command line does, and no more.
fn plain<'a>(work: impl Future<Output = Result<(), CommandError>> + Send + 'a) -> Work<'a> {
    Box::pin(async move {
        work.await?;
        Ok(Details::new())
    })
}

/// The brands that a selection names: one, or all there are.
async fn brands_of(context: &Context, selection: &BrandSelection) -> Result<Vec<BrandSlug>, CommandError> {
    match &selection.brand {
        Some(slug) => Ok(vec![context.installation.catalog.brands().get(slug).await?.slug]),
        None => Ok(context.installation.catalog.brands().list().await?.into_iter().map(|brand| brand.slug).collect()),
    }
}
