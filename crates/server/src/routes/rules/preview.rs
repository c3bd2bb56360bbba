//! `POST /brands/{brand}/rules/preview`

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use databank_access::Action;
use databank_assets::classify;
use databank_history::{Entity, HistoryPlan};
use databank_model::{BrandSlug, Day};
use serde_json::{Value, json};

use super::check::checked;
use crate::app::App;
use crate::caller::Caller;
use crate::extract::{FromBody, FromPath};
use crate::jobs::{Job, JobHandle, JobKind, NewJob};
use crate::problem::{BadBody, Missing, Problem, Refused};
use crate::questions::day;
use crate::wire::rules::{PreviewDocument, PreviewRequest};

/// What other rules would make of a brand: everybody's stage by the present rules and by these, on one day
///
/// The answer is a job; its result is a `RulesPreview`. Nothing is saved and nothing changes.
#[utoipa::path(
    post, path = "/brands/{brand}/rules/preview", tag = "rules", operation_id = "preview_rules",
    params(("brand" = String, Path, description = "The brand")),
    request_body = PreviewRequest,
    responses((status = 202, description = "The job", body = Job), Refused, Missing, BadBody)
)]
pub(crate) async fn preview_rules(
    State(app): State<App>,
    caller: Caller,
    FromPath(brand): FromPath<String>,
    FromBody(PreviewRequest { text, as_of }): FromBody<PreviewRequest>,
) -> Result<(StatusCode, Json<Job>), Problem> {
    let slug = app.authorize(&caller, &brand, Action::RulesWrite).await?;
    let as_of = as_of.as_deref().map(|text| day("as_of", text)).transpose()?;
    let rules = checked(text).await?;
    let job = NewJob {
        kind: JobKind::RulesPreview,
        brand: slug.clone(),
        actor: caller.name(),
        request: json!({ "name": rules.name(), "as_of": as_of.map(|day| day.to_string()) }),
        writes: false,
    };
    let (work_app, text) = (app.clone(), rules.source().to_owned());
    let job = app.jobs().start(job, move |handle| preview(work_app, slug, text, as_of, handle)).await?;
    Ok((StatusCode::ACCEPTED, Json(job)))
}

async fn preview(
    app: App,
    slug: BrandSlug,
    text: String,
    as_of: Option<Day>,
    handle: JobHandle,
) -> Result<Value, Problem> {
    let installation = app.installation();
    handle.progress("reading the present history", 0, None, "");
    let question = app.histories().question(installation, &slug, None, Entity::Brand).await?;
    let plan = HistoryPlan::of_text(&installation.catalog, &question.reader, &text).await?;
    if handle.canceled() {
        return Err(Problem::conflict("canceled"));
    }
    handle.progress("sweeping all events by the new rules", 0, None, "");
    let after = plan.finish()?;
    if handle.canceled() {
        return Err(Problem::conflict("canceled"));
    }
    let as_of = as_of.unwrap_or_else(|| question.default_day());
    let classified = classify(&question.history, &after, as_of)?;
    let document = PreviewDocument::new(as_of, &question.history, &after, &classified);
    serde_json::to_value(document).map_err(|error| Problem::failed(&error))
}
