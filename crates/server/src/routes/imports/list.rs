//! `GET /brands/{brand}/imports`: what was deposited.

use axum::Json;
use axum::extract::State;
use databank_access::Action;
use databank_model::DepositId;

use super::document::ImportDocument;
use crate::app::App;
use crate::caller::Caller;
use crate::extract::{FromPath, FromQuery};
use crate::page::{Page, PageQuery};
use crate::problem::{Missing, Problem, Refused};

/// List the imports
///
/// Newest first.
#[utoipa::path(
    get,
    path = "/brands/{brand}/imports",
    operation_id = "list_imports",
    tag = "imports",
    params(("brand" = String, Path, description = "The brand's slug", example = "acme"), PageQuery),
    responses((status = 200, description = "A page of imports", body = Page<ImportDocument>), Missing, Refused)
)]
pub(crate) async fn list_imports(
    State(app): State<App>,
    caller: Caller,
    FromPath(brand): FromPath<String>,
    FromQuery(query): FromQuery<PageQuery>,
) -> Result<Json<Page<ImportDocument>>, Problem> {
    let brand = app.authorize(&caller, &brand, Action::ImportsRead).await?;
    let (limit, before) = (query.limit()?, query.after::<i64>()?.map(DepositId));
    let entries = app.installation().catalog.deposits().list_page(&brand, before, limit as u64 + 1).await?;
    let page = Page::cut(entries, limit, |entry| entry.deposit.id.0);
    Ok(Json(page.map(ImportDocument::from)))
}
