//! Partitions on all cores: the unit of memory and work is one partition for each core.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use rustc_hash::FxHashSet;

use crate::history::Entity;
use crate::partition::{self, Kept};
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
    on_all_cores(&source.partitions, &|range| {
        let swept = partition::sweep_partition(source, *range, program, entity, &refunds, Kept::Intervals)?;
        take.lock().unwrap_or_else(PoisonError::into_inner)(swept.history.rows);
        Ok(())
    })
}

/// What comes of each of some things (partitions, files), in their order; worked on as many at a time as there are cores.
pub(crate) fn map_on_all_cores<T: Sync, R: Send>(
    things: &[T],
    work: &(dyn Fn(&T) -> Result<R, HistoryError> + Sync),
) -> Result<Vec<R>, HistoryError> {
    let results: Vec<Mutex<Option<R>>> = things.iter().map(|_| Mutex::new(None)).collect();
    let numbered: Vec<(&T, &Mutex<Option<R>>)> = things.iter().zip(&results).collect();
    on_all_cores(&numbered, &|(thing, result)| {
        *result.lock().unwrap_or_else(PoisonError::into_inner) = Some(work(thing)?);
        Ok(())
    })?;
    Ok(results.into_iter().filter_map(|result| result.into_inner().unwrap_or_else(PoisonError::into_inner)).collect())
}

/// Works on each of some things (partitions, files), as many at a time as there are cores.
pub(crate) fn on_all_cores<T: Sync>(
    things: &[T],
    work: &(dyn Fn(&T) -> Result<(), HistoryError> + Sync),
) -> Result<(), HistoryError> {
    let next = AtomicUsize::new(0);
    let cores = std::thread::available_parallelism().map_or(1, usize::from).min(things.len().max(1));
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..cores)
            .map(|_| {
                scope.spawn(|| -> Result<(), HistoryError> {
                    while let Some(thing) = things.get(next.fetch_add(1, Ordering::Relaxed)) {
                        work(thing)?;
                    }
                    Ok(())
                })
            })
            .collect();
        workers.into_iter().try_for_each(|worker| match worker.join() {
            Ok(outcome) => outcome,
            Err(panic) => std::panic::resume_unwind(panic),
        })
    })
}
