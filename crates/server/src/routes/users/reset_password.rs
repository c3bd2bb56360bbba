//! `POST /users/{username}/password`: a new one-time password.

use axum::Json;
use axum::extract::State;
use databank_access::Action;

use super::document::{OneTimePasswordDocument, named};
use crate::app::App;
use crate::audit::Deed;
use crate::caller::Caller;
use crate::extract::FromPath;
use crate::problem::{Missing, Problem, Refused};

/// Reset a user's password
///
/// Ends their sessions and answers with a password for the next signing in, at which it must be changed. Needs a
/// confirmed password.
#[utoipa::path(
    post,
    path = "/users/{username}/password",
    operation_id = "reset_user_password",
    tag = "users",
    params(("username" = String, Path, description = "The user's name", example = "anna")),
    responses((status = 200, description = "The password", body = OneTimePasswordDocument), Missing, Refused)
)]
pub(crate) async fn reset_user_password(
    State(app): State<App>,
    caller: Caller,
    FromPath(username): FromPath<String>,
) -> Result<Json<OneTimePasswordDocument>, Problem> {
    app.authorize_confirmed_installation(&caller, Action::InstallationManage)?;
    let username = named(&username)?;
    let (_, password) = app.access().reset_password(&username).await?;
    app.record(&caller, Deed::new("user.password").on(&username)).await?;
    Ok(Json(OneTimePasswordDocument { one_time_password: password.expose().clone() }))
}
