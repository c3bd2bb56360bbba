//! Reading chosen columns of one data file.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, Field, Schema};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
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
    let reader =
        builder.with_projection(mask).with_batch_size(16 * 1024).build().map_err(LakeError::parquet("read", path))?;
    Ok(FileReader { path: path.to_owned(), reader })
}
