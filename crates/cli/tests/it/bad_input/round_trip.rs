//! Rejects out, corrected, and back in.

use std::fs;

use serde_json::Value;

use super::{
    ask, block, canonical, codes, counts, import, import_corrected, import_text, mapping, one_number, rejects,
};
use crate::Place;

const HEADER: &str = "event_id,ts,behavior,id.phone,amount\n";
/// Two good rows, three that are refused, one that cannot be read.
const ROWS: &str = "1,2026-01-01,view,13900000011,\n2,2026-01-01,purchase,13900000011,5\n3,nope,view,13900000012,\n\
                    4,2026-01-01,view,call me,\n5,2026-01-01,purchase,13900000011,x\ncut\n";

fn export(place: &Place, file: &str) -> String {
    let exported = place.json(&["rejects", "--brand", "acme", "--export", file]);
    assert_eq!(exported["exported"], rejects(place).len());
    fs::read_to_string(place.path(file)).unwrap()
}

fn correct(text: &str) -> String {
    text.replace("nope", "2026-01-02")
        .replace("call me", "13900000013")
        .replace("\"x\"", "\"7\"")
        .replace("\nx,", "\n7,")
}

#[test]
fn a_corrected_row_is_accepted_and_leaves_the_rejects() {
    for file in ["f.csv", "f.jsonl"] {
        let place = Place::with_brand();
        let original = format!("{HEADER}{ROWS}");
        assert_eq!(counts(&import_text(&place, &canonical(), &original)), [2, 0, 3, 1]);
        // Without the unreadable line, which has no columns to correct.
        let exported = export(&place, file);
        let lines: Vec<&str> = exported.lines().filter(|line| !line.contains("ragged_row")).collect();
        fs::write(place.path(file), correct(&(lines.join("\n") + "\n"))).unwrap();
        assert_eq!(counts(&import_corrected(&place, file)), [3, 0, 0, 0], "{file}");
        assert_eq!(codes(&place), [("ragged_row".to_owned(), Some(7))], "{file}");
        assert_eq!(one_number(&place, "select count(*) from events"), 5);
        assert_eq!(one_number(&place, "select sum(amount_minor) from events"), 1200);

        // The corrected file again adds nothing; the original brings back what is wrong in it, once.
        assert_eq!(counts(&import_corrected(&place, file)), [0, 3, 0, 0], "{file}");
        assert_eq!(counts(&import_text(&place, &canonical(), &original)), [0, 2, 3, 1], "{file}");
        assert_eq!(counts(&import_text(&place, &canonical(), &original)), [0, 2, 3, 1], "{file}");
        assert_eq!(rejects(&place).len(), 4, "{file}");
        assert_eq!(one_number(&place, "select count(*) from events"), 5);
    }
}

#[test]
fn a_row_that_is_refused_again_is_kept_once() {
    for file in ["f.csv", "f.jsonl"] {
        let place = Place::with_brand();
        // Two blocks, so that a reject is not of the first one only.
        let twice = canonical()
            + "[[events]]\nsql = '''select event_id || '-b' as event_id, ts, behavior, \"id.phone\" from rows'''\n";
        import_text(&place, &twice, &format!("{HEADER}{ROWS}"));
        let before = codes(&place);
        export(&place, file);
        let unchanged = import_corrected(&place, file);
        assert_eq!(counts(&unchanged)[..2], [0, 0], "{file}: {unchanged}");
        assert_eq!(codes(&place), before, "{file}");
        // Changed, but still not right.
        let text = export(&place, file).replace("nope", "noway");
        fs::write(place.path(file), text).unwrap();
        import_corrected(&place, file);
        assert_eq!(codes(&place).len(), before.len(), "{file}: {:?}", codes(&place));
        // The text of the line that could not be read is still there.
        let raw: Vec<Value> =
            rejects(&place).iter().map(|r| r["row"]["_raw"].clone()).filter(|raw| !raw.is_null()).collect();
        assert_eq!(raw, ["cut"], "{file}");
    }
}

#[test]
fn an_unreadable_line_can_be_filled_in_by_hand() {
    let place = Place::with_brand();
    import_text(&place, &canonical(), &format!("{HEADER}cut\n"));
    let mut row: Value = serde_json::from_str(&export(&place, "f.jsonl")).unwrap();
    assert_eq!((&row["_raw"], &row["_code"]), (&"cut".into(), &"ragged_row".into()));
    for (name, value) in [("event_id", "9"), ("ts", "2026-01-01"), ("behavior", "view"), ("id.phone", "13900000011")] {
        row[name] = value.into();
    }
    fs::write(place.path("f.jsonl"), format!("{row}\n")).unwrap();
    assert_eq!(counts(&import_corrected(&place, "f.jsonl")), [1, 0, 0, 0]);
    assert!(rejects(&place).is_empty());
}

