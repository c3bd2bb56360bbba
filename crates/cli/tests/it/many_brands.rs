//! One file, many brands: each row in its own vault, nobody sees another's.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::Place;

const MAPPING: &str = r#"
name = "market"
timezone = "Asia/Shanghai"
[inputs]
rows = { path = "market.csv" }
[[events]]
sql = """select event as event_id, at as ts, what as behavior, phone as "id.phone", brand from rows"""
"#;

fn files_below(folder: &Path) -> usize {
    fs::read_dir(folder)
        .unwrap()
        .flatten()
        .map(|entry| if entry.path().is_dir() { files_below(&entry.path()) } else { 1 })
        .sum()
}

#[test]
fn twenty_brands_come_from_one_file_into_a_few_dozen_files_and_stay_apart() {
    let place = Place::new();
    let brands: Vec<String> = (0..20).map(|n| format!("brand-{n:02}")).collect();
    for brand in &brands {
        place.json(&["brand", "add", brand]);
    }
    let mut text = "event,at,what,phone,brand\n".to_owned();
    for n in 0..20_000 {
        // The same phones at all brands; every thousandth row names a brand that was not asked for.
        let brand = if n % 1000 == 999 { "stranger" } else { brands[n % 20].as_str() };
        let (day, hour) = (1 + n / 1000, n % 24);
        let _ = writeln!(text, "e{n},2025-09-{day:02}T{hour:02}:00:00+08:00,view,1391234{:04},{brand}", n % 500);
    }
    fs::write(place.path("market.csv"), text).unwrap();
    fs::write(place.path("market.toml"), MAPPING).unwrap();
    let named = brands.join(",");
    let report = place.json(&["import", "--brands", &named, "--mapping", "market.toml", "market.csv"]);
    assert_eq!(
        (&report["read"], &report["accepted"], &report["rejected"]),
        (&20_000.into(), &19_980.into(), &20.into())
    );
    assert_eq!(report["brands"].as_array().unwrap().len(), 20);

    let mut data_files = 0;
    for brand in &brands {
        let vault = place.data.join("vaults").join(brand);
        data_files += ["events", "stages", "stage_days"]
            .iter()
            .map(|table| files_below(&vault.join(table)) - files_below(&vault.join(table).join("_delta_log")))
            .sum::<usize>();
    }
    // Three for each brand.
    assert!(data_files <= 60, "{data_files} data files");

    let refused = place.json(&["rejects", "--brand", &brands[0]]);
    assert_eq!(refused.as_array().unwrap().len(), 20);
    assert_eq!(refused[0]["code"], "unknown_brand");

    // Each brand counts its own rows and people; numbers and keys of one say nothing about another's.
    let ask = |brand: &str, query: &str| place.json(&["sql", "--brand", brand, query]);
    for brand in &brands {
        let own = ask(brand, "select count(*) as events, count(distinct consumer) as consumers from events");
        // The strangers' rows would have been the last brand's.
        let events = if brand == "brand-19" { 980 } else { 1000 };
        assert_eq!(own[0]["events"], events, "{brand}");
        assert_eq!(own[0]["consumers"], 25, "{brand}");
    }
    let keys = |brand: &str| ask(brand, "select count(distinct event_key) as n, min(event_key) as first from events");
    assert_ne!(keys(&brands[0])[0]["first"], keys(&brands[1])[0]["first"]);

    // No way from one brand's SQL to another's files.
    let other = place.data.join("vaults").join(&brands[1]).join("events");
    for query in [
        format!("select * from '{}'", other.display()),
        format!("select * from read_parquet('{}')", other.display()),
        format!("create external table t stored as parquet location '{}'", other.display()),
        "copy events to '/tmp/out.parquet'".to_owned(),
        "select * from \"brand-01\".events".to_owned(),
        "insert into events select * from events".to_owned(),
        "drop table events".to_owned(),
        "set datafusion.execution.batch_size = 1".to_owned(),
        "create view v as select 1".to_owned(),
        "explain analyze delete from events".to_owned(),
    ] {
        let refused = place.run(["sql", "--brand", &brands[0], &query]);
        assert_eq!(refused.code, Some(2), "{query}: {refused:?}");
        assert_eq!(refused.stdout, "", "{query}");
    }
    place.run(["sql", "select 1"]).refused(2, "sql needs --brand");
}
