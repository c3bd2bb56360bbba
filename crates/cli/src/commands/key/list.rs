//! `databank key list`: a brand's keys, newest first.

use super::{COLUMNS, KeyView};
use crate::args::KeyListArgs;
use crate::commands::CommandError;
use crate::context::Context;
use crate::printer::{Printer, Report};

/// Keys read at once.
const AT_ONCE: u64 = 200;

/// Shows all keys.
pub(crate) async fn run(context: &Context, args: KeyListArgs, printer: &Printer) -> Result<(), CommandError> {
    context.installation.catalog.brands().get(&args.brand).await?;
    let mut views = Vec::new();
    let mut page = None;
    loop {
        let keys = context.access.list_keys(&args.brand, page.as_deref(), AT_ONCE).await?;
        views.extend(keys.items.iter().map(KeyView::new));
        page = keys.next;
        if page.is_none() {
            break;
        }
    }
    let rows = views.iter().map(KeyView::row).collect();
    printer.report(&Report::new(&views, &COLUMNS, rows)?).await?;
    Ok(())
}
