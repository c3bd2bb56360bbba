//! The catalogue of bad input, case by case: what refuses a body, what refuses one event, and what is taken.

use std::io::Write as _;

use databank_tracking::event::Flags;

use super::*;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Status and code of a refused batch.
#[track_caller]
fn body_code(body: &[u8]) -> (u16, &'static str) {
    match all(CallKind::Batch, body) {
        Err(refused) => (refused.status(), refused.code()),
        Ok(_) => panic!("the body is taken"),
    }
}

#[test]
fn bad_h1_an_empty_body_is_refused() {
    for body in ["", " ", "\r\n\t", "\u{feff}"] {
        assert_eq!(body_code(body.as_bytes()), (400, "empty_body"));
    }
}

#[test]
fn bad_h2_what_is_no_json_is_refused() {
    for body in ["<!doctype html>", "a=b&c=d", "<?xml version='1.0'?>", "%7B%7D"] {
        assert_eq!(body_code(body.as_bytes()), (400, "bad_json"), "{body}");
    }
}

#[test]
fn bad_h5_e24_only_the_large_event_of_a_batch_is_refused() {
    let large = track("x", &json!({ "text": "x".repeat(33_000) }));
    let body = format!("{{\"batch\":[{},{large},{}]}}", with("\"a\":1"), with("\"a\":1"));
    let all = all(CallKind::Batch, body.as_bytes()).unwrap();
    let codes: Vec<_> = all.iter().map(|said| said.as_ref().map_err(|refused| refused.code).map(|_| ())).collect();
    assert_eq!(codes, [Ok(()), Err("size_violation"), Ok(())]);
    for name in ["products", "items"] {
        for n_products in [501, 10_000] {
            let event = track("Order Completed", &json!({ name: vec![json!({"sku": 1}); n_products] }));
            assert_eq!(code(&event), "size_violation");
        }
        let event = track("Order Completed", &json!({ name: vec![json!({"sku": 1}); 500] }));
        assert_eq!(rows(&event).len(), 500);
    }
    // A large event, said again with each of its lines, would be a very large one.
    let event = track("Order Completed", &json!({"note": "x".repeat(20_000), "products": vec![json!({}); 100]}));
    assert_eq!(refusal(&event), Some(("size_violation", Some("properties.products".to_owned()))));
    let event = track("Order Completed", &json!({"campaign": "x".repeat(20_000), "products": vec![json!({}); 100]}));
    assert_eq!(code(&event), "size_violation");
}

#[test]
fn bad_h6_too_many_events_are_refused_whole() {
    let body = format!("{{\"batch\":[{}]}}", vec!["{}"; 2_501].join(","));
    assert_eq!(body_code(body.as_bytes()), (413, "too_many_events"));
}

#[test]
fn bad_h7_a_bomb_is_refused_at_the_limit() {
    assert_eq!(body_code(&gzip(&vec![b' '; 64 << 20])), (413, "body_too_large"));
}

#[test]
fn bad_h8_what_is_wrongly_packed_is_refused() {
    let good = gzip(b"{\"batch\":[]}");
    for bad in [&good[..good.len() - 1], &[&good[..], b" "].concat(), &gzip(&good), b"\x1f\x8b{\"batch\":[]}"] {
        assert_eq!(body_code(bad), (400, "bad_encoding"));
    }
}

#[test]
fn bad_h9_other_encodings_are_refused() {
    for encoding in ["zstd", "br", "deflate", "gzip, gzip", "x"] {
        let refused = unpack(b"{}", Some(encoding), &Limits::default()).unwrap_err();
        assert_eq!((refused.status(), refused.code()), (415, "unsupported_encoding"), "{encoding}");
    }
}

#[test]
fn bad_j1_deep_events_are_refused_alone() {
    let nested = |depth: usize| with(&format!("\"a\":{}{}", "[".repeat(depth), "]".repeat(depth)));
    assert!(said(&nested(31)).is_ok());
    for depth in [32, 33, 100, 124] {
        assert_eq!(code(&nested(depth)), "too_deep");
    }
}

#[test]
fn bad_j2_deeper_ones_refuse_the_body() {
    for depth in [125, 100_000] {
        let body = format!("{{\"batch\":[{{\"a\":{}", "[".repeat(depth + 1));
        assert_eq!(body_code(body.as_bytes()), (400, "too_deep"));
    }
}

