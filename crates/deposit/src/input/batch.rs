//! Collects rows into record batches of the columns that a scan asks for.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Builder, RecordBatch, RecordBatchOptions, StringArray};
use arrow::datatypes::SchemaRef;

use super::types::{ColumnBuilder, ColumnType};
use super::{BATCH_BYTES, BATCH_ROWS};

/// About how many cells a batch holds at most: those without a text take memory too, and thousands of columns of nothing
/// would make it gigabytes.
const BATCH_CELLS: usize = 1 << 20;

/// What a projected column is made of.
enum Slot {
    Column { index: usize, column_type: ColumnType, builder: ColumnBuilder },
    File,
    Line(Int64Builder),
}

/// Collects the rows of one file. Columns that are not projected are never built.
pub(crate) struct BatchBuilder {
    schema: SchemaRef,
    slots: Vec<Slot>,
    /// The most rows of a batch, by its width.
    most_rows: usize,
    rows: usize,
    bytes: usize,
}

impl BatchBuilder {
    /// Makes a builder of `projection`, indexes into `columns` followed by `_file` and `_line`.
    pub(crate) fn new(schema: SchemaRef, columns: &[(String, ColumnType)], projection: &[usize]) -> Self {
        let most_rows = (BATCH_CELLS / projection.len().max(1)).clamp(1, BATCH_ROWS);
        let slot = |&index: &usize| match columns.get(index) {
            Some(&(_, column_type)) => {
                let builder = ColumnBuilder::new(column_type, most_rows);
                Slot::Column { index, column_type, builder }
            }
            None if index == columns.len() => Slot::File,
            None => Slot::Line(Int64Builder::with_capacity(most_rows)),
        };
        Self { schema, slots: projection.iter().map(slot).collect(), most_rows, rows: 0, bytes: 0 }
    }

    /// Adds a row of about `bytes`. `append` gets the index of each projected column and appends one value to it.
    pub(crate) fn push(&mut self, line: u64, bytes: usize, mut append: impl FnMut(usize, &mut ColumnBuilder)) {
        for slot in &mut self.slots {
            match slot {
                Slot::Column { index, builder, .. } => append(*index, builder),
                Slot::File => {}
                Slot::Line(builder) => builder.append_value(line as i64),
            }
        }
        self.rows += 1;
        self.bytes += bytes;
    }

    /// Returns whether the batch should be handed on.
    pub(crate) fn is_full(&self) -> bool {
        self.rows >= self.most_rows || self.bytes >= BATCH_BYTES
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// Hands out the rows collected so far.
    pub(crate) fn finish(&mut self, file: &str) -> RecordBatch {
        let rows = std::mem::take(&mut self.rows);
        self.bytes = 0;
        let most_rows = self.most_rows;
        let column = |slot: &mut Slot| -> ArrayRef {
            match slot {
                Slot::Column { column_type, builder, .. } => {
                    let array = builder.finish();
                    // Builders start small again after each finish; a fresh one has the room of a batch.
                    *builder = ColumnBuilder::new(*column_type, most_rows);
                    array
                }
                Slot::File => Arc::new(StringArray::from_iter_values(std::iter::repeat_n(file, rows))),
                Slot::Line(builder) => Arc::new(builder.finish()),
            }
        };
        let columns = self.slots.iter_mut().map(column).collect();
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns, &options)
            .expect("each slot is built of its column's type and gets one value per row")
    }
}
