//! A world and what must be found in it: by the product, by SQL in DuckDB, and as the world itself says.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::{Map, Value, json};

use crate::Place;
use crate::public_data::oracle;

fn make(place: &Place, events: &str) -> Vec<String> {
    let out = place.path("world");
    let args = ["world", "--events", events, "--brands", "3", "--seed", "7", "--out", out.to_str().unwrap()];
    let report = place.json(&args);
    assert_eq!(report["events"].to_string(), events);
    report["brands"].as_array().unwrap().iter().map(|brand| brand["slug"].as_str().unwrap().to_owned()).collect()
}

fn totals(place: &Place) -> Value {
    let text = fs::read_to_string(place.path("world/truth/totals.json")).unwrap();
    serde_json::from_str::<Value>(&text).unwrap()["totals"].clone()
}

fn import(place: &Place, slugs: &[String]) -> Value {
    let (world, mapping) = (place.path("world"), place.path("world/world.toml"));
    let brands = slugs.join(",");
    let args = ["import", "--brands", &brands, "--mapping", mapping.to_str().unwrap(), world.to_str().unwrap()];
    place.json(&args)
}

/// What became of rows of events, over the blocks that give them.
fn of_events(report: &Value, name: &str) -> u64 {
    let blocks = report["blocks"].as_array().unwrap().iter();
    let events = blocks.filter(|block| block["block"].as_str().unwrap().starts_with("events"));
    events.map(|block| block[name].as_u64().unwrap()).sum()
}

fn number(value: &Value, name: &str) -> u64 {
    value[name].as_u64().unwrap_or_else(|| panic!("{name} of {value}"))
}

#[test]
fn a_world_is_recovered_by_the_product_and_by_sql_that_knows_neither() {
    let place = Place::new();
    // No data directory yet: none is needed.
    let slugs = make(&place, "200000");
    assert!(!place.data.try_exists().unwrap());
    for slug in &slugs {
        place.json(&["brand", "add", slug]);
    }
    let totals = totals(&place);

    // First all but what comes late, then all of it: late rows restate what was known.
    let late = place.path("world/events/part-late.parquet");
    let kept = place.path("late.parquet");
    fs::rename(&late, &kept).unwrap();
    let first = import(&place, &slugs);
    assert_eq!(of_events(&first, "accepted"), number(&totals, "events") - number(&totals, "late"));
    fs::rename(&kept, &late).unwrap();
    let second = import(&place, &slugs);
    assert_eq!(of_events(&second, "accepted"), number(&totals, "late"));
    assert_eq!(of_events(&second, "rejected"), number(&totals, "rejected"));
    let repeated = number(&totals, "rows") - number(&totals, "late") - number(&totals, "rejected");
    assert_eq!(of_events(&second, "duplicate"), repeated, "all that was there, and what is sent twice");
    for (slug, told) in slugs.iter().zip(totals["brands"].as_array().unwrap()) {
        check_rejects(&place, slug, told);
    }

    let Some(answer) = oracle(&["world.py", place.path("world").to_str().unwrap()]) else { return };
    assert_eq!((&answer["torn"], &answer["merged"]), (&json!(0), &json!(0)));
    let days: Vec<&str> = answer["days"].as_array().unwrap().iter().map(|day| day.as_str().unwrap()).collect();
    assert!(days.len() >= 10, "{days:?}");
    for slug in &slugs {
        let (found, told) = (&answer["found"][slug], &answer["truth"][slug]);
        assert_eq!(found, told, "{slug}: DuckDB against the truth");
        check_product(&place, slug, told, &days);
        check_never(&place, slug, &answer["never"][slug]);
    }
}

/// Rejects by code, as planted.
fn check_rejects(place: &Place, slug: &str, told: &Value) {
    let rejects = place.json(&["rejects", "--brand", slug]);
    let mut codes: BTreeMap<String, u64> = BTreeMap::new();
    for reject in rejects.as_array().unwrap() {
        *codes.entry(reject["code"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    assert_eq!(json!(codes), told["rejected"], "{slug}");
}

/// The product's answers against the truth.
fn check_product(place: &Place, slug: &str, told: &Value, days: &[&str]) {
    let query = "select count(*) as events, count(distinct consumer) as persons, \
                 sum(amount_minor) filter (where behavior = 'purchase') as revenue_minor, \
                 sum(amount_minor) filter (where behavior = 'refund') as refund_minor from events";
    let held = &place.json(&["sql", "--brand", slug, query])[0];
    for name in ["events", "persons", "revenue_minor", "refund_minor"] {
        assert_eq!(held[name], told[name], "{slug}: {name}");
    }
    for day in days {
        let report = place.json(&["assets", "--brand", slug, "--as-of", day]);
        let stages = report["stages"].as_array().unwrap().iter();
        let counts: Map<String, Value> =
            stages.map(|stage| (stage["stage"].as_str().unwrap().to_owned(), stage["consumers"].clone())).collect();
        assert_eq!(Value::from(counts), told["stages"][day], "{slug} on {day}");
        let trend = place.json(&["trend", "--brand", slug, "--from", day, "--to", day]);
        for stage in ["A", "I", "P", "L"] {
            assert_eq!(trend["days"][0][stage], told["stages"][day][stage], "{slug} on {day}");
        }
    }
    for (pair, cells) in told["flows"].as_object().unwrap() {
        let (from, to) = pair.split_once('/').unwrap();
        let flow = place.json(&["flow", "--brand", slug, "--from", from, "--to", to]);
        let moved: Map<String, Value> = flow["cells"]
            .as_array()
            .unwrap()
            .iter()
            .map(|cell| {
                let name = format!("{}>{}", cell["from"].as_str().unwrap(), cell["to"].as_str().unwrap());
                (name, cell["consumers"].clone())
            })
            .collect();
        assert_eq!(&Value::from(moved), cells, "{slug}: {pair}");
    }
}

/// How many of those who came in had never been inside.
fn check_never(place: &Place, slug: &str, told: &Value) {
    for (pair, never) in told.as_object().unwrap() {
        let (from, to) = pair.split_once('/').unwrap();
        let flow = place.json(&["flow", "--brand", slug, "--from", from, "--to", to]);
        assert_eq!(&flow["outside"]["never"], never, "{slug}: {pair}");
    }
}

#[test]
fn a_directory_with_something_in_it_is_refused() {
    let place = Place::new();
    let out = place.path("full");
    fs::create_dir(&out).unwrap();
    fs::write(out.join("letter.txt"), "keep me").unwrap();
    let world = |events: &str, brands: &str, out: &Path| {
        place.run(["world", "--events", events, "--brands", brands, "--out", out.to_str().unwrap()])
    };
    world("10000", "3", &out).refused(2, "is not empty; name a new directory");
    assert_eq!(fs::read_dir(&out).unwrap().count(), 1);
    let fresh = place.path("fresh");
    world("2000", "3", &fresh).refused(2, "ask for 3000 to");
    world("100000", "41", &fresh).refused(2, "ask for 1 to 40");
    assert!(!fresh.try_exists().unwrap());
}
