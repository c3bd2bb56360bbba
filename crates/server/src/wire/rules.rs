//! Stage rule sets, as text and as what the text says.

use std::collections::BTreeMap;

use databank_assets::{Classified, FlowCell};
use databank_catalog::RuleSetText;
use databank_history::History;
use databank_model::Day;
use databank_model::rules::{Condition, EventCondition, RuleSet, Scope, Threshold};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::clock::rfc3339;
use crate::wire::assets::StageDocument;
use crate::wire::flow::FlowCellDocument;
use crate::wire::overview::DayCounts;

/// A saved version of a rule set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SavedRuleSet {
    /// The name, `aipl` in `aipl@2`.
    #[schema(example = "aipl")]
    pub name: String,
    /// The version, 2 in `aipl@2`.
    pub version: u32,
    /// Whether the brand's history is of this one.
    pub active: bool,
    /// When it was saved.
    #[schema(format = DateTime)]
    pub created_at: String,
}

/// A saved version of a rule set, with its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct RuleSetWithText {
    /// The name, `aipl` in `aipl@2`.
    #[schema(example = "aipl")]
    pub name: String,
    /// The version, 2 in `aipl@2`.
    pub version: u32,
    /// Whether the brand's history is of this one.
    pub active: bool,
    /// When it was saved.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// The text as it was saved.
    pub text: String,
    /// What the text says.
    pub rule_set: RuleSetDocument,
}

/// The text of a rule set.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleText {
    /// TOML, as in the guide to rules.
    #[schema(max_length = 65_536)]
    pub text: String,
}

/// A text whose effect is asked for.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PreviewRequest {
    /// TOML, as in the guide to rules.
    #[schema(max_length = 65_536)]
    pub text: String,
    /// The day, `YYYY-MM-DD`; the earlier of today and the last event's day when absent.
    #[schema(format = Date)]
    pub as_of: Option<String>,
}

/// Everybody's stage on one day, by the present rules and by others.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = RulesPreview)]
pub struct PreviewDocument {
    /// The day.
    #[schema(format = Date)]
    pub as_of: String,
    /// By the present rules.
    pub before: PreviewSide,
    /// By the others, under the version as which they would be saved.
    pub after: PreviewSide,
    /// How many stand where by each: `from` by the present rules, `to` by the others. Also those whom nothing moves.
    pub moved: Vec<FlowCellDocument>,
}

/// Stage counts by one of two rule sets.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PreviewSide {
    /// The rule set, with its version.
    #[schema(example = "aipl@2")]
    pub rule_set: String,
    /// Each stage, shallowest first.
    pub stages: Vec<StageDocument>,
    /// Consumers in the chain.
    pub total: i64,
}

/// What a checked text says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CheckedRules {
    /// The rule set.
    pub rule_set: RuleSetDocument,
}

/// A rule set: stages deepest first, the first whose condition holds is the consumer's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = RuleSet)]
pub struct RuleSetDocument {
    /// Its name.
    pub name: String,
    /// What it is about: `brand`, `category` or `item`.
    #[schema(example = "brand")]
    pub entity: String,
    /// Its stages, deepest first.
    pub stages: Vec<StageRuleDocument>,
}

/// One stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = StageRule)]
pub struct StageRuleDocument {
    /// Its code.
    #[schema(example = "L")]
    pub code: String,
    /// Its name by language.
    pub name: BTreeMap<String, String>,
    /// At least one of these holds.
    pub any: Vec<ConditionDocument>,
}

/// Something that holds or does not hold at the end of a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(untagged)]
#[schema(as = RuleCondition)]
pub enum ConditionDocument {
    /// Enough matching events within a window.
    Events(EventConditionDocument),
    /// A status holds.
    State(StateConditionDocument),
    /// Every one holds.
    All(AllConditionDocument),
    /// At least one holds.
    Any(AnyConditionDocument),
}

/// Enough matching events within a window of days that ends with the day in question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = EventRule)]
pub struct EventConditionDocument {
    /// An event matches when its behavior is one of these.
    pub behaviors: Vec<String>,
    /// The window's days, the day in question included.
    pub within_days: u32,
    /// So many matching events are enough.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_count: Option<u32>,
    /// So many days with a matching event are enough.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_distinct_days: Option<u32>,
    /// So many orders with a matching event are enough.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_orders: Option<u32>,
    /// A matching event satisfies this too.
    #[serde(rename = "where", skip_serializing_if = "Option::is_none")]
    pub filter: Option<String>,
    /// `brand` when the condition takes part in the brand's own history only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
}

