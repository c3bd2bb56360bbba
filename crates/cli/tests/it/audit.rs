use serde_json::{Value, json};

use crate::{Place, finish};

/// What the log says, oldest first: action, brand, target, outcome.
fn said(place: &Place, args: &[&str]) -> Vec<Value> {
    let entries = place.json(&[&["audit"][..], args].concat());
    let mut said: Vec<Value> = entries
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| json!([entry["action"], entry["brand"], entry["target"], entry["outcome"]]))
        .collect();
    said.reverse();
    said
}

const MAPPING: &str =
    "name = \"m\"\ntimezone = \"UTC\"\n[inputs]\nrows = \"rows.csv\"\n[[events]]\nsql = 'select * from rows'\n";

#[test]
fn every_command_that_writes_or_reads_people_is_told_of() {
    let place = Place::with_brand();
    std::fs::write(place.path("m.toml"), MAPPING).unwrap();
    std::fs::write(place.path("rows.csv"), "ts,behavior,id.user_id\n2026-01-01,view,u1\nnever,view,u2\n").unwrap();
    std::fs::write(place.path("rules.toml"), include_str!("../../../../presets/5a.toml")).unwrap();
    let commands: [&[&str]; 15] = [
        &["import", "--brand", "acme", "--mapping", "m.toml", "--dry-run", "rows.csv"],
        &["import", "--brand", "acme", "--mapping", "m.toml", "rows.csv"],
        &["rejects", "--brand", "acme", "--export", "rejects.jsonl"],
        &["rules", "set", "--brand", "acme", "rules.toml"],
        &["rebuild", "--brand", "acme"],
        &["compact", "--brand", "acme"],
        &["versions", "--brand", "acme"],
        &["sql", "--brand", "acme", "select count(*) from events where 'secret-phone' = 'x'"],
        &["user", "add", "anna", "--role", "viewer", "--brand", "acme"],
        &["key", "create", "--brand", "acme", "--kind", "api"],
        &["key", "revoke", "--brand", "acme", "1"],
        &["assets", "--brand", "acme"],
        &["brand", "list"],
        &["user", "list"],
        &["brand", "erase", "acme", "--yes"],
    ];
    for args in commands {
        let finished = place.run(args);
        assert_eq!(finished.code, Some(0), "{args:?}: {finished:?}");
    }
    let expected = [
        json!(["brand.add", "acme", null, "done"]),
        json!(["import", "acme", "m.toml", "done"]),
        json!(["rejects.export", "acme", null, "done"]),
        json!(["rules.set", "acme", null, "done"]),
        json!(["rebuild", "acme", null, "done"]),
        json!(["compact", "acme", null, "done"]),
        json!(["sql", "acme", null, "done"]),
        json!(["user.add", null, "anna", "done"]),
        json!(["key.create", "acme", null, "done"]),
        json!(["key.revoke", "acme", "1", "done"]),
        json!(["brand.erase", "acme", null, "done"]),
    ];
    assert_eq!(said(&place, &[]), expected);
    assert_eq!(said(&place, &["--limit", "1"]), expected[10..], "the newest");
    assert_eq!(said(&place, &["--brand", "acme"]).len(), 10, "a brand's entries outlive it");

    let log = place.json(&["audit"]);
    let details = |action: &str| {
        let entries = log.as_array().unwrap();
        entries.iter().find(|entry| entry["action"] == action).unwrap()["details"].clone()
    };
    assert_eq!(details("import")["accepted"], 1);
    assert_eq!(details("import")["rejected"], 1);
    assert!(details("rules.set")["rule_set"].is_string());
    assert_eq!(details("user.add"), json!({ "reach": "acme", "role": "viewer" }));
    assert_eq!(details("key.create"), json!({ "key": "1", "kind": "api", "scopes": ["assets.read"] }));
    assert!(!log.to_string().contains("secret-phone"), "{log}");
}

#[test]
fn what_failed_is_told_of_and_by_whom() {
    let place = Place::with_brand();
    let mut command = place.command(["brand", "add", "acme"]);
    command.env("USER", "kim");
    finish(command).refused(2, "exists already");
    let entry = &place.json(&["audit", "--limit", "1"])[0];
    assert_eq!((&entry["action"], &entry["outcome"]), (&json!("brand.add"), &json!("failed")));
    assert_eq!(entry["actor"], json!({ "kind": "command", "name": "kim" }));
    assert_eq!(entry["sequence"], 2);
    assert!(entry["at"].as_str().unwrap().ends_with('Z'), "{entry}");

    let csv = place.run(["audit", "--format", "csv"]).stdout;
    assert!(csv.starts_with("sequence,at,actor,action,brand,target,outcome,details\n2,"), "{csv}");
}

#[test]
fn the_log_verifies_also_by_way_of_the_owner() {
    let place = Place::with_brand();
    let holding = place.hold();
    place.json(&["brand", "add", "other"]);
    assert_eq!(place.json(&["audit", "verify"]), json!({ "whole": true, "entries": 2 }));
    assert_eq!(holding.finish().code, Some(0));
    place.run(["audit", "verify", "--brand", "acme"]).refused(2, "unexpected argument '--brand'");
    place.run(["audit", "--limit", "0"]).refused(2, "0 is not in 1..=10000");
}
