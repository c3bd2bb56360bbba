//! `GET /brands/{brand}/mappings`: by which mappings a brand can import.

use axum::Json;
use axum::extract::State;
use databank_access::Action;

use super::document::MappingDocument;
use crate::app::App;
use crate::caller::Caller;
use crate::extract::{FromPath, FromQuery};
use crate::imports::built_in;
use crate::page::{Page, PageQuery};
use crate::problem::{Missing, Problem, Refused};

/// List the mappings
///
/// Those that come with the program and the brand's own, by name.
#[utoipa::path(
    get,
    path = "/brands/{brand}/mappings",
    operation_id = "list_mappings",
    tag = "imports",
    params(("brand" = String, Path, description = "The brand's slug", example = "acme"), PageQuery),
    responses((status = 200, description = "A page of mappings", body = Page<MappingDocument>), Missing, Refused)
)]
pub(crate) async fn list_mappings(
    State(app): State<App>,
    caller: Caller,
    FromPath(brand): FromPath<String>,
    FromQuery(query): FromQuery<PageQuery>,
) -> Result<Json<Page<MappingDocument>>, Problem> {
    let brand = app.authorize(&caller, &brand, Action::ImportsRead).await?;
    let (limit, after) = (query.limit()?, query.after::<String>()?);
    let saved = app.installation().catalog.saved_mappings();
    let saved = saved.list(&brand, after.as_deref(), limit as u64 + 1).await?;
    let mut all: Vec<MappingDocument> = built_in().map(|(name, text)| MappingDocument::built_in(name, text)).collect();
    all.extend(saved.into_iter().map(MappingDocument::saved));
    all.sort_by(|left, right| left.name.cmp(&right.name));
    Ok(Json(Page::of_sorted(all, after.as_ref(), limit, |mapping| mapping.name.clone())))
}
