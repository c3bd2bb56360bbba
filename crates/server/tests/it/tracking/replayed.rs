//! Refused events are found, repaired by rule, and read again.

use serde_json::{Value, json};

use super::Tracked;

const AT: &str = "2026-11-05T08:00:00Z";

fn order(id: &str, total: &Value) -> Value {
    json!({ "type": "track", "event": "Order Completed", "userId": "ann", "messageId": id, "timestamp": AT,
        "properties": { "order_id": id, "total": total, "currency": "CNY" } })
}

async fn replay(tracked: &Tracked, question: &Value) -> Value {
    let answer = tracked.world.post("/api/v1/brands/acme/rejects/replay", &tracked.operator, question).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

fn counts(told: &Value) -> [u64; 4] {
    ["read", "accepted", "duplicate", "rejected"].map(|name| told[name].as_u64().unwrap())
}

async fn codes(tracked: &Tracked) -> Vec<String> {
    let answer = tracked.world.get("/api/v1/brands/acme/rejects", &tracked.operator).await.json();
    let mut codes: Vec<String> =
        answer["items"].as_array().unwrap().iter().map(|one| one["code"].as_str().unwrap().to_owned()).collect();
    codes.sort();
    codes
}

async fn events_of(tracked: &Tracked, id: &str) -> Value {
    let (path, body) = ("/api/v1/brands/acme/consumers/lookup", json!({ "id": id }));
    let found = tracked.world.post(path, &tracked.operator, &body).await.json();
    let path = format!("/api/v1/brands/acme/consumers/{}/events?limit=100", found["consumer"]);
    tracked.world.get(&path, &tracked.operator).await.json()["items"].clone()
}

#[tokio::test]
async fn events_are_repaired_by_rule_and_count_once() {
    let tracked = Tracked::new().await;
    let nobody = json!({ "type": "track", "event": "Product Viewed", "messageId": "n", "timestamp": AT,
        "properties": { "sku": "s", "who": "ann" } });
    let sent = [order("a", &json!("1,299.50")), order("b", &json!("12,0")), nobody, order("c", &json!(5))];
    assert_eq!(tracked.batch(&sent).await, [4, 1, 0, 3]);
    // Before anything is deposited they are seen.
    assert_eq!(codes(&tracked).await, ["bad_number", "bad_number", "no_identity"]);
    let counted = tracked.counted().await["total"].clone();

    let commas = json!({ "code": "bad_number", "steps": [
        { "op": "replace", "path": "/properties/total", "find": ",", "with": "" },
        { "op": "to_number", "path": "/properties/total" },
    ] });
    let try_it = |question: &Value| {
        let mut question = question.clone();
        question["dry_run"] = true.into();
        question
    };
    let tried = replay(&tracked, &try_it(&commas)).await;
    assert_eq!(counts(&tried), [2, 2, 0, 0], "{tried}");
    let example =
        tried["examples"].as_array().unwrap().iter().find(|one| one["event"].as_str().unwrap().contains("1,299"));
    assert!(example.unwrap()["repaired"].as_str().unwrap().contains(r#""total":1299.50"#), "{tried}");
    assert_eq!(tracked.deposit().await, 0, "what waited is deposited first");
    assert_eq!(codes(&tracked).await.len(), 3, "nothing was repaired");

    let done = replay(&tracked, &commas).await;
    assert_eq!(counts(&done), [2, 2, 0, 0], "{done}");
    assert_eq!(codes(&tracked).await, ["no_identity"]);
    assert_eq!(counts(&replay(&tracked, &commas).await), [0, 0, 0, 0]);
    assert_eq!(tracked.counted().await["total"], counted, "they came once");

    // Without a repair it is refused again, and stays as it was.
    let refused = replay(&tracked, &json!({})).await;
    assert_eq!(counts(&refused), [1, 0, 0, 1]);
    assert_eq!(refused["examples"][0]["code"], "no_identity");
    assert_eq!(codes(&tracked).await, ["no_identity"]);
    let moved = json!({ "steps": [{ "op": "move", "path": "/properties/who", "to": "/userId" }] });
    assert_eq!(counts(&replay(&tracked, &try_it(&moved)).await), [1, 1, 0, 0]);
    assert_eq!(counts(&replay(&tracked, &moved).await), [1, 1, 0, 0]);
    assert_eq!(codes(&tracked).await, Vec::<String>::new());

    let told = events_of(&tracked, "user_id:ann").await;
    let told = told.as_array().unwrap();
    assert_eq!(told.len(), 4, "{told:?}");
    assert!(told.iter().all(|event| event["ts"] == "2026-11-05T08:00:00Z"), "{told:?}");
    // Whoever sends them again, in the right way, is told that they are known.
    assert_eq!(tracked.batch(&[order("a", &json!(1299.5)), order("b", &json!(120))]).await, [2, 0, 2, 0]);
}

#[tokio::test]
async fn what_says_something_else_under_a_known_id_is_refused_again_and_what_came_meanwhile_is_known() {
    let tracked = Tracked::new().await;
    assert_eq!(tracked.batch(&[order("a", &json!(5)), order("b", &json!("x"))]).await, [2, 1, 0, 1]);
    assert_eq!(tracked.batch(&[order("a", &json!(6))]).await, [1, 0, 0, 1]);
    tracked.deposit().await;
    assert_eq!(codes(&tracked).await, ["bad_number", "duplicate_conflict"]);
    // Its sender mended it and sent it again.
    assert_eq!(tracked.batch(&[order("b", &json!(7))]).await, [1, 1, 0, 0]);
    let set = |code: &str, total: u64| json!({ "code": code, "steps": [{ "op": "set", "path": "/properties/total", "value": total }] });
    // What waits is deposited first.
    assert_eq!(counts(&replay(&tracked, &set("bad_number", 7)).await), [1, 0, 1, 0]);
    let again = replay(&tracked, &json!({})).await;
    assert_eq!(counts(&again), [1, 0, 0, 1]);
    assert_eq!(codes(&tracked).await, ["duplicate_conflict"]);
    assert_eq!(counts(&replay(&tracked, &set("duplicate_conflict", 5)).await), [1, 0, 1, 0]);
    assert_eq!(codes(&tracked).await, Vec::<String>::new());
    assert_eq!(events_of(&tracked, "user_id:ann").await.as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_step_that_is_none_is_told() {
    let tracked = Tracked::new().await;
    for (step, says) in [
        (json!({ "op": "set", "path": "total" }), "step 1: \"total\" is no place"),
        (json!({ "op": "replace", "path": "/a" }), "step 1: `replace` needs `find`"),
        (json!({ "op": "move", "path": "/a/*/b", "to": "/c" }), "step 1: \"/a/*/b\" may be many places"),
        (json!({ "op": "move", "path": "/a" }), "step 1: `move` needs `to`"),
    ] {
        let question = json!({ "steps": [step] });
        let answer = tracked.world.post("/api/v1/brands/acme/rejects/replay", &tracked.operator, &question).await;
        assert_eq!(answer.status, 422, "{}", answer.text());
        assert!(answer.text().contains(&says.replace('"', "\\\"")), "{}", answer.text());
    }
}

#[tokio::test]
async fn those_that_stay_refused_are_not_in_the_way_of_the_others() {
    let tracked = Tracked::new().await;
    let good = |one: usize| one.is_multiple_of(3);
    let orders: Vec<Value> =
        (0..50).map(|one| order(&format!("o{one:02}"), &json!(if good(one) { "1,0" } else { "x" }))).collect();
    assert_eq!(tracked.batch(&orders).await, [50, 0, 0, 50]);
    let question = |after: &Value, dry_run: bool| {
        json!({ "limit": 7, "after": after, "dry_run": dry_run, "steps": [
            { "op": "replace", "path": "/properties/total", "find": ",", "with": "" },
            { "op": "to_number", "path": "/properties/total" },
        ] })
    };
    for dry_run in [true, false] {
        let (mut after, mut told, mut calls) = (Value::Null, [0; 4], 0);
        loop {
            let some = replay(&tracked, &question(&after, dry_run)).await;
            let of = counts(&some);
            assert!(of[0] <= 7, "{some}");
            told = std::array::from_fn(|place| told[place] + of[place]);
            calls += 1;
            after = some["next"].clone();
            if after.is_null() {
                break;
            }
        }
        assert_eq!((told, calls), ([50, 17, 0, 33], 8), "a trial: {dry_run}");
    }
    assert_eq!(codes(&tracked).await.len(), 33);
    assert_eq!(events_of(&tracked, "user_id:ann").await.as_array().unwrap().len(), 17);
    for limit in [json!(0), json!(-1), json!("7")] {
        let question = json!({ "limit": limit });
        let answer = tracked.world.post("/api/v1/brands/acme/rejects/replay", &tracked.operator, &question).await;
        assert!(answer.status.is_client_error(), "{}", answer.text());
    }
}
