//! Reading chosen columns of one data file.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{Array, AsArray, BooleanArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Int64Type, Schema};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowPredicateFn, ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader,
    ParquetRecordBatchReaderBuilder, RowFilter,
};

use crate::LakeError;

/// Batches of one file, in file order.
#[derive(Debug)]
pub struct FileReader {
    path: PathBuf,
    reader: ParquetRecordBatchReader,
}

impl Iterator for FileReader {
    type Item = Result<RecordBatch, LakeError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.reader.next().map(|batch| batch.map_err(LakeError::arrow(&self.path)))
    }
}

/// Opens the named columns of a data file, in the order asked for being irrelevant: they come in file order. Names listed
/// in `dictionary` come as dictionaries, which costs less where values repeat.
pub fn read_file(path: &Path, columns: &[&str], dictionary: &[&str]) -> Result<FileReader, LakeError> {
    let builder = open(path, columns, dictionary)?;
    Ok(FileReader { path: path.to_owned(), reader: builder.build().map_err(LakeError::parquet("read", path))? })
}

/// Which rows of a file to read: those whose whole number in one column is wanted. Others' columns are not decoded.
#[derive(Clone)]
pub struct RowChoice {
    /// A column of whole numbers, read or not.
    pub column: &'static str,
    /// Whether a row with this number is wanted; a row without one never is.
    pub wanted: Arc<dyn Fn(i64) -> bool + Send + Sync>,
}

impl std::fmt::Debug for RowChoice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RowChoice").field("column", &self.column).finish_non_exhaustive()
    }
}

/// Does what [`read_file`] does, for the chosen rows only.
pub fn read_chosen(
    path: &Path,
    columns: &[&str],
    dictionary: &[&str],
    choice: &RowChoice,
) -> Result<FileReader, LakeError> {
    let builder = open(path, columns, dictionary)?;
    let mask = ProjectionMask::columns(builder.parquet_schema(), [choice.column]);
    let wanted = Arc::clone(&choice.wanted);
    let predicate = ArrowPredicateFn::new(mask, move |batch: RecordBatch| {
        let numbers = cast(batch.column(0), &DataType::Int64)?;
        let numbers = numbers.as_primitive::<Int64Type>();
        let chosen = (0..numbers.len()).map(|row| Some(numbers.is_valid(row) && wanted(numbers.value(row))));
        Ok(chosen.collect::<BooleanArray>())
    });
    let builder = builder.with_row_filter(RowFilter::new(vec![Box::new(predicate)]));
    Ok(FileReader { path: path.to_owned(), reader: builder.build().map_err(LakeError::parquet("read", path))? })
}

fn open(
    path: &Path,
    columns: &[&str],
    dictionary: &[&str],
) -> Result<ParquetRecordBatchReaderBuilder<File>, LakeError> {
    let file = File::open(path).map_err(LakeError::io("open", path))?;
    let plain =
        ArrowReaderMetadata::load(&file, ArrowReaderOptions::new()).map_err(LakeError::parquet("read", path))?;
    let metadata = if dictionary.is_empty() {
        plain
    } else {
        let key = Box::new(DataType::Int32);
        let fields: Vec<Arc<Field>> = plain
            .schema()
            .fields()
            .iter()
            .map(|field| {
                if dictionary.contains(&field.name().as_str()) && field.data_type() == &DataType::Utf8 {
                    let data_type = DataType::Dictionary(key.clone(), Box::new(DataType::Utf8));
                    Arc::new(field.as_ref().clone().with_data_type(data_type))
                } else {
                    Arc::clone(field)
                }
            })
            .collect();
        let options = ArrowReaderOptions::new().with_schema(Arc::new(Schema::new(fields)));
        ArrowReaderMetadata::try_new(Arc::clone(plain.metadata()), options).map_err(LakeError::parquet("read", path))?
    };
    let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file, metadata);
    let mask = ProjectionMask::columns(builder.parquet_schema(), columns.iter().copied());
    Ok(builder.with_projection(mask).with_batch_size(16 * 1024))
}
