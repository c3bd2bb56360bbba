//! `POST /brands/{brand}/rules/check`

use axum::Json;
use axum::extract::State;
use databank_access::Action;
use databank_history::{HistoryError, RuleProgram};
use databank_model::rules::{EntityKind, RuleSet};

use crate::app::App;
use crate::caller::Caller;
use crate::extract::{FromBody, FromPath};
use crate::histories::blocking;
use crate::problem::{BadBody, Missing, Problem, Refused};
use crate::wire::rules::{CheckedRules, RuleSetDocument, RuleText};

/// Checks the text of a rule set: what it says, or what is wrong on which line
#[utoipa::path(
    post, path = "/brands/{brand}/rules/check", tag = "rules", operation_id = "check_rules",
    params(("brand" = String, Path, description = "The brand")),
    request_body = RuleText,
    responses((status = 200, description = "What the text says", body = CheckedRules), Refused, Missing, BadBody)
)]
pub(crate) async fn check_rules(
    State(app): State<App>,
    caller: Caller,
    FromPath(brand): FromPath<String>,
    FromBody(RuleText { text }): FromBody<RuleText>,
) -> Result<Json<CheckedRules>, Problem> {
    app.authorize(&caller, &brand, Action::RulesWrite).await?;
    let rules = checked(text).await?;
    Ok(Json(CheckedRules { rule_set: RuleSetDocument::from(&rules) }))
}

/// Reads a text as a brand's rules, with its `where` texts compiled; or says everything that is wrong with it.
pub(super) async fn checked(text: String) -> Result<RuleSet, Problem> {
    let rules = RuleSet::parse(&text).map_err(|errors| {
        let problem = Problem::invalid(errors.to_string());
        errors.problems.iter().fold(problem, |problem, one| problem.with_error("text", one.to_string()))
    })?;
    if rules.entity() != EntityKind::Brand {
        let message =
            format!("its entity is {}; the rules of a brand need entity = \"brand\"", rules.entity().as_str());
        return Err(Problem::invalid_field("text", message));
    }
    blocking(move || match RuleProgram::compile(&rules, EntityKind::Brand) {
        Ok(_) => Ok(rules),
        Err(HistoryError::BadRules { reason, .. }) => Err(Problem::invalid_field("text", reason)),
        Err(other) => Err(other.into()),
    })
    .await?
}
