//! `databank openapi`: the description of the API, for `make openapi`.

use crate::commands::CommandError;
use crate::printer::Printer;

/// Prints the document.
pub(crate) async fn run(printer: &Printer) -> Result<(), CommandError> {
    let text = databank_server::openapi::document_text().map_err(|error| CommandError::failed(&error))?;
    printer.result(text).await?;
    Ok(())
}
