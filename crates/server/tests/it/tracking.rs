//! Tracking over HTTP: what is accepted, what is refused, and that all of it is counted and deposited once.

mod bad_events;
mod bad_ids;
mod bad_input;
mod identity;
mod links;
mod naughty;
mod recorded;
mod replayed;
mod shuffled;
mod views;
mod wire;

use axum::body::Body;
use axum::http::{Method, Request};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::support::{Answer, As, World};

/// A server with an operator and a key that writes.
pub(crate) struct Tracked {
    pub(crate) world: World,
    pub(crate) operator: As,
    pub(crate) key: String,
}

impl Tracked {
    pub(crate) async fn new() -> Self {
        let world = World::new().await;
        world.add_user("root", "*", "owner").await;
        let operator = world.sign_in("root").await;
        let key = key_of(&world, &operator, "acme", "web").await;
        Self { world, operator, key }
    }

    /// Sends a body to an address with Basic authorization.
    pub(crate) async fn send(&self, path: &str, body: impl Into<Vec<u8>>) -> Answer {
        self.send_with(path, body, &[("authorization", &basic(&self.key))]).await
    }

    pub(crate) async fn send_with(&self, path: &str, body: impl Into<Vec<u8>>, headers: &[(&str, &str)]) -> Answer {
        let body: Vec<u8> = body.into();
        let mut request = Request::builder().method(Method::POST).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.world.send(request.body(Body::from(body)).unwrap()).await
    }

    /// Sends a batch, and gives received, accepted, duplicate, rejected.
    pub(crate) async fn batch(&self, events: &[Value]) -> [i64; 4] {
        let answer = self.send("/v1/batch", json!({ "batch": events }).to_string()).await;
        counts(&answer)
    }

    /// Deposits what waits.
    pub(crate) async fn deposit(&self) -> u64 {
        let installation = self.world.app.installation();
        let brand = "acme".parse().unwrap();
        let _writing = installation.write_brand(&brand).await;
        installation.collector.deposit(&brand, self.world.app.now_us()).await.unwrap().events
    }

    /// What is counted over the last hour.
    pub(crate) async fn counted(&self) -> Value {
        let answer = self.world.get("/api/v1/brands/acme/tracking/counts", &self.operator).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()
    }
}

pub(crate) async fn key_of(world: &World, owner: &As, brand: &str, name: &str) -> String {
    let body = json!({ "name": name, "kind": "write" });
    let answer = world.post(&format!("/api/v1/brands/{brand}/keys"), owner, &body).await;
    answer.json()["key"].as_str().unwrap().to_owned()
}

pub(crate) fn basic(key: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{key}:")))
}

#[track_caller]
pub(crate) fn counts(answer: &Answer) -> [i64; 4] {
    assert_eq!(answer.status, 200, "{}", answer.text());
    let body = answer.json();
    assert_eq!(body["success"], true);
    ["received", "accepted", "duplicate", "rejected"].map(|name| body[name].as_i64().unwrap())
}

fn viewed(user: &str, id: &str) -> Value {
    json!({ "type": "track", "event": "Product Viewed", "userId": user, "messageId": id, "properties": { "sku": "s1" } })
}

#[tokio::test]
async fn what_is_sent_again_counts_once_before_and_after_it_is_deposited() {
    let tracked = Tracked::new().await;
    let order = json!({
        "type": "track", "event": "Order Completed", "userId": "u1", "messageId": "o",
        "properties": { "order_id": "1", "products": [{ "sku": "a", "price": 1 }, { "sku": "b", "price": 2 }] }
    });
    let who = json!({ "type": "identify", "userId": "u1", "messageId": "i", "traits": { "city": "上海" } });
    let alias = json!({ "type": "alias", "userId": "u1", "previousId": "u0", "messageId": "a" });
    let events = [viewed("u1", "v"), order.clone(), who.clone(), alias];
    assert_eq!(tracked.batch(&events).await, [4, 4, 0, 0]);
    assert_eq!(tracked.batch(&events).await, [4, 0, 4, 0]);
    // Within one batch as well, and in another order.
    assert_eq!(tracked.batch(&[viewed("u2", "w"), viewed("u2", "w"), order.clone()]).await, [3, 1, 2, 0]);
    assert_eq!(tracked.deposit().await, 11);
    assert_eq!(tracked.batch(&events).await, [4, 0, 4, 0]);
    assert_eq!(tracked.deposit().await, 4);
    assert_eq!(tracked.deposit().await, 0);
    let counted = tracked.counted().await;
    assert_eq!(
        counted["total"],
        json!({ "received": 15, "accepted": 5, "duplicate": 10, "rejected": 0, "suppressed": 0 }),
        "{counted}"
    );
    assert_eq!(counted["waiting"], json!({ "events": 0, "since": null }));
}

