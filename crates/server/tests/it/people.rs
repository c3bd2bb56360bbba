//! The people of a cell, selections, single consumers.

use serde_json::{Value, json};

use crate::deposited::Shop;

const PERIOD: &str = "from=2026-09-30&to=2026-10-31";

fn array(value: &Value) -> &Vec<Value> {
    value.as_array().unwrap_or_else(|| panic!("no list: {value}"))
}

#[tokio::test]
async fn a_cell_of_the_flow_opens_its_people() {
    let shop = Shop::open().await;
    let flow = shop.get(&format!("flow?{PERIOD}"), &shop.viewer).await;
    for cell in array(&flow["cells"]) {
        let (from, to) = (cell["from"].as_str().unwrap(), cell["to"].as_str().unwrap());
        let path = format!("flow/people?{PERIOD}&from_stage={from}&to_stage={to}&limit=5");
        let people = shop.get(&path, &shop.analyst).await;
        assert_eq!(people["consumers"], cell["consumers"], "{path}");
        assert_eq!(people["vault_version"], flow["vault_version"]);
        let sample = array(&people["sample"]);
        assert_eq!(sample.len() as i64, cell["consumers"].as_i64().unwrap().min(5));
        for person in sample {
            let stage = if to == "none" { Value::Null } else { json!(to) };
            assert_eq!(person["stage"], stage, "{person}");
            assert!(!array(&person["ids"]).is_empty(), "{person}");
            let page = shop.get(&format!("consumers/{}", person["consumer"]), &shop.analyst).await;
            assert_eq!(page["consumer"], person["consumer"]);
        }
        assert_eq!(shop.get(&path, &shop.analyst).await, people, "always the same sample");
    }
    let noted = shop.audited("flow.people").await;
    assert_eq!(noted.len(), 2 * array(&flow["cells"]).len());
    assert!(noted.iter().all(|details| details["from"] == "2026-09-30" && details["vault_version"] == 1));
}

#[tokio::test]
async fn a_cell_that_is_none_is_told() {
    let shop = Shop::open().await;
    let ask = async |query: &str| shop.ask(&format!("flow/people?{PERIOD}&{query}"), &shop.analyst).await;
    let unknown = ask("from_stage=X&to_stage=A").await.problem(422, "invalid");
    assert!(unknown["detail"].as_str().unwrap().contains("it has A, I, P, L"), "{unknown}");
    ask("from_stage=none&to_stage=none").await.problem(422, "invalid");
    ask("from_stage=A").await.problem(400, "malformed");
    ask("from_stage=A&to_stage=I&limit=0").await.problem(400, "malformed");
    let viewer = shop.ask(&format!("flow/people?{PERIOD}&from_stage=A&to_stage=I"), &shop.viewer).await;
    viewer.problem(403, "forbidden");
}

fn selection(name: &str, from: &[&str], to: &[&str]) -> Value {
    let flow = json!({ "from": from, "to": to, "between": ["2026-09-30", "2026-10-31"] });
    json!({ "name": name, "definition": { "all": [{ "flow": flow }] } })
}

#[tokio::test]
async fn a_selection_keeps_a_definition_and_gives_its_people() {
    let shop = Shop::open().await;
    let asked = selection("new or woken", &["none", "A"], &["I", "P", "L"]);
    let answer = shop.tell("selections", &shop.analyst, &asked).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    let saved = answer.json();
    assert_eq!((&saved["definition"], &saved["rule_set"]), (&asked["definition"], &json!("aipl@1")));
    let flow = shop.get(&format!("flow?{PERIOD}"), &shop.viewer).await;
    let meant = array(&flow["cells"]).iter().filter(|cell| {
        ["none", "A"].contains(&cell["from"].as_str().unwrap())
            && ["I", "P", "L"].contains(&cell["to"].as_str().unwrap())
    });
    let count: i64 = meant.map(|cell| cell["consumers"].as_i64().unwrap()).sum();
    assert_eq!(saved["consumers"], count);
    let id = &saved["id"];
    assert_eq!(shop.get(&format!("selections/{id}"), &shop.viewer).await, saved);
    let people = shop.get(&format!("selections/{id}/people?limit=3"), &shop.analyst).await;
    assert_eq!(people["consumers"], count);
    assert_eq!(array(&people["sample"]).len() as i64, count.min(3));
    assert_eq!(shop.get("selections", &shop.viewer).await["items"], json!([saved]));
    shop.ask(&format!("selections/{id}/people"), &shop.viewer).await.problem(403, "forbidden");

    let path = format!("/api/v1/brands/acme/selections/{id}");
    let delete = axum::http::Method::DELETE;
    shop.world.call(delete.clone(), &path, &shop.viewer, None).await.problem(403, "forbidden");
    assert_eq!(shop.world.call(delete.clone(), &path, &shop.analyst, None).await.status, 204);
    shop.world.call(delete, &path, &shop.analyst, None).await.problem(404, "not_found");
    shop.ask(&format!("selections/{id}"), &shop.viewer).await.problem(404, "not_found");
    for action in ["selections.create", "selections.people", "selections.delete"] {
        assert_eq!(shop.audited(action).await.len(), 1, "{action}");
    }
}

