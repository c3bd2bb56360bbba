//! `GET /audit`: what was done anywhere in the installation.

use axum::Json;
use axum::extract::State;
use databank_access::Action;

use super::document::{EntryDocument, EntryQuery, list};
use crate::app::App;
use crate::caller::Caller;
use crate::extract::FromQuery;
use crate::page::Page;
use crate::problem::{BadBody, Problem, Refused};

/// List the audit log
///
/// Newest first. For those who manage the installation.
#[utoipa::path(
    get,
    path = "/audit",
    operation_id = "list_audit",
    tag = "audit",
    params(EntryQuery),
    responses((status = 200, description = "A page of entries", body = Page<EntryDocument>), BadBody, Refused)
)]
pub(crate) async fn list_audit(
    State(app): State<App>,
    caller: Caller,
    FromQuery(query): FromQuery<EntryQuery>,
) -> Result<Json<Page<EntryDocument>>, Problem> {
    app.authorize_installation(&caller, Action::AuditRead)?;
    list(&app, None, query).await
}
