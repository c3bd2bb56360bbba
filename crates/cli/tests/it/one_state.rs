//! However the same rows come in, the vault ends in the same state.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;

use serde_json::Value;

use crate::Place;
use crate::numbers::Numbers;

pub(crate) const HEADER: &str = "no,at,what,member,phone,cookie,item,order,line,amount\n";

pub(crate) const MAPPING: &str = r#"
name = "mixed"
timezone = "Asia/Shanghai"
currency = "CNY"
[inputs]
rows = { path = "*.csv*", format = "csv" }
[[events]]
sql = """select at as ts, what as behavior, member as "id.member_card", phone as "id.phone", cookie as "id.cookie",
         item as item_id, "order" as order_id, line as line_id, amount, no as "prop.no" from rows"""
"#;

/// Rows of people with a card, a phone and several cookies, seldom together on one row: links come late and from afar.
pub(crate) fn rows(count: u64) -> Vec<String> {
    let mut numbers = Numbers(20_261_122);
    let behaviors = ["view", "view", "view", "search", "cart", "purchase", "review", "join_member", "refund"];
    (0..count)
        .map(|no| {
            let person = numbers.below(count / 12);
            let day = 1 + numbers.below(28);
            let month = 1 + numbers.below(12);
            let (hour, minute) = (numbers.below(24), numbers.below(60));
            let what = behaviors[numbers.below(behaviors.len() as u64) as usize];
            // A cookie is shared by a few people now and then: it owns stretches of time.
            let cookie = if numbers.below(50) == 0 { numbers.below(count / 12) } else { person };
            let known = numbers.below(10);
            let member = if known < 4 { format!("M{person:06}") } else { String::new() };
            let phone = if known == 3 || known == 4 { format!("138{person:08}") } else { String::new() };
            let cookie = if known == 1 { String::new() } else { format!("c{cookie:x}-{}", numbers.below(2)) };
            let order = if what == "purchase" || what == "refund" { format!("O{}", no / 3) } else { String::new() };
            let line = if order.is_empty() { String::new() } else { no.to_string() };
            let amount = if order.is_empty() { String::new() } else { format!("{}.50", 1 + numbers.below(300)) };
            format!(
                "{no},2025-{month:02}-{day:02} {hour:02}:{minute:02}:00,{what},{member},{phone},{cookie},i{},{order},{line},{amount}\n",
                numbers.below(500)
            )
        })
        .collect()
}

pub(crate) fn write(place: &Place, folder: &str, name: &str, rows: &[String]) {
    let text = rows.iter().fold(HEADER.to_owned(), |mut text, row| {
        let _ = write!(text, "{row}");
        text
    });
    let folder = place.path(folder);
    fs::create_dir_all(&folder).unwrap();
    if std::path::Path::new(name).extension().is_some_and(|e| e == "gz") {
        let file = fs::File::create(folder.join(name)).unwrap();
        let mut encoder = flate2::write::GzEncoder::new(file, flate2::Compression::fast());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap();
    } else {
        fs::write(folder.join(name), text).unwrap();
    }
}

pub(crate) fn import(place: &Place, folder: &str, sizes: [&str; 2]) -> Value {
    fs::write(place.path("mixed.toml"), MAPPING).unwrap();
    let folder = place.path(folder);
    let mapping = place.path("mixed.toml");
    place.json(&[
        "import",
        "--brand",
        "acme",
        "--mapping",
        mapping.to_str().unwrap(),
        "--chunk-rows",
        sizes[0],
        "--partition-rows",
        sizes[1],
        // Of large chunks all ids are remembered, of small ones a few.
        "--known-bytes",
        sizes[0],
        folder.to_str().unwrap(),
    ])
}

