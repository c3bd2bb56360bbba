//! Saved selections of a brand's consumers.

mod add;
mod delete;
mod get;
mod list;
mod people;

use databank_catalog::{Selection, SelectionId};
use databank_model::BrandSlug;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::problem::Problem;

/// The operations.
pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(list::list_selections, add::create_selection))
        .routes(routes!(get::get_selection, delete::delete_selection))
        .routes(routes!(people::list_selection_people))
}

/// A brand's selection of that number.
async fn find(app: &App, slug: &BrandSlug, id: i64) -> Result<Selection, Problem> {
    let found = app.installation().catalog.selections().find(slug, SelectionId(id)).await?;
    found.ok_or_else(Problem::not_found)
}