/// A status holds at the end of the day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = StateRule)]
pub struct StateConditionDocument {
    /// `member` or `fan`.
    #[schema(example = "member")]
    pub state: String,
}

/// Every one holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = AllRule, no_recursion)]
pub struct AllConditionDocument {
    /// The conditions.
    pub all: Vec<ConditionDocument>,
}

/// At least one holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = AnyRule, no_recursion)]
pub struct AnyConditionDocument {
    /// The conditions.
    pub any: Vec<ConditionDocument>,
}

fn conditions(list: &[Condition]) -> Vec<ConditionDocument> {
    list.iter().map(ConditionDocument::from).collect()
}

impl From<&Condition> for ConditionDocument {
    fn from(condition: &Condition) -> Self {
        match condition {
            Condition::Events(events) => Self::Events(events.into()),
            Condition::State(kind) => Self::State(StateConditionDocument { state: kind.as_str().to_owned() }),
            Condition::All(list) => Self::All(AllConditionDocument { all: conditions(list) }),
            Condition::Any(list) => Self::Any(AnyConditionDocument { any: conditions(list) }),
        }
    }
}

impl From<&EventCondition> for EventConditionDocument {
    fn from(events: &EventCondition) -> Self {
        let (mut min_count, mut min_distinct_days, mut min_orders) = (None, None, None);
        match events.threshold {
            Threshold::Count(needed) => min_count = Some(needed),
            Threshold::DistinctDays(needed) => min_distinct_days = Some(needed),
            Threshold::Orders(needed) => min_orders = Some(needed),
        }
        Self {
            behaviors: events.behaviors.iter().map(|behavior| behavior.as_str().to_owned()).collect(),
            within_days: events.within_days,
            min_count,
            min_distinct_days,
            min_orders,
            filter: events.filter.clone(),
            scope: match events.scope {
                Scope::Every => None,
                Scope::Brand => Some("brand".to_owned()),
            },
        }
    }
}

impl From<&RuleSet> for RuleSetDocument {
    fn from(rules: &RuleSet) -> Self {
        let stages = rules.stages().iter().map(|stage| StageRuleDocument {
            code: stage.code.clone(),
            name: stage.name.clone(),
            // A stage with an `all` list is one with a single alternative.
            any: match &stage.condition {
                Condition::Any(list) => conditions(list),
                other => vec![other.into()],
            },
        });
        Self { name: rules.name().to_owned(), entity: rules.entity().as_str().to_owned(), stages: stages.collect() }
    }
}

impl PreviewSide {
    fn new(history: &History, cells: &[FlowCell], place: fn(&FlowCell) -> Option<&String>) -> Self {
        let of = |stage: &String| -> i64 {
            cells.iter().filter(|cell| place(cell) == Some(stage)).map(|cell| cell.consumers).sum()
        };
        // Histories list the deepest stage first; people read from awareness up.
        let counts: Vec<(String, i64)> = history.stages.iter().rev().map(|stage| (stage.clone(), of(stage))).collect();
        let total = counts.iter().map(|(_, count)| count).sum();
        let DayCounts { stages, total } = DayCounts::new(&counts, total);
        Self { rule_set: history.rules.to_string(), stages, total }
    }
}

impl PreviewDocument {
    /// Of two histories laid beside each other on a day.
    pub fn new(as_of: Day, before: &History, after: &History, classified: &Classified) -> Self {
        let cells = &classified.cells;
        Self {
            as_of: as_of.to_string(),
            before: PreviewSide::new(before, cells, |cell| cell.from.as_ref()),
            after: PreviewSide::new(after, cells, |cell| cell.to.as_ref()),
            moved: cells.iter().map(FlowCellDocument::from).collect(),
        }
    }
}

impl SavedRuleSet {
    /// Of a saved text; `active` is whether the brand's history is of it.
    pub fn new(saved: &RuleSetText, active: bool) -> Self {
        Self { name: saved.name.clone(), version: saved.version, active, created_at: rfc3339(saved.created_at) }
    }
}