#[tokio::test]
async fn an_id_that_says_something_else_is_refused_and_the_first_stands() {
    let tracked = Tracked::new().await;
    let other = |city: &str| {
        json!({ "type": "identify", "userId": "u1", "messageId": "i", "timestamp": "2026-11-01T00:00:00Z",
                "traits": { "city": city } })
    };
    assert_eq!(tracked.batch(&[viewed("u1", "v"), other("a")]).await, [2, 2, 0, 0]);
    let again = [viewed("u2", "v"), other("b"), viewed("u1", "v"), other("a")];
    for _ in 0..2 {
        let answer = tracked.send("/v1/batch", json!({ "batch": again }).to_string()).await;
        assert_eq!(counts(&answer), [4, 0, 2, 2]);
        let errors = answer.json()["errors"].clone();
        for (place, index) in [(0, 0), (1, 1)] {
            assert_eq!(
                (&errors[place]["index"], &errors[place]["code"]),
                (&json!(index), &json!("duplicate_conflict"))
            );
        }
        tracked.deposit().await;
    }
    let counted = tracked.counted().await;
    assert_eq!(
        counted["total"],
        json!({ "received": 10, "accepted": 2, "duplicate": 4, "rejected": 4, "suppressed": 0 }),
        "{counted}"
    );
    let rejects = tracked.world.get("/api/v1/brands/acme/rejects?source=web", &tracked.operator).await.json();
    assert_eq!(rejects["items"].as_array().map(Vec::len), Some(4), "{rejects}");
}

#[tokio::test]
async fn the_key_may_stand_in_the_head_or_in_the_body_and_must_be_one() {
    let tracked = Tracked::new().await;
    let other = key_of(&tracked.world, &tracked.operator, "other", "web").await;
    let body = |key: Option<&str>| {
        let event = json!({ "userId": "u1", "event": "x", "writeKey": key });
        event.to_string()
    };
    let (own, bearer) = (basic(&tracked.key), format!("Bearer {}", tracked.key));
    for (headers, in_body, status, code) in [
        (vec![("authorization", own.as_str())], None, 200, ""),
        (vec![("authorization", own.as_str())], Some(tracked.key.as_str()), 200, ""),
        (vec![("authorization", bearer.as_str())], None, 200, ""),
        (vec![], Some(tracked.key.as_str()), 200, ""),
        (vec![], None, 401, "invalid_key"),
        (vec![], Some("dbk_w1_x_y"), 401, "invalid_key"),
        (vec![("authorization", "Basic ?")], Some(tracked.key.as_str()), 401, "invalid_key"),
        (vec![("authorization", "Digest x")], Some(tracked.key.as_str()), 401, "invalid_key"),
        (vec![("authorization", own.as_str())], Some(other.as_str()), 401, "key_mismatch"),
    ] {
        let answer = tracked.send_with("/v1/track", body(in_body), &headers).await;
        assert_eq!(answer.status.as_u16(), status, "{headers:?} {in_body:?}: {}", answer.text());
        if status != 200 {
            assert_eq!(answer.json()["code"], code, "{}", answer.text());
        }
    }
    // A key for asking is none for sending, and is told so by the same words as one that nobody has.
    let asks = tracked.world.make_key(&tracked.operator, "acme", "api", &[]).await;
    let As::Key(asks) = asks else { panic!("a key") };
    let refused = tracked.send_with("/v1/track", body(None), &[("authorization", &basic(&asks))]).await;
    let unknown = tracked.send_with("/v1/track", body(None), &[("authorization", &basic("dbk_w9_x_y"))]).await;
    assert_eq!((refused.status, &refused.body), (unknown.status, &unknown.body));
    // A revoked one is gone at once.
    let keys = tracked.world.get("/api/v1/brands/acme/keys", &tracked.operator).await.json();
    let id = keys["items"].as_array().unwrap().iter().find(|key| key["kind"] == "write").unwrap()["id"].clone();
    let path = format!("/api/v1/brands/acme/keys/{}", id.as_str().unwrap());
    assert!(tracked.world.call(Method::DELETE, &path, &tracked.operator, None).await.status.is_success());
    assert_eq!(tracked.send("/v1/track", body(None)).await.status, 401);
}

