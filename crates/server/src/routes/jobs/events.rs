//! `GET /brands/{brand}/jobs/{job}/events`: a job, to look on.

use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderName, HeaderValue};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use databank_access::Action;
use futures::StreamExt;

use crate::app::App;
use crate::caller::Caller;
use crate::extract::FromPath;
use crate::jobs::{Job, changes};
use crate::problem::{Missing, Problem, Refused};

/// How often a connection on which nothing changes is used, so that nobody on its way takes it for dead.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// Watch a job
///
/// Server-sent events: `event: job` with the job as `data`, now and on every change, at most about five a second; comments
/// in between. It ends after the last change.
#[utoipa::path(
    get,
    path = "/brands/{brand}/jobs/{job}/events",
    operation_id = "watch_job",
    tag = "jobs",
    params(
        ("brand" = String, Path, description = "The brand's slug", example = "acme"),
        ("job" = String, Path, description = "The job's id", example = "12")
    ),
    responses(
        (status = 200, description = "The job, whenever it changes", body = Job, content_type = "text/event-stream"),
        Missing,
        Refused
    )
)]
pub(crate) async fn watch_job(
    State(app): State<App>,
    caller: Caller,
    FromPath((brand, job)): FromPath<(String, String)>,
) -> Result<Response, Problem> {
    let brand = app.authorize(&caller, &brand, Action::AssetsRead).await?;
    let watched = app.jobs().watch(&brand, &job).await?;
    let events = changes(watched).map(|job| Event::default().event("job").json_data(&job));
    let mut response = Sse::new(events).keep_alive(KeepAlive::new().interval(HEARTBEAT)).into_response();
    // Proxies that gather answers before they hand them on would gather this one until its end.
    let unbuffered = (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    response.headers_mut().insert(unbuffered.0, unbuffered.1);
    Ok(response)
}
