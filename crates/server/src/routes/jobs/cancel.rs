//! `POST /brands/{brand}/jobs/{job}/cancel`: a job that is not wanted any more.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use databank_access::Action;

use crate::app::App;
use crate::audit::Deed;
use crate::caller::Caller;
use crate::extract::FromPath;
use crate::jobs::Job;
use crate::problem::{Missing, Problem, Refused};

/// Cancel a job
///
/// Asks it to stop; it is over when its status says so, and may be done before it hears. What it works on is then as it
/// was. One that is over stays as it is.
#[utoipa::path(
    post,
    path = "/brands/{brand}/jobs/{job}/cancel",
    operation_id = "cancel_job",
    tag = "jobs",
    params(
        ("brand" = String, Path, description = "The brand's slug", example = "acme"),
        ("job" = String, Path, description = "The job's id", example = "12")
    ),
    responses((status = 202, description = "The job as it is now", body = Job), Missing, Refused)
)]
pub(crate) async fn cancel_job(
    State(app): State<App>,
    caller: Caller,
    FromPath((brand, job)): FromPath<(String, String)>,
) -> Result<(StatusCode, Json<Job>), Problem> {
    let brand = app.authorize(&caller, &brand, Action::ImportsWrite).await?;
    let job = app.jobs().cancel(&brand, &job).await?;
    app.record(&caller, Deed::new("job.cancel").in_brand(&brand).on(&job.id)).await?;
    Ok((StatusCode::ACCEPTED, Json(job)))
}
