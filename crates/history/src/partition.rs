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
        let events = self.sweep_into(&mut rows, &mut |_| Ok(()))?;
        Ok(SweptPartition { rows, events })
    }

    /// Adds its intervals to some rows; whenever a consumer's have been added, `added` may take of them. Returns the events read.
    pub(crate) fn sweep_into(
        &self,
        rows: &mut StageRows,
        added: &mut dyn FnMut(&mut StageRows) -> Result<(), HistoryError>,
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
        let mut sweep = Sweep::new(&program.program);
        people.for_each(&mut |consumer, person| {
            let intervals = match person {
                Person::Packed(packed) => sweep.events(packed.stretch.rows, |fold| packed.feed(fold))?,
                // Statuses are the brand's own.
                Person::Unpacked { events, statuses } => {
                    sweep.person(events, if entity.is_brand() { statuses } else { &[] })
                }
            };
            rows.push(consumer, intervals);
            added(rows)
        })
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
