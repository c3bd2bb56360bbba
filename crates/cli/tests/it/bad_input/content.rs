//! Event content: cases E1 to E37.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use super::{Accepted, Case, Rejected, ask, canonical, case, check, codes, counts, empty, import_text, one_number};
use crate::Place;

#[expect(clippy::disallowed_methods, reason = "the binary under test reads the same clock")]
fn seconds_from_now(seconds: i64) -> Value {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    json!(now.checked_add_signed(seconds).unwrap())
}

#[test]
fn what_happened_to_whom_is_named_or_refused() {
    let long = "x".repeat(10 << 10);
    check(&[
        case("E1 no behaviour", json!({ "behavior": null }), Rejected("unknown_behavior")),
        case("E1 empty behaviour", json!({ "behavior": "" }), Rejected("unknown_behavior")),
        case("E1 unknown behaviour", json!({ "behavior": "buy" }), Rejected("unknown_behavior")),
        case("E1 upper case", json!({ "behavior": "View" }), Rejected("unknown_behavior")),
        case("E1 trailing space", json!({ "behavior": "view " }), Rejected("unknown_behavior")),
        case("E1 the brand's own", json!({ "behavior": "custom:try-on" }), Accepted),
        case("E2 nobody", json!({ "id.member_card": null }), Rejected("no_identity")),
        case("E2 empty id", json!({ "id.member_card": "" }), Rejected("no_identity")),
        case("E3 spaces", json!({ "behavior": "   " }), Rejected("unknown_behavior")),
        case("E3 a name of 10 KiB", json!({ "behavior": format!("custom:{long}") }), Rejected("unknown_behavior")),
        case("E4 no event id", json!({ "event_id": null }), Rejected("bad_event_id")),
        case("E4 empty event id", json!({ "event_id": "" }), Rejected("bad_event_id")),
        case("E4 event id of 256 bytes", json!({ "event_id": "x".repeat(256) }), Rejected("bad_event_id")),
        case("E4 event id of 255 bytes", json!({ "event_id": "x".repeat(255) }), Accepted),
    ]);
}

#[test]
fn times_are_read_in_the_listed_forms_only() {
    check(&[
        case("E9 missing", json!({ "ts": null }), Rejected("bad_time")),
        case("E9 empty", json!({ "ts": "" }), Rejected("bad_time")),
        case("E10 seconds", json!({ "ts": 1_767_294_245 }), Accepted),
        case("E10 milliseconds", json!({ "ts": "1767294245000" }), Accepted),
        case("E10 microseconds", json!({ "ts": 1_767_294_245_000_000_i64 }), Accepted),
        case("E10 RFC 3339", json!({ "ts": "2026-01-02T03:04:05-05:30" }), Accepted),
        case("E10 UTC", json!({ "ts": "2026-01-02T03:04:05.123456Z" }), Accepted),
        case("E10 no zone", json!({ "ts": "2026-01-02 03:04:05" }), Accepted),
        case("E10 a day", json!({ "ts": "2026-01-02" }), Accepted),
        case("E10 slashes", json!({ "ts": "2026/11/22 5:00" }), Rejected("bad_time")),
        case("E10 one-digit hour", json!({ "ts": "2026-01-02 3:04:05" }), Rejected("bad_time")),
        case("E10 no seconds", json!({ "ts": "2026-01-02T03:04" }), Rejected("bad_time")),
        case("E10 bare digits of a day", json!({ "ts": "20260102" }), Rejected("bad_time")),
        case("E10 half seconds", json!({ "ts": 1_767_294_245.5 }), Rejected("bad_time")),
        case("E10 named zone", json!({ "ts": "2026-01-02 03:04:05 Asia/Shanghai" }), Rejected("bad_time")),
        case("E11 before 1971", json!({ "ts": "1970-12-31 00:00:00" }), Rejected("bad_time")),
        case("E11 year 1", json!({ "ts": "0001-01-01 00:00:00" }), Rejected("bad_time")),
        case("E11 zeros", json!({ "ts": "0000-00-00" }), Rejected("bad_time")),
        case("E11 day 32", json!({ "ts": "2026-11-32" }), Rejected("bad_time")),
        case("E11 30 February", json!({ "ts": "2026-02-30" }), Rejected("bad_time")),
        case("E11 24:00:61", json!({ "ts": "2026-11-22 24:00:61" }), Rejected("bad_time")),
        case("E11 year 9999", json!({ "ts": "9999-12-31 00:00:00" }), Rejected("future_time")),
        case("E11 zero", json!({ "ts": "0" }), Rejected("bad_time")),
        case("E11 negative", json!({ "ts": "-1" }), Rejected("bad_time")),
        case("E12 half an hour ahead", json!({ "ts": seconds_from_now(1800) }), Accepted),
        case("E13 two hours ahead", json!({ "ts": seconds_from_now(7200) }), Accepted),
        case("E14 25 hours ahead", json!({ "ts": seconds_from_now(90_000) }), Rejected("future_time")),
        case("E15 six days old", json!({ "ts": seconds_from_now(-6 * 86_400) }), Accepted),
        case("E15 five years old", json!({ "ts": seconds_from_now(-5 * 365 * 86_400) }), Accepted),
    ]);
}

