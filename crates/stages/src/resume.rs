//! Going on from a remembered state, for the common case that a consumer's news is newer than everything before it.

use databank_model::Day;

use crate::input::{Event, Interval, StatusSpan, push_interval};
use crate::program::Program;
use crate::state::State;
use crate::statuses;
use crate::sweep::{Scratch, run_from};

/// Why a history cannot be extended; the caller makes a full pass over the consumer's events instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotResumable {
    /// The state was made by another program.
    #[error("the state belongs to another rule set, version or kind of history")]
    OtherProgram,
    /// An event from before what the state has already seen.
    #[error("an event of {day} is earlier than the last day {last_day}")]
    EarlierEvent {
        /// The event's day.
        day: Day,
        /// The state's last day.
        last_day: Day,
    },
    /// A new event that is cancelled.
    #[error("an event of {day} is cancelled")]
    CancelledEvent {
        /// The event's day.
        day: Day,
    },
    /// When the state was made, an event was known to stop counting later on.
    #[error("an earlier event stops counting after the last day")]
    PendingCancellation,
    /// A status was changed for days before the last day.
    #[error("a status changed from {day} on, before the last day {last_day}")]
    EarlierStatus {
        /// The first day that changed.
        day: Day,
        /// The state's last day.
        last_day: Day,
    },
}

/// Writes the history with the new events added over `out`, and returns the state after them.
///
/// The result equals a full pass over all events: `old` (the history that came with the state) before the first day
/// with news, worked out anew from there on. `events` are the new ones only, sorted by day, none before the state's
/// last day; `statuses` are all of the consumer's, old and new.
///
/// A refund that cancels an event already seen is not visible here: whoever finds one makes a full pass.
pub fn resume(
    program: &Program,
    state: &State,
    old: &[Interval],
    events: &[Event],
    statuses: &[StatusSpan],
    scratch: &mut Scratch,
    out: &mut Vec<Interval>,
) -> Result<State, NotResumable> {
    if !state.restore(program, &mut scratch.windows) {
        return Err(NotResumable::OtherProgram);
    }
    if state.pending_cancellation {
        return Err(NotResumable::PendingCancellation);
    }
    let last_day = state.last_day.unwrap_or(Day(i32::MIN));
    if let Some(Event { day, .. }) = events.iter().find(|event| event.day < last_day).copied() {
        return Err(NotResumable::EarlierEvent { day, last_day });
    }
    if let Some(Event { day, .. }) = events.iter().find(|event| event.cancelled_from < Day::OPEN_END).copied() {
        return Err(NotResumable::CancelledEvent { day });
    }
    statuses::canonical(program, statuses, &mut scratch.statuses);
    let changed = statuses::first_difference(&state.statuses, &scratch.statuses);
    if let Some(day) = changed.filter(|day| *day < last_day) {
        return Err(NotResumable::EarlierStatus { day, last_day });
    }
    out.clear();
    let Some(first_day) = events.first().map(|event| event.day).into_iter().chain(changed).min() else {
        out.extend_from_slice(old);
        return Ok(state.clone());
    };
    for interval in old.iter().filter(|interval| interval.from < first_day) {
        push_interval(out, Interval { to: interval.to.min(first_day), ..*interval });
    }
    run_from(program, first_day.0, events, scratch, out);
    let last_day = events.last().map(|event| event.day).or(state.last_day);
    let mut after = State::default();
    after.take(program, last_day, false, scratch);
    Ok(after)
}
