//! JSON lines.

use super::support::{check, check_refused, one_block, run, zstd};

#[test]
fn scalars_are_text_as_they_are_written() {
    let line = br#"{"a":123456789012345678901234567890.10,"b":"x\n\u0041","c":true,"d":null,"e":{"f":[1, 2]}}"#;
    let sql = "select a, b, c, d, e, f from t";
    let file = [&line[..], b"\n{\"f\":1e400}\n"].concat();
    let expected = "-|-|-|-|-|1e400\n123456789012345678901234567890.10|x\nA|true|-|{\"f\":[1, 2]}|-";
    check(&[("a.jsonl", &zstd(&file))], "\"a.jsonl\"", sql, expected);
}

#[test]
fn types_and_columns_are_the_mappings_choice() {
    let input = "{ path = \"a.json\", types = { n = \"bigint\" } }";
    let file = b"{\"n\":12}\n{\"n\":\"13\"}\n{\"n\":1.5}\n{}\n";
    check(&[("a.json", file)], input, "select n + 1 as n from t", "-\n13\n14\na.json:3 bad_type");
    let input = "{ path = \"a.json\", columns = [\"n\", \"absent\"] }";
    check(&[("a.json", b"{\"m\":1,\"n\":2}\n")], input, "select n, absent from t", "2|-");
    let input = "{ path = \"a.json\", delimiter = \";\" }";
    check_refused(&[("a.json", b"{}\n")], input, "select 1 as x from t", &["`delimiter`", "jsonl"]);
}

#[test]
fn bad_lines_are_unreadable() {
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(128), "]".repeat(128));
    for (line, code) in [
        (&b"{\"a\":1"[..], "bad_json"),
        (b"[1]", "bad_json"),
        (b"{\"a\":1}{\"a\":2}", "bad_json"),
        (b"{\"a\":1,\"a\":2}", "bad_json"),
        (b"{\"z\":1,\"z\":2}", "bad_json"),
        (b"{\"a\":NaN}", "bad_json"),
        (b"{'a':1}", "bad_json"),
        (b"{\"a\":\"\\ud800\"}", "bad_json"),
        (deep.as_bytes(), "bad_json"),
        (b"{\"a\":\"\xFF\"}", "bad_encoding"),
        (b"{\"a\":\"x\0\"}", "bad_json"),
    ] {
        let file = [b"{\"a\":0}\n\n", line, b"\n{\"a\":3}"].concat();
        let expected = format!("0\n3\na.jsonl:3 {code}");
        check(&[("a.jsonl", &file)], "\"a.jsonl\"", "select a from t", &expected);
    }
    let long = format!("{{\"a\":\"{}\"}}\n{{\"a\":1}}\n", "v".repeat(2 << 20));
    check(&[("a.jsonl", long.as_bytes())], "\"a.jsonl\"", "select a from t", "1\na.jsonl:1 field_too_long");
    let longer = format!("{{\"a\":1}}\n{{\"b\":\"{}\"}}\n{{\"a\":1}}\n", "v".repeat(40 << 20));
    check(&[("a.jsonl", longer.as_bytes())], "\"a.jsonl\"", "select a from t", "1\n1\na.jsonl:2 field_too_long");
}

#[test]
fn deep_nesting_up_to_the_limit_and_escaped_nul_are_read() {
    let deep = format!("{{\"a\":{}{}}}\n", "[".repeat(127), "]".repeat(127));
    check(&[("a.jsonl", deep.as_bytes())], "\"a.jsonl\"", "select length(a) as n from t", "254");
    check(&[("a.jsonl", b"{\"a\":\"x\\u0000y\"}\n")], "\"a.jsonl\"", "select a from t", "x\u{FFFD}y");
}

#[test]
fn keys_after_the_sample_are_ignored_but_remembered() {
    let file = [b"{\"a\":1}\n".repeat(1000).as_slice(), b"{\"a\":2,\"late\":3}\n"].concat();
    let outcome = run(&[("a.jsonl", &file)], &one_block("\"a.jsonl\"", "select count(*) as n from t")).unwrap();
    assert_eq!(outcome.blocks[0], ["1001"]);
    assert_eq!(outcome.ignored_keys, ["late"]);
    let input = "{ path = \"a.jsonl\", types = { late = \"bigint\" } }";
    check(&[("a.jsonl", &file)], input, "select a, late from t where late is not null", "2|3");
}

#[test]
fn a_json_array_is_refused_with_a_hint() {
    check_refused(&[("a.json", b"[{\"a\":1}]\n")], "\"a.json\"", "select a from t", &["a.json", "JSON array"]);
}
