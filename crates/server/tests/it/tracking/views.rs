//! What waits in the inbox is seen as it will be when it is deposited.

use serde_json::{Value, json};

use super::Tracked;

/// What pages show of the brand and of some people, without what names a version.
async fn seen(tracked: &Tracked) -> Value {
    let get = async |path: &str| {
        let answer = tracked.world.get(&format!("/api/v1/brands/acme/{path}"), &tracked.operator).await;
        let mut body = if answer.status == 200 { answer.json() } else { json!(answer.status.as_u16()) };
        if let Some(object) = body.as_object_mut() {
            object.remove("vault_version");
        }
        body
    };
    let mut all = vec![
        get("assets").await,
        get("trend?from=2026-10-01&to=2026-12-31").await,
        get("flow?from=2026-10-01&to=2026-11-30").await,
    ];
    for id in ["user_id:u1", "user_id:u2", "anonymous_id:a1", "email:bob@shop.cn", "user_id:u9"] {
        let body = json!({ "id": id });
        let found = tracked.world.post("/api/v1/brands/acme/consumers/lookup", &tracked.operator, &body).await;
        let Some(consumer) = found.json()["consumer"].as_u64() else {
            all.push(json!(found.status.as_u16()));
            continue;
        };
        all.push(get(&format!("consumers/{consumer}")).await);
        all.push(get(&format!("consumers/{consumer}/events?limit=100")).await);
    }
    Value::Array(all)
}

fn day(event: Value, day: &str, id: &str) -> Value {
    let mut event = event;
    event["timestamp"] = format!("2026-11-{day}T08:00:00Z").into();
    event["messageId"] = id.into();
    event["type"] = event.get("type").cloned().unwrap_or_else(|| "track".into());
    event
}

#[tokio::test]
async fn what_waits_is_seen_as_it_will_be_when_it_is_deposited() {
    let tracked = Tracked::new().await;
    assert_eq!(seen(&tracked).await[3], 404, "nobody is known yet");
    let rounds: [Vec<Value>; 4] = [
        // The brand's first events.
        vec![
            day(json!({ "event": "Product Viewed", "anonymousId": "a1", "properties": { "sku": "1" } }), "01", "1"),
            day(json!({ "event": "Product Viewed", "userId": "u2" }), "02", "2"),
        ],
        // Whoever browsed signs in: stored events become somebody else's.
        vec![
            day(
                json!({ "type": "identify", "userId": "u1", "anonymousId": "a1", "traits": { "email": "Bob@shop.cn", "city": "上海" } }),
                "03",
                "3",
            ),
            day(
                json!({ "event": "Order Completed", "userId": "u1", "properties": { "order_id": "o1", "products": [{ "sku": "1", "price": 9.5 }, { "sku": "2", "price": 3 }] } }),
                "03",
                "4",
            ),
        ],
        // Known already, refused, and a second purchase.
        vec![
            day(json!({ "event": "Product Viewed", "userId": "u2" }), "02", "2"),
            day(
                json!({ "event": "Order Completed", "userId": "u1", "properties": { "order_id": "o2", "total": 1 } }),
                "05",
                "5",
            ),
            day(json!({ "event": "x" }), "05", "6"),
        ],
        // Two who were two become one.
        vec![
            day(json!({ "type": "alias", "userId": "u1", "previousId": "u2" }), "06", "7"),
            day(
                json!({ "event": "Order Refunded", "userId": "u1", "properties": { "order_id": "o1", "total": 12.5 } }),
                "07",
                "8",
            ),
        ],
    ];
    for (round, events) in rounds.iter().enumerate() {
        let before = seen(&tracked).await;
        tracked.batch(events).await;
        let waiting = seen(&tracked).await;
        assert!(tracked.deposit().await > 0);
        let deposited = seen(&tracked).await;
        assert_eq!(waiting, deposited, "round {round}");
        assert_ne!(before, waiting, "round {round}");
    }
    let views = tracked.world.app.installation().path().join("spill/views");
    assert_eq!(std::fs::read_dir(views).unwrap().count(), 0, "what a view was made of goes with it");
}
