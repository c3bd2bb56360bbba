//! `GET /brands/{brand}/selections/{id}/people`

use axum::Json;
use axum::extract::State;
use databank_access::Action;
use databank_history::Entity;
use serde::Deserialize;
use utoipa::IntoParams;

use super::{add, find};
use crate::app::App;
use crate::audit::Deed;
use crate::caller::Caller;
use crate::extract::{FromPath, FromQuery};
use crate::page;
use crate::people::sample;
use crate::problem::{Missing, Problem, Refused, Unfit};
use crate::wire::flow::PeopleDocument;
use crate::wire::selections::Definition;

/// How many.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct SampleQuery {
    /// The most people of the sample: 1 to 200.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<u32>,
}

/// The people whom a selection means now: how many, and a sample with masked ids
///
/// Stages are those of the rule set with which the selection was saved. That somebody looked is noted in the audit log.
#[utoipa::path(
    get, path = "/brands/{brand}/selections/{id}/people", tag = "selections", operation_id = "list_selection_people",
    params(
        ("brand" = String, Path, description = "The brand"),
        ("id" = i64, Path, description = "The selection's number"),
        SampleQuery
    ),
    responses((status = 200, description = "The people", body = PeopleDocument), Refused, Missing, Unfit)
)]
pub(crate) async fn list_selection_people(
    State(app): State<App>,
    caller: Caller,
    FromPath((brand, id)): FromPath<(String, i64)>,
    FromQuery(query): FromQuery<SampleQuery>,
) -> Result<Json<PeopleDocument>, Problem> {
    let slug = app.authorize(&caller, &brand, Action::ConsumersRead).await?;
    let limit = page::limit(query.limit)?;
    let selection = find(&app, &slug, id).await?;
    let definition: Definition =
        serde_json::from_value(selection.definition).map_err(|error| Problem::failed(&error))?;
    let condition = definition.condition()?;
    let rules = Some(selection.rule_set.as_str());
    let question = app.histories().question(app.installation(), &slug, rules, Entity::Brand).await?;
    let document = sample(&app, question, condition, limit, add::told).await?;
    let deed = Deed::new("selections.people")
        .in_brand(&slug)
        .on(&id)
        .with("vault_version", document.vault_version)
        .with("shown", document.sample.len());
    app.record(&caller, deed).await?;
    Ok(Json(document))
}
