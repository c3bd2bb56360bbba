//! One partition: extract, sort, sweep.

use databank_model::{Day, SlotRange};
use databank_stages::{Event, Scratch, StatusSpan, sweep, sweep_with_state};
use rustc_hash::FxHashMap;

use crate::extract::PartitionEvents;
use crate::history::Entity;
use crate::refunds::Refunds;
use crate::rows::PartitionHistory;
use crate::source::Membership;
use crate::{HistoryError, HistorySource, RuleProgram, statuses};

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
    let mut events = PartitionEvents::read(&source.files_of(range), program, entity, None)?;
    let memberships = if entity.is_brand() { memberships_of(source, range) } else { &[] };
    let spans = if entity.is_brand() { statuses::spans(&mut events.status_events, memberships) } else { Vec::new() };
    let mut history = PartitionHistory::default();
    let (mut scratch, mut intervals) = (Scratch::default(), Vec::new());
    for_each_person(&events, &refunds.cancelled, &spans, &mut |consumer, person, statuses| {
        let state = match kept {
            Kept::Intervals => {
                sweep(&program.program, person, statuses, &mut scratch, &mut intervals);
                None
            }
            Kept::IntervalsAndStates => {
                Some(sweep_with_state(&program.program, person, statuses, &mut scratch, &mut intervals))
            }
        };
        history.push(consumer, &intervals, state.as_ref());
    });
    Ok(SweptPartition { history, events: events.rows })
}

/// The stays of a partition's consumers.
pub(crate) fn memberships_of(source: &HistorySource, range: SlotRange) -> &[Membership] {
    let (least, greatest) = range.number_bounds();
    let start = source.memberships.partition_point(|stay| stay.consumer < least);
    let end = source.memberships.partition_point(|stay| stay.consumer <= greatest);
    source.memberships.get(start..end).unwrap_or_default()
}

/// Hands over consumer by consumer, in ascending order, its events by day and its status spans.
pub(crate) fn for_each_person(
    events: &PartitionEvents,
    cancelled: &FxHashMap<u64, i32>,
    spans: &[(u32, StatusSpan)],
    take: &mut dyn FnMut(u32, &[Event], &[StatusSpan]),
) {
    let order = sorted_order(&events.consumers, &events.days);
    let (mut person, mut statuses) = (Vec::<Event>::new(), Vec::new());
    let (mut next, mut next_span) = (0, 0);
    loop {
        let by_event = order.get(next).map(|row| events.consumers[*row as usize]);
        let by_span = spans.get(next_span).map(|(consumer, _)| *consumer);
        let Some(consumer) = [by_event, by_span].into_iter().flatten().min() else { break };
        person.clear();
        while let Some(row) = order.get(next).map(|row| *row as usize)
            && events.consumers[row] == consumer
        {
            let order_key = events.orders[row];
            let gone = if events.purchases[row] && !cancelled.is_empty() {
                cancelled.get(&order_key).map_or(Day::OPEN_END, |day| Day(*day))
            } else {
                Day::OPEN_END
            };
            person.push(Event {
                day: Day(events.days[row]),
                order: order_key,
                bits: events.bits[row],
                cancelled_from: gone,
            });
            next += 1;
        }
        statuses.clear();
        while let Some((_, span)) = spans.get(next_span).filter(|(owner, _)| *owner == consumer) {
            statuses.push(*span);
            next_span += 1;
        }
        take(consumer, &person, &statuses);
    }
}

/// Row numbers in (consumer, day) order. Files are sorted already, so this merges runs rather than sorts.
fn sorted_order(consumers: &[u32], days: &[i32]) -> Vec<u32> {
    let key = |row: usize| u64::from(consumers[row]) << 32 | u64::from(days[row].cast_unsigned() ^ 0x8000_0000);
    if (1..consumers.len()).all(|row| key(row - 1) <= key(row)) {
        return (0..consumers.len() as u32).collect();
    }
    let mut keyed: Vec<(u64, u32)> = (0..consumers.len()).map(|row| (key(row), row as u32)).collect();
    #[expect(clippy::stable_sort_primitive, reason = "the stable sort merges the sorted runs that files are")]
    keyed.sort();
    keyed.into_iter().map(|(_, row)| row).collect()
}
