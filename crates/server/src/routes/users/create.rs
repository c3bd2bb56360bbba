//! `POST /users`: somebody new who may sign in.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use databank_access::{Action, NewAccount};
use databank_model::Username;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::document::{UserDocument, grants};
use crate::app::App;
use crate::audit::Deed;
use crate::caller::Caller;
use crate::extract::FromBody;
use crate::idempotency::{IdempotencyKey, shown_once};
use crate::problem::{BadBody, Conflicting, Problem, Refused};
use crate::rights::GrantDocument;

/// A user to add.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewUser)]
pub(crate) struct NewUser {
    /// The name to sign in with: 1 to 64 of a-z, 0-9, `.`, `_`, `-`, `@` and `+`, a letter or digit first.
    #[schema(example = "anna")]
    username: String,
    /// What people read; the user name when absent.
    #[schema(example = "Anna Zhang")]
    display_name: Option<String>,
    /// Their roles.
    #[serde(default)]
    grants: Vec<GrantDocument>,
}

/// A user who was added.
#[derive(Serialize, ToSchema)]
#[schema(as = CreatedUser)]
pub(crate) struct CreatedUser {
    /// The user.
    user: UserDocument,
    /// The password for the first signing in, at which it must be changed. Shown only here.
    #[schema(example = "q7Wd-2kXn-9TzL-bM4f")]
    one_time_password: String,
}

/// Add a user
///
/// Answers with a password for the first signing in, which is shown only once. Needs a confirmed password.
#[utoipa::path(
    post,
    path = "/users",
    operation_id = "create_user",
    tag = "users",
    params(IdempotencyKey),
    request_body = NewUser,
    responses((status = 201, description = "The user", body = CreatedUser), BadBody, Conflicting, Refused)
)]
pub(crate) async fn create_user(
    State(app): State<App>,
    caller: Caller,
    FromBody(new): FromBody<NewUser>,
) -> Result<Response, Problem> {
    app.authorize_confirmed_installation(&caller, Action::InstallationManage)?;
    let username: Username =
        new.username.parse().map_err(|error| Problem::invalid_field("username", format!("{error}")))?;
    let granted = grants(new.grants);
    let account = NewAccount { username, display_name: new.display_name, grants: granted };
    let (user, password) = app.access().create_user(account, app.now_us()).await?;
    let roles: Vec<String> = user.grants.iter().map(|grant| format!("{} {}", grant.reach, grant.role)).collect();
    app.record(&caller, Deed::new("user.add").on(&user.username).with("grants", roles)).await?;
    let created = CreatedUser { user: user.into(), one_time_password: password.expose().clone() };
    Ok(shown_once((StatusCode::CREATED, Json(created))))
}
