//! What is left of an event, and that no bytes make anything panic.

use databank_tracking::pixel::read_query;
use proptest::prelude::*;

use super::*;

#[test]
fn contexts_of_event_and_batch_are_kept_under_names_that_stay() {
    let body = json!({
        "context": {"ip": "1.1.1.1", "locale": "de", "library": {"name": "lib", "version": "1"}, "campaign": {"name": "c1", "term": "tea", "medium": "cpc"}},
        "batch": [{
            "type": "track", "event": "search", "userId": "u1", "integrations": {"All": true}, "_metadata": {},
            "context": {
                "ip": "2.2.2.2", "os": {"name": "iOS", "version": "17.1"}, "app": {"name": "Shop"}, "timezone": "Asia/Tokyo",
                "device": {"type": "ios", "model": "x", "manufacturer": "y"}, "sessionId": 17, "groupId": "g",
                "consent": {"categoryPreferences": {"Ads": false, "Analytics": true}},
                "page": {"url": "https://x/?a", "title": "T", "referrer": "", "path": "/"},
            },
        }],
    });
    let Ok(Said::Events(rows)) = all(CallKind::Batch, body.to_string().as_bytes()).unwrap().pop().unwrap() else {
        panic!("not taken");
    };
    let row = &rows[0];
    assert_eq!((row.campaign.as_deref(), row.keyword.as_deref()), (Some("c1"), Some("tea")));
    assert_eq!(
        row.properties,
        concat!(
            r#"{"context.app":"Shop","context.campaign.medium":"cpc","context.consent":{"Ads":false,"Analytics":true},"#,
            r#""context.device.manufacturer":"y","context.device.model":"x","context.device.type":"ios","#,
            r#""context.group_id":"g","context.ip":"2.2.2.2","context.library":"lib/1","context.locale":"de","#,
            r#""context.os":"iOS 17.1","context.session_id":17,"context.timezone":"Asia/Tokyo","page.title":"T","#,
            r#""page.url":"https://x/?a"}"#,
        )
    );
}

#[test]
fn a_context_of_a_batch_that_cannot_be_read_refuses_its_events() {
    let body = format!(r#"{{"context":{{"ip":"\ud800"}},"batch":[{}]}}"#, with("\"a\":1"));
    let refused = all(CallKind::Batch, body.as_bytes()).unwrap().pop().unwrap().unwrap_err();
    assert_eq!((refused.code, refused.field.as_deref()), ("bad_unicode", Some("batch.context.ip")));
    let body = format!(r#"{{"context":7,"batch":[{}]}}"#, with("\"a\":1"));
    let refused = all(CallKind::Batch, body.as_bytes()).unwrap().pop().unwrap().unwrap_err();
    assert_eq!((refused.code, refused.field.as_deref()), ("not_an_object", Some("batch.context")));
}

/// Everything that is said is something that the importer can take.
fn check(said: &Said) {
    let ids = match said {
        Said::Events(rows) => {
            for row in rows {
                assert!(databank_model::Behavior::is_known(&row.behavior), "{}", row.behavior);
                let properties: serde_json::Map<String, Value> = serde_json::from_str(&row.properties).unwrap();
                assert!(properties.keys().all(|name| name.chars().count() <= 255));
                assert!(
                    row.amount
                        .iter()
                        .all(|amount| databank_model::parse_minor(amount, 6).is_ok_and(|minor| minor >= 0)
                            || amount.len() > 15)
                );
            }
            rows.iter().flat_map(|row| row.ids.clone()).collect()
        }
        Said::Traits(traits) => traits.ids.clone(),
        Said::Link(link) => link.ids.clone(),
    };
    assert!(!ids.is_empty());
}

fn recorded_bodies() -> Vec<String> {
    let requests = include_str!("../fixtures/sdk-requests.jsonl").lines();
    requests.map(|line| serde_json::from_str::<Value>(line).unwrap()["body"].to_string()).collect()
}

const CALLS: [CallKind; 3] = [CallKind::Batch, CallKind::Track, CallKind::Identify];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200), call in prop::sample::select(&CALLS[..])) {
        let _either = all(call, &bytes);
    }

    #[test]
    fn any_event_is_read_or_refused(event in "\\PC{0,100}") {
        let request = Request::default();
        let _either = interpret(&event, &Envelope::new(CallKind::Track, &request, RECEIVED_US), &NAMES);
    }

    #[test]
    fn recorded_bodies_with_anything_changed_are_read_or_refused(
        body in prop::sample::select(recorded_bodies()),
        changes in prop::collection::vec((any::<prop::sample::Index>(), prop::sample::select(&["\"", "{", "}", "[", "]", ",", ":", "null", "-1", "1e400", "\\ud800", "\\u0000", "true", "", "0", "9", "\u{e9}", "\"userId\":1,", "\"products\":[{}],"][..]), 0_usize..4), 0..4),
        call in prop::sample::select(&CALLS[..]),
    ) {
        let mut bytes = body.into_bytes();
        for (index, text, n_cut) in changes {
            let place = index.index(bytes.len().max(1)).min(bytes.len());
            let end = (place + n_cut).min(bytes.len());
            bytes.splice(place..end, text.bytes());
        }
        if let Ok(all) = all(call, &bytes) {
            all.iter().flatten().for_each(check);
        }
    }

    #[test]
    fn any_properties_are_rows_or_refused(
        name in prop::sample::select(&["Order Completed", "refund", "add_to_cart", "Product Viewed", "review", "page_view", "x"][..]),
        fields in prop::collection::vec((
            prop::sample::select(&["products", "items", "price", "quantity", "total", "currency", "order_id", "rating", "revision", "sku", "url", "name", "category", "channel"][..]),
            prop::sample::select(&["1", "-1", "1e9", "0.333333", "\"\"", "\"CNY\"", "\"x\"", "null", "true", "[]", "{}", "[{}]", "[{\"price\":0.1,\"quantity\":7,\"sku\":\"s\"},{\"price\":\"99999999\"}]"][..]),
        ), 0..6),
    ) {
        let fields: Vec<String> = fields.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
        if let Ok(said) = said(&track_raw(name, &format!("{{{}}}", fields.join(",")))) {
            check(&said);
        }
    }

    #[test]
    fn what_a_pixel_spells_is_an_event_or_refused(pairs in prop::collection::vec(("(event|userId|type|p\\.total|context\\.ip|\\PC{0,5})", "\\PC{0,9}"), 0..6)) {
        if let Ok(pixel) = read_query(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())))
            && let Ok(all) = all(CallKind::Track, pixel.event.as_bytes())
        {
            all.iter().flatten().for_each(check);
        }
    }
}