#[test]
fn numbers_are_exact_or_refused() {
    check(&[
        case("E17 negative purchase", json!({ "amount": "-1" }), Rejected("negative_amount")),
        case("E17 negative refund", json!({ "amount": "-1", "behavior": "refund" }), Rejected("negative_amount")),
        case("E17 refund", json!({ "amount": "1", "behavior": "refund" }), Accepted),
        case("E18 decimal comma", json!({ "amount": "12,50" }), Rejected("bad_number")),
        case("E18 sign and separator", json!({ "amount": "￥1,299.00" }), Rejected("bad_number")),
        case("E18 NaN", json!({ "amount": "NaN" }), Rejected("bad_number")),
        case("E18 empty text", json!({ "amount": "" }), Rejected("bad_number")),
        case("E18 true", json!({ "amount": true }), Rejected("bad_number")),
        case("E18 full width", json!({ "amount": "１２" }), Rejected("bad_number")),
        case("E18 unit", json!({ "amount": "12.50元" }), Rejected("bad_number")),
        case("E18 spaces around", json!({ "amount": " 12.5 " }), Accepted),
        case("E18 no amount", empty(), Accepted),
        case("E19 exponent", json!({ "amount": "1e18" }), Rejected("bad_number")),
        case("E19 10^18", json!({ "amount": "1000000000000000000" }), Rejected("number_out_of_range")),
        case("E19 30 decimals", json!({ "amount": format!("0.{}", "1".repeat(30)) }), Rejected("too_many_decimals")),
        case("E19 half a cent", json!({ "amount": "1.005" }), Rejected("too_many_decimals")),
        case("E19 zeros behind", json!({ "amount": "1.000" }), Accepted),
        case("E19 decimals of yen", json!({ "amount": "1.5", "currency": "JPY" }), Rejected("too_many_decimals")),
        case("E20 lower case", json!({ "amount": "1", "currency": "usd" }), Accepted),
        case("E20 empty text", json!({ "amount": "1", "currency": "" }), Rejected("bad_currency")),
        case("E20 not in use", json!({ "amount": "1", "currency": "RMB" }), Rejected("bad_currency")),
        case("E20 Chinese", json!({ "amount": "1", "currency": "人民币" }), Rejected("bad_currency")),
        case("E21 zero", json!({ "quantity": "0" }), Rejected("bad_quantity")),
        case("E21 negative", json!({ "quantity": "-1" }), Rejected("bad_quantity")),
        case("E21 one and a half", json!({ "quantity": "1.5" }), Rejected("bad_number")),
        case("E21 two, as a decimal", json!({ "quantity": "2.0" }), Accepted),
        case("E21 2^63", json!({ "quantity": "9223372036854775808" }), Rejected("bad_number")),
        case("rating of 6", json!({ "rating": "6" }), Rejected("bad_rating")),
        case("rating that is no number", json!({ "rating": "NaN" }), Rejected("bad_rating")),
        case("rating of 0", json!({ "rating": "0" }), Accepted),
        case("revision of 1.5", json!({ "revision": "1.5" }), Rejected("bad_number")),
    ]);
}

