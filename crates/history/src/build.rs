//! A whole history as data files.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use arrow::array::{ArrayRef, Date32Array, Int64Array, RecordBatch, StringArray, new_null_array};
use arrow::datatypes::DataType;
use databank_lake::{DataFile, Table, Vault};
use databank_model::SlotRange;

use crate::history::Entity;
use crate::partition::{self, StageRows, SweptPartition};
use crate::{HistoryError, HistorySource, RuleProgram, refunds};

/// Files of a history, written and synced, not yet committed.
#[derive(Debug, Default)]
pub struct BuiltHistory {
    /// Files of `stages`.
    pub stages: Vec<DataFile>,
    /// Files of `stage_days`.
    pub stage_days: Vec<DataFile>,
    /// Events read.
    pub events: u64,
    /// Intervals written.
    pub rows: u64,
}

/// Sweeps partitions on all cores and hands each result to `take`, one at a time, in no order.
pub(crate) fn sweep_partitions(
    source: &HistorySource,
    ranges: &[SlotRange],
    program: &RuleProgram,
    entity: &Entity,
    take: &mut (dyn FnMut(SweptPartition) -> Result<(), HistoryError> + Send),
) -> Result<(), HistoryError> {
    let cancellations = if source.partitions.len() > 1 && source.has_refunds {
        // A refund may have come under another id than its order: both are matched over the whole brand.
        let lines = Mutex::new((Vec::new(), Vec::new()));
        on_all_cores(&source.partitions, &|range| {
            let (bought, refunded) = partition::order_lines(source, range, program)?;
            if let Ok(mut all) = lines.lock() {
                all.0.extend(bought);
                all.1.extend(refunded);
            }
            Ok(())
        })?;
        let (bought, refunded) = lines.into_inner().unwrap_or_default();
        Some(refunds::cancelled_from(&bought, &refunded))
    } else {
        None
    };
    let take = Mutex::new(take);
    on_all_cores(ranges, &|range| {
        let swept = partition::sweep_partition(source, range, program, entity, cancellations.as_ref())?;
        match take.lock() {
            Ok(mut take) => take(swept),
            Err(_) => Ok(()), // another partition's failure is already on its way up
        }
    })
}

fn on_all_cores(
    ranges: &[SlotRange],
    work: &(dyn Fn(SlotRange) -> Result<(), HistoryError> + Sync),
) -> Result<(), HistoryError> {
    let next = AtomicUsize::new(0);
    let cores = std::thread::available_parallelism().map_or(1, usize::from).min(ranges.len().max(1));
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..cores)
            .map(|_| {
                scope.spawn(|| -> Result<(), HistoryError> {
                    while let Some(range) = ranges.get(next.fetch_add(1, Ordering::Relaxed)) {
                        work(*range)?;
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

/// Sweeps the given partitions of a brand's history and writes their files.
pub fn build_partitions(
    vault: &Vault,
    source: &HistorySource,
    ranges: &[SlotRange],
    program: &RuleProgram,
    rule_set: &str,
) -> Result<BuiltHistory, HistoryError> {
    let mut built = BuiltHistory::default();
    sweep_partitions(source, ranges, program, &Entity::Brand, &mut |swept| {
        built.events += swept.events;
        built.rows += swept.rows.len() as u64;
        let slots = swept.range.to_string();
        let partition = [rule_set, "brand", slots.as_str()];
        if !swept.rows.is_empty() {
            built.stages.push(write_stages(vault, &partition, &swept.rows, &program.stages)?);
            built.stage_days.push(write_stage_days(vault, &partition, &swept.rows, &program.stages)?);
        }
        Ok(())
    })?;
    Ok(built)
}

fn code(codes: &[String], stage: u8) -> &str {
    codes.get(usize::from(stage)).map_or("?", String::as_str)
}

fn write_stages(
    vault: &Vault,
    partition: &[&str],
    rows: &StageRows,
    codes: &[String],
) -> Result<DataFile, HistoryError> {
    let mut writer = vault.create_file(Table::Stages, partition)?;
    let batch_rows = 64 * 1024;
    for start in (0..rows.len()).step_by(batch_rows) {
        let end = (start + batch_rows).min(rows.len());
        let count = end - start;
        let columns: Vec<ArrayRef> = vec![
            new_null_array(&DataType::Utf8, count),
            Arc::new(Int64Array::from_iter_values(rows.consumers[start..end].iter().map(|c| i64::from(*c)))),
            Arc::new(StringArray::from_iter_values(rows.stages[start..end].iter().map(|s| code(codes, *s)))),
            Arc::new(Date32Array::from(rows.from[start..end].to_vec())),
            Arc::new(Date32Array::from(rows.to[start..end].to_vec())),
        ];
        writer.write(&RecordBatch::try_new(Table::Stages.schema(), columns)?)?;
    }
    Ok(writer.finish()?)
}

fn write_stage_days(
    vault: &Vault,
    partition: &[&str],
    rows: &StageRows,
    codes: &[String],
) -> Result<DataFile, HistoryError> {
    let deltas: Vec<_> = rows.day_deltas().iter().collect();
    let columns: Vec<ArrayRef> = vec![
        new_null_array(&DataType::Utf8, deltas.len()),
        Arc::new(StringArray::from_iter_values(deltas.iter().map(|(stage, ..)| code(codes, *stage)))),
        Arc::new(Date32Array::from_iter_values(deltas.iter().map(|(_, day, _)| day.0))),
        Arc::new(Int64Array::from_iter_values(deltas.iter().map(|(.., delta)| delta.entered as i64))),
        Arc::new(Int64Array::from_iter_values(deltas.iter().map(|(.., delta)| delta.left as i64))),
    ];
    let mut writer = vault.create_file(Table::StageDays, partition)?;
    writer.write(&RecordBatch::try_new(Table::StageDays.schema(), columns)?)?;
    Ok(writer.finish()?)
}
