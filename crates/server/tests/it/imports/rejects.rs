//! Rejects by page, by kind and as a file.

use serde_json::Value;

use super::{CANONICAL, counts, get, import, operated, upload};

#[tokio::test]
async fn rejects_are_read_by_page_and_by_kind() {
    let (world, operator) = operated().await;
    let rows = |from: usize, wrong: &str| {
        let mut text = "event_id,ts,behavior,id.phone,amount\n".to_owned();
        for number in from..from + 30 {
            text += &format!("{number},{wrong},view,13900000011,\n");
        }
        text + "x,2026-01-01,View,13900000011,\n"
    };
    for (name, from, wrong) in [("b.csv", 0, "nope"), ("a.csv", 100, "no time")] {
        let id = upload(&world, &operator, name, rows(from, wrong).as_bytes()).await;
        let mapping = CANONICAL.replace("name = \"rows\"", &format!("name = \"{}\"", &name[..1]));
        assert_eq!(counts(&import(&world, &operator, &mapping, &[&id]).await), [31, 0, 0, 31]);
    }
    let mut places = Vec::new();
    let mut page = String::new();
    loop {
        let found = get(&world, &operator, &format!("rejects?limit=7{page}")).await;
        assert_eq!(found["total"], 62, "{found}");
        let items = found["items"].as_array().unwrap();
        assert!(items.len() <= 7);
        places.extend(items.iter().map(|item| (item["file"].to_string(), item["line"].as_i64().unwrap())));
        match found["next_page"].as_str() {
            Some(next) => page = format!("&page={next}"),
            None => break,
        }
    }
    let expected: Vec<(String, i64)> =
        ["\"a.csv\"", "\"b.csv\""].iter().flat_map(|file| (2..=32).map(|line| ((*file).to_owned(), line))).collect();
    assert_eq!(places, expected);

    let total = async |query: &str| get(&world, &operator, &format!("rejects?{query}")).await["total"].clone();
    assert_eq!(total("code=bad_time").await, 60);
    assert_eq!(total("code=bad_time&source=a").await, 30);
    assert_eq!(total("file=b.csv").await, 31);
    assert_eq!(total("q=BEHAVIOR").await, 2);
    assert_eq!(total("q=nope").await, 0, "values are sealed, and not searched");
    let first = &get(&world, &operator, "rejects?limit=1").await["items"][0];
    assert_eq!((&first["row"]["ts"], &first["field"]), (&Value::from("no time"), &Value::from("ts")), "{first}");
    assert!(first["message"].as_str().unwrap().contains("no time"), "{first}");
    let summary = get(&world, &operator, "rejects/summary").await;
    assert_eq!(summary["by_code"][0], serde_json::json!({ "code": "bad_time", "count": 60 }));
    assert_eq!(summary["by_source"].as_array().unwrap().len(), 2);

    let export = async |query: &str| {
        let answer = world.get(&format!("/api/v1/brands/acme/rejects/export?{query}"), &operator).await;
        assert_eq!(answer.status.as_u16(), 200, "{}", answer.text());
        answer.text().lines().count()
    };
    assert_eq!(export("format=jsonl").await, 62);
    assert_eq!(export("format=jsonl&code=bad_time&file=a.csv").await, 30);
    assert_eq!(export("source=b").await, 32, "and the header");
    world.get("/api/v1/brands/acme/rejects/export?format=xls", &operator).await.problem(400, "malformed");
    world.get("/api/v1/brands/acme/rejects?page=x", &operator).await.problem(400, "malformed");
}
