//! `GET /brands/{brand}/flow`

use axum::Json;
use axum::extract::State;
use databank_access::Action;
use databank_assets::flow;

use crate::app::App;
use crate::caller::Caller;
use crate::extract::{FromPath, FromQuery};
use crate::histories::blocking;
use crate::problem::{Missing, Problem, Refused, Unfit};
use crate::questions::{PeriodQuery, day, entity, period_problem};
use crate::wire::flow::FlowDocument;

/// Who moved from which stage to which between two days
#[utoipa::path(
    get, path = "/brands/{brand}/flow", tag = "assets", operation_id = "get_flow",
    params(("brand" = String, Path, description = "The brand"), PeriodQuery),
    responses((status = 200, description = "The cells that are not 0", body = FlowDocument), Refused, Missing, Unfit)
)]
pub(crate) async fn get_flow(
    State(app): State<App>,
    caller: Caller,
    FromPath(brand): FromPath<String>,
    FromQuery(query): FromQuery<PeriodQuery>,
) -> Result<Json<FlowDocument>, Problem> {
    let slug = app.authorize(&caller, &brand, Action::AssetsRead).await?;
    let (from, to) = (day("from", &query.from)?, day("to", &query.to)?);
    let entity = entity(query.entity.as_deref())?;
    let (version, rules) = (query.vault_version, query.rules.as_deref());
    let question = app.histories().question_at(app.installation(), &slug, version, rules, entity).await?;
    blocking(move || {
        let report = flow(&question.history, from, to).map_err(|error| period_problem(error, ["from", "to"]))?;
        Ok(Json(FlowDocument::new(&question, from, to, &report)))
    })
    .await?
}
