//! `DELETE /brands/{brand}/members/{username}`: no role in a brand any more.

use axum::extract::State;
use axum::http::StatusCode;
use databank_access::Action;
use databank_model::Username;

use crate::app::App;
use crate::audit::Deed;
use crate::caller::Caller;
use crate::extract::FromPath;
use crate::problem::{Missing, Problem, Refused};

/// Take a user's role in a brand away
///
/// A role on every brand (`*`) stays. Needs a confirmed password.
#[utoipa::path(
    delete,
    path = "/brands/{brand}/members/{username}",
    operation_id = "delete_member",
    tag = "members",
    params(
        ("brand" = String, Path, description = "The brand's slug", example = "acme"),
        ("username" = String, Path, description = "The user's name", example = "anna")
    ),
    responses((status = 204, description = "They have no role of this brand's own any more"), Missing, Refused)
)]
pub(crate) async fn delete_member(
    State(app): State<App>,
    caller: Caller,
    FromPath((brand, username)): FromPath<(String, String)>,
) -> Result<StatusCode, Problem> {
    let brand = app.authorize_confirmed(&caller, &brand, Action::MembersManage).await?;
    let username: Username = username.parse().map_err(|_| Problem::not_found())?;
    app.access().remove_member(&brand, &username).await?;
    app.record(&caller, Deed::new("member.remove").in_brand(&brand).on(&username)).await?;
    Ok(StatusCode::NO_CONTENT)
}
