//! Rule sets: listed, read, checked.

use serde_json::{Value, json};

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

/// What came of the job that a request began.
async fn ended(shop: &Shop, answer: &crate::support::Answer) -> Value {
    assert_eq!(answer.status, 202, "{}", answer.text());
    let id = answer.json()["id"].as_str().unwrap().to_owned();
    let mut watched = shop.world.app.jobs().watch(&"acme".parse().unwrap(), &id).await.unwrap();
    watched.wait_for(|job| job.status.has_ended()).await.unwrap();
    let job = shop.get(&format!("jobs/{id}"), &shop.viewer).await;
    assert_eq!(job["status"], "done", "{job}");
    job["result"].clone()
}

/// AIPL with an interest that lasts longer.
fn longer_interest(shop_text: &str) -> String {
    let longer = shop_text.replace("within_days = 15", "within_days = 60");
    assert_ne!(longer, shop_text);
    longer
}

#[tokio::test]
async fn a_preview_says_what_a_switch_then_does() {
    let shop = Shop::open().await;
    let present = shop.get("assets?as_of=2026-10-31", &shop.viewer).await;
    let text = longer_interest(shop.get("rules/aipl/1", &shop.viewer).await["text"].as_str().unwrap());
    let body = json!({ "text": text, "as_of": "2026-10-31" });
    let preview = ended(&shop, &shop.tell("rules/preview", &shop.operator, &body).await).await;
    assert_eq!((&preview["as_of"], &preview["before"]["rule_set"]), (&json!("2026-10-31"), &json!("aipl@1")));
    assert_eq!(preview["before"]["stages"], present["stages"]);
    assert_eq!(preview["after"]["rule_set"], "aipl@2");
    let sum = |side: &str, stage: &Value| -> i64 {
        let cells = preview["moved"].as_array().unwrap().iter();
        cells.filter(|cell| cell[side] == *stage).map(|cell| cell["consumers"].as_i64().unwrap()).sum()
    };
    for (side, name) in [("from", "before"), ("to", "after")] {
        for stage in preview[name]["stages"].as_array().unwrap() {
            assert_eq!(stage["consumers"], sum(side, &stage["stage"]), "{name} {stage}");
        }
    }
    assert_eq!(shop.get("assets?as_of=2026-10-31", &shop.viewer).await, present, "nothing has changed");
    assert_eq!(shop.get("rules", &shop.viewer).await["items"].as_array().unwrap().len(), 3, "nothing is saved");

    let built = ended(&shop, &shop.tell("rules", &shop.operator, &json!({ "text": text })).await).await;
    assert_eq!((&built["rule_set"], &built["vault_version"]), (&json!("aipl@2"), &json!(2)));
    let now = shop.get("assets?as_of=2026-10-31", &shop.viewer).await;
    assert_eq!((&now["rule_set"], &now["vault_version"]), (&json!("aipl@2"), &json!(2)));
    assert_eq!((&now["stages"], &now["total"]), (&preview["after"]["stages"], &preview["after"]["total"]));
    let saved = shop.get("rules/aipl/2", &shop.viewer).await;
    assert_eq!((&saved["text"], &saved["active"]), (&json!(text), &json!(true)));
    assert_eq!(shop.get("rules/aipl/1", &shop.viewer).await["active"], false);
    assert_eq!(shop.audited("rules.switch").await.len(), 1);
}

#[tokio::test]
async fn rules_that_do_not_hold_begin_no_job() {
    let shop = Shop::open().await;
    for path in ["rules", "rules/preview"] {
        shop.tell(path, &shop.operator, &json!({ "text": "name = 1" })).await.problem(422, "invalid");
        shop.tell(path, &shop.analyst, &json!({ "text": TEXT })).await.problem(403, "forbidden");
        shop.tell(path, &shop.stranger, &json!({ "text": TEXT })).await.problem(404, "not_found");
    }
    let odd = json!({ "text": TEXT, "as_of": "soon" });
    shop.tell("rules/preview", &shop.operator, &odd).await.problem(400, "malformed");
    assert_eq!(shop.get("jobs", &shop.viewer).await["items"], json!([]));
}
