//! `GET /brands/{brand}/selections`

use axum::Json;
use axum::extract::State;
use databank_access::Action;
use databank_catalog::SelectionId;

use crate::app::App;
use crate::caller::Caller;
use crate::extract::{FromPath, FromQuery};
use crate::page::{Page, PageQuery};
use crate::problem::{Missing, Problem, Refused};
use crate::wire::selections::SelectionDocument;

/// Saved selections, newest first
#[utoipa::path(
    get, path = "/brands/{brand}/selections", tag = "selections", operation_id = "list_selections",
    params(("brand" = String, Path, description = "The brand"), PageQuery),
    responses((status = 200, description = "A page of selections", body = Page<SelectionDocument>), Refused, Missing)
)]
pub(crate) async fn list_selections(
    State(app): State<App>,
    caller: Caller,
    FromPath(brand): FromPath<String>,
    FromQuery(query): FromQuery<PageQuery>,
) -> Result<Json<Page<SelectionDocument>>, Problem> {
    let slug = app.authorize(&caller, &brand, Action::AssetsRead).await?;
    let (limit, before) = (query.limit()?, query.after::<i64>()?.map(SelectionId));
    let found = app.installation().catalog.selections().list_page(&slug, before, limit as u64 + 1).await?;
    let page = Page::cut(found, limit, |selection| selection.id.0);
    Ok(Json(page.map(SelectionDocument::from)))
}
