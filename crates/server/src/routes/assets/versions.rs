//! `GET /brands/{brand}/versions`

use axum::Json;
use axum::extract::State;
use databank_access::Action;

use crate::app::App;
use crate::caller::Caller;
use crate::extract::FromPath;
use crate::problem::{Missing, Problem, Refused};
use crate::wire::versions::{VersionsDocument, list};

/// The versions of the vault that questions can be asked of
///
/// A version can be read until 24 hours after the next one replaced it: name it as `vault_version` of a question.
#[utoipa::path(
    get, path = "/brands/{brand}/versions", tag = "assets", operation_id = "list_versions",
    params(("brand" = String, Path, description = "The brand")),
    responses((status = 200, description = "The versions, newest first", body = VersionsDocument), Refused, Missing)
)]
pub(crate) async fn list_versions(
    State(app): State<App>,
    caller: Caller,
    FromPath(brand): FromPath<String>,
) -> Result<Json<VersionsDocument>, Problem> {
    let slug = app.authorize(&caller, &brand, Action::AssetsRead).await?;
    Ok(Json(list(&app.installation().catalog, &slug, app.now_us()).await?))
}
