//! One JSON line as keys and raw values.
//!
//! Values stay the text they are: a number never passes through floating point, a nested value keeps its spelling.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::input::{MOST_COLUMNS, NAME_BYTES};

/// The deepest nesting that is read; the line's own object is level 1.
const MOST_DEPTH: usize = 128;

/// The keys and raw values of one line, in the order they are written.
#[derive(Debug)]
pub(crate) struct Object<'a>(pub(crate) Vec<(Cow<'a, str>, &'a RawValue)>);

/// Parses a line that must be one JSON object; the error says what is wrong.
pub(crate) fn parse_object(line: &str) -> Result<Object<'_>, String> {
    if !line.trim_start().starts_with('{') {
        let shown: String = line.trim_start().chars().take(20).collect();
        return Err(format!("not a JSON object: the line begins with {shown:?}"));
    }
    if depth(line) > MOST_DEPTH {
        return Err(format!("nested deeper than {MOST_DEPTH} levels"));
    }
    serde_json::from_str(line).map_err(|error| error.to_string())
}

/// Returns a value as a column's text: NULL, the content of a string, or the raw JSON.
pub(crate) fn text(value: &RawValue) -> Result<Option<Cow<'_, str>>, String> {
    let raw = value.get();
    if raw == "null" {
        return Ok(None);
    }
    let Some(content) = raw.strip_prefix('"').and_then(|raw| raw.strip_suffix('"')) else {
        return Ok(Some(Cow::Borrowed(raw)));
    };
    if !content.contains('\\') {
        return Ok(Some(Cow::Borrowed(content)));
    }
    let content: String = serde_json::from_str(raw).map_err(|error| error.to_string())?;
    let content = if content.contains('\0') { content.replace('\0', "\u{FFFD}") } else { content };
    Ok(Some(Cow::Owned(content)))
}

/// Returns how deep objects and arrays nest, without recursion.
fn depth(line: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let mut bytes = line.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'{' | b'[' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            b'"' => {
                while let Some(byte) = bytes.next() {
                    match byte {
                        b'\\' => drop(bytes.next()),
                        b'"' => break,
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
    deepest
}

impl<'de: 'a, 'a> Deserialize<'de> for Object<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ObjectVisitor)
    }
}

struct ObjectVisitor;

impl<'de> Visitor<'de> for ObjectVisitor {
    type Value = Object<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries = Vec::new();
        while let Some((Key(key), value)) = map.next_entry::<Key<'de>, &'de RawValue>()? {
            if entries.len() == MOST_COLUMNS {
                return Err(serde::de::Error::custom(format!("more than {MOST_COLUMNS} keys")));
            }
            // A key becomes the name of a column, or is remembered as ignored.
            if key.len() > NAME_BYTES {
                return Err(serde::de::Error::custom(format!("a key of more than {NAME_BYTES} bytes")));
            }
            entries.push((key, value));
        }
        Ok(Object(entries))
    }
}

/// A key that borrows from the line unless it holds escapes.
struct Key<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Key<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;
        impl<'de> Visitor<'de> for KeyVisitor {
            type Value = Key<'de>;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a key")
            }
            fn visit_borrowed_str<E>(self, key: &'de str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Borrowed(key)))
            }
            fn visit_str<E>(self, key: &str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Owned(key.to_owned())))
            }
        }
        deserializer.deserialize_str(KeyVisitor)
    }
}
