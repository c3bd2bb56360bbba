//! Bad input, case by case: the ids are those of `docs/guide/bad-input.md`.
//!
//! Most cases are rows of one table that is imported at once; each row carries its id, and what became of it is read from
//! the events and the rejects.

mod content;
mod endings;
mod files;
mod ids;
mod masters;
mod naughty;
mod parquet;
mod revisions;
mod round_trip;
mod sql;

use std::collections::BTreeMap;
use std::fs;

use serde_json::{Map, Value, json};

use crate::{Finished, Place};

/// What becomes of a case, in the words of the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// Stored.
    Accepted,
    /// Refused with this code, and kept for correction.
    Rejected(&'static str),
}

use Outcome::{Accepted, Rejected};

/// One row, by what it has other than the usual row.
struct Case {
    id: &'static str,
    row: Value,
    expect: Outcome,
}

fn case(id: &'static str, row: Value, expect: Outcome) -> Case {
    Case { id, row, expect }
}

/// Columns that a case may set, with their canonical names.
const COLUMNS: &str = "event_id ts behavior id.phone id.email id.member_card id.imei id.mac id.idfa order_id line_id \
                       revision quantity amount currency rating item_id content prop.p prop.q";

/// A mapping of one input whose SQL is `sql`.
pub(crate) fn mapping(input: &str, sql: &str) -> String {
    format!(
        "name = \"shop\"\ntimezone = \"Asia/Shanghai\"\ncurrency = \"CNY\"\n[inputs]\nrows = {{ {input} }}\n\
         [[events]]\nsql = '''{sql}'''\n"
    )
}

/// A mapping of CSV files whose columns bear canonical names already.
fn canonical() -> String {
    mapping("path = \"*.csv*\"", "select * from rows")
}

/// A mapping of CSV files with one block of another kind, whose columns bear their names already.
fn block(kind: &str) -> String {
    canonical().replace("[[events]]", &format!("[[{kind}]]"))
}

/// Runs an import of `path` by the text of a mapping.
fn try_import(place: &Place, mapping: &str, path: &str) -> Finished {
    fs::write(place.path("mapping.toml"), mapping).unwrap();
    place.run(["import", "--brand", "acme", "--mapping", "mapping.toml", path, "--format", "json"])
}

/// An import that must succeed; its ledger must add up.
#[track_caller]
fn import(place: &Place, mapping: &str, path: &str) -> Value {
    let finished = try_import(place, mapping, path);
    assert_eq!(finished.code, Some(0), "{finished:?}");
    let report: Value = serde_json::from_str(&finished.stdout).unwrap();
    adds_up(&report);
    report
}

/// Imports the text of a file.
#[track_caller]
fn import_text(place: &Place, mapping: &str, text: &str) -> Value {
    fs::write(place.path("rows.csv"), text).unwrap();
    import(place, mapping, "rows.csv")
}

/// Imports a file that `rejects --export` wrote and somebody corrected.
#[track_caller]
fn import_corrected(place: &Place, path: &str) -> Value {
    let report = place.json(&["import", "--brand", "acme", "--mapping", "rejects", path]);
    adds_up(&report);
    report
}

#[track_caller]
fn adds_up(ledger: &Value) {
    let of = |name: &str| ledger[name].as_u64().unwrap();
    assert_eq!(of("read"), of("accepted") + of("duplicate") + of("rejected") + of("suppressed"), "{ledger}");
}

/// Accepted, duplicate, rejected, unreadable.
pub(crate) fn counts(report: &Value) -> [u64; 4] {
    let of = |name: &str| report[name].as_u64().unwrap();
    let unreadable = report["inputs"].as_array().unwrap().iter().map(|input| input["unreadable"].as_u64().unwrap());
    [of("accepted"), of("duplicate"), of("rejected"), unreadable.sum()]
}

fn ask(place: &Place, query: &str) -> Value {
    place.json(&["sql", "--brand", "acme", query])
}

fn rejects(place: &Place) -> Vec<Value> {
    place.json(&["rejects", "--brand", "acme"]).as_array().unwrap().clone()
}

/// `(code, line)` of every reject.
fn codes(place: &Place) -> Vec<(String, Option<u64>)> {
    rejects(place).iter().map(|r| (r["code"].as_str().unwrap().to_owned(), r["line"].as_u64())).collect()
}

fn one_number(place: &Place, query: &str) -> i64 {
    let answer = ask(place, query);
    let row = answer[0].as_object().unwrap_or_else(|| panic!("{answer}"));
    row.values().next().and_then(Value::as_i64).unwrap_or_else(|| panic!("{answer}"))
}

fn people(place: &Place) -> i64 {
    one_number(place, "select count(distinct consumer) from events")
}

/// Imports all cases at once and says which of them had another outcome than they should.
#[track_caller]
fn check(cases: &[Case]) {
    let place = Place::with_brand();
    let names: Vec<&str> = COLUMNS.split_whitespace().collect();
    let mut lines = String::new();
    for (number, case) in cases.iter().enumerate() {
        let mut row: Map<String, Value> = Map::new();
        row.insert("case".into(), case.id.into());
        row.insert("event_id".into(), format!("event {number}").into());
        row.insert("ts".into(), "2026-01-02 03:04:05".into());
        row.insert("behavior".into(), "purchase".into());
        row.insert("id.member_card".into(), format!("M{number}").into());
        row.extend(case.row.as_object().unwrap().clone());
        lines.push_str(&format!("{}\n", Value::Object(row)));
    }
    fs::write(place.path("cases.jsonl"), lines).unwrap();
    let listed: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
    let input = format!("path = \"*.jsonl\", columns = [\"case\", {}]", listed.join(", "));
    let sql = format!("select {}, \"case\" as \"prop.case\" from rows", listed.join(", "));
    let report = import(&place, &mapping(&input, &sql), "cases.jsonl");
    assert_eq!(report["read"], cases.len(), "{report}");

    let mut found: BTreeMap<String, String> = BTreeMap::new();
    for event in ask(&place, "select properties from events").as_array().unwrap() {
        let properties: Value = serde_json::from_str(event["properties"].as_str().unwrap()).unwrap();
        found.insert(properties["case"].as_str().unwrap().to_owned(), "Accepted".to_owned());
    }
    for reject in rejects(&place) {
        let id = reject["row"]["prop.case"].as_str().unwrap().to_owned();
        found.insert(id, format!("Rejected({})", reject["code"]));
    }
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|case| {
            let found = found.get(case.id).map_or("nothing", String::as_str);
            let wanted = format!("{:?}", case.expect);
            (found != wanted).then(|| format!("{}: {found}, not {wanted}", case.id))
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");

    let again = import(&place, &mapping(&input, &sql), "cases.jsonl");
    let rejected = cases.iter().filter(|case| case.expect != Accepted).count() as u64;
    assert_eq!(counts(&again), [0, cases.len() as u64 - rejected, rejected, 0], "a second import adds nothing");
    assert_eq!(rejects(&place).len() as u64, rejected, "rejects are not doubled");
}

/// The usual row, with nothing of its own.
fn empty() -> Value {
    json!({})
}
