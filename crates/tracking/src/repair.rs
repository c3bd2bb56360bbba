//! Repairs of events: steps that change what an event says, each at one place of it.
//!
//! What no step names stays the very text that came: ids as long as they are, numbers with all their digits.

use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// How many steps a repair may have.
pub const MOST_STEPS: usize = 50;
/// How many names a path may have.
const DEEPEST: usize = 32;

/// Something that is done to an event.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// Writes a value, whatever is there, and the objects around it where there are none.
    Set {
        /// Where.
        path: Path,
        /// What.
        value: serde_json::Value,
    },
    /// Takes a value out.
    Remove {
        /// Where.
        path: Path,
    },
    /// Moves a value to another place, where it takes the place of what is there.
    Move {
        /// From where: one place, without `*`.
        path: Path,
        /// To where: one place.
        to: Path,
    },
    /// Puts one text for another, wherever it stands in a text.
    Replace {
        /// Where.
        path: Path,
        /// What is looked for.
        find: String,
        /// What stands there afterwards.
        with: String,
    },
    /// Makes a number of a text that spells one. Any other value stays as it is.
    ToNumber {
        /// Where.
        path: Path,
    },
    /// Makes a text of a number, with all its digits, or of `true` or `false`. Any other value stays as it is.
    ToText {
        /// Where.
        path: Path,
    },
}

/// Where a value stands: a JSON pointer (RFC 6901), whose `*` stands for each element of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Name(String),
    Each,
}

/// A path that is none, or an event that a step cannot change.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RepairError {
    /// A path is not written as one.
    #[error(
        "{0:?} is no place in an event; write it as a JSON pointer, such as /properties/total or /properties/products/*/price"
    )]
    BadPath(String),
    /// A place that must be one may be many.
    #[error("{0:?} may be many places; `move` needs one, without *")]
    ManyPlaces(String),
    /// The event cannot be taken apart.
    #[error("the event cannot be read: {0}")]
    Unreadable(String),
    /// There is something else than an object on the way.
    #[error("there is no object to write {0:?} into")]
    NoObject(String),
}

impl Path {
    /// Reads a path.
    pub fn parse(text: &str) -> Result<Self, RepairError> {
        let bad = || RepairError::BadPath(text.chars().take(200).collect());
        let rest = text.strip_prefix('/').ok_or_else(bad)?;
        let part = |name: &str| match name {
            "*" => Part::Each,
            name => Part::Name(name.replace("~1", "/").replace("~0", "~")),
        };
        let parts: Vec<Part> = rest.split('/').map(part).collect();
        let is_path = parts.len() <= DEEPEST && parts.first() != Some(&Part::Each) && parts.last() != Some(&Part::Each);
        if is_path { Ok(Self(parts)) } else { Err(bad()) }
    }

    /// A path that is one place.
    pub fn parse_one(text: &str) -> Result<Self, RepairError> {
        let path = Self::parse(text)?;
        if path.0.contains(&Part::Each) { Err(RepairError::ManyPlaces(text.to_owned())) } else { Ok(path) }
    }
}

/// What becomes of a value.
enum Edit {
    Stays,
    Becomes(String),
    Goes,
}

/// An object's names and the texts of their values, in their order. A name may stand there twice.
struct Object<'e>(Vec<(String, &'e RawValue)>);

impl<'de> serde::Deserialize<'de> for Object<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Object<'de>;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut fields = Vec::new();
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(Object(fields))
            }
        }
        deserializer.deserialize_map(Reader)
    }
}

/// Does steps to an event, one after the other. Steps whose place is not there do nothing.
pub fn repair(event: &str, steps: &[Step]) -> Result<String, RepairError> {
    let mut text = event.to_owned();
    for step in steps {
        let changed = match step {
            Step::Set { path, value } => Some(set(&text, &path.0, &value.to_string())?),
            Step::Remove { path } => edit(&text, &path.0, &mut |_| Edit::Goes)?,
            Step::Move { path, to } => move_value(&text, path, to)?,
            Step::Replace { path, find, with } => edit(&text, &path.0, &mut |value| replaced(value, find, with))?,
            Step::ToNumber { path } => edit(&text, &path.0, &mut number_of)?,
            Step::ToText { path } => edit(&text, &path.0, &mut text_of)?,
        };
        if let Some(changed) = changed {
            text = changed;
        }
    }
    Ok(text)
}

fn unreadable(error: &serde_json::Error) -> RepairError {
    RepairError::Unreadable(error.to_string())
}

fn is_object(text: &str) -> bool {
    text.trim_ascii_start().starts_with('{')
}

fn object_of(text: &str) -> Result<Object<'_>, RepairError> {
    serde_json::from_str(text).map_err(|error| unreadable(&error))
}

