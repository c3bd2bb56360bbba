//! `GET /brands/{brand}/identity/conflicts`

use axum::Json;
use axum::extract::State;
use databank_access::Action;

use crate::app::App;
use crate::caller::Caller;
use crate::extract::FromPath;
use crate::problem::{Missing, Problem, Refused};
use crate::wire::identity::ConflictsDocument;

/// Joins that were refused, and ids that join nobody
///
/// Ids are told by the numbers of their profiles, and whose they are by the number of the consumer. The first thousand.
#[utoipa::path(
    get, path = "/brands/{brand}/identity/conflicts", tag = "identity", operation_id = "list_identity_conflicts",
    params(("brand" = String, Path, description = "The brand")),
    responses((status = 200, description = "The conflicts", body = ConflictsDocument), Refused, Missing)
)]
pub(crate) async fn list_identity_conflicts(
    State(app): State<App>,
    caller: Caller,
    FromPath(brand): FromPath<String>,
) -> Result<Json<ConflictsDocument>, Problem> {
    let slug = app.authorize(&caller, &brand, Action::ConsumersRead).await?;
    Ok(Json(app.installation().identity_conflicts(&slug).await?))
}
