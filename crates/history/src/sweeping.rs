//! A history swept on demand: the unit of memory and work is one partition for each core.

use std::sync::{Mutex, PoisonError};

use databank_lake::cores::on_all_cores;
use rustc_hash::FxHashSet;

use crate::history::Entity;
use crate::partition::Partition;
use crate::refunds::Refunds;
use crate::rows::StageRows;
use crate::{HistoryError, HistorySource, RuleProgram};

/// Sweeps the whole history of an entity and hands each partition's intervals to `take`, one at a time, in no order.
pub(crate) fn sweep_on_demand(
    source: &HistorySource,
    program: &RuleProgram,
    entity: &Entity,
    take: &mut (dyn FnMut(StageRows) + Send),
) -> Result<(), HistoryError> {
    let refunds = Refunds::read(source, &FxHashSet::default())?;
    let take = Mutex::new(take);
    on_all_cores(&source.partitions, &|range| -> Result<(), HistoryError> {
        let swept = Partition { source, range: *range, program, entity, refunds: &refunds, consumers: None }.sweep()?;
        take.lock().unwrap_or_else(PoisonError::into_inner)(swept.rows);
        Ok(())
    })
}