#[test]
fn texts_are_kept_as_they_are() {
    let texts = [
        ("E30 HTML", "<script>alert(1)</script>"),
        ("E30 SQL", "'; drop table events; --"),
        ("E30 template", "{{7*7}} ${jndi:ldap://x}"),
        ("E30 formula", "=cmd|' /C calc'!A1"),
        ("E30 right to left", "\u{202e}abc"),
        ("E30 line ends", "a\nb\r\nc\t\"d\""),
        ("E30 emoji", "😀👨‍👩‍👧"),
        ("E36 ID card", "110101199003077774"),
        ("E28 empty text", ""),
    ];
    let mut cases: Vec<Case> =
        texts.iter().map(|(id, text)| case(id, json!({ "item_id": text, "prop.p": text }), Accepted)).collect();
    let deep = json!([1, "a", { "b": { "c": { "d": { "e": null } } } }]);
    cases.push(case("E28 null", json!({ "prop.p": null }), Accepted));
    cases.push(case("E29 nested", json!({ "prop.p": deep }), Accepted));
    cases.push(case("a text of 40 KB", json!({ "item_id": "x".repeat(40_000) }), Rejected("field_too_long")));
    let two_halves = json!({ "prop.p": "x".repeat(600_000), "item_id": null, "prop.q": "x".repeat(600_000) });
    cases.push(case("properties of 1.2 MB", two_halves, Rejected("field_too_long")));
    cases.push(case("a property of 900 KB", json!({ "prop.p": "x".repeat(900_000) }), Accepted));
    check(&cases);
}

#[test]
fn e30_texts_come_back_unchanged() {
    let place = Place::with_brand();
    let formula = "=1+1<b>&'\\";
    let text = format!("ts,behavior,id.member_card,item_id,prop.p\n2026-01-02,view,a,{formula},{formula}\n");
    import_text(&place, &canonical(), &text);
    let stored = ask(&place, "select item_id, prop(properties, 'p') as p from events");
    assert_eq!((&stored[0]["item_id"], &stored[0]["p"]), (&json!(formula), &json!(formula)));
}

#[test]
fn e5_to_e8_an_event_id_counts_once_within_its_source_and_brand() {
    let place = Place::with_brand();
    let header = "event_id,ts,behavior,id.member_card,item_id\n";
    let text = |rows: &str| format!("{header}{rows}");
    let first = import_text(&place, &canonical(), &text("1,2026-01-01,view,a,x\n1,2026-01-01,view,a,x\n"));
    assert_eq!(counts(&first), [1, 1, 0, 0], "E5: same id, same content");
    let other = import_text(&place, &canonical(), &text("1,2026-01-01,view,a,y\n"));
    assert_eq!(counts(&other), [0, 0, 1, 0], "E6: same id, other content");
    assert_eq!(codes(&place), [("duplicate_conflict".to_owned(), Some(2))]);
    let elsewhere = canonical().replace("name = \"shop\"", "name = \"other\"");
    assert_eq!(counts(&import_text(&place, &elsewhere, &text("1,2026-01-01,view,a,y\n"))), [1, 0, 0, 0]);
    // E7: another brand knows nothing of it. E8: there is no window after which an id is forgotten.
    place.json(&["brand", "add", "beta"]);
    let beta = place.json(&["import", "--brand", "beta", "--mapping", "mapping.toml", "rows.csv"]);
    assert_eq!(counts(&beta), [1, 0, 0, 0]);
    assert_eq!(one_number(&place, "select count(*) from events"), 2);
}

