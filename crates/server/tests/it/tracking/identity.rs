//! Who is one person: told link by link, and taken back.

use serde_json::{Value, json};

use super::Tracked;

async fn ask(tracked: &Tracked, path: &str, body: Value) -> (u16, Value) {
    let path = format!("/api/v1/brands/acme/identity/{path}");
    let answer = tracked.world.post(&path, &tracked.operator, &body).await;
    (answer.status.as_u16(), answer.json())
}

async fn get(tracked: &Tracked, path: &str) -> Value {
    let mut answer = tracked.world.get(&format!("/api/v1/brands/acme/{path}"), &tracked.operator).await.json();
    if let Some(object) = answer.as_object_mut() {
        object.remove("vault_version");
    }
    answer
}

async fn consumer_of(tracked: &Tracked, id: &str) -> u64 {
    let (path, body) = ("/api/v1/brands/acme/consumers/lookup", json!({ "id": id }));
    tracked.world.post(path, &tracked.operator, &body).await.json()["consumer"].as_u64().unwrap()
}

/// Everything that is said of the people behind some ids, and of the brand.
async fn seen(tracked: &Tracked, ids: &[&str]) -> Value {
    let mut all = vec![get(tracked, "trend?from=2026-10-25&to=2026-11-30").await, get(tracked, "assets").await];
    for id in ids {
        let consumer = consumer_of(tracked, id).await;
        all.push(get(tracked, &format!("consumers/{consumer}")).await);
        all.push(get(tracked, &format!("consumers/{consumer}/events?limit=100")).await);
    }
    Value::Array(all)
}

fn event(day: &str, id: &str, more: &Value) -> Value {
    let mut event = json!({ "type": "track", "timestamp": format!("2026-11-{day}T08:00:00Z"), "messageId": id });
    event.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    event
}

#[tokio::test]
async fn bad_id17_a_wrong_merge_is_explained_and_undone_on_every_past_day() {
    let tracked = Tracked::new().await;
    let ids = ["user_id:ann", "user_id:bob", "anonymous_id:pad", "phone:13812345678"];
    tracked
        .batch(&[
            event("01", "1", &json!({ "event": "Product Viewed", "userId": "ann", "anonymousId": "pad" })),
            event(
                "02",
                "2",
                &json!({ "event": "purchase", "userId": "ann", "properties": { "order_id": "a", "total": 5 } }),
            ),
            event(
                "03",
                "3",
                &json!({ "type": "identify", "userId": "ann", "traits": { "phone": "13812345678", "city": "A" } }),
            ),
            event("05", "4", &json!({ "event": "Products Searched", "userId": "bob", "properties": { "query": "x" } })),
        ])
        .await;
    tracked.deposit().await;
    let apart = seen(&tracked, &ids).await;
    assert_ne!(consumer_of(&tracked, ids[0]).await, consumer_of(&tracked, ids[1]).await);

    // Bob is told Ann's phone: they are taken for one.
    tracked
        .batch(&[event(
            "06",
            "5",
            &json!({ "type": "identify", "userId": "bob", "traits": { "phone": "+86 138-1234-5678" } }),
        )])
        .await;
    let (status, waiting) = ask(&tracked, "explain", json!({ "id": "user_id:bob", "with": "user_id:ann" })).await;
    tracked.deposit().await;
    let (_, joined) = ask(&tracked, "explain", json!({ "id": "user_id:bob", "with": "user_id:ann" })).await;
    assert_eq!((status, &waiting), (200, &joined), "what waits is explained as well");
    assert_eq!(joined["ids_total"], 4, "{joined}");
    let path = joined["path"].as_array().unwrap();
    let outcomes: Vec<&str> = path.iter().map(|link| link["outcome"].as_str().unwrap()).collect();
    assert_eq!(outcomes, ["joined", "joined"], "{joined}");
    assert_eq!(joined["ids"][0]["type"], "user_id");
    let phone = joined["ids"].as_array().unwrap().iter().find(|id| id["type"] == "phone").unwrap();
    assert_eq!(phone["masked"], "138****5678", "{joined}");
    let (ann, bob) = (consumer_of(&tracked, ids[0]).await, consumer_of(&tracked, ids[1]).await);
    assert_eq!(ann, bob);

    // Taken back: whoever they were on any day, they are again; only that bob was told the phone stays said.
    let said = json!({ "id": "user_id:bob", "from": "phone:13812345678" });
    let (status, unlinked) = ask(&tracked, "unlink", said.clone()).await;
    assert_eq!((status, &unlinked["pairs"]), (200, &json!(1)), "{unlinked}");
    assert_eq!(seen(&tracked, &ids).await, apart);
    let (_, told) = ask(&tracked, "explain", json!({ "id": "user_id:bob", "with": "user_id:ann" })).await;
    assert_eq!((&told["path"], &told["links"][0]["outcome"]), (&Value::Null, &json!("cut")), "{told}");

    // What was cut is listed, and named by its numbers, which lead to the same answers.
    let listed = get(&tracked, "identity/conflicts").await;
    assert_eq!((&listed["total"], &listed["conflicts"][0]["code"]), (&json!(1), &json!("cut")), "{listed}");
    let cut = &told["links"][0];
    let named = |end: &str| format!("profile:{}", cut[end]);
    let mut ends = [&listed["conflicts"][0]["a"], &listed["conflicts"][0]["b"]].map(ToString::to_string);
    let mut of_link = [cut["a"].to_string(), cut["b"].to_string()];
    ends.sort();
    of_link.sort();
    assert_eq!(ends, of_link);
    let by_number = json!({ "id": format!("profile:{}", told["ids"][0]["profile"]), "with": "user_id:ann" });
    assert_eq!(ask(&tracked, "explain", by_number).await.1, told);
    let by_number = json!({ "id": named("a"), "from": named("b") });
    let (_, nothing) = ask(&tracked, "unlink", by_number).await;
    assert_eq!((&nothing["pairs"], &nothing["vault_version"]), (&json!(0), &unlinked["vault_version"]), "said already");
    assert_eq!(ask(&tracked, "unlink", json!({ "id": "user_id:bob" })).await.1["pairs"], 0, "no other link is left");
    assert_eq!(ask(&tracked, "explain", json!({ "id": "profile:77" })).await.0, 404);
    assert_eq!(ask(&tracked, "explain", json!({ "id": "profile:x" })).await.0, 404);

    // And a row that says it once more changes nothing.
    let again = event("08", "6", &json!({ "type": "identify", "userId": "bob", "traits": { "phone": "13812345678" } }));
    tracked.batch(&[again]).await;
    tracked.deposit().await;
    assert_ne!(consumer_of(&tracked, ids[0]).await, consumer_of(&tracked, ids[1]).await);

    // The taking back is taken back.
    let mut undo = said;
    undo["undo"] = true.into();
    assert_eq!(ask(&tracked, "unlink", undo.clone()).await.1["pairs"], 1);
    assert_eq!(consumer_of(&tracked, ids[0]).await, consumer_of(&tracked, ids[1]).await);
    assert_eq!(ask(&tracked, "unlink", undo).await.1["pairs"], 0);
}

