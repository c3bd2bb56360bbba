//! The command line: what may be written, and how it reads. What a command does is in `commands`.
//!
//! To add a command: a variant of [`Command`] with its doc comment (that is its help), its answer in each method
//! below, and a file in `commands/`.

mod access;
mod rejects;
mod serving;
mod upkeep;
mod values;

use std::path::{Path, PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum};
use databank_model::{BrandSlug, BusinessZone, Currency, Day};
use serde::{Deserialize, Serialize};

pub(crate) use access::{
    AuditArgs, AuditCommand, IdentityBrandArgs, IdentityCommand, IdentityExplainArgs, IdentityUnlinkArgs, KeyCommand,
    KeyCreateArgs, KeyListArgs, KeyRevokeArgs, OptionalReach, UserAddArgs, UserCommand, UserGrantArgs, UserNameArgs,
    UserRevokeArgs,
};
pub(crate) use rejects::RejectsArgs;
pub(crate) use serving::{DemoArgs, ServeArgs, WorldArgs};
pub(crate) use upkeep::{BackupArgs, CompactArgs, DoctorArgs, RestoreArgs, VersionsArgs};
pub(crate) use values::{EntityKind, EntityName, RuleSetName};

/// Rows that an import gathers before it writes them.
pub(crate) const CHUNK_ROWS: usize = 1 << 19;

/// Rows of a partition with which an empty vault starts.
pub(crate) const PARTITION_ROWS: u64 = 4 << 20;
/// Bytes of ids that an import remembers.
pub(crate) const KNOWN_BYTES: usize = 128 << 20;

/// An open brand data bank: deposits events and turns them into consumer assets.
#[derive(Debug, Parser)]
#[command(name = "databank", version, propagate_version = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) globals: Globals,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Options of every command.
#[derive(Debug, Clone, Args)]
pub(crate) struct Globals {
    /// The data directory
    #[arg(long, global = true, value_name = "DIR", env = "DATABANK_DATA", default_value = "databank-data")]
    pub(crate) data: PathBuf,
    /// How results are written to standard output
    #[arg(long, global = true, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
    /// Write no progress and no notes to standard error
    #[arg(long, global = true)]
    pub(crate) quiet: bool,
    /// The master key file [default: databank/master.key in your configuration directory]
    #[arg(long, global = true, value_name = "FILE", env = "DATABANK_KEY_FILE")]
    pub(crate) key_file: Option<PathBuf>,
}

/// How results are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Format {
    /// Aligned columns, for people
    Table,
    /// One JSON document
    Json,
    /// Comma-separated values with a header line
    Csv,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Add, list and erase brands
    #[command(subcommand)]
    Brand(BrandCommand),
    /// Deposit files by a mapping
    Import(ImportArgs),
    /// Show or export what was refused, and why
    Rejects(RejectsArgs),
    /// Save and show stage rule sets
    #[command(subcommand)]
    Rules(RulesCommand),
    /// Recompute derived tables from events
    Rebuild(RebuildArgs),
    /// Merge small files and split what has grown, where a brand needs it; answers stay the same
    Compact(CompactArgs),
    /// Show which versions of a brand's vault can be read, when they were made and by what
    Versions(VersionsArgs),
    /// Stage counts and asset metrics of a day
    Assets(AssetsArgs),
    /// Daily stage counts
    Trend(PeriodArgs),
    /// Flow between stages from one day to another
    Flow(PeriodArgs),
    /// Read-only SQL over a brand's tables
    Sql(SqlArgs),
    /// Write a synthetic market with known truth, as Parquet files
    World(WorldArgs),
    /// Make a synthetic market, deposit it, print what its brands have, and serve it
    Demo(DemoArgs),
    /// Serve the API and the pages, until it is told to end
    Serve(ServeArgs),
    /// Print the description of the API (OpenAPI 3.1)
    #[command(hide = true)]
    Openapi,
    /// Add, list and change users
    #[command(subcommand)]
    User(UserCommand),
    /// Make, list and revoke keys of programs
    #[command(subcommand)]
    Key(KeyCommand),
    /// Tell why ids are one person, or say that they are not
    #[command(subcommand)]
    Identity(IdentityCommand),
    /// Show who did what, or check that the log was not tampered with
    Audit(AuditArgs),
    /// Take a consistent back-up beside whatever runs
    Backup(BackupArgs),
    /// Restore a back-up into an empty data directory
    Restore(RestoreArgs),
    /// Check everything stored; name each damage and what mends it
    Doctor(DoctorArgs),
    /// Hold the data directory until standard input ends (for tests and for looking into it undisturbed)
    #[command(hide = true)]
    Hold,
}

