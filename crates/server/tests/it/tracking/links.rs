//! Pixels and tracked links.

use axum::body::Body;
use axum::http::{Method, Request};
use serde_json::{Value, json};

use super::Tracked;
use crate::support::Answer;

async fn get(tracked: &Tracked, path: &str) -> Answer {
    tracked.world.send(Request::builder().uri(path).body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn a_pixel_is_always_a_picture_and_counts_as_often_as_it_is_shown() {
    let tracked = Tracked::new().await;
    let key = &tracked.key;
    let good = format!("/v1/pixel.gif?writeKey={key}&anonymousId=a1&event=ad_impression&utm_campaign=spring");
    for path in
        [good.as_str(), good.as_str(), "/v1/pixel.gif", "/v1/pixel.gif?writeKey=x&event=y", "/v1/pixel.gif?%ff&data=%%"]
    {
        let answer = get(&tracked, path).await;
        assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, "image/gif"), "{path}");
        assert!(answer.body.starts_with(b"GIF89a"), "{path}");
    }
    // Nobody's event is kept as refused.
    get(&tracked, &format!("/v1/pixel.gif?writeKey={key}&event=ad_impression")).await;
    let total = tracked.counted().await["total"].clone();
    assert_eq!(total, json!({ "received": 3, "accepted": 2, "duplicate": 0, "rejected": 1, "suppressed": 0 }));
    let long = get(&tracked, &format!("{good}&p.x={}", "x".repeat(10 << 10))).await;
    assert_eq!(long.status, 414);
}

/// What stands behind percent signs may be no text, and `data` no event: both are kept as they came, with the reason.
#[tokio::test]
async fn bad_h17_a_pixel_s_address_that_cannot_be_read_is_kept_as_it_came() {
    let tracked = Tracked::new().await;
    let (mut sent, mut expected) = (0, Vec::new());
    for (parameters, code) in [
        ("p.x=%ff", Some("bad_encoding")),
        ("%fe=1", Some("bad_encoding")),
        ("userId=%C4%E3%BA%C3", Some("bad_encoding")),
        ("data=%%", Some("bad_encoding")),
        ("data=/////w", Some("bad_utf8")),
        ("data=W10", Some("bad_json")),
        ("anonymousId=null", Some("no_identity")),
        // A percent sign that stands for nothing is one.
        ("p.x=100%", None),
        ("p.x=%zz&p.y=%E4%B8%8A", None),
    ] {
        let query = format!("writeKey={}&anonymousId=a1&event=ad_impression&{parameters}", tracked.key);
        let answer = get(&tracked, &format!("/v1/pixel.gif?{query}")).await;
        assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, "image/gif"), "{parameters}");
        sent += 1;
        if let Some(code) = code {
            expected.push((code.to_owned(), if code == "no_identity" { Value::Null } else { query.into() }));
        }
    }
    assert_eq!(tracked.deposit().await, sent);
    let total = tracked.counted().await["total"].clone();
    assert_eq!(total, json!({ "received": 9, "accepted": 2, "duplicate": 0, "rejected": 7, "suppressed": 0 }));
    let rejects = tracked.world.get("/api/v1/brands/acme/rejects", &tracked.operator).await.json();
    let kept = rejects["items"].as_array().unwrap_or_else(|| panic!("{rejects}")).iter().map(|item| {
        let event: Value = serde_json::from_str(item["row"]["_event"].as_str().unwrap()).unwrap();
        (item["code"].as_str().unwrap().to_owned(), event["unreadable"]["address"].clone())
    });
    let mut kept: Vec<(String, Value)> = kept.collect();
    kept.sort_by_key(|(code, address)| (code.clone(), address.to_string()));
    expected.sort_by_key(|(code, address)| (code.clone(), address.to_string()));
    assert_eq!(kept, expected);
}

#[tokio::test]
async fn a_link_leads_to_hosts_that_the_brand_has_named_and_nowhere_else() {
    let tracked = Tracked::new().await;
    let settings = json!({ "click_hosts": ["shop.example.com"] });
    tracked.world.call(Method::PUT, "/api/v1/brands/acme/tracking", &tracked.operator, Some(&settings)).await;
    let link = |url: &str| format!("/v1/click?writeKey={}&userId=u1&utm_campaign=spring&url={url}", tracked.key);
    let good = get(&tracked, &link("https%3A%2F%2Fshop.example.com%2Fspring%3Fa%3Db%26c%3Dd")).await;
    assert_eq!((good.status.as_u16(), good.header("location")), (302, "https://shop.example.com/spring?a=b&c=d"));
    for (url, status) in [
        ("https%3A%2F%2Fevil.test%2F", 403),
        ("https%3A%2F%2Fshop.example.com%40evil.test%2F", 400),
        ("https%3A%2F%2Fshop.example.com.evil.test", 403),
        ("%2F%2Fevil.test", 400),
        ("javascript%3Aalert(1)", 400),
        ("data%3Atext%2Fhtml%2Cx", 400),
        ("", 400),
    ] {
        let answer = get(&tracked, &link(url)).await;
        assert_eq!((answer.status.as_u16(), answer.header("location")), (status, ""), "{url}");
    }
    assert_eq!(get(&tracked, "/v1/click?writeKey=x&url=https%3A%2F%2Fshop.example.com").await.status, 401);
    assert_eq!(tracked.counted().await["total"]["accepted"], 1);
}
