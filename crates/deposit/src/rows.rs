//! Rows of batches, picked and joined. Events have many columns, and most sources fill few of them: a column without a
//! value is not gone through row by row.

use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::{Array, ArrayRef, RecordBatch, UInt32Array, new_null_array};
use arrow::compute::{concat, interleave, take};
use arrow::datatypes::{DataType, SchemaRef};
use arrow::error::ArrowError;
use rustc_hash::FxHashMap;

use crate::uniform::Repeated;

/// Rows of a column without values that is kept. Longer ones are memory that is never touched.
const EMPTY_ROWS: usize = 64 * 1024;

/// A column without values. Batches share it: most have several.
pub(crate) fn empty_column(data_type: &DataType, rows: usize) -> ArrayRef {
    static EMPTY: Mutex<Option<FxHashMap<DataType, ArrayRef>>> = Mutex::new(None);
    if rows > EMPTY_ROWS {
        return new_null_array(data_type, rows);
    }
    let mut kept = EMPTY.lock().unwrap_or_else(PoisonError::into_inner);
    let kept = kept.get_or_insert_default();
    let column = kept.entry(data_type.clone()).or_insert_with(|| new_null_array(data_type, EMPTY_ROWS));
    column.slice(0, rows)
}

/// Bytes of the rows of a batch, whatever their columns were cut from.
pub(crate) fn size_bytes(batch: &RecordBatch) -> usize {
    let of_column = |column: &ArrayRef| column.to_data().get_slice_memory_size().unwrap_or_default();
    batch.columns().iter().map(of_column).sum()
}

/// Whether a column has no value.
pub(crate) fn is_empty(column: &dyn Array) -> bool {
    column.null_count() == column.len()
}

/// The rows of a batch at the given places.
pub(crate) fn take_rows(batch: &RecordBatch, places: &UInt32Array) -> Result<RecordBatch, ArrowError> {
    let columns = batch.columns().iter().map(|column| {
        if is_empty(column) && places.len() <= column.len() {
            Ok(column.slice(0, places.len()))
        } else {
            take(column, places, None)
        }
    });
    RecordBatch::try_new(batch.schema(), columns.collect::<Result<_, _>>()?)
}

/// The rows of all batches, one after the other.
pub(crate) fn join_rows(schema: &SchemaRef, batches: &[RecordBatch]) -> Result<RecordBatch, ArrowError> {
    if let [only] = batches {
        return Ok(only.clone());
    }
    let n_rows = batches.iter().map(RecordBatch::num_rows).sum();
    let columns = schema.fields().iter().enumerate().map(|(index, field)| {
        let parts: Vec<&dyn Array> = batches.iter().map(|batch| batch.column(index).as_ref()).collect();
        if parts.iter().all(|part| is_empty(*part)) {
            Ok(empty_column(field.data_type(), n_rows))
        } else {
            concat(&parts)
        }
    });
    RecordBatch::try_new(Arc::clone(schema), columns.collect::<Result<Vec<ArrayRef>, _>>()?)
}

/// Rows of several batches of one schema, each given by its batch and its place there. Columns that `known` has are not gone
/// through: all rows of all batches have its value there.
pub(crate) fn interleave_rows(
    batches: &[&RecordBatch],
    picks: &[(usize, usize)],
    known: &Repeated,
) -> Result<RecordBatch, ArrowError> {
    let Some(first) = batches.first() else {
        return Err(ArrowError::InvalidArgumentError("no batches to pick rows of".to_owned()));
    };
    let schema = first.schema();
    let columns = schema.fields().iter().enumerate().map(|(index, field)| {
        if let Some(column) = known.column(index, picks.len()) {
            return Ok(column);
        }
        let parts: Vec<&dyn Array> = batches.iter().map(|batch| batch.column(index).as_ref()).collect();
        if parts.iter().all(|part| is_empty(*part)) {
            Ok(empty_column(field.data_type(), picks.len()))
        } else {
            interleave(&parts, picks)
        }
    });
    let columns = columns.collect::<Result<Vec<ArrayRef>, _>>()?;
    RecordBatch::try_new(schema, columns)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::uniform::Uniform;
    use arrow::array::{Int64Array, StringArray};
    use arrow::compute::{concat_batches, interleave_record_batch, take_record_batch};

    fn batch(numbers: std::ops::Range<i64>, texts: &[Option<&str>]) -> RecordBatch {
        let n_rows = texts.len();
        let columns: [(&str, ArrayRef, bool); 3] = [
            ("number", Arc::new(Int64Array::from_iter_values(numbers)), true),
            ("text", Arc::new(texts.iter().copied().collect::<StringArray>()), true),
            ("none", Arc::new(StringArray::new_null(n_rows)), true),
        ];
        RecordBatch::try_from_iter_with_nullable(columns).unwrap()
    }

    #[test]
    fn rows_are_those_that_arrow_takes_and_joins() {
        let batches = [
            batch(0..3, &[None, None, None]),
            batch(3..5, &[Some("a"), None]),
            batch(5..5, &[]),
            batch(5..6, &[Some("b")]),
        ];
        let schema = batches[0].schema();
        let whole = concat_batches(&schema, &batches).unwrap();
        for count in 0..=batches.len() {
            let joined = join_rows(&schema, &batches[..count]).unwrap();
            assert_eq!(joined, concat_batches(&schema, &batches[..count]).unwrap());
        }
        let parts: Vec<&RecordBatch> = batches.iter().collect();
        for picks in [vec![], vec![(3, 0), (0, 2), (1, 1), (0, 2)], vec![(0, 1), (0, 0)]] {
            for parts in [&parts[..], &parts[..1]] {
                if picks.iter().all(|(batch, _)| *batch < parts.len()) {
                    for known in [Uniform::unknown(&schema), Uniform::of(&schema, parts).unwrap()] {
                        assert_eq!(
                            interleave_rows(parts, &picks, &known.repeated(picks.len()).unwrap()).unwrap(),
                            interleave_record_batch(parts, &picks).unwrap()
                        );
                    }
                }
            }
        }
        for places in [vec![], vec![5, 0, 3], vec![2, 2, 2, 2, 2, 2, 2, 2, 2]] {
            let places = UInt32Array::from(places);
            for batch in [&whole, &batches[0].slice(0, 3)] {
                if places.iter().flatten().all(|place| (place as usize) < batch.num_rows()) {
                    assert_eq!(take_rows(batch, &places).unwrap(), take_record_batch(batch, &places).unwrap());
                }
            }
        }
    }
}
