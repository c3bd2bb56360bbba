//! Rule sets: listed, read, checked.

use serde_json::json;

use crate::deposited::Shop;

#[tokio::test]
async fn a_brand_begins_with_the_presets_and_aipl_is_active() {
    let shop = Shop::open().await;
    let list = shop.get("rules", &shop.viewer).await;
    let names: Vec<(&str, bool)> = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| (item["name"].as_str().unwrap(), item["active"].as_bool().unwrap()))
        .collect();
    assert_eq!(names, [("5a", false), ("aipl", true), ("jd4a", false)]);
    let first = shop.get("rules?limit=1", &shop.viewer).await;
    assert_eq!(first["items"], json!([list["items"][0]]));
    let next = first["next_page"].as_str().unwrap();
    assert_eq!(shop.get(&format!("rules?limit=1&page={next}"), &shop.viewer).await["items"], json!([list["items"][1]]));
}

#[tokio::test]
async fn a_rule_set_is_read_as_text_and_as_what_it_says() {
    let shop = Shop::open().await;
    let rules = shop.get("rules/aipl/1", &shop.viewer).await;
    assert!(rules["text"].as_str().unwrap().contains("[[stage]]"));
    let codes: Vec<&str> =
        rules["rule_set"]["stages"].as_array().unwrap().iter().map(|stage| stage["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["L", "P", "I", "A"]);
    for path in ["rules/aipl/2", "rules/nobody/1", "rules/aipl/x"] {
        shop.ask(path, &shop.viewer).await.problem(404, "not_found");
    }
}

const TEXT: &str = r#"
name = "own"
entity = "brand"
[[stage]]
code = "B"
name = { zh = "买", en = "Buyers" }
all = [
  { behaviors = ["purchase"], within_days = 30, min_orders = 2, where = "amount_minor > 100" },
  { any = [ { state = "member" }, { behaviors = ["review"], within_days = 7, scope = "brand" } ] },
]
"#;

#[tokio::test]
async fn a_text_is_checked_and_shown_as_what_it_says() {
    let shop = Shop::open().await;
    let check = async |text: &str| shop.tell("rules/check", &shop.operator, &json!({ "text": text })).await;
    let said = check(TEXT).await;
    assert_eq!(said.status, 200, "{}", said.text());
    let orders = json!({
        "behaviors": ["purchase"], "within_days": 30, "min_orders": 2, "where": "amount_minor > 100"
    });
    let review = json!({ "behaviors": ["review"], "within_days": 7, "min_count": 1, "scope": "brand" });
    assert_eq!(
        said.json()["rule_set"],
        json!({ "name": "own", "entity": "brand", "stages": [{
            "code": "B", "name": { "zh": "买", "en": "Buyers" },
            "any": [{ "all": [orders, { "any": [{ "state": "member" }, review] }] }]
        }] })
    );
}

#[tokio::test]
async fn what_is_wrong_with_a_text_is_told_with_its_line() {
    let shop = Shop::open().await;
    let check = async |text: &str| shop.tell("rules/check", &shop.operator, &json!({ "text": text })).await;
    let problem = check(&TEXT.replace("within_days = 30", "within_days = 0")).await.problem(422, "invalid");
    assert_eq!(problem["errors"][0]["field"], "text");
    assert!(problem["errors"][0]["message"].as_str().unwrap().starts_with("line 8: "), "{problem}");
    for (text, said) in [
        (TEXT.replace("amount_minor > 100", "nothing > 1"), "nothing"),
        (
            TEXT.replace("entity = \"brand\"", "entity = \"item\"")
                .replace(", scope = \"brand\"", "")
                .replace("{ state = \"member\" }, ", ""),
            "item",
        ),
        ("no toml".to_owned(), "line 1"),
    ] {
        let problem = check(&text).await.problem(422, "invalid");
        assert!(problem["detail"].as_str().unwrap().contains(said), "{said}: {problem}");
    }
    shop.tell("rules/check", &shop.viewer, &json!({ "text": TEXT })).await.problem(403, "forbidden");
}
