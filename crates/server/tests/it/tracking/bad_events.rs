//! The catalogue of bad input, as far as what is stored decides it: orders that are told again, properties and traits.

use serde_json::{Value, json};

use super::Tracked;

fn order(id: &str, properties: &Value) -> Value {
    json!({ "type": "track", "event": "Order Completed", "userId": "u1", "messageId": id, "timestamp": "2026-11-01T08:00:00Z",
            "properties": properties })
}

async fn get(tracked: &Tracked, path: &str) -> Value {
    tracked.world.get(&format!("/api/v1/brands/acme/{path}"), &tracked.operator).await.json()
}

/// What is said of who has an id.
async fn consumer(tracked: &Tracked, id: &str) -> Value {
    let (path, body) = ("/api/v1/brands/acme/consumers/lookup", json!({ "id": id }));
    let found = tracked.world.post(path, &tracked.operator, &body).await.json();
    get(tracked, &format!("consumers/{}", found["consumer"])).await
}

/// Their events, the newest first.
async fn events(tracked: &Tracked, id: &str) -> Vec<Value> {
    let consumer = consumer(tracked, id).await["consumer"].clone();
    let events = get(tracked, &format!("consumers/{consumer}/events?limit=200")).await;
    events["items"].as_array().unwrap_or_else(|| panic!("{events}")).clone()
}

/// Accepted, duplicate and rejected of all that came.
async fn counted(tracked: &Tracked) -> [i64; 3] {
    let counted = tracked.counted().await;
    ["accepted", "duplicate", "rejected"].map(|name| counted["total"][name].as_i64().unwrap())
}

async fn attributes(tracked: &Tracked, id: &str) -> Vec<(String, String)> {
    let consumer = consumer(tracked, id).await;
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let attributes = consumer["attributes"].as_array().unwrap_or_else(|| panic!("{consumer}"));
    attributes.iter().map(|attribute| (text(&attribute["name"]), text(&attribute["value"]))).collect()
}

#[tokio::test]
async fn bad_e23_an_order_that_is_told_again_is_bought_once() {
    // Whether its products are listed or only its sum is told.
    let listed = |amount: u32| json!({ "order_id": "o1", "products": [{ "sku": "s", "price": amount }] });
    let summed = |amount: u32| json!({ "order_id": "o1", "total": amount });
    for properties in [&listed as &dyn Fn(u32) -> Value, &summed] {
        let tracked = Tracked::new().await;
        // By two programs under ids of their own, and once with another sum.
        let told = [order("1", &properties(10)), order("2", &properties(10)), order("3", &properties(12))];
        tracked.batch(&told).await;
        assert_eq!(tracked.deposit().await, 3);
        assert_eq!(counted(&tracked).await, [1, 1, 1]);
        let rejects = get(&tracked, "rejects").await;
        assert_eq!(rejects["items"][0]["code"], "duplicate_conflict", "{rejects}");
        // A higher revision replaces it, a lower one is known.
        for (id, amount, revision) in [("4", 13, 2), ("5", 99, 1)] {
            let mut properties = properties(amount);
            properties["revision"] = revision.into();
            tracked.batch(&[order(id, &properties)]).await;
            tracked.deposit().await;
        }
        assert_eq!(counted(&tracked).await, [2, 2, 1]);
        let events = events(&tracked, "user_id:u1").await;
        let amounts: Vec<&Value> = events.iter().map(|event| &event["amount"]["minor"]).collect();
        assert_eq!(amounts, [1300]);
        let totals = consumer(&tracked, "user_id:u1").await["totals"].clone();
        assert_eq!(totals["amounts"], json!([{ "minor": 1300, "currency": "CNY" }]), "{totals}");
    }
}

#[tokio::test]
async fn bad_e22_a_refund_beyond_its_order_or_of_none_lowers_no_other() {
    let tracked = Tracked::new().await;
    let of = |user: &str, mut event: Value| {
        event["userId"] = user.into();
        event
    };
    let refund = |id: &str, order_id: &str, amount: u32| {
        let mut event = order(id, &json!({ "order_id": order_id, "total": amount }));
        event["event"] = "Order Refunded".into();
        event["timestamp"] = "2026-11-02T08:00:00Z".into();
        event
    };
    let batch = [
        of("u1", order("1", &json!({ "order_id": "o1", "total": 10 }))),
        of("u2", order("2", &json!({ "order_id": "o2", "total": 7 }))),
        of("u1", refund("3", "o1", 25)),
        of("u2", refund("4", "nobody's", 900)),
    ];
    assert_eq!(tracked.batch(&batch).await, [4, 4, 0, 0]);
    tracked.deposit().await;
    assert_eq!(counted(&tracked).await, [4, 0, 0]);
    // Who gave back more than was paid is no buyer from then on; the order of the other one stands.
    for (user, paid, is_over) in [("user_id:u1", 1_000, true), ("user_id:u2", 700, false)] {
        let consumer = consumer(&tracked, user).await;
        assert_eq!(consumer["totals"]["amounts"], json!([{ "minor": paid, "currency": "CNY" }]), "{consumer}");
        let history = &consumer["history"][0];
        assert_eq!((&history["stage"], &history["from_day"]), (&json!("P"), &json!("2026-11-01")), "{consumer}");
        assert_eq!(history["to_day"] == "2026-11-02", is_over, "{consumer}");
        let amounts: Vec<i64> =
            events(&tracked, user).await.iter().map(|event| event["amount"]["minor"].as_i64().unwrap()).collect();
        assert_eq!(amounts, if is_over { [2_500, 1_000] } else { [90_000, 700] });
    }
}