#[derive(Debug, Subcommand)]
pub(crate) enum BrandCommand {
    /// Add a brand, with keys of its own
    Add(BrandAddArgs),
    /// List the brands
    List,
    /// Erase a brand: its vault, its keys, its rules, its accounts
    Erase(BrandEraseArgs),
}

#[derive(Debug, Args)]
pub(crate) struct BrandAddArgs {
    /// Name for directories, addresses and commands: 1 to 40 of a-z, 0-9 and '-'; it cannot change
    pub(crate) slug: BrandSlug,
    /// Name that people read [default: the slug]
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// Zone of its business days, such as Asia/Shanghai [default: fixed by the first deposit]
    #[arg(long, value_name = "TZ")]
    pub(crate) timezone: Option<BusinessZone>,
    /// Its currency, such as CNY [default: fixed by the first deposit]
    #[arg(long, value_name = "CODE")]
    pub(crate) currency: Option<Currency>,
}

#[derive(Debug, Args)]
pub(crate) struct BrandEraseArgs {
    /// The brand
    pub(crate) slug: BrandSlug,
    /// Do not ask
    #[arg(long)]
    pub(crate) yes: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    #[command(flatten)]
    pub(crate) target: ImportTarget,
    /// The mapping: how the files become canonical records
    #[arg(long, value_name = "FILE")]
    pub(crate) mapping: PathBuf,
    /// Show the first rows as they would be deposited, and deposit nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Name of the source [default: the mapping's]
    #[arg(long)]
    pub(crate) source: Option<String>,
    /// Rows gathered before they are written (tests cross every edge with few rows)
    #[arg(long, hide = true, default_value_t = CHUNK_ROWS)]
    pub(crate) chunk_rows: usize,
    /// Rows of a partition with which an empty vault starts
    #[arg(long, hide = true, default_value_t = PARTITION_ROWS)]
    pub(crate) partition_rows: u64,
    /// Bytes of ids that are remembered while files are read
    #[arg(long, hide = true, default_value_t = KNOWN_BYTES)]
    pub(crate) known_bytes: usize,
    /// A directory that the mapping's inputs lie in or, for a mapping with one input, files
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
}

/// Whose vaults an import fills.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct ImportTarget {
    /// The brand that all rows belong to
    #[arg(long, value_name = "BRAND")]
    pub(crate) brand: Option<BrandSlug>,
    /// The brands that the mapping's column `brand` may name
    #[arg(long, value_name = "BRAND,…", value_delimiter = ',')]
    pub(crate) brands: Vec<BrandSlug>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RulesCommand {
    /// Save a rule set; a changed text becomes its next version
    Set(RulesSetArgs),
    /// Show a rule set as it was saved
    Show(RulesShowArgs),
}

#[derive(Debug, Args)]
pub(crate) struct RulesSetArgs {
    /// The brand
    #[arg(long)]
    pub(crate) brand: BrandSlug,
    /// The rule set, TOML
    pub(crate) file: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct RulesShowArgs {
    /// The brand
    #[arg(long)]
    pub(crate) brand: BrandSlug,
    /// The rule set [default: the brand's default rule set]
    #[arg(value_name = "NAME[@VERSION]")]
    pub(crate) rules: Option<RuleSetName>,
}

/// One brand or all of them.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct BrandSelection {
    /// The brand
    #[arg(long)]
    pub(crate) brand: Option<BrandSlug>,
    /// Every brand; the answer is an array
    #[arg(long)]
    pub(crate) all_brands: bool,
}

/// Which stage history answers.
#[derive(Debug, Args)]
pub(crate) struct HistorySelection {
    #[command(flatten)]
    pub(crate) brands: BrandSelection,
    /// The rule set [default: the brand's default rule set]
    #[arg(long, value_name = "NAME[@VERSION]")]
    pub(crate) rules: Option<RuleSetName>,
    /// A category or an item instead of the brand
    #[arg(long, value_name = "KIND:ID")]
    pub(crate) entity: Option<EntityName>,
    /// The vault as it was at this version; `databank versions` shows which can be read [default: the newest]
    #[arg(long, value_name = "N", conflicts_with = "all_brands")]
    pub(crate) at_version: Option<i64>,
}

#[derive(Debug, Args)]
pub(crate) struct RebuildArgs {
    #[command(flatten)]
    pub(crate) brands: BrandSelection,
    /// What to recompute
    #[arg(value_enum, default_value_t = Derived::History)]
    pub(crate) what: Derived,
}

