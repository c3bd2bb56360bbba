//! Delimited text: trust.md F1 to F5 and what a mapping may declare.

use std::fmt::Write as _;

use super::support::{check, check_refused, gzip, one_block, run, zstd};

const ALL: &str = "select a, b, _line as line from t";

#[test]
fn plain_files_are_read_with_their_line_numbers() {
    check(&[("a.csv", b"a,b\n1,x\n2,y\n")], "\"a.csv\"", ALL, "1|x|2\n2|y|3");
}

#[test]
fn every_line_end_is_a_line_end() {
    check(&[("a.csv", b"a,b\r\n1,x\r2,y\n3,z\r\n")], "\"a.csv\"", ALL, "1|x|2\n2|y|3\n3|z|4");
}

#[test]
fn blank_lines_are_skipped_and_the_last_line_may_lack_its_end() {
    check(&[("a.csv", b"a,b\n\n1,x\n\r\n2,y")], "\"a.csv\"", ALL, "1|x|3\n2|y|5");
}

#[test]
fn quotes_hold_delimiters_line_ends_and_doubled_quotes() {
    check(
        &[("a.csv", b"a,b\n\"1,1\",\"x\"\"y\"\n\"p\nq\",z\n3,in\"ch\n")],
        "\"a.csv\"",
        "select replace(a, chr(10), '/') as a, b, _line as line from t",
        "1,1|x\"y|2\n3|in\"ch|5\np/q|z|3",
    );
}

#[test]
fn delimiter_quote_and_null_are_the_mappings_choice() {
    let files: &[(&str, &[u8])] = &[("a.txt", b"a;b\n'1;1';NA\n;\"\n")];
    check(files, "{ path = \"a.txt\", delimiter = \";\", quote = \"'\", null = [\"NA\"] }", ALL, "1;1|-|2\n|\"|3");
    check(files, "{ path = \"a.txt\", delimiter = \";\", quote = \"\" }", "select a from t", "-\na.txt:2 ragged_row");
    check(&[("a.tsv", b"a\tb\n1\t\"\"\n")], "\"a.tsv\"", ALL, "1|-|2");
    check(&[("a.csv", b"a\x01b\n1\x012\n")], "{ path = \"a.csv\", delimiter = \"\\u0001\" }", ALL, "1|2|2");
}

#[test]
fn a_file_without_a_header_takes_its_columns_from_the_mapping() {
    let input = "{ path = \"a.csv\", header = false, columns = [\"a\", \"b\"] }";
    check(&[("a.csv", b"1,x\n2,y\n")], input, ALL, "1|x|1\n2|y|2");
    check_refused(&[("a.csv", b"1\n")], "{ path = \"a.csv\", header = false }", ALL, &["\"t\"", "`columns`"]);
    check_refused(&[("a.csv", b"1\n")], "{ path = \"a.csv\", columns = [\"a\"] }", ALL, &["header = false"]);
}

#[test]
fn compression_is_told_by_the_bytes_and_not_by_the_name() {
    let members = [gzip(b"a,b\n1,"), gzip(b"x\n2,y\n")].concat();
    let frames = [zstd(b"a,b\n3,x\n"), zstd(b"4,y\n")].concat();
    check(&[("a.csv", &members), ("b.csv.gz", &frames)], "\"*.csv*\"", ALL, "1|x|2\n2|y|3\n3|x|2\n4|y|3");
}

#[test]
fn bad_f1_reordered_headers_are_matched_by_name() {
    let files: &[(&str, &[u8])] = &[("a.csv", b"a,b\n1,x\n"), ("b.csv", b"b,a\ny,2\n")];
    check(files, "\"*.csv\"", "select a, b, _file as file from t", "1|x|a.csv\n2|y|b.csv");
}

#[test]
fn bad_f1_missing_extra_and_repeated_columns_refuse_the_file() {
    for (second, parts) in [
        (&b"a\n1\n"[..], &["b.csv", "missing [\"b\"]"][..]),
        (b"a,b,c\n1,2,3\n", &["b.csv", "extra [\"c\"]"]),
        (b"a,B\n1,2\n", &["b.csv", "missing [\"b\"]", "extra [\"B\"]"]),
        (b"a,b,b\n1,2,3\n", &["b.csv", "\"b\""]),
    ] {
        check_refused(&[("a.csv", b"a,b\n1,x\n"), ("b.csv", second)], "\"*.csv\"", ALL, parts);
    }
    check_refused(&[("a.csv", b"a,b,a\n1,x,2\n")], "\"a.csv\"", ALL, &["a.csv", "two columns are called \"a\""]);
    check_refused(&[("a.csv", b"a,_line\n1,x\n")], "\"a.csv\"", ALL, &["a.csv", "_line"]);
}