#[tokio::test]
async fn bad_e24_an_order_of_five_hundred_lines_is_five_hundred_rows() {
    let tracked = Tracked::new().await;
    let products =
        |count: usize| json!({ "order_id": count.to_string(), "products": vec![json!({ "price": 1 }); count] });
    assert_eq!(tracked.batch(&[order("1", &products(500)), order("2", &products(501))]).await, [2, 1, 0, 1]);
    tracked.deposit().await;
    let totals = consumer(&tracked, "user_id:u1").await["totals"].clone();
    assert_eq!((&totals["events"], &totals["amounts"][0]["minor"]), (&json!(500), &json!(50_000)), "{totals}");
}

/// A property is a name in one JSON column: however many there are, the next event is taken.
#[tokio::test]
async fn bad_e26_ten_thousand_names_of_properties_stop_nothing() {
    let tracked = Tracked::new().await;
    let event = |n: usize| {
        let properties: serde_json::Map<String, Value> =
            (0..100).map(|field| (format!("p{n}_{field}"), json!(n))).collect();
        json!({ "type": "track", "event": "x", "userId": "u1", "messageId": n.to_string(), "properties": properties })
    };
    let batch: Vec<Value> = (0..120).map(event).collect();
    assert_eq!(tracked.batch(&batch).await, [120, 120, 0, 0]);
    assert_eq!(tracked.deposit().await, 120);
    assert_eq!(tracked.batch(&[event(120)]).await, [1, 1, 0, 0]);
    assert_eq!(tracked.deposit().await, 1);
    assert_eq!(counted(&tracked).await, [121, 0, 0]);
    let events = events(&tracked, "user_id:u1").await;
    let names: std::collections::BTreeSet<&String> =
        events.iter().flat_map(|event| event["properties"].as_object().unwrap().keys()).collect();
    assert_eq!(names.len(), 12_100);
}

#[tokio::test]
async fn bad_e25_e28_null_unsets_a_trait_missing_leaves_it_and_its_type_may_change() {
    let tracked = Tracked::new().await;
    for (day, traits, expected) in [
        (1, json!({ "a": "x", "b": "y", "c": 1 }), vec![("a", "x"), ("b", "y"), ("c", "1")]),
        (2, json!({ "a": null, "b": "" }), vec![("b", ""), ("c", "1")]),
        (3, json!({ "c": "many" }), vec![("b", ""), ("c", "many")]),
        (4, json!({ "c": ["a", 2] }), vec![("b", ""), ("c", "[\"a\",2]")]),
        (5, json!({ "a": "again" }), vec![("a", "again"), ("b", ""), ("c", "[\"a\",2]")]),
    ] {
        let event = json!({ "type": "identify", "userId": "u1", "messageId": day.to_string(), "traits": traits,
                            "timestamp": format!("2026-11-0{day}T08:00:00Z") });
        assert_eq!(tracked.batch(&[event]).await, [1, 1, 0, 0]);
        tracked.deposit().await;
        let expected: Vec<_> = expected.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        assert_eq!(attributes(&tracked, "user_id:u1").await, expected, "day {day}");
    }
}

/// Consent, minors, bots and numbers of cards in free text are for later (`docs/guide/bad-input.md`): nothing of it is lost until
/// then, and nothing stops.
#[tokio::test]
async fn bad_e31_e33_to_e36_what_is_not_judged_yet_is_stored_as_it_came() {
    let tracked = Tracked::new().await;
    let cases = [
        ("E31", json!({ "context": { "ip": "8.8.8.8" } }), json!({ "context.ip": "8.8.8.8" })),
        (
            "E33",
            json!({ "context": { "consent": { "categoryPreferences": { "ads": false } } } }),
            json!({ "context.consent": { "ads": false } }),
        ),
        ("E34", json!({ "properties": { "age": 9 } }), json!({ "age": 9 })),
        (
            "E35",
            json!({ "context": { "userAgent": "HeadlessChrome/140" } }),
            json!({ "context.user_agent": "HeadlessChrome/140" }),
        ),
        ("E36", json!({ "properties": { "note": "11010519491231002X" } }), json!({ "note": "11010519491231002X" })),
    ];
    let batch = cases.each_ref().map(|(case, fields, _)| {
        let mut event = json!({ "type": "track", "event": "x", "userId": case, "messageId": case });
        event.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        event
    });
    assert_eq!(tracked.batch(&batch).await, [5, 5, 0, 0]);
    tracked.deposit().await;
    assert_eq!(counted(&tracked).await, [5, 0, 0]);
    for (case, _, kept) in &cases {
        let events = events(&tracked, &format!("user_id:{case}")).await;
        assert_eq!(events.len(), 1, "{case}");
        assert_eq!(&events[0]["properties"], kept, "{case}");
    }
}
