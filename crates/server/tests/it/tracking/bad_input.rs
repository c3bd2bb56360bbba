//! The catalogue of bad input, as far as HTTP decides it.

use std::io::Write as _;

use serde_json::{Value, json};

use super::{Tracked, basic, counts};

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

const EVENT: &str = r#"{"batch":[{"type":"track","userId":"u1","event":"x","messageId":"m"}]}"#;

#[tokio::test]
async fn bad_h1_to_h10_what_is_wrong_with_the_whole_refuses_the_whole() {
    let tracked = Tracked::new().await;
    let too_many = json!({ "batch": vec![json!({}); 2_501] }).to_string().into_bytes();
    for (case, body, encoding, status, code) in [
        ("H1", b"".to_vec(), "", 400, "empty_body"),
        ("H1", b" \n".to_vec(), "", 400, "empty_body"),
        ("H2", b"<html>".to_vec(), "", 400, "bad_json"),
        ("H2", b"a=b&c=d".to_vec(), "", 400, "bad_json"),
        ("H4", vec![b' '; (4 << 20) + 1], "", 413, "body_too_large"),
        ("H6", too_many, "", 413, "too_many_events"),
        ("H7", gzip(&vec![b' '; 64 << 20]), "gzip", 413, "body_too_large"),
        ("H8", gzip(EVENT.as_bytes())[..20].to_vec(), "gzip", 400, "bad_encoding"),
        ("H8", EVENT.as_bytes().to_vec(), "gzip", 400, "bad_encoding"),
        ("H8", gzip(&gzip(EVENT.as_bytes())), "gzip", 400, "bad_encoding"),
        ("H8", [b"\x1f\x8b", EVENT.as_bytes()].concat(), "", 400, "bad_encoding"),
        ("H9", EVENT.as_bytes().to_vec(), "br", 415, "unsupported_encoding"),
        ("H9", EVENT.as_bytes().to_vec(), "zstd", 415, "unsupported_encoding"),
        ("H9", b"\x28\xb5\x2f\xfd\x04\x00\x01\x00\x00".to_vec(), "zstd", 415, "unsupported_encoding"),
        ("H9", EVENT.as_bytes().to_vec(), "unknown", 415, "unsupported_encoding"),
        ("J10", b"{\"batch\":[\"\xff\"]}".to_vec(), "", 400, "bad_utf8"),
        ("J16", [EVENT, EVENT].concat().into_bytes(), "", 400, "bad_json"),
    ] {
        let own = basic(&tracked.key);
        let mut headers = vec![("authorization", own.as_str())];
        if !encoding.is_empty() {
            headers.push(("content-encoding", encoding));
        }
        let answer = tracked.send_with("/v1/batch", body, &headers).await;
        assert_eq!((answer.status.as_u16(), answer.json()["code"].as_str()), (status, Some(code)), "{case}");
        assert!(answer.json()["message"].as_str().is_some_and(|text| !text.is_empty()), "{case}");
    }
    assert_eq!(tracked.counted().await["total"]["received"], 0, "nothing of them is kept");
}

/// Small ones are read where they came, large ones on another thread, and both are unpacked again once they have their turn.
#[tokio::test]
async fn a_packed_body_may_be_all_that_names_its_key() {
    let tracked = Tracked::new().await;
    for (round, events) in [1, 2_000].into_iter().enumerate() {
        let event = |n: usize| json!({ "type": "track", "userId": format!("u{n}"), "event": "x", "messageId": format!("{round}-{n}") });
        let noise: String =
            (0..events * 60_usize).map(|n| char::from(b'a' + (n.wrapping_mul(n) / 7 % 26) as u8)).collect();
        let batch: Vec<Value> = (0..events).map(event).collect();
        let body = json!({ "batch": batch, "noise": noise, "writeKey": tracked.key }).to_string();
        let packed = gzip(body.as_bytes());
        let answer = tracked.send_with("/v1/batch", packed, &[("content-encoding", "gzip")]).await;
        assert_eq!(counts(&answer), [events as i64, events as i64, 0, 0], "{}", answer.text());
    }
    assert_eq!(tracked.deposit().await, 2_001);
}

#[tokio::test]
async fn bad_h3_any_type_of_content_is_taken_and_gzip_with_or_without_a_word() {
    let tracked = Tracked::new().await;
    let own = basic(&tracked.key);
    for (place, kind) in
        ["text/plain", "application/x-www-form-urlencoded", "application/json", "image/png", ""].iter().enumerate()
    {
        let body = EVENT.replace("\"m\"", &format!("\"{place}\""));
        let mut headers = vec![("authorization", own.as_str())];
        if !kind.is_empty() {
            headers.push(("content-type", *kind));
        }
        let plain = tracked.send_with("/v1/batch", body.clone(), &headers).await;
        assert_eq!(counts(&plain), [1, 1, 0, 0], "{kind}");
        let unsaid = tracked.send_with("/v1/batch", gzip(body.as_bytes()), &headers).await;
        assert_eq!(counts(&unsaid), [1, 0, 1, 0], "{kind}");
        headers.push(("content-encoding", "gzip"));
        assert_eq!(
            counts(&tracked.send_with("/v1/batch", gzip(body.as_bytes()), &headers).await),
            [1, 0, 1, 0],
            "{kind}"
        );
    }
    assert_eq!(tracked.deposit().await, 15);
    assert_eq!(tracked.counted().await["total"]["accepted"], 5);
}

