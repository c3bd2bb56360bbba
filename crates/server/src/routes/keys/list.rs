//! `GET /brands/{brand}/keys`: a brand's keys.

use axum::Json;
use axum::extract::State;
use databank_access::Action;

use super::document::KeyDocument;
use crate::app::App;
use crate::caller::Caller;
use crate::extract::{FromPath, FromQuery};
use crate::page::{Page, PageQuery};
use crate::problem::{Missing, Problem, Refused};

/// List a brand's keys
///
/// Newest first; revoked ones stay listed.
#[utoipa::path(
    get,
    path = "/brands/{brand}/keys",
    operation_id = "list_keys",
    tag = "keys",
    params(("brand" = String, Path, description = "The brand's slug", example = "acme"), PageQuery),
    responses((status = 200, description = "A page of keys", body = Page<KeyDocument>), Missing, Refused)
)]
pub(crate) async fn list_keys(
    State(app): State<App>,
    caller: Caller,
    FromPath(brand): FromPath<String>,
    FromQuery(query): FromQuery<PageQuery>,
) -> Result<Json<Page<KeyDocument>>, Problem> {
    let brand = app.authorize(&caller, &brand, Action::KeysManage).await?;
    let (limit, before) = (query.limit()?, query.after::<String>()?);
    let part = app.access().list_keys(&brand, before.as_deref(), limit as u64).await?;
    Ok(Json(Page::of_part(part.items, part.next.as_ref()).map(KeyDocument::from)))
}