#[test]
fn bad_f1_ragged_and_cut_lines_are_unreadable() {
    let expected = "1|x|2\n4|z|5\na.csv:3 ragged_row\na.csv:4 ragged_row\na.csv:6 ragged_row";
    let files: &[(&str, &[u8])] = &[("a.csv", b"a,b\n1,x\n2\n3,y,z\n4,z\n5")];
    check(files, "\"a.csv\"", ALL, expected);
    let outcome = run(files, &one_block("\"a.csv\"", ALL)).unwrap();
    let raws: Vec<_> = outcome.unreadable.iter().map(|row| row.raw.as_str()).collect();
    assert_eq!(raws, ["2", "3,y,z", "5"]);
    assert_eq!((outcome.files[0].records, outcome.files[0].unreadable), (5, 3));
    assert_eq!(outcome.files[0].bytes_read, outcome.files[0].bytes);
}

#[test]
fn bad_f2_a_header_alone_is_no_rows_and_no_bytes_are_an_error() {
    check(&[("a.csv", b"a,b\n")], "\"a.csv\"", ALL, "");
    check(&[("a.csv", b"a,b\n1,x\n"), ("b.csv", b"")], "\"*.csv\"", ALL, "1|x|2");
    check_refused(&[("a.csv", b"")], "\"a.csv\"", ALL, &["a.csv", "empty"]);
    check_refused(&[("a.csv", &gzip(b""))], "\"a.csv\"", ALL, &["a.csv", "empty"]);
    check_refused(&[("a.csv", b"a\n")], "\"b*.csv\"", ALL, &["\"t\"", "b*.csv"]);
}

#[test]
fn bad_f3_encodings_are_declared_or_marked() {
    let text = "a,b\n杭州,café\n";
    let (gb, ..) = encoding_rs::GB18030.encode("a,b\n杭州,你好\n");
    check(&[("a.csv", &gb)], "{ path = \"a.csv\", encoding = \"gb18030\" }", ALL, "杭州|你好|2");
    check(&[("a.csv", &gb)], "{ path = \"a.csv\", encoding = \"GBK\" }", ALL, "杭州|你好|2");
    let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    check(&[("a.csv", &little)], "{ path = \"a.csv\", encoding = \"utf-16le\" }", ALL, "杭州|café|2");
    check(&[("a.csv", &big)], "{ path = \"a.csv\", encoding = \"utf-16be\" }", ALL, "杭州|café|2");
    check(&[("a.csv", &[&[0xFF, 0xFE], &little[..]].concat())], "\"a.csv\"", ALL, "杭州|café|2");
    check(&[("a.csv", &[b"\xEF\xBB\xBF", text.as_bytes()].concat())], "\"a.csv\"", ALL, "杭州|café|2");
}

#[test]
fn bad_f3_bytes_of_another_encoding_are_never_mojibake() {
    let (gb, ..) = encoding_rs::GB18030.encode("a,b\n1,x\n2,杭州\n3,z\n");
    check(&[("a.csv", &gb)], "\"a.csv\"", ALL, "1|x|2\n3|z|4\na.csv:3 bad_encoding");
    // A lead byte without its partner, in a file that is declared as GBK.
    check(
        &[("a.csv", b"a,b\n1,x\n2,\x81\n3,\xBA\xBC\n")],
        "{ path = \"a.csv\", encoding = \"gbk\" }",
        ALL,
        "1|x|2\n3|杭|4\na.csv:3 bad_encoding",
    );
    let (header, ..) = encoding_rs::GB18030.encode("名,b\n1,x\n");
    check_refused(&[("a.csv", &header)], "\"a.csv\"", ALL, &["a.csv", "not UTF-8", "gb18030"]);
}

#[test]
fn bad_f4_an_unbalanced_quote_costs_one_line() {
    let expected = "1|x|2\n3|z|4\na.csv:3 bad_quote";
    check(&[("a.csv", b"a,b\n1,x\n\"2,y\n3,z\n")], "\"a.csv\"", ALL, expected);
    // A later quote seems to close it.
    let expected = "1|x|2\n4|w\"|5\na.csv:3 bad_quote\na.csv:4 bad_quote";
    check(&[("a.csv", b"a,b\n1,x\n\"2,y\n\"3\"4,z\n4,w\"\n")], "\"a.csv\"", ALL, expected);
    check(&[("a.csv", b"a,b\n\"1\"2,x\n3,z\n")], "\"a.csv\"", ALL, "3|z|3\na.csv:2 bad_quote");
    // The quote stays open far beyond the limit.
    let rest = "3,zzzzzzzzzzzzzzzz\n".repeat(100_000);
    let file = format!("a,b\n1,x\n\"2,y\n{rest}");
    let outcome = run(&[("a.csv", file.as_bytes())], &one_block("\"a.csv\"", "select count(*) as n from t")).unwrap();
    assert_eq!(outcome.blocks[0], ["100001"]);
    assert_eq!(outcome.unreadable.len(), 1);
    assert_eq!(outcome.unreadable[0].raw, "\"2,y");
}