fn written<'t>(fields: impl Iterator<Item = (String, std::borrow::Cow<'t, str>)>) -> String {
    let one = |(name, value): (String, std::borrow::Cow<'t, str>)| format!("{}:{value}", serde_json::Value::from(name));
    format!("{{{}}}", fields.map(one).collect::<Vec<_>>().join(","))
}

/// Changes the values at a path; `None` when nothing changed.
fn edit(text: &str, parts: &[Part], change: &mut dyn FnMut(&str) -> Edit) -> Result<Option<String>, RepairError> {
    let Some((part, rest)) = parts.split_first() else { return Ok(None) };
    let mut is_changed = false;
    let mut one = |value: &str| -> Result<Option<String>, RepairError> {
        let edited =
            if rest.is_empty() { change(value) } else { edit(value, rest, change)?.map_or(Edit::Stays, Edit::Becomes) };
        is_changed |= !matches!(edited, Edit::Stays);
        Ok(match edited {
            Edit::Stays => Some(value.to_owned()),
            Edit::Becomes(value) => Some(value),
            Edit::Goes => None,
        })
    };
    let made = match part {
        Part::Name(wanted) if is_object(text) => {
            let mut fields = Vec::new();
            for (name, value) in object_of(text)?.0 {
                if name == *wanted {
                    fields.extend(one(value.get())?.map(|value| (name, value.into())));
                } else {
                    fields.push((name, value.get().into()));
                }
            }
            written(fields.into_iter())
        }
        Part::Each if text.trim_ascii_start().starts_with('[') => {
            let elements: Vec<&RawValue> = serde_json::from_str(text).map_err(|error| unreadable(&error))?;
            let mut kept = Vec::new();
            for element in elements {
                kept.extend(one(element.get())?);
            }
            format!("[{}]", kept.join(","))
        }
        _ => return Ok(None),
    };
    Ok(is_changed.then_some(made))
}

/// Writes a value at one place or, with `*`, into each element that is there.
fn set(text: &str, parts: &[Part], value: &str) -> Result<String, RepairError> {
    let Some((part, rest)) = parts.split_first() else { return Ok(value.to_owned()) };
    match part {
        Part::Name(wanted) if is_object(text) => {
            let fields = object_of(text)?.0;
            let held = fields.iter().rev().find(|(name, _)| name == wanted).map(|(_, held)| held.get());
            let made = match (rest, held) {
                ([], _) => value.to_owned(),
                (rest, Some(held)) => set(held, rest, value)?,
                // There is nothing to go through element by element.
                (rest, None) if rest.contains(&Part::Each) => return Ok(text.to_owned()),
                (rest, None) => set("{}", rest, value)?,
            };
            let mut made = Some(made);
            let mut kept: Vec<(String, std::borrow::Cow<'_, str>)> = Vec::new();
            for (name, held) in fields {
                if name != *wanted {
                    kept.push((name, held.get().into()));
                } else if let Some(made) = made.take() {
                    // Where a name stands twice, it stands once afterwards.
                    kept.push((name, made.into()));
                }
            }
            kept.extend(made.map(|made| (wanted.clone(), made.into())));
            Ok(written(kept.into_iter()))
        }
        Part::Each if text.trim_ascii_start().starts_with('[') => {
            let elements: Vec<&RawValue> = serde_json::from_str(text).map_err(|error| unreadable(&error))?;
            let set: Vec<String> =
                elements.iter().map(|element| set(element.get(), rest, value)).collect::<Result<_, _>>()?;
            Ok(format!("[{}]", set.join(",")))
        }
        Part::Each => Ok(text.to_owned()),
        Part::Name(wanted) => Err(RepairError::NoObject(wanted.clone())),
    }
}

fn move_value(text: &str, from: &Path, to: &Path) -> Result<Option<String>, RepairError> {
    let mut taken = None;
    let without = edit(text, &from.0, &mut |value| {
        taken = Some(value.to_owned());
        Edit::Goes
    })?;
    match (without, taken) {
        (Some(without), Some(taken)) => Ok(Some(set(&without, &to.0, &taken)?)),
        _ => Ok(None),
    }
}

fn replaced(value: &str, find: &str, with: &str) -> Edit {
    match serde_json::from_str::<String>(value) {
        Ok(text) if !find.is_empty() && text.contains(find) => {
            Edit::Becomes(serde_json::Value::from(text.replace(find, with)).to_string())
        }
        _ => Edit::Stays,
    }
}

fn number_of(value: &str) -> Edit {
    let Ok(text) = serde_json::from_str::<String>(value) else { return Edit::Stays };
    let text = text.trim();
    let is_number = text.starts_with(|first: char| first == '-' || first.is_ascii_digit())
        && serde_json::from_str::<&RawValue>(text).is_ok();
    if is_number { Edit::Becomes(text.to_owned()) } else { Edit::Stays }
}

fn text_of(value: &str) -> Edit {
    let value = value.trim();
    let is_plain =
        value.starts_with(|first: char| first == '-' || first.is_ascii_digit() || matches!(first, 't' | 'f'));
    if is_plain { Edit::Becomes(format!("\"{value}\"")) } else { Edit::Stays }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> Path {
        Path::parse(text).unwrap()
    }

    fn done(event: &str, step: Step) -> String {
        repair(event, &[step]).unwrap()
    }

    const EVENT: &str = r#"{"userId":18446744073709551616,"properties":{"total":"1,299.50","n":1.10,"products":[{"price":"1"},{"price":2},7]}}"#;

    #[test]
    fn what_no_step_names_stays_as_it_came() {
        let set = Step::Set { path: path("/properties/total"), value: 12.into() };
        assert_eq!(done(EVENT, set), EVENT.replace(r#""1,299.50""#, "12"));
        let missing = Step::Remove { path: path("/properties/nothing/here") };
        assert_eq!(done(EVENT, missing), EVENT);
        assert_eq!(repair(EVENT, &[]).unwrap(), EVENT);
    }

    #[test]
    fn values_are_set_moved_and_removed() {
        let one = |step: Step| done(r#"{"a":1,"b":{"c":2}}"#, step);
        assert_eq!(one(Step::Remove { path: path("/b/c") }), r#"{"a":1,"b":{}}"#);
        assert_eq!(one(Step::Move { path: path("/b/c"), to: path("/a") }), r#"{"a":2,"b":{}}"#);
        assert_eq!(one(Step::Move { path: path("/b/x"), to: path("/a") }), r#"{"a":1,"b":{"c":2}}"#);
        assert_eq!(one(Step::Move { path: path("/a"), to: path("/d/e") }), r#"{"b":{"c":2},"d":{"e":1}}"#);
        assert_eq!(one(Step::Set { path: path("/b/d/e"), value: "x".into() }), r#"{"a":1,"b":{"c":2,"d":{"e":"x"}}}"#);
        let into = repair(r#"{"a":1}"#, &[Step::Set { path: path("/a/b"), value: 1.into() }]);
        assert_eq!(into, Err(RepairError::NoObject("b".to_owned())));
    }

    #[test]
    fn a_name_that_stands_twice_stands_once_when_it_is_set() {
        let set = Step::Set { path: path("/a"), value: 3.into() };
        assert_eq!(done(r#"{"a":1,"b":0,"a":2}"#, set), r#"{"a":3,"b":0}"#);
        assert_eq!(done(r#"{"a":1,"b":0,"a":2}"#, Step::Remove { path: path("/a") }), r#"{"b":0}"#);
    }

    #[test]
    fn texts_become_numbers_and_numbers_texts() {
        let total = path("/properties/total");
        let steps = [
            Step::Replace { path: total.clone(), find: ",".to_owned(), with: String::new() },
            Step::ToNumber { path: total.clone() },
            Step::ToText { path: path("/userId") },
            Step::ToText { path: path("/properties/n") },
            Step::ToNumber { path: path("/properties/products/*/price") },
        ];
        assert_eq!(
            repair(EVENT, &steps).unwrap(),
            r#"{"userId":"18446744073709551616","properties":{"total":1299.50,"n":"1.10","products":[{"price":1},{"price":2},7]}}"#
        );
        for stays in [r#"{"a":"1 000"}"#, r#"{"a":"1e"}"#, r#"{"a":""}"#, r#"{"a":null}"#, r#"{"a":"true"}"#] {
            assert_eq!(done(stays, Step::ToNumber { path: path("/a") }), stays);
        }
    }

    #[test]
    fn names_are_written_as_pointers_write_them() {
        let set = |at: &str| done("{}", Step::Set { path: path(at), value: 1.into() });
        assert_eq!(set("/a~1b~0c.d/"), r#"{"a/b~c.d":{"":1}}"#);
        assert_eq!(set("/\"quoted\""), r#"{"\"quoted\"":1}"#);
        for wrong in ["", "a", "a/b", "/*", "/a/*", &"/a".repeat(33)] {
            assert!(Path::parse(wrong).is_err(), "{wrong:?}");
        }
        assert!(Path::parse_one("/a/*/b").is_err());
    }

    #[test]
    fn each_element_is_set_where_there_are_any() {
        let step = || Step::Set { path: path("/properties/products/*/currency"), value: "CNY".into() };
        let event = r#"{"properties":{"products":[{"p":1},{"p":2,"currency":"?"}]}}"#;
        assert_eq!(
            done(event, step()),
            r#"{"properties":{"products":[{"p":1,"currency":"CNY"},{"p":2,"currency":"CNY"}]}}"#
        );
        assert_eq!(done("{}", step()), "{}");
        assert_eq!(done(r#"{"properties":{"products":3}}"#, step()), r#"{"properties":{"products":3}}"#);
    }

    #[test]
    fn what_is_no_object_is_told() {
        for event in ["[]", "3", "", r#"{"a":1"#] {
            assert!(repair(event, &[Step::Set { path: path("/a"), value: 1.into() }]).is_err(), "{event}");
        }
    }
}
