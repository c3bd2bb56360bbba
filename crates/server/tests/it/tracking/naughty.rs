//! J18: the Big List of Naughty Strings, as names of events, properties, traits and ids: answered as they were sent.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::Tracked;

/// Strings that are no ids by their places in the list: nothing, words for nothing, zeros, dashes and the like.
const NOBODY: [usize; 29] =
    [0, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 19, 27, 38, 44, 56, 60, 95, 97, 116, 117, 434, 436, 437, 438, 457];
/// Those that are damaged: a spreadsheet's number, characters that nobody sees, more than 255 of them, and `**` as masks have it.
const DAMAGED: [usize; 14] = [26, 93, 94, 96, 113, 146, 152, 157, 176, 506, 507, 508, 511, 513];

fn strings() -> Vec<String> {
    let strings: Vec<String> =
        serde_json::from_str(include_str!("../../../../tracking/tests/fixtures/naughty-strings.json")).unwrap();
    assert_eq!(strings.len(), 515);
    strings
}

/// The codes of a batch's refusals, by place.
async fn refused(tracked: &Tracked, batch: &[Value]) -> BTreeMap<usize, String> {
    let answer = tracked.send("/v1/batch", json!({ "batch": batch }).to_string()).await;
    let answer = answer.json();
    assert_eq!(answer["received"], batch.len(), "{answer}");
    let errors = answer["errors"].as_array().unwrap();
    let refused: BTreeMap<usize, String> = errors
        .iter()
        .map(|error| (error["index"].as_u64().unwrap() as usize, error["code"].as_str().unwrap().to_owned()))
        .collect();
    assert_eq!((answer["rejected"].as_u64(), answer["duplicate"].as_u64()), (Some(refused.len() as u64), Some(0)));
    refused
}

async fn lookup(tracked: &Tracked, id: &str) -> (u16, Option<u64>) {
    let (path, body) = ("/api/v1/brands/acme/consumers/lookup", json!({ "id": id }));
    let answer = tracked.world.post(path, &tracked.operator, &body).await;
    (answer.status.as_u16(), answer.json()["consumer"].as_u64())
}

#[tokio::test]
async fn bad_j18_names_and_properties_are_answered_as_they_were_sent() {
    let (tracked, strings) = (Tracked::new().await, strings());
    let event = |(place, text): (usize, &String)| {
        json!({ "type": "track", "event": text, "userId": "u1", "messageId": place.to_string(),
                "properties": { "text": text, "place": place } })
    };
    let batch: Vec<Value> = strings.iter().enumerate().map(event).collect();
    let refusals = refused(&tracked, &batch).await;
    // Nothing, white space, more than 255 characters.
    assert_eq!(refusals, [0, 113, 434].map(|place| (place, "bad_name".to_owned())).into());
    assert_eq!(tracked.deposit().await, 515);

    let (_, consumer) = lookup(&tracked, "user_id:u1").await;
    let mut path = format!("/api/v1/brands/acme/consumers/{}/events?limit=200", consumer.unwrap());
    let mut n_events = 0;
    loop {
        let page = tracked.world.get(&path, &tracked.operator).await.json();
        for event in page["items"].as_array().unwrap_or_else(|| panic!("{page}")) {
            let properties = &event["properties"];
            let text = &strings[properties["place"].as_u64().unwrap() as usize];
            assert_eq!(properties["text"], text.as_str());
            // The name, without white space around it: of an event that is called as its behavior is, it is that.
            let custom = event["behavior"].as_str().unwrap().strip_prefix("custom:");
            let name = properties["event.name"].as_str().or(custom);
            assert_eq!(name, Some(text.trim()), "{event}");
            n_events += 1;
        }
        let Some(next) = page["next_page"].as_str() else { break };
        path = format!("/api/v1/brands/acme/consumers/{}/events?limit=200&page={next}", consumer.unwrap());
    }
    assert_eq!(n_events, 512);
}

#[tokio::test]
async fn bad_j18_traits_and_their_names_are_answered_as_they_were_sent() {
    let (tracked, strings) = (Tracked::new().await, strings());
    let values: BTreeMap<String, &str> =
        strings.iter().enumerate().map(|(place, text)| (format!("t{place:03}"), text.as_str())).collect();
    // The longest of them is no name.
    let names: BTreeMap<&str, &str> =
        strings.iter().filter(|text| text.chars().count() <= 255).map(|text| (text.as_str(), "x")).collect();
    for (user, traits) in [("values", json!(values)), ("names", json!(names))] {
        // A few at a time: an event has at most 32 KiB.
        let all: Vec<(&String, &Value)> = traits.as_object().unwrap().iter().collect();
        let event = |(part, traits): (usize, &[(&String, &Value)])| {
            let traits: serde_json::Map<String, Value> =
                traits.iter().map(|(name, value)| ((*name).clone(), (*value).clone())).collect();
            json!({ "type": "identify", "userId": user, "messageId": format!("{user}{part}"), "traits": traits })
        };
        let batch: Vec<Value> = all.chunks(100).enumerate().map(event).collect();
        assert_eq!(refused(&tracked, &batch).await, BTreeMap::new());
    }
    assert_eq!(tracked.deposit().await, 12);
    for (user, traits) in [("values", json!(values)), ("names", json!(names))] {
        let (_, consumer) = lookup(&tracked, &format!("user_id:{user}")).await;
        let path = format!("/api/v1/brands/acme/consumers/{}", consumer.unwrap());
        let shown = tracked.world.get(&path, &tracked.operator).await.json();
        let attributes = shown["attributes"].as_array().unwrap_or_else(|| panic!("{shown}"));
        let answered: serde_json::Map<String, Value> = attributes
            .iter()
            .map(|attribute| (attribute["name"].as_str().unwrap().to_owned(), attribute["value"].clone()))
            .collect();
        assert_eq!((attributes.len(), Value::Object(answered)), (traits.as_object().unwrap().len(), traits), "{user}");
    }
}

#[tokio::test]
async fn bad_j18_each_that_can_be_an_id_is_one_person() {
    let (tracked, strings) = (Tracked::new().await, strings());
    for name in ["userId", "anonymousId"] {
        let event = |(place, text): (usize, &String)| json!({ "type": "track", "event": "x", name: text, "messageId": format!("{name}{place}") });
        let batch: Vec<Value> = strings.iter().enumerate().map(event).collect();
        let mut expected: BTreeMap<usize, String> = NOBODY.map(|place| (place, "no_identity".to_owned())).into();
        expected.extend(DAMAGED.map(|place| (place, "bad_id".to_owned())));
        assert_eq!(refused(&tracked, &batch).await, expected, "{name}");
    }
    tracked.deposit().await;
    let mut people = BTreeSet::new();
    for (place, text) in strings.iter().enumerate() {
        let (status, consumer) = lookup(&tracked, &format!("user_id:{text}")).await;
        let is_none = NOBODY.contains(&place) || DAMAGED.contains(&place);
        assert_eq!((status, consumer.is_none()), if is_none { (422, true) } else { (200, false) }, "{place} {text:?}");
        people.extend(consumer);
    }
    // 472 are taken: some stand in the list twice, and marks of direction around an id and full width are spellings of one.
    assert_eq!(people.len(), 465);
}
