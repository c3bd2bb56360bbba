//! The audit log, as callers write and read it.

use super::Access;
use crate::{AccessError, AuditCheck, AuditEntry, AuditFilter, AuditRow, Page};

impl Access {
    /// Writes down what somebody did or tried.
    pub async fn record(&self, entry: AuditEntry) -> Result<AuditRow, AccessError> {
        Ok(self.catalog().audit().append(entry).await?)
    }

    /// The entries that pass a filter, newest first.
    pub async fn audit(
        &self,
        filter: &AuditFilter,
        page: Option<&str>,
        limit: u64,
    ) -> Result<Page<AuditRow>, AccessError> {
        let before = page.map(str::parse::<i64>).transpose().map_err(|error| AccessError::invalid("page", &error))?;
        let rows = self.catalog().audit().list(filter, before, limit + 1).await?;
        Ok(Page::of(rows, limit, |row| row.sequence.to_string()))
    }

    /// Whether the log still says all that was written.
    pub async fn verify_audit(&self) -> Result<AuditCheck, AccessError> {
        Ok(self.catalog().audit().verify().await?)
    }
}
