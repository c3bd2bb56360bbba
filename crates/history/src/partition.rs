//! One partition swept.

use databank_lake::RowChoice;
use databank_model::SlotRange;
use databank_stages::Sweep;

use crate::extract::Extractor;
use crate::history::Entity;
use crate::people::{People, Person};
use crate::refunds::Refunds;
use crate::rows::StageRows;
use crate::source::Membership;
use crate::{HistoryError, HistorySource, RuleProgram};

/// Intervals of a row group: while they are packed they lie in caches that are near.
const GROUP_ROWS: usize = 32 * 1024;

/// One partition to sweep: all of its consumers, or some (ascending).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Partition<'a> {
    pub(crate) source: &'a HistorySource,
    pub(crate) range: SlotRange,
    pub(crate) program: &'a RuleProgram,
    pub(crate) entity: &'a Entity,
    pub(crate) refunds: &'a Refunds,
    pub(crate) consumers: Option<&'a [u32]>,
}

/// Room for sweeps of partitions, one after another.
#[derive(Debug)]
pub(crate) struct Room<'p> {
    sweep: Sweep<'p>,
    rows: StageRows,
}

impl<'p> Room<'p> {
    pub(crate) fn new(program: &'p RuleProgram) -> Self {
        Self { sweep: Sweep::new(&program.program), rows: StageRows::default() }
    }
}

/// What was read and found in one partition.
#[derive(Debug)]
pub(crate) struct SweptPartition {
    pub(crate) rows: StageRows,
    /// Events read.
    pub(crate) events: u64,
}

impl Partition<'_> {
    /// Sweeps it from the first events on.
    pub(crate) fn sweep(&self) -> Result<SweptPartition, HistoryError> {
        let mut rows = StageRows::default();
        let events = self.sweep_in(&mut Room::new(self.program), &mut |part| {
            rows.append(part, 0..part.len());
            Ok(())
        })?;
        Ok(SweptPartition { rows, events })
    }

    /// Sweeps it and hands over its intervals, as many at a time as a row group has, but for the last. Returns the events read.
    pub(crate) fn sweep_in(
        &self,
        room: &mut Room<'_>,
        take: &mut dyn FnMut(&StageRows) -> Result<(), HistoryError>,
    ) -> Result<u64, HistoryError> {
        let Self { source, range, program, entity, refunds, consumers } = *self;
        let files = source.files_of(range);
        let stays = if entity.is_brand() { memberships_of(source, range, program) } else { &[] };
        let choice = consumers.map(|consumers| RowChoice::new("consumer", consumers.iter().map(|c| i64::from(*c))));
        let chosen: Vec<Membership>;
        let memberships = match consumers {
            None => stays,
            Some(consumers) => {
                let is_chosen = |stay: &&Membership| consumers.binary_search(&stay.consumer).is_ok();
                chosen = stays.iter().filter(is_chosen).copied().collect();
                &chosen
            }
        };
        let people = People {
            files: &files,
            extractor: Extractor { program, entity, cancelled: &refunds.cancelled },
            choice: choice.as_ref(),
            memberships,
        };
        let Room { sweep, rows } = room;
        sweep.pass(sweep.len());
        let events = people.for_each(&mut |consumer, person| {
            match person {
                Person::Packed(packed) => {
                    sweep.events(consumer, packed.stretch.n_days(), |fold| packed.feed(fold))?;
                }
                // Statuses are the brand's own.
                Person::Unpacked { events, statuses } => {
                    sweep.person(consumer, events, if entity.is_brand() { statuses } else { &[] });
                }
            }
            while sweep.len() >= GROUP_ROWS {
                rows.set(sweep, GROUP_ROWS);
                sweep.pass(GROUP_ROWS);
                take(rows)?;
            }
            Ok(())
        })?;
        rows.set(sweep, sweep.len());
        take(rows)?;
        Ok(events)
    }
}

/// The stays of a partition's consumers, when the rules ask for them.
fn memberships_of<'a>(source: &'a HistorySource, range: SlotRange, program: &RuleProgram) -> &'a [Membership] {
    if !program.program.asks_for(Membership::KIND) {
        return &[];
    }
    let (least, greatest) = range.number_bounds();
    let start = source.memberships.partition_point(|stay| stay.consumer < least);
    let end = source.memberships.partition_point(|stay| stay.consumer <= greatest);
    source.memberships.get(start..end).unwrap_or_default()
}