#[test]
fn rejects_of_an_import_for_several_brands_come_back_to_theirs() {
    let place = Place::with_brand();
    place.json(&["brand", "add", "beta"]);
    let text = "event_id,ts,behavior,id.phone,brand\n1,2026-01-01,view,13900000011,acme\n2,nope,view,13900000011,acme\n\
                3,2026-01-01,view,13900000011,stranger\n4,nope,view,13900000011,beta\n";
    fs::write(place.path("rows.csv"), text).unwrap();
    fs::write(place.path("m.toml"), canonical()).unwrap();
    place.run(["import", "--brand", "acme", "--mapping", "m.toml", "rows.csv"]).refused(2, "has a brand column");
    let report = place.json(&["import", "--brands", "acme,beta", "--mapping", "m.toml", "rows.csv"]);
    assert_eq!(counts(&report), [1, 0, 3, 0]);
    assert_eq!(codes(&place), [("bad_time".to_owned(), Some(3)), ("unknown_brand".to_owned(), Some(4))]);
    // The row of a stranger is not accepted for being sent again with this brand's rejects.
    let text = export(&place, "f.csv").replace("nope", "2026-01-01");
    fs::write(place.path("f.csv"), &text).unwrap();
    assert_eq!(counts(&import_corrected(&place, "f.csv")), [1, 0, 1, 0]);
    assert_eq!(codes(&place), [("unknown_brand".to_owned(), Some(4))]);
    // What it says is not kept: it may be about another brand's people. Who knows it writes it again.
    assert!(!text.contains("stranger") && text.matches("13900000011").count() == 1, "{text}");
    let mut row: Value = serde_json::from_str(&export(&place, "f.jsonl")).unwrap();
    for (name, value) in
        [("brand", "acme"), ("event_id", "3"), ("ts", "2026-01-01"), ("behavior", "view"), ("id.phone", "13900000011")]
    {
        row[name] = value.into();
    }
    fs::write(place.path("f.jsonl"), row.to_string()).unwrap();
    assert_eq!(counts(&import_corrected(&place, "f.jsonl")), [1, 0, 0, 0]);
    assert!(rejects(&place).is_empty());
    assert_eq!(place.json(&["rejects", "--brand", "beta"]).as_array().unwrap().len(), 1, "beta's own stays with beta");
}

#[test]
fn a_correction_sets_what_its_row_had_and_nothing_else() {
    // Two files of facts, each with an attribute that the other lacks, and a wrong date in each.
    for file in ["f.csv", "f.jsonl"] {
        let place = Place::with_brand();
        import_text(&place, &block("consumers"), "id.member_card,valid_from,city,tier\na,2026-01-01,Shanghai,gold\n");
        fs::write(place.path("rows.csv"), "id.member_card,valid_from,city,tier\na,nope,,platinum\n").unwrap();
        let halves = block("consumers").replace("select *", "select \"id.member_card\", valid_from, city")
            + "[[consumers]]\nsql = '''select \"id.member_card\", valid_from, tier from rows'''\n";
        assert_eq!(counts(&import(&place, &halves, "rows.csv")), [0, 0, 2, 0]);
        let text = export(&place, file);
        let (city, tier): (Vec<&str>, Vec<&str>) = text.lines().partition(|line| !line.contains("platinum"));
        let head = if file == "f.csv" { format!("{}\n", city[0]) } else { String::new() };
        // One after the other: what the first leaves out must still be there before the second.
        let only_city = city.last().unwrap().replace("nope", "2026-03-01");
        let only_tier = tier[0].replace("nope", "2026-03-01");
        fs::write(place.path(file), format!("{}\n{only_city}\n", city[0]).replacen("\n\n", "\n", 1)).unwrap();
        if file == "f.jsonl" {
            fs::write(place.path(file), format!("{only_city}\n")).unwrap();
        }
        assert_eq!(counts(&import_corrected(&place, file)), [1, 0, 0, 0], "{file}");
        let held = ask(&place, "select city, tier from consumers");
        assert_eq!(held, serde_json::json!([{ "city": null, "tier": "gold" }]), "{file}: null unsets, missing leaves");
        fs::write(place.path(file), format!("{head}{only_tier}\n")).unwrap();
        assert_eq!(counts(&import_corrected(&place, file)), [1, 0, 0, 0], "{file}");
        assert_eq!(ask(&place, "select tier from consumers")[0]["tier"], "platinum", "{file}");
    }
}

