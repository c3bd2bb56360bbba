//! One partition: extract, sort, sweep.

use databank_model::{Day, SlotRange};
use databank_stages::{Deltas, Event, Interval, Scratch, StatusSpan, sweep};
use rustc_hash::FxHashMap;

use crate::extract::{OrderLine, PartitionEvents};
use crate::history::Entity;
use crate::{HistoryError, HistorySource, RuleProgram, refunds, statuses};

/// Stage intervals of a partition, sorted by (consumer, from day). Stages are indices into the rule set's list.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct StageRows {
    /// Consumer numbers.
    pub consumers: Vec<u32>,
    /// Stage indices.
    pub stages: Vec<u8>,
    /// First days.
    pub from: Vec<i32>,
    /// First days no longer.
    pub to: Vec<i32>,
}

impl StageRows {
    /// How many intervals there are.
    pub fn len(&self) -> usize {
        self.consumers.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.consumers.is_empty()
    }

    fn push(&mut self, consumer: u32, interval: Interval) {
        self.consumers.push(consumer);
        self.stages.push(interval.stage);
        self.from.push(interval.from.0);
        self.to.push(interval.to.0);
    }

    /// How many entered and left each stage on each day.
    pub fn day_deltas(&self) -> Deltas {
        let mut deltas = Deltas::default();
        for row in 0..self.len() {
            let (from, to) = (Day(self.from[row]), Day(self.to[row]));
            deltas.add(&[Interval { stage: self.stages[row], from, to }]);
        }
        deltas
    }
}

/// Rows read and intervals found in one partition.
#[derive(Debug)]
pub struct SweptPartition {
    /// The partition.
    pub range: SlotRange,
    /// Its intervals.
    pub rows: StageRows,
    /// Events read.
    pub events: u64,
}

/// Refunds of the whole brand, for a brand whose orders and refunds may lie in different partitions.
pub(crate) type Cancellations = FxHashMap<u64, i32>;

/// Sweeps one partition.
pub(crate) fn sweep_partition(
    source: &HistorySource,
    range: SlotRange,
    program: &RuleProgram,
    entity: &Entity,
    cancellations: Option<&Cancellations>,
) -> Result<SweptPartition, HistoryError> {
    let mut events = PartitionEvents::read(&source.files_of(range), program, entity)?;
    let own;
    let cancelled = match cancellations {
        Some(all) => all,
        None => {
            own = refunds::cancelled_from(&events.purchase_lines, &events.refunds);
            &own
        }
    };
    let (least, greatest) = range.number_bounds();
    let start = source.memberships.partition_point(|stay| stay.consumer < least);
    let end = source.memberships.partition_point(|stay| stay.consumer <= greatest);
    let memberships = source.memberships.get(start..end).unwrap_or_default();
    let spans = if entity.is_brand() { statuses::spans(&mut events.status_events, memberships) } else { Vec::new() };
    let n_events = events.rows;
    let rows = sweep_all(&events, cancelled, &spans, program);
    Ok(SweptPartition { range, rows, events: n_events })
}

/// Purchase lines and refunds of one partition, for brands of several.
pub(crate) fn order_lines(
    source: &HistorySource,
    range: SlotRange,
    program: &RuleProgram,
) -> Result<(Vec<OrderLine>, Vec<OrderLine>), HistoryError> {
    let events = PartitionEvents::read(&source.files_of(range), program, &Entity::Brand)?;
    Ok((events.purchase_lines, events.refunds))
}

fn sweep_all(
    events: &PartitionEvents,
    cancelled: &Cancellations,
    spans: &[(u32, StatusSpan)],
    program: &RuleProgram,
) -> StageRows {
    let order = sorted_order(&events.consumers, &events.days);
    let mut rows = StageRows::default();
    let mut scratch = Scratch::default();
    let (mut person, mut statuses, mut intervals) = (Vec::<Event>::new(), Vec::new(), Vec::new());
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
        intervals.clear();
        sweep(&program.program, &person, &statuses, &mut scratch, &mut intervals);
        for interval in &intervals {
            rows.push(consumer, *interval);
        }
    }
    rows
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
