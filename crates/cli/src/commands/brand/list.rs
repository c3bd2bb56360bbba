//! `databank brand list`: the brands, by slug.

use super::{BrandView, COLUMNS};
use crate::commands::CommandError;
use crate::context::Context;
use crate::printer::{Printer, Report};

/// Shows all brands.
pub(crate) async fn run(context: &Context, printer: &Printer) -> Result<(), CommandError> {
    let brands = context.installation.catalog.brands().list().await?;
    let views: Vec<BrandView> = brands.iter().map(BrandView::new).collect();
    let rows = views.iter().map(BrandView::row).collect();
    printer.report(&Report::new(&views, &COLUMNS, rows)?).await?;
    Ok(())
}
