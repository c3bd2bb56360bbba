//! Values of options that need reading.

use std::fmt;
use std::str::FromStr;

/// A rule set by name, and a version of it when one is meant: `aipl`, `aipl@2`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RuleSetName {
    /// The name.
    pub(crate) name: String,
    /// The version; none means the active one.
    pub(crate) version: Option<u32>,
}

impl FromStr for RuleSetName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || format!("{text:?} is not a rule set such as \"aipl\" or \"aipl@2\"");
        let (name, version) = match text.split_once('@') {
            Some((name, version)) => {
                let number = version.parse::<u32>().ok().filter(|number| *number > 0).ok_or_else(wrong)?;
                (name, Some(number))
            }
            None => (text, None),
        };
        if name.is_empty() {
            return Err(wrong());
        }
        Ok(Self { name: name.to_owned(), version })
    }
}

impl fmt::Display for RuleSetName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.version {
            Some(version) => write!(f, "{}@{version}", self.name),
            None => f.write_str(&self.name),
        }
    }
}

/// A category or an item of a brand: `category:shoes`, `item:A-17`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EntityName {
    /// Which kind of thing.
    pub(crate) kind: EntityKind,
    /// Its id, as events spell it.
    pub(crate) id: String,
}

/// Kinds of things with a stage history of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EntityKind {
    /// A category.
    Category,
    /// An item.
    Item,
}

impl FromStr for EntityName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (kind, id) = match text.split_once(':') {
            Some(("category", id)) => (EntityKind::Category, id),
            Some(("item", id)) => (EntityKind::Item, id),
            _ => return Err(format!("{text:?} is neither \"category:ID\" nor \"item:ID\"")),
        };
        if id.is_empty() {
            return Err(format!("{text:?} has no id after the colon"));
        }
        Ok(Self { kind, id: id.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rule_sets_read_as_they_write() {
        for text in ["aipl", "aipl@2", "5a"] {
            assert_eq!(text.parse::<RuleSetName>().unwrap().to_string(), text);
        }
        for bad in ["", "@1", "aipl@", "aipl@0", "aipl@x", "aipl@-1"] {
            assert!(bad.parse::<RuleSetName>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn an_entity_has_a_kind_and_an_id() {
        let entity: EntityName = "item:A:17".parse().unwrap();
        assert_eq!((entity.kind, entity.id.as_str()), (EntityKind::Item, "A:17"));
        for bad in ["", "item", "item:", "brand:acme", "category:"] {
            assert!(bad.parse::<EntityName>().is_err(), "{bad:?}");
        }
    }
}