#[test]
fn bad_f5_a_huge_field_costs_one_line() {
    for quote in ["", "\""] {
        let file = format!("a,b\n1,x\n{quote}{}{quote},y\n3,z\n", "v".repeat(2 << 20));
        let expected = "1|x|2\n3|z|4\na.csv:3 field_too_long";
        check(&[("a.csv", file.as_bytes())], "\"a.csv\"", ALL, expected);
        let outcome = run(&[("a.csv", file.as_bytes())], &one_block("\"a.csv\"", ALL)).unwrap();
        assert_eq!(outcome.unreadable[0].raw.len(), 64 << 10);
    }
    let longest = format!("a,b\n{},y\n", "v".repeat(1 << 20));
    check(&[("a.csv", longest.as_bytes())], "\"a.csv\"", "select length(a) as n from t", "1048576");
}

#[test]
fn bad_f5_nul_bytes_make_a_line_unreadable() {
    check(&[("a.csv", b"a,b\n1,x\0\n2,y\n")], "\"a.csv\"", ALL, "2|y|3\na.csv:2 nul_byte");
    let utf16: Vec<u8> = "a,b\n1,x\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    check_refused(&[("a.csv", &utf16)], "\"a.csv\"", ALL, &["a.csv", "utf-16le"]);
}

#[test]
fn bad_f6_values_that_are_not_of_their_type_make_a_line_unreadable() {
    let input = "{ path = \"a.csv\", types = { a = \"bigint\", b = \"decimal(10,2)\" } }";
    let file = b"a,b\n1,1.50\n1.38E+10,2\n,\n3,1.005\n4,\"1,000\"\n 5 ,7\n";
    check(
        &[("a.csv", file)],
        input,
        "select a, b from t",
        "-|-\n1|1.50\n5|7.00\na.csv:3 bad_type\na.csv:5 bad_type\na.csv:6 bad_type",
    );
    // Also where the query does not read the column.
    check(&[("a.csv", b"a,b\nx,1\n")], input, "select b from t", "a.csv:2 bad_type");
    let input = "{ path = \"a.csv\", types = { a = \"timestamp\", b = \"date\" } }";
    let file = b"a,b\n2020-01-02 03:04:05,2020-01-02\n2020-01-02T03:04:05+08:00,2020-01-02\n2020-01-02,2020-02-30\n";
    check(
        &[("a.csv", file)],
        input,
        "select a, b from t",
        "2020-01-02T03:04:05|2020-01-02\na.csv:3 bad_type\na.csv:4 bad_type",
    );
    check_refused(
        &[("a.csv", b"a\n1\n")],
        "{ path = \"a.csv\", types = { c = \"bigint\" } }",
        ALL,
        &["\"t\"", "\"c\""],
    );
}

#[test]
fn bad_f11_archives_and_nested_compression_are_refused() {
    for (bytes, part) in
        [(&b"PK\x03\x04rest"[..], "zip"), (b"\xFD7zXZ\0rest", "xz"), (&gzip(&gzip(b"a,b\n1,2\n")), "twice")]
    {
        check_refused(&[("a.csv", bytes)], "\"a.csv\"", ALL, &["a.csv", part]);
    }
    let whole = gzip(&b"a,b\n1,x\n".repeat(100_000));
    let cut = &whole[..whole.len() / 2];
    check_refused(&[("a.csv.gz", cut)], "\"a.csv.gz\"", ALL, &["a.csv.gz", "cut or damaged"]);
}

#[test]
fn several_blocks_count_and_report_each_record_once() {
    let mapping = "name = \"test\"\n[inputs]\nt = \"a.csv\"\n[[events]]\nsql = \"select a from t\"\n[[items]]\n\
                   sql = \"select x.b from t x join t y on x.a = y.a\"\n";
    let outcome = run(&[("a.csv", b"a,b\n1,x\n2\n3,z\n")], mapping).unwrap();
    assert_eq!(outcome.blocks, [vec!["1".to_owned(), "3".into()], vec!["x".into(), "z".into()]]);
    assert_eq!(outcome.unreadable.len(), 1);
    assert_eq!((outcome.files[0].records, outcome.files[0].unreadable), (3, 1));
}

#[test]
fn rows_beyond_a_batch_keep_their_order_and_lines() {
    let mut file = String::from("a,b\n");
    for line in 2..30_002 {
        writeln!(file, "{line},\"v\"").unwrap();
    }
    let sql = "select count(*) as n, sum(case when cast(a as bigint) = _line then 1 else 0 end) as same from t";
    check(&[("a.csv", file.as_bytes())], "\"a.csv\"", sql, "30000|30000");
}