#[tokio::test]
async fn bad_id9_a_phone_that_everybody_gives_joins_nobody_and_is_listed() {
    let tracked = Tracked::new().await;
    let shop = |user: u32| {
        event(
            "03",
            &format!("s{user}"),
            &json!({ "type": "identify", "userId": format!("u{user}"), "traits": { "phone": "13912345678" } }),
        )
    };
    tracked.batch(&(0..30).map(shop).collect::<Vec<Value>>()).await;
    tracked.deposit().await;
    assert_ne!(consumer_of(&tracked, "user_id:u1").await, consumer_of(&tracked, "user_id:u2").await);
    let conflicts = get(&tracked, "identity/conflicts").await;
    assert_eq!((&conflicts["total"], &conflicts["conflicts"][0]["code"]), (&json!(1), &json!("hub")), "{conflicts}");
    assert_eq!(conflicts["conflicts"][0]["met"], 30);
    let (_, told) = ask(&tracked, "explain", json!({ "id": "user_id:u1" })).await;
    assert_eq!((&told["ids_total"], &told["links"][0]["outcome"]), (&json!(1), &json!("hub")), "{told}");
}

#[tokio::test]
async fn what_is_no_id_and_who_is_not_known_is_said() {
    let tracked = Tracked::new().await;
    tracked.batch(&[event("01", "1", &json!({ "event": "x", "userId": "ann" }))]).await;
    for (id, status) in
        [("ann", 422), ("phone:12", 422), ("Phone!:1", 422), ("user_id:nobody", 404), ("user_id:ann", 200)]
    {
        let (found, answer) = ask(&tracked, "explain", json!({ "id": id })).await;
        assert_eq!(found, status, "{id}: {answer}");
    }
    let (_, alone) = ask(&tracked, "explain", json!({ "id": "user_id:ann" })).await;
    assert_eq!((&alone["ids_total"], &alone["links_total"]), (&json!(1), &json!(0)), "{alone}");
    let (status, nothing) = ask(&tracked, "unlink", json!({ "id": "user_id:ann" })).await;
    assert_eq!((status, &nothing["pairs"]), (200, &json!(0)), "{nothing}");
}
