//! `GET /brands/{brand}/overview`

use axum::Json;
use axum::extract::State;
use databank_access::{Action, Target};
use databank_assets::{AssetQuestion, movement, report, report_and_flow, trend};
use databank_history::Entity;
use databank_model::Day;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::app::App;
use crate::caller::Caller;
use crate::extract::{FromPath, FromQuery};
use crate::histories::blocking;
use crate::problem::{Missing, Problem, Refused, Unfit};
use crate::questions::day;
use crate::routes::imports::ImportDocument;
use crate::wire::assets::AssetsDocument;
use crate::wire::overview::{DayCounts, MovedDocument, OverviewDocument, WeekBefore};
use crate::wire::trend::TrendDocument;

/// Days of the trend.
const TREND_DAYS: i32 = 30;
/// Days over which movement is told.
const WEEK: i32 = 7;
/// Deposits that are shown.
const LATEST_DEPOSITS: u64 = 5;

/// Which day.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct OverviewQuery {
    /// The day, `YYYY-MM-DD`; the earlier of today and the last event's day when absent.
    #[param(format = Date)]
    pub as_of: Option<String>,
    /// The rule set, `NAME` or `NAME@VERSION`; the brand's default when absent.
    #[param(example = "aipl@1")]
    pub rules: Option<String>,
}

/// What the first page shows: the day's assets beside the day and the week before, thirty days, who moved
#[utoipa::path(
    get, path = "/brands/{brand}/overview", tag = "assets", operation_id = "get_overview",
    params(("brand" = String, Path, description = "The brand"), OverviewQuery),
    responses((status = 200, description = "The overview", body = OverviewDocument), Refused, Missing, Unfit)
)]
pub(crate) async fn get_overview(
    State(app): State<App>,
    caller: Caller,
    FromPath(brand): FromPath<String>,
    FromQuery(query): FromQuery<OverviewQuery>,
) -> Result<Json<OverviewDocument>, Problem> {
    let slug = app.authorize(&caller, &brand, Action::AssetsRead).await?;
    let as_of = query.as_of.as_deref().map(|text| day("as_of", text)).transpose()?;
    let question = app.histories().question(app.installation(), &slug, query.rules.as_deref(), Entity::Brand).await?;
    let running = app.jobs().running(&slug);
    let latest_deposits = match caller.principal.may(Action::ImportsRead, Target::Brand(&slug)) {
        Ok(()) => app.installation().catalog.deposits().list_page(&slug, None, LATEST_DEPOSITS).await?,
        Err(_) => Vec::new(),
    };
    blocking(move || {
        let as_of = as_of.unwrap_or_else(|| question.default_day());
        let latest_deposits = latest_deposits.into_iter().map(ImportDocument::from).collect();
        Ok(Json(OverviewDocument { running, latest_deposits, ..overview(&question, as_of)? }))
    })
    .await?
}

fn overview(question: &AssetQuestion, as_of: Day) -> Result<OverviewDocument, Problem> {
    let month = trend(question, as_of.plus(1 - TREND_DAYS), as_of)?;
    let yesterday = month.days.iter().rev().nth(1);
    let counts: Vec<(String, i64)> =
        yesterday.map(|day| month.stages.iter().cloned().zip(day.counts.iter().copied()).collect()).unwrap_or_default();
    let total = yesterday.map_or(0, |day| day.total);
    let week_ago = as_of.plus(-WEEK);
    let (assets, passed) = report_and_flow(question, as_of)?;
    let moved = movement(&question.history.stages, &passed);
    Ok(OverviewDocument {
        assets: AssetsDocument::new(question, assets),
        day_before: DayCounts::new(&counts, total),
        week_before: WeekBefore::new(report(question, week_ago)?),
        trend: TrendDocument::new(question, &month),
        moved: MovedDocument::new(week_ago, as_of, &passed, &moved),
        running: Vec::new(),
        latest_deposits: Vec::new(),
    })
}
