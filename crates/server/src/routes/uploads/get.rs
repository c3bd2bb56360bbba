//! `GET /brands/{brand}/uploads/{upload}`: a file that waits.

use axum::Json;
use axum::extract::State;
use databank_access::Action;

use super::document::UploadDocument;
use crate::app::App;
use crate::caller::Caller;
use crate::extract::FromPath;
use crate::problem::{Missing, Problem, Refused};
use crate::uploads::{find, look_at, path_of};

/// Show an upload
#[utoipa::path(
    get,
    path = "/brands/{brand}/uploads/{upload}",
    operation_id = "get_upload",
    tag = "imports",
    params(
        ("brand" = String, Path, description = "The brand's slug", example = "acme"),
        ("upload" = String, Path, description = "The upload's id", example = "7")
    ),
    responses((status = 200, description = "The upload", body = UploadDocument), Missing, Refused)
)]
pub(crate) async fn get_upload(
    State(app): State<App>,
    caller: Caller,
    FromPath((brand, upload)): FromPath<(String, String)>,
) -> Result<Json<UploadDocument>, Problem> {
    let brand = app.authorize(&caller, &brand, Action::ImportsWrite).await?;
    let upload = find(app.installation(), &brand, &upload).await?;
    let seen = look_at(&app, path_of(app.installation(), &upload)).await?;
    Ok(Json(UploadDocument::of(&upload, seen)))
}
