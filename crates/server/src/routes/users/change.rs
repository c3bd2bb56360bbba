//! `PATCH /users/{username}`: another name, other roles, no more signing in.

use axum::Json;
use axum::extract::State;
use databank_access::Action;
use databank_catalog::UserChange;
use serde::Deserialize;
use utoipa::ToSchema;

use super::document::{UserDocument, grants, named};
use crate::app::App;
use crate::audit::Deed;
use crate::caller::Caller;
use crate::extract::{FromBody, FromPath};
use crate::problem::{BadBody, Conflicting, Missing, Problem, Refused};
use crate::rights::GrantDocument;

/// What is to change; what is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = UserChange)]
pub(crate) struct UserChangeBody {
    /// What people read.
    #[schema(example = "Anna Zhang")]
    display_name: Option<String>,
    /// Whether they may not sign in. Ends their sessions.
    #[schema(example = false)]
    disabled: Option<bool>,
    /// All of their roles, in place of those that they have.
    grants: Option<Vec<GrantDocument>>,
}

/// Change a user
///
/// Needs a confirmed password. The last owner of `*` stays.
#[utoipa::path(
    patch,
    path = "/users/{username}",
    operation_id = "change_user",
    tag = "users",
    params(("username" = String, Path, description = "The user's name", example = "anna")),
    request_body = UserChangeBody,
    responses((status = 200, description = "The user", body = UserDocument), BadBody, Conflicting, Missing, Refused)
)]
pub(crate) async fn change_user(
    State(app): State<App>,
    caller: Caller,
    FromPath(username): FromPath<String>,
    FromBody(body): FromBody<UserChangeBody>,
) -> Result<Json<UserDocument>, Problem> {
    app.authorize_confirmed_installation(&caller, Action::InstallationManage)?;
    let username = named(&username)?;
    let change =
        UserChange { display_name: body.display_name, disabled: body.disabled, grants: body.grants.map(grants) };
    let user = app.access().change_user(&username, change).await?;
    let roles: Vec<String> = user.grants.iter().map(|grant| format!("{} {}", grant.reach, grant.role)).collect();
    let deed = Deed::new("user.change").on(&username).with("grants", roles).with("disabled", user.disabled);
    app.record(&caller, deed).await?;
    Ok(Json(user.into()))
}
