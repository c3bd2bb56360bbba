//! Columns in which all rows say the same: the source, the deposit, a currency, or nothing. Such a column is kept as its one
//! value, and is not gone through row by row when rows are sorted, put aside and merged.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, ArrowPrimitiveType, AsArray, PrimitiveArray, RecordBatch, UInt32Array};
use arrow::compute::take;
use arrow::datatypes::{DataType, Date32Type, Int64Type, SchemaRef, TimeUnit, TimestampMicrosecondType};
use arrow::error::ArrowError;

use crate::rows::is_empty;

/// Of each column the value that all of its rows have, as an array of some rows; `None` where rows differ, or may.
#[derive(Debug, Clone)]
pub(crate) struct Uniform {
    values: Arc<[Option<ArrayRef>]>,
}

impl Uniform {
    /// For columns of which nothing is known.
    pub(crate) fn unknown(schema: &SchemaRef) -> Self {
        Self { values: schema.fields().iter().map(|_| None).collect() }
    }

    /// What all rows of these batches of one schema have in common.
    pub(crate) fn of(schema: &SchemaRef, batches: &[&RecordBatch]) -> Result<Self, ArrowError> {
        let of_column = |index: usize| -> Result<Option<ArrayRef>, ArrowError> {
            let mut common: Option<ArrayRef> = None;
            for batch in batches.iter().filter(|batch| batch.num_rows() > 0) {
                let Some(value) = value_of_all(batch.column(index))? else { return Ok(None) };
                if common.as_ref().is_some_and(|common| **common != *value) {
                    return Ok(None);
                }
                common = Some(value);
            }
            Ok(common)
        };
        Ok(Self { values: (0..schema.fields().len()).map(of_column).collect::<Result<_, _>>()? })
    }

    /// What these rows and other ones have in common.
    #[must_use]
    pub(crate) fn shared_with(&self, other: &Self) -> Self {
        let both = |(one, other): (&Option<ArrayRef>, &Option<ArrayRef>)| match (one, other) {
            (Some(one), Some(other)) if **one == **other => Some(Arc::clone(one)),
            _ => None,
        };
        Self { values: self.values.iter().zip(other.values.iter()).map(both).collect() }
    }

    /// As if nothing were known of a column.
    #[must_use]
    pub(crate) fn without(&self, index: usize) -> Self {
        let values = self.values.iter().enumerate();
        Self { values: values.map(|(place, value)| value.clone().filter(|_| place != index)).collect() }
    }

    /// Places of the columns whose rows differ.
    pub(crate) fn varying(&self) -> Vec<usize> {
        (0..self.values.len()).filter(|index| self.value(*index).is_none()).collect()
    }

    /// The value of a column.
    pub(crate) fn value(&self, index: usize) -> Option<&ArrayRef> {
        self.values.get(index)?.as_ref()
    }

    /// Each value as often as a batch of `rows` rows needs it.
    pub(crate) fn repeated(&self, rows: usize) -> Result<Repeated, ArrowError> {
        let first = UInt32Array::from_value(0, rows);
        let repeat = |value: &Option<ArrayRef>| value.as_ref().map(|value| take(value, &first, None)).transpose();
        Ok(Repeated { columns: self.values.iter().map(repeat).collect::<Result<_, _>>()?, rows })
    }
}

/// Columns that have one value throughout, to be cut to length.
#[derive(Debug)]
pub(crate) struct Repeated {
    columns: Vec<Option<ArrayRef>>,
    rows: usize,
}

impl Repeated {
    /// Rows of a batch at most.
    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    /// A column of `rows` rows, if it is known.
    pub(crate) fn column(&self, index: usize, rows: usize) -> Option<ArrayRef> {
        self.columns.get(index)?.as_ref().filter(|column| rows <= column.len()).map(|column| column.slice(0, rows))
    }
}

/// The value of all rows of a column that has some, as one row that holds nothing else.
fn value_of_all(column: &ArrayRef) -> Result<Option<ArrayRef>, ArrowError> {
    let is_uniform = is_empty(column.as_ref())
        || column.null_count() == 0
            && match column.data_type() {
                DataType::Int64 => is_one::<Int64Type>(column.as_primitive()),
                DataType::Date32 => is_one::<Date32Type>(column.as_primitive()),
                DataType::Timestamp(TimeUnit::Microsecond, _) => {
                    is_one::<TimestampMicrosecondType>(column.as_primitive())
                }
                DataType::Utf8 => {
                    let texts = column.as_string::<i32>();
                    (1..texts.len()).all(|row| texts.value(row) == texts.value(0))
                }
                _ => false,
            };
    // A copy: a slice would keep the memory of the whole column.
    is_uniform.then(|| take(column, &UInt32Array::from_value(0, 1), None)).transpose()
}

fn is_one<T: ArrowPrimitiveType>(column: &PrimitiveArray<T>) -> bool {
    column.values().iter().all(|value| Some(value) == column.values().first())
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{BinaryArray, Int64Array, StringArray};

    fn batch(numbers: &[Option<i64>], texts: &[Option<&str>], bytes: &[u8]) -> RecordBatch {
        let columns: [(&str, ArrayRef, bool); 3] = [
            ("number", Arc::new(numbers.iter().copied().collect::<Int64Array>()), true),
            ("text", Arc::new(texts.iter().copied().collect::<StringArray>()), true),
            ("bytes", Arc::new(BinaryArray::from_iter_values(bytes.iter().map(|byte| [*byte]))), true),
        ];
        RecordBatch::try_from_iter_with_nullable(columns).unwrap()
    }

    #[test]
    fn a_column_is_its_value_only_where_no_row_differs() {
        let ones = batch(&[Some(1), Some(1)], &[None, None], &[7, 7]);
        let schema = ones.schema();
        let of = |batches: &[&RecordBatch]| Uniform::of(&schema, batches).unwrap();
        // Bytes are keys, which differ: they are not looked at.
        assert_eq!(of(&[&ones]).varying(), [2]);
        assert_eq!(of(&[&ones, &batch(&[Some(1)], &[Some("")], &[1])]).varying(), [1, 2]);
        assert_eq!(of(&[&ones, &batch(&[None], &[None], &[1])]).varying(), [0, 2]);
        assert_eq!(of(&[&batch(&[Some(1), None], &[Some("a"), Some("b")], &[1, 2])]).varying(), [0, 1, 2]);
        assert_eq!(of(&[&ones, &batch(&[], &[], &[])]).varying(), [2]);
        assert_eq!(of(&[]).varying(), [0, 1, 2]);
    }

    #[test]
    fn rows_come_back_as_they_were() {
        let ones = batch(&[Some(1); 3], &[Some("a"); 3], &[1, 2, 3]);
        let twos = batch(&[Some(2); 3], &[Some("a"); 3], &[1, 2, 3]);
        let [one, two] = [&ones, &twos].map(|rows| Uniform::of(&rows.schema(), &[rows]).unwrap());
        assert_eq!(one.shared_with(&two).varying(), [0, 2]);
        assert_eq!(one.shared_with(&Uniform::unknown(&ones.schema())).varying(), [0, 1, 2]);
        let repeated = one.repeated(5).unwrap();
        assert_eq!(&repeated.column(0, 3).unwrap(), ones.column(0));
        assert_eq!(&repeated.column(1, 3).unwrap(), ones.column(1));
        assert!(repeated.column(2, 3).is_none() && repeated.column(0, 6).is_none());
        assert_eq!(repeated.column(0, 0).unwrap().len(), 0);
    }
}