#[test]
fn bad_j3_what_only_looks_like_json_is_refused() {
    for event in ["{\"a\":NaN}", "{\"a\":Infinity}", "{/**/}", "{\"a\":1,}", "{'a':1}"] {
        let body = format!("{{\"batch\":[{event}]}}");
        let refused = all(CallKind::Batch, body.as_bytes()).unwrap_err();
        assert_eq!(refused.code(), "bad_json", "{event}");
        assert!(refused.to_string().contains("column"), "{refused}");
    }
}

#[test]
fn bad_j4_numbers_beyond_all_bounds_are_refused() {
    for number in ["1e400", "-1e400", "1e99999999999", &"9".repeat(400)] {
        let event = track_raw("x", &format!("{{\"n\":{number}}}"));
        assert_eq!(refusal(&event), Some(("number_out_of_range", Some("properties.n".to_owned()))), "{number}");
    }
}

#[test]
fn bad_j5_large_numbers_are_kept_as_they_are() {
    for number in ["9007199254740993", "18446744073709551616", "0.1000000000000000055511151231257827", "1e-400", "-0"] {
        let row = row(&track_raw("x", &format!("{{\"n\":{number}}}")));
        assert_eq!(row.properties, format!("{{\"n\":{number}}}"));
    }
}

#[test]
fn bad_j6_ids_that_are_numbers_are_texts_or_refused() {
    for (user_id, text) in [("42", "42"), ("-7", "-7"), ("-0", "0"), ("9223372036854775807", "9223372036854775807")] {
        let row = row(&format!(r#"{{"type":"track","event":"x","userId":{user_id}}}"#));
        assert_eq!(shown(&row.ids), [format!("user_id:{text}")]);
        assert!(row.flags.has(Flags::NUMERIC_ID));
    }
    for user_id in ["9223372036854775808", "1.0", "1e3", "true", "{}", "[]", "[\"u1\"]"] {
        for name in ["userId", "anonymousId"] {
            let event = format!(r#"{{"type":"track","event":"x","{name}":{user_id}}}"#);
            assert_eq!(refusal(&event), Some(("bad_id_type", Some(name.to_owned()))), "{user_id}");
        }
    }
}

#[test]
fn bad_j7_names_given_twice_are_refused_where_it_matters() {
    for fields in [r#""messageId":"a","messageId":"a""#, r#""anonymousId":"a","anonymousId":null"#] {
        assert_eq!(code(&with(fields)), "duplicate_key", "{fields}");
    }
    for (properties, field) in [
        (r#"{"total":1,"total":2}"#, "properties.total"),
        (r#"{"order_id":"a","order_id":"b"}"#, "properties.order_id"),
        (r#"{"products":[{"price":1,"price":1}]}"#, "properties.products.0.price"),
    ] {
        let refused = refusal(&track_raw("Order Completed", properties));
        assert_eq!(refused, Some(("duplicate_key", Some(field.to_owned()))), "{properties}");
    }
    let row = row(&track_raw("x", r#"{"a":1,"b":{"c":1,"c":2},"a":3}"#));
    assert_eq!(row.properties, r#"{"a":3,"b":{"c":2}}"#);
    assert!(row.flags.has(Flags::TWIN_NAMES));
}

#[test]
fn bad_j8_half_a_character_refuses_its_event() {
    for text in [r"\ud800", r"\udfffx", r"\ud83d\ud83d"] {
        assert_eq!(code(&track_raw("x", &format!("{{\"a\":\"{text}\"}}"))), "bad_unicode", "{text}");
    }
}

#[test]
fn bad_j9_nul_is_replaced_and_flagged() {
    let row = row(&track_raw("a\\u0000b", r#"{"a":"\u0000"}"#));
    assert_eq!(row.properties, "{\"a\":\"\u{fffd}\",\"event.name\":\"a\u{fffd}b\"}");
    assert!(row.flags.has(Flags::NUL_REPLACED));
}

#[test]
fn bad_j10_other_encodings_of_text_are_refused() {
    for body in [
        &b"\xff\xfe{\0}\0"[..],
        b"{\"batch\":[\"\xe9\"]}",
        b"{\"batch\":[\"\xc0\x80\"]}",
        b"{\"batch\":[\"\xed\xa0\x80\"]}",
    ] {
        assert_eq!(body_code(body), (400, "bad_utf8"));
    }
}

#[test]
fn bad_j11_a_byte_order_mark_is_taken_off() {
    let body = format!("\u{feff}{{\"batch\":[{}]}}", with("\"a\":1"));
    assert!(all(CallKind::Batch, body.as_bytes()).unwrap().pop().unwrap().is_ok());
}

#[test]
fn bad_j12_e30_texts_are_taken_literally() {
    for text in [
        "👨‍👩‍👧‍👦",
        "\u{202e}abc",
        "𠮷野家",
        "<script>alert(1)</script>",
        "'; drop table events; --",
        "=cmd|' /C calc'!A0",
        "{{7*7}}",
        "${jndi:ldap://x}",
        "a\\b\"c\n",
        "é",
        "e\u{301}",
    ] {
        let event =
            json!({"type": "track", "userId": text, "event": "purchase", "properties": {"order_id": text, text: text}});
        let row = row(&event.to_string());
        assert_eq!(row.order_id.as_deref(), Some(text));
        assert_eq!(row.ids[0].1, text);
        assert_eq!(serde_json::from_str::<Value>(&row.properties).unwrap(), json!({ text: text }));
    }
    // Lengths are of characters.
    let long = "𠮷".repeat(255);
    let row =
        row(&json!({"type": "track", "userId": long, "event": long, "properties": {long.clone(): 1}}).to_string());
    assert_eq!(row.ids[0].1, long);
}

#[test]
fn bad_j13_too_many_and_too_long_names_are_refused() {
    let names = |count: usize| {
        let fields: Vec<String> = (0..count).map(|i| format!("\"k{i}\":1")).collect();
        track_raw("x", &format!("{{{}}}", fields.join(",")))
    };
    assert!(said(&names(1_000)).is_ok());
    assert_eq!(code(&names(1_001)), "too_many_keys");
    assert_eq!(code(&names(100_000)), "too_many_keys");
    for length in [256, 1 << 20] {
        assert_eq!(code(&track("x", &json!({ "k".repeat(length): 1 }))), "key_too_long");
    }
}

#[test]
fn bad_j14_odd_names_are_names() {
    for name in ["__proto__", "constructor", "$where", "a.b", "", "\u{1}", " "] {
        let row = row(&track("x", &json!({ name: 1 })));
        assert_eq!(serde_json::from_str::<Value>(&row.properties).unwrap(), json!({ name: 1 }));
    }
}

#[test]
fn bad_j15_an_event_that_is_no_object_is_refused() {
    for event in [r#""{\"type\":\"track\"}""#, "1", "null", "[]", "true"] {
        assert_eq!(code(event), "not_an_object");
    }
    for part in ["properties", "context"] {
        assert_eq!(refusal(&with(&format!("\"{part}\":\"x\""))), Some(("not_an_object", Some(part.to_owned()))));
        // What some languages make of an empty object.
        assert!(said(&with(&format!("\"{part}\":[]"))).is_ok());
    }
    assert_eq!(code(r#"{"type":"identify","userId":"u1","traits":7}"#), "not_an_object");
}

#[test]
fn bad_j16_two_documents_are_refused() {
    for body in ["{\"batch\":[]}{\"batch\":[]}", "{\"batch\":[]}\n{\"batch\":[]}\n"] {
        assert_eq!(body_code(body.as_bytes()), (400, "bad_json"));
    }
}

#[test]
fn bad_e1_unknown_types_are_refused() {
    for event in [r#"{"userId":"u","event":"x"}"#, r#"{"type":"Track","userId":"u"}"#, r#"{"type":7,"userId":"u"}"#] {
        assert_eq!(refusal(event), Some(("unknown_type", Some("type".to_owned()))), "{event}");
    }
    let body = br#"{"userId":"u","event":"x"}"#;
    for (call, is_taken) in [(CallKind::Track, true), (CallKind::Page, true), (CallKind::Group, false)] {
        assert_eq!(all(call, body).unwrap().pop().unwrap().is_ok(), is_taken);
    }
}

#[test]
fn bad_e2_nobodys_events_are_refused() {
    for ids in ["", r#""userId":null,"#, r#""userId":"","anonymousId":" ","#] {
        for event_type in ["track", "page", "screen", "identify", "group", "alias"] {
            let event = format!(r#"{{{ids}"type":"{event_type}","event":"x","groupId":"g"}}"#);
            assert_eq!(code(&event), "no_identity", "{event}");
        }
    }
}

#[test]
fn bad_e3_names_that_are_none_are_refused() {
    for name in ["null", "\"\"", "\" \\n\"", "7", "{}", &format!("\"{}\"", "x".repeat(10_240))] {
        let event = format!(r#"{{"type":"track","userId":"u1","event":{name}}}"#);
        assert_eq!(refusal(&event), Some(("bad_name", Some("event".to_owned()))), "{name}");
    }
    assert_eq!(code(r#"{"type":"track","userId":"u1"}"#), "bad_name");
}

#[test]
fn bad_e3_names_that_hold_somebodys_number_are_taken_and_flagged() {
    for (name, is_flagged) in [
        ("call 13800138000", true),
        ("id11010519491231002X", true),
        ("order 20261122", false),
        ("sku 12345678901234567890", false),
        ("call 23800138000", false),
    ] {
        assert_eq!(row(&track(name, &json!({}))).flags.has(Flags::PERSONAL_NAME), is_flagged, "{name}");
    }
}

#[test]
fn bad_e4_an_event_without_an_id_of_its_own_is_taken() {
    for fields in ["\"a\":1", "\"messageId\":null", "\"messageId\":\"\""] {
        assert_eq!(row(&with(fields)).event_id, None);
    }
    assert_eq!(row(&with("\"messageId\":\"m\"")).event_id.as_deref(), Some("m"));
    for bad in ["true", "1.5", "{}", &format!("\"{}\"", "x".repeat(256))] {
        assert_eq!(code(&with(&format!("\"messageId\":{bad}"))), "bad_event_id");
    }
}

#[test]
fn bad_e9_to_e16_times_are_judged() {
    let day = 86_400_000_000;
    for (fields, expected, flags) in [
        (r#""a":1"#, Moment::At(RECEIVED_US), Flags::NO_TIME),
        (r#""timestamp":1795324210"#, Moment::At(RECEIVED_US - 10_000_000), Flags::NONE),
        (r#""timestamp":"2026/11/22 5:00""#, Moment::Local("2026-11-22 05:00:00".to_owned()), Flags::NONE),
        (
            r#""timestamp":"2026-11-21T05:10:20Z","sentAt":"2026-11-21T05:10:20Z""#,
            Moment::At(RECEIVED_US),
            Flags::CLOCK_CORRECTED,
        ),
        (r#""timestamp":"2026-10-22T05:10:20Z""#, Moment::At(RECEIVED_US - 31 * day), Flags::LATE),
    ] {
        let row = row(&with(fields));
        assert_eq!((row.moment, row.flags), (expected, flags), "{fields}");
    }
    for (timestamp, expected) in
        [("\"1970-01-01\"", "bad_time"), ("\"soon\"", "bad_time"), ("\"2027-01-01T00:00:00Z\"", "future_time")]
    {
        assert_eq!(
            refusal(&with(&format!("\"timestamp\":{timestamp}"))),
            Some((expected, Some("timestamp".to_owned())))
        );
    }
}

#[test]
fn bad_e17_negative_money_is_refunded_money_alone() {
    for name in ["Order Completed", "Product Added", "begin_checkout", "Order Cancelled"] {
        assert_eq!(code(&track(name, &json!({"total": -1}))), "negative_amount", "{name}");
        assert_eq!(code(&track(name, &json!({"products": [{"price": "-0.01"}]}))), "negative_amount", "{name}");
    }
    let field = |event: &str| refusal(event).and_then(|(_, field)| field);
    assert_eq!(field(&track("purchase", &json!({"total": -1}))).as_deref(), Some("properties.total"));
    let lines = track("purchase", &json!({"products": [{}, {"price": -1}]}));
    assert_eq!(field(&lines).as_deref(), Some("properties.products.1.price"));
    for total in [json!(-9.9), json!("9.90")] {
        assert_eq!(row(&track("Order Refunded", &json!({"total": total}))).amount.as_deref(), Some("9.9"));
    }
}

#[test]
fn bad_e18_amounts_that_are_no_numbers_are_refused() {
    for amount in [json!("12,50"), json!("￥1,299.00"), json!("NaN"), json!(""), json!(true), json!([1]), json!({})] {
        let field = Some("properties.total".to_owned());
        assert_eq!(refusal(&track("purchase", &json!({"total": amount}))), Some(("bad_number", field)), "{amount}");
    }
    assert_eq!(row(&track("purchase", &json!({"total": "1299.00"}))).amount.as_deref(), Some("1299"));
    // Where money is not what the event is about, whatever is called so is a property.
    assert_eq!(row(&track("x", &json!({"total": "12,50"}))).properties, r#"{"total":"12,50"}"#);
}

#[test]
fn bad_e19_amounts_beyond_their_digits_are_refused() {
    for amount in
        ["1e18", "1000000000000000", "0.123456789012345678901234567890", "9.90000000000001", "1234567.1234567891"]
    {
        assert_eq!(code(&track_raw("purchase", &format!("{{\"total\":{amount}}}"))), "number_out_of_range", "{amount}");
    }
    // Noise of a sender's floats is no amount: 59.97 and 0.3 were meant. A text is not the print of a float.
    for (noisy, meant) in
        [("59.970000000000006", "59.97"), ("0.30000000000000004", "0.3"), ("9.9000000000000004", "9.9")]
    {
        let row = row(&track_raw("purchase", &format!("{{\"total\":{noisy}}}")));
        assert_eq!(row.amount.as_deref(), Some(meant));
        assert_eq!(code(&track_raw("purchase", &format!("{{\"total\":\"{noisy}\"}}"))), "number_out_of_range");
    }
    let products = r#"{"products":[{"price":999999999999999,"quantity":2}]}"#;
    assert_eq!(code(&track_raw("purchase", products)), "number_out_of_range");
    let exact = row(&track_raw("purchase", r#"{"total":999999999999999.999999}"#));
    assert_eq!(exact.amount.as_deref(), Some("999999999999999.999999"));
}

#[test]
fn bad_e20_currencies_are_known_missing_or_refused() {
    for (currency, expected) in
        [(json!("cny"), Some("CNY")), (json!(" USD "), Some("USD")), (json!(null), None), (json!(""), None)]
    {
        assert_eq!(row(&track("purchase", &json!({"currency": currency}))).currency.as_deref(), expected);
    }
    for currency in [json!("RMB"), json!("XXX"), json!("€"), json!(156)] {
        let field = Some("properties.currency".to_owned());
        assert_eq!(refusal(&track("purchase", &json!({"currency": currency}))), Some(("bad_currency", field)));
    }
}

#[test]
fn bad_e21_quantities_are_whole_and_above_zero_or_refused() {
    for (quantity, expected) in [(json!(2), 2), (json!("3"), 3), (json!(1.0), 1)] {
        assert_eq!(row(&track("purchase", &json!({"quantity": quantity}))).quantity, Some(expected));
    }
    for quantity in [json!(0), json!(-1), json!(1.5)] {
        assert_eq!(code(&track("purchase", &json!({"quantity": quantity}))), "bad_quantity", "{quantity}");
    }
    assert_eq!(code(&track("purchase", &json!({"quantity": "two"}))), "bad_number");
}

#[test]
fn bad_e28_null_missing_and_empty_traits_are_three_things() {
    let event = r#"{"type":"identify","userId":"u1","traits":{"city":null,"name":""}}"#;
    assert_eq!(traits(event).attributes, [("city".to_owned(), None), ("name".to_owned(), Some(String::new()))]);
}

#[test]
fn bad_e29_deep_traits_are_json() {
    let event =
        r#"{"type":"identify","userId":"u1","traits":{"a":{"b":{"c":{"d":[1,"x",{"e":2.50}]}}},"l":[1,"x",null]}}"#;
    let expected = [("a.b.c", r#"{"d":[1,"x",{"e":2.50}]}"#), ("l", r#"[1,"x",null]"#)];
    let expected = expected.map(|(name, value)| (name.to_owned(), Some(value.to_owned())));
    assert_eq!(traits(event).attributes, expected);
}

#[test]
fn bad_e31_what_a_client_claims_of_itself_is_kept_as_claimed() {
    let row = row(&with(r#""context":{"ip":"8.8.8.8","userAgent":"curl"}"#));
    assert_eq!(row.properties, r#"{"context.ip":"8.8.8.8","context.user_agent":"curl"}"#);
}

#[test]
fn bad_id6_ids_that_are_too_long_are_refused() {
    for length in [256, 10_240] {
        let id = "x".repeat(length);
        for event in [
            json!({"type": "track", "event": "x", "userId": id}),
            json!({"type": "track", "event": "x", "anonymousId": id}),
            json!({"type": "alias", "userId": "u1", "previousId": id}),
            json!({"type": "identify", "userId": "u1", "traits": {"email": id}}),
            json!({"type": "track", "event": "x", "userId": "u1", "context": {"device": {"id": id}}}),
        ] {
            assert_eq!(code(&event.to_string()), "bad_id");
        }
    }
}

#[test]
fn bad_id12_an_alias_of_itself_links_nothing() {
    assert_eq!(
        shown(&link(r#"{"type":"alias","userId":"u9","previousId":"u9","anonymousId":"a"}"#).ids),
        ["user_id:u9"]
    );
}
