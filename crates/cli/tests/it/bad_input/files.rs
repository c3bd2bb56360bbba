//! Files: cases F1 to F12, F17 and F18.

use std::fs;
use std::io::Write as _;

use serde_json::Value;

use super::{canonical, codes, counts, import, import_text, mapping, one_number, rejects, try_import};
use crate::Place;

const HEADER: &str = "event_id,ts,behavior,id.phone,prop.p\n";

/// What becomes of a file.
#[derive(Debug)]
enum Ends {
    /// Accepted, duplicate, rejected, unreadable; and the codes of what was refused.
    In([u64; 4], &'static [&'static str]),
    /// Wrong use or bad input: nothing is deposited; the message says this.
    Error(&'static str),
}

use Ends::{Error, In};

struct FileCase {
    id: &'static str,
    file: &'static str,
    bytes: Vec<u8>,
    /// Options of the input, beside its path.
    options: &'static str,
    ends: Ends,
}

fn file(id: &'static str, bytes: impl Into<Vec<u8>>, options: &'static str, ends: Ends) -> FileCase {
    FileCase { id, file: "a.csv", bytes: bytes.into(), options, ends }
}

fn named(file: &'static str, case: FileCase) -> FileCase {
    FileCase { file, ..case }
}

fn row(id: &str, end: &str) -> String {
    format!("{id},2026-01-02 03:04:05,view,13900000011,品牌{end}")
}

