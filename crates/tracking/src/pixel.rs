//! From the parameters of a pixel's address to the one event that they spell.
//!
//! Either one parameter `data` holds an event as Base64 of its JSON, or the parameters are the event's fields: `event`,
//! `userId`, `properties.price` or short `p.price`, `context.ip`, `utm_campaign`. What has no place of its own is a
//! property. A parameter that is given twice counts as the later one says.

mod base64;

use std::collections::BTreeMap;

use serde_json::Value;
use serde_json::value::RawValue;

use crate::event::Refused;

/// Characters of all parameters together.
const MAX_BYTES: usize = 32 << 10;

/// Fields of an event that are parameters by the same name.
const FIELDS: &[&str] = &[
    "type", "event", "name", "category", "userId", "anonymousId", "previousId", "groupId", "messageId", "timestamp",
    "originalTimestamp", "sentAt", "channel",
];

/// Usual parameters of links, and the fields of `context.campaign` that they are.
const CAMPAIGN: &[(&str, &str)] = &[
    ("utm_campaign", "name"),
    ("utm_source", "source"),
    ("utm_medium", "medium"),
    ("utm_term", "term"),
    ("utm_content", "content"),
];

/// What a pixel's address says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pixel {
    /// The key that it names.
    pub write_key: Option<String>,
    /// The event, as JSON.
    pub event: String,
}

/// Reads parameters whose percent signs are undone. Without a type, an event that has a name was tracked, and any other
/// is a page.
pub fn read_query<'p>(parameters: impl IntoIterator<Item = (&'p str, &'p str)>) -> Result<Pixel, Refused> {
    let mut write_key = None;
    let mut event = serde_json::Map::new();
    // Objects of the event by name, put into it at the end: their fields come in any order.
    let mut objects: BTreeMap<&str, serde_json::Map<String, Value>> = BTreeMap::new();
    let mut campaign = serde_json::Map::new();
    let mut data = None;
    let mut n_bytes = 0;
    for (name, value) in parameters {
        n_bytes += name.len() + value.len();
        if n_bytes > MAX_BYTES {
            return Err(Refused::whole("size_violation", format!("the parameters have more than {MAX_BYTES} bytes")));
        }
        if name == "writeKey" {
            write_key = Some(value.to_owned()).filter(|key| !key.is_empty());
        } else if name == "data" {
            data = Some(value);
        } else if FIELDS.contains(&name) {
            event.insert(name.to_owned(), value.into());
        } else if let Some((_, field)) = CAMPAIGN.iter().find(|(parameter, _)| *parameter == name) {
            campaign.insert((*field).to_owned(), value.into());
        } else {
            let (object, field) = match name.split_once('.') {
                Some(("properties" | "p", field)) => ("properties", field),
                Some(("context", field)) => ("context", field),
                Some(("traits", field)) => ("traits", field),
                _ => ("properties", name),
            };
            objects.entry(object).or_default().insert(field.to_owned(), value.into());
        }
    }
    if let Some(data) = data {
        return from_data(data, write_key);
    }
    if !campaign.is_empty() {
        objects.entry("context").or_default().insert("campaign".to_owned(), campaign.into());
    }
    for (name, object) in objects {
        event.insert(name.to_owned(), object.into());
    }
    if !event.contains_key("type") {
        let event_type = if event.contains_key("event") { "track" } else { "page" };
        event.insert("type".to_owned(), event_type.into());
    }
    Ok(Pixel { write_key, event: Value::from(event).to_string() })
}

/// Whether what stands behind the percent signs of an address is text. A percent sign that stands for nothing is one.
pub fn is_text(query: &str) -> bool {
    percent_encoding::percent_decode_str(query).decode_utf8().is_ok()
}

/// The event that stands for an address which nobody can read: reading it refuses it with this code, and what was sent is kept
/// as it came.
pub fn unreadable(code: &str, query: &str) -> String {
    serde_json::json!({ "unreadable": { "code": code, "address": query } }).to_string()
}

#[derive(serde::Deserialize)]
struct Keyed<'a> {
    #[serde(borrow, default, rename = "writeKey")]
    write_key: Option<&'a RawValue>,
}

fn from_data(data: &str, write_key: Option<String>) -> Result<Pixel, Refused> {
    let bytes = base64::decode(data).ok_or_else(|| Refused::new("bad_encoding", "data", "data is no Base64"))?;
    let event = String::from_utf8(bytes).map_err(|_| Refused::new("bad_utf8", "data", "data holds no UTF-8"))?;
    if !event.trim_start().starts_with('{') {
        return Err(Refused::new("bad_json", "data", "data holds no JSON object"));
    }
    // Reading one level goes as deep as the text does, up to the bound that the reader keeps by itself.
    let keyed: Keyed<'_> = serde_json::from_str(&event)
        .map_err(|error| Refused::new("bad_json", "data", format!("data holds no JSON object: {error}")))?;
    let own_key = keyed.write_key.and_then(|key| serde_json::from_str::<String>(key.get()).ok());
    Ok(Pixel { write_key: write_key.or(own_key), event })
}

#[cfg(test)]
mod tests;
