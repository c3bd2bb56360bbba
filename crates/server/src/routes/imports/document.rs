//! An import as answers show it.

use databank_catalog::{DepositEntry, DepositStatus};
use serde::Serialize;
use utoipa::ToSchema;

use crate::clock::rfc3339;

/// How far an import is.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ImportStatus)]
pub(crate) enum ImportStatus {
    /// At work.
    Running,
    /// Published.
    Done,
    /// Given up, or canceled; nothing of it shows.
    Failed,
}

/// What became of a brand's rows in one deposit.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Import)]
pub(crate) struct ImportDocument {
    /// The deposit's number.
    #[schema(example = "12")]
    deposit: String,
    /// Which way in.
    #[schema(example = "import")]
    kind: String,
    /// The declared source.
    #[schema(example = "orders")]
    source: String,
    /// How far it is.
    status: ImportStatus,
    /// Rows of the files.
    input_rows: i64,
    /// Rows that the mapping made of them: the sum of the four below.
    read: i64,
    /// Taken in.
    accepted: i64,
    /// There already.
    duplicate: i64,
    /// Refused, and kept until they are corrected.
    rejected: i64,
    /// Refused by consent, erasure or policy.
    suppressed: i64,
    /// When it began.
    #[schema(format = DateTime)]
    started_at: String,
    /// When it ended.
    #[schema(format = DateTime)]
    finished_at: Option<String>,
}

impl From<DepositEntry> for ImportDocument {
    fn from(entry: DepositEntry) -> Self {
        let status = match entry.status {
            DepositStatus::Running => ImportStatus::Running,
            DepositStatus::Done => ImportStatus::Done,
            DepositStatus::Failed => ImportStatus::Failed,
        };
        Self {
            deposit: entry.deposit.id.to_string(),
            kind: entry.deposit.kind,
            source: entry.deposit.source,
            status,
            input_rows: entry.counts.input_rows,
            read: entry.counts.read,
            accepted: entry.counts.accepted,
            duplicate: entry.counts.duplicate,
            rejected: entry.counts.rejected,
            suppressed: entry.counts.suppressed,
            started_at: rfc3339(entry.started_at),
            finished_at: entry.finished_at.map(rfc3339),
        }
    }
}
