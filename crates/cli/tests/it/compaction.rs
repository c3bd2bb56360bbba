//! Compactions: other files under the same answers; and past versions, which stay to be asked.

use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use serde_json::{Value, json};

use crate::Place;
use crate::one_state::{HEADER, MAPPING, assert_same_people, people, rows};
use crate::serve::Serving;

/// A brand in which nothing is yet.
fn place() -> Place {
    let place = Place::in_memory();
    assert_eq!(place.run(["brand", "add", "acme"]).code, Some(0));
    fs::write(place.path("mixed.toml"), MAPPING).unwrap();
    place
}

/// Deposits rows as one file.
fn deposit(place: &Place, rows: &[String]) -> Value {
    fs::write(place.path("rows.csv"), HEADER.to_owned() + &rows.concat()).unwrap();
    let report = place.json(&["import", "--brand=acme", "--mapping=mixed.toml", "rows.csv"]);
    assert_eq!(report["accepted"], rows.len(), "{report}");
    report
}

/// A brand whose rows came in so many deposits.
fn piled_up(count: u64, deposits: usize) -> Place {
    let place = place();
    let rows = rows(count);
    for part in rows.chunks(rows.len().div_ceil(deposits)) {
        deposit(&place, part);
    }
    place
}

fn compact(place: &Place, more: &[&str]) -> Value {
    place.json(&[&["compact", "--brand=acme"][..], more].concat())
}

/// A sum over every column of every event, whatever file it lies in.
const SUM: &str = "select count(*) as n, count(distinct event_key) as keys, sum(consumer) as consumers, \
    sum(profile) as profiles, sum(amount_minor) as minor, min(ts) as first, max(ts) as last, sum(deposit) as deposits, \
    sum(length(properties)) as properties, count(distinct order_id) as orders from events";

const TABLES: &str = "select (select count(*) from profiles) as profiles, (select count(*) from stages) as stays, \
    (select sum(entered) from stage_days) as entered, (select count(*) from rejects) as rejects";

/// All that is asked of a brand, without the version that answered.
fn answers(place: &Place, at: Option<i64>) -> Value {
    let at: Vec<String> = at.map(|version| format!("--at-version={version}")).into_iter().collect();
    let ask = |arguments: &[&str]| {
        let more: Vec<&str> = ["--brand=acme"].into_iter().chain(at.iter().map(String::as_str)).collect();
        let mut answer = place.json(&[arguments, &more].concat());
        if let Some(answer) = answer.as_object_mut() {
            answer.remove("vault_version");
        }
        answer
    };
    json!([
        ask(&["assets", "--as-of=2025-12-28"]),
        ask(&["assets", "--as-of=2025-08-01", "--entity=item:i7"]),
        ask(&["trend", "--from=2025-06-01", "--to=2026-02-28"]),
        ask(&["flow", "--from=2025-06-30", "--to=2025-12-28"]),
        ask(&["sql", SUM]),
        ask(&["sql", TABLES]),
    ])
}

fn versions(place: &Place) -> Vec<Value> {
    place.json(&["versions", "--brand=acme"])["versions"].as_array().unwrap().clone()
}

#[test]
fn forty_small_deposits_leave_few_files_and_the_same_answers() {
    let place = piled_up(4000, 40);
    let (before, people_before) = (answers(&place, None), people(&place));
    let done = compact(&place, &[]);
    let (files, left) = (done["files"]["before"].as_u64().unwrap(), done["files"]["after"].as_u64().unwrap());
    // Up to eight hot files of events, of the log, of profiles; a history.
    assert!(files > 40 && left <= 3 * 8 + 3, "{done}");
    assert_eq!((&done["changed"], &done["vault_version"]), (&json!(true), &json!(41)), "{done}");
    assert_eq!(answers(&place, None), before);
    assert_same_people(&people_before, &people(&place));
    assert_eq!(place.run(["doctor", "--deep"]).code, Some(0));

    let again = compact(&place, &[]);
    assert_eq!((&again["changed"], &again["vault_version"]), (&json!(false), &json!(41)), "{again}");
    // What comes afterwards finds its people and its duplicates.
    let same = place.json(&["import", "--brand=acme", "--mapping=mixed.toml", "rows.csv"]);
    assert_eq!((&same["accepted"], &same["duplicate"]), (&json!(0), &json!(100)), "{same}");
    let all = place.json(&["compact", "--all-brands"]);
    assert_eq!(all.as_array().unwrap().len(), 1, "{all}");
}

