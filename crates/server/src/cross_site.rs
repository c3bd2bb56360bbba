//! No other site may make a browser change anything here (CSRF).
//!
//! The cookie is `SameSite=Strict`, which a browser may not hold to (another port of the same host is the same site);
//! so an unsafe request must also say that it comes from this origin. A key is no browser's to send, so requests with a
//! key pass.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::problem::{Code, Problem};
use crate::settings::Transport;

/// Refuses unsafe requests of other origins.
pub(crate) async fn guard(State(app): State<App>, request: Request, next: Next) -> Response {
    // HTTP/2 names the host in the address.
    let host = request.headers().get(header::HOST).and_then(|value| value.to_str().ok());
    let host = host.or_else(|| request.uri().authority().map(axum::http::uri::Authority::as_str));
    if may_pass(request.method(), host, request.headers(), &app.settings().transport) {
        return next.run(request).await;
    }
    Problem::new(Code::CrossSite, "a request that changes something must come from this site: its Origin is another")
        .into_response()
}

fn may_pass(method: &Method, host: Option<&str>, headers: &HeaderMap, transport: &Transport) -> bool {
    if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) || headers.contains_key(header::AUTHORIZATION) {
        return true;
    }
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    if let Some(site) = text("sec-fetch-site")
        && site != "same-origin"
    {
        return false;
    }
    if let Some(origin) = text("origin") {
        return transport.is_own_origin(origin, host);
    }
    // Browsers always send one of the two. A program without a cookie has nothing that another site could abuse.
    text("sec-fetch-site").is_some() || !has_session(headers, transport)
}

fn has_session(headers: &HeaderMap, transport: &Transport) -> bool {
    let jar = axum_extra::extract::cookie::CookieJar::from_headers(headers);
    jar.get(transport.session_cookie()).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passes(method: &Method, headers: &[(&'static str, &str)]) -> bool {
        let headers: HeaderMap =
            headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
        may_pass(method, Some("127.0.0.1:8080"), &headers, &Transport::Plain)
    }

    #[test]
    fn unsafe_requests_come_from_here_or_without_a_cookie() {
        let cookie = ("cookie", "databank_session=x");
        let own = ("origin", "http://127.0.0.1:8080");
        let other = ("origin", "http://127.0.0.1:9090");
        for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            let check = |headers: &[(&'static str, &str)], expected: bool| {
                assert_eq!(passes(&method, headers), expected, "{method} {headers:?}");
            };
            check(&[cookie, own], true);
            check(&[cookie, ("sec-fetch-site", "same-origin")], true);
            check(&[cookie, own, ("sec-fetch-site", "same-origin")], true);
            check(&[cookie, other], false);
            check(&[cookie, ("origin", "null")], false);
            check(&[cookie, own, ("sec-fetch-site", "same-site")], false);
            check(&[cookie, own, ("sec-fetch-site", "cross-site")], false);
            check(&[cookie, other, ("sec-fetch-site", "same-origin")], false);
            check(&[cookie], false);
            check(&[], true);
            check(&[other], false);
            check(&[("sec-fetch-site", "cross-site")], false);
            check(&[other, ("authorization", "Bearer dbk_x")], true);
        }
        assert!(passes(&Method::GET, &[cookie, other]));
    }
}
