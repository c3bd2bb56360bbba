//! Who it was, and what is so about them.

use super::*;

#[test]
fn ids_are_found_wherever_sdks_put_them() {
    let event = json!({
        "type": "track", "event": "x", "userId": "u1", "anonymousId": "a1",
        "context": {
            "traits": {"email": "a@x.com", "phone": 13_800_138_000_i64, "openId": "o", "unionid": "n", "memberId": "m", "member_card": ""},
            "device": {"id": "d1", "advertisingId": "AD", "type": "ios", "idfa": "AD"},
            "externalIds": [
                {"id": "b1", "type": "braze_id", "collection": "users", "encoding": "none"},
                {"id": "g1", "type": "ga_client_id"},
                {"id": "t1", "type": "android.push_token"},
                {"id": "x", "type": "99 %"}, {"id": "x"}, {"type": "jd"}, 7,
            ],
            "externalId": [{"id": "u1", "type": "user_id"}, {"id": 5, "type": "Shop-Id"}],
        },
    });
    assert_eq!(
        shown(&row(&event.to_string()).ids),
        [
            "user_id:u1", "anonymous_id:a1", "email:a@x.com", "phone:13800138000", "openid:o", "unionid:n", "member:m",
            "device_id:d1", "idfa:AD", "braze_id:b1", "cookie_ga:g1", "push_id:t1", "shop_id:5",
        ]
    );
}

#[test]
fn advertising_ids_are_of_their_system() {
    for (device, expected) in [
        (json!({"advertisingId": "x", "type": "iOS"}), "idfa:x"),
        (json!({"advertisingId": "x", "type": "android"}), "oaid:x"),
        (json!({"advertisingId": "x", "type": "kaios"}), "device_id:x"),
        (json!({"advertisingId": "x"}), "oaid:x"),
        (json!({"advertisingId": "x", "type": "ios", "adTrackingEnabled": true}), "idfa:x"),
    ] {
        let event =
            json!({"type": "screen", "userId": "u1", "context": {"device": device, "os": {"name": "HarmonyOS"}}});
        assert_eq!(shown(&row(&event.to_string()).ids), ["user_id:u1", expected]);
    }
    let forbidden = json!({"type": "screen", "userId": "u1", "context": {"device": {"advertisingId": "x", "adTrackingEnabled": false}}});
    assert_eq!(shown(&row(&forbidden.to_string()).ids), ["user_id:u1"]);
}

#[test]
fn traits_of_both_places_are_facts_and_ids() {
    let event = json!({
        "type": "identify", "messageId": "m", "anonymousId": "a1", "timestamp": 1_795_324_220,
        "context": {"traits": {"city": "Paris", "plan": "free"}},
        "traits": {"email": "A@x.com", "plan": "pro", "age": 41, "vip": true, "phone": {"home": "1"}, "empty": {}, "city.x": "y"},
    });
    let traits = traits(&event.to_string());
    assert_eq!(shown(&traits.ids), ["anonymous_id:a1", "email:A@x.com"]);
    assert_eq!((traits.event_id.as_deref(), traits.moment), (Some("m"), Moment::At(RECEIVED_US)));
    let expected = [
        ("age", "41"),
        ("city", "Paris"),
        ("city.x", "y"),
        ("empty", "{}"),
        ("phone.home", "1"),
        ("plan", "pro"),
        ("vip", "true"),
    ];
    assert_eq!(traits.attributes, expected.map(|(name, value)| (name.to_owned(), Some(value.to_owned()))));
}

#[test]
fn a_groups_traits_are_the_groups() {
    let event = r#"{"type":"group","userId":"u1","groupId":7,"traits":{"email":"all@x.com","size":3}}"#;
    let traits = traits(event);
    assert_eq!(shown(&traits.ids), ["user_id:u1"]);
    let expected = [("group.email", "all@x.com"), ("group.size", "3"), ("group_id", "7")];
    assert_eq!(traits.attributes, expected.map(|(name, value)| (name.to_owned(), Some(value.to_owned()))));
    assert_eq!(refusal(r#"{"type":"group","userId":"u1"}"#), Some(("bad_id", Some("groupId".to_owned()))));
}

#[test]
fn aliases_link_two_ids() {
    let uuid = "e7c348a3-e313-4002-933c-7fc2df9aaedf";
    for (fields, expected) in [
        (json!({"userId": "u1", "previousId": "old"}), vec!["user_id:u1", "user_id:old"]),
        (json!({"userId": "u1", "previousId": "old", "anonymousId": "old"}), vec!["user_id:u1", "anonymous_id:old"]),
        (
            json!({"userId": "u1", "previousId": uuid}),
            vec!["user_id:u1", "anonymous_id:e7c348a3-e313-4002-933c-7fc2df9aaedf"],
        ),
        (json!({"userId": "u1", "anonymousId": "a1"}), vec!["user_id:u1", "anonymous_id:a1"]),
        (json!({"userId": uuid, "previousId": uuid}), vec!["user_id:e7c348a3-e313-4002-933c-7fc2df9aaedf"]),
        (
            json!({"mergeProperties": [{"type": "email", "value": "a@x.com"}, {"type": "phone", "value": "1"}]}),
            vec!["email:a@x.com", "phone:1"],
        ),
    ] {
        for event_type in ["alias", "merge"] {
            let mut event = fields.clone();
            event["type"] = event_type.into();
            assert_eq!(shown(&link(&event.to_string()).ids), expected);
        }
    }
    for fields in [r#""previousId":"old""#, r#""userId":"u1""#] {
        assert_eq!(code(&format!(r#"{{"type":"alias",{fields}}}"#)), "no_identity");
    }
}