fn good(rows: usize) -> String {
    HEADER.to_owned() + &(0..rows).map(|n| row(&n.to_string(), "\n")).collect::<String>()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn utf16(text: &str, mark: bool) -> Vec<u8> {
    let units = mark.then_some(0xFEFF).into_iter().chain(text.encode_utf16());
    units.flat_map(u16::to_le_bytes).collect()
}

/// Each case in a brand of its own, so that none sees another's rows.
#[track_caller]
fn check(cases: Vec<FileCase>) {
    let place = Place::new();
    for (number, case) in cases.into_iter().enumerate() {
        let (id, brand) = (case.id, format!("brand-{number}"));
        place.json(&["brand", "add", &brand]);
        fs::write(place.path(case.file), &case.bytes).unwrap();
        fs::write(place.path("m.toml"), mapping(&format!("path = \"*.csv*\"{}", case.options), "select * from rows"))
            .unwrap();
        let run = place.run(["import", "--brand", &brand, "--mapping", "m.toml", case.file, "--format", "json"]);
        let rejects = place.json(&["rejects", "--brand", &brand]);
        let mut found: Vec<&str> = rejects.as_array().unwrap().iter().map(|r| r["code"].as_str().unwrap()).collect();
        found.sort_unstable();
        match case.ends {
            In(expected, codes) => {
                assert_eq!(run.code, Some(0), "{id}: {run:?}");
                let report: Value = serde_json::from_str(&run.stdout).unwrap();
                assert_eq!(counts(&report), expected, "{id}: {report} {rejects}");
                assert_eq!(found, codes, "{id}: {rejects}");
            }
            Error(text) => {
                assert_eq!(run.code, Some(2), "{id}: {run:?}");
                assert!(run.stderr.contains(text) && run.stdout.is_empty(), "{id}: {run:?}");
                assert!(found.is_empty(), "{id}: an import that fails leaves nothing: {rejects}");
            }
        }
    }
}

#[test]
fn headers_are_matched_by_name_and_ragged_lines_cost_themselves() {
    let some = |rows: &str| format!("{HEADER}{rows}");
    check(vec![
        file(
            "F1 reordered",
            "behavior,id.phone,event_id,ts\nview,13900000011,1,2026-01-01\n",
            "",
            In([1, 0, 0, 0], &[]),
        ),
        file("F1 missing", "ts,id.phone\n2026-01-01,13900000011\n", "", In([0, 0, 1, 0], &["unknown_behavior"])),
        file(
            "F1 extra",
            "ts,behavior,id.phone,colour\n2026-01-01,view,13900000011,red\n",
            "",
            In([0, 0, 1, 0], &["unknown_column"]),
        ),
        file(
            "F1 repeated",
            "ts,ts,behavior,id.phone\n1,2,view,13900000011\n",
            "",
            Error("two columns are called \"ts\""),
        ),
        file(
            "F1 ragged",
            some(&format!("{}1,2\n1,2,3,4,5,6,7\n{}", row("a", "\n"), row("b", "\n"))),
            "",
            In([2, 0, 0, 2], &["ragged_row", "ragged_row"]),
        ),
        file("F2 no bytes", "", "", Error("the file is empty")),
        file("F2 blank lines", "\n\r\n\n", "", Error("the file is empty")),
        file("F2 compressed nothing", gzip(b""), "", Error("the file is empty")),
        file("F2 header only", HEADER, "", In([0, 0, 0, 0], &[])),
        file(
            "100,000 columns",
            (0..100_000).map(|n| format!("c{n},")).collect::<String>(),
            "",
            Error("it has 100001 columns"),
        ),
    ]);
}

#[test]
fn encodings_and_dialects_are_declared_never_guessed() {
    let text = good(2);
    let (gbk, ..) = (text.replace("品牌", "\u{0}"), ());
    // 品牌 in GB 18030.
    let gbk: Vec<u8> = gbk.bytes().flat_map(|b| if b == 0 { vec![0xC6, 0xB7, 0xC5, 0xC6] } else { vec![b] }).collect();
    check(vec![
        file("F3 GBK, not declared", gbk.clone(), "", In([0, 0, 0, 2], &["bad_encoding", "bad_encoding"])),
        file("F3 GB 18030", gbk, ", encoding = \"gb18030\"", In([2, 0, 0, 0], &[])),
        file("F3 UTF-16 with its mark", utf16(&text, true), "", In([2, 0, 0, 0], &[])),
        file("F3 UTF-16 without", utf16(&text, false), "", Error("utf-16le")),
        file("F3 UTF-16 declared", utf16(&text, false), ", encoding = \"utf-16le\"", In([2, 0, 0, 0], &[])),
        file("F3 UTF-8 with its mark", format!("\u{feff}{text}"), "", In([2, 0, 0, 0], &[])),
        file(
            "F3 mixed line ends",
            format!("{}{}{}", HEADER.replace('\n', "\r\n"), row("a", "\r"), row("b", "\n")),
            "",
            In([2, 0, 0, 0], &[]),
        ),
        file(
            "F3 semicolons, not declared",
            text.replace(',', ";"),
            "",
            In([0, 0, 2, 0], &["unknown_column", "unknown_column"]),
        ),
        file("F3 semicolons", text.replace(',', ";"), ", delimiter = \";\"", In([2, 0, 0, 0], &[])),
        file("F3 tabs", text.replace(',', "\t"), ", delimiter = \"\\t\"", In([2, 0, 0, 0], &[])),
    ]);
}

#[test]
fn damaged_lines_cost_themselves_only() {
    let around = |line: &str| format!("{HEADER}{}{line}\n{}", row("a", "\n"), row("b", "\n"));
    let phone = |phone: &str| format!("{HEADER}1,2026-01-02,view,{phone},\n");
    let time = |ts: &str| format!("{HEADER}1,{ts},view,13900000011,\n");
    check(vec![
        file("F4 open quote", around("9,2026-01-02,view,\"139,"), "", In([2, 0, 0, 1], &["bad_quote"])),
        file("F4 text behind a quote", around("9,2026-01-02,view,\"139\"x,"), "", In([2, 0, 0, 1], &["bad_quote"])),
        file(
            "F4 a long field that holds a line",
            around("9,2026-01-02,view,13900000011,\"nice\n8,2026-01-02,purchase,13900000099,\n\",extra"),
            "",
            In([2, 0, 0, 3], &["ragged_row", "ragged_row", "ragged_row"]),
        ),
        file(
            "F5 field of 2 MiB",
            around(&format!("9,2026-01-02,view,13900000011,{}", "x".repeat(2 << 20))),
            "",
            In([2, 0, 0, 1], &["field_too_long"]),
        ),
        file("F5 NUL byte", around("9,2026-01-02,vi\0ew,13900000011,"), "", In([2, 0, 0, 1], &["nul_byte"])),
        file("F6 phone with exponent", phone("1.38E+10"), "", In([0, 0, 1, 0], &["bad_id"])),
        file("F6 phone that lost a digit", phone("1380013800"), "", In([0, 0, 1, 0], &["bad_id"])),
        file("F6 phone with decimals", phone("13900000011.0"), "", In([1, 0, 0, 0], &[])),
        file("F6 #REF!", phone("#REF!"), "", In([0, 0, 1, 0], &["no_identity"])),
        file("F6 date serial", time("45992"), "", In([0, 0, 1, 0], &["bad_time"])),
        file("F6 date serial with time", time("45992.5"), "", In([0, 0, 1, 0], &["bad_time"])),
        file(
            "F7 formulas",
            format!("{HEADER}1,2026-01-02,view,13900000011,=1+1\n2,2026-01-02,view,13900000011,@x\n"),
            "",
            In([2, 0, 0, 0], &[]),
        ),
    ]);
}

#[test]
fn archives_workbooks_and_damaged_compression_are_refused_by_name() {
    let text = good(2);
    let mut zip = b"PK\x03\x04".to_vec();
    zip.extend([0; 600]);
    let long = gzip(good(20_000).as_bytes());
    let bomb = gzip(format!("{HEADER}{}", "0".repeat(64 << 20)).as_bytes());
    check(vec![
        named("a.csv.gz", file("gzip", gzip(text.as_bytes()), "", In([2, 0, 0, 0], &[]))),
        file("F11 gzip under another name", gzip(text.as_bytes()), "", In([2, 0, 0, 0], &[])),
        named("a.csv.gz", file("F11 no gzip for all its name", text.clone(), "", In([2, 0, 0, 0], &[]))),
        file("F11 zip", zip.clone(), "", Error("this is a zip archive or an Excel workbook")),
        named("a.csv.gz", file("F11 gzip in gzip", gzip(&gzip(text.as_bytes())), "", Error("compressed twice"))),
        named("a.csv.gz", file("F11 cut gzip", &long[..long.len() / 2], "", Error("cut or damaged"))),
        named("a.csv.gz", file("F11 one line of 64 MiB", bomb, "", In([0, 0, 0, 1], &["field_too_long"]))),
        file("F12 XLSX", zip, "", Error("this is a zip archive or an Excel workbook")),
        file(
            "F12 XLS",
            [&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1][..], &[0; 600]].concat(),
            "",
            Error("this is an Excel workbook"),
        ),
    ]);
}

