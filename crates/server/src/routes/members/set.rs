//! `PUT /brands/{brand}/members/{username}`: a role in a brand.

use axum::Json;
use axum::extract::State;
use databank_access::Action;
use databank_model::{Role, Username};
use serde::Deserialize;
use utoipa::ToSchema;

use super::document::MemberDocument;
use crate::app::App;
use crate::audit::Deed;
use crate::caller::Caller;
use crate::extract::{FromBody, FromPath};
use crate::problem::{BadBody, Missing, Problem, Refused};
use crate::rights::RoleSchema;

/// A member's role.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MemberRole)]
pub(crate) struct MemberRole {
    /// The role.
    #[schema(value_type = RoleSchema)]
    role: Role,
}

/// Give a user a role in a brand
///
/// In place of the one that they have there. Needs a confirmed password.
#[utoipa::path(
    put,
    path = "/brands/{brand}/members/{username}",
    operation_id = "set_member",
    tag = "members",
    params(
        ("brand" = String, Path, description = "The brand's slug", example = "acme"),
        ("username" = String, Path, description = "The user's name", example = "anna")
    ),
    request_body = MemberRole,
    responses((status = 200, description = "The member", body = MemberDocument), BadBody, Missing, Refused)
)]
pub(crate) async fn set_member(
    State(app): State<App>,
    caller: Caller,
    FromPath((brand, username)): FromPath<(String, String)>,
    FromBody(body): FromBody<MemberRole>,
) -> Result<Json<MemberDocument>, Problem> {
    let brand = app.authorize_confirmed(&caller, &brand, Action::MembersManage).await?;
    let username: Username = username.parse().map_err(|_| Problem::not_found())?;
    let member = app.access().set_member(&brand, &username, body.role).await?;
    let deed = Deed::new("member.set").in_brand(&brand).on(&username).with("role", body.role.as_str());
    app.record(&caller, deed).await?;
    Ok(Json(member.into()))
}
