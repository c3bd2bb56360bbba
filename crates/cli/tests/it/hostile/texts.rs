//! CSV and JSON lines: what is endless, deep, wide, or looked at again and again.

use super::Ends::{Counted, Refused};
use super::made::{gzip, packed};
use super::{Hostile, check, hostile};

const HEADER: &str = "ts,behavior,id.member_card\n";
const ROW: &str = "2026-01-02,view,M1\n";
const SQL: &str = "select ts, behavior, \"id.member_card\" from rows";

/// A header, then `bytes`, then a row: packed.
fn between(bytes: &[u8]) -> Vec<u8> {
    [gzip(HEADER.as_bytes()), bytes.to_vec(), gzip(format!("\n{ROW}").as_bytes())].concat()
}

#[test]
fn what_is_endless_costs_its_line_and_little_memory() {
    let json = |value: Vec<u8>| {
        [
            gzip(b"{\"ts\":\""),
            value,
            gzip(b"\"}\n{\"ts\":\"2026-01-02\",\"behavior\":\"view\",\"id.member_card\":\"M1\"}\n"),
        ]
        .concat()
    };
    let deep = format!("{{\"ts\":{}1{}}}\n", "[".repeat(1_000_000), "]".repeat(1_000_000));
    let good = "{\"ts\":\"2026-01-02\",\"behavior\":\"view\",\"id.member_card\":\"M1\"}\n";
    check(
        SQL,
        vec![
            hostile("a line of 1 GiB", "a.csv", between(&packed(b'x', 1024)), Counted([1, 0, 0, 1])),
            hostile(
                "a quoted field of 512 MiB",
                "a.csv",
                between(&[gzip(b"\""), packed(b'x', 512)].concat()),
                Counted([1, 0, 0, 1]),
            ),
            hostile("512 MiB of NUL", "a.csv", between(&packed(0, 512)), Counted([1, 0, 0, 1])),
            hostile("a JSON text of 1 GiB", "a.jsonl", json(packed(b'x', 1024)), Counted([1, 0, 0, 1])),
            hostile(
                "a million brackets",
                "a.jsonl",
                [good.as_bytes(), deep.as_bytes()].concat(),
                Counted([1, 0, 0, 1]),
            ),
            hostile(
                "a quote never closed",
                "a.csv",
                [HEADER, ROW, "\"", &ROW.repeat(5)].concat().into_bytes(),
                Counted([5, 0, 0, 1]),
            ),
            hostile(
                "bytes that are no text",
                "a.csv",
                [HEADER.as_bytes(), b"\xff\xfe\xc3(\n", ROW.as_bytes()].concat(),
                Counted([1, 0, 0, 1]),
            ),
        ],
    );
}

#[test]
fn files_with_more_columns_than_anybody_has_are_refused() {
    let columns = |count: usize, name: &str| [name.repeat(count), "z\n".to_owned()].concat().into_bytes();
    let numbered = |count: usize| {
        let names: Vec<String> = (0..count).map(|number| format!("\"c{number}\":1")).collect();
        format!("{{{}}}\n", names.join(",")).into_bytes()
    };
    let long_name = [HEADER.trim_end(), ",", &"n".repeat(3000), "\n", ROW].concat().into_bytes();
    let with = |options, hostile: Hostile| Hostile { options, ..hostile };
    check(
        SQL,
        vec![
            hostile(
                "ten million columns",
                "a.csv",
                gzip(&columns(10_000_000, "a,")),
                Refused("more than 16 MiB in all"),
            ),
            hostile(
                "seven million columns",
                "a.csv",
                columns(7_000_000, "a,"),
                Refused("7000001 columns, more than 10000"),
            ),
            hostile("a name of 3,000 bytes", "a.csv", long_name, Refused("a column's name has 3000 bytes")),
            hostile("a name of 2 MiB", "a.csv", columns(1, &"n".repeat(2 << 20)), Refused("a name of more than 1 MiB")),
            with(
                ", header = false, columns = [\"ts\", \"behavior\", \"id.member_card\"]",
                hostile(
                    "fields where there are three columns",
                    "a.csv",
                    columns(7_000_000, "a,"),
                    Counted([0, 0, 0, 1]),
                ),
            ),
            hostile("a million keys", "a.jsonl", numbered(1_000_000), Refused("unknown column")),
        ],
    );
}

#[test]
fn wide_and_empty_rows_take_no_more_memory_than_full_ones() {
    let names: Vec<String> = (0..5_000).map(|number| format!("\"c{number}\":1")).collect();
    let wide = format!("{{\"ts\":1,\"behavior\":1,\"id.member_card\":1,{}}}\n", names.join(","));
    let rows = "{}\n".repeat(100);
    let long_keys: String = (0..2000).map(|n| format!("{{\"ts\":\"x\",\"{}{n}\":1}}\n", "k".repeat(50_000))).collect();
    let all = "select * from rows";
    // Each is refused, and kept with its five thousand columns until it is corrected.
    check(
        all,
        vec![hostile("rows of 5,000 columns", "a.jsonl", [wide, rows].concat().into_bytes(), Counted([0, 0, 101, 0]))],
    );
    check(SQL, vec![hostile("long keys", "a.jsonl", long_keys.into_bytes(), Refused("unknown column"))]);
}

#[test]
fn refused_rows_of_many_mebibytes_are_not_gathered_in_memory() {
    let names: Vec<String> = (0..12).map(|number| format!("c{number}")).collect();
    let row = vec!["x".repeat(1 << 20); 12].join(",");
    let rows = gzip(format!("{row}\n").as_bytes()).repeat(100);
    let file = [gzip(format!("{}\n", names.join(",")).as_bytes()), rows].concat();
    check("select * from rows", vec![hostile("100 rows of 12 MiB", "a.csv", file, Counted([0, 0, 100, 0]))]);
}

#[test]
fn lines_from_each_of_which_quotes_never_close_are_not_read_again_and_again() {
    // Seen from the start of any line, a quote opens at its end, and closes and opens again in each line that follows.
    let count = 100_000;
    let text = [HEADER, ROW, &"x\",\"\n".repeat(count), ROW].concat();
    let unreadable = count as u64 + 1;
    check(SQL, vec![hostile("quotes", "a.csv", text.into_bytes(), Counted([1, 0, 0, unreadable]))]);
}
