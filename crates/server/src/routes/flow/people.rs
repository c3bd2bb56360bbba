//! `GET /brands/{brand}/flow/people`

use axum::Json;
use axum::extract::State;
use databank_access::Action;
use databank_assets::{AssetError, FlowCondition};
use databank_history::Entity;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::app::App;
use crate::audit::Deed;
use crate::caller::Caller;
use crate::extract::{FromPath, FromQuery};
use crate::page;
use crate::people::sample;
use crate::problem::{Missing, Problem, Refused, Unfit};
use crate::questions::{day, period_problem};
use crate::wire::flow::{PeopleDocument, stage};

/// Which cell of the flow.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct CellQuery {
    /// The first day, `YYYY-MM-DD`.
    #[param(format = Date)]
    pub from: String,
    /// The second day, `YYYY-MM-DD`.
    #[param(format = Date)]
    pub to: String,
    /// Stage on the first day; `none` is outside the chain.
    #[param(example = "A")]
    pub from_stage: String,
    /// Stage on the second day; `none` is outside the chain.
    #[param(example = "I")]
    pub to_stage: String,
    /// The rule set, `NAME` or `NAME@VERSION`; the brand's default when absent.
    #[param(example = "aipl@1")]
    pub rules: Option<String>,
    /// The most people of the sample: 1 to 200.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<u32>,
}

fn told(error: AssetError) -> Problem {
    match error {
        AssetError::UnknownStage { .. } => {
            let message = error.to_string();
            Problem::invalid(&message).with_error("from_stage", &message).with_error("to_stage", message)
        }
        AssetError::NeverInChain => Problem::invalid_field("to_stage", error.to_string()),
        other => period_problem(other, ["from", "to"]),
    }
}

/// The people of a cell of the flow: how many, and a sample with masked ids
///
/// The sample is spread evenly over the cell, and is the same for the same vault version. That somebody looked is noted in
/// the audit log.
#[utoipa::path(
    get, path = "/brands/{brand}/flow/people", tag = "assets", operation_id = "list_flow_people",
    params(("brand" = String, Path, description = "The brand"), CellQuery),
    responses((status = 200, description = "The people of the cell", body = PeopleDocument), Refused, Missing, Unfit)
)]
pub(crate) async fn list_flow_people(
    State(app): State<App>,
    caller: Caller,
    FromPath(brand): FromPath<String>,
    FromQuery(query): FromQuery<CellQuery>,
) -> Result<Json<PeopleDocument>, Problem> {
    let slug = app.authorize(&caller, &brand, Action::ConsumersRead).await?;
    let condition = FlowCondition {
        from: vec![stage(&query.from_stage)],
        to: vec![stage(&query.to_stage)],
        between: (day("from", &query.from)?, day("to", &query.to)?),
    };
    let limit = page::limit(query.limit)?;
    let question = app.histories().question(app.installation(), &slug, query.rules.as_deref(), Entity::Brand).await?;
    let rule_set = question.history.rules.to_string();
    let document = sample(&app, question, condition, limit, told).await?;
    let deed = Deed::new("flow.people")
        .in_brand(&slug)
        .with("from", query.from)
        .with("to", query.to)
        .with("from_stage", query.from_stage)
        .with("to_stage", query.to_stage)
        .with("rule_set", rule_set)
        .with("vault_version", document.vault_version)
        .with("shown", document.sample.len());
    app.record(&caller, deed).await?;
    Ok(Json(document))
}
