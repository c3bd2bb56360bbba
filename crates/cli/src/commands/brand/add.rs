//! `databank brand add SLUG`: a new brand with keys of its own.

use databank_server::{AddBrand, AddBrandError};

use super::{BrandView, COLUMNS};
use crate::args::BrandAddArgs;
use crate::commands::CommandError;
use crate::context::Context;
use crate::printer::{Printer, Report};

/// Adds the brand and shows it.
pub(crate) async fn run(context: &Context, args: BrandAddArgs, printer: &Printer) -> Result<(), CommandError> {
    let add = AddBrand { slug: args.slug, name: args.name, timezone: args.timezone, currency: args.currency };
    let brand = context.installation.add_brand(add).await.map_err(|error| match error {
        AddBrandError::BadName => CommandError::Usage("--name must be a text of one line".to_owned()),
        AddBrandError::Keyring(error) => error.into(),
        AddBrandError::Catalog(error) => error.into(),
    })?;
    let view = BrandView::new(&brand);
    printer.report(&Report::new(&view, &COLUMNS, vec![view.row()])?).await?;
    Ok(())
}