#[tokio::test]
async fn every_address_takes_what_it_is_for() {
    let tracked = Tracked::new().await;
    for (path, event) in [
        ("/v1/track", json!({ "userId": "u1", "event": "x" })),
        ("/v1/t", json!({ "userId": "u1", "event": "y" })),
        ("/v1/page", json!({ "userId": "u1" })),
        ("/v1/p", json!({ "anonymousId": "a1", "userId": null })),
        ("/v1/screen", json!({ "userId": "u1", "name": "home" })),
        ("/v1/s", json!({ "userId": "u2", "name": "home" })),
        ("/v1/identify", json!({ "userId": "u1", "traits": { "a": 1 } })),
        ("/v1/i", json!({ "userId": "u2", "traits": { "a": 1 } })),
        ("/v1/group", json!({ "userId": "u1", "groupId": "g" })),
        ("/v1/g", json!({ "userId": "u2", "groupId": "g" })),
        ("/v1/alias", json!({ "userId": "u3", "previousId": "u4" })),
        ("/v1/merge", json!({ "userId": "u5", "previousId": "u6" })),
        ("/v1/a", json!({ "userId": "u7", "previousId": "u8" })),
        ("/v1/import", json!({ "batch": [{ "type": "track", "userId": "u1", "event": "z" }] })),
        ("/v1/b", json!({ "batch": [{ "type": "track", "userId": "u1", "event": "zz" }] })),
        ("/beacon/v1/batch", json!({ "batch": [{ "type": "track", "userId": "u1", "event": "zzz" }] })),
    ] {
        let answer = tracked.send(path, event.to_string()).await;
        assert_eq!(counts(&answer), [1, 1, 0, 0], "{path}: {}", answer.text());
    }
    let unknown = tracked.send("/v1/nothing", "{}").await;
    assert_eq!((unknown.status.as_u16(), unknown.json()["code"].as_str()), (404, Some("not_found")));
    assert_eq!(tracked.send("/v1/m", "{}").await.json(), json!({ "success": true }));
    assert_eq!(tracked.deposit().await, 16);
    assert_eq!(tracked.counted().await["total"]["accepted"], 16);
}

