//! The pages, out of the binary. `build.rs` puts a notice in their place when they were not built.

use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use rust_embed::{Embed, EmbeddedFile};

use crate::headers::{self, NONCE_PLACEHOLDER};
use crate::problem::Problem;

#[derive(Embed)]
#[folder = "../../web/dist"]
struct Files;

const INDEX: &str = "index.html";

/// Files of this folder bear a hash of their content in their names.
const HASHED: &str = "assets/";

/// Answers whatever no route takes: a file of the pages, or the page itself, whose own router knows the address.
pub(crate) async fn serve(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path().trim_start_matches('/');
    if path == "api" || path.starts_with("api/") {
        return Problem::not_found().into_response();
    }
    if method != Method::GET && method != Method::HEAD {
        return Problem::of_status(StatusCode::METHOD_NOT_ALLOWED).into_response();
    }
    if path.is_empty() || path == INDEX {
        return index();
    }
    match Files::get(path) {
        Some(file) if !is_packed(path) => asset(path, file, &headers),
        // What looks like a file and is none is not there. Everything else is an address within the page.
        _ if is_file_name(path) => Problem::not_found().into_response(),
        _ => index(),
    }
}

fn is_packed(path: &str) -> bool {
    has_ending(path, &["br", "gz"])
}

fn is_file_name(path: &str) -> bool {
    path.starts_with(HASHED) || path.rsplit('/').next().is_some_and(|name| name.contains('.'))
}

fn has_ending(path: &str, endings: &[&str]) -> bool {
    path.rsplit_once('.').is_some_and(|(_, ending)| endings.contains(&ending))
}

/// The page, with a nonce of its own each time.
fn index() -> Response {
    let Some(file) = Files::get(INDEX) else {
        return Problem::internal("the pages have no index.html").into_response();
    };
    let nonce = match headers::nonce() {
        Ok(nonce) => nonce,
        Err(error) => return Problem::internal(format!("no randomness for a nonce: {error}")).into_response(),
    };
    let text = String::from_utf8_lossy(&file.data).replace(NONCE_PLACEHOLDER, &nonce);
    let mut response = text.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(header::CONTENT_SECURITY_POLICY, headers::page_policy(&nonce));
    response
}

fn asset(path: &str, file: EmbeddedFile, asked: &HeaderMap) -> Response {
    let cache = if path.starts_with(HASHED) { "public, max-age=31536000, immutable" } else { "no-cache" };
    let tag = format!("\"{}\"", hex::encode(&file.metadata.sha256_hash()[..16]));
    let known = asked.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).is_some_and(|text| text == tag);

    let (data, encoding) = match packed(path, asked) {
        Some((packed, encoding)) => (packed.data, Some(encoding)),
        None => (file.data, None),
    };
    let mut response = if known { StatusCode::NOT_MODIFIED.into_response() } else { data.into_owned().into_response() };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type(path)));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    if let Some(encoding) = encoding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    response
}

/// The file as the build has packed it, in the best way that the client takes.
fn packed(path: &str, asked: &HeaderMap) -> Option<(EmbeddedFile, &'static str)> {
    let accepted = asked.get(header::ACCEPT_ENCODING)?.to_str().ok()?;
    let takes = |name: &str| {
        accepted.split(',').any(|part| {
            let mut words = part.split(';').map(str::trim);
            words.next() == Some(name) && !words.any(|word| matches!(word, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
        })
    };
    [("br", "br"), ("gzip", "gz")]
        .into_iter()
        .filter(|(encoding, _)| takes(encoding))
        .find_map(|(encoding, ending)| Some((Files::get(&format!("{path}.{ending}"))?, encoding)))
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn get(path: &str) -> Response {
        serve(Method::GET, path.parse().unwrap(), HeaderMap::new()).await
    }

    #[tokio::test]
    async fn the_page_answers_every_address_that_is_no_file() {
        for path in ["/", "/index.html", "/brands/acme/assets", "/sign-in"] {
            let response = get(path).await;
            assert_eq!(response.status(), StatusCode::OK, "{path}");
            let policy = response.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
            assert!(policy.contains("style-src 'self' 'nonce-") && !policy.contains("unsafe-inline"), "{policy}");
        }
        for path in ["/api/v1/nothing", "/api", "/assets/none.js", "/favicon-none.png"] {
            assert_eq!(get(path).await.status(), StatusCode::NOT_FOUND, "{path}");
        }
    }

    #[tokio::test]
    async fn each_page_has_a_nonce_of_its_own() {
        let policy = |response: &Response| response.headers()[header::CONTENT_SECURITY_POLICY].clone();
        assert_ne!(policy(&get("/").await), policy(&get("/").await));
    }
}
