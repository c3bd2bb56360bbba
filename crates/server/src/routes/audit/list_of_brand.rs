//! `GET /brands/{brand}/audit`: what was done in a brand.

use axum::Json;
use axum::extract::State;
use databank_access::Action;

use super::document::{EntryDocument, EntryQuery, list};
use crate::app::App;
use crate::caller::Caller;
use crate::extract::{FromPath, FromQuery};
use crate::page::Page;
use crate::problem::{BadBody, Missing, Problem, Refused};

/// List a brand's audit log
///
/// Newest first.
#[utoipa::path(
    get,
    path = "/brands/{brand}/audit",
    operation_id = "list_brand_audit",
    tag = "audit",
    params(("brand" = String, Path, description = "The brand's slug", example = "acme"), EntryQuery),
    responses((status = 200, description = "A page of entries", body = Page<EntryDocument>), BadBody, Missing, Refused)
)]
pub(crate) async fn list_brand_audit(
    State(app): State<App>,
    caller: Caller,
    FromPath(brand): FromPath<String>,
    FromQuery(query): FromQuery<EntryQuery>,
) -> Result<Json<Page<EntryDocument>>, Problem> {
    let brand = app.authorize(&caller, &brand, Action::AuditRead).await?;
    list(&app, Some(brand), query).await
}
