//! Bodies that SDKs send, and the cases H1 to H8, J1 to J11 and J16 of the catalogue of bad input that concern a whole body.

use std::io::Write as _;

use proptest::prelude::*;

use super::*;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn code(body: &[u8], encoding: Option<&str>) -> (u16, &'static str) {
    let limits = Limits::default();
    let refused = match unpack(body, encoding, &limits) {
        Err(refused) => refused,
        Ok(unpacked) => read(&unpacked, CallKind::Batch, &limits).map(|_| ()).unwrap_err(),
    };
    (refused.status(), refused.code())
}

#[test]
fn bodies_of_official_sdks_are_read_whatever_they_say_of_themselves() {
    let batch = br#"{"batch":[{"type":"track","userId":"u1"}, {"type":"page"}],"writeKey":"k\u0031","sentAt":"2026-11-22T05:10:07Z","context":{"ip":"1.2.3.4"}}"#;
    let limits = Limits::default();
    for (bytes, encoding) in [
        (batch.to_vec(), None),
        ([b"\xef\xbb\xbf \n", &batch[..], b"\n"].concat(), Some("identity")),
        (gzip(batch), Some("GZIP ")),
        (gzip(batch), None),
    ] {
        let unpacked = unpack(&bytes, encoding, &limits).unwrap();
        let request = read(&unpacked, CallKind::Batch, &limits).unwrap();
        assert_eq!(request.events, [r#"{"type":"track","userId":"u1"}"#, r#"{"type":"page"}"#]);
        assert_eq!(request.write_key.as_deref(), Some("k1"));
        assert_eq!(request.sent_at, Some(r#""2026-11-22T05:10:07Z""#));
        assert_eq!(request.context, Some(r#"{"ip":"1.2.3.4"}"#));
    }
    let one = br#"{"event":"x","writeKey":null,"context":{"a":1},"batch":7}"#;
    let request = read(one, CallKind::Track, &limits).unwrap();
    assert_eq!((request.events.len(), request.write_key, request.context), (1, None, None));
}

#[test]
fn paths_name_calls_whole_or_in_one_letter() {
    for (words, kind) in [
        (["track", "t"], CallKind::Track),
        (["identify", "i"], CallKind::Identify),
        (["page", "p"], CallKind::Page),
        (["screen", "s"], CallKind::Screen),
        (["group", "g"], CallKind::Group),
        (["alias", "a"], CallKind::Alias),
        (["batch", "b"], CallKind::Batch),
        (["import", "b"], CallKind::Batch),
        (["merge", "a"], CallKind::Alias),
    ] {
        assert_eq!(words.map(CallKind::of_path), [Some(kind); 2]);
    }
    assert_eq!(CallKind::of_path("T"), None);
}

#[test]
fn bad_h1_h2_j10_j16_bodies_that_are_no_json_object_are_refused() {
    for body in ["", " \r\n\t"] {
        assert_eq!(code(body.as_bytes(), None), (400, "empty_body"));
    }
    for body in [
        "<html>",
        "a=b",
        "{",
        r#"{"batch":[}"#,
        r#"{"batch":[1,]}"#,
        r#"{"batch":[]} {"batch":[]}"#,
        "[]",
        "7",
        "\"x\"",
        r#"{"batch":{}}"#,
        "{}",
        "{'batch':[]}",
        r#"{"batch":[NaN]}"#,
        r#"{"batch":[]}//x"#,
        r#"{"batch":[],"batch":[]}"#,
    ] {
        assert_eq!(code(body.as_bytes(), None), (400, "bad_json"), "{body}");
    }
    for body in [&b"{\"batch\":[\"\xff\"]}"[..], b"\xff\xfe{\0}\0", b"{\"batch\":[\"\xc0\xaf\"]}"] {
        assert_eq!(code(body, None), (400, "bad_utf8"));
    }
}

#[test]
fn bad_h6_h7_h8_h9_too_much_and_wrongly_packed_is_refused() {
    let events = |count: usize| format!(r#"{{"batch":[{}]}}"#, vec!["{}"; count].join(",")).into_bytes();
    assert_eq!(code(&events(2_501), None), (413, "too_many_events"));
    assert_eq!(read(&events(2_500), CallKind::Batch, &Limits::default()).unwrap().events.len(), 2_500);
    assert_eq!(code(&gzip(&vec![b' '; 64 << 20]), Some("gzip")), (413, "body_too_large"));
    assert_eq!(code(&vec![b' '; (16 << 20) + 1], None), (413, "body_too_large"));
    let good = gzip(b"{\"batch\":[]}");
    assert_eq!(code(&good[..good.len() - 3], Some("gzip")), (400, "bad_encoding"));
    assert_eq!(code(&[&good[..], b"x"].concat(), Some("gzip")), (400, "bad_encoding"));
    assert_eq!(code(&gzip(&good), Some("gzip")), (400, "bad_encoding"));
    assert_eq!(code(b"{\"batch\":[]}", Some("gzip")), (400, "bad_encoding"));
    assert_eq!(code(b"", Some("gzip")), (400, "empty_body"));
    assert_eq!(code(b"{}", Some("br")), (415, "unsupported_encoding"));
}

#[test]
fn bad_j2_brackets_without_end_are_refused_before_anything_descends() {
    for open in ["[", "{\"a\":"] {
        assert_eq!(code(format!("{{\"batch\":[{}", open.repeat(100_000)).as_bytes(), None), (400, "too_deep"));
    }
    let nested = |depth: usize| format!("{{\"batch\":[{}{}]}}", "[".repeat(depth), "]".repeat(depth)).into_bytes();
    assert_eq!(code(&nested(126), None), (400, "too_deep"));
    assert_eq!(read(&nested(125), CallKind::Batch, &Limits::default()).unwrap().events.len(), 1);
    let in_text = format!("{{\"batch\":[\"\\\"{}\"]}}", "[".repeat(500));
    assert_eq!(read(in_text.as_bytes(), CallKind::Batch, &Limits::default()).unwrap().events.len(), 1);
}

#[test]
fn bad_j4_j5_j8_one_events_values_do_not_refuse_the_others() {
    for event in
        ["1e400", "18446744073709551616", r#""\ud800""#, r#"{"a":1,"a":2}"#, r#""\u0000""#, r#"{"a":"\udc00x"}"#]
    {
        let body = format!(r#"{{"batch":[{{"type":"track"}},{event},{{}}]}}"#);
        let request = read(body.as_bytes(), CallKind::Batch, &Limits::default()).map(|r| r.events.len());
        assert_eq!(request, Ok(3), "{event}");
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..300), packed in any::<bool>()) {
        let limits = Limits { unpacked_bytes: 200, events: 3, depth: 5 };
        let body = if packed { gzip(&bytes) } else { bytes };
        if let Ok(unpacked) = unpack(&body, None, &limits) {
            let _read = read(&unpacked, CallKind::Batch, &limits);
        }
    }

    #[test]
    fn what_is_written_as_a_batch_is_read_as_it_was(texts in proptest::collection::vec(".{0,20}", 0..5), pad in "[ \t\r\n]{0,3}") {
        let events: Vec<String> = texts.iter().map(|text| serde_json::json!({ "event": text, "n": [1, 2] }).to_string()).collect();
        let body = format!("{pad}{{\"batch\":{pad}[{}{pad}]}}{pad}", events.join(&format!("{pad},{pad}")));
        prop_assert_eq!(read(body.as_bytes(), CallKind::Batch, &Limits::default()).unwrap().events, events);
    }
}
