//! Back-up, restore and the doctor, over everything that an installation stores.

mod backup;
mod damage;
mod doctor;
mod kill;
mod restore;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::one_state::{import, people, rows, write};
use crate::{Finished, Place, finish};

/// Small chunks and partitions, so that there are several files of each kind.
const SIZES: [&str; 2] = ["400", "700"];

/// A brand with all kinds of stored files: several deposits, people linked late, attributes and stays, refused rows.
fn shop() -> Place {
    let place = Place::with_brand();
    let rows = rows(1800);
    for (number, part) in rows.chunks(600).enumerate() {
        write(&place, &format!("in{number}"), "rows.csv", part);
        assert_eq!(import(&place, &format!("in{number}"), SIZES)["accepted"], 600);
    }
    fs::write(place.path("people.toml"), PEOPLE).unwrap();
    fs::write(place.path("people.csv"), PEOPLE_ROWS).unwrap();
    let report = place.json(&["import", "--brand", "acme", "--mapping", "people.toml", "people.csv"]);
    assert_eq!((&report["accepted"], &report["rejected"]), (&3.into(), &1.into()), "{report}");
    place
}

const PEOPLE: &str = r#"
name = "people"
timezone = "Asia/Shanghai"
currency = "CNY"
[inputs]
rows = "people.csv"
[[consumers]]
sql = "select member as \"id.member_card\", since as valid_from, city from rows where city is not null"
[[memberships]]
sql = "select member as \"id.member_card\", since as valid_from, 'club' as programme, since as joined from rows where city is null"
"#;

const PEOPLE_ROWS: &str = "member,since,city\nM000001,2025-01-05,Xi'an\nM000002,2025-02-05,Chengdu\nM000003,2025-03-05,\nM000004,never,Wuhan\n";

/// What the brand says of itself at its present vault version: everything that is asked of it.
#[derive(Debug, Clone, PartialEq)]
struct Said {
    people: Vec<String>,
    answers: Vec<Value>,
}

const QUESTIONS: [&[&str]; 6] = [
    &["assets", "--brand", "acme", "--as-of", "2025-12-28"],
    &["trend", "--brand", "acme", "--from=2025-01-01", "--to=2026-12-31"],
    &["flow", "--brand", "acme", "--from=2025-03-01", "--to=2025-06-01"],
    &["sql", "--brand", "acme", "select profile, id_type, deposit from profiles order by profile"],
    &["sql", "--brand", "acme", "select * from consumers order by profile"],
    &["rejects", "--brand", "acme"],
];

fn said(place: &Place) -> Said {
    Said { people: people(place), answers: QUESTIONS.iter().map(|question| place.json(question)).collect() }
}

/// Every file under a directory with its bytes, but for what a process leaves while it runs.
fn files(directory: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![directory.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if !path.ends_with("owner.lock") && !path.ends_with("owner.sock") {
                found.insert(path.strip_prefix(directory).unwrap().to_owned(), fs::read(&path).unwrap());
            }
        }
    }
    found
}

fn backup(place: &Place, to: &str) -> Value {
    let to = place.path(to);
    place.json(&["backup", "--to", to.to_str().unwrap()])
}

fn restore(place: &Place, from: &str) -> Finished {
    place.run(["restore", "--from", place.path(from).to_str().unwrap(), "--format", "json", "--quiet"])
}

/// What the doctor finds, and its exit code.
fn doctor(place: &Place, more: &[&str]) -> (Option<i32>, Value) {
    let mut command = place.command(["doctor", "--format", "json"]);
    command.args(more);
    let finished = finish(command);
    let found = serde_json::from_str(&finished.stdout).unwrap_or_else(|_| panic!("{finished:?}"));
    (finished.code, found)
}

#[track_caller]
fn assert_sound(place: &Place) {
    let (code, found) = doctor(place, &["--deep"]);
    assert_eq!(code, Some(0), "{found:#}");
    // How full the disk is is not the test's matter.
    let of_the_disk = |finding: &Value| finding["found"].as_str().unwrap().contains("free on its disk");
    let findings = found["findings"].as_array().unwrap().iter();
    assert_eq!(findings.filter(|f| f["severity"] != "note" && !of_the_disk(f)).count(), 0, "{found:#}");
    assert_eq!(found["without_sums"], 0, "{found:#}");
}

/// How many cases a test that runs long takes: a few, or a share of what the long run asks for.
fn cases(few: u64, share: u64) -> u64 {
    let long = std::env::var("DATABANK_LONG_CASES").ok().and_then(|text| text.parse::<u64>().ok());
    long.map_or(few, |cases| (cases / share).max(few))
}

/// Whether this is the run that takes long.
fn is_long() -> bool {
    std::env::var_os("DATABANK_LONG_CASES").is_some()
}