/// Each person as what they did and where they stood, without their number; sorted.
pub(crate) fn people(place: &Place) -> Vec<String> {
    let mut by_consumer: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let ask = |query: &str| place.json(&["sql", "--brand", "acme", "--timeout=600", query]);
    let events = "select consumer, ts, day, behavior, item_id, order_id, amount_minor, properties from events";
    let stages = "select consumer, stage, from_day, to_day from stages";
    for rows in [ask(events), ask(stages)] {
        for row in rows.as_array().unwrap() {
            let mut row = row.as_object().unwrap().clone();
            let consumer = row.remove("consumer").unwrap().to_string();
            by_consumer.entry(consumer).or_default().push(Value::Object(row).to_string());
        }
    }
    let mut people: Vec<String> = by_consumer
        .into_values()
        .map(|mut facts| {
            facts.sort();
            facts.join("\n")
        })
        .collect();
    people.sort();
    people
}

/// One by one, so that a failure shows whom it is about.
#[track_caller]
pub(crate) fn assert_same_people(ours: &[String], theirs: &[String]) {
    assert_eq!(ours.len(), theirs.len());
    for (our, their) in ours.iter().zip(theirs) {
        assert_eq!(our, their);
    }
}

/// Events, people, every day of history, and what is said of them.
#[track_caller]
pub(crate) fn assert_same_state(clean: &Place, other: &Place) {
    assert_same_people(&people(clean), &people(other));
    for args in [["assets", "--as-of", "2025-12-28"], ["trend", "--from=2025-01-01", "--to=2026-12-31"]] {
        let ask = |place: &Place| {
            let mut answer = place.json(&[&args[..], &["--brand", "acme"]].concat());
            answer["vault_version"].take();
            answer
        };
        assert_eq!(ask(clean), ask(other));
    }
}

#[test]
fn shuffled_split_and_repeated_imports_end_in_the_state_of_one_clean_import() {
    let count = 200_000;
    let mut rows = rows(count);
    let clean = Place::with_brand();
    write(&clean, "in", "all.csv", &rows);
    let report = import(&clean, "in", ["1000000", "4000000"]);
    assert_eq!(report["accepted"], count, "{report}");

    let mixed = Place::with_brand();
    Numbers(7).shuffle(&mut rows);
    let third = rows.len() / 3;
    write(&mixed, "one", "b.csv", &rows[..third / 2]);
    write(&mixed, "one", "a.csv.gz", &rows[third / 2..third]);
    write(&mixed, "two", "c.csv", &rows[third / 2..2 * third]);
    write(&mixed, "three", "d.csv.gz", &rows[2 * third..]);
    write(&mixed, "three", "e.csv", &rows[..rows.len() / 100]);
    let mut accepted = 0;
    for folder in ["one", "two", "three", "two"] {
        // Small chunks and partitions: several files for each, people linked across them.
        let report = import(&mixed, folder, ["20000", "10000"]);
        accepted += report["accepted"].as_u64().unwrap();
        assert_eq!(report["rejected"], 0, "{report}");
    }
    assert_eq!(accepted, count);
    let partitions = mixed.json(&["sql", "--brand", "acme", "select count(distinct slots) as n from events"]);
    assert!(partitions[0]["n"].as_u64().unwrap() > 1, "{partitions}");

    assert_same_state(&clean, &mixed);
}

/// How many links the log has.
fn links(place: &Place) -> u64 {
    let log = place.data.join("vaults/acme/identity_log/_delta_log");
    let paths = fs::read_dir(log).unwrap().map(|entry| entry.unwrap().path());
    let entries = paths.filter(|path| path.extension().is_some_and(|e| e == "json"));
    let entries = entries.map(|path| fs::read_to_string(path).unwrap());
    let lines: Vec<String> = entries.flat_map(|text| text.lines().map(str::to_owned).collect::<Vec<_>>()).collect();
    let stats = lines.iter().filter_map(|line| {
        let entry: Value = serde_json::from_str(line).unwrap();
        let stats: Value = serde_json::from_str(entry["add"]["stats"].as_str()?).unwrap();
        stats["numRecords"].as_u64()
    });
    stats.sum()
}

