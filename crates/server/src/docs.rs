//! The reference page: static files of our own that read `/api/openapi.json`.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

use crate::extract::FromPath;
use crate::headers;
use crate::problem::Problem;

const PAGE: &str = include_str!("docs/index.html");
const SCRIPT: &str = include_str!("docs/docs.js");
const STYLE: &str = include_str!("docs/docs.css");

/// `GET /api/docs`.
pub(crate) async fn page() -> Response {
    // Its styles are a file, so the nonce is nobody's.
    match headers::nonce() {
        Ok(nonce) => answer(PAGE, "text/html; charset=utf-8", Some(headers::page_policy(&nonce))),
        Err(error) => Problem::internal(format!("no randomness for a nonce: {error}")).into_response(),
    }
}

/// `GET /api/docs/{file}`.
pub(crate) async fn file(FromPath(name): FromPath<String>) -> Response {
    match name.as_str() {
        "docs.js" => answer(SCRIPT, "text/javascript; charset=utf-8", None),
        "docs.css" => answer(STYLE, "text/css; charset=utf-8", None),
        _ => Problem::not_found().into_response(),
    }
}

fn answer(text: &'static str, kind: &'static str, policy: Option<HeaderValue>) -> Response {
    let mut response = text.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    if let Some(policy) = policy {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}
