//! F10: imports that end too soon, and imports at the same time.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::Stdio;

use serde_json::Value;

use super::{ask, canonical, counts, one_number, rejects};
use crate::{Place, finish, finished};

const ROWS: u64 = 20_000;

fn write_rows(place: &Place, name: &str, from: u64, to: u64) {
    let mut text = "event_id,ts,behavior,id.phone,amount\n".to_owned();
    for n in from..to {
        let bad = if n % 1000 == 999 { "nope" } else { "2026-01-02" };
        text.push_str(&format!("{n},{bad},purchase,139{:08},{}\n", 1 + n * 7 % 3000, n % 50));
    }
    fs::write(place.path(name), text).unwrap();
}

fn state(place: &Place) -> (Value, Value, usize) {
    let events = ask(
        place,
        "select count(*) as n, count(distinct event_key) as keys, sum(amount_minor) as minor, count(distinct consumer) as people from events",
    );
    let stages = ask(place, "select stage, count(*) as n from stages group by stage order by stage");
    (events, stages, rejects(place).len())
}

fn arguments<'a>(brand: &'a str, file: &'a str) -> [&'a str; 8] {
    ["--format", "json", "import", "--brand", brand, "--mapping", "m.toml", file]
}

#[test]
fn an_import_killed_at_any_moment_has_happened_or_has_not() {
    let place = Place::with_brand();
    fs::write(place.path("m.toml"), canonical()).unwrap();
    write_rows(&place, "first.csv", 0, ROWS);
    write_rows(&place, "second.csv", ROWS, 3 * ROWS);
    place.json(&arguments("acme", "first.csv"));
    let before = state(&place);
    let mut happened = 0;
    // `make test-long` kills hundreds of times.
    let long = std::env::var("DATABANK_LONG_CASES").ok().and_then(|cases| cases.parse::<u64>().ok());
    for round in 0..long.map_or(10, |cases| cases / 50) {
        let mut command = place.command(arguments("acme", "second.csv"));
        command.stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        if round % 2 == 1 {
            // Until it says something of its own, which is after it has read.
            let mut line = String::new();
            let stderr = child.stderr.take().unwrap();
            BufReader::new(stderr).read_line(&mut line).unwrap();
        } else {
            // Meanwhile another process works for a while: a pause that is as long as the machine is slow.
            for _ in 0..round / 2 % 40 {
                place.run(["--version"]);
            }
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let found = state(&place);
        if found == before {
            continue;
        }
        assert_eq!(found.0[0]["n"], 3 * ROWS - 3 * ROWS / 1000, "round {round}: {found:?}");
        happened += 1;
        // Back to a brand that has the first file only, so that the next round kills a whole import too.
        place.json(&["brand", "erase", "acme", "--yes"]);
        place.json(&["brand", "add", "acme"]);
        place.json(&arguments("acme", "first.csv"));
        assert_eq!(state(&place), before, "round {round}");
    }
    println!("{happened} imports had happened when they were killed");
    let whole = Place::with_brand();
    fs::write(whole.path("m.toml"), canonical()).unwrap();
    write_rows(&whole, "all.csv", 0, 3 * ROWS);
    whole.json(&arguments("acme", "all.csv"));
    place.json(&arguments("acme", "second.csv"));
    assert_eq!(state(&place), state(&whole));
    let again = place.json(&arguments("acme", "second.csv"));
    assert_eq!(again["accepted"], 0, "{again}");
}

#[test]
fn imports_at_the_same_time_lose_and_double_nothing() {
    let place = Place::with_brand();
    place.json(&["brand", "add", "beta"]);
    fs::write(place.path("m.toml"), canonical()).unwrap();
    write_rows(&place, "a.csv", 0, ROWS);
    write_rows(&place, "b.csv", ROWS / 2, 2 * ROWS);
    let children: Vec<_> = [("acme", "a.csv"), ("acme", "b.csv"), ("beta", "a.csv")]
        .map(|(brand, file)| {
            let mut command = place.command(arguments(brand, file));
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
        })
        .into();
    let mut accepted = 0;
    for child in children {
        let done = finished(child);
        assert_eq!(done.code, Some(0), "{done:?}");
        let report: Value = serde_json::from_str(&done.stdout).unwrap();
        accepted += report["accepted"].as_u64().unwrap();
    }
    assert_eq!(accepted, 3 * (ROWS - ROWS / 1000));
    let held = ask(&place, "select count(*) as n, count(distinct event_key) as keys from events");
    assert_eq!((&held[0]["n"], &held[0]["keys"]), (&accepted_of(2 * ROWS), &accepted_of(2 * ROWS)));
    assert_eq!(rejects(&place).len() as u64, 2 * ROWS / 1000);
}

fn accepted_of(rows: u64) -> Value {
    (rows - rows / 1000).into()
}

#[test]
fn an_import_runs_in_the_process_that_holds_the_directory() {
    let place = Place::with_brand();
    fs::write(place.path("m.toml"), canonical()).unwrap();
    write_rows(&place, "a.csv", 0, 2000);
    let holding = place.hold();
    let done = finish(place.command(arguments("acme", "a.csv")));
    assert_eq!(done.code, Some(0), "{done:?}");
    assert_eq!(counts(&serde_json::from_str(&done.stdout).unwrap()), [1998, 0, 2, 0]);
    assert_eq!(holding.finish().code, Some(0));
    // A process that dies with its import has not imported; the next import has.
    write_rows(&place, "b.csv", 2000, 2000 + ROWS);
    let holding = place.hold();
    let mut command = place.command(arguments("acme", "b.csv"));
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    holding.kill();
    let ended = finished(child);
    assert!(matches!(ended.code, Some(0 | 1)), "{ended:?}");
    place.json(&arguments("acme", "b.csv"));
    let expected = i64::try_from(ROWS + 2000 - (ROWS + 2000) / 1000).unwrap();
    assert_eq!(one_number(&place, "select count(*) from events"), expected);
}
