//! The catalogue of bad input, as far as it is about ids, from requests to people.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Tracked;

/// What is said of the refusals of a batch: the place and code of each.
async fn codes(tracked: &Tracked, events: &[Value]) -> Vec<(usize, String)> {
    let answer = tracked.send("/v1/batch", json!({ "batch": events }).to_string()).await;
    let answer = answer.json();
    let refused = answer["errors"].as_array().unwrap_or_else(|| panic!("{answer}"));
    refused
        .iter()
        .map(|error| (error["index"].as_u64().unwrap() as usize, error["code"].as_str().unwrap().to_owned()))
        .collect()
}

async fn consumer_of(tracked: &Tracked, id: &str) -> Option<u64> {
    let (path, body) = ("/api/v1/brands/acme/consumers/lookup", json!({ "id": id }));
    tracked.world.post(path, &tracked.operator, &body).await.json()["consumer"].as_u64()
}

async fn conflicts(tracked: &Tracked) -> Value {
    tracked.world.get("/api/v1/brands/acme/identity/conflicts", &tracked.operator).await.json()
}

/// ID1 and ID2: what SDKs and pages send for nobody.
const NOBODY: [&str; 27] = [
    "",
    " ",
    "null",
    "None",
    "undefined",
    "NaN",
    "[object Object]",
    "true",
    "0",
    "-1",
    "anonymous",
    "guest",
    "id",
    "email",
    "distinct_id",
    "not_authenticated",
    "\"null\"",
    "'guest'",
    "nil",
    "n/a",
    "anon",
    "00000000",
    "0000-0000",
    "---",
    "{}",
    "00000000-0000-0000-0000-000000000000",
    "\u{feff}null",
];

#[tokio::test]
async fn bad_id1_id2_whoever_names_nobody_is_nobody_and_links_nobody() {
    let tracked = Tracked::new().await;
    let alone = |name: &'static str| NOBODY.map(|id| json!({ "type": "track", "event": "x", name: id }));
    for name in ["userId", "anonymousId"] {
        let expected: Vec<_> = (0..NOBODY.len()).map(|place| (place, "no_identity".to_owned())).collect();
        assert_eq!(codes(&tracked, &alone(name)).await, expected, "{name}");
    }
    // Beside somebody's own id it is left out: two who are called the same stay two.
    let mut events = Vec::new();
    for (place, id) in NOBODY.iter().enumerate() {
        for side in ["a", "b"] {
            let (own, message) = (format!("{side}{place}"), format!("{side}{place}"));
            events.push(json!({ "type": "identify", "userId": id, "anonymousId": own, "messageId": message, "traits": { "t": 1 } }));
        }
    }
    let n = events.len();
    assert_eq!(tracked.batch(&events).await, [n as i64, n as i64, 0, 0]);
    tracked.deposit().await;
    let mut people = BTreeSet::new();
    for place in 0..NOBODY.len() {
        for side in ["a", "b"] {
            people.insert(consumer_of(&tracked, &format!("anonymous_id:{side}{place}")).await.unwrap());
        }
    }
    assert_eq!(people.len(), n);
    assert_eq!(conflicts(&tracked).await["total"], 0);
}

#[tokio::test]
async fn bad_id3_to_id6_made_up_values_are_left_out_and_damaged_ones_refused() {
    let tracked = Tracked::new().await;
    let long = "x".repeat(256);
    let cases: [(&str, &str, Option<&str>); 23] = [
        ("phone", "00000000", None),
        ("phone", "11111111111", None),
        ("phone", "13800138000", None),
        ("phone", "12345678901", None),
        ("phone", "138****8001", Some("bad_id")),
        ("phone", "1.38E+10", Some("bad_id")),
        ("email", "test@test.com", None),
        ("email", "a@a", None),
        ("email", "no@email", None),
        ("email", "x@example.com", None),
        ("email", "not an email", Some("bad_id")),
        ("imei", "000000000000000", None),
        ("imei", "490154203237519", None),
        ("mac", "02:00:00:00:00:00", None),
        ("device_id", "02:00:00:00:00:00", None),
        ("idfa", "00000000-0000-0000-0000-000000000000", None),
        ("oaid", "ffffffff-ffff-ffff-ffff-ffffffffffff", None),
        ("member_card", "a\u{7}b", Some("bad_id")),
        ("member_card", "a\nb", Some("bad_id")),
        ("member_card", "a\u{200b}b", Some("bad_id")),
        ("member_card", "a\u{fffd}b", Some("bad_id")),
        ("member_card", &long, Some("bad_id")),
        ("member_card", &long[1..], None),
    ];
    // Each is said by two users: one who is left without it, and one whom it would link to them.
    let event = |place: usize, side: &str, id_type: &str, value: &str| {
        json!({ "type": "track", "event": "x", "userId": format!("{side}{place}"), "messageId": format!("{side}{place}"),
                "context": { "externalIds": [{ "type": id_type, "id": value }] } })
    };
    let events: Vec<Value> = ["a", "b"]
        .iter()
        .flat_map(|side| {
            cases.iter().enumerate().map(move |(place, (id_type, value, _))| event(place, side, id_type, value))
        })
        .collect();
    let expected: Vec<(usize, String)> =
        (0..events.len()).filter_map(|index| Some((index, cases[index % cases.len()].2?.to_owned()))).collect();
    assert_eq!(expected.len(), 16);
    assert_eq!(codes(&tracked, &events).await, expected);
    tracked.deposit().await;
    for (place, (id_type, value, refused)) in cases.iter().enumerate() {
        let of = |side: &str| format!("user_id:{side}{place}");
        let (a, b) = (consumer_of(&tracked, &of("a")).await, consumer_of(&tracked, &of("b")).await);
        assert_eq!((a.is_none(), b.is_none()), (refused.is_some(), refused.is_some()), "{id_type} {value:?}");
        // The longest that may be is an id, and so one person's.
        assert_eq!(a == b, refused.is_some() || value.len() == 255, "{id_type} {value:?}");
    }
}

