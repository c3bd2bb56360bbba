//! `DELETE /brands/{brand}/keys/{id}`: a key that holds no more.

use axum::extract::State;
use axum::http::StatusCode;
use databank_access::Action;

use crate::app::App;
use crate::audit::Deed;
use crate::caller::Caller;
use crate::extract::FromPath;
use crate::problem::{Missing, Problem, Refused};

/// Revoke a key
///
/// At once and for good; it stays listed.
#[utoipa::path(
    delete,
    path = "/brands/{brand}/keys/{id}",
    operation_id = "delete_key",
    tag = "keys",
    params(
        ("brand" = String, Path, description = "The brand's slug", example = "acme"),
        ("id" = String, Path, description = "The key's number", example = "7")
    ),
    responses((status = 204, description = "It holds no more"), Missing, Refused)
)]
pub(crate) async fn revoke_key(
    State(app): State<App>,
    caller: Caller,
    FromPath((brand, id)): FromPath<(String, String)>,
) -> Result<StatusCode, Problem> {
    let brand = app.authorize(&caller, &brand, Action::KeysManage).await?;
    app.access().revoke_key(&brand, &id, app.now_us()).await?;
    app.record(&caller, Deed::new("key.revoke").in_brand(&brand).on(&id)).await?;
    Ok(StatusCode::NO_CONTENT)
}
