//! What `assets`, `trend` and `flow` share: whose history is asked, and which.

use databank_assets::AssetQuestion;
use databank_history::Entity;
use databank_model::BrandSlug;

use crate::args::{EntityKind, HistorySelection};
use crate::commands::CommandError;
use crate::context::Context;

/// The brands to answer for.
pub(crate) async fn answers(context: &Context, selection: &HistorySelection) -> Result<Vec<BrandSlug>, CommandError> {
    super::brands_of(context, &selection.brands).await
}

/// Whether the answer is one document rather than an array.
pub(crate) fn is_single(selection: &HistorySelection) -> bool {
    !selection.brands.all_brands
}

/// Opens a brand's history.
pub(crate) async fn open(
    context: &Context,
    slug: &BrandSlug,
    selection: &HistorySelection,
) -> Result<AssetQuestion, CommandError> {
    let entity = match &selection.entity {
        None => Entity::Brand,
        Some(entity) => match entity.kind {
            EntityKind::Category => Entity::Category(entity.id.clone()),
            EntityKind::Item => Entity::Item(entity.id.clone()),
        },
    };
    let rules = selection.rules.as_ref().map(ToString::to_string);
    let reader = context.installation.reader(slug, selection.at_version).await?;
    let (catalog, now_us) = (&context.installation.catalog, context.installation.clock.now());
    Ok(AssetQuestion::open(catalog, reader, rules.as_deref(), entity, now_us).await?)
}
