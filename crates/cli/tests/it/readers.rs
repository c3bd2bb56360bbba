//! Readers during deposits: every answer is the one of the vault version that it names.

use std::collections::BTreeMap;
use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use serde_json::{Value, json};

use crate::Place;
use crate::one_state::{HEADER, MAPPING, rows};
use crate::serve::Serving;

const WRITES: usize = 9;

/// The questions of readers: by HTTP, and as the command line asks them.
const QUESTIONS: [(&str, &[&str]); 3] = [
    ("assets?as_of=2025-12-28", &["assets", "--as-of=2025-12-28"]),
    ("trend?from=2025-11-01&to=2026-02-28", &["trend", "--from=2025-11-01", "--to=2026-02-28"]),
    ("flow?from=2025-06-30&to=2025-12-28", &["flow", "--from=2025-06-30", "--to=2025-12-28"]),
];

/// All that SQL says of events and stages at once: of one version, or wrong.
const COUNTS: &str = "select (select count(*) from events) as events, (select count(*) from stages) as stays, \
    (select sum(entered) from stage_days) as entered, (select sum(\"left\") from stage_days) as gone, \
    (select count(distinct rule_set) from stages) as rule_sets, (select min(rule_set) from stages) as rules";

/// A brand that is to be written to a few times.
fn place() -> Place {
    let place = Place::in_memory();
    assert_eq!(place.run(["brand", "add", "acme"]).code, Some(0));
    fs::write(place.path("mixed.toml"), MAPPING).unwrap();
    fs::write(place.path("five.toml"), include_str!("../../../../presets/5a.toml")).unwrap();
    fs::write(place.path("four.toml"), include_str!("../../../../presets/aipl.toml")).unwrap();
    for (number, part) in rows(4 * WRITES as u64 * 100).chunks(400).enumerate() {
        fs::write(place.path(&format!("{number}.csv")), HEADER.to_owned() + &part.concat()).unwrap();
    }
    write(&place, 0);
    place
}

/// The writes: deposits, and every third time other rules.
fn write(place: &Place, number: usize) {
    let file = format!("{number}.csv");
    let done = match number % 3 {
        2 => place.run([
            "rules",
            "set",
            "--brand=acme",
            if number.is_multiple_of(2) { "five.toml" } else { "four.toml" },
        ]),
        _ => place.run([
            "import",
            "--brand=acme",
            "--mapping=mixed.toml",
            "--chunk-rows=150",
            "--partition-rows=200",
            &file,
        ]),
    };
    assert_eq!(done.code, Some(0), "write {number}: {done:?}");
}

fn body(answer: &str) -> Value {
    assert!(answer.starts_with("HTTP/1.1 20"), "{answer}");
    serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap_or_else(|_| panic!("{answer}"))
}

fn key(place: &Place, brand: &str, scopes: &str) -> String {
    let made = place.json(&["key", "create", "--brand", brand, "--kind=api", "--scope", scopes]);
    made["key"].as_str().unwrap().to_owned()
}

/// Every answer at every version, asked while nothing else happened.
fn reference() -> (BTreeMap<(usize, i64), Value>, Vec<Value>) {
    let place = place();
    let serving = Serving::start_with(&place, &["--requests-per-second=100000"]);
    let key = key(&place, "acme", "assets.read");
    let (mut answers, mut counts) = (BTreeMap::new(), Vec::new());
    for number in 1..=WRITES {
        for (question, (path, _)) in QUESTIONS.iter().enumerate() {
            let answer = body(&serving.get_with_key(&format!("/api/v1/brands/acme/{path}"), &key));
            answers.insert((question, answer["vault_version"].as_i64().unwrap()), answer);
        }
        counts.push(place.json(&["sql", "--brand=acme", COUNTS]));
        if number < WRITES {
            write(&place, number);
        }
    }
    assert_eq!(serving.end("TERM").code, Some(0));
    (answers, counts)
}