#[test]
fn a_brand_that_grows_splits_its_partitions_and_keeps_its_slots() {
    let place = place();
    let all = rows(12_000);
    let mut partitions = Vec::new();
    for part in all.chunks(3000) {
        deposit(&place, part);
        let before = answers(&place, None);
        // Where each consumer's slot lies, by number.
        let slots = "select distinct consumer from events where consumer is not null order by consumer";
        let numbers = place.json(&["sql", "--brand=acme", slots]);
        let done = compact(&place, &["--partition-rows=1000"]);
        partitions.push(done["partitions"]["after"].as_u64().unwrap());
        assert_eq!(answers(&place, None), before);
        assert_eq!(place.json(&["sql", "--brand=acme", slots]), numbers, "nobody is renumbered");
    }
    assert!(partitions.is_sorted() && partitions.last() == Some(&16), "{partitions:?}");
    // Each row lies in the range of its slot, its history too.
    for table in ["events", "stages"] {
        let outside = format!(
            "select count(*) as n, count(distinct slots) as ranges from {table} where consumer is not null and \
             (consumer / 16777216 < cast(substr(slots, 1, 3) as bigint) or consumer / 16777216 > cast(substr(slots, 5, 3) as bigint))"
        );
        assert_eq!(place.json(&["sql", "--brand=acme", &outside]), json!([{ "n": 0, "ranges": 0 }]), "{table}");
    }
    let swept = answers(&place, None);
    assert_eq!(place.run(["doctor", "--deep"]).code, Some(0));
    place.json(&["rebuild", "--brand=acme"]);
    assert_eq!(answers(&place, None), swept, "a history from events says the same");
}

#[test]
fn a_past_version_answers_what_it_answered() {
    let place = place();
    let all = rows(3600);
    let mut told = Vec::new();
    for part in all.chunks(300) {
        // Links of earlier people come with each part: their rows move to other consumers.
        let version = deposit(&place, part)["brands"][0]["vault_version"].as_i64().unwrap();
        told.push((version, answers(&place, None)));
    }
    fs::write(place.path("five.toml"), include_str!("../../../../presets/5a.toml")).unwrap();
    assert_eq!(place.run(["rules", "set", "--brand=acme", "five.toml"]).code, Some(0));
    told.push((13, answers(&place, None)));
    let done = compact(&place, &["--partition-rows=500"]);
    assert_eq!(done["vault_version"], 14, "{done}");
    told.push((14, answers(&place, None)));
    assert_eq!(told[12].1, told[13].1, "a compaction changes no answer");
    assert_ne!(told[10].1, told[11].1);
    for (version, answer) in &told {
        assert_eq!(answers(&place, Some(*version)), *answer, "version {version}");
        let asked = place.json(&["assets", "--brand=acme", &format!("--at-version={version}")]);
        assert_eq!(asked["vault_version"], *version);
    }

    let listed = versions(&place);
    let numbers: Vec<i64> = listed.iter().map(|version| version["vault_version"].as_i64().unwrap()).collect();
    assert_eq!(numbers, (1..=14).rev().collect::<Vec<_>>());
    let made_by: Vec<&str> = listed.iter().take(3).map(|version| version["made_by"].as_str().unwrap()).collect();
    assert_eq!(made_by, ["compaction", "rules", "deposit"]);
    assert_eq!((&listed[0]["readable_until"], &listed[0]["deposit"]), (&Value::Null, &Value::Null));
    assert_eq!((&listed[2]["source"], listed[2]["readable_until"].is_string()), (&json!("mixed"), true));

    for question in [&["assets"][..], &["trend", "--from=2025-01-01", "--to=2025-02-01"], &["sql", "select 1"]] {
        let asked = place.run([question, &["--brand=acme", "--at-version=99"]].concat());
        asked.refused(2, "vault version 99 of acme cannot be read: those that can are 1 to 14");
    }
    place.run(["assets", "--all-brands", "--at-version=1"]).refused(2, "cannot be used with");

    // With the brand all its versions go: one of the same name has none of them.
    assert_eq!(place.run(["brand", "erase", "acme", "--yes"]).code, Some(0));
    assert!(!place.data.join("vaults/acme").try_exists().unwrap());
    assert_eq!(place.run(["brand", "add", "acme"]).code, Some(0));
    assert_eq!(versions(&place), Vec::<Value>::new());
    place.run(["assets", "--brand=acme", "--at-version=3"]).refused(2, "the brand has none yet");
}

