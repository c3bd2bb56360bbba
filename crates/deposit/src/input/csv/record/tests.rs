//! What the splitter finds, whole and in pieces.

use super::{Dialect, Field, Scan};
use crate::input::unreadable::UnreadableCode;

const DIALECT: Dialect = Dialect { delimiter: b',', quote: Some(b'"') };

#[track_caller]
fn check(data: &str, scan: Scan, texts: &[&str]) {
    let mut fields: Vec<Field> = Vec::new();
    assert_eq!(DIALECT.scan(data.as_bytes(), true, &mut fields, 10), scan, "{data:?}");
    let found: Vec<_> = fields.iter().map(|field| &data[field.start..field.end]).collect();
    assert_eq!(found, texts, "{data:?}");
}

#[test]
fn records_end_where_their_line_ends() {
    check("a,b\nc", Scan::Record { length: 4, lines: 1, fields: 2 }, &["a", "b"]);
    check("a,\r\nc", Scan::Record { length: 4, lines: 1, fields: 2 }, &["a", ""]);
    check("a\rc", Scan::Record { length: 2, lines: 1, fields: 1 }, &["a"]);
    check("a,b", Scan::Record { length: 3, lines: 1, fields: 2 }, &["a", "b"]);
    check("\na", Scan::Blank { length: 1 }, &[""]);
    check("\"\"\n", Scan::Record { length: 3, lines: 1, fields: 1 }, &[""]);
    check("\"x\r\ny\nz\",1\n", Scan::Record { length: 11, lines: 3, fields: 2 }, &["x\r\ny\nz", "1"]);
}

#[test]
fn broken_quotes_are_told() {
    check("\"a\n", Scan::Broken { code: UnreadableCode::BadQuote, looked: 3 }, &[]);
    check("x,\"a\"b\n", Scan::Broken { code: UnreadableCode::BadQuote, looked: 4 }, &["x"]);
}

#[test]
fn a_record_in_pieces_is_the_record_as_a_whole() {
    let data = b"one,\"two \"\" \r\n2\",three\r\nnext,line\n";
    let mut whole = Vec::new();
    let expected = DIALECT.scan(data, true, &mut whole, 10);
    let Scan::Record { length, .. } = expected else { panic!("{expected:?}") };
    for end in 0..data.len() {
        let mut fields = Vec::new();
        match DIALECT.scan(&data[..end], false, &mut fields, 10) {
            Scan::NeedMore => assert!(end <= length, "needed more after {end} bytes"),
            found => assert_eq!((found, &fields), (expected, &whole), "after {end} bytes"),
        }
    }
}
