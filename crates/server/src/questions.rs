//! What requests about histories have in common: how days, entities and stages are written.

use databank_assets::AssetError;
use databank_history::Entity;
use databank_model::Day;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::problem::Problem;

/// Which history.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AsOfQuery {
    /// The day, `YYYY-MM-DD`; the earlier of today and the last event's day when absent.
    #[param(format = Date)]
    pub as_of: Option<String>,
    /// The rule set, `NAME` or `NAME@VERSION`; the brand's default when absent. Another than the default is swept when it
    /// is first asked for, which takes seconds where there are millions of events.
    #[param(example = "aipl@1")]
    pub rules: Option<String>,
    /// `category:ID` or `item:ID` for the history of that alone; the whole brand when absent.
    #[param(example = "category:C12")]
    pub entity: Option<String>,
    /// The vault as it was at this version; the newest when absent. One can be asked until 24 hours after it was replaced:
    /// `GET /brands/{brand}/versions` lists them.
    pub vault_version: Option<i64>,
}

/// Which history, from when to when.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PeriodQuery {
    /// The first day, `YYYY-MM-DD`.
    #[param(format = Date)]
    pub from: String,
    /// The last day, `YYYY-MM-DD`.
    #[param(format = Date)]
    pub to: String,
    /// The rule set, `NAME` or `NAME@VERSION`; the brand's default when absent. Another than the default is swept when it
    /// is first asked for, which takes seconds where there are millions of events.
    #[param(example = "aipl@1")]
    pub rules: Option<String>,
    /// `category:ID` or `item:ID` for the history of that alone; the whole brand when absent.
    #[param(example = "category:C12")]
    pub entity: Option<String>,
    /// The vault as it was at this version; the newest when absent. One can be asked until 24 hours after it was replaced:
    /// `GET /brands/{brand}/versions` lists them.
    pub vault_version: Option<i64>,
}

/// A day that a parameter names.
pub(crate) fn day(parameter: &str, text: &str) -> Result<Day, Problem> {
    let told = |message: String| Problem::malformed(format!("{parameter}: {message}")).with_error(parameter, message);
    text.parse().map_err(|error: databank_model::DayError| told(error.to_string()))
}

/// The entity that the parameter `entity` names.
pub(crate) fn entity(text: Option<&str>) -> Result<Entity, Problem> {
    let Some(text) = text else { return Ok(Entity::Brand) };
    match text.split_once(':') {
        Some(("category", id)) if !id.is_empty() => Ok(Entity::Category(id.to_owned())),
        Some(("item", id)) if !id.is_empty() => Ok(Entity::Item(id.to_owned())),
        _ => Err(Problem::invalid_field("entity", "write category:ID or item:ID, or leave it out for the whole brand")),
    }
}

/// What is wrong with a period, said of the parameters that name it.
pub(crate) fn period_problem(error: AssetError, parameters: [&str; 2]) -> Problem {
    let [from_name, to_name] = parameters;
    match error {
        AssetError::Reversed { from, to } => {
            Problem::invalid_field(from_name, format!("{from} is after {to_name}, {to}"))
        }
        AssetError::TooLong { max_days, .. } => {
            Problem::invalid_field(to_name, format!("the period is longer than {max_days} days; ask for a shorter one"))
        }
        other => other.into(),
    }
}
