//! What can be wrong with a rule set, in words for the person who wrote it.

use std::fmt;

use super::{MAX_DEPTH, MAX_EVENT_CONDITIONS, MAX_STAGES};
use crate::behavior::BehaviorError;

/// Everything that is wrong with a rule set, in the order of its text. Never empty.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct RuleSetErrors {
    /// The problems.
    pub problems: Vec<RuleSetProblem>,
}

impl fmt::Display for RuleSetErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, problem) in self.problems.iter().enumerate() {
            if i > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{problem}")?;
        }
        Ok(())
    }
}

/// One thing that is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleSetProblem {
    /// The line of the text, from 1.
    pub line: usize,
    /// The place in words, such as `stage L, condition 2.1` (the first condition inside the second); empty for the
    /// rule set as a whole.
    pub place: String,
    /// What is wrong.
    pub fault: Fault,
}

impl fmt::Display for RuleSetProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: ", self.line)?;
        if !self.place.is_empty() {
            write!(f, "{}: ", self.place)?;
        }
        write!(f, "{}", self.fault)
    }
}

/// A kind of mistake in a rule set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The text is not TOML.
    #[error("not valid TOML: {message}")]
    Syntax {
        /// The TOML reader's words.
        message: String,
    },
    /// A key that has no meaning here.
    #[error("unknown key {key:?}; known here: {known}")]
    UnknownKey {
        /// The key.
        key: String,
        /// The keys that have a meaning here.
        known: String,
    },
    /// A key that has to be there is not.
    #[error("{key} is missing; write for example {example}")]
    Missing {
        /// The key.
        key: &'static str,
        /// What could be written.
        example: &'static str,
    },
    /// A value of another type than the key takes.
    #[error("{key} must be {expected}, not {found}")]
    WrongType {
        /// The key.
        key: String,
        /// The right type.
        expected: &'static str,
        /// The type found.
        found: &'static str,
    },
    /// A number out of its range.
    #[error("{key} = {found} is out of range; it must be a whole number from 1 to {max}")]
    OutOfRange {
        /// The key.
        key: &'static str,
        /// The number as written.
        found: String,
        /// The greatest allowed.
        max: u32,
    },
    /// An empty list or text.
    #[error("{key} is empty; give at least one, or remove what it belongs to")]
    Empty {
        /// The key.
        key: String,
    },
    /// A word that is none of the key's words.
    #[error("{key} = {found:?} is not known; it must be one of {known}")]
    UnknownWord {
        /// The key.
        key: &'static str,
        /// The word found.
        found: String,
        /// The words allowed.
        known: String,
    },
    /// A behavior outside the contract's list.
    #[error(transparent)]
    UnknownBehavior(#[from] BehaviorError),
    /// The rule set's name is out of shape.
    #[error("name {found:?} must be 1 to 40 of a-z, 0-9, _ and -, and begin with a letter or digit")]
    BadName {
        /// The name found.
        found: String,
    },
    /// A stage's code is out of shape.
    #[error("code {found:?} must be a capital letter followed by up to seven capital letters or digits, such as \"L\"")]
    BadCode {
        /// The code found.
        found: String,
    },
    /// Two stages with one code.
    #[error("code {code:?} is already the code of stage {earlier}; each stage needs its own")]
    DuplicateCode {
        /// The code.
        code: String,
        /// The number of the stage that has it, from 1.
        earlier: usize,
    },
    /// A stage with neither list.
    #[error("a stage needs any = [ … ] or all = [ … ] with at least one condition")]
    NoCondition,
    /// A condition that is two kinds at once, or none.
    #[error("a condition has exactly one of behaviors, state, all and any; this one has {found}")]
    NotOneKind {
        /// The keys found.
        found: String,
    },
    /// Two thresholds in one condition.
    #[error("{first} and {second} are given at once; keep one of min_count, min_distinct_days and min_orders")]
    TwoThresholds {
        /// One threshold's key.
        first: &'static str,
        /// The other's.
        second: &'static str,
    },
    /// More distinct days than the window has.
    #[error(
        "min_distinct_days = {needed} can never be reached within {within_days} days; widen the window or ask less"
    )]
    NeverEnoughDays {
        /// The threshold.
        needed: u32,
        /// The window.
        within_days: u32,
    },
    /// A status outside a brand rule set.
    #[error("state is not allowed in a rule set with entity = \"{entity}\"; only a brand has members and fans")]
    StateNotAllowed {
        /// The rule set's entity.
        entity: &'static str,
    },
    /// Too many stages.
    #[error("{found} stages are too many; a rule set has at most {MAX_STAGES}")]
    TooManyStages {
        /// How many there are.
        found: usize,
    },
    /// Too many distinct event conditions.
    #[error("this is one distinct event condition too many; a rule set has at most {MAX_EVENT_CONDITIONS}")]
    TooManyConditions,
    /// Conditions nested too deep.
    #[error("conditions are nested deeper than {MAX_DEPTH}; flatten the all and any lists")]
    TooDeep,
}
