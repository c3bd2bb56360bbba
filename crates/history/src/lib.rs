//! Stage histories: who stood in which stage from when to when, kept and recomputed.
//!
//! - [`RuleProgram`]: a rule set bound to event columns ([`program`]).
//! - [`HistorySource`]: the events, memberships and partitions that a history is made of ([`source`]).
//! - [`partition`]: one partition's events to its stage rows, the unit of memory and work ([`partition`]).
//! - [`build`]: the whole history of a rule set as data files, ready to commit ([`build`]).
//! - [`publish`]: changes of several tables become one vault version ([`publish`]).
//! - [`rebuild`]: the history again from events; new rules built beside the active ones, then switched ([`rebuild`]).
//! - [`History`]: a stored history, or one swept on demand, behind one face for assets, trend and flow ([`history`]).
//!
//! Invariants: a history belongs to one vault version and one rule-set version; `stage_days` is exactly what `stages`
//! sums to; the same events give the same history however they were deposited.
//!
//! Memory: one partition's narrow columns (about 30 bytes an event) for each core.

pub mod build;
pub mod error;
pub mod extract;
pub mod history;
pub mod partition;
pub mod program;
pub mod publish;
pub mod rebuild;
pub mod refunds;
pub mod source;
pub mod statuses;

/// A future whose type callers need not know: what it holds would make their builds long.
pub type BoxFuture<'a, T> = std::pin::Pin<Box<dyn Future<Output = T> + Send + 'a>>;

pub use build::{BuiltHistory, build_partitions};
pub use error::HistoryError;
pub use history::{DayDelta, Entity, History};
pub use partition::StageRows;
pub use program::RuleProgram;
pub use source::HistorySource;