/// Tables that can be recomputed from events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Derived {
    /// Stage histories
    History,
    /// Tags
    Tags,
    /// Dynamic audiences
    Audiences,
}

#[derive(Debug, Args)]
pub(crate) struct AssetsArgs {
    #[command(flatten)]
    pub(crate) history: HistorySelection,
    /// The day [default: the earlier of today and the last day with an event]
    #[arg(long, value_name = "DAY")]
    pub(crate) as_of: Option<Day>,
}

#[derive(Debug, Args)]
pub(crate) struct PeriodArgs {
    #[command(flatten)]
    pub(crate) history: HistorySelection,
    /// First day
    #[arg(long, value_name = "DAY")]
    pub(crate) from: Day,
    /// Last day
    #[arg(long, value_name = "DAY")]
    pub(crate) to: Day,
}

#[derive(Debug, Args)]
pub(crate) struct SqlArgs {
    // Not required by the parser, so that the refusal can say why.
    /// The brand whose tables are read
    #[arg(long)]
    pub(crate) brand: Option<BrandSlug>,
    /// Seconds after which the query is stopped
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub(crate) timeout: u64,
    /// The vault as it was at this version; `databank versions` shows which can be read [default: the newest]
    #[arg(long, value_name = "N")]
    pub(crate) at_version: Option<i64>,
    /// The query
    pub(crate) query: String,
}

impl Command {
    /// The words that name the command, for messages and locks. Never its arguments: they may name people.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Brand(BrandCommand::Add(_)) => "brand add",
            Self::Brand(BrandCommand::List) => "brand list",
            Self::Brand(BrandCommand::Erase(_)) => "brand erase",
            Self::Import(_) => "import",
            Self::Rejects(_) => "rejects",
            Self::Rules(RulesCommand::Set(_)) => "rules set",
            Self::Rules(RulesCommand::Show(_)) => "rules show",
            Self::Rebuild(_) => "rebuild",
            Self::Compact(_) => "compact",
            Self::Versions(_) => "versions",
            Self::Assets(_) => "assets",
            Self::Trend(_) => "trend",
            Self::Flow(_) => "flow",
            Self::Sql(_) => "sql",
            Self::World(_) => "world",
            Self::Demo(_) => "demo",
            Self::Serve(_) => "serve",
            Self::Openapi => "openapi",
            Self::User(UserCommand::Add(_)) => "user add",
            Self::User(UserCommand::List) => "user list",
            Self::User(UserCommand::Disable(_)) => "user disable",
            Self::User(UserCommand::Enable(_)) => "user enable",
            Self::User(UserCommand::Password(_)) => "user password",
            Self::User(UserCommand::Grant(_)) => "user grant",
            Self::User(UserCommand::Revoke(_)) => "user revoke",
            Self::Key(KeyCommand::Create(_)) => "key create",
            Self::Key(KeyCommand::List(_)) => "key list",
            Self::Key(KeyCommand::Revoke(_)) => "key revoke",
            Self::Identity(IdentityCommand::Explain(_)) => "identity explain",
            Self::Identity(IdentityCommand::Unlink(_)) => "identity unlink",
            Self::Identity(IdentityCommand::Conflicts(_)) => "identity conflicts",
            Self::Audit(AuditArgs { command: None, .. }) => "audit",
            Self::Audit(AuditArgs { command: Some(AuditCommand::Verify), .. }) => "audit verify",
            Self::Backup(_) => "backup",
            Self::Restore(_) => "restore",
            Self::Doctor(_) => "doctor",
            Self::Hold => "hold",
        }
    }

    /// Whether the command may make a data directory that is not there. Others would only hide a mistyped `--data`.
    pub(crate) fn makes_data_directory(&self) -> bool {
        matches!(self, Self::Brand(BrandCommand::Add(_)) | Self::Demo(_))
    }

    /// Whether the command must be the owner itself, not a guest of another.
    pub(crate) fn needs_ownership(&self) -> bool {
        matches!(self, Self::Serve(_) | Self::Demo(_))
    }

    /// Whether the command works without a data directory.
    pub(crate) fn needs_no_data(&self) -> bool {
        matches!(self, Self::Openapi)
    }

    /// Whether the command changes nothing, so that it may be dropped at any moment when nobody waits for it.
    pub(crate) fn only_reads(&self) -> bool {
        match self {
            Self::Brand(BrandCommand::List)
            | Self::Rules(RulesCommand::Show(_))
            | Self::Trend(_)
            | Self::Flow(_)
            | Self::Assets(_)
            | Self::Sql(_)
            | Self::Versions(_)
            | Self::Openapi
            | Self::User(UserCommand::List)
            | Self::Key(KeyCommand::List(_))
            | Self::Identity(IdentityCommand::Explain(_) | IdentityCommand::Conflicts(_))
            | Self::Audit(_)
            | Self::Doctor(_)
            | Self::Hold => true,
            Self::Brand(BrandCommand::Add(_) | BrandCommand::Erase(_))
            | Self::Import(_)
            | Self::Rejects(_)
            | Self::Rules(RulesCommand::Set(_))
            | Self::User(_)
            | Self::Key(_)
            | Self::Identity(IdentityCommand::Unlink(_))
            | Self::Rebuild(_)
            | Self::Compact(_)
            | Self::World(_)
            | Self::Demo(_)
            | Self::Backup(_)
            | Self::Restore(_)
            | Self::Serve(_) => false,
        }
    }

    /// Whether the command reads standard input.
    pub(crate) fn reads_input(&self) -> bool {
        matches!(self, Self::Hold)
    }

    /// Makes the paths absolute, as seen from the directory that the command was written in.
    pub(crate) fn resolve_paths(&mut self, directory: &Path) {
        let resolve = |path: &mut PathBuf| *path = directory.join(&*path);
        match self {
            Self::Import(args) => {
                // `rejects` is the name of a built-in mapping, not a file.
                if args.mapping != Path::new("rejects") {
                    resolve(&mut args.mapping);
                }
                args.paths.iter_mut().for_each(resolve);
            }
            Self::Rejects(args) => args.export.iter_mut().chain(&mut args.repair).for_each(resolve),
            Self::Rules(RulesCommand::Set(args)) => resolve(&mut args.file),
            Self::World(args) => resolve(&mut args.out),
            Self::Serve(args) => args.tls_cert.iter_mut().chain(&mut args.tls_key).for_each(resolve),
            Self::Backup(args) => resolve(&mut args.to),
            Self::Restore(args) => resolve(&mut args.from),
            Self::Brand(_)
            | Self::Rules(RulesCommand::Show(_))
            | Self::Rebuild(_)
            | Self::Compact(_)
            | Self::Versions(_)
            | Self::Assets(_)
            | Self::Trend(_)
            | Self::Flow(_)
            | Self::Sql(_)
            | Self::Demo(_)
            | Self::Openapi
            | Self::User(_)
            | Self::Key(_)
            | Self::Identity(_)
            | Self::Audit(_)
            | Self::Doctor(_)
            | Self::Hold => {}
        }
    }
}