#[test]
fn every_answer_during_deposits_is_of_the_version_that_it_names() {
    let (answers, counts) = reference();
    assert_eq!(answers.len(), QUESTIONS.len() * WRITES);
    let place = place();
    let serving = Serving::start_with(&place, &["--requests-per-second=100000"]);
    let key = key(&place, "acme", "assets.read");
    let over = AtomicBool::new(false);
    let read_on = |question: usize, ask: &dyn Fn() -> Value| {
        let (mut last, mut asked) = (0, 0);
        loop {
            let ends = over.load(Ordering::Acquire);
            let answer = ask();
            let version = answer["vault_version"].as_i64().unwrap();
            assert!(version >= last, "version {version} after {last}");
            assert_eq!(Some(&answer), answers.get(&(question, version)), "question {question}");
            (last, asked) = (version, asked + 1);
            if ends {
                return (last, asked);
            }
        }
    };
    thread::scope(|scope| {
        let mut readers = Vec::new();
        for (question, (path, arguments)) in QUESTIONS.iter().enumerate() {
            let (serving, key, place, read_on) = (&serving, &key, &place, &read_on);
            readers.push(scope.spawn(move || {
                read_on(question, &|| body(&serving.get_with_key(&format!("/api/v1/brands/acme/{path}"), key)))
            }));
            if question == 0 {
                readers.push(
                    scope.spawn(move || read_on(question, &|| place.json(&[*arguments, &["--brand=acme"]].concat()))),
                );
            }
        }
        let sql = scope.spawn(|| {
            let mut place_of_last = 0;
            loop {
                let ends = over.load(Ordering::Acquire);
                let answer = place.json(&["sql", "--brand=acme", COUNTS]);
                let found = counts.iter().skip(place_of_last).position(|count| *count == answer);
                place_of_last += found.unwrap_or_else(|| panic!("no version says {answer}, or only an earlier one"));
                if ends {
                    return place_of_last;
                }
            }
        });
        let writer = scope.spawn(|| (1..WRITES).for_each(|number| write(&place, number)));
        let written = writer.join();
        over.store(true, Ordering::Release);
        for reader in readers {
            let (last, asked) = reader.join().unwrap();
            assert_eq!(last, WRITES as i64, "the last answer is of the last version");
            println!("{asked} answers");
        }
        assert_eq!(sql.join().unwrap(), WRITES - 1);
        written.unwrap();
    });
    assert_eq!(serving.end("TERM").code, Some(0));
}

#[test]
fn eight_brands_imported_at_once_by_the_server_end_as_one_by_one() {
    let parts: Vec<String> = rows(8 * 400).chunks(400).map(|part| HEADER.to_owned() + &part.concat()).collect();
    let brands: Vec<String> = (0..8).map(|number| format!("brand-{number}")).collect();
    let place = Place::in_memory();
    let add = |place: &Place| {
        for brand in &brands {
            assert_eq!(place.run(["brand", "add", brand]).code, Some(0));
        }
    };
    add(&place);
    let serving = Serving::start_with(&place, &["--requests-per-second=100000"]);
    // Two imports of each brand, all begun before any is waited for; the second of a brand waits for its first.
    let mut jobs = Vec::new();
    for (number, brand) in brands.iter().enumerate() {
        let key = key(&place, brand, "assets.read,imports.read,imports.write");
        for part in [number, (number + 1) % 8] {
            let path = format!("/api/v1/brands/{brand}/uploads?name=rows.csv");
            let upload = body(&serving.post_with_key(&path, &key, "application/octet-stream", &parts[part]));
            let asked = json!({ "mapping": MAPPING, "uploads": [upload["id"]] }).to_string();
            let path = format!("/api/v1/brands/{brand}/imports");
            let job = body(&serving.post_with_key(&path, &key, "application/json", &asked));
            jobs.push((brand, key.clone(), job["id"].as_str().unwrap().to_owned()));
        }
    }
    for (brand, key, job) in &jobs {
        // Ends when the job does.
        let events = serving.get_with_key(&format!("/api/v1/brands/{brand}/jobs/{job}/events"), key);
        let told = events.rsplit("data: ").next().unwrap();
        assert!(told.contains(r#""status":"done""#), "{brand}: {told}");
    }
    let alone = Place::in_memory();
    add(&alone);
    fs::write(alone.path("mixed.toml"), MAPPING).unwrap();
    let question = "select (select count(*) from events) as events, (select sum(amount_minor) from events) as minor, \
        (select count(distinct consumer) from events) as people, (select count(*) from stages) as stays";
    for (number, brand) in brands.iter().enumerate() {
        for part in [number, (number + 1) % 8] {
            fs::write(alone.path("rows.csv"), &parts[part]).unwrap();
            assert_eq!(alone.run(["import", "--brand", brand, "--mapping=mixed.toml", "rows.csv"]).code, Some(0));
        }
        let ask = |place: &Place| {
            let mut assets = place.json(&["assets", "--brand", brand, "--as-of=2025-12-28"]);
            assets["vault_version"].take();
            (place.json(&["sql", "--brand", brand, question]), assets)
        };
        assert_eq!(ask(&place), ask(&alone), "{brand}");
    }
    assert_eq!(serving.end("TERM").code, Some(0));
}
