//! Stage histories: who stood in which stage from when to when, kept and recomputed.
//!
//! - [`RuleProgram`]: a rule set bound to event columns ([`program`]).
//! - [`HistorySource`]: the events, memberships and partitions that a history is made of ([`source`]).
//! - [`HistoryStep`]: a change of events becomes a change of the history ([`step`]): partitions are swept from the first
//!   event on (`partition`) or extended by a deposit's news from remembered states (`extend`).
//! - [`StageRows`]: a partition's intervals, the unit of memory and work ([`rows`]).
//! - [`publish`]: changes of several tables become one vault version ([`publish`]).
//! - [`rebuild`]: the history again from events; new rules built beside the active ones, then switched ([`rebuild`]).
//! - [`History`]: a stored history, or one swept on demand, behind one face for assets, trend and flow ([`history`]);
//!   [`HistoryPlan`] says how one is had, also of rules that are not saved ([`plan`]).
//!
//! Invariants: a history belongs to one vault version and one rule-set version; `stage_days` is exactly what `stages`
//! sums to; the same events give the same history however they were deposited, and an extended history is the one that
//! a sweep from the first event on gives.
//!
//! Memory: for each core, one row group of tracks of each of a partition's files and the intervals that come of them (13 bytes
//! each); when it is extended, those twice. Beside them the order lines of refunded orders of the whole brand.

mod chunk;
mod chunks;
pub mod error;
mod extend;
mod extract;
pub mod history;
mod meaning;
mod partition;
mod people;
pub mod plan;
pub mod program;
pub mod publish;
pub mod rebuild;
mod refunds;
pub mod rows;
pub mod source;
mod statuses;
pub mod step;
mod stored;
mod sweeping;
mod track_file;

/// A future whose type callers need not know: what it holds would make their builds long.
pub type BoxFuture<'a, T> = std::pin::Pin<Box<dyn Future<Output = T> + Send + 'a>>;

pub use error::HistoryError;
pub use history::{DayDelta, Entity, History, Stay};
pub use plan::HistoryPlan;
pub use program::RuleProgram;
pub use rows::StageRows;
pub use source::HistorySource;
pub use step::{Extent, HISTORY_WAY, HistoryStep, News, StepWork};
