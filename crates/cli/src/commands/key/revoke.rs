//! `databank key revoke ID`: a key that holds no longer.

use super::{COLUMNS, KeyView};
use crate::args::KeyRevokeArgs;
use crate::commands::CommandError;
use crate::context::Context;
use crate::printer::{Printer, Report};

/// Revokes the key and shows it.
pub(crate) async fn run(context: &Context, args: KeyRevokeArgs, printer: &Printer) -> Result<(), CommandError> {
    context.installation.catalog.brands().get(&args.brand).await?;
    let key = context.access.revoke_key(&args.brand, &args.id, context.installation.clock.now()).await?;
    let view = KeyView::new(&key);
    printer.report(&Report::new(&view, &COLUMNS, vec![view.row()])?).await?;
    Ok(())
}
