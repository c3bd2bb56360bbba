//! `databank brand erase SLUG`: a brand and all it had, for good.

use std::io::ErrorKind;
use std::path::Path;

use serde_json::json;

use crate::args::BrandEraseArgs;
use crate::commands::CommandError;
use crate::context::Context;
use crate::printer::{Printer, Report, Terminal};

/// Asks the user to write the brand's name, unless `--yes` was given.
pub(crate) async fn confirm(args: &mut BrandEraseArgs, terminal: &Terminal) -> Result<(), CommandError> {
    if args.yes {
        return Ok(());
    }
    let brand = &args.slug;
    let question = format!("This erases brand {brand} with all its data and keys. Write its name to go on:");
    match terminal.ask(question).await {
        Some(answer) if answer == brand.as_str() => {
            args.yes = true;
            Ok(())
        }
        Some(_) => Err(CommandError::Usage(format!("brand {brand} is not erased: its name was not written"))),
        None => Err(CommandError::Usage(format!(
            "brand {brand} is not erased: nobody is here to be asked; add --yes to erase it without a question"
        ))),
    }
}

/// Erases the brand: its vault first and its keys with the catalog's rows last. Interrupted in between, it is still
/// listed, and erasing it again goes on. The other way round, a vault could outlive everything that knows of it.
pub(crate) async fn run(context: &Context, args: BrandEraseArgs, printer: &Printer) -> Result<(), CommandError> {
    let brand = args.slug;
    if !args.yes {
        return Err(CommandError::Usage(format!("brand {brand} is not erased: add --yes")));
    }
    let _writing = context.installation.write_brand(&brand).await;
    context.installation.catalog.brands().get(&brand).await?;

    for folder in [context.installation.vault(&brand), context.installation.uploads(&brand)] {
        match remove(&folder).await {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => {
                return Err(CommandError::Failed(format!("failed to remove {}: {error}", folder.display())));
            }
        }
    }
    context.installation.catalog.brands().erase(&brand).await?;
    context.installation.collector.forget(&brand);
    context.installation.catalog.scrub().await?;

    let document = json!({ "brand": brand, "erased": true });
    let row = vec![json!(brand), json!(true)];
    printer.report(&Report::new(&document, &["brand", "erased"], vec![row])?).await?;
    Ok(())
}

/// Removes a folder for good: a power cut does not bring it back. Also when it is gone already, as whoever removed it may
/// have been killed before that lasted.
async fn remove(folder: &Path) -> std::io::Result<()> {
    match tokio::fs::remove_dir_all(folder).await {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    match folder.parent() {
        Some(parent) => tokio::fs::File::open(parent).await?.sync_all().await,
        None => Ok(()),
    }
}