#[test]
fn e4_rows_without_an_event_id_keep_their_true_repeats() {
    let place = Place::with_brand();
    let row = "2026-01-01 10:00:00,view,a,x\n";
    let text = |n: usize| format!("ts,behavior,id.member_card,item_id\n{}", row.repeat(n));
    assert_eq!(counts(&import_text(&place, &canonical(), &text(3))), [3, 0, 0, 0]);
    assert_eq!(counts(&import_text(&place, &canonical(), &text(3))), [0, 3, 0, 0]);
    assert_eq!(counts(&import_text(&place, &canonical(), &text(5))), [2, 3, 0, 0]);
}

#[test]
fn e22_a_refund_without_its_order_lowers_money_and_no_stage() {
    let place = Place::with_brand();
    let text = "ts,behavior,id.member_card,order_id,line_id,amount\n2026-01-01,purchase,a,o1,1,10\n\
                2026-01-02,refund,b,none-such,1,99999\n2026-01-02,refund,a,o1,1,25\n";
    assert_eq!(counts(&import_text(&place, &canonical(), text)), [3, 0, 0, 0]);
    let report = place.json(&["assets", "--brand", "acme", "--as-of", "2026-01-02"]);
    assert!(report["stages"].as_array().unwrap().iter().all(|stage| stage["consumers"] == 0), "{report}");
    let before = place.json(&["assets", "--brand", "acme", "--as-of", "2026-01-01"]);
    assert_eq!(before["total"], 1, "{before}");
}

#[test]
fn e23_an_order_without_a_number_is_no_order() {
    let place = Place::with_brand();
    let input = "path = \"*.jsonl\", columns = [\"ts\", \"behavior\", \"id.member_card\", \"order_id\", \"line_id\"]";
    let row = |who: &str| {
        let row =
            json!({ "ts": "2026-01-01", "behavior": "purchase", "id.member_card": who, "order_id": "", "line_id": "" });
        format!("{row}\n")
    };
    std::fs::write(place.path("rows.jsonl"), ["a", "a", "b"].map(row).concat()).unwrap();
    let report = super::import(&place, &super::mapping(input, "select * from rows"), "rows.jsonl");
    assert_eq!(counts(&report), [3, 0, 0, 0], "{:?}", codes(&place));
    assert_eq!(one_number(&place, "select count(*) from events where order_id is not null"), 0);
}

#[test]
fn e25_to_e27_new_and_changing_properties_never_stop_an_import() {
    let place = Place::with_brand();
    let base = "ts,behavior,id.member_card";
    // A number that turns into text; names that differ in case and width; 2,000 names in one file.
    for (names, values) in [("prop.n", "1"), ("prop.n", "many"), ("prop.Email,prop.email,prop.ｅmail", "1,2,3")] {
        let report = import_text(&place, &canonical(), &format!("{base},{names}\n2026-01-01,view,a,{values}\n"));
        assert_eq!(counts(&report), [1, 0, 0, 0], "{names}");
    }
    let names: Vec<String> = (0..2000).map(|n| format!("prop.p{n}")).collect();
    let values: Vec<String> = (0..2000).map(|n| n.to_string()).collect();
    let wide = format!("{base},{}\n2026-01-02,view,a,{}\n", names.join(","), values.join(","));
    assert_eq!(counts(&import_text(&place, &canonical(), &wide)), [1, 0, 0, 0]);
    let stored = ask(&place, "select properties from events where properties like '%ｅmail%'");
    assert_eq!(stored[0]["properties"], "{\"Email\":\"1\",\"email\":\"2\",\"ｅmail\":\"3\"}");
}

#[test]
fn a_touchpoint_is_its_channel_and_behavior_unless_the_mapping_names_it() {
    let place = Place::with_brand();
    let header = "event_id,ts,behavior,id.phone,channel,touchpoint\n";
    let rows = "1,2026-01-02,view,13900000011,tmall,\n2,2026-01-02,view,13900000011,,\n3,2026-01-02,view,13900000011,tmall,home\n";
    import_text(&place, &canonical(), &format!("{header}{rows}"));
    let found = ask(&place, "select touchpoint from events order by touchpoint");
    assert_eq!(found, json!([{ "touchpoint": "home" }, { "touchpoint": "tmall/view" }, { "touchpoint": "view" }]));
}
