//! Who asks: a signed-in user by the session's cookie, or a program by its key.

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use axum_extra::extract::cookie::CookieJar;
use databank_access::{Principal, Secret, Session};

use crate::app::App;
use crate::problem::{Code, Problem};
use crate::request::{ClientAddress, RequestId};

/// How the text of a key begins that may only send events: nothing of the API is for it, whatever its brand.
const WRITE_KEY: &str = "dbk_w";

/// Who asks. A handler that takes a caller is not reached by anybody else.
#[derive(Debug, Clone)]
pub struct Caller {
    /// What they may do.
    pub principal: Principal,
    /// The session, when a user is signed in; none for a key.
    pub session: Option<SignedIn>,
    /// The address that the request came from.
    pub address: String,
    /// The id of the request.
    pub request_id: String,
}

/// A session and the token that stands for it.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// What the cookie holds.
    pub token: Secret<String>,
    /// The session.
    pub session: Session,
}

impl Caller {
    /// How lists name them: a user's name, or a key's.
    pub fn name(&self) -> String {
        self.principal.actor.id()
    }

    /// The session; keys have none.
    pub fn signed_in(&self) -> Result<&SignedIn, Problem> {
        self.session.as_ref().ok_or_else(|| {
            Problem::new(Code::Forbidden, "a key cannot do this: sign in with a user name and a password")
        })
    }
}

/// The key of an `Authorization: Bearer …` header; none when there is no such header.
fn bearer(parts: &Parts) -> Option<Result<&str, Problem>> {
    let value = parts.headers.get(header::AUTHORIZATION)?;
    let key = value.to_str().ok().and_then(|text| {
        let (scheme, key) = text.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then_some(key.trim())
    });
    Some(key.ok_or_else(Problem::not_signed_in))
}

impl FromRequestParts<App> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let Ok(ClientAddress(address)) = ClientAddress::from_request_parts(parts, app).await;
        let Ok(RequestId(request_id)) = RequestId::from_request_parts(parts, app).await;
        let (principal, session) = match bearer(parts) {
            Some(key) => {
                let key = key?;
                let principal = app.access().key(key, app.now_us()).await?;
                if key.starts_with(WRITE_KEY) {
                    return Err(Problem::new(Code::Forbidden, "this key sends events and may do nothing else"));
                }
                (principal, None)
            }
            None => {
                let jar = CookieJar::from_headers(&parts.headers);
                let cookie = jar.get(app.settings().transport.session_cookie());
                let token = cookie.map(|cookie| Secret::new(cookie.value().to_owned()));
                let token = token.ok_or_else(Problem::not_signed_in)?;
                let session = app.access().session(token.expose(), app.now_us()).await?;
                (session.principal.clone(), Some(SignedIn { token, session }))
            }
        };
        Ok(Self { principal, session, address: address.to_string(), request_id })
    }
}
