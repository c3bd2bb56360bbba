//! Mappings proposed for published data sets: each must compile over its files and give rows that would be accepted.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::{operated, upload};

/// A file of the shared data, or nothing, loudly.
fn shared(name: &str) -> Option<(String, Vec<u8>)> {
    let root = std::env::var_os("DATABANK_TEST_DATA")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")), PathBuf::from);
    let path = root.join(name);
    let Ok(bytes) = std::fs::read(&path) else {
        skipped(&path);
        return None;
    };
    Some((path.file_name().unwrap().to_string_lossy().into_owned(), bytes))
}

#[expect(clippy::print_stderr, reason = "a skipped test must be seen")]
fn skipped(path: &std::path::Path) {
    eprintln!("SKIPPED: {} is absent; set DATABANK_TEST_DATA", path.display());
}

/// Proposes a mapping for files, and looks at what it gives: by block, the first rows.
async fn preview(files: &[&str]) -> Option<Vec<Value>> {
    let (world, operator) = operated().await;
    let mut uploads = Vec::new();
    for file in files {
        let (name, bytes) = shared(file)?;
        uploads.push(upload(&world, &operator, &name, &bytes).await);
    }
    let asked = json!({ "uploads": uploads });
    let suggested = world.post("/api/v1/brands/acme/mappings/suggest", &operator, &asked).await;
    assert_eq!(suggested.status.as_u16(), 200, "{files:?}: {}", suggested.text());
    let suggested = suggested.json();
    let asked = json!({ "mapping": suggested["text"], "uploads": uploads });
    let seen = world.post("/api/v1/brands/acme/imports/preview", &operator, &asked).await;
    let text = suggested["text"].as_str().unwrap();
    assert_eq!(seen.status.as_u16(), 200, "{files:?}: {}\n{text}", seen.text());
    let blocks = seen.json()["blocks"].as_array().unwrap().clone();
    // Published click streams say much that is no behavior here.
    let says_all = !text.contains("also says");
    for row in blocks.iter().flat_map(|block| block["rows"].as_array().unwrap()).filter(|_| says_all) {
        assert_eq!(row["refused"], Value::Null, "{files:?}: {row}\n{text}");
    }
    Some(blocks)
}

/// The first row of a block.
fn first(blocks: &[Value], block: &str) -> Value {
    let found = blocks.iter().find(|held| held["block"] == block).unwrap_or_else(|| panic!("no {block} in {blocks:?}"));
    found["rows"][0]["row"].clone()
}

#[tokio::test]
async fn taobao_behavior() {
    let Some(blocks) = preview(&["taobao_userbehavior/UserBehavior.csv.gz"]).await else { return };
    let row = first(&blocks, "events 1");
    assert_eq!(
        (&row["behavior"], &row["item_id"], &row["category"]),
        (&json!("view"), &json!("2268318"), &json!("2520377"))
    );
}

#[tokio::test]
async fn olist_order_lines_alone_have_nobody_and_with_their_orders_have() {
    let Some(blocks) = preview(&["olist_subset/olist_order_items_dataset.csv.gz"]).await else { return };
    assert_eq!(first(&blocks, "events 1")["behavior"], "purchase");
    let files = [
        "olist_subset/olist_order_items_dataset.csv.gz",
        "olist_subset/olist_orders_dataset.csv.gz",
        "olist_subset/olist_customers_dataset.csv.gz",
        "olist_subset/olist_order_reviews_dataset.csv.gz",
        "olist_subset/olist_products_dataset.csv.gz",
    ];
    let Some(blocks) = preview(&files).await else { return };
    let names: Vec<&str> = blocks.iter().filter_map(|block| block["block"].as_str()).collect();
    assert_eq!(names, ["events 1", "events 2", "consumers 1", "items 1"]);
    let row = first(&blocks, "events 1");
    assert!(row["id.customer_id"].is_string() && row["amount"].is_string() && row["item_id"].is_string(), "{row}");
    assert!(first(&blocks, "consumers 1")["id.customer_unique_id"].is_string());
}

#[tokio::test]
async fn online_retail() {
    let Some(blocks) = preview(&["online_retail/onlineretail.parquet"]).await else { return };
    let row = first(&blocks, "events 1");
    assert_eq!(
        (&row["behavior"], &row["id.customer_id"], &row["amount"]),
        (&json!("purchase"), &json!("17850"), &json!("15.30"))
    );
}

#[tokio::test]
async fn cdnow_between_spaces() {
    let Some(blocks) = preview(&["cdnow/CDNOW_master.txt.gz"]).await else { return };
    let row = first(&blocks, "events 1");
    assert_eq!(
        (&row["id.customer_id"], &row["quantity"], &row["amount"]),
        (&json!("00001"), &json!("1"), &json!("11.77"))
    );
    assert_eq!(row["ts"], "1997-01-01");
    assert!(preview(&["cdnow/CDNOW_sample.txt.gz"]).await.is_some());
}

#[tokio::test]
async fn complete_journey() {
    let Some(blocks) = preview(&["completejourney/transactions.parquet"]).await else { return };
    assert!(
        first(&blocks, "events 1")["id.household_id"].is_string()
            || first(&blocks, "events 1")["id.household_id"].is_number()
    );
    for file in [
        "completejourney/demographics.parquet",
        "completejourney/products.parquet",
        "completejourney/coupon_redemptions.parquet",
    ] {
        assert!(preview(&[file]).await.is_some());
    }
}

#[tokio::test]
async fn other_published_files() {
    for file in ["snowplow_web/snowplow_web_events.csv.gz", "splink/fake_1000.csv.gz", "febrl/dataset3.csv.gz"] {
        preview(&[file]).await;
    }
}
