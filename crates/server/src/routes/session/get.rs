//! `GET /session`: who is signed in, and what they may do.

use axum::Json;
use axum::extract::State;

use super::document::SessionDocument;
use crate::app::App;
use crate::caller::Caller;
use crate::problem::{Problem, Refused};

/// Who is signed in
///
/// With what they may do in each brand that they see. Keys have no session.
#[utoipa::path(
    get,
    path = "/session",
    operation_id = "get_session",
    tag = "session",
    responses((status = 200, description = "The session", body = SessionDocument), Refused)
)]
pub(crate) async fn get_session(State(app): State<App>, caller: Caller) -> Result<Json<SessionDocument>, Problem> {
    let signed_in = caller.signed_in()?;
    Ok(Json(SessionDocument::of(&app, &signed_in.session).await?))
}
