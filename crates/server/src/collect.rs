//! Tracking: the addresses that SDKs send events to, by the words that they expect.
//!
//! Apart from the API in every way: keys that write instead of sessions, any content type, any origin, answers and errors in the
//! shapes of the SDKs, and no log line for each request. It may have an address of its own ([`router`]), which is what the
//! world reaches; then nothing else answers there.
//!
//! - `key`: whose events they are. `places`: how many requests of a key are worked on at once.
//! - `post`: events in bodies; `pixel`: one event in an address, which may lead on.
//! - `sdk_settings`: what browser SDKs ask before they send anything.
//! - `reply`: answers, and errors.

mod key;
mod links;
mod pixel;
mod places;
mod post;
mod reply;
mod sdk_settings;

use std::time::Instant;

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, options, post as post_to};
use tower_http::catch_panic::CatchPanicLayer;

use crate::app::App;
use crate::{headers, health};

pub(crate) use places::Places;
use reply::Refusal;

/// Headers that browsers may send along: those that SDKs are known to send, for browsers to which a star says nothing, and any
/// other. A star alone never covers `Authorization`.
const HEADERS: &str = "Authorization, Content-Type, Content-Encoding, X-Retry-Count, AnonymousId, Origin-User-Agent, \
     SentAt, Rsa-Retry-Attempt, Rsa-Since-Last-Attempt, Rsa-Since-First-Attempt, Rsa-Retry-Reason, Rsa-Recovered, *";

/// The addresses of tracking.
pub(crate) fn routes(app: App) -> Router {
    let events = post_to(post::take).merge(options(allow));
    let mut router = Router::new();
    for version in ["/v1", "/beacon/v1"] {
        router = router.route(&format!("{version}/{{call}}"), events.clone());
    }
    router
        // Reports of a browser SDK about itself, which nobody here wants.
        .route("/v1/m", post_to(ignore).merge(options(allow)))
        .route("/v1/pixel.gif", get(pixel::pixel))
        .route("/v1/click", get(pixel::click))
        .route("/v1/projects/{key}/settings", get(sdk_settings::segment).merge(options(allow)))
        .route("/sourceConfig", get(sdk_settings::rudder).merge(options(allow)))
        .route("/sourceConfig/", get(sdk_settings::rudder).merge(options(allow)))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(app.clone(), around))
        .with_state(app)
}

/// Tracking alone, for an address of its own.
pub fn router(app: App) -> Router {
    let health = Router::new()
        .route("/healthz", get(health::alive))
        .fallback(|| async { Refusal::not_found() })
        .layer(from_fn_with_state(app.clone(), around))
        .with_state(app.clone());
    health.merge(routes(app))
}

/// Around every request: its count, its headers.
async fn around(State(app): State<App>, request: Request, next: Next) -> Response {
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map_or("(none)", MatchedPath::as_str).to_owned();
    let started = Instant::now();
    let mut response = next.run(request).await;
    app.metrics().record(&method, &route, response.status(), started.elapsed());
    let answer = response.headers_mut();
    // Whoever holds a key may send, from any page: nothing here is told by cookies.
    answer.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    answer.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("Retry-After"));
    answer.insert(
        header::HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("cross-origin"),
    );
    headers::complete(answer, app.settings().transport.is_secure());
    response
}

/// What a browser may send from another site.
async fn allow() -> Response {
    let allowed = [
        (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, OPTIONS"),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, HEADERS),
        (header::ACCESS_CONTROL_MAX_AGE, "86400"),
    ];
    (StatusCode::NO_CONTENT, allowed).into_response()
}

async fn ignore() -> Response {
    reply::success()
}

#[expect(clippy::needless_pass_by_value, reason = "whoever catches a panic hands it over")]
fn panicked(panic: Box<dyn std::any::Any + Send + 'static>) -> Response {
    let told = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    tracing::error!(cause = told.unwrap_or("it did not say why"), "a handler of events panicked");
    Refusal::internal().into_response()
}
