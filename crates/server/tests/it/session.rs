//! Signing in, what a session may do, and its end.

use axum::http::{Method, StatusCode};
use databank_server::settings::{Settings, Tracking};
use serde_json::json;

use crate::support::{As, PASSWORD, World};

#[tokio::test]
async fn a_session_says_who_may_what_where() {
    let world = World::new().await;
    world.add_user("anna", "acme", "analyst").await;
    world.add_user("root", "*", "owner").await;
    let anna = world.get("/api/v1/session", &world.sign_in("anna").await).await.json();
    assert_eq!(anna["user"]["username"], "anna");
    assert_eq!(anna["grants"], json!([{ "brand": "acme", "role": "analyst" }]));
    assert!(anna["actions"]["acme"].as_array().unwrap().contains(&json!("consumers.read")));
    assert_eq!(anna["actions"].as_object().unwrap().len(), 1, "{anna}");
    assert_eq!(anna["installation_actions"], json!([]));
    let root = world.get("/api/v1/session", &world.sign_in("root").await).await.json();
    assert_eq!(root["actions"].as_object().unwrap().len(), 2, "{root}");
    assert!(root["installation_actions"].as_array().unwrap().contains(&json!("installation.manage")));
}

#[tokio::test]
async fn a_session_that_was_ended_cannot_be_used_again() {
    let world = World::new().await;
    world.add_user("anna", "acme", "viewer").await;
    let anna = world.sign_in("anna").await;
    let answer = world.call(Method::DELETE, "/api/v1/session", &anna, None).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    assert!(answer.header("clear-site-data").contains("cookies"));
    assert!(answer.header("set-cookie").contains("Max-Age=0"), "{}", answer.header("set-cookie"));
    world.get("/api/v1/session", &anna).await.problem(401, "not_signed_in");
}

#[tokio::test]
async fn who_must_change_their_password_does_that_first() {
    let world = World::new().await;
    world.add_user("root", "*", "owner").await;
    let root = world.sign_in("root").await;
    let grants = json!([{ "brand": "acme", "role": "owner" }]);
    let created = world.post("/api/v1/users", &root, &json!({ "username": "anna", "grants": grants })).await;
    assert_eq!(created.status, StatusCode::CREATED, "{}", created.text());
    let one_time = created.json()["one_time_password"].clone();
    let sign_in = json!({ "username": "anna", "password": one_time });
    let answer = world.post("/api/v1/session", &As::Nobody, &sign_in).await;
    assert_eq!(answer.json()["user"]["password_change_needed"], true);
    let anna = As::Session(answer.header("set-cookie").split(';').next().unwrap().to_owned());

    world.get("/api/v1/brands/acme", &anna).await.problem(403, "password_change_needed");
    let weak = json!({ "current_password": one_time, "new_password": "password12" });
    world.post("/api/v1/session/password", &anna, &weak).await.problem(422, "invalid");
    let good = json!({ "current_password": one_time, "new_password": PASSWORD });
    let changed = world.post("/api/v1/session/password", &anna, &good).await;
    assert_eq!(changed.status, StatusCode::NO_CONTENT, "{}", changed.text());
    assert_eq!(world.get("/api/v1/brands/acme", &anna).await.status, StatusCode::OK);
}

#[tokio::test]
async fn what_was_done_and_what_was_refused_is_in_the_audit_log() {
    let world = World::new().await;
    world.add_user("root", "*", "owner").await;
    let root = world.sign_in("root").await;
    world.post("/api/v1/session", &As::Nobody, &json!({ "username": "root", "password": "wrong" })).await;
    let secret = world.post("/api/v1/users", &root, &json!({ "username": "anna" })).await;
    let log = world.get("/api/v1/audit?limit=200", &root).await;
    let actions: Vec<_> = log.json()["items"].as_array().unwrap().iter().map(|entry| entry["action"].clone()).collect();
    assert_eq!(actions.first(), Some(&json!("user.add")), "newest first: {actions:?}");
    let refused = world.get("/api/v1/audit?outcome=refused", &root).await.json();
    assert_eq!(refused["items"][0]["action"], "session.create", "{refused}");
    let shown = secret.json()["one_time_password"].as_str().unwrap().to_owned();
    assert!(!log.text().contains(&shown));
    world.get("/api/v1/audit?outcome=perhaps", &root).await.problem(422, "invalid");
}

#[tokio::test]
async fn a_session_says_where_events_are_sent() {
    let named = Some("https://collect.example.com".parse().unwrap());
    for (tracking, told) in [
        (Tracking::default(), json!({ "origin": null, "port": null })),
        (Tracking { apart: Some(9090), origin: None }, json!({ "origin": null, "port": 9090 })),
        (Tracking { apart: None, origin: named }, json!({ "origin": "https://collect.example.com", "port": null })),
    ] {
        let world = World::with(Settings { tracking, ..Settings::default() }).await;
        world.add_user("root", "*", "owner").await;
        let session = world.get("/api/v1/session", &world.sign_in("root").await).await.json();
        assert_eq!(session["tracking"], told);
    }
}
