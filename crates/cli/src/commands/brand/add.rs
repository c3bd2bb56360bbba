//! `databank brand add SLUG`: a new brand with keys of its own.

use databank_catalog::{BrandKey, KeyPurpose, NewBrand};
use databank_model::rules::{PRESETS, preset};

use super::{BrandView, COLUMNS};
use crate::args::BrandAddArgs;
use crate::commands::CommandError;
use crate::context::Context;
use crate::printer::{Printer, Report};

/// Adds the brand and shows it.
pub(crate) async fn run(context: &Context, args: BrandAddArgs, printer: &Printer) -> Result<(), CommandError> {
    let name = args.name.as_deref().map_or(args.slug.as_str(), str::trim);
    if name.is_empty() || name.chars().any(char::is_control) {
        return Err(CommandError::Usage("--name must be a text of one line".to_owned()));
    }
    let wrap = |purpose| context.installation.keyring.wrap(&args.slug, purpose, &BrandKey::generate()?);
    let new = NewBrand {
        display_name: name.to_owned(),
        timezone: args.timezone,
        currency: args.currency,
        wrapped_id_key: wrap(KeyPurpose::Id)?,
        wrapped_seal_key: wrap(KeyPurpose::Seal)?,
        // Saved as the brand's own, so that they are read, edited and named like any other.
        rule_sets: PRESETS.iter().filter_map(|name| Some(((*name).to_owned(), preset(name)?.to_owned()))).collect(),
        created_at: context.installation.clock.now(),
        slug: args.slug.clone(),
    };
    let _writing = context.installation.write_brand(&args.slug).await;
    let brand = context.installation.catalog.brands().add(new).await?;
    let view = BrandView::new(&brand);
    printer.report(&Report::new(&view, &COLUMNS, vec![view.row()])?).await?;
    Ok(())
}
