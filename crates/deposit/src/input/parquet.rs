//! Parquet files.
//!
//! The columns keep their types, except that encodings of arrow are undone (dictionaries, large and view types), since
//! a mapping should not depend on the writer. The file's embedded arrow schema is not read: it may contradict the data.
//! A damaged file can make the decoder panic, recurse without end or ask for any amount of memory, which would end the
//! process. So `footer` looks at what the footer claims before the decoder parses it, `pages` at what the pages claim
//! before it unpacks them (both by `thrift`), what the decoder panics at is an error of the file, and the rows read are held
//! against the rows promised.

mod footer;
mod pages;
mod thrift;

use std::io::{Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arrow::array::{Array, ArrayRef, AsArray, Int64Array, RecordBatch, RecordBatchOptions, StringArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, FieldRef, SchemaRef};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use parquet::file::metadata::ParquetMetaData;

use super::files::InputFile;
use super::reader::RowReader;
use super::unreadable::Found;
use super::{BATCH_ROWS, InputError, MOST_COLUMNS};

/// The longest footer that is parsed.
const MOST_FOOTER_BYTES: u64 = 32 << 20;

/// About how many bytes of wide rows are decoded at once.
const WIDE_BATCH_BYTES: u64 = 8 << 20;

/// From this length on, batches are made for the longest rows instead of the average ones.
const LONG_ROW_BYTES: u64 = 64 << 10;

/// From this unpacked size on, a ratio above 1000 is refused.
const BOMB_BYTES: i64 = 10 << 30;

/// Opens a file and checks what can be checked before decoding.
pub(crate) fn open(file: &InputFile) -> Result<ParquetRecordBatchReaderBuilder<std::fs::File>, InputError> {
    let io = |source| InputError::Io { file: file.name.to_string(), source };
    let damaged = |reason: String| InputError::Parquet { file: file.name.to_string(), reason };
    let (mut opened, _) = fs_err::File::open(&file.path).map_err(io)?.into_parts();
    if file.bytes < 12 {
        return Err(damaged(format!("it has only {} bytes", file.bytes)));
    }
    let mut tail = [0; 8];
    opened.seek(SeekFrom::End(-8)).and_then(|_| opened.read_exact(&mut tail)).map_err(io)?;
    let [a, b, c, d, magic @ ..] = tail;
    match &magic {
        b"PAR1" => {}
        b"PARE" => return Err(damaged("it is encrypted".into())),
        _ => return Err(damaged("it does not end as one: it is cut, or of another format".into())),
    }
    let footer_bytes = u64::from(u32::from_le_bytes([a, b, c, d]));
    if footer_bytes > (file.bytes - 12).min(MOST_FOOTER_BYTES) {
        return Err(damaged(format!("its footer claims {footer_bytes} bytes")));
    }
    let mut claims = vec![0; usize::try_from(footer_bytes).unwrap_or(usize::MAX)];
    let from_end = -(footer_bytes.cast_signed() + 8);
    opened.seek(SeekFrom::End(from_end)).and_then(|_| opened.read_exact(&mut claims)).map_err(io)?;
    footer::check(&claims).map_err(|reason| damaged(format!("its footer: {reason}")))?;
    let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
    let builder = guarded(file, || ParquetRecordBatchReaderBuilder::try_new_with_options(opened, options))?;
    if builder.schema().fields().len() > MOST_COLUMNS {
        return Err(damaged(format!("it has more than {MOST_COLUMNS} columns")));
    }
    let rows: i128 = builder.metadata().row_groups().iter().map(|group| i128::from(group.num_rows())).sum();
    let promised_rows = builder.metadata().file_metadata().num_rows();
    if rows != i128::from(promised_rows) {
        return Err(damaged(format!("it promises {promised_rows} rows and its row groups {rows}")));
    }
    for group in builder.metadata().row_groups() {
        let (packed, unpacked) = (group.compressed_size(), group.total_byte_size());
        if group.num_rows() < 0 || packed < 0 || unpacked < 0 {
            return Err(damaged("a row group claims a negative size".into()));
        }
        if unpacked > BOMB_BYTES && unpacked / 1000 > packed.max(1) {
            return Err(InputError::Bomb { file: file.name.to_string(), limit_gib: (BOMB_BYTES >> 30) as u64 });
        }
    }
    Ok(builder)
}

/// Returns the columns of a file, with the types that a scan gives.
pub(crate) fn columns(file: &InputFile) -> Result<Vec<FieldRef>, InputError> {
    let builder = open(file)?;
    let column = |field: &FieldRef| Arc::new(Field::new(field.name(), plain_type(field.data_type()), true));
    Ok(builder.schema().fields().iter().map(column).collect())
}

/// Returns about how many bytes a row has, unpacked: by what the file says, or by the longest value of each column where that
/// is much more, as when a few bytes stand for many.
pub(crate) fn row_bytes(file: &InputFile) -> Result<u64, InputError> {
    let builder = open(file)?;
    let average = bytes_per_row(builder.metadata());
    let pages = pages_of(file)?;
    // What is wrong with a column is told when it is read; another may be the only one that is.
    let longest = catch_unwind(AssertUnwindSafe(|| pages::row_bytes(&pages, builder.metadata())));
    let longest = longest.ok().and_then(Result::ok).unwrap_or(0);
    Ok(if longest > LONG_ROW_BYTES { longest } else { average })
}

fn pages_of(file: &InputFile) -> Result<Arc<std::fs::File>, InputError> {
    let opened = fs_err::File::open(&file.path);
    opened
        .map(|opened| Arc::new(opened.into_parts().0))
        .map_err(|source| InputError::Io { file: file.name.to_string(), source })
}

fn bytes_per_row(metadata: &ParquetMetaData) -> u64 {
    let bytes: u64 = metadata.row_groups().iter().map(|group| group.total_byte_size().max(0).unsigned_abs()).sum();
    bytes / metadata.file_metadata().num_rows().unsigned_abs().max(1)
}

/// Runs a call of the Parquet decoder, whose panics are errors of the file.
fn guarded<T>(file: &InputFile, call: impl FnOnce() -> parquet::errors::Result<T>) -> Result<T, InputError> {
    let reason = match catch_unwind(AssertUnwindSafe(call)) {
        Ok(Ok(value)) => return Ok(value),
        Ok(Err(error)) => error.to_string(),
        Err(panic) => {
            let text = panic.downcast_ref::<String>().map(String::as_str);
            let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
            format!("the decoder gave up: {}", text.unwrap_or("for an unknown reason"))
        }
    };
    Err(InputError::Parquet { file: file.name.to_string(), reason })
}

/// Returns a type without arrow's encodings.
fn plain_type(data_type: &DataType) -> DataType {
    match data_type {
        DataType::Dictionary(_, values) => plain_type(values),
        DataType::LargeUtf8 | DataType::Utf8View => DataType::Utf8,
        DataType::LargeBinary | DataType::BinaryView | DataType::FixedSizeBinary(_) => DataType::Binary,
        other => other.clone(),
    }
}

/// Where a projected column comes from.
enum Slot {
    /// A column of the decoded batch.
    Column(usize),
    File,
    Line,
}

/// Reads the rows of one Parquet file.
pub(crate) struct ParquetReader {
    file: InputFile,
    reader: ParquetRecordBatchReader,
    schema: SchemaRef,
    slots: Vec<Slot>,
    rows: u64,
    promised_rows: u64,
    position: Arc<AtomicU64>,
}

impl ParquetReader {
    /// Opens a file. `columns` are the table's columns, found in the file by name.
    pub(crate) fn open(
        file: &InputFile,
        position: Arc<AtomicU64>,
        columns: &[FieldRef],
        projection: (&SchemaRef, &[usize]),
    ) -> Result<Self, InputError> {
        let builder = open(file)?;
        let damaged = |reason: String| InputError::Parquet { file: file.name.to_string(), reason };
        let (schema, projection) = projection;
        let of_name = |field: &FieldRef| builder.schema().index_of(field.name()).ok();
        let wanted: Vec<Option<usize>> = projection.iter().map(|&index| columns.get(index).and_then(of_name)).collect();
        // The decoder gives the columns in the file's order, each once.
        let mut decoded: Vec<usize> = wanted.iter().flatten().copied().collect();
        decoded.sort_unstable();
        decoded.dedup();
        let slot = |(&index, in_file): (&usize, &Option<usize>)| match in_file {
            Some(in_file) => Slot::Column(decoded.binary_search(in_file).unwrap_or_default()),
            None if index == columns.len() => Slot::File,
            None => Slot::Line,
        };
        let slots = projection.iter().zip(&wanted).map(slot).collect();
        let promised_rows = builder.metadata().file_metadata().num_rows().unsigned_abs();
        let row_bytes = bytes_per_row(builder.metadata()).max(1);
        let batch_rows = usize::try_from(WIDE_BATCH_BYTES / row_bytes).unwrap_or(BATCH_ROWS).clamp(1, BATCH_ROWS);
        let mask = ProjectionMask::roots(builder.parquet_schema(), decoded.iter().copied());
        let pages = pages_of(file)?;
        let most_rows = match catch_unwind(AssertUnwindSafe(|| pages::most_rows(&pages, builder.metadata(), &mask))) {
            Ok(most_rows) => most_rows.map_err(damaged)?,
            Err(_) => return Err(damaged("a dictionary cannot be decoded".into())),
        };
        let batch_rows = usize::try_from(most_rows).unwrap_or(BATCH_ROWS).clamp(1, batch_rows);
        let builder = builder.with_projection(mask).with_batch_size(batch_rows);
        let reader = guarded(file, || builder.build())?;
        let schema = Arc::clone(schema);
        Ok(Self { file: file.clone(), reader, schema, slots, rows: 0, promised_rows, position })
    }

    fn assemble(&self, decoded: &RecordBatch) -> Result<RecordBatch, InputError> {
        let rows = decoded.num_rows();
        let damaged = |reason: String| InputError::Parquet { file: self.file.name.to_string(), reason };
        let mut arrays: Vec<ArrayRef> = Vec::with_capacity(self.slots.len());
        for (slot, field) in self.slots.iter().zip(self.schema.fields()) {
            arrays.push(match slot {
                Slot::File => Arc::new(StringArray::from_iter_values(std::iter::repeat_n(&*self.file.name, rows))),
                Slot::Line => {
                    let first = self.rows as i64 + 1;
                    Arc::new(Int64Array::from_iter_values(first..first + rows as i64))
                }
                Slot::Column(index) => {
                    let array = decoded.columns().get(*index).ok_or_else(|| damaged("a column is missing".into()))?;
                    let array = if array.data_type() == field.data_type() {
                        Arc::clone(array)
                    } else {
                        cast(array, field.data_type()).map_err(|error| damaged(error.to_string()))?
                    };
                    without_nul(array)
                }
            });
        }
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        RecordBatch::try_new_with_options(Arc::clone(&self.schema), arrays, &options)
            .map_err(|error| damaged(error.to_string()))
    }
}

/// Replaces NUL in text by U+FFFD; nearly every array has none and is handed on as it is.
fn without_nul(array: ArrayRef) -> ArrayRef {
    let Some(texts) = array.as_string_opt::<i32>() else { return array };
    if memchr::memchr(0, texts.values()).is_none() {
        return array;
    }
    let replaced: StringArray = texts.iter().map(|text| text.map(|text| text.replace('\0', "\u{FFFD}"))).collect();
    Arc::new(replaced)
}

impl RowReader for ParquetReader {
    fn next_batch(&mut self) -> Result<Option<RecordBatch>, InputError> {
        let reader = &mut self.reader;
        let decoded = guarded(&self.file, || reader.next().transpose().map_err(Into::into))?;
        let damaged = |reason: String| InputError::Parquet { file: self.file.name.to_string(), reason };
        let Some(decoded) = decoded else {
            if self.rows != self.promised_rows {
                let (rows, promised) = (self.rows, self.promised_rows);
                return Err(damaged(format!("it promises {promised} rows and holds {rows}")));
            }
            self.position.fetch_max(self.file.bytes, Ordering::Relaxed);
            return Ok(None);
        };
        let batch = match catch_unwind(AssertUnwindSafe(|| self.assemble(&decoded))) {
            Ok(batch) => batch?,
            Err(_) => return Err(damaged("a column cannot be decoded".into())),
        };
        self.rows += decoded.num_rows() as u64;
        // Row groups are read column by column, so the share of the rows is the best measure of progress.
        let share = u128::from(self.file.bytes) * u128::from(self.rows) / u128::from(self.promised_rows.max(1));
        self.position.fetch_max(u64::try_from(share).unwrap_or(u64::MAX).min(self.file.bytes), Ordering::Relaxed);
        Ok(Some(batch))
    }

    fn report(&mut self) -> (u64, Vec<Found>) {
        (self.rows, Vec::new())
    }
}
