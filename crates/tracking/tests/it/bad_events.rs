//! Further cases of the catalogue, of single events: several people and clocks in one batch, orders that are told again, properties
//! that change, what nobody judges yet, and addresses that cannot be read.

use databank_tracking::event::Flags;
use databank_tracking::pixel::{is_text, read_query, unreadable};

use super::*;

const HOUR_US: i64 = 3_600_000_000;

#[test]
fn bad_h16_three_people_and_two_clocks_in_one_batch_stay_in_order() {
    // Of two clocks, one is an hour ahead; the second event of u2 is refused.
    let ahead = |user: &str, minute: u32| {
        let (original, sent) = (format!("2026-11-22T06:0{minute}:00Z"), "2026-11-22T06:10:20Z");
        json!({"type": "track", "userId": user, "event": format!("m{minute}"), "originalTimestamp": original, "sentAt": sent})
    };
    let right = |user: &str, minute: u32| json!({"type": "track", "userId": user, "event": format!("m{minute}"), "timestamp": format!("2026-11-22T05:0{minute}:00Z")});
    let bad = json!({"type": "track", "userId": "u2", "event": "purchase", "properties": {"total": "9,90"}});
    let batch = [ahead("u1", 3), right("u2", 1), bad, right("u3", 4), ahead("u1", 2), right("u2", 5)];
    let all = all(CallKind::Batch, json!({ "batch": batch }).to_string().as_bytes()).unwrap();
    let minute_us = |minute: i64| RECEIVED_US - 620_000_000 + minute * 60_000_000;
    let shown: Vec<_> = all
        .iter()
        .map(|said| match said {
            Ok(Said::Events(rows)) => Ok((rows[0].ids[0].1.as_str(), rows[0].moment.clone(), rows[0].flags)),
            Ok(other) => panic!("{other:?}"),
            Err(refused) => Err(refused.code),
        })
        .collect();
    assert_eq!(
        shown,
        [
            Ok(("u1", Moment::At(minute_us(3)), Flags::CLOCK_CORRECTED)),
            Ok(("u2", Moment::At(minute_us(1)), Flags::NONE)),
            Err("bad_number"),
            Ok(("u3", Moment::At(minute_us(4)), Flags::NONE)),
            Ok(("u1", Moment::At(minute_us(2)), Flags::CLOCK_CORRECTED)),
            Ok(("u2", Moment::At(minute_us(5)), Flags::NONE)),
        ]
    );
}

#[test]
fn bad_e10_instants_of_every_notation_are_one_instant() {
    // An hour before the receipt.
    for timestamp in [
        json!(1_795_320_620),
        json!("1795320620"),
        json!(1_795_320_620_000_i64),
        json!(1_795_320_620_000_000_i64),
        json!("2026-11-22T04:10:20Z"),
        json!("2026-11-22T12:10:20+08:00"),
        json!("2026-11-21T23:40:20.000-04:30"),
    ] {
        let row = row(&with(&format!("\"timestamp\":{timestamp}")));
        assert_eq!((row.moment, row.flags), (Moment::At(RECEIVED_US - HOUR_US), Flags::NONE), "{timestamp}");
    }
    // Without a zone it is the brand's, which nobody knows here.
    for (timestamp, local) in [
        ("2026/11/22 5:00", "2026-11-22 05:00:00"),
        ("2026-11-22 05:00:01", "2026-11-22 05:00:01"),
        ("2026-11-22T05:00:01", "2026-11-22 05:00:01"),
        ("2026-11-22", "2026-11-22"),
    ] {
        let row = row(&with(&format!("\"timestamp\":\"{timestamp}\"")));
        assert_eq!(row.moment, Moment::Local(local.to_owned()), "{timestamp}");
    }
}

