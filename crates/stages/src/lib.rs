//! The sweep: a rule set and one consumer's events in, that consumer's stage history out.
//!
//! A brand's relationship with a consumer is a step function of time. A [`Sweep`] computes it in one pass over the
//! consumer's events and gives it as [`Interval`]s, including the decay that happens if nothing more is done: an
//! awareness of today ends by itself when its window does.
//!
//! - [`Program`]: a rule set compiled for a brand's, a category's or an item's history; [`Program::leaves`] says
//!   which bits of an event stand for which event condition.
//! - [`Event`], [`StatusSpan`]: what is read of a consumer. Behaviors and `where` texts are evaluated outside, to one
//!   bit per leaf and event.
//! - [`Sweep`]: the pass, of one person at a time; a [`Fold`] takes in events as they are unpacked.
//! - [`stage_at`], [`Deltas`]: reading histories by day.
//!
//! To add a way of counting: a `Threshold` in `databank-model`, its keys in `window.rs`, its stretches in
//! `cancelled.rs`, its definition in the tests' naive reference.
//!
//! Invariants: pure (no I/O, no clock, no async); intervals are sorted, do not overlap, and are maximal; the order of
//! events within a day makes no difference. Nothing is allocated per consumer once a [`Sweep`] has grown. A pass costs
//! O(events + days with events × leaves + intervals × stages); a leaf with a cancelled match costs a sort of its matches.

mod cancelled;
mod days;
mod fold;
mod input;
mod program;
mod slots;
mod statuses;
mod sweep;
mod window;

pub use days::{DayDelta, Deltas, stage_at};
pub use fold::Fold;
pub use input::{Event, Interval, StatusSpan};
pub use program::{Leaf, Program};
pub use sweep::Sweep;
