//! `POST /brands/{brand}/rules`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use databank_access::Action;
use databank_history::rebuild::set_rules;
use databank_model::BrandSlug;
use databank_model::rules::RuleSet;
use serde_json::{Value, json};

use super::check::checked;
use crate::app::App;
use crate::audit::Deed;
use crate::caller::Caller;
use crate::extract::{FromBody, FromPath};
use crate::idempotency::IdempotencyKey;
use crate::installation::Installation;
use crate::jobs::{Job, JobHandle, JobKind, NewJob};
use crate::problem::{BadBody, Conflicting, Missing, Problem, Refused};
use crate::wire::rules::RuleText;

/// Saves a rule set as a new version and makes it the brand's
///
/// The answer is a job: the history by the new rules is built beside the present one, then both are switched at once. Its
/// result says what was built: `rule_set`, `events`, `rows`, `vault_version`.
#[utoipa::path(
    post, path = "/brands/{brand}/rules", tag = "rules", operation_id = "create_rules",
    params(("brand" = String, Path, description = "The brand"), IdempotencyKey),
    request_body = RuleText,
    responses((status = 202, description = "The job", body = Job), Refused, Missing, BadBody, Conflicting)
)]
pub(crate) async fn create_rules(
    State(app): State<App>,
    caller: Caller,
    FromPath(brand): FromPath<String>,
    FromBody(RuleText { text }): FromBody<RuleText>,
) -> Result<(StatusCode, Json<Job>), Problem> {
    let slug = app.authorize(&caller, &brand, Action::RulesWrite).await?;
    let rules = checked(text).await?;
    let name = rules.name().to_owned();
    let job = NewJob {
        kind: JobKind::RulesSwitch,
        brand: slug.clone(),
        actor: caller.name(),
        request: json!({ "name": name }),
        writes: true,
    };
    let (installation, of) = (Arc::clone(app.installation()), slug.clone());
    let job = app.jobs().start(job, move |handle| switch(installation, of, rules, handle)).await?;
    app.record(&caller, Deed::new("rules.switch").in_brand(&slug).on(&job.id).with("name", name)).await?;
    Ok((StatusCode::ACCEPTED, Json(job)))
}

async fn switch(
    installation: Arc<Installation>,
    slug: BrandSlug,
    rules: RuleSet,
    handle: JobHandle,
) -> Result<Value, Problem> {
    handle.progress("building the history by the new rules", 0, None, "");
    let (catalog, directory) = (&installation.catalog, &installation.data_directory);
    let now = installation.clock.now();
    let (saved, built) = set_rules(catalog, directory, &slug, rules.source(), now).await?;
    Ok(json!({
        "rule_set": saved.to_string(), "events": built.events, "rows": built.rows, "vault_version": built.sequence,
    }))
}