#[test]
fn properties_are_text_after_a_correction() {
    // A file that people edit has no types; `prop(...)` gives text in any case.
    let place = Place::with_brand();
    let sql = "select ts, behavior, \"id.phone\", cast(seconds as int) as \"prop.seconds\", seconds > '3' as \"prop.long\" from rows";
    fs::write(place.path("rows.csv"), "ts,behavior,id.phone,seconds\nnope,view,13900000011,5\n").unwrap();
    assert_eq!(counts(&import(&place, &mapping("path = \"*.csv\"", sql), "rows.csv")), [0, 0, 1, 0]);
    let text = export(&place, "f.jsonl").replace("nope", "2026-01-01");
    fs::write(place.path("f.jsonl"), text).unwrap();
    assert_eq!(counts(&import_corrected(&place, "f.jsonl")), [1, 0, 0, 0]);
    assert_eq!(ask(&place, "select properties from events")[0]["properties"], "{\"long\":\"true\",\"seconds\":\"5\"}");
}

#[test]
fn two_thousand_rejects_come_out_and_back() {
    let place = Place::with_brand();
    let rows: String = (0..2000).map(|n| format!("{n},nope,view,13900000011,\n")).collect();
    assert_eq!(counts(&import_text(&place, &canonical(), &format!("{HEADER}{rows}"))), [0, 0, 2000, 0]);
    let text = export(&place, "f.csv").replace("nope", "2026-01-01");
    fs::write(place.path("f.csv"), text).unwrap();
    assert_eq!(counts(&import_corrected(&place, "f.csv")), [2000, 0, 0, 0]);
    assert!(rejects(&place).is_empty());
}

#[test]
fn what_is_no_export_is_refused() {
    let place = Place::with_brand();
    fs::write(place.path("rows.csv"), format!("{HEADER}1,2026-01-01,view,13900000011,\n")).unwrap();
    let corrected = |args: &[&str]| place.run([&["import", "--mapping", "rejects"][..], args].concat());
    corrected(&["--brand", "acme", "rows.csv"]).refused(2, "`databank rejects --export` wrote");
    corrected(&["--brand", "acme", "none.csv"]).refused(2, "none.csv");
    corrected(&["--brand", "acme", "--dry-run", "rows.csv"]).refused(2, "--dry-run");
    corrected(&["--brands", "acme,acme2", "rows.csv"]).refused(2, "takes one --brand");
    assert_eq!(export(&place, "f.jsonl"), "", "nothing to correct");
}

#[test]
fn what_was_refused_is_readable_only_with_the_brands_key() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::with_brand();
    // Columns shifted by one: a phone stands where the time should.
    import_text(&place, &canonical(), "event_id,ts,behavior,id.phone\n1,+86 13900000011,view,13900000011\n");
    let stored = ask(&place, "select code, field, message from rejects").to_string();
    assert!(stored.contains("bad_time") && !stored.contains("13900000011"), "{stored}");
    let shown = &rejects(&place)[0];
    assert!(shown["message"].as_str().unwrap().contains("13900000011"), "{shown}");
    assert!(shown["row"].get("_message").is_none(), "{shown}");
    let export = || place.json(&["rejects", "--brand", "acme", "--export", "out.csv"]);
    fs::write(place.path("out.csv"), "older").unwrap();
    export();
    assert_eq!(fs::metadata(place.path("out.csv")).unwrap().permissions().mode() & 0o777, 0o600);
    let files = fs::read_dir(place.path("data/vaults/acme/rejects")).unwrap().flatten();
    for file in files.filter(|file| file.path().is_file()) {
        let bytes = fs::read(file.path()).unwrap();
        assert!(!bytes.windows(11).any(|window| window == b"13900000011"), "{}", file.path().display());
    }
}

#[test]
fn what_a_killed_process_spilled_is_gone_at_the_next_start() {
    let place = Place::with_brand();
    fs::create_dir_all(place.path("data/spill/datafusion-x")).unwrap();
    fs::write(place.path("data/spill/datafusion-x/1.arrow"), "13900000011").unwrap();
    place.json(&["brand", "list"]);
    assert!(!place.path("data/spill/datafusion-x").is_dir());
}
