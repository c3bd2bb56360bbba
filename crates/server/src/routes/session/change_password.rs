//! `POST /session/password`: a password of one's own.

use axum::extract::State;
use axum::http::StatusCode;
use databank_access::Secret;
use serde::Deserialize;
use utoipa::ToSchema;

use super::document::refused;
use crate::app::App;
use crate::audit::Deed;
use crate::caller::Caller;
use crate::extract::FromBody;
use crate::problem::{BadBody, Problem, Refused};

/// The old password and the new one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PasswordChange)]
pub(crate) struct PasswordChangeBody {
    /// The password, or the one-time password.
    #[schema(format = Password, example = "q7Wd-2kXn-9TzL-bM4f")]
    current_password: String,
    /// The new one: at least 10 characters, and none that is easily guessed.
    #[schema(format = Password, example = "correct horse battery staple")]
    new_password: String,
}

/// Change one's password
///
/// Ends the user's other sessions.
#[utoipa::path(
    post,
    path = "/session/password",
    operation_id = "change_session_password",
    tag = "session",
    request_body = PasswordChangeBody,
    responses((status = 204, description = "Changed"), BadBody, Refused)
)]
pub(crate) async fn change_session_password(
    State(app): State<App>,
    caller: Caller,
    FromBody(body): FromBody<PasswordChangeBody>,
) -> Result<StatusCode, Problem> {
    let signed_in = caller.signed_in()?;
    let (current, new) = (Secret::new(body.current_password), Secret::new(body.new_password));
    let changed =
        app.access().change_password(signed_in.token.expose(), current, new, &caller.address, app.now_us()).await;
    changed.map_err(|error| refused(error, "current_password"))?;
    app.record(&caller, Deed::new("session.change_password")).await?;
    Ok(StatusCode::NO_CONTENT)
}