/// clap's several lines (message, tip, usage) as our one.
pub(crate) fn one_line(error: &clap::Error) -> String {
    let rendered = error.render().to_string();
    let lines = rendered
        .lines()
        .map(str::trim)
        .take_while(|line| !line.starts_with("Usage:") && !line.starts_with("For more information"))
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join(" ");
    lines.strip_prefix("error: ").unwrap_or(&lines).replace(" tip: ", "; ")
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use super::*;

    #[test]
    fn the_definition_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn errors_of_use_take_one_line() {
        let check = |args: &[&str], expected: &str| {
            let error = Cli::try_parse_from(std::iter::once(&"databank").chain(args)).unwrap_err();
            let line = one_line(&error);
            assert!(line.starts_with(expected) && !line.contains('\n'), "{args:?}: {line}");
        };
        check(&["brand", "add", "Acme"], "invalid value 'Acme' for '<SLUG>': \"Acme\" is not a brand slug");
        check(&["impor"], "unrecognized subcommand 'impor'; a similar subcommand exists: 'import'");
        check(&["assets"], "the following required arguments were not provided: <--brand <BRAND>|--all-brands>");
        check(&["assets", "--brand", "a", "--as-of", "1 May"], "invalid value '1 May' for '--as-of <DAY>'");
        check(&["brand", "list", "--format", "xml"], "invalid value 'xml' for '--format <FORMAT>'");
    }

    #[test]
    fn relative_paths_are_seen_from_the_callers_directory() {
        let args = ["databank", "import", "--brand", "a", "--mapping", "m.toml", "in", "/abs"];
        let mut cli = Cli::try_parse_from(args).unwrap();
        cli.command.resolve_paths(Path::new("/home/me"));
        let Command::Import(import) = cli.command else { panic!("not an import") };
        assert_eq!(import.mapping, Path::new("/home/me/m.toml"));
        assert_eq!(import.paths, [Path::new("/home/me/in"), Path::new("/abs")]);
    }
}
