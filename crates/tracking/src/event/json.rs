//! One event's JSON, with every number as it was written.
//!
//! A reader of its own, because what the usual ones make of an event loses what must not be lost: numbers beyond 64 bits,
//! names that are given twice. It goes over the text once and copies only texts in which something is escaped.

mod parse;

use std::borrow::Cow;
use std::sync::LazyLock;

pub(crate) use parse::{Bounds, parse};

use super::refused::Refused;

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value<'a> {
    Null,
    Bool(bool),
    /// As it was written.
    Number(&'a str),
    Text(Cow<'a, str>),
    Array(Vec<Value<'a>>),
    Object(Object<'a>),
}

impl<'a> Value<'a> {
    /// The text, if it is one.
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The object, if it is one.
    pub(crate) fn object(&self) -> Option<&Object<'a>> {
        match self {
            Self::Object(object) => Some(object),
            _ => None,
        }
    }

    /// Adds the value's JSON, without white space.
    pub(crate) fn write(&self, out: &mut String) {
        match self {
            Self::Null => out.push_str("null"),
            Self::Bool(true) => out.push_str("true"),
            Self::Bool(false) => out.push_str("false"),
            Self::Number(number) => out.push_str(number),
            Self::Text(text) => write_text(text, out),
            Self::Array(values) => {
                out.push('[');
                for (place, value) in values.iter().enumerate() {
                    if place > 0 {
                        out.push(',');
                    }
                    value.write(out);
                }
                out.push(']');
            }
            Self::Object(object) => {
                out.push('{');
                for (place, (name, value)) in object.fields.iter().enumerate() {
                    if place > 0 {
                        out.push(',');
                    }
                    write_text(name, out);
                    out.push(':');
                    value.write(out);
                }
                out.push('}');
            }
        }
    }
}

/// An object: names and values in the order in which they were written. Of two with one name, the later is here.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Object<'a> {
    pub(crate) fields: Vec<(Cow<'a, str>, Value<'a>)>,
    /// Names that were given twice.
    pub(crate) twins: Box<[Cow<'a, str>]>,
}

/// What stands for an object that is not there.
static NOTHING: LazyLock<Object<'static>> = LazyLock::new(Object::default);

impl<'a> Object<'a> {
    /// The value under a name; null is none.
    pub(crate) fn get(&self, name: &str) -> Option<&Value<'a>> {
        let (_, value) = self.fields.iter().find(|(held, _)| held == name)?;
        (!matches!(value, Value::Null)).then_some(value)
    }

    /// As [`Object::get`], where it matters so much that two values are refused: ids, amounts, times.
    pub(crate) fn only(&self, name: &str) -> Result<Option<&Value<'a>>, Refused> {
        if self.twins.iter().any(|twin| twin == name) {
            return Err(Refused::new("duplicate_key", name, format!("{name:?} is given twice")));
        }
        Ok(self.get(name))
    }

    /// The object under a name, without fields if it is not given. Some languages cannot tell an empty object from an
    /// empty list, and send the latter.
    pub(crate) fn part<'e>(&'e self, name: &str) -> Result<&'e Object<'a>, Refused> {
        match self.get(name) {
            None => Ok(&NOTHING),
            Some(Value::Object(object)) => Ok(object),
            Some(Value::Array(values)) if values.is_empty() => Ok(&NOTHING),
            Some(_) => Err(Refused::new("not_an_object", name, format!("{name} is no JSON object"))),
        }
    }

    /// The text under a name, if there is one with something in it.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(Value::text).filter(|text| !text.is_empty())
    }
}

/// How many bytes stand before the first that cannot stand in a JSON text as it is: a quote, a backslash or a control.
///
/// Most bytes of a request are looked at here. Eight are looked at in one go, by the borrow that runs out of a byte when one
/// is subtracted from nothing; a byte above 127 is none of these and is masked out.
pub(crate) fn n_plain(bytes: &[u8]) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGHS: u64 = ONES * 0x80;
    let (eights, rest) = bytes.as_chunks::<8>();
    let mut n_before = 0;
    for eight in eights {
        let word = u64::from_le_bytes(*eight);
        let (quotes, slashes) = (word ^ (ONES * u64::from(b'"')), word ^ (ONES * u64::from(b'\\')));
        let controls = word.wrapping_sub(ONES * 0x20);
        let found = (controls | quotes.wrapping_sub(ONES) | slashes.wrapping_sub(ONES)) & !word & HIGHS;
        if found != 0 {
            // Borrows run upward: the lowest that is found is one.
            return n_before + found.trailing_zeros() as usize / 8;
        }
        n_before += 8;
    }
    let is_special = |byte: &u8| *byte < 0x20 || *byte == b'"' || *byte == b'\\';
    n_before + rest.iter().position(is_special).unwrap_or(rest.len())
}

/// Adds a text as JSON.
pub(crate) fn write_text(text: &str, out: &mut String) {
    out.push('"');
    if n_plain(text.as_bytes()) == text.len() {
        out.push_str(text);
    } else {
        for character in text.chars() {
            match character {
                '"' => out.push_str("\\\""),
                '\\' => out.push_str("\\\\"),
                '\n' => out.push_str("\\n"),
                '\r' => out.push_str("\\r"),
                '\t' => out.push_str("\\t"),
                control if u32::from(control) < 0x20 => out.push_str(&format!("\\u{:04x}", u32::from(control))),
                other => out.push(other),
            }
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests;
