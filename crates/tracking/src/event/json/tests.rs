use proptest::prelude::*;
use serde_json::value::RawValue;

use super::*;

fn written(text: &str) -> Result<String, &'static str> {
    let parsed = parse(text, &Bounds::OF_EVENTS).map_err(|refused| refused.code)?;
    let mut out = String::new();
    parsed.value.write(&mut out);
    Ok(out)
}

#[test]
fn values_are_written_as_they_were_read() {
    for (text, expected) in [
        ("1.10", "1.10"),
        ("-0", "-0"),
        ("123456789012345678901234567890.000", "123456789012345678901234567890.000"),
        ("1E+2", "1E+2"),
        (r#""\u00e9\/\n\u0001\"""#, r#""é/\n\u0001\"""#),
        (r#""\ud83d\udc68\u200d""#, "\"👨\u{200d}\""),
        (" [ 1 , {\"a\" : [ ] , \"b\":{ } } ,null,true,false] ", r#"[1,{"a":[],"b":{}},null,true,false]"#),
        (r#"{"a":1,"b":2,"a":3}"#, r#"{"b":2,"a":3}"#),
        (r#""a\u0000b""#, "\"a\u{fffd}b\""),
    ] {
        assert_eq!(written(text).as_deref(), Ok(expected), "{text}");
    }
}

#[test]
fn what_is_no_json_is_refused() {
    for text in [
        "", " ", "{", "[", "\"", "[1,]", "{\"a\":1,}", "{,}", "{a:1}", "{\"a\"}", "{\"a\" 1}", "[1 2]", "01", "1.",
        ".5", "+1", "1e", "-", "--1", "NaN", "Infinity", "tru", "nul", "'a'", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"",
        "\"\\u+123\"", "\"\n\"", "1 2", "[]]", "// a\n1",
    ] {
        assert_eq!(written(text), Err("bad_json"), "{text}");
    }
    for text in [r#""\ud800""#, r#""\ud800x""#, r#""\ud800\n""#, r#""\udc00""#, r#""\ud800\ud800""#] {
        assert_eq!(written(text), Err("bad_unicode"), "{text}");
    }
}

#[test]
fn a_reason_says_where() {
    let refused = parse(r#"{"a":[1,{"b":1e999}]}"#, &Bounds::OF_EVENTS).unwrap_err();
    assert_eq!((refused.code, refused.field.as_deref()), ("number_out_of_range", Some("a.1.b")));
}

proptest! {
    #[test]
    fn plain_bytes_are_counted_as_one_by_one(bytes in prop::collection::vec(prop_oneof![any::<u8>(), 0x1e_u8..0x24, 0x5b_u8..0x5e, 0x7f_u8..0x82], 0..40)) {
        let expected = bytes.iter().position(|byte| *byte < 0x20 || *byte == b'"' || *byte == b'\\').unwrap_or(bytes.len());
        prop_assert_eq!(n_plain(&bytes), expected);
    }

    #[test]
    fn the_same_texts_are_json_as_for_others(text in r#"([\[\]{}:, ]|"a"|"b"|"\\\\n\\\\u00e9"|-?[0-9]{1,2}(\.[0-9])?(e[0-9])?|true|null){0,12}"#) {
        let others = serde_json::from_str::<&RawValue>(&text).is_ok();
        prop_assert_eq!(written(&text).is_ok(), others);
        if let Ok(written) = written(&text) {
            let (ours, theirs): (serde_json::Value, serde_json::Value) =
                (serde_json::from_str(&written).unwrap(), serde_json::from_str(&text).unwrap());
            prop_assert_eq!(ours, theirs);
        }
    }

    #[test]
    fn texts_survive(text in any::<String>()) {
        let quoted = serde_json::Value::from(text.as_str()).to_string();
        let parsed = parse(&quoted, &Bounds::OF_EVENTS).unwrap();
        let expected = text.replace('\0', "\u{fffd}");
        prop_assert_eq!(parsed.value.text(), Some(expected.as_str()));
        let mut out = String::new();
        write_text(&text, &mut out);
        prop_assert_eq!(serde_json::from_str::<String>(&out).unwrap(), text);
    }

    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        let _either = written(&text);
    }
}
