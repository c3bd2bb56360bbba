//! J18: the Big List of Naughty Strings, from requests to SQL.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{ask, one_number};
use crate::Place;
use crate::serve::Serving;

#[test]
fn bad_j18_naughty_strings_are_in_sql_as_they_were_sent() {
    let strings: Vec<String> =
        serde_json::from_str(include_str!("../../../../tracking/tests/fixtures/naughty-strings.json")).unwrap();
    let place = Place::with_brand();
    let key = place.json(&["key", "create", "--brand", "acme", "--kind", "write", "--name", "web"]);
    let serving = Serving::start(&place);
    let send = |batch: Vec<Value>, accepted: usize| {
        let body = json!({ "batch": batch }).to_string();
        let answer = serving.post_with_key("/v1/batch", key["key"].as_str().unwrap(), "application/json", &body);
        assert!(answer.contains(&format!("\"accepted\":{accepted},")), "{answer}");
    };

    // As names of events and as properties: all but what is no name (nothing, white space, more than 255 characters).
    let event = |(number, text): (usize, &String)| {
        json!({ "type": "track", "event": text, "userId": "u1", "messageId": number.to_string(),
                "properties": { "text": text, "number": number } })
    };
    send(strings.iter().enumerate().map(event).collect(), 512);
    // As traits and as names of traits, a few at a time.
    let values: Vec<(String, &str)> =
        strings.iter().enumerate().map(|(number, text)| (format!("t{number}"), text.as_str())).collect();
    let names: BTreeSet<&str> = strings.iter().map(String::as_str).filter(|text| text.chars().count() <= 255).collect();
    let traits = |user: &str, part: usize, traits: Map<String, Value>| json!({ "type": "identify", "userId": user, "messageId": format!("{user}{part}"), "traits": traits });
    let mut batch = Vec::new();
    for (part, some) in values.chunks(100).enumerate() {
        batch.push(traits("values", part, some.iter().map(|(name, text)| (name.clone(), json!(text))).collect()));
    }
    for (part, some) in names.iter().collect::<Vec<_>>().chunks(100).enumerate() {
        batch.push(traits("names", part, some.iter().map(|name| (String::from(**name), json!("x"))).collect()));
    }
    send(batch, 12);

    let rows = ask(&place, "select behavior, properties from events");
    let mut numbers = BTreeSet::new();
    for row in rows.as_array().unwrap() {
        let properties: Value = serde_json::from_str(row["properties"].as_str().unwrap()).unwrap();
        let number = properties["number"].as_u64().unwrap();
        let text = &strings[number as usize];
        assert_eq!(properties["text"], text.as_str());
        let custom = row["behavior"].as_str().unwrap().strip_prefix("custom:");
        assert_eq!(properties["event.name"].as_str().or(custom), Some(text.trim()), "{row}");
        numbers.insert(number);
    }
    assert_eq!(numbers.len(), 512);
    // As texts of a query they are what they are as well.
    let quoted: Vec<String> = strings.iter().map(|text| format!("'{}'", text.replace('\'', "''"))).collect();
    let count = format!("select count(*) from events where prop(properties, 'text') in ({})", quoted.join(", "));
    assert_eq!(one_number(&place, &count), 512);

    let row = ask(&place, "select * from consumers where t0 is not null");
    assert_eq!(row.as_array().map(Vec::len), Some(1));
    assert!(values.iter().all(|(name, text)| row[0][name] == *text), "{row}");
    let row = ask(&place, "select * from consumers where \"undefined\" is not null");
    assert_eq!(row.as_array().map(Vec::len), Some(1));
    let columns: BTreeSet<&str> =
        row[0].as_object().unwrap().iter().filter(|(_, value)| *value == "x").map(|(name, _)| name.as_str()).collect();
    assert_eq!(columns, names);
    assert_eq!(serving.end("TERM").code, Some(0));
}
