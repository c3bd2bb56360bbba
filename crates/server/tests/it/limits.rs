//! What is too large, too long or too often.

use axum::body::Body;
use axum::http::{Method, Request};
use databank_server::settings::{Settings, Transport};
use serde_json::json;

use crate::support::{As, World, request};

#[tokio::test]
async fn what_is_too_large_is_refused_as_a_problem() {
    let world = World::new().await;
    let long = json!({ "username": "a", "password": "x".repeat(2 << 20) });
    world.post("/api/v1/session", &As::Nobody, &long).await.problem(413, "too_large");

    let path = format!("/api/v1/brands?page={}", "x".repeat(9 << 10));
    world.get(&path, &As::Nobody).await.problem(414, "address_too_long");

    let mut large = request(Method::GET, "/api/v1/brands", &As::Nobody, None);
    large.headers_mut().insert("x-filler", "x".repeat(17 << 10).parse().unwrap());
    world.send(large).await.problem(431, "headers_too_large");
}

#[tokio::test]
async fn what_cannot_be_read_is_told_apart_from_what_is_wrong() {
    let world = World::new().await;
    let send = async |kind: &str, body: &str| {
        let request = Request::builder().method(Method::POST).uri("/api/v1/session").header("content-type", kind);
        world.send(request.body(Body::from(body.to_owned())).unwrap()).await
    };
    send("application/json", "{").await.problem(400, "malformed");
    send("text/plain", "{}").await.problem(415, "unsupported_type");
    let missing = send("application/json", r#"{"username":"a"}"#).await.problem(422, "invalid");
    assert!(missing["detail"].as_str().unwrap().contains("password"), "{missing}");
    let unknown = send("application/json", r#"{"username":"a","password":"b","is_admin":true}"#).await;
    assert!(unknown.problem(422, "invalid")["detail"].as_str().unwrap().contains("is_admin"));
}

#[tokio::test]
async fn an_address_that_asks_too_much_is_told_when_to_come_again() {
    let world = World::with(Settings { requests_per_second: 1, ..Settings::default() }).await;
    for _ in 0..5 {
        assert_eq!(world.get("/healthz", &As::Nobody).await.status.as_u16(), 200);
    }
    let answer = world.get("/healthz", &As::Nobody).await;
    answer.problem(429, "too_many_requests");
    assert!(answer.header("retry-after").parse::<u64>().unwrap() >= 1);
}

#[tokio::test]
async fn guessing_passwords_has_to_wait_and_all_guesses_look_alike() {
    let world = World::new().await;
    world.add_user("anna", "acme", "viewer").await;
    let guess = async |name: &str| {
        world.post("/api/v1/session", &As::Nobody, &json!({ "username": name, "password": "not it at all" })).await
    };
    let known = guess("anna").await;
    let unknown = guess("nobody").await;
    known.problem(401, "wrong_credentials");
    assert_eq!(known.without_id(), unknown.without_id());
    let mut last = guess("anna").await;
    for _ in 0..100 {
        if last.status.as_u16() == 429 {
            break;
        }
        last = guess("anna").await;
    }
    last.problem(429, "too_many_requests");
    assert!(last.header("retry-after").parse::<u64>().unwrap() >= 1);
}

/// H18: whoever asks cannot say that somebody else does.
#[tokio::test]
async fn bad_h18_an_address_is_the_connection_s_or_the_last_that_a_declared_proxy_names() {
    let few = || Settings { requests_per_second: 1, ..Settings::default() };
    let ask = async |world: &World, forwarded: &str| {
        let mut asked = request(Method::GET, "/healthz", &As::Nobody, None);
        asked.headers_mut().insert("x-forwarded-for", forwarded.parse().unwrap());
        asked.headers_mut().insert("forwarded", format!("for={forwarded}").parse().unwrap());
        asked.headers_mut().insert("x-real-ip", forwarded.parse().unwrap());
        world.send(asked).await.status.as_u16()
    };
    // Not behind a proxy, whatever a client says of itself is nobody's word.
    let plain = World::with(few()).await;
    for n in 0..5 {
        assert_eq!(ask(&plain, &format!("10.0.0.{n}")).await, 200);
    }
    assert_eq!(ask(&plain, "10.0.0.9").await, 429);
    // Behind one, the address that it adds counts, and none of those that a client wrote before it.
    let transport = Transport::Proxy("https://data.example.com".parse().unwrap());
    let proxied = World::with(Settings { transport, ..few() }).await;
    for n in 0..5 {
        assert_eq!(ask(&proxied, &format!("10.0.0.{n}, 10.1.1.1")).await, 200);
    }
    assert_eq!(ask(&proxied, "10.0.0.9, 10.1.1.1").await, 429);
    assert_eq!(ask(&proxied, "10.1.1.1, 10.2.2.2").await, 200);
}
