//! `GET /brands/{brand}/jobs`: what was started.

use axum::Json;
use axum::extract::State;
use databank_access::Action;
use databank_catalog::JobId;

use crate::app::App;
use crate::caller::Caller;
use crate::extract::{FromPath, FromQuery};
use crate::jobs::Job;
use crate::page::{Page, PageQuery};
use crate::problem::{Missing, Problem, Refused};

/// List the jobs
///
/// Newest first.
#[utoipa::path(
    get,
    path = "/brands/{brand}/jobs",
    operation_id = "list_jobs",
    tag = "jobs",
    params(("brand" = String, Path, description = "The brand's slug", example = "acme"), PageQuery),
    responses((status = 200, description = "A page of jobs", body = Page<Job>), Missing, Refused)
)]
pub(crate) async fn list_jobs(
    State(app): State<App>,
    caller: Caller,
    FromPath(brand): FromPath<String>,
    FromQuery(query): FromQuery<PageQuery>,
) -> Result<Json<Page<Job>>, Problem> {
    let brand = app.authorize(&caller, &brand, Action::AssetsRead).await?;
    let (limit, before) = (query.limit()?, query.after::<i64>()?.map(JobId));
    let jobs = app.jobs().list(&brand, before, limit + 1).await?;
    Ok(Json(Page::cut(jobs, limit, |(id, _)| id.0).map(|(_, job)| job)))
}