#[test]
fn what_is_remembered_of_ids_changes_nothing() {
    let rows = rows(20_000);
    let imported = |known_bytes: &str| {
        let place = Place::with_brand();
        write(&place, "in", "all.csv", &rows);
        write(&place, "again", "some.csv", &rows[..5000]);
        fs::write(place.path("mixed.toml"), MAPPING).unwrap();
        let known = format!("--known-bytes={known_bytes}");
        for (folder, accepted) in [("in", 20_000), ("again", 0)] {
            let folder = place.path(folder);
            let args = ["import", "--brand=acme", "--mapping", "mixed.toml", "--chunk-rows=1500", &known];
            let report = place.json(&[&args[..], &[folder.to_str().unwrap()]].concat());
            assert_eq!(report["accepted"], accepted, "{report}");
        }
        place
    };
    // None, those of the first batches, all.
    let [none, some, all] = ["0", "30000", "100000000"].map(imported);
    assert_same_state(&none, &some);
    assert_same_state(&none, &all);
    // The log is told each link as often as if nothing were remembered.
    let links = [&none, &some, &all].map(links);
    assert!(links[0] > 1000 && links.iter().all(|one| *one == links[0]), "{links:?}");
}

#[test]
fn daily_imports_extend_the_history_to_what_a_rebuild_gives() {
    let count = 24_000;
    let mut rows = rows(count);
    // In order of time, as exports of successive days are.
    rows.sort_by_key(|row| row.split(',').nth(1).map(str::to_owned));
    let place = Place::with_brand();
    let mut portions = rows.split_off(count as usize * 9 / 10);
    write(&place, "0", "rows.csv", &rows);
    import(&place, "0", ["20000", "5000"]);
    // A late row and one that joins people of long ago come with each day.
    for day in 1..=6 {
        let mut today: Vec<String> = portions.drain(..portions.len() / (7 - day)).collect();
        today.push(format!("L{day},2025-02-0{day} 10:00:00,view,M00000{day},,,i1,,,\n"));
        today.push(format!("J{day},2025-12-30 10:00:00,view,M00001{day},1390000000{day},cz{day},i1,,,\n"));
        write(&place, &day.to_string(), "rows.csv", &today);
        let report = import(&place, &day.to_string(), ["20000", "5000"]);
        assert_eq!(report["accepted"], today.len(), "{report}");
        let extended = people(&place);
        place.json(&["rebuild", "--brand", "acme"]);
        assert_same_people(&extended, &people(&place));
    }
    assert!(portions.is_empty());
}

#[test]
fn many_small_deposits_that_outgrow_a_partition_end_in_the_state_of_one_import() {
    let count = 24_000;
    let mut rows = rows(count);
    let clean = Place::with_brand();
    write(&clean, "in", "all.csv", &rows);
    assert_eq!(import(&clean, "in", ["1000000", "4000000"])["accepted"], count);

    let grown = Place::with_brand();
    Numbers(3).shuffle(&mut rows);
    let mut partitions = Vec::new();
    for (number, part) in rows.chunks(1000).enumerate() {
        let folder = format!("in{number}");
        write(&grown, &folder, "rows.csv", part);
        let report = import(&grown, &folder, ["400", "2500"]);
        assert_eq!(report["accepted"], part.len(), "{report}");
        let ask = |query: &str| grown.json(&["sql", "--brand", "acme", query])[0]["n"].as_u64().unwrap();
        partitions.push(ask("select count(distinct slots) as n from events"));
        // No row lies in a partition that is no more, of its history neither.
        assert_eq!(ask("select count(distinct slots) as n from stages"), partitions[number], "{partitions:?}");
    }
    assert_eq!(partitions.first(), Some(&1));
    assert!(partitions.is_sorted() && partitions.last() == Some(&16), "{partitions:?}");

    assert_same_state(&clean, &grown);
    // Both say so again when they are asked to compute it anew.
    let rebuilt = grown.json(&["rebuild", "--brand", "acme"]);
    assert_eq!(rebuilt["events"], count, "{rebuilt}");
}
