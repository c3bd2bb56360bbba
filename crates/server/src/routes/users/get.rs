//! `GET /users/{username}`: one user.

use axum::Json;
use axum::extract::State;
use databank_access::Action;

use super::document::{UserDocument, named};
use crate::app::App;
use crate::caller::Caller;
use crate::extract::FromPath;
use crate::problem::{Missing, Problem, Refused};

/// Show a user
#[utoipa::path(
    get,
    path = "/users/{username}",
    operation_id = "get_user",
    tag = "users",
    params(("username" = String, Path, description = "The user's name", example = "anna")),
    responses((status = 200, description = "The user", body = UserDocument), Missing, Refused)
)]
pub(crate) async fn get_user(
    State(app): State<App>,
    caller: Caller,
    FromPath(username): FromPath<String>,
) -> Result<Json<UserDocument>, Problem> {
    app.authorize_installation(&caller, Action::InstallationManage)?;
    let user = app.access().get_user(&named(&username)?).await?;
    Ok(Json(user.into()))
}
