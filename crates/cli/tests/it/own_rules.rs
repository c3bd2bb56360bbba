//! A brand's own rules: refused kindly, built beside, switched at once.

use std::fs;

use serde_json::json;

use crate::Place;

const MAPPING: &str = r#"
name = "shop"
timezone = "Asia/Shanghai"
[inputs]
rows = "rows.csv"
[[events]]
sql = """select at as ts, what as behavior, who as "id.user_id", item as item_id, kind as category, "order" as order_id,
         amount, rating, seconds as "prop.seconds" from rows"""
"#;

const ROWS: &str = "at,what,who,item,kind,order,amount,rating,seconds
2026-01-01 10:00:00,view,a,i1,c1,,,,
2026-01-02 10:00:00,view,a,i1,c1,,,,
2026-01-03 10:00:00,purchase,b,i2,c2,o1,10.00,,
2026-01-05 10:00:00,refund,b,i2,c2,o1,10.00,,
2026-01-04 10:00:00,content_view,c,,,,,,2.5
2026-01-04 11:00:00,content_view,d,,,,,,7
2026-01-06 10:00:00,join_member,e,,,,,,
2026-01-08 10:00:00,leave_member,e,,,,,,
2026-01-06 10:00:00,purchase,f,i1,c1,o2,5.00,,
2026-01-07 10:00:00,review,f,i1,c1,,,5,
";

fn place() -> Place {
    let place = Place::with_brand();
    fs::write(place.path("rows.csv"), ROWS).unwrap();
    fs::write(place.path("shop.toml"), MAPPING).unwrap();
    let report = place.json(&["import", "--brand", "acme", "--mapping", "shop.toml", "rows.csv"]);
    assert_eq!(report["accepted"], 10, "{report}");
    place
}

fn counts(place: &Place, args: &[&str]) -> String {
    let report = place.json(&[&["assets", "--brand", "acme"][..], args].concat());
    let stages = report["stages"].as_array().unwrap();
    stages.iter().map(|s| format!("{}{}", s["stage"].as_str().unwrap(), s["consumers"])).collect::<Vec<_>>().join(" ")
}

#[test]
fn stages_follow_refunds_statuses_and_decay_day_by_day() {
    let place = place();
    for (day, expected) in [
        ("2026-01-01", "A1 I0 P0 L0"),
        ("2026-01-02", "A0 I1 P0 L0"),
        ("2026-01-03", "A0 I1 P1 L0"),
        ("2026-01-04", "A2 I1 P1 L0"),
        // The refund takes b's order back from the day it is complete.
        ("2026-01-05", "A2 I1 P0 L0"),
        ("2026-01-06", "A2 I2 P1 L0"),
        // A review of 4 or more is loyalty; e, who leaves on the 8th, is no member at the end of it.
        ("2026-01-07", "A2 I2 P0 L1"),
        ("2026-01-08", "A2 I1 P0 L1"),
        // a's first view has left the window of 15 days: one view day is left, and then none.
        ("2026-01-16", "A3 I0 P0 L1"),
        ("2026-01-17", "A2 I0 P0 L1"),
        ("2026-01-19", "A0 I0 P0 L1"),
        // f's review ages out after 365 days, the purchase holds for 910.
        ("2027-01-06", "A0 I0 P0 L1"),
        ("2027-01-07", "A0 I0 P1 L0"),
        ("2028-07-03", "A0 I0 P1 L0"),
        ("2028-07-04", "A0 I0 P0 L0"),
    ] {
        assert_eq!(counts(&place, &["--as-of", day]), expected, "{day}");
    }
    let report = place.json(&["assets", "--brand", "acme"]);
    assert_eq!((&report["as_of"], &report["projected"]), (&json!("2026-01-08"), &json!(false)));
    assert_eq!(report["rule_set"], "aipl@1");
    let later = place.json(&["assets", "--brand", "acme", "--as-of", "2026-01-09"]);
    assert_eq!(later["projected"], true);
}

#[test]
fn other_models_categories_and_items_are_swept_on_demand() {
    let place = place();
    let day = ["--as-of", "2026-01-08"];
    // c saw 2.5 seconds (aware), d saw 7 (appeal).
    assert_eq!(counts(&place, &[&["--rules", "5a"][..], &day].concat()), "A11 A21 A31 A41 A50");
    // In a category's history neither members nor brand-only touchpoints count.
    assert_eq!(counts(&place, &[&["--entity", "category:c1"][..], &day].concat()), "A0 I1 P0 L1");
    assert_eq!(counts(&place, &[&["--entity", "item:i2", "--as-of"][..], &["2026-01-04"]].concat()), "A0 I0 P1 L0");
    place.run(["assets", "--brand", "acme", "--rules", "none-such"]).refused(2, "no such rule set");
}

