//! Parquet: cases F13 to F16, over a file of two rows (whole numbers, texts) written by another program.

use std::fs;

use super::{codes, counts, import, mapping, one_number, try_import};
use crate::Place;

const TWO_ROWS: &[u8] = include_bytes!("two_rows.parquet");
/// "2 rows" in the footer: a field of 64 bits with the number two; first of the whole file, last of its row group.
const ROWS: &[u8] = b"\x16\x04";

fn by_canonical_names() -> String {
    mapping("path = \"*.parquet\"", "select * from rows")
}

fn with(bytes: &[u8], at: usize, new: &[u8]) -> Vec<u8> {
    let mut changed = bytes.to_vec();
    changed[at..at + new.len()].copy_from_slice(new);
    changed
}

#[test]
fn f13_f14_files_that_lie_or_are_cut_are_errors_and_the_process_lives() {
    let place = Place::with_brand();
    let places: Vec<usize> =
        TWO_ROWS.windows(2).enumerate().filter(|(_, window)| *window == ROWS).map(|(at, _)| at).collect();
    let (first, last) = (places[0], *places.last().unwrap());
    let end = TWO_ROWS.len();
    for (id, bytes, text) in [
        (
            "F13 row group promises 63 rows",
            with(TWO_ROWS, last, b"\x16\x7e"),
            "it promises 2 rows and its row groups 63",
        ),
        ("F13 footer promises 63 rows", with(TWO_ROWS, first, b"\x16\x7e"), "it promises 63 rows and its row groups 2"),
        ("F13 both promise one row too few", with(&with(TWO_ROWS, first, b"\x16\x02"), last, b"\x16\x02"), "rows"),
        ("F14 cut footer", TWO_ROWS[..end - 9].to_vec(), "is cut"),
        ("F14 half a file", TWO_ROWS[..end / 2].to_vec(), "is cut"),
        ("F14 footer of 2 GiB", with(TWO_ROWS, end - 8, b"\xff\xff\xff\x7f"), "its footer claims 2147483647 bytes"),
        ("F15 a CSV under that name", b"ts,behavior\n1,view\n".to_vec(), "not a readable Parquet file"),
        ("F2 no bytes", Vec::new(), "the file is empty"),
    ] {
        fs::write(place.path("rows.parquet"), bytes).unwrap();
        let run = try_import(&place, &by_canonical_names(), "rows.parquet");
        assert_eq!(run.code, Some(2), "{id}: {run:?}");
        assert!(run.stderr.contains(text) && run.stderr.contains("rows.parquet"), "{id}: {run:?}");
    }
    assert_eq!(one_number(&place, "select count(*) from events"), 0);
}

#[test]
fn f15_no_damaged_byte_of_the_footer_stops_the_process() {
    let place = Place::with_brand();
    // Every seventh byte of the footer: all of them are tried on the reader by its own tests.
    for at in (TWO_ROWS.len() / 2..TWO_ROWS.len()).step_by(7) {
        fs::write(place.path("rows.parquet"), with(TWO_ROWS, at, &[TWO_ROWS[at] ^ 0xFF])).unwrap();
        let run = try_import(&place, &by_canonical_names(), "rows.parquet");
        assert!(matches!(run.code, Some(0 | 2)), "byte {at}: {run:?}");
    }
    assert!(one_number(&place, "select count(*) from events") <= 2);
}

#[test]
fn f16_times_beyond_the_calendar_cost_their_row() {
    let place = Place::with_brand();
    fs::write(place.path("rows.parquet"), TWO_ROWS).unwrap();
    for (number, ts) in [
        "arrow_cast(9223372036854775807, 'Timestamp(Microsecond, None)')",
        "arrow_cast(9223372036854775807, 'Timestamp(Microsecond, Some(\"UTC\"))')",
        "arrow_cast(9223372036854775807, 'Timestamp(Nanosecond, None)')",
        "arrow_cast(-9223372036854775807, 'Timestamp(Millisecond, None)')",
        "arrow_cast(9223372036854775807, 'Timestamp(Second, None)')",
        "arrow_cast(2147483647, 'Date32')",
        "arrow_cast(-2147483647, 'Date32')",
        "arrow_cast(9223372036854775807, 'Date64')",
        "9223372036854775807",
        "-9223372036854775807",
        "arrow_cast(18446744073709551615, 'UInt64')",
    ]
    .into_iter()
    .enumerate()
    {
        // The first row has the bad time, the second its own.
        let sql = format!(
            "select case when behavior = 'view' then {ts} end as ts, behavior, \"id.member_card\" from rows where behavior = 'view'"
        );
        let report = import(&place, &mapping("path = \"*.parquet\"", &sql), "rows.parquet");
        assert_eq!(counts(&report), [0, 0, 1, 0], "{number} {ts}");
    }
    assert!(codes(&place).iter().all(|(code, _)| code == "bad_time" || code == "future_time"), "{:?}", codes(&place));
}
