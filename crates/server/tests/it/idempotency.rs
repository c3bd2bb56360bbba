//! Creating requests that are sent again.

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::{Answer, As, World, request};

async fn create(world: &World, who: &As, key: &str, path: &str, body: &Value) -> Answer {
    let mut sent = request(Method::POST, path, who, Some(body));
    sent.headers_mut().insert("idempotency-key", key.parse().unwrap());
    world.send(sent).await
}

#[tokio::test]
async fn the_same_request_under_the_same_key_is_done_once() {
    let world = World::new().await;
    world.add_user("root", "*", "owner").await;
    let root = world.sign_in("root").await;
    let body = json!({ "slug": "third" });
    let first = create(&world, &root, "k1", "/api/v1/brands", &body).await;
    let again = create(&world, &root, "k1", "/api/v1/brands", &body).await;
    assert_eq!(first.status.as_u16(), 201, "{}", first.text());
    assert_eq!((again.status, again.body.clone()), (first.status, first.body));
    assert_eq!(
        (first.headers.contains_key("idempotency-replayed"), again.header("idempotency-replayed")),
        (false, "true")
    );

    create(&world, &root, "k1", "/api/v1/brands", &json!({ "slug": "fourth" })).await.problem(409, "conflict");
    create(&world, &root, "k2", "/api/v1/brands", &body).await.problem(409, "conflict");
    create(&world, &As::Nobody, "k1", "/api/v1/brands", &body).await.problem(401, "not_signed_in");
}

#[tokio::test]
async fn a_request_that_created_nothing_may_be_sent_again() {
    let world = World::new().await;
    world.add_user("root", "*", "owner").await;
    let root = world.sign_in("root").await;
    create(&world, &root, "k", "/api/v1/brands", &json!({ "slug": "No Slug" })).await.problem(422, "invalid");
    let right = create(&world, &root, "k", "/api/v1/brands", &json!({ "slug": "slug" })).await;
    assert_eq!(right.status.as_u16(), 201, "{}", right.text());
}

#[tokio::test]
async fn a_secret_is_given_again_and_stored_nowhere() {
    let world = World::new().await;
    world.add_user("root", "*", "owner").await;
    let root = world.sign_in("root").await;
    let body = json!({ "name": "k", "kind": "api" });
    let first = create(&world, &root, "k", "/api/v1/brands/acme/keys", &body).await;
    let again = create(&world, &root, "k", "/api/v1/brands/acme/keys", &body).await;
    assert_eq!(first.status.as_u16(), 201, "{}", first.text());
    assert_eq!(first.body, again.body);
    let keys = world.get("/api/v1/brands/acme/keys", &root).await.json();
    assert_eq!(keys["items"].as_array().unwrap().len(), 1, "{keys}");

    let secret = first.json()["key"].as_str().unwrap().to_owned();
    let catalog = world.app.installation().path().join("catalog.sqlite");
    for file in [catalog.clone(), catalog.with_extension("sqlite-wal")] {
        let bytes = std::fs::read(&file).unwrap_or_default();
        assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()), "{}", file.display());
    }
}
