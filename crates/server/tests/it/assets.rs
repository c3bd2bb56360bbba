//! Assets, trend, flow and overview.

use databank_assets::{AssetQuestion, flow, report, trend};
use databank_history::Entity;
use databank_model::Day;
use databank_server::wire::assets::AssetsDocument;
use databank_server::wire::flow::FlowDocument;
use databank_server::wire::trend::TrendDocument;
use serde_json::{Value, json};

use crate::deposited::Shop;

async fn opened(shop: &Shop, rules: Option<&str>, entity: Entity) -> AssetQuestion {
    let installation = shop.world.app.installation();
    let reader = installation.reader(&"acme".parse().unwrap(), None).await.unwrap();
    AssetQuestion::open(&installation.catalog, reader, rules, entity, installation.clock.now()).await.unwrap()
}

/// A document as a client reads it: a float may lose its last digit on the way through text.
fn as_received(document: &impl serde::Serialize) -> serde_json::Value {
    serde_json::from_str(&serde_json::to_string(document).unwrap()).unwrap()
}

#[tokio::test]
async fn the_api_answers_what_the_command_line_prints() {
    let shop = Shop::open().await;
    let (from, to): (Day, Day) = ("2026-09-30".parse().unwrap(), "2026-10-31".parse().unwrap());
    let choices = [
        (None, Entity::Brand, ""),
        (Some("5a"), Entity::Brand, "&rules=5a"),
        (None, Entity::Category("护肤".to_owned()), "&entity=category:%E6%8A%A4%E8%82%A4"),
    ];
    for (rules, entity, query) in choices {
        // Twice: swept or read, then kept.
        for _ in 0..2 {
            let question = opened(&shop, rules, entity.clone()).await;
            let assets = shop.get(&format!("assets?as_of=2026-10-31{query}"), &shop.viewer).await;
            let printed = AssetsDocument::new(&question, report(&question, to).unwrap());
            assert_eq!(assets, as_received(&printed), "{query}");
            let days = shop.get(&format!("trend?from={from}&to={to}{query}"), &shop.viewer).await;
            let printed = TrendDocument::new(&question, &trend(&question, from, to).unwrap());
            assert_eq!(days, as_received(&printed), "{query}");
            let cells = shop.get(&format!("flow?from={from}&to={to}{query}"), &shop.viewer).await;
            let printed = FlowDocument::new(&question, from, to, &flow(&question.history, from, to).unwrap());
            assert_eq!(cells, as_received(&printed), "{query}");
        }
    }
}

#[tokio::test]
async fn the_default_day_is_that_of_the_last_event() {
    let shop = Shop::open().await;
    let assets = shop.get("assets", &shop.viewer).await;
    let question = opened(&shop, None, Entity::Brand).await;
    assert_eq!(assets["as_of"], question.default_day().to_string());
    assert!(assets["total"].as_i64().unwrap() > 0);
}

#[tokio::test]
async fn a_brand_without_data_has_no_assets_rather_than_an_error() {
    let shop = Shop::open().await;
    for path in ["assets", "overview", "trend?from=2026-10-01&to=2026-10-02", "flow?from=2026-10-01&to=2026-10-02"] {
        let answer = shop.world.get(&format!("/api/v1/brands/other/{path}"), &shop.stranger).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
    }
}

#[tokio::test]
async fn the_overview_agrees_with_its_parts() {
    let shop = Shop::open().await;
    let overview = shop.get("overview?as_of=2026-10-31", &shop.viewer).await;
    let part = async |path: &str| shop.get(path, &shop.viewer).await;
    assert_eq!(overview["assets"], part("assets?as_of=2026-10-31").await);
    assert_eq!(overview["trend"], part("trend?from=2026-10-02&to=2026-10-31").await);
    let week_ago = part("assets?as_of=2026-10-24").await;
    for name in ["stages", "total", "metrics"] {
        assert_eq!(overview["week_before"][name], week_ago[name]);
    }
    let yesterday = part("assets?as_of=2026-10-30").await;
    assert_eq!(overview["day_before"], json!({ "stages": yesterday["stages"], "total": yesterday["total"] }));
    let flow = part("flow?from=2026-10-24&to=2026-10-31").await;
    let moved = &overview["moved"];
    assert_eq!(moved["cells"], flow["cells"]);
    let number = |value: &Value| value.as_i64().unwrap();
    assert_eq!(number(&moved["net"]), number(&overview["assets"]["total"]) - number(&week_ago["total"]));
    assert_eq!(number(&moved["net"]), number(&moved["new"]) - number(&moved["lost"]));
    assert!(moved["reasons"].as_array().unwrap().len() <= 3);
    assert_eq!(overview["running"], json!([]));
    assert_eq!(overview["latest_deposits"], json!([]), "a viewer may not read imports");
    let latest = shop.get("overview", &shop.analyst).await["latest_deposits"].clone();
    assert_eq!(latest[0]["status"], "done", "{latest}");
}

#[tokio::test]
async fn a_wrong_parameter_is_named() {
    let shop = Shop::open().await;
    let cases = [
        ("assets?as_of=yesterday", 400, "malformed", "as_of"),
        ("assets?rules=nobody", 422, "invalid", "rules"),
        ("assets?rules=aipl@x", 422, "invalid", "rules"),
        ("assets?entity=shop", 422, "invalid", "entity"),
        ("trend?from=2026-10-31&to=2026-10-01", 422, "invalid", "from"),
        ("trend?from=1990-01-01&to=2026-10-01", 422, "invalid", "to"),
        ("trend?from=2026-13-01&to=2026-10-01", 400, "malformed", "from"),
        ("flow?from=2026-10-31&to=2026-10-01", 422, "invalid", "from"),
        ("overview?as_of=2026-02-30", 400, "malformed", "as_of"),
    ];
    for (path, status, code, field) in cases {
        let problem = shop.ask(path, &shop.viewer).await.problem(status, code);
        assert_eq!(problem["errors"][0]["field"], field, "{path}: {problem}");
    }
    for path in ["assets?as=2026-10-01", "trend?from=2026-10-01", "flow?to=2026-10-01"] {
        shop.ask(path, &shop.viewer).await.problem(400, "malformed");
    }
}

#[tokio::test]
async fn who_may_not_see_the_brand_finds_nothing() {
    let shop = Shop::open().await;
    for path in ["assets", "overview", "trend?from=2026-10-01&to=2026-10-02", "flow?from=2026-10-01&to=2026-10-02"] {
        shop.ask(path, &shop.stranger).await.problem(404, "not_found");
    }
}