#[test]
fn a_restored_back_up_has_its_newest_version_alone() {
    let place = piled_up(900, 3);
    let before = answers(&place, None);
    place.json(&["backup", "--to", "backups"]);
    let restored = place.beside("restored");
    assert_eq!(restored.run(["restore", "--from", "backups"]).code, Some(0));
    assert_eq!(versions(&restored).len(), 1);
    assert_eq!(answers(&restored, Some(3)), before);
    restored.run(["assets", "--brand=acme", "--at-version=2"]).refused(2, "those that can are 3");
}

fn body(answer: &str) -> Value {
    assert!(answer.starts_with("HTTP/1.1 20"), "{answer}");
    serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap_or_else(|_| panic!("{answer}"))
}

fn key(place: &Place) -> String {
    let made = place.json(&["key", "create", "--brand=acme", "--kind=api", "--scope", "assets.read"]);
    made["key"].as_str().unwrap().to_owned()
}

#[test]
fn every_answer_while_it_is_compacted_is_the_same() {
    let place = piled_up(2400, 8);
    let before = answers(&place, None);
    // Readers that ask as fast as they are answered are more than an address may usually send.
    let serving = Serving::start_with(&place, &["--requests-per-second=100000"]);
    let key = key(&place);
    let questions = [
        "assets?as_of=2025-12-28",
        "trend?from=2025-06-01&to=2026-02-28",
        "flow?from=2025-06-30&to=2025-12-28",
        "flow?from=2025-06-30&to=2025-12-28&vault_version=8",
    ];
    let ask = |question: &str| {
        let mut answer = body(&serving.get_with_key(&format!("/api/v1/brands/acme/{question}"), &key));
        (answer["vault_version"].take().as_i64().unwrap(), answer)
    };
    let told = questions.map(|question| ask(question).1);
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        let mut readers = Vec::new();
        for (question, told) in questions.iter().zip(&told) {
            let (ask, over) = (&ask, &over);
            readers.push(scope.spawn(move || {
                let mut last = 0;
                loop {
                    let ends = over.load(Ordering::Acquire);
                    let (version, answer) = ask(question);
                    assert!(version >= last, "version {version} after {last}");
                    assert_eq!(answer, *told, "{question} at version {version}");
                    last = version;
                    if ends {
                        return last;
                    }
                }
            }));
        }
        let sql = scope.spawn(|| {
            while !over.load(Ordering::Acquire) {
                assert_eq!(place.json(&["sql", "--brand=acme", SUM]), before[4]);
            }
        });
        let writer = scope.spawn(|| {
            for rows in ["800", "200", "50", "12"] {
                let done = compact(&place, &["--partition-rows", rows]);
                assert_eq!(done["changed"], true, "{rows}: {done}");
            }
        });
        let written = writer.join();
        over.store(true, Ordering::Release);
        let last: Vec<i64> = readers.into_iter().map(|reader| reader.join().unwrap()).collect();
        assert_eq!(last, [12, 12, 12, 8]);
        sql.join().unwrap();
        written.unwrap();
    });
    assert_eq!(answers(&place, None), before);
    assert_eq!(serving.end("TERM").code, Some(0));
}

#[test]
fn a_server_compacts_by_itself_what_piled_up() {
    let place = place();
    let (rows, deposits) = (rows(1100), 9);
    let mut parts = rows.chunks(rows.len().div_ceil(deposits));
    parts.by_ref().take(deposits - 1).for_each(|part| drop(deposit(&place, part)));
    let serving = Serving::start(&place);
    // One more than a compaction leaves.
    parts.for_each(|part| drop(deposit(&place, part)));
    // Each look takes some milliseconds; the compaction begins as soon as the deposit has ended.
    let compacted = (0..3000).find_map(|_| {
        let newest = versions(&place).into_iter().next().unwrap();
        (newest["made_by"] == "compaction").then_some(newest)
    });
    let compacted = compacted.expect("no compaction came");
    assert!(compacted["vault_version"].as_i64().unwrap() > 9, "{compacted}");
    let metrics = serving.get("/metrics");
    assert!(metrics.contains("databank_compactions_total"), "{metrics}");
    let again = compact(&place, &[]);
    assert_eq!(again["changed"], false, "{again}");
    assert_eq!(serving.end("TERM").code, Some(0));
}