#[test]
fn a_refund_counts_in_a_categorys_history_whoever_and_whatever_it_names() {
    let place = place();
    let category = ["--entity", "category:c1", "--as-of", "2027-01-07"];
    assert_eq!(counts(&place, &category), "A0 I0 P1 L0");
    // Another person's refund, of an order of category c1, that names no category.
    let refund = "at,what,who,item,kind,order,amount,rating,seconds\n2026-01-09 10:00:00,refund,b,,,o2,5.00,,\n";
    fs::write(place.path("rows.csv"), refund).unwrap();
    place.json(&["import", "--brand", "acme", "--mapping", "shop.toml", "rows.csv"]);
    assert_eq!(counts(&place, &category), "A0 I0 P0 L0");
    assert_eq!(counts(&place, &["--as-of", "2027-01-07"]), "A0 I0 P0 L0");
}

#[test]
fn rules_are_saved_built_and_switched_or_nothing_changes() {
    let place = place();
    let set = |text: &str| {
        fs::write(place.path("rules.toml"), text).unwrap();
        place.run(["rules", "set", "--brand", "acme", "rules.toml", "--format", "json"])
    };
    let own = "name = \"own\"\nentity = \"brand\"\n[[stage]]\ncode = \"B\"\nany = [{ behaviors = [\"purchase\"], within_days = 3 }]\n";
    let answer = set(own);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    assert!(answer.stdout.contains("\"rule_set\":\"own@1\""), "{answer:?}");
    assert_eq!(counts(&place, &["--as-of", "2026-01-08"]), "B1");
    assert_eq!(counts(&place, &["--as-of", "2026-01-09"]), "B0");
    // The preset is still there to be asked for, and the old default's files are gone from the tables.
    assert_eq!(counts(&place, &["--rules", "aipl", "--as-of", "2026-01-08"]), "A2 I1 P0 L1");
    let kept = place.json(&["sql", "--brand", "acme", "select distinct rule_set from stages"]);
    assert_eq!(kept, json!([{ "rule_set": "own@1" }]));

    let bad_filter = own.replace("within_days = 3", "within_days = 3, where = \"ratng > 4\"");
    set(&bad_filter).refused(2, "ratng");
    set(&own.replace("within_days = 3", "within_days = 3, where = \"now() > ts\"")).refused(2, "now");
    set(&own.replace("purchase", "purchse")).refused(2, "purchse");
    assert_eq!(counts(&place, &["--as-of", "2026-01-08"]), "B1", "a refused rule set changes nothing");

    set(&own.replace("within_days = 3", "within_days = 30"));
    assert_eq!(counts(&place, &["--as-of", "2026-01-09"]), "B1");
    let shown = place.run(["rules", "show", "--brand", "acme"]).stdout;
    assert!(shown.starts_with("# own@2") && shown.contains("within_days = 30"), "{shown}");
    let rebuilt = place.json(&["rebuild", "--brand", "acme"]);
    assert_eq!(rebuilt["events"], 10, "{rebuilt}");
}

#[test]
fn brands_with_rules_of_their_own_stand_under_their_own_codes() {
    let place = place();
    place.json(&["brand", "add", "beta"]);
    let own = "name = \"own\"\nentity = \"brand\"\n[[stage]]\ncode = \"B\"\nany = [{ behaviors = [\"purchase\"], within_days = 30 }]\n";
    fs::write(place.path("rules.toml"), own).unwrap();
    place.json(&["rules", "set", "--brand", "beta", "rules.toml"]);
    place.json(&["import", "--brand", "beta", "--mapping", "shop.toml", "rows.csv"]);
    let days = ["--from", "2026-01-08", "--to", "2026-01-08"];
    let csv = place.run([&["trend", "--all-brands", "--format", "csv"][..], &days].concat()).stdout;
    assert_eq!(csv, "brand,day,A,I,P,L,B,total\nacme,2026-01-08,2,1,0,1,,4\nbeta,2026-01-08,,,,,1,1\n");
    let answers = place.json(&[&["flow", "--all-brands"][..], &days].concat());
    assert_eq!((&answers[0]["vault_version"], &answers[1]["rule_set"]), (&json!(1), &json!("own@1")));

    fs::write(place.path("rules.toml"), own.replace("\"brand\"", "\"item\"")).unwrap();
    place.run(["rules", "set", "--brand", "beta", "rules.toml"]).refused(2, "its entity is item");
}
