//! `POST /brands/{brand}/uploads`: a file, as it is.

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use databank_access::Action;
use serde::Deserialize;
use utoipa::IntoParams;

use super::document::UploadDocument;
use crate::app::App;
use crate::audit::Deed;
use crate::caller::Caller;
use crate::extract::{FromPath, FromQuery};
use crate::problem::{BadBody, Missing, Problem, Refused};
use crate::uploads::{store, too_large};

/// What is known of the file.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct UploadQuery {
    /// Its name. A mapping with several inputs finds its files by their names.
    #[param(required = true, example = "orders-2026-10.csv")]
    name: Option<String>,
}

/// Upload a file
///
/// The body is the file as it is: CSV, JSON lines or Parquet, plain or compressed (gzip, zstd). It is kept until it is
/// imported, a day at most. A file that no import could read is refused.
#[utoipa::path(
    post,
    path = "/brands/{brand}/uploads",
    operation_id = "create_upload",
    tag = "imports",
    params(("brand" = String, Path, description = "The brand's slug", example = "acme"), UploadQuery),
    request_body(content = String, content_type = "application/octet-stream", description = "The file"),
    responses((status = 201, description = "The upload", body = UploadDocument), BadBody, Missing, Refused)
)]
pub(crate) async fn create_upload(
    State(app): State<App>,
    caller: Caller,
    FromPath(brand): FromPath<String>,
    FromQuery(query): FromQuery<UploadQuery>,
    headers: HeaderMap,
    body: Body,
) -> Result<(StatusCode, Json<UploadDocument>), Problem> {
    let brand = app.authorize(&caller, &brand, Action::ImportsWrite).await?;
    let name = query.name.ok_or_else(|| Problem::invalid_field("name", "give the file's name as ?name=…"))?;
    let most = app.settings().max_upload_bytes;
    let length = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|length| length > most) {
        return Err(too_large(most));
    }
    let (upload, seen) = store(&app, &brand, (&name, caller.name()), body).await?;
    let deed = Deed::new("upload.create").in_brand(&brand).on(&upload.id).with("bytes", upload.bytes);
    app.record(&caller, deed).await?;
    Ok((StatusCode::CREATED, Json(UploadDocument::of(&upload, seen))))
}
