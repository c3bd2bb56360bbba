use proptest::prelude::*;
use serde_json::json;

use super::*;

fn event(parameters: &[(&str, &str)]) -> Value {
    serde_json::from_str(&read_query(parameters.iter().copied()).unwrap().event).unwrap()
}

#[test]
fn parameters_spell_an_event() {
    let parameters = [
        ("writeKey", "k1"),
        ("event", "Order Completed"),
        ("userId", "u1"),
        ("p.total", "9.90"),
        ("properties.order_id", "o1"),
        ("properties.a.b", "x"),
        ("context.ip", "1.2.3.4"),
        ("utm_campaign", "c1"),
        ("color", "red"),
        ("color", "blue"),
    ];
    assert_eq!(
        event(&parameters),
        json!({
            "type": "track", "event": "Order Completed", "userId": "u1",
            "properties": {"total": "9.90", "order_id": "o1", "a.b": "x", "color": "blue"},
            "context": {"ip": "1.2.3.4", "campaign": {"name": "c1"}},
        })
    );
    assert_eq!(read_query(parameters).unwrap().write_key.as_deref(), Some("k1"));
    assert_eq!(event(&[("anonymousId", "a")]), json!({"type": "page", "anonymousId": "a"}));
    assert_eq!(event(&[]), json!({"type": "page"}));
}

#[test]
fn data_holds_a_whole_event() {
    let expected = r#"{"writeKey":"k?>","event":"é"}"#;
    for data in ["eyJ3cml0ZUtleSI6Ims/PiIsImV2ZW50Ijoiw6kifQ==", "eyJ3cml0ZUtleSI6Ims_PiIsImV2ZW50Ijoiw6kifQ"] {
        let pixel = read_query([("data", data), ("event", "other")]).unwrap();
        assert_eq!((pixel.event.as_str(), pixel.write_key.as_deref()), (expected, Some("k?>")));
    }
}

#[test]
fn bad_h17_data_that_is_none_is_refused() {
    let long = "x".repeat(40_000);
    for (data, code) in [
        ("e", "bad_encoding"),
        ("e!==", "bad_encoding"),
        ("%7B", "bad_encoding"),
        ("/////w", "bad_utf8"),
        ("W10", "bad_json"),
        ("ey", "bad_json"),
        ("", "bad_json"),
        (&long, "size_violation"),
    ] {
        assert_eq!(read_query([("data", data)]).map_err(|refused| refused.code), Err(code), "{data}");
    }
}

proptest! {
    #[test]
    fn any_parameters_are_read_or_refused(parameters in prop::collection::vec(("(data|event|p\\.|\\PC{0,9})", any::<String>()), 0..6)) {
        let pairs = parameters.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        if let Ok(pixel) = read_query(pairs) {
            prop_assert!(serde_json::from_str::<&RawValue>(&pixel.event).is_ok());
        }
    }
}