#[tokio::test]
async fn a_definition_outside_the_language_is_refused() {
    let shop = Shop::open().await;
    let flow = json!({ "from": ["A"], "to": ["I"], "between": ["2026-09-30", "2026-10-31"] });
    let named = |definition: Value| json!({ "name": "n", "definition": definition });
    for (body, said) in [
        (named(json!({ "all": [] })), "exactly one"),
        (named(json!({ "all": [{ "flow": flow }, { "flow": flow }] })), "exactly one"),
        (named(json!({ "all": [{ "stage": { "in": ["I"] } }] })), "stage"),
        (named(json!({ "all": [{ "flow": flow }], "not": [] })), "not"),
        (named(json!({ "all": [{ "flow": { "from": ["A"], "to": ["I"], "between": ["2026-09-30"] } }] })), "length"),
        (selection("n", &[], &["A"]), "from"),
        (selection("n", &["A"], &["Z"]), "no stage"),
        (selection("n", &["none"], &["none"]), "none to none"),
        (selection(" ", &["A"], &["I"]), "name"),
        (named(json!({ "all": [{ "flow": flow }], "rules": "nobody" })), "no such rule set"),
    ] {
        let problem = shop.tell("selections", &shop.analyst, &body).await.problem(422, "invalid");
        assert!(problem["detail"].as_str().unwrap().contains(said), "{said}: {problem}");
    }
}

#[tokio::test]
async fn a_phone_leads_to_a_consumer_whose_page_hides_it() {
    let shop = Shop::open().await;
    let found = async |id: &str| shop.tell("consumers/lookup", &shop.analyst, &json!({ "id": id })).await;
    let orders =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/shop/orders.csv")).unwrap();
    let is_mobile = |text: &&str| text.len() == 11 && text.starts_with('1') && text.bytes().all(|b| b.is_ascii_digit());
    let phone = orders.split([',', '\n']).map(str::trim).find(is_mobile).unwrap();
    let answer = found(&format!("phone:{phone}")).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let consumer = answer.json()["consumer"].clone();

    let answer = shop.ask(&format!("consumers/{consumer}"), &shop.analyst).await;
    assert!(!answer.text().contains(phone), "the phone is masked");
    let page = answer.json();
    let ids = array(&page["ids"]);
    let masked = format!("{}****{}", &phone[..3], &phone[7..]);
    assert!(ids.iter().any(|id| id["type"] == "phone" && id["masked"] == masked), "{page}");
    for id in ids {
        let other = shop.get(&format!("consumers/{}", id["profile"]), &shop.analyst).await;
        assert_eq!(other["consumer"], consumer, "any profile leads here");
    }

    let mut events = Vec::new();
    let mut next = String::new();
    loop {
        let part = shop.get(&format!("consumers/{consumer}/events?limit=2{next}"), &shop.analyst).await;
        events.extend(array(&part["items"]).clone());
        match part["next_page"].as_str() {
            Some(cursor) => next = format!("&page={cursor}"),
            None => break,
        }
    }
    assert_eq!(page["totals"]["events"], events.len());
    let instants: Vec<&str> = events.iter().map(|event| event["ts"].as_str().unwrap()).collect();
    assert!(instants.windows(2).all(|pair| pair[0] >= pair[1]), "newest first: {instants:?}");
    assert_eq!(page["totals"]["last_day"], events[0]["day"]);
    let bought = events.iter().filter(|event| event["behavior"] == "purchase");
    let sum: i64 = bought.map(|event| event["amount"]["minor"].as_i64().unwrap()).sum();
    assert_eq!(page["totals"]["amounts"], json!([{ "minor": sum, "currency": "CNY" }]));
    let entered = array(&page["history"]).first().unwrap()["from_day"].as_str().unwrap();
    assert!(entered >= page["totals"]["first_day"].as_str().unwrap());

    for action in ["consumers.lookup", "consumers.read", "consumers.events"] {
        let noted = shop.audited(action).await;
        assert!(noted.iter().all(|details| details["consumer"] == consumer), "{action}: {noted:?}");
        assert!(!noted.is_empty() && !json!(noted).to_string().contains(phone), "{action}");
    }
}

#[tokio::test]
async fn whom_nobody_knows_is_not_there() {
    let shop = Shop::open().await;
    let look_up = async |id: &str| shop.tell("consumers/lookup", &shop.analyst, &json!({ "id": id })).await;
    look_up("phone:13999999998").await.problem(404, "not_found");
    for id in ["13912345678", "Phone:13912345678", "phone:12"] {
        let problem = look_up(id).await.problem(422, "invalid");
        assert_eq!(problem["errors"][0]["field"], "id");
    }
    for path in ["consumers/4294967295", "consumers/4294967295/events", "consumers/x", "consumers/-1"] {
        shop.ask(path, &shop.analyst).await.problem(404, "not_found");
    }
    shop.ask("consumers/1/events?page=%21", &shop.analyst).await.problem(400, "malformed");
    shop.ask("consumers/1", &shop.viewer).await.problem(403, "forbidden");
    shop.ask("consumers/1", &shop.stranger).await.problem(404, "not_found");
}
