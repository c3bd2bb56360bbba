//! `POST /session`: signs in.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use databank_access::{Secret, SignInError};
use databank_catalog::{AuditActor, AuditOutcome, NewAuditEntry};
use serde::Deserialize;
use serde_json::Map;
use utoipa::ToSchema;

use super::document::SessionDocument;
use crate::app::App;
use crate::extract::FromBody;
use crate::problem::{BadBody, Problem, Refused};
use crate::request::ClientAddress;

/// What a user signs in with.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SignIn)]
pub(crate) struct SignInBody {
    /// The user name.
    #[schema(example = "anna")]
    username: String,
    /// The password.
    #[schema(format = Password, example = "correct horse battery staple")]
    password: String,
}

/// Sign in
///
/// Answers with the session and sets its cookie. Wrong names and wrong passwords get the same answer; after some of
/// them, further ones have to wait.
#[utoipa::path(
    post,
    path = "/session",
    operation_id = "create_session",
    tag = "session",
    security(()),
    request_body = SignInBody,
    responses(
        (
            status = 200,
            description = "The session",
            body = SessionDocument,
            headers(("Set-Cookie" = String, description = "The session's cookie: HttpOnly, SameSite=Strict"))
        ),
        BadBody,
        Refused
    )
)]
pub(crate) async fn create_session(
    State(app): State<App>,
    ClientAddress(address): ClientAddress,
    headers: HeaderMap,
    FromBody(body): FromBody<SignInBody>,
) -> Result<(CookieJar, Json<SessionDocument>), Problem> {
    let address = address.to_string();
    let outcome = app.access().sign_in(&body.username, Secret::new(body.password), &address, app.now_us()).await;
    let signed_in = match outcome {
        Ok(signed_in) => signed_in,
        Err(error) => {
            // Not each that had to wait: their number is without bound.
            if matches!(error, SignInError::Wrong) {
                record(&app, &body.username, &address, AuditOutcome::Refused).await?;
            }
            return Err(error.into());
        }
    };
    record(&app, &body.username, &address, AuditOutcome::Done).await?;
    let jar = CookieJar::from_headers(&headers);
    let name = app.settings().transport.session_cookie();
    // A new session for each signing in; the one before ends with it.
    if let Some(old) = jar.get(name) {
        app.access().sign_out(old.value()).await?;
    }
    let document = SessionDocument::of(&app, &signed_in.session).await?;
    Ok((CookieJar::new().add(session_cookie(&app, signed_in.token.expose().clone())), Json(document)))
}

fn session_cookie(app: &App, token: String) -> Cookie<'static> {
    let transport = &app.settings().transport;
    Cookie::build((transport.session_cookie(), token))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Strict)
        .secure(transport.is_secure())
        .build()
}

/// Who tries to sign in is nobody yet, so the entry names what they wrote. It is cut: it may be anything, even a
/// password in the wrong field.
async fn record(app: &App, username: &str, address: &str, outcome: AuditOutcome) -> Result<(), Problem> {
    let known = username.parse().ok().map(|name: databank_model::Username| name.to_string());
    let entry = NewAuditEntry {
        at: app.now_us(),
        actor: AuditActor::User,
        actor_name: known.unwrap_or_else(|| "(not a user name)".to_owned()),
        action: "session.create".to_owned(),
        brand: None,
        target: None,
        outcome,
        details: Map::new(),
        address: Some(address.to_owned()),
    };
    app.installation().catalog.audit().append(entry).await?;
    Ok(())
}
