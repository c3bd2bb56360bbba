//! The files of a kept history: `stages` and `stage_days`, written and read.

use std::sync::Arc;

use arrow::array::new_null_array;
use arrow::array::{ArrayRef, AsArray, Date32Array, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Date32Type, Int64Type};
use databank_lake::{DataFile, Intervals, OpenFile, Part, RowGroup, StageFile, Table, Vault, read_file};
use databank_model::ConsumerId;
use databank_stages::Deltas;

use crate::HistoryError;
use crate::extract::dictionary;
use crate::rows::StageRows;

/// Rows handed to a file writer at a time.
const BATCH_ROWS: usize = 64 * 1024;

/// The files of one partition's history, written and synced, not yet committed.
#[derive(Debug)]
pub(crate) struct HistoryFiles {
    pub(crate) stages: DataFile,
    pub(crate) stage_days: DataFile,
}

/// Writes one partition's history.
#[derive(Debug)]
pub(crate) struct HistoryWriter<'a> {
    vault: &'a Vault,
    /// Rule set, entity kind and slots.
    partition: &'a [&'a str],
    /// The stages' codes, deepest first.
    codes: &'a [String],
    /// Begun with the first row.
    stages: Option<StageFile>,
    days: Deltas,
}

impl<'a> HistoryWriter<'a> {
    pub(crate) fn new(vault: &'a Vault, partition: &'a [&'a str], codes: &'a [String]) -> Self {
        Self { vault, partition, codes, stages: None, days: Deltas::default() }
    }

    /// Writes some rows, which come after those before.
    pub(crate) fn take(&mut self, rows: &StageRows) -> Result<(), HistoryError> {
        if rows.is_empty() {
            return Ok(());
        }
        let StageRows { consumers, stages, from, to } = rows;
        self.days.add_columns(stages, from, to);
        let file = match &mut self.stages {
            Some(file) => file,
            none => none.insert(self.vault.create_stages(self.partition, self.codes)?),
        };
        Ok(file.write(&Intervals { consumers, stages, from, to })?)
    }

    /// Ends and syncs the files; `None` when nobody is in the history.
    pub(crate) fn finish(self) -> Result<Option<HistoryFiles>, HistoryError> {
        let Self { vault, partition, codes, stages, days } = self;
        let Some(stages) = stages else { return Ok(None) };
        let stages = stages.finish()?;
        Ok(Some(HistoryFiles { stages, stage_days: write_stage_days(vault, partition, &days, codes)? }))
    }
}

/// Reads a partition's history back.
pub(crate) fn read(stages: &[DataFile], codes: &[String]) -> Result<StageRows, HistoryError> {
    let mut rows = StageRows::default();
    for file in stages {
        read_stages(file, codes, &mut rows)?;
    }
    Ok(rows)
}

const COLUMNS: [&str; 4] = ["consumer", "stage", "from_day", "to_day"];

/// Reads a file of `stages`, adding its intervals to `rows`.
pub(crate) fn read_stages(file: &DataFile, codes: &[String], rows: &mut StageRows) -> Result<(), HistoryError> {
    for batch in read_file(file, &COLUMNS, &["stage"])? {
        add_stages(&batch?, codes, rows)?;
    }
    Ok(())
}

/// Reads what a file of `stages` may hold of one consumer, and as little else as its statistics allow.
pub(crate) fn read_stages_of(
    file: &DataFile,
    codes: &[String],
    consumer: ConsumerId,
) -> Result<StageRows, HistoryError> {
    let number = i64::from(consumer.0);
    let mut rows = StageRows::default();
    if file.long_bounds("consumer").is_some_and(|(least, greatest)| number < least || number > greatest) {
        return Ok(rows);
    }
    let open = OpenFile::open(file)?;
    let may_hold =
        |group: &RowGroup| group.bounds.is_some_and(|(least, greatest)| least <= number && number <= greatest);
    let row_groups: Vec<usize> =
        open.row_groups("consumer").into_iter().filter(may_hold).map(|group| group.place).collect();
    if !row_groups.is_empty() {
        let part = Part { row_groups, rows: None, batch_rows: BATCH_ROWS };
        for batch in open.read(&COLUMNS, part)? {
            add_stages(&batch?, codes, &mut rows)?;
        }
    }
    Ok(rows)
}

fn add_stages(batch: &RecordBatch, codes: &[String], rows: &mut StageRows) -> Result<(), HistoryError> {
    let stages = dictionary(batch.column(1))?;
    let index_of = |code: &str| codes.iter().position(|held| held == code).map_or(u8::MAX, |index| index as u8);
    let by_key: Vec<u8> =
        stages.values().as_string::<i32>().iter().map(|code| code.map_or(u8::MAX, index_of)).collect();
    let consumers = batch.column(0).as_primitive::<Int64Type>();
    rows.consumers.extend(consumers.values().iter().map(|consumer| *consumer as u32));
    rows.stages.extend(stages.keys().values().iter().filter_map(|key| by_key.get(*key as usize)));
    rows.from.extend(batch.column(2).as_primitive::<Date32Type>().values());
    rows.to.extend(batch.column(3).as_primitive::<Date32Type>().values());
    Ok(())
}

fn code(codes: &[String], stage: u8) -> &str {
    codes.get(usize::from(stage)).map_or("?", String::as_str)
}

fn write_stage_days(
    vault: &Vault,
    partition: &[&str],
    days: &Deltas,
    codes: &[String],
) -> Result<DataFile, HistoryError> {
    let deltas: Vec<_> = days.iter().collect();
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
