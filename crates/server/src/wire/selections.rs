//! Saved selections of consumers.

use databank_assets::FlowCondition;
use databank_catalog::Selection;
use databank_model::Day;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::clock::rfc3339;
use crate::problem::Problem;
use crate::wire::flow::stage;

/// Longest list of stages, none included.
const MAX_PLACES: usize = 33;

/// Who is meant, in the audience language. So far a definition has exactly one condition, on the flow between two days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// All of these hold.
    #[schema(min_items = 1, max_items = 1)]
    pub all: Vec<DefinitionCondition>,
    /// The rule set whose stages are named, `NAME` or `NAME@VERSION`; the brand's default when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "aipl@1")]
    pub rules: Option<String>,
}

/// One condition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum DefinitionCondition {
    /// Where somebody stood on two days.
    Flow(FlowDefinition),
}

/// Where somebody stood on two days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FlowDefinition {
    /// In one of these stages on the first day; `none` is outside the chain.
    #[schema(example = json!(["none", "A"]), min_items = 1, max_items = 33)]
    pub from: Vec<String>,
    /// In one of these stages on the second day; `none` is outside the chain.
    #[schema(example = json!(["I"]), min_items = 1, max_items = 33)]
    pub to: Vec<String>,
    /// The two days.
    #[schema(value_type = Vec<String>, example = json!(["2026-10-01", "2026-10-31"]), min_items = 2, max_items = 2)]
    pub between: [Day; 2],
}

/// A selection to keep.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSelectionDocument {
    /// What people read: 1 to 100 characters.
    #[schema(example = "October: from awareness to interest", min_length = 1, max_length = 100)]
    pub name: String,
    /// Who is meant.
    pub definition: Definition,
}

/// A saved selection, with what it came to when it was saved.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = Selection)]
pub struct SelectionDocument {
    /// Its number.
    pub id: i64,
    /// What people read.
    pub name: String,
    /// Who is meant.
    #[schema(value_type = Definition)]
    pub definition: Value,
    /// The rule set whose stages are named, with its version.
    #[schema(example = "aipl@1")]
    pub rule_set: String,
    /// How many there were.
    pub consumers: i64,
    /// In which vault version.
    pub vault_version: i64,
    /// When it was saved.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// By whom.
    pub created_by: String,
}

impl Definition {
    /// The condition that it stands for.
    pub(crate) fn condition(&self) -> Result<FlowCondition, Problem> {
        let [DefinitionCondition::Flow(flow)] = self.all.as_slice() else {
            return Err(Problem::invalid_field("definition.all", "a definition has exactly one condition, a flow"));
        };
        let places = |field: &str, codes: &[String]| {
            if codes.is_empty() || codes.len() > MAX_PLACES {
                let message = format!("names {} stages; it must name 1 to {MAX_PLACES}", codes.len());
                return Err(Problem::invalid_field(format!("definition.all[0].flow.{field}"), message));
            }
            Ok(codes.iter().map(|code| stage(code)).collect())
        };
        let [first, second] = flow.between;
        Ok(FlowCondition { from: places("from", &flow.from)?, to: places("to", &flow.to)?, between: (first, second) })
    }
}

impl From<Selection> for SelectionDocument {
    fn from(selection: Selection) -> Self {
        Self {
            id: selection.id.0,
            name: selection.name,
            definition: selection.definition,
            rule_set: selection.rule_set,
            consumers: selection.consumers,
            vault_version: selection.vault_version,
            created_at: rfc3339(selection.created_at),
            created_by: selection.created_by,
        }
    }
}
