//! `DELETE /brands/{brand}/uploads/{upload}`: a file that is not to be imported.

use axum::extract::State;
use axum::http::StatusCode;
use databank_access::Action;

use crate::app::App;
use crate::audit::Deed;
use crate::caller::Caller;
use crate::extract::FromPath;
use crate::problem::{Missing, Problem, Refused};
use crate::uploads::{find, forget};

/// Delete an upload
///
/// An import that reads it goes on.
#[utoipa::path(
    delete,
    path = "/brands/{brand}/uploads/{upload}",
    operation_id = "delete_upload",
    tag = "imports",
    params(
        ("brand" = String, Path, description = "The brand's slug", example = "acme"),
        ("upload" = String, Path, description = "The upload's id", example = "7")
    ),
    responses((status = 204, description = "It is gone"), Missing, Refused)
)]
pub(crate) async fn delete_upload(
    State(app): State<App>,
    caller: Caller,
    FromPath((brand, upload)): FromPath<(String, String)>,
) -> Result<StatusCode, Problem> {
    let brand = app.authorize(&caller, &brand, Action::ImportsWrite).await?;
    let upload = find(app.installation(), &brand, &upload).await?;
    forget(app.installation(), &upload).await?;
    app.record(&caller, Deed::new("upload.delete").in_brand(&brand).on(&upload.id)).await?;
    Ok(StatusCode::NO_CONTENT)
}
