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

/// What was read and found in one partition.
#[derive(Debug)]
pub(crate) struct SweptPartition {
    pub(crate) rows: StageRows,
    /// Events read.
    pub(crate) events: u64,
}

/// Sweeps a partition, or some of its consumers (ascending), from their first events on.
pub(crate) fn sweep_partition(
    source: &HistorySource,
    range: SlotRange,
    program: &RuleProgram,
    entity: &Entity,
    refunds: &Refunds,
    consumers: Option<&[u32]>,
) -> Result<SweptPartition, HistoryError> {
    let files = source.files_of(range);
    let stays = if entity.is_brand() { memberships_of(source, range, program) } else { &[] };
    let choice = consumers.map(|consumers| RowChoice::new("consumer", consumers.iter().map(|c| i64::from(*c))));
    let chosen: Vec<Membership>;
    let memberships = match consumers {
        None => stays,
        Some(consumers) => {
            chosen = stays.iter().filter(|stay| consumers.binary_search(&stay.consumer).is_ok()).copied().collect();
            &chosen
        }
    };
    let people = People {
        files: &files,
        extractor: Extractor { program, entity, cancelled: &refunds.cancelled },
        choice: choice.as_ref(),
        memberships,
    };
    let mut rows = StageRows::default();
    let mut sweep = Sweep::new(&program.program);
    let events = people.for_each(&mut |consumer, person| {
        let intervals = match person {
            Person::Packed(packed) => {
                sweep.begin();
                packed.sweep(&mut sweep)?;
                sweep.end()
            }
            // Statuses are the brand's own.
            Person::Unpacked { events, statuses } => {
                sweep.person(events, if entity.is_brand() { statuses } else { &[] })
            }
        };
        rows.push(consumer, intervals);
        Ok(())
    })?;
    Ok(SweptPartition { rows, events })
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
