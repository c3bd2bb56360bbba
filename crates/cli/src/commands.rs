//! The commands, one file each: `(context, arguments, printer) -> Result<(), CommandError>`.

mod assets;
mod brand;
mod error;
mod flow;
mod hold;
mod import;
pub(crate) mod openapi;
mod questions;
mod rebuild;
mod rejects;
mod rules;
pub(crate) mod serve;
mod sql;
mod trend;

use std::pin::Pin;

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
        | Command::Serve(_)
        | Command::Openapi
        | Command::Hold => Ok(()),
    }
}

/// Runs a command, whichever process it was written in. Boxed: the futures of all commands together would make a type
/// that takes minutes to compile.
pub(crate) fn run<'a>(
    context: &'a Context,
    command: Command,
    printer: &'a Printer,
    input: Input,
) -> Pin<Box<dyn Future<Output = Result<(), CommandError>> + Send + 'a>> {
    match command {
        Command::Brand(BrandCommand::Add(args)) => Box::pin(brand::add::run(context, args, printer)),
        Command::Brand(BrandCommand::List) => Box::pin(brand::list::run(context, printer)),
        Command::Brand(BrandCommand::Erase(args)) => Box::pin(brand::erase::run(context, args, printer)),
        Command::Serve(args) => Box::pin(serve::run(context, args, printer)),
        Command::Openapi => Box::pin(openapi::run(printer)),
        Command::Hold => Box::pin(hold::run(input, printer)),
        Command::Import(args) => Box::pin(import::run(context, args, printer)),
        Command::Rejects(args) => Box::pin(rejects::run(context, args, printer)),
        Command::Rules(RulesCommand::Set(args)) => Box::pin(rules::set::run(context, args, printer)),
        Command::Rules(RulesCommand::Show(args)) => Box::pin(rules::show::run(context, args, printer)),
        Command::Rebuild(args) => Box::pin(rebuild::run(context, args, printer)),
        Command::Assets(args) => Box::pin(assets::run(context, args, printer)),
        Command::Trend(args) => Box::pin(trend::run(context, args, printer)),
        Command::Flow(args) => Box::pin(flow::run(context, args, printer)),
        Command::Sql(args) => Box::pin(sql::run(context, args, printer)),
    }
}

/// The brands that a selection names: one, or all there are.
async fn brands_of(context: &Context, selection: &BrandSelection) -> Result<Vec<BrandSlug>, CommandError> {
    match &selection.brand {
        Some(slug) => Ok(vec![context.installation.catalog.brands().get(slug).await?.slug]),
        None => Ok(context.installation.catalog.brands().list().await?.into_iter().map(|brand| brand.slug).collect()),
    }
}
