//! The names of the files that rows came from. Rows of a file come together: a name for each of them would be copied with them
//! all the way, and only refusals ever ask for it.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, DictionaryArray, Int32Array, RecordBatch, StringArray};
use arrow::datatypes::{Field, Int32Type, Schema};

use crate::DepositError;
use crate::reject::FILE;

/// Keeps the name of the present file.
#[derive(Debug, Default)]
pub(super) struct FileNames {
    /// A list of one name, which the batches of a file share.
    present: Option<ArrayRef>,
}

impl FileNames {
    /// The batch with a place in a list for each row's name. A batch that has rows of several files stays as it is.
    pub(super) fn shorten(&mut self, batch: &RecordBatch) -> Result<RecordBatch, DepositError> {
        let schema = batch.schema();
        let Some((place, field)) = schema.column_with_name(FILE) else { return Ok(batch.clone()) };
        let Some(names) = batch.column(place).as_string_opt::<i32>() else { return Ok(batch.clone()) };
        if names.is_empty() || names.null_count() > 0 || (1..names.len()).any(|row| names.value(row) != names.value(0))
        {
            return Ok(batch.clone());
        }
        let is_present =
            |held: &&ArrayRef| held.as_string_opt::<i32>().is_some_and(|held| held.value(0) == names.value(0));
        let values = match self.present.as_ref().filter(is_present) {
            Some(held) => Arc::clone(held),
            None => Arc::clone(self.present.insert(Arc::new(StringArray::from(vec![names.value(0)])))),
        };
        let keys = Int32Array::from_value(0, names.len());
        let column: ArrayRef = Arc::new(DictionaryArray::<Int32Type>::try_new(keys, values)?);
        let mut fields: Vec<_> = schema.fields().iter().cloned().collect();
        let mut columns = batch.columns().to_vec();
        if let (Some(held), Some(slot)) = (fields.get_mut(place), columns.get_mut(place)) {
            *held = Arc::new(Field::new(field.name(), column.data_type().clone(), field.is_nullable()));
            *slot = column;
        }
        let schema = Schema::new_with_metadata(fields, schema.metadata().clone());
        Ok(RecordBatch::try_new(Arc::new(schema), columns)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::texts::texts_of;
    use arrow::array::Int64Array;

    #[test]
    fn every_row_keeps_its_name() {
        let mut names = FileNames::default();
        for files in [vec!["a", "a"], vec!["a"], vec!["b", "b"], vec!["b", "a"], vec![], vec!["a", "a"]] {
            let numbers = Int64Array::from_iter_values(0..files.len() as i64);
            let columns: [(&str, ArrayRef); 2] =
                [(FILE, Arc::new(StringArray::from(files.clone()))), ("n", Arc::new(numbers))];
            let batch = RecordBatch::try_from_iter(columns).unwrap();
            let short = names.shorten(&batch).unwrap();
            assert_eq!(texts_of(short.column(0)).unwrap(), StringArray::from(files));
            assert_eq!(short.column(1), batch.column(1));
        }
    }
}
