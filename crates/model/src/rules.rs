//! Stage rule sets as written down: the TOML that a brand edits, checked and turned into a tree.
//!
//! A rule set names its stages deepest first; the first whose condition holds is the consumer's stage that day. What
//! a condition means day by day is the business of the sweep (`databank-stages`); this module only says what may be
//! written. [`RuleSet::parse`] reports all problems at once (the first hundred), each with its line, its place and what would
//! be right.
//!
//! To add a key to a condition: a field here, its reading in `rules/parse.rs`, a refused case in `rules/tests.rs`.
//!
//! Invariants: a [`RuleSet`] exists only through [`RuleSet::parse`], so it always keeps the limits below; it carries
//! the text that it was read from, because the text, with its comments, is what is stored and shown.

mod error;
mod parse;

use std::collections::BTreeMap;

pub use error::{Fault, RuleSetErrors, RuleSetProblem};

use crate::behavior::Behavior;

/// The most stages of a rule set.
pub const MAX_STAGES: usize = 32;
/// The most distinct event conditions of a rule set: an event carries one bit for each, in 64 bits.
pub const MAX_EVENT_CONDITIONS: usize = 64;
/// The longest window, in days.
pub const MAX_WINDOW_DAYS: u32 = 3_660;
/// The largest threshold: a sweep holds that many keys per condition.
pub const MAX_THRESHOLD: u32 = 1_000;
/// The deepest nesting of conditions; one directly in a stage's list is at depth 1.
pub const MAX_DEPTH: usize = 8;

/// The most problems that are told of one text.
pub const MAX_PROBLEMS: usize = 100;

/// The names of the built-in presets.
pub const PRESETS: [&str; 3] = ["aipl", "5a", "jd4a"];

/// The text of a built-in rule set.
pub fn preset(name: &str) -> Option<&'static str> {
    match name {
        "aipl" => Some(include_str!("../../../presets/aipl.toml")),
        "5a" => Some(include_str!("../../../presets/5a.toml")),
        "jd4a" => Some(include_str!("../../../presets/jd4a.toml")),
        _ => None,
    }
}

/// A checked rule set and the text that it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleSet {
    name: String,
    entity: EntityKind,
    stages: Vec<StageRule>,
    source: String,
}

impl RuleSet {
    /// Reads a rule set, or says what is wrong with it, up to [`MAX_PROBLEMS`] things.
    pub fn parse(source: &str) -> Result<Self, RuleSetErrors> {
        parse::read(source)
    }

    /// Reads a built-in rule set.
    pub fn from_preset(name: &str) -> Option<Self> {
        preset(name).map(|source| Self::parse(source).expect("the built-in presets are read in tests"))
    }

    /// The name, without a version.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the rule set is about.
    pub fn entity(&self) -> EntityKind {
        self.entity
    }

    /// The stages, deepest first.
    pub fn stages(&self) -> &[StageRule] {
        &self.stages
    }

    /// The text as written.
    pub fn source(&self) -> &str {
        &self.source
    }
}

/// What a history is about: the whole brand, one category or one item of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EntityKind {
    /// The whole brand.
    Brand,
    /// One category of the brand.
    Category,
    /// One item of the brand.
    Item,
}

impl EntityKind {
    /// Every kind, in the contract's order.
    pub const ALL: [Self; 3] = [Self::Brand, Self::Category, Self::Item];

    /// The kind as written and stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Brand => "brand",
            Self::Category => "category",
            Self::Item => "item",
        }
    }
}

/// One stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageRule {
    /// The short code: a capital letter, then up to seven capital letters or digits.
    pub code: String,
    /// The name by language tag; may be empty.
    pub name: BTreeMap<String, String>,
    /// The stage's `any` or `all` list; with both lists, an `All` of the two.
    pub condition: Condition,
}

/// Something that holds or does not hold at the end of a day.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Condition {
    /// Enough matching events within the window.
    Events(EventCondition),
    /// A status holds at the end of the day.
    State(StatusKind),
    /// Every one holds.
    All(Vec<Condition>),
    /// At least one holds.
    Any(Vec<Condition>),
}

/// A count over the events of a window of days that ends with the day in question.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct EventCondition {
    /// An event matches when its behavior is one of these.
    pub behaviors: Vec<Behavior>,
    /// The window's length in calendar days, the day in question included.
    pub within_days: u32,
    /// How much has to match.
    pub threshold: Threshold,
    /// The `where` text: a matching event satisfies it too. Evaluated by the engine, never here.
    pub filter: Option<String>,
    /// Which histories the condition takes part in.
    pub scope: Scope,
}

impl EventCondition {
    /// The form under which two conditions that read the same from an event stream are equal: behaviors sorted
    /// without repetition, one distinct day written as one event, scope left out.
    #[must_use]
    pub fn canonical(&self) -> Self {
        let mut behaviors = self.behaviors.clone();
        behaviors.sort();
        behaviors.dedup();
        let threshold = match self.threshold {
            Threshold::DistinctDays(1) => Threshold::Count(1),
            Threshold::Count(_) | Threshold::DistinctDays(_) | Threshold::Orders(_) => self.threshold,
        };
        Self { behaviors, threshold, scope: Scope::Every, filter: self.filter.clone(), within_days: self.within_days }
    }
}

/// What is counted, and how many are enough (1 or more).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Threshold {
    /// `min_count`: events.
    Count(u32),
    /// `min_distinct_days`: days with a matching event.
    DistinctDays(u32),
    /// `min_orders`: orders with a matching event; events without an order do not count.
    Orders(u32),
}

impl Threshold {
    /// How many are enough.
    pub fn needed(self) -> u32 {
        match self {
            Self::Count(needed) | Self::DistinctDays(needed) | Self::Orders(needed) => needed,
        }
    }
}

/// Which histories a condition of a brand rule set takes part in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Brand, category and item histories.
    Every,
    /// The brand's history only: in a category or item history the condition never holds.
    Brand,
}

/// A status that a consumer can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum StatusKind {
    /// Joined a member programme and has not left.
    Member,
    /// Follows the brand, a store or a live channel.
    Fan,
}

impl StatusKind {
    /// Every kind.
    pub const ALL: [Self; 2] = [Self::Member, Self::Fan];

    /// The kind as written and stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Fan => "fan",
        }
    }
}

#[cfg(test)]
mod tests;