/// An order that is told twice is bought once: its lines have keys, also when nobody lists them.
#[test]
fn bad_e23_an_order_has_lines_also_when_it_lists_none() {
    let order = |name: &str, mut properties: Value| {
        properties["total"] = 10.into();
        row(&track(name, &properties))
    };
    for (name, properties, line_id, left) in [
        ("Order Completed", json!({"order_id": "o"}), Some("1"), json!({"event.name": "Order Completed"})),
        ("Order Paid", json!({"order_id": "o"}), Some("1"), json!({"event.name": "Order Paid"})),
        ("purchase", json!({"transaction_id": 7}), Some("1"), json!({})),
        ("purchase", json!({"order_id": "o", "line_id": "L7"}), Some("L7"), json!({})),
        ("purchase", json!({"order_id": "o", "lineId": 7, "sku": "s"}), Some("7"), json!({})),
        ("refund", json!({"order_id": "o", "line_id": "L7"}), Some("L7"), json!({})),
        // One product of an order may be told of more than once, and an order may be refunded in parts.
        ("purchase", json!({"order_id": "o", "sku": "s"}), None, json!({})),
        ("refund", json!({"order_id": "o"}), None, json!({})),
        // Without an order there is no line of it.
        ("purchase", json!({"line_id": "L7"}), None, json!({"line_id": "L7"})),
        (
            "Product Added",
            json!({"order_id": "o", "line_id": "L7"}),
            None,
            json!({"event.name": "Product Added", "line_id": "L7"}),
        ),
    ] {
        let row = order(name, properties.clone());
        assert_eq!(row.line_id.as_deref(), line_id, "{name} {properties}");
        assert_eq!(row.amount.as_deref(), Some("10"), "{name} {properties}");
        assert_eq!(serde_json::from_str::<Value>(&row.properties).unwrap(), left, "{name} {properties}");
    }
    let twice = track_raw("purchase", r#"{"order_id":"o","line_id":"a","line_id":"b"}"#);
    assert_eq!(refusal(&twice), Some(("duplicate_key", Some("properties.line_id".to_owned()))));
    let no_key = track_raw("purchase", r#"{"order_id":"o","line_id":1.5}"#);
    assert_eq!(refusal(&no_key), Some(("bad_id_type", Some("properties.line_id".to_owned()))));
}

#[test]
fn bad_e25_e27_properties_change_their_types_and_spellings_and_none_is_lost() {
    for value in ["1", "\"many\"", "[1]", "{\"a\":1}", "true", "null", "\"\"", "1.0", "12345678901234567890123"] {
        let properties = format!("{{\"n\":{value}}}");
        assert_eq!(row(&track_raw("x", &properties)).properties, properties);
        let traits = traits(&format!(r#"{{"type":"identify","userId":"u1","traits":{{"n":{value}}}}}"#));
        let text = match value {
            "null" => None,
            "\"\"" => Some(""),
            "\"many\"" => Some("many"),
            "{\"a\":1}" => Some("1"),
            other => Some(other),
        };
        let name = if value.starts_with('{') { "n.a" } else { "n" };
        assert_eq!(traits.attributes, [(name.to_owned(), text.map(str::to_owned))], "{value}");
    }
    let three = r#"{"Email":1,"email":2,"ｅmail":3}"#;
    assert_eq!(row(&track_raw("x", three)).properties, three);
    let event =
        format!(r#"{{"type":"identify","userId":"u1","traits":{}}}"#, three.replace("email\":2", "e\u{301}mail\":2"));
    let names: Vec<String> = traits(&event).attributes.into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["Email", "e\u{301}mail", "ｅmail"]);
}

/// Consent, minors, bots and personal numbers in free text are not judged yet (`docs/guide/bad-input.md`): what is said of them is
/// kept as it came, for those who will.
#[test]
fn bad_e31_e33_to_e36_what_is_not_judged_is_kept_as_it_came() {
    for (fields, kept) in [
        (json!({"context": {"ip": "8.8.8.8"}}), json!({"context.ip": "8.8.8.8"})),
        (
            json!({"context": {"consent": {"categoryPreferences": {"analytics": false}}}}),
            json!({"context.consent": {"analytics": false}}),
        ),
        (json!({"properties": {"age": 9, "is_minor": true}}), json!({"age": 9, "is_minor": true})),
        (
            json!({"context": {"userAgent": "Mozilla/5.0 HeadlessChrome/140.0"}}),
            json!({"context.user_agent": "Mozilla/5.0 HeadlessChrome/140.0"}),
        ),
        (json!({"properties": {"note": "11010519491231002X"}}), json!({"note": "11010519491231002X"})),
        (json!({"properties": {"note": "card 4111 1111 1111 1111"}}), json!({"note": "card 4111 1111 1111 1111"})),
    ] {
        let mut event = json!({"type": "track", "userId": "u1", "event": "x", "timestamp": "2026-11-22T05:10:20Z"});
        event.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        let row = row(&event.to_string());
        assert_eq!(row.flags, Flags::NONE, "{fields}");
        assert_eq!(serde_json::from_str::<Value>(&row.properties).unwrap(), kept, "{fields}");
    }
}

#[test]
fn bad_h17_an_address_that_cannot_be_read_is_an_event_that_is_refused() {
    for (query, is_readable) in [
        ("", true),
        ("a=b&c", true),
        ("p.x=%E4%B8%8A%e6%b5%b7", true),
        // A percent sign that stands for nothing is a percent sign: `100%`.
        ("p.x=100%&p.y=%zz%4", true),
        ("p.x=%00", true),
        ("p.x=%ff", false),
        ("%ff=1", false),
        ("p.x=%C4%E3%BA%C3", false),
        ("p.x=%E4%B8", false),
        ("p.x=%ED%A0%80", false),
        ("p.x=%C0%AF", false),
    ] {
        assert_eq!(is_text(query), is_readable, "{query}");
    }
    for code in ["bad_encoding", "bad_utf8", "bad_json", "size_violation"] {
        assert_eq!(refusal(&unreadable(code, "p.x=%ff&\"")), Some((code, None)));
    }
    let event: Value = serde_json::from_str(&unreadable("bad_encoding", "p.x=%ff&\"")).unwrap();
    assert_eq!(event, json!({"unreadable": {"code": "bad_encoding", "address": "p.x=%ff&\""}}));
    // Nobody refuses an event of a sender's by such a field.
    assert!(said(&with(r#""unreadable":{"code":"bad_encoding"}"#)).is_ok());
    assert_eq!(code(r#"{"unreadable":{"code":"other"}}"#), "unknown_type");
    assert_eq!(read_query([("data", "%%")]).unwrap_err().code, "bad_encoding");
}
