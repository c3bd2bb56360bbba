//! `GET /brands/{brand}/rejects`: what was refused, row by row.

use axum::Json;
use axum::extract::State;
use databank_access::Action;
use databank_deposit::rejects::{RejectFilter, RejectKey, StoredReject};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

use super::open::open;
use crate::app::App;
use crate::audit::Deed;
use crate::blocking::blocking;
use crate::caller::Caller;
use crate::clock::rfc3339;
use crate::extract::{FromPath, FromQuery};
use crate::page::{after, cursor, limit};
use crate::problem::{Missing, Problem, Refused};

/// Which rejects.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct RejectsQuery {
    /// Their code.
    #[param(example = "bad_time")]
    code: Option<String>,
    /// The declared source of the import that refused them.
    source: Option<String>,
    /// The file that they came from.
    file: Option<String>,
    /// A text in the name of their file or column, or in their message. Values of rows are sealed, and not searched.
    q: Option<String>,
    /// `next_page` of the page before; absent for the first page.
    page: Option<String>,
    /// The most items of a page: 1 to 200.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
}

/// A page of rejects.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RejectsPage)]
pub(crate) struct RejectsPage {
    /// What is on this page, by file and line.
    items: Vec<RejectDocument>,
    /// Ask for it as `page` to get the next page; null on the last one.
    next_page: Option<String>,
    /// How many there are of this kind in all.
    total: u64,
}

/// A refused row.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Reject)]
pub(crate) struct RejectDocument {
    /// Its id.
    id: String,
    /// The declared source of the import that refused it.
    source: String,
    /// The block that gave it; `input` and a name for a line that could not be read.
    #[schema(example = "events 1")]
    block: String,
    /// The file that it came from.
    file: Option<String>,
    /// The line on which it begins.
    line: Option<i64>,
    /// Stable code.
    #[schema(example = "bad_time")]
    code: String,
    /// The column at fault.
    field: Option<String>,
    /// What is wrong and what would be right.
    message: String,
    /// The row's columns; `_raw` is the text of a line that could not be read, `_event` a tracked event as it came.
    #[schema(value_type = Object)]
    row: Map<String, Value>,
    /// When it was refused.
    #[schema(format = DateTime)]
    received_at: String,
}

impl From<StoredReject> for RejectDocument {
    fn from(stored: StoredReject) -> Self {
        let mut row: Map<String, Value> = serde_json::from_str(&stored.reject.row).unwrap_or_default();
        row.retain(|name, _| {
            !name.starts_with('_') || matches!(name.as_str(), "_raw" | "_withheld" | "_event" | "_call" | "_cut")
        });
        Self {
            id: stored.id,
            source: stored.source,
            block: stored.reject.block,
            file: stored.reject.file,
            line: stored.reject.line,
            code: stored.reject.code,
            field: stored.reject.field,
            message: stored.reject.message,
            row,
            received_at: rfc3339(stored.received_at_us),
        }
    }
}

/// List the rejects
///
/// With their rows: reading them is put down in the audit log.
#[utoipa::path(
    get,
    path = "/brands/{brand}/rejects",
    operation_id = "list_rejects",
    tag = "rejects",
    params(("brand" = String, Path, description = "The brand's slug", example = "acme"), RejectsQuery),
    responses((status = 200, description = "A page of rejects", body = RejectsPage), Missing, Refused)
)]
pub(crate) async fn list_rejects(
    State(app): State<App>,
    caller: Caller,
    FromPath(brand): FromPath<String>,
    FromQuery(query): FromQuery<RejectsQuery>,
) -> Result<Json<RejectsPage>, Problem> {
    let brand = app.authorize(&caller, &brand, Action::RejectsRead).await?;
    let (limit, after) = (limit(query.limit)?, after::<RejectKey>(query.page.as_deref())?);
    let text = query.q.filter(|text| !text.trim().is_empty());
    let filter = RejectFilter { code: query.code, source: query.source, file: query.file, text };
    let reader = open(&app, &brand).await?;
    let page = blocking(move || reader.page(&filter, after.as_ref(), limit)).await??;
    app.record(&caller, Deed::new("rejects.read").in_brand(&brand).with("rows", page.rejects.len())).await?;
    Ok(Json(RejectsPage {
        items: page.rejects.into_iter().map(RejectDocument::from).collect(),
        next_page: page.next.and_then(|next| cursor(&next)),
        total: page.total,
    }))
}
