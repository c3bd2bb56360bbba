//! `GET /brands/{brand}/jobs/{job}`: one job.

use axum::Json;
use axum::extract::State;
use databank_access::Action;

use crate::app::App;
use crate::caller::Caller;
use crate::extract::FromPath;
use crate::jobs::Job;
use crate::problem::{Missing, Problem, Refused};

/// Show a job
#[utoipa::path(
    get,
    path = "/brands/{brand}/jobs/{job}",
    operation_id = "get_job",
    tag = "jobs",
    params(
        ("brand" = String, Path, description = "The brand's slug", example = "acme"),
        ("job" = String, Path, description = "The job's id", example = "12")
    ),
    responses((status = 200, description = "The job", body = Job), Missing, Refused)
)]
pub(crate) async fn get_job(
    State(app): State<App>,
    caller: Caller,
    FromPath((brand, job)): FromPath<(String, String)>,
) -> Result<Json<Job>, Problem> {
    let brand = app.authorize(&caller, &brand, Action::AssetsRead).await?;
    Ok(Json(app.jobs().get(&brand, &job).await?))
}
