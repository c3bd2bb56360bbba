//! `GET /brands/{brand}/rejects/summary`: how many were refused, and why.

use axum::Json;
use axum::extract::State;
use databank_access::Action;
use serde::Serialize;
use utoipa::ToSchema;

use super::open::open;
use crate::app::App;
use crate::blocking::blocking;
use crate::caller::Caller;
use crate::extract::FromPath;
use crate::problem::{Missing, Problem, Refused};

/// How many rows are refused.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RejectsSummary)]
pub(crate) struct RejectsSummary {
    /// All.
    total: u64,
    /// By code, most first.
    by_code: Vec<CodeCount>,
    /// By source, most first.
    by_source: Vec<SourceCount>,
}

/// Rows refused with one code.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CodeCount)]
pub(crate) struct CodeCount {
    /// Stable code.
    #[schema(example = "bad_time")]
    code: String,
    /// Rows.
    count: u64,
}

/// Rows refused of one source.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SourceCount)]
pub(crate) struct SourceCount {
    /// The declared source.
    #[schema(example = "orders")]
    source: String,
    /// Rows.
    count: u64,
}

/// Count the rejects
#[utoipa::path(
    get,
    path = "/brands/{brand}/rejects/summary",
    operation_id = "get_rejects_summary",
    tag = "rejects",
    params(("brand" = String, Path, description = "The brand's slug", example = "acme")),
    responses((status = 200, description = "The counts", body = RejectsSummary), Missing, Refused)
)]
pub(crate) async fn get_rejects_summary(
    State(app): State<App>,
    caller: Caller,
    FromPath(brand): FromPath<String>,
) -> Result<Json<RejectsSummary>, Problem> {
    let brand = app.authorize(&caller, &brand, Action::RejectsSummary).await?;
    let reader = open(&app, &brand).await?;
    let counted = blocking(move || reader.summary()).await??;
    Ok(Json(RejectsSummary {
        total: counted.total,
        by_code: counted.by_code.into_iter().map(|(code, count)| CodeCount { code, count }).collect(),
        by_source: counted.by_source.into_iter().map(|(source, count)| SourceCount { source, count }).collect(),
    }))
}
