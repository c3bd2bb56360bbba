//! One partition swept.

use databank_model::SlotRange;
use databank_stages::{Scratch, State, sweep, sweep_with_state};

use crate::extract::Extractor;
use crate::history::Entity;
use crate::people::People;
use crate::refunds::Refunds;
use crate::rows::PartitionHistory;
use crate::source::Membership;
use crate::{HistoryError, HistorySource, RuleProgram};

/// What of a sweep is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kept {
    /// An answer is wanted once.
    Intervals,
    /// Later events will extend it.
    IntervalsAndStates,
}

/// What was read and found in one partition.
#[derive(Debug)]
pub(crate) struct SweptPartition {
    pub(crate) history: PartitionHistory,
    /// Events read.
    pub(crate) events: u64,
}

/// Sweeps one partition from its first event on.
pub(crate) fn sweep_partition(
    source: &HistorySource,
    range: SlotRange,
    program: &RuleProgram,
    entity: &Entity,
    refunds: &Refunds,
    kept: Kept,
) -> Result<SweptPartition, HistoryError> {
    let files = source.files_of(range);
    let memberships = if entity.is_brand() { memberships_of(source, range, program) } else { &[] };
    let people = People {
        files: &files,
        extractor: Extractor { program, entity, cancelled: &refunds.cancelled },
        choice: None,
        memberships,
    };
    let mut history = PartitionHistory::default();
    let (mut scratch, mut intervals, mut state) = (Scratch::default(), Vec::new(), State::default());
    let events = people.for_each(&mut |person| {
        // Statuses are the brand's own.
        let statuses = if entity.is_brand() { person.statuses } else { &[] };
        if person.events.is_empty() && statuses.is_empty() {
            return;
        }
        match kept {
            Kept::Intervals => {
                sweep(&program.program, person.events, statuses, &mut scratch, &mut intervals);
                history.push(person.consumer, &intervals, None);
            }
            Kept::IntervalsAndStates => {
                let program = &program.program;
                sweep_with_state(program, person.events, statuses, &mut scratch, &mut intervals, &mut state);
                history.push(person.consumer, &intervals, Some(&state));
            }
        }
    })?;
    Ok(SweptPartition { history, events })
}

/// The stays of a partition's consumers, when the rules ask for them.
pub(crate) fn memberships_of<'a>(
    source: &'a HistorySource,
    range: SlotRange,
    program: &RuleProgram,
) -> &'a [Membership] {
    if !program.program.asks_for(Membership::KIND) {
        return &[];
    }
    let (least, greatest) = range.number_bounds();
    let start = source.memberships.partition_point(|stay| stay.consumer < least);
    let end = source.memberships.partition_point(|stay| stay.consumer <= greatest);
    source.memberships.get(start..end).unwrap_or_default()
}
