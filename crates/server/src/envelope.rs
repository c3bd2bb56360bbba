//! Around every request: its id, its log line, its count, its problem's body, its headers.

use std::time::Instant;

use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument;

use crate::app::App;
use crate::headers;
use crate::problem::Problem;
use crate::request::{ClientAddress, RequestId};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Wraps a request. The log names the route's template, never the address or its query: they may name people.
pub(crate) async fn wrap(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let id = RequestId::new();
    let address = ClientAddress::of(&request, &app.settings().transport);
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map_or("(none)", MatchedPath::as_str).to_owned();
    request.extensions_mut().insert(id.clone());
    request.extensions_mut().insert(address);

    let span = tracing::info_span!("request", id = %id.0, %method, route);
    let started = Instant::now();
    let response = next.run(request).instrument(span.clone()).await;
    let elapsed = started.elapsed();

    let mut response = span.in_scope(|| finish(response, &id));
    app.metrics().record(&method, &route, response.status(), elapsed);
    span.in_scope(|| {
        tracing::info!(status = response.status().as_u16(), milliseconds = elapsed.as_millis() as u64, "answered");
    });
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(&id.0) {
        headers.insert(REQUEST_ID, value);
    }
    headers::complete(headers, app.settings().transport.is_secure());
    response
}

/// Writes the body of a problem; what the framework refused by itself becomes one.
fn finish(mut response: Response, id: &RequestId) -> Response {
    let status = response.status();
    let problem = match response.extensions_mut().remove::<Problem>() {
        Some(problem) => problem,
        None if status.is_client_error() || status.is_server_error() => Problem::of_status(status),
        None => return response,
    };
    if let Some(cause) = &problem.cause {
        tracing::error!(cause, "failed to answer");
    }
    let body = serde_json::to_vec(&problem.body(&id.0)).unwrap_or_default();
    let (mut parts, _) = response.into_parts();
    parts.status = problem.code.status();
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    Response::from_parts(parts, Body::from(body))
}

/// What stands for a handler that panicked.
#[expect(clippy::needless_pass_by_value, reason = "whoever catches a panic hands it over")]
pub(crate) fn panicked(panic: Box<dyn std::any::Any + Send + 'static>) -> Response {
    let told = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    let cause = format!("a handler panicked: {}", told.unwrap_or("it did not say why"));
    axum::response::IntoResponse::into_response(Problem::internal(cause))
}