#[tokio::test]
async fn browsers_of_other_sites_may_send_and_are_told_so() {
    let tracked = Tracked::new().await;
    let ask = Request::builder().method(Method::OPTIONS).uri("/v1/t").header("origin", "https://shop.example.com");
    let ask = ask.header("access-control-request-headers", "authorization,content-type,x-retry-count,sentat");
    let answer = tracked.world.send(ask.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status, 204);
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    for header in ["Authorization", "Content-Type", "X-Retry-Count", "SentAt", "Rsa-Retry-Attempt", "*"] {
        assert!(answer.header("access-control-allow-headers").contains(header), "{header}");
    }
    let own = basic(&tracked.key);
    let headers =
        [("authorization", own.as_str()), ("origin", "https://shop.example.com"), ("content-type", "text/plain")];
    let answer = tracked.send_with("/v1/t", r#"{"userId":"u","event":"x"}"#, &headers).await;
    assert_eq!((answer.status.as_u16(), answer.header("access-control-allow-origin")), (200, "*"));
    assert_eq!(answer.header("access-control-expose-headers"), "Retry-After");
    let refused = tracked.send_with("/v1/t", "?", &headers).await;
    assert_eq!((refused.status.as_u16(), refused.header("access-control-allow-origin")), (400, "*"));
    // Nothing else may be asked from there.
    let api = Request::builder().uri("/api/v1/brands").header("origin", "https://shop.example.com");
    assert_eq!(tracked.world.send(api.body(Body::empty()).unwrap()).await.header("access-control-allow-origin"), "");

    let settings = Request::builder().uri(format!("/v1/projects/{}/settings", tracked.key));
    let settings = tracked.world.send(settings.body(Body::empty()).unwrap()).await;
    assert_eq!(settings.json()["integrations"]["Segment.io"]["apiKey"], tracked.key.as_str());
    let rudder = Request::builder().uri("/sourceConfig/?p=npm&v=3.34.1").header("authorization", own);
    let rudder = tracked.world.send(rudder.body(Body::empty()).unwrap()).await;
    assert_eq!(rudder.json()["source"]["enabled"], true);
    let unknown = Request::builder().uri("/v1/projects/nobody/settings").body(Body::empty()).unwrap();
    assert_eq!(tracked.world.send(unknown).await.status, 401);
}

/// A page that is being left cannot set a header.
#[tokio::test]
async fn a_beacon_names_its_key_in_its_address() {
    let tracked = Tracked::new().await;
    let sent = |id: &str| json!({ "batch": [{ "type": "track", "userId": "u1", "event": "x", "messageId": id }] });
    let plain = [("content-type", "text/plain")];
    let beacon = format!("/beacon/v1/batch?writeKey={}", tracked.key);
    let answer = tracked.send_with(&beacon, sent("1").to_string(), &plain).await;
    assert_eq!(counts(&answer), [1, 1, 0, 0], "{}", answer.text());
    // The same key in two places is one; two keys are none.
    let own = basic(&tracked.key);
    let head = [("authorization", own.as_str())];
    assert_eq!(tracked.send_with(&beacon, sent("2").to_string(), &head).await.status, 200);
    for other in ["/beacon/v1/batch?writeKey=another".to_owned(), format!("{beacon}&writeKey=another")] {
        let refused = tracked.send_with(&other, sent("3").to_string(), &head).await;
        assert_eq!((refused.status.as_u16(), refused.json()["code"].as_str()), (401, Some("key_mismatch")), "{other}");
    }
    for none in ["/beacon/v1/batch", "/beacon/v1/batch?writeKey=", "/beacon/v1/batch?writeKey=nobody"] {
        let refused = tracked.send_with(none, sent("4").to_string(), &plain).await;
        assert_eq!((refused.status.as_u16(), refused.json()["code"].as_str()), (401, Some("invalid_key")), "{none}");
    }
    assert_eq!(tracked.deposit().await, 2);
}

#[tokio::test]
async fn a_brand_s_own_names_are_read_from_then_on() {
    let tracked = Tracked::new().await;
    let quiz = |id: &str| json!({ "type": "track", "event": "Quiz Finished", "userId": "u1", "messageId": id });
    tracked.batch(&[quiz("1")]).await;
    tracked.deposit().await;
    let path = "/api/v1/brands/acme/tracking";
    let body = json!({ "names": { "quiz finished": "content_view" }, "click_hosts": ["*.Example.com"] });
    let put = tracked.world.call(Method::PUT, path, &tracked.operator, Some(&body)).await;
    assert_eq!(put.status, 200, "{}", put.text());
    assert_eq!(put.json()["click_hosts"], json!(["*.example.com"]));
    tracked.batch(&[quiz("2")]).await;
    tracked.deposit().await;
    let seen = tracked
        .world
        .post("/api/v1/brands/acme/consumers/lookup", &tracked.operator, &json!({ "id": "user_id:u1" }))
        .await;
    let consumer = seen.json()["consumer"].clone();
    let events =
        tracked.world.get(&format!("/api/v1/brands/acme/consumers/{consumer}/events"), &tracked.operator).await;
    let behaviors: Vec<String> = events.json()["items"]
        .as_array()
        .unwrap_or_else(|| panic!("{}", events.text()))
        .iter()
        .map(|event| event["behavior"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(behaviors, ["content_view", "custom:quiz_finished"]);
    for bad in
        [json!({ "names": { "x": "nothing" } }), json!({ "click_hosts": ["a b"] }), json!({ "click_hosts": ["*"] })]
    {
        let answer = tracked.world.call(Method::PUT, path, &tracked.operator, Some(&bad)).await;
        answer.problem(422, "invalid");
    }
}
