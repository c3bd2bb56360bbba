//! What the sweep reads and writes.

use databank_model::Day;
use databank_model::rules::StatusKind;

/// One event of a consumer, reduced to what a rule set can ask of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event {
    /// The business day.
    pub day: Day,
    /// The order that the event belongs to, 0 when none: without an order it never counts as one.
    pub order: u64,
    /// The leaves that the event matches, by their bits ([`Program::leaves`](crate::Program::leaves)). Other bits are ignored.
    pub bits: u64,
    /// The first day on which the event no longer counts; [`Day::OPEN_END`] when never cancelled. Days before it
    /// keep the event.
    pub cancelled_from: Day,
}

impl Event {
    /// An event outside any order that is never cancelled.
    #[inline]
    pub fn new(day: Day, bits: u64) -> Self {
        Self { day, order: 0, bits, cancelled_from: Day::OPEN_END }
    }
}

/// A stretch of days at the end of which a status holds: `from` included, `to` excluded. Spans may overlap (several
/// programmes), come in any order, and be empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatusSpan {
    /// The status.
    pub kind: StatusKind,
    /// The first day.
    pub from: Day,
    /// The day after the last; [`Day::OPEN_END`] when it has not ended.
    pub to: Day,
}

/// A maximal stretch of days in one stage: `from` included, `to` excluded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interval {
    /// The index of the stage in the rule set, 0 the deepest.
    pub stage: u8,
    /// The first day.
    pub from: Day,
    /// The day after the last; [`Day::OPEN_END`] when only a new event or status could end it.
    pub to: Day,
}
