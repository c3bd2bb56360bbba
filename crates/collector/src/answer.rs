//! What the sender of a request is told.

use databank_catalog::EventCounts;
use serde::Serialize;

/// Errors that an answer tells at most; the counts are of all.
pub(crate) const MOST_ERRORS: usize = 100;

/// What becomes of a request's events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// That the request was accepted: always.
    pub success: bool,
    /// Events that it has: the sum of the others.
    pub received: i64,
    /// New.
    pub accepted: i64,
    /// There already.
    pub duplicate: i64,
    /// Refused and kept.
    pub rejected: i64,
    /// Refused by consent, erasure or policy.
    pub suppressed: i64,
    /// Why events were refused: the first hundred.
    pub errors: Vec<EventError>,
}

/// Why an event was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EventError {
    /// Its place in the batch.
    pub index: u32,
    /// Stable code.
    pub code: &'static str,
    /// What is wrong and what would be right.
    pub message: String,
    /// Where in the event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
}

impl Answer {
    pub(crate) fn new(counts: EventCounts, errors: Vec<EventError>) -> Self {
        let EventCounts { received, accepted, duplicate, rejected, suppressed } = counts;
        Self { success: true, received, accepted, duplicate, rejected, suppressed, errors }
    }
}
