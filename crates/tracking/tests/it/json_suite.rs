//! J17: the files of JSONTestSuite, each as a value within an event and as a whole body. Those that begin with `y_` are JSON, those
//! with `n_` are none, and of those with `i_` a reader may think either: what this one thinks stands in a table.

use super::*;

struct Case {
    name: String,
    bytes: Vec<u8>,
}

fn cases(first: char) -> Vec<Case> {
    let case = |line: &str| {
        let case: Value = serde_json::from_str(line).unwrap();
        // A byte is the character of its number.
        let bytes: Vec<u8> = case["bytes"].as_str().unwrap().chars().map(|c| u8::try_from(c).unwrap()).collect();
        let times = case["times"].as_u64().unwrap_or(1) as usize;
        Case { name: case["name"].as_str().unwrap().to_owned(), bytes: bytes.repeat(times) }
    };
    let all = include_str!("../fixtures/json-test-suite.jsonl").lines().map(case);
    all.filter(|case| case.name.starts_with(first)).collect()
}

/// What becomes of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Outcome {
    /// It is taken, with these properties.
    Taken(String),
    /// It alone is refused.
    Event(&'static str),
    /// The whole body is.
    Body(&'static str),
}

use Outcome::{Body, Event, Taken};

fn of_body(call: CallKind, body: &[u8]) -> Outcome {
    match all(call, body) {
        Err(refused) => {
            assert_eq!(refused.status(), 400, "{refused}");
            Body(refused.code())
        }
        Ok(mut said) => match said.pop().unwrap() {
            Err(refused) => Event(refused.code),
            Ok(Said::Events(rows)) => Taken(rows[0].properties.clone()),
            Ok(other) => panic!("{other:?}"),
        },
    }
}

/// What becomes of an event that has these bytes for the value of a property.
fn as_value(bytes: &[u8]) -> Outcome {
    let before = br#"{"batch":[{"type":"track","userId":"u1","event":"x","properties":{"a":"#;
    of_body(CallKind::Batch, &[&before[..], bytes, b"}}]}"].concat())
}

/// The same value with U+FFFD for NUL, in texts and names.
fn without_nul(value: Value) -> Value {
    let text = |text: String| text.replace('\0', "\u{fffd}");
    match value {
        Value::String(string) => text(string).into(),
        Value::Array(values) => values.into_iter().map(without_nul).collect(),
        Value::Object(fields) => {
            Value::Object(fields.into_iter().map(|(name, value)| (text(name), without_nul(value))).collect())
        }
        other => other,
    }
}

#[test]
fn bad_j17_what_is_json_is_taken_as_others_read_it() {
    let cases = cases('y');
    assert_eq!(cases.len(), 95);
    for Case { name, bytes } in cases {
        let Taken(properties) = as_value(&bytes) else { panic!("{name}: {:?}", as_value(&bytes)) };
        let (ours, theirs): (Value, Value) =
            (serde_json::from_str(&properties).unwrap(), serde_json::from_slice(&bytes).unwrap());
        assert_eq!(ours["a"], without_nul(theirs), "{name}");
    }
}

#[test]
fn bad_j17_what_is_no_json_refuses_the_body_wherever_it_stands() {
    let cases = cases('n');
    assert_eq!(cases.len(), 188);
    for Case { name, bytes } in cases {
        let is_deep = ["n_structure_100000_opening_arrays", "n_structure_open_array_object"].contains(&name.as_str());
        let bare = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
        let code = match std::str::from_utf8(&bytes) {
            Err(_) => "bad_utf8",
            Ok(_) if is_deep => "too_deep",
            Ok(_) => "bad_json",
        };
        assert_eq!(as_value(&bytes), Body(code), "{name}");
        let is_empty = bare.iter().all(|byte| b" \t\r\n".contains(byte));
        for call in [CallKind::Track, CallKind::Batch] {
            assert_eq!(of_body(call, &bytes), Body(if is_empty { "empty_body" } else { code }), "{name}");
        }
    }
}

/// Numbers stay as they are written while a float could hold something like them. Half a character refuses its event, bytes that
/// are no UTF-8 refuse the body.
const EITHER: [(&str, Outcome); 35] = [
    ("i_number_double_huge_neg_exp", Taken(String::new())),
    ("i_number_huge_exp", Event("number_out_of_range")),
    ("i_number_neg_int_huge_exp", Event("number_out_of_range")),
    ("i_number_pos_double_huge_exp", Event("number_out_of_range")),
    ("i_number_real_neg_overflow", Event("number_out_of_range")),
    ("i_number_real_pos_overflow", Event("number_out_of_range")),
    ("i_number_real_underflow", Taken(String::new())),
    ("i_number_too_big_neg_int", Taken(String::new())),
    ("i_number_too_big_pos_int", Taken(String::new())),
    ("i_number_very_big_negative_int", Taken(String::new())),
    ("i_object_key_lone_2nd_surrogate", Event("bad_unicode")),
    ("i_string_1st_surrogate_but_2nd_missing", Event("bad_unicode")),
    ("i_string_1st_valid_surrogate_2nd_invalid", Event("bad_unicode")),
    ("i_string_UTF-16LE_with_BOM", Body("bad_utf8")),
    ("i_string_UTF-8_invalid_sequence", Body("bad_utf8")),
    ("i_string_UTF8_surrogate_U+D800", Body("bad_utf8")),
    ("i_string_incomplete_surrogate_and_escape_valid", Event("bad_unicode")),
    ("i_string_incomplete_surrogate_pair", Event("bad_unicode")),
    ("i_string_incomplete_surrogates_escape_valid", Event("bad_unicode")),
    ("i_string_invalid_lonely_surrogate", Event("bad_unicode")),
    ("i_string_invalid_surrogate", Event("bad_unicode")),
    ("i_string_invalid_utf-8", Body("bad_utf8")),
    ("i_string_inverted_surrogates_U+1D11E", Event("bad_unicode")),
    ("i_string_iso_latin_1", Body("bad_utf8")),
    ("i_string_lone_second_surrogate", Event("bad_unicode")),
    ("i_string_lone_utf8_continuation_byte", Body("bad_utf8")),
    ("i_string_not_in_unicode_range", Body("bad_utf8")),
    ("i_string_overlong_sequence_2_bytes", Body("bad_utf8")),
    ("i_string_overlong_sequence_6_bytes", Body("bad_utf8")),
    ("i_string_overlong_sequence_6_bytes_null", Body("bad_utf8")),
    ("i_string_truncated-utf-8", Body("bad_utf8")),
    ("i_string_utf16BE_no_BOM", Body("bad_utf8")),
    ("i_string_utf16LE_no_BOM", Body("bad_utf8")),
    ("i_structure_500_nested_arrays", Body("too_deep")),
    // A mark stands at the beginning of a body, and nowhere else.
    ("i_structure_UTF-8_BOM_empty_object", Body("bad_json")),
];

#[test]
fn bad_j17_what_may_be_either_is_as_the_table_says() {
    let cases = cases('i');
    let names: Vec<&str> = cases.iter().map(|case| case.name.as_str()).collect();
    assert_eq!(names, EITHER.each_ref().map(|(name, _)| *name));
    for (Case { name, bytes }, (_, expected)) in cases.iter().zip(EITHER) {
        let expected = match expected {
            Taken(_) => Taken(format!("{{\"a\":{}}}", str::from_utf8(bytes).unwrap().trim())),
            refused => refused,
        };
        assert_eq!(as_value(bytes), expected, "{name}");
    }
    // As a whole body, the last of them is the event of nobody.
    let marked = &cases.last().unwrap().bytes;
    assert_eq!(of_body(CallKind::Track, marked), Event("no_identity"));
}
