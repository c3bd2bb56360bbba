//! `databank hold`: keeps the data directory owned until standard input ends.

use super::CommandError;
use crate::input::Input;
use crate::printer::Printer;

/// Says that it holds, then waits.
pub(crate) async fn run(mut input: Input, printer: &Printer) -> Result<(), CommandError> {
    printer.result("holding\n".to_owned()).await?;
    while input.next().await.is_some() {}
    Ok(())
}
