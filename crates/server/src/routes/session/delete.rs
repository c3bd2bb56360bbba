//! `DELETE /session`: signs out.

use axum::extract::State;
use axum::http::StatusCode;
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};

use crate::app::App;
use crate::audit::Deed;
use crate::caller::Caller;
use crate::problem::{Problem, Refused};

/// Sign out
///
/// Ends the session at once, wherever its cookie may lie, and has the browser forget what it keeps of this site.
#[utoipa::path(
    delete,
    path = "/session",
    operation_id = "delete_session",
    tag = "session",
    responses(
        (
            status = 204,
            description = "Signed out",
            headers(("Clear-Site-Data" = String, description = "Has the browser forget what it keeps"))
        ),
        Refused
    )
)]
pub(crate) async fn delete_session(
    State(app): State<App>,
    caller: Caller,
) -> Result<(StatusCode, CookieJar, [(&'static str, &'static str); 1]), Problem> {
    let signed_in = caller.signed_in()?;
    app.access().sign_out(signed_in.token.expose()).await?;
    app.record(&caller, Deed::new("session.delete")).await?;
    let transport = &app.settings().transport;
    let ended = Cookie::build((transport.session_cookie(), ""))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Strict)
        .secure(transport.is_secure())
        .removal()
        .build();
    let jar = CookieJar::new().add(ended);
    Ok((StatusCode::NO_CONTENT, jar, [("clear-site-data", "\"cache\", \"cookies\", \"storage\"")]))
}