#[tokio::test]
async fn bad_h5_h16_one_bad_event_is_kept_apart_and_the_others_are_taken() {
    let tracked = Tracked::new().await;
    let large = "x".repeat(33_000);
    let batch = json!({ "batch": [
        { "type": "track", "userId": "u1", "event": "a" },
        { "type": "track", "userId": "u2", "event": "b", "properties": { "text": large } },
        { "type": "track", "event": "c" },
        { "type": "identify", "userId": "null" },
        { "type": "track", "userId": "u3", "event": "purchase", "properties": { "total": "12,50" } },
        { "type": "track", "userId": "u3", "event": "Order Completed", "properties": { "currency": "JPY", "products": [
            { "sku": "a", "price": 100 }, { "sku": "b", "price": 9.5 } ] } },
        { "type": "track", "userId": "u4", "event": "d" },
    ] });
    let answer = tracked.send("/v1/batch", batch.to_string()).await;
    assert_eq!(counts(&answer), [7, 2, 0, 5], "{}", answer.text());
    let errors: Vec<(u64, String)> = answer.json()["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| (error["index"].as_u64().unwrap(), error["code"].as_str().unwrap().to_owned()))
        .collect();
    let expected =
        [(1, "size_violation"), (2, "no_identity"), (3, "no_identity"), (4, "bad_number"), (5, "too_many_decimals")];
    assert_eq!(errors, expected.map(|(index, code)| (index, code.to_owned())));
    assert_eq!(tracked.deposit().await, 7);
    let total = tracked.counted().await["total"].clone();
    assert_eq!(total, json!({ "received": 7, "accepted": 2, "duplicate": 0, "rejected": 5, "suppressed": 0 }));

    let rejects = tracked.world.get("/api/v1/brands/acme/rejects", &tracked.operator).await.json();
    let mut kept: Vec<(String, Value)> = rejects["items"]
        .as_array()
        .unwrap_or_else(|| panic!("{rejects}"))
        .iter()
        .map(|item| (item["code"].as_str().unwrap().to_owned(), item["row"].clone()))
        .collect();
    kept.sort_by(|a, b| a.0.cmp(&b.0));
    let codes: Vec<&str> = kept.iter().map(|(code, _)| code.as_str()).collect();
    assert_eq!(codes, ["bad_number", "no_identity", "no_identity", "size_violation", "too_many_decimals"]);
    // As it came: what is too large, only its beginning.
    let event: Value = serde_json::from_str(kept[4].1["_event"].as_str().unwrap()).unwrap();
    assert_eq!(event["properties"]["products"][1]["price"], 9.5);
    assert_eq!(kept[3].1["_cut"], true);
    assert!(kept[3].1["_event"].as_str().unwrap().len() <= 4096);
}

#[tokio::test]
async fn bad_h15_e4_a_repeated_request_is_a_duplicate_also_without_ids() {
    let tracked = Tracked::new().await;
    let batch = json!({ "batch": [
        { "type": "track", "userId": "u1", "event": "a", "timestamp": "2026-11-20T08:00:00Z" },
        { "type": "track", "userId": "u1", "event": "b", "timestamp": "2026-11-20T08:00:00Z" },
        { "type": "track", "userId": "u1", "event": "b", "timestamp": "2026-11-20T08:00:00Z" },
        { "type": "identify", "userId": "u1", "traits": { "a": 1 }, "timestamp": "2026-11-20T08:00:00Z" },
    ] });
    for (round, expected) in [[4, 3, 1, 0], [4, 0, 4, 0], [4, 0, 4, 0]].into_iter().enumerate() {
        assert_eq!(counts(&tracked.send("/v1/batch", batch.to_string()).await), expected, "round {round}");
        if round == 1 {
            tracked.deposit().await;
        }
    }
}

#[tokio::test]
async fn bad_e6_a_retry_with_another_time_of_sending_says_the_same() {
    let tracked = Tracked::new().await;
    // A clock that is a day slow, and one that is right: corrected by the time that each request was sent.
    let event =
        json!({ "type": "track", "userId": "u1", "event": "a", "messageId": "m", "timestamp": "2026-11-20T08:00:00Z" });
    for (sent, expected) in [("2026-11-20T08:00:01Z", [1, 1, 0, 0]), ("2026-11-20T09:00:01.5Z", [1, 0, 1, 0])] {
        let body = json!({ "sentAt": sent, "batch": [event] }).to_string();
        assert_eq!(counts(&tracked.send("/v1/batch", body).await), expected, "{sent}");
    }
    tracked.deposit().await;
    let total = tracked.counted().await["total"].clone();
    assert_eq!((&total["accepted"], &total["duplicate"]), (&json!(1), &json!(1)));
}

#[tokio::test]
async fn bad_e7_id19_another_brand_s_ids_are_other_events_and_other_people() {
    let tracked = Tracked::new().await;
    let other = super::key_of(&tracked.world, &tracked.operator, "other", "web").await;
    for key in [&tracked.key, &other] {
        let answer = tracked.send_with("/v1/batch", EVENT, &[("authorization", &basic(key))]).await;
        assert_eq!(counts(&answer), [1, 1, 0, 0]);
    }
    // Two sources of one brand as well.
    let app = super::key_of(&tracked.world, &tracked.operator, "acme", "app").await;
    assert_eq!(counts(&tracked.send_with("/v1/batch", EVENT, &[("authorization", &basic(&app))]).await), [1, 1, 0, 0]);
    assert_eq!(tracked.deposit().await, 2);
    let counted = tracked.counted().await;
    let sources: Vec<&str> =
        counted["sources"].as_array().unwrap().iter().map(|of| of["source"].as_str().unwrap()).collect();
    assert_eq!(sources, ["app", "web"]);
}