#[test]
fn f8_only_what_is_new_is_added_however_the_rows_are_packed() {
    let place = Place::with_brand();
    let rows: Vec<String> = (0..300).map(|n| row(&n.to_string(), "\n")).collect();
    let write = |name: &str, rows: &[String]| {
        let path = place.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let text = HEADER.to_owned() + &rows.concat();
        fs::write(
            path,
            if std::path::Path::new(name).extension().is_some_and(|e| e == "gz") {
                gzip(text.as_bytes())
            } else {
                text.into()
            },
        )
        .unwrap();
    };
    let mut reversed = rows.clone();
    reversed.reverse();
    write("one/a.csv", &rows[..200]);
    write("again/renamed.csv", &rows[..200]);
    write("packed/a.csv.gz", &rows[..200]);
    write("overlap/b.csv", &rows[150..]);
    write("split/c.csv", &reversed[..100]);
    write("split/d.csv.gz", &reversed[100..]);
    for (folder, expected) in [
        ("one", [200, 0, 0, 0]),
        ("again", [0, 200, 0, 0]),
        ("packed", [0, 200, 0, 0]),
        ("overlap", [100, 50, 0, 0]),
        ("split", [0, 300, 0, 0]),
    ] {
        assert_eq!(counts(&import(&place, &canonical(), folder)), expected, "{folder}");
    }
    assert_eq!(one_number(&place, "select count(*) from events"), 300);
}

#[test]
fn f9_three_bad_rows_of_ten_thousand_are_three_rejects() {
    let place = Place::with_brand();
    let mut rows: Vec<String> = (0..10_000).map(|n| row(&n.to_string(), "\n")).collect();
    rows[5] = row("5", "\n").replace("2026", "soon");
    rows[5000] = "cut\n".to_owned();
    rows[9999] = row("9999", "\n").replace("139", "+");
    let text = HEADER.to_owned() + &rows.concat();
    assert_eq!(counts(&import_text(&place, &canonical(), &text)), [9997, 0, 2, 1]);
    let expected = [("bad_time", 7), ("ragged_row", 5002), ("bad_id", 10_001)];
    assert_eq!(codes(&place), expected.map(|(code, line)| (code.to_owned(), Some(line))));
}

