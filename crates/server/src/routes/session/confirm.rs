//! `POST /session/confirm`: the password once more, before what changes who else may.

use axum::extract::State;
use axum::http::StatusCode;
use databank_access::Secret;
use serde::Deserialize;
use utoipa::ToSchema;

use super::document::refused;
use crate::app::App;
use crate::caller::Caller;
use crate::extract::FromBody;
use crate::problem::{BadBody, Problem, Refused};

/// The password of who is signed in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Confirmation)]
pub(crate) struct ConfirmationBody {
    /// The password.
    #[schema(format = Password, example = "correct horse battery staple")]
    password: String,
}

/// Confirm the password
///
/// Lets the session do for 15 minutes what needs a confirmed password: making keys, changing users and members.
#[utoipa::path(
    post,
    path = "/session/confirm",
    operation_id = "confirm_session",
    tag = "session",
    request_body = ConfirmationBody,
    responses((status = 204, description = "Confirmed"), BadBody, Refused)
)]
pub(crate) async fn confirm_session(
    State(app): State<App>,
    caller: Caller,
    FromBody(body): FromBody<ConfirmationBody>,
) -> Result<StatusCode, Problem> {
    let signed_in = caller.signed_in()?;
    let confirmed =
        app.access().confirm(signed_in.token.expose(), Secret::new(body.password), &caller.address, app.now_us()).await;
    confirmed.map_err(|error| refused(error, "password"))?;
    Ok(StatusCode::NO_CONTENT)
}
