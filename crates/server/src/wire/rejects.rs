//! Refused events that are read again.

use std::num::NonZeroU32;

use databank_deposit::rejects::{RejectFilter, Replay, Replayed, ReplayedEvent};
use databank_tracking::repair::{MOST_STEPS, Path, RepairError, Step};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::problem::Problem;

/// Which refused events are read again, and what is done to them before.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplayQuestion {
    /// Only those refused with this code.
    #[serde(default)]
    #[schema(example = "bad_number", max_length = 64)]
    pub code: Option<String>,
    /// Only those of this source.
    #[serde(default)]
    #[schema(example = "web", max_length = 128)]
    pub source: Option<String>,
    /// Only those with this text in their field or message, in any case.
    #[serde(default)]
    #[schema(max_length = 200)]
    pub q: Option<String>,
    /// What is done to each, in this order; nothing when whatever refused them has been mended elsewhere.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub steps: Vec<RepairStep>,
    /// Whether only to tell what would become of them.
    #[serde(default)]
    pub dry_run: bool,
    /// Only those after this one: the `next` of an earlier answer. Without it, those that stayed are read once more.
    #[serde(default)]
    #[schema(max_length = 64)]
    pub after: Option<String>,
    /// At most so many; no more than 200,000, nor than 64 MiB of them, whatever is asked for.
    #[serde(default)]
    #[schema(value_type = Option<u32>, minimum = 1)]
    pub limit: Option<NonZeroU32>,
}

/// What a step does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RepairOperation {
    /// Writes `value`.
    Set,
    /// Takes the value out.
    Remove,
    /// Moves the value to the place `to`.
    Move,
    /// Puts the text `with` wherever the text `find` stands in the value.
    Replace,
    /// Makes a number of a text that spells one.
    ToNumber,
    /// Makes a text of a number, with all its digits.
    ToText,
}

/// A step of a repair. Where its place is not there it does nothing.
#[derive(Debug, Clone, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RepairStep {
    /// What it does.
    pub op: RepairOperation,
    /// Where: a JSON pointer into the event, whose `*` stands for each element of a list.
    #[schema(example = "/properties/products/*/price", max_length = 1024)]
    pub path: String,
    /// For `move`: where to.
    #[serde(default)]
    #[schema(example = "/userId", max_length = 1024)]
    pub to: Option<String>,
    /// For `set`: what.
    #[serde(default)]
    #[schema(value_type = Value)]
    pub value: Option<Value>,
    /// For `replace`: what is looked for.
    #[serde(default)]
    #[schema(example = ",", max_length = 1024)]
    pub find: Option<String>,
    /// For `replace`: what stands there afterwards.
    #[serde(default)]
    #[schema(example = "", max_length = 1024)]
    pub with: Option<String>,
}

/// A step that is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadStep {
    /// There are too many.
    #[error("a repair has at most {MOST_STEPS} steps")]
    TooMany,
    /// A path is none.
    #[error("step {step}: {source}")]
    Path {
        /// Which step, from 1.
        step: usize,
        /// Why.
        source: RepairError,
    },
    /// Something is missing.
    #[error("step {step}: `{op}` needs `{missing}`")]
    Missing {
        /// Which step, from 1.
        step: usize,
        /// What it does.
        op: &'static str,
        /// What it needs.
        missing: &'static str,
    },
}

impl From<BadStep> for Problem {
    fn from(error: BadStep) -> Self {
        Self::invalid_field("steps", error.to_string())
    }
}

impl RepairStep {
    /// The step, the number of which is told where it is none.
    pub fn step(self, step: usize) -> Result<Step, BadStep> {
        let bad = |source| BadStep::Path { step, source };
        let missing = |op, missing| BadStep::Missing { step, op, missing };
        Ok(match self.op {
            // An absent value is JSON's null.
            RepairOperation::Set => {
                Step::Set { path: Path::parse(&self.path).map_err(bad)?, value: self.value.unwrap_or(Value::Null) }
            }
            RepairOperation::Remove => Step::Remove { path: Path::parse(&self.path).map_err(bad)? },
            RepairOperation::Move => {
                let to = self.to.ok_or_else(|| missing("move", "to"))?;
                Step::Move { path: Path::parse_one(&self.path).map_err(bad)?, to: Path::parse_one(&to).map_err(bad)? }
            }
            RepairOperation::Replace => Step::Replace {
                path: Path::parse(&self.path).map_err(bad)?,
                find: self.find.filter(|find| !find.is_empty()).ok_or_else(|| missing("replace", "find"))?,
                with: self.with.unwrap_or_default(),
            },
            RepairOperation::ToNumber => Step::ToNumber { path: Path::parse(&self.path).map_err(bad)? },
            RepairOperation::ToText => Step::ToText { path: Path::parse(&self.path).map_err(bad)? },
        })
    }
}

impl ReplayQuestion {
    /// What is asked for.
    pub fn replay(self) -> Result<Replay, BadStep> {
        if self.steps.len() > MOST_STEPS {
            return Err(BadStep::TooMany);
        }
        let steps = self.steps.into_iter().zip(1..).map(|(step, number)| step.step(number));
        let text = self.q.filter(|text| !text.trim().is_empty());
        let filter = RejectFilter { code: self.code, source: self.source, file: None, text };
        let steps = steps.collect::<Result<_, _>>()?;
        let limit = self.limit.map(|limit| limit.get() as usize);
        Ok(Replay { filter, steps, after: self.after, limit })
    }
}

/// What became of refused events that were read again: `read` is the sum of the four after it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ReplayedDocument {
    /// Events that were read again.
    pub read: u64,
    /// Those accepted, which left the rejects.
    pub accepted: u64,
    /// Those known already, which left the rejects.
    pub duplicate: u64,
    /// Those refused again, which stay as they were.
    pub rejected: u64,
    /// Those that may not be stored, which left the rejects.
    pub suppressed: u64,
    /// Those of which only the beginning was kept, since they were too large: they stay.
    pub cut: u64,
    /// Where the next call goes on, as its `after`, when there are more.
    pub next: Option<String>,
    /// What became of the first of them.
    pub examples: Vec<ReplayedExample>,
    /// The vault version now.
    pub vault_version: i64,
}

/// What became of one event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ReplayedExample {
    /// The reject.
    pub id: String,
    /// What it was refused with.
    #[schema(example = "bad_number")]
    pub was: String,
    /// The event as it came, JSON.
    pub event: String,
    /// The event as it was read, where a step changed it.
    pub repaired: Option<String>,
    /// `accepted`, `duplicate`, `rejected` or `suppressed`.
    #[schema(example = "accepted")]
    pub outcome: String,
    /// What it is refused with now.
    pub code: Option<String>,
    /// What is wrong with it now.
    pub message: Option<String>,
}

impl From<Replayed> for ReplayedDocument {
    fn from(replayed: Replayed) -> Self {
        let Replayed { read, accepted, duplicate, rejected, suppressed, cut, next, examples, sequence } = replayed;
        let examples = examples.into_iter().map(ReplayedExample::from).collect();
        Self { read, accepted, duplicate, rejected, suppressed, cut, next, examples, vault_version: sequence }
    }
}

impl From<ReplayedEvent> for ReplayedExample {
    fn from(event: ReplayedEvent) -> Self {
        let ReplayedEvent { reject, was, event, repaired, outcome, code, message } = event;
        Self { id: reject, was, event, repaired, outcome: outcome.to_owned(), code, message }
    }
}
