//! Requests recorded from official SDKs, sent as they were.

use serde_json::Value;

use super::{Tracked, basic, counts};

const RECORDED: &str = include_str!("../../../../tracking/tests/fixtures/sdk-requests.jsonl");

#[tokio::test]
async fn recorded_requests_are_accepted_and_counted_once() {
    let tracked = Tracked::new().await;
    let mut sent = 0;
    for round in 0..2 {
        for line in RECORDED.lines() {
            let request: Value = serde_json::from_str(line).unwrap();
            let path = request["path"].as_str().unwrap();
            let mut body = request["body"].clone();
            // The key is this server's.
            if body.get("writeKey").is_some() {
                body["writeKey"] = tracked.key.as_str().into();
            }
            let headers = [("authorization", basic(&tracked.key)), ("content-type", "text/plain".to_owned())];
            let headers = headers.each_ref().map(|(name, value)| (*name, value.as_str()));
            let answer = tracked.send_with(path, body.to_string(), &headers).await;
            let [received, accepted, duplicate, rejected] = counts(&answer);
            assert_eq!(rejected, 0, "{path}: {}", answer.text());
            assert_eq!(if round == 0 { accepted } else { duplicate }, received, "{path}: {}", answer.text());
            sent += if round == 0 { received } else { 0 };
        }
    }
    tracked.deposit().await;
    let total = &tracked.counted().await["total"];
    assert_eq!((&total["received"], &total["accepted"]), (&(2 * sent).into(), &sent.into()));
    assert_eq!(total["duplicate"], sent);
}
