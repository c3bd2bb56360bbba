//! The commands, one file each: `(context, arguments, printer) -> Result<(), CommandError>`.

mod assets;
mod brand;
mod error;
mod flow;
mod hold;
mod import;
mod questions;
mod rebuild;
mod rejects;
mod rules;
mod sql;
mod trend;

use databank_model::BrandSlug;

use crate::args::{BrandCommand, BrandSelection, Command, RulesCommand};
use crate::context::Context;
use crate::input::Input;
use crate::printer::{Printer, Terminal};

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
        | Command::Assets(_)
        | Command::Trend(_)
        | Command::Flow(_)
        | Command::Sql(_)
        | Command::Hold => Ok(()),
    }
}

/// Runs a command, whichever process it was written in.
pub(crate) async fn run(
    context: &Context,
    command: Command,
    printer: &Printer,
    input: Input,
) -> Result<(), CommandError> {
    match command {
        Command::Brand(BrandCommand::Add(args)) => brand::add::run(context, args, printer).await,
        Command::Brand(BrandCommand::List) => brand::list::run(context, printer).await,
        Command::Brand(BrandCommand::Erase(args)) => brand::erase::run(context, args, printer).await,
        Command::Hold => hold::run(input, printer).await,
        Command::Import(args) => Box::pin(import::run(context, args, printer)).await,
        Command::Rejects(args) => rejects::run(context, args, printer).await,
        Command::Rules(RulesCommand::Set(args)) => rules::set::run(context, args, printer).await,
        Command::Rules(RulesCommand::Show(args)) => rules::show::run(context, args, printer).await,
        Command::Rebuild(args) => rebuild::run(context, args, printer).await,
        Command::Assets(args) => assets::run(context, args, printer).await,
        Command::Trend(args) => trend::run(context, args, printer).await,
        Command::Flow(args) => flow::run(context, args, printer).await,
        Command::Sql(args) => sql::run(context, args, printer).await,
    }
}

/// The brands that a selection names: one, or all there are.
async fn brands_of(context: &Context, selection: &BrandSelection) -> Result<Vec<BrandSlug>, CommandError> {
    match &selection.brand {
        Some(slug) => Ok(vec![context.catalog.brands().get(slug).await?.slug]),
        None => Ok(context.catalog.brands().list().await?.into_iter().map(|brand| brand.slug).collect()),
    }
}
