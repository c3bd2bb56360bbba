//! Entries of the audit log, and which of them are asked for.

use axum::Json;
use databank_catalog::{AuditEntry, AuditFilter};
use databank_model::BrandSlug;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

use crate::app::App;
use crate::clock::{parse_rfc3339, rfc3339};
use crate::page::{self, Page};
use crate::problem::Problem;

/// An entry of the audit log.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditEntry)]
pub(crate) struct EntryDocument {
    /// 1, 2, 3 and so on, without gaps over the whole installation.
    #[schema(example = 1042)]
    sequence: i64,
    /// When.
    #[schema(format = DateTime, example = "2026-10-31T08:15:00Z")]
    at: String,
    /// Who.
    actor: ActorDocument,
    /// What was done.
    #[schema(example = "key.create")]
    action: String,
    /// The brand that it was about.
    #[schema(example = "acme")]
    brand: Option<String>,
    /// What it was about within it.
    target: Option<String>,
    /// `done`, `refused` or `failed`.
    #[schema(example = "done")]
    outcome: String,
    /// More about it.
    details: Map<String, Value>,
    /// The address that the request came from.
    #[schema(example = "203.0.113.7")]
    address: Option<String>,
}

/// Who did something.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditActor)]
pub(crate) struct ActorDocument {
    /// `user`, `key`, `command` (the machine's own terminal) or `system`.
    #[schema(example = "user")]
    kind: String,
    /// The user name, or the key's number.
    #[schema(example = "anna")]
    name: String,
}

impl From<AuditEntry> for EntryDocument {
    fn from(stored: AuditEntry) -> Self {
        let entry = stored.entry;
        Self {
            sequence: stored.sequence,
            at: rfc3339(entry.at),
            actor: ActorDocument { kind: entry.actor.to_string(), name: entry.actor_name },
            action: entry.action,
            brand: entry.brand.map(Into::into),
            target: entry.target,
            outcome: entry.outcome.to_string(),
            details: entry.details,
            address: entry.address,
        }
    }
}

/// Which entries.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct EntryQuery {
    /// Only of the actor of this name.
    actor: Option<String>,
    /// Only of this action.
    action: Option<String>,
    /// Only of this outcome: `done`, `refused` or `failed`.
    outcome: Option<String>,
    /// Only at or after this instant, RFC 3339.
    from: Option<String>,
    /// Only before this instant, RFC 3339.
    to: Option<String>,
    /// `next_page` of the page before.
    page: Option<String>,
    /// The most items of a page: 1 to 200.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
}

/// The entries that a query asks for, newest first.
pub(super) async fn list(
    app: &App,
    brand: Option<BrandSlug>,
    query: EntryQuery,
) -> Result<Json<Page<EntryDocument>>, Problem> {
    let outcome = query.outcome.map(|text| text.parse().map_err(|e: String| Problem::invalid_field("outcome", e)));
    let filter = AuditFilter {
        brand,
        actor: query.actor,
        action: query.action,
        outcome: outcome.transpose()?,
        from: instant("from", query.from.as_deref())?,
        to: instant("to", query.to.as_deref())?,
    };
    let limit = page::limit(query.limit)?;
    let before: Option<i64> = page::after(query.page.as_deref())?;
    let entries = app.installation().catalog.audit().list(&filter, before, limit as u64 + 1).await?;
    Ok(Json(Page::cut(entries, limit, |entry| entry.sequence).map(EntryDocument::from)))
}

fn instant(field: &str, text: Option<&str>) -> Result<Option<i64>, Problem> {
    let read = |text: &str| {
        let wrong =
            || Problem::invalid_field(field, format!("{text:?} is not an instant such as 2026-10-31T08:00:00Z"));
        parse_rfc3339(text).ok_or_else(wrong)
    };
    text.map(read).transpose()
}
