//! `POST /brands/{brand}/imports`: uploads and a mapping become a deposit.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use databank_access::Action;
use databank_deposit::mapping::Mapping;
use databank_deposit::rejects::MAPPING_NAME;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::app::App;
use crate::audit::Deed;
use crate::caller::Caller;
use crate::extract::{FromBody, FromPath};
use crate::idempotency::IdempotencyKey;
use crate::imports::{ImportWork, Source, of_mapping};
use crate::jobs::{Job, JobKind, NewJob};
use crate::problem::{BadBody, Conflicting, Missing, Problem, Refused};
use crate::uploads::find_all;

/// What to import.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewImport)]
pub(crate) struct NewImport {
    /// The text of the mapping, TOML; `rejects` for an export of rejects that was corrected.
    #[schema(example = "rejects")]
    mapping: String,
    /// Ids of uploads.
    #[schema(example = json!(["7"]))]
    uploads: Vec<String>,
    /// The declared source, in place of the mapping's.
    source: Option<String>,
}

/// Import uploads
///
/// All of it, or nothing when anything but single rows is wrong. The answer is a job; its result says what became of the
/// rows. An import that is canceled leaves the brand's data as they were.
#[utoipa::path(
    post,
    path = "/brands/{brand}/imports",
    operation_id = "create_import",
    tag = "imports",
    params(("brand" = String, Path, description = "The brand's slug", example = "acme"), IdempotencyKey),
    request_body = NewImport,
    responses((status = 202, description = "The job", body = Job), BadBody, Conflicting, Missing, Refused)
)]
pub(crate) async fn create_import(
    State(app): State<App>,
    caller: Caller,
    FromPath(brand): FromPath<String>,
    FromBody(new): FromBody<NewImport>,
) -> Result<(StatusCode, Json<Job>), Problem> {
    let brand = app.authorize(&caller, &brand, Action::ImportsWrite).await?;
    let uploads = find_all(app.installation(), &brand, &new.uploads).await?;
    let (source, name) = source_of(&new)?;
    let files: Vec<_> = uploads.iter().map(|upload| json!({ "name": upload.name, "bytes": upload.bytes })).collect();
    let job = NewJob {
        kind: JobKind::Import,
        brand: brand.clone(),
        actor: caller.name(),
        request: json!({ "source": name, "files": files }),
        writes: true,
    };
    let work = ImportWork { installation: Arc::clone(app.installation()), brand: brand.clone(), source, uploads };
    let job = app.jobs().start(job, move |handle| work.run(handle)).await?;
    let deed = Deed::new("import.start").in_brand(&brand).on(&job.id).with("source", name).with("files", files.len());
    app.record(&caller, deed).await?;
    Ok((StatusCode::ACCEPTED, Json(job)))
}

/// By what to read, and under which source.
fn source_of(new: &NewImport) -> Result<(Source, String), Problem> {
    if new.mapping.trim() == MAPPING_NAME {
        if new.source.is_some() {
            return Err(Problem::invalid_field("source", "corrected rows keep the source of their import"));
        }
        return Ok((Source::Rejects, MAPPING_NAME.to_owned()));
    }
    let mut mapping = Mapping::parse(&new.mapping, "mapping").map_err(|error| of_mapping(&error, &[]))?;
    if let Some(source) = &new.source {
        if source.trim().is_empty() {
            return Err(Problem::invalid_field("source", "must not be empty"));
        }
        mapping.source.clone_from(source);
    }
    let name = mapping.source.clone();
    Ok((Source::Mapping(Box::new(mapping)), name))
}