#[tokio::test]
async fn bad_id7_e37_every_spelling_is_one_person_and_is_kept_as_a_token() {
    let tracked = Tracked::new().await;
    let spellings = [
        ("phone", "13912345678"),
        ("phone", "+86 139-1234 5678"),
        ("phone", "１３９１２３４５６７８"),
        ("phone", " 139 1234 5678 "),
        ("phone", "008613912345678"),
        ("email", "Foo@Shop.cn "),
        ("email", "foo@shop.cn"),
        ("email", "ＦＯＯ@shop.cn"),
    ];
    let event = |(place, (name, value)): (usize, &(&str, &str))| json!({ "type": "identify", "anonymousId": format!("a{place}"), "messageId": place.to_string(), "traits": { *name: value } });
    let events: Vec<Value> = spellings.iter().enumerate().map(event).collect();
    assert_eq!(tracked.batch(&events).await, [8, 8, 0, 0]);
    tracked.deposit().await;
    let (phone, email) =
        (consumer_of(&tracked, "phone:13912345678").await, consumer_of(&tracked, "email:foo@shop.cn").await);
    assert!(phone.is_some() && email.is_some() && phone != email);
    for (place, (name, value)) in spellings.iter().enumerate() {
        let expected = if *name == "phone" { phone } else { email };
        assert_eq!(consumer_of(&tracked, &format!("anonymous_id:a{place}")).await, expected, "{value}");
        assert_eq!(consumer_of(&tracked, &format!("{name}:{value}")).await, expected, "{value}");
    }
    // Checked in clear, then never shown so: no masked value fails the check of its own.
    for (consumer, masked) in [(phone, "139****5678"), (email, "f***@shop.cn")] {
        let path = format!("/api/v1/brands/acme/consumers/{}", consumer.unwrap());
        let shown = tracked.world.get(&path, &tracked.operator).await;
        assert_eq!(shown.json()["attributes"], json!([]), "{}", shown.text());
        let ids = shown.json()["ids"].clone();
        assert!(ids.as_array().unwrap().iter().any(|id| id["masked"] == masked), "{ids}");
        assert!(
            !shown.text().contains("13912345678") && !shown.text().to_lowercase().contains("foo@"),
            "{}",
            shown.text()
        );
    }
}

/// A tablet in a shop: whoever is signed in has it until the next one is, and nobody is taken for anybody else.
#[tokio::test]
async fn bad_id8_fifty_users_of_one_tablet_in_a_day_stay_fifty() {
    let tracked = Tracked::new().await;
    let at = |minute: usize| format!("2026-11-10T{:02}:{:02}:00Z", minute / 60, minute % 60);
    let device = json!({ "device": { "id": "tablet" } });
    let mut events = Vec::new();
    for user in 0..50 {
        let viewed = json!({ "type": "track", "event": "Product Viewed", "userId": format!("u{user}"), "context": device,
                             "messageId": format!("v{user}"), "timestamp": at(user * 10) });
        // Five minutes later somebody looks at it who is not signed in.
        let external = json!({ "externalIds": [{ "type": "device_id", "id": "tablet" }] });
        let looked = json!({ "type": "track", "event": "Product Viewed", "anonymousId": "null", "userId": null, "context": external,
                             "messageId": format!("l{user}"), "timestamp": at(user * 10 + 5) });
        events.extend([viewed, looked]);
    }
    assert_eq!(tracked.batch(&events).await, [100, 100, 0, 0]);
    tracked.deposit().await;
    let mut people = BTreeSet::new();
    for user in 0..50 {
        let consumer = consumer_of(&tracked, &format!("user_id:u{user}")).await.unwrap();
        assert!(people.insert(consumer), "user {user}");
        let path = format!("/api/v1/brands/acme/consumers/{consumer}/events");
        let events = tracked.world.get(&path, &tracked.operator).await.json();
        let days: Vec<&str> =
            events["items"].as_array().unwrap().iter().map(|event| event["ts"].as_str().unwrap()).collect();
        assert_eq!(days, [at(user * 10 + 5), at(user * 10)], "user {user}: {events}");
    }
    assert_eq!(consumer_of(&tracked, "device_id:tablet").await, consumer_of(&tracked, "user_id:u49").await);
    assert_eq!(conflicts(&tracked).await["total"], 0);
}
