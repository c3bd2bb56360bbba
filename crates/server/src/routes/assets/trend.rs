//! `GET /brands/{brand}/trend`

use axum::Json;
use axum::extract::State;
use databank_access::Action;
use databank_assets::trend;

use crate::app::App;
use crate::caller::Caller;
use crate::extract::{FromPath, FromQuery};
use crate::histories::blocking;
use crate::problem::{Missing, Problem, Refused, Unfit};
use crate::questions::{PeriodQuery, day, entity, period_problem};
use crate::wire::trend::TrendDocument;

/// Stage counts of every day of a range
#[utoipa::path(
    get, path = "/brands/{brand}/trend", tag = "assets", operation_id = "get_trend",
    params(("brand" = String, Path, description = "The brand"), PeriodQuery),
    responses((status = 200, description = "One entry a day", body = TrendDocument), Refused, Missing, Unfit)
)]
pub(crate) async fn get_trend(
    State(app): State<App>,
    caller: Caller,
    FromPath(brand): FromPath<String>,
    FromQuery(query): FromQuery<PeriodQuery>,
) -> Result<Json<TrendDocument>, Problem> {
    let slug = app.authorize(&caller, &brand, Action::AssetsRead).await?;
    let (from, to) = (day("from", &query.from)?, day("to", &query.to)?);
    let entity = entity(query.entity.as_deref())?;
    let (version, rules) = (query.vault_version, query.rules.as_deref());
    let question = app.histories().question_at(app.installation(), &slug, version, rules, entity).await?;
    blocking(move || {
        let report = trend(&question, from, to).map_err(|error| period_problem(error, ["from", "to"]))?;
        Ok(Json(TrendDocument::new(&question, &report)))
    })
    .await?
}
