//! What every response tells a browser, and who may make a browser change something.

use axum::body::Body;
use axum::http::{Method, Request};
use databank_server::settings::{Settings, Transport};
use serde_json::json;

use crate::support::{As, PASSWORD, World};

const PATHS: [&str; 9] = [
    "/", "/healthz", "/metrics", "/api/openapi.json", "/api/docs", "/api/docs/docs.js", "/api/v1/session",
    "/api/v1/nothing", "/assets/none.js",
];

#[tokio::test]
async fn every_response_is_guarded_errors_too() {
    let world = World::new().await;
    for path in PATHS {
        let answer = world.get(path, &As::Nobody).await;
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("frame-ancestors 'none'") && policy.contains("base-uri 'none'"), "{path}: {policy}");
        assert!(!policy.contains("unsafe-inline") && !policy.contains("unsafe-eval"), "{path}: {policy}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "no-referrer", "{path}");
        assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin", "{path}");
        assert_eq!(answer.header("x-request-id").len(), 32, "{path}");
        assert_eq!(answer.header("strict-transport-security"), "", "{path}: not without TLS");
        assert_eq!(answer.header("access-control-allow-origin"), "", "{path}");
        if path.starts_with("/api/v1") {
            assert_eq!(answer.header("cache-control"), "no-store", "{path}");
        }
    }
}

#[tokio::test]
async fn behind_tls_browsers_are_told_to_stay_there_and_the_cookie_too() {
    let transport = Transport::Proxy("https://data.example.com".parse().unwrap());
    let world = World::with(Settings { transport, ..Settings::default() }).await;
    for path in PATHS {
        let told = world.get(path, &As::Nobody).await.header("strict-transport-security").to_owned();
        assert!(told.starts_with("max-age=3") && told.contains("includeSubDomains"), "{path}: {told}");
    }
    let account = databank_access::NewAccount { username: "anna".parse().unwrap(), display_name: None, grants: vec![] };
    let (_, password) = world.app.access().create_user(account, world.app.now_us()).await.unwrap();
    let body = json!({ "username": "anna", "password": password.expose() });
    let cookie = world.post("/api/v1/session", &As::Nobody, &body).await.header("set-cookie").to_owned();
    assert!(cookie.starts_with("__Host-databank_session="), "{cookie}");
    for part in ["HttpOnly", "SameSite=Strict", "Secure", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
}

#[tokio::test]
async fn no_other_site_changes_anything_in_a_users_name() {
    let world = World::new().await;
    world.add_user("anna", "acme", "owner").await;
    let As::Session(cookie) = world.sign_in("anna").await else { unreachable!() };
    let send = async |method: &Method, path: &str, headers: &[(&str, &str)]| {
        let mut request =
            Request::builder().method(method).uri(path).header("host", "localhost").header("cookie", &cookie);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = json!({ "password": PASSWORD }).to_string();
        world.send(request.header("content-type", "application/json").body(Body::from(body)).unwrap()).await
    };
    let foreign: [&[(&str, &str)]; 5] = [
        &[],
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
        &[("sec-fetch-site", "cross-site")],
        &[("origin", "http://localhost"), ("sec-fetch-site", "same-site")],
    ];
    let paths = [
        (Method::POST, "/api/v1/session/confirm"),
        (Method::DELETE, "/api/v1/session"),
        (Method::PUT, "/api/v1/brands/acme/members/anna"),
        (Method::PATCH, "/api/v1/users/anna"),
        (Method::DELETE, "/api/v1/brands/acme/keys/1"),
    ];
    for headers in foreign {
        for (method, path) in &paths {
            send(method, path, headers).await.problem(403, "cross_site");
        }
        let answer = send(&Method::GET, "/api/v1/session", headers).await;
        assert_eq!(answer.status.as_u16(), 200, "reading changes nothing: {headers:?}");
    }
    for headers in [[("origin", "http://localhost")], [("sec-fetch-site", "same-origin")]] {
        let answer = send(&Method::POST, "/api/v1/session/confirm", &headers).await;
        assert_eq!(answer.status.as_u16(), 204, "{headers:?}: {}", answer.text());
    }
}

#[tokio::test]
async fn nobody_is_signed_in_from_another_site() {
    let world = World::new().await;
    let request = Request::builder()
        .method(Method::POST)
        .uri("/api/v1/session")
        .header("host", "localhost")
        .header("origin", "https://evil.example")
        .header("content-type", "application/json")
        .body(Body::from(json!({ "username": "a", "password": "b" }).to_string()));
    world.send(request.unwrap()).await.problem(403, "cross_site");
}