#[test]
fn f9_max_rejects_stops_the_import_and_deposits_nothing() {
    let place = Place::with_brand();
    // 8 good rows, 1 refused, 1 unreadable.
    let text = format!("{}x,nope,view,13900000011,\ncut\n", good(8));
    fs::write(place.path("rows.csv"), text).unwrap();
    let limited = |limit: &str| format!("max_rejects = {limit}\n{}", canonical());
    for limit in ["0", "1", "0.19"] {
        let run = try_import(&place, &limited(limit), "rows.csv");
        assert_eq!(run.code, Some(2), "{limit}: {run:?}");
        assert!(run.stderr.contains("2 of 10 rows were refused"), "{limit}: {run:?}");
        assert!(run.stderr.contains("rows.csv:"), "the first refusal is named: {run:?}");
        assert_eq!(one_number(&place, "select count(*) from events"), 0, "{limit}");
        assert!(rejects(&place).is_empty(), "{limit}");
    }
    for (limit, expected) in [("0.2", [8, 0, 1, 1]), ("2", [0, 8, 1, 1])] {
        assert_eq!(counts(&import(&place, &limited(limit), "rows.csv")), expected, "{limit}");
    }
}

#[test]
fn an_import_that_fails_does_not_fix_the_brands_zone() {
    let place = Place::with_brand();
    fs::write(place.path("rows.csv"), format!("{HEADER}x,nope,view,13900000011,\n")).unwrap();
    let abroad = format!("max_rejects = 0\n{}", canonical().replace("Asia/Shanghai", "America/New_York"));
    assert_eq!(try_import(&place, &abroad, "rows.csv").code, Some(2));
    // 23:30 in Shanghai is the same day there; in New York it would be the morning of it, and 01:00 the day before.
    let text = format!("{HEADER}1,2026-01-02 01:00:00,view,13900000011,\n");
    import_text(&place, &canonical(), &text);
    let day = super::ask(&place, "select cast(day as varchar) as day from events");
    assert_eq!(day[0]["day"], "2026-01-02", "{}", place.json(&["brand", "list"]));
}

#[test]
fn a_dry_run_shows_rows_and_refusals_and_deposits_nothing() {
    let place = Place::with_brand();
    fs::write(place.path("rows.csv"), format!("{}x,nope,view,13900000011,\n", good(2))).unwrap();
    fs::write(place.path("m.toml"), canonical()).unwrap();
    let shown = place.json(&["import", "--brand", "acme", "--mapping", "m.toml", "--dry-run", "rows.csv"]);
    assert_eq!(shown.as_array().unwrap().len(), 3, "{shown}");
    assert_eq!((&shown[0]["refused"], &shown[2]["refused"]["code"]), (&Value::Null, &Value::from("bad_time")));
    assert!(rejects(&place).is_empty());
    assert_eq!(counts(&import(&place, &canonical(), "rows.csv")), [2, 0, 1, 0], "nothing was there before");
}

#[test]
fn f17_files_of_one_input_have_the_same_columns_in_any_order() {
    let place = Place::with_brand();
    let folder = place.path("in");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("a.csv"), "ts,behavior,id.phone\n2026-01-01,view,13900000011\n").unwrap();
    fs::write(folder.join("b.csv"), "id.phone,ts,behavior\n13900000012,2026-01-01,view\n").unwrap();
    assert_eq!(counts(&import(&place, &canonical(), "in")), [2, 0, 0, 0]);
    fs::write(folder.join("c.csv"), "id.phone,ts,behavior,city\n13900000013,2026-01-01,view,x\n").unwrap();
    let run = try_import(&place, &canonical(), "in");
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.stderr.contains("c.csv") && run.stderr.contains("city"), "{run:?}");
    assert_eq!(one_number(&place, "select count(*) from events"), 2);
}

#[cfg(unix)]
#[test]
fn paths_that_hold_no_file_are_refused() {
    let place = Place::with_brand();
    fs::create_dir_all(place.path("empty/folder.csv")).unwrap();
    std::os::unix::fs::symlink(place.path("nowhere"), place.path("dangling.csv")).unwrap();
    for (path, text) in [
        ("empty", "no file matches"),
        ("none.csv", "none.csv"),
        ("dangling.csv", "dangling.csv"),
        ("/dev/null", "not a regular file"),
    ] {
        let run = try_import(&place, &canonical(), path);
        run.refused(2, text);
    }
    let outside = canonical().replace("*.csv*", "../*.csv");
    try_import(&place, &outside, "empty").refused(2, "must lie inside the import's path");
    // A link to a file is that file.
    fs::write(place.path("rows.csv"), good(1)).unwrap();
    std::os::unix::fs::symlink(place.path("rows.csv"), place.path("link.csv")).unwrap();
    assert_eq!(counts(&import(&place, &canonical(), "link.csv")), [1, 0, 0, 0]);
}
