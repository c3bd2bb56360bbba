//! Reading chosen columns of one data file.

mod chosen;

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, Field, Schema};
use bytes::buf::Reader;
use bytes::{Buf, Bytes};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder, RowSelection,
};
use parquet::basic::{Encoding, Type as PhysicalType};
use parquet::column::page::{Page, PageReader};
use parquet::errors::ParquetError;
use parquet::file::metadata::{PageIndexPolicy, RowGroupMetaData};
use parquet::file::reader::{ChunkReader, Length};
use parquet::file::serialized_reader::SerializedPageReader;
use parquet::file::statistics::Statistics;

pub use self::chosen::{Numbers, RowChoice, read_chosen};
use crate::tracks::{NAMES_KEY, TRACK_COLUMN, Tracks, no_tracks};
use crate::{CheckedFile, DataFile, LakeError};

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
pub fn read_file(file: &DataFile, columns: &[&str], dictionary: &[&str]) -> Result<FileReader, LakeError> {
    let path = &file.path;
    let builder = open(file, columns, dictionary, PageIndexPolicy::Skip)?;
    Ok(FileReader { path: path.clone(), reader: builder.build().map_err(LakeError::parquet("read", path))? })
}

fn open(
    file: &DataFile,
    columns: &[&str],
    dictionary: &[&str],
    pages: PageIndexPolicy,
) -> Result<ParquetRecordBatchReaderBuilder<CheckedFile>, LakeError> {
    let checked = CheckedFile::open(file)?;
    let metadata = metadata(&checked, &file.path, dictionary, pages)?;
    let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(checked, metadata);
    let mask = ProjectionMask::columns(builder.parquet_schema(), columns.iter().copied());
    Ok(builder.with_projection(mask).with_batch_size(16 * 1024))
}

/// Reads a footer. Text columns that are listed in `dictionary` will come as dictionaries.
fn metadata(
    file: &CheckedFile,
    path: &Path,
    dictionary: &[&str],
    pages: PageIndexPolicy,
) -> Result<ArrowReaderMetadata, LakeError> {
    let options = ArrowReaderOptions::new().with_page_index_policy(pages);
    let plain = ArrowReaderMetadata::load(file, options).map_err(LakeError::parquet("read", path))?;
    if dictionary.is_empty() {
        return Ok(plain);
    }
    let data_type = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
    let repeats =
        |field: &&Arc<Field>| dictionary.contains(&field.name().as_str()) && field.data_type() == &DataType::Utf8;
    let fields: Vec<Arc<Field>> = plain
        .schema()
        .fields()
        .iter()
        .map(|field| match Some(field).filter(repeats) {
            Some(field) => Arc::new(field.as_ref().clone().with_data_type(data_type.clone())),
            None => Arc::clone(field),
        })
        .collect();
    let options = ArrowReaderOptions::new().with_schema(Arc::new(Schema::new(fields)));
    ArrowReaderMetadata::try_new(Arc::clone(plain.metadata()), options).map_err(LakeError::parquet("read", path))
}

/// Rows of a page at most, as our writer cuts them.
const PAGE_ROWS: usize = 20_000;
/// What a reader holds of a column beside a page, such as its dictionary, in files of usual width.
const COLUMN_BYTES: usize = 64 << 10;

/// What the footer says of one row group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowGroup {
    /// Its place in the file.
    pub place: usize,
    /// Its rows.
    pub rows: usize,
    /// Least and greatest value of the column asked about; all numbers when the footer does not say, none when all
    /// values are null.
    pub bounds: Option<(i64, i64)>,
    /// Whether a value may be null.
    pub has_nulls: bool,
}

/// A part of a file.
#[derive(Debug, Clone)]
pub struct Part {
    /// Row groups by their places, ascending.
    pub row_groups: Vec<usize>,
    /// Ascending ranges of rows, counted over those row groups; all rows without it.
    pub rows: Option<Vec<Range<usize>>>,
    /// Rows of a batch.
    pub batch_rows: usize,
}

/// One data file with its footer read: much can be asked of it before anything is decoded.
#[derive(Debug, Clone)]
pub struct OpenFile {
    file: DataFile,
    metadata: ArrowReaderMetadata,
}

impl OpenFile {
    /// Reads the footer of a file.
    pub fn open(file: &DataFile) -> Result<Self, LakeError> {
        Self::open_repeating(file, &[])
    }

    /// Reads the footer of a file. The text columns named here will come as dictionaries, which costs less where values
    /// repeat.
    pub fn open_repeating(file: &DataFile, dictionary: &[&str]) -> Result<Self, LakeError> {
        let metadata = metadata(&CheckedFile::open(file)?, &file.path, dictionary, PageIndexPolicy::Skip)?;
        Ok(Self { file: file.clone(), metadata })
    }

    /// The row groups, with the bounds of a whole-number column that has statistics.
    pub fn row_groups(&self, column: &str) -> Vec<RowGroup> {
        let groups = self.metadata.metadata().row_groups();
        let of = |(place, group): (usize, &RowGroupMetaData)| {
            let found = group.columns().iter().find(|c| c.column_path().string() == column);
            let (bounds, has_nulls) = match found.and_then(|column| column.statistics()) {
                Some(Statistics::Int64(values)) => {
                    let bounds = values.min_opt().copied().zip(values.max_opt().copied());
                    (bounds, values.null_count_opt() != Some(0))
                }
                _ => (Some((i64::MIN, i64::MAX)), true),
            };
            RowGroup { place, rows: group.num_rows() as usize, bounds, has_nulls }
        };
        groups.iter().enumerate().map(of).collect()
    }

    /// Bytes of a decoded row with all its columns, on average: what a batch of rows will take.
    pub fn row_bytes(&self) -> usize {
        let metadata = self.metadata.metadata();
        let rows = metadata.file_metadata().num_rows().max(1) as usize;
        let columns = metadata.row_groups().iter().flat_map(RowGroupMetaData::columns);
        let texts: usize = columns
            .filter(|column| column.column_type() == PhysicalType::BYTE_ARRAY)
            .map(|column| {
                column.unencoded_byte_array_data_bytes().unwrap_or_else(|| column.uncompressed_size()).max(0) as usize
            })
            .sum();
        metadata.file_metadata().schema_descr().num_columns() * size_of::<i64>() + texts / rows
    }

    /// The names of the codes in its tracks; `None` of a file that has none.
    pub fn track_names(&self) -> Option<Vec<String>> {
        let footer = self.metadata.metadata().file_metadata();
        let named = footer.key_value_metadata()?.iter().find(|entry| entry.key == NAMES_KEY)?;
        serde_json::from_str(named.value.as_deref()?).ok()
    }

    /// The tracks that begin in one row group, of which the last may reach into the next.
    pub fn read_tracks(&self, group: usize) -> Result<Vec<Tracks>, LakeError> {
        let failed = || LakeError::parquet("read", &self.file.path);
        let metadata = self.metadata.metadata();
        let columns = metadata.file_metadata().schema_descr().columns();
        let place = columns.iter().position(|column| column.name() == TRACK_COLUMN);
        let (Some(place), Some(in_group)) = (place, metadata.row_groups().get(group)) else {
            return Err(no_tracks(&self.file.path));
        };
        // Neither as an array nor by the library's reader of values: nearly all of the column's places are empty, and the few
        // values say themselves where they belong.
        let (column, rows) = (in_group.column(place), in_group.num_rows() as usize);
        let (start, length) = column.byte_range();
        let file = CheckedFile::open(&self.file)?.by_blocks();
        let held = Held { start, bytes: file.read_range(start..start.saturating_add(length))? };
        let mut pages = SerializedPageReader::new(Arc::new(held), column, rows, None).map_err(failed())?;
        let mut tracks = Vec::new();
        while let Some(page) = pages.get_next_page().map_err(failed())? {
            let Page::DataPage { buf, encoding: Encoding::PLAIN, .. } = page else {
                return Err(no_tracks(&self.file.path));
            };
            for value in values_of(buf) {
                let value = value.ok_or_else(|| no_tracks(&self.file.path))?;
                tracks.push(Tracks::new(&value, &self.file.path)?);
            }
        }
        Ok(tracks)
    }

    /// Bytes of some columns of a row group, encoded, before compression.
    pub fn column_bytes(&self, group: usize, columns: &[&str]) -> usize {
        let groups = self.metadata.metadata().row_groups();
        let chunks = groups.get(group).map_or(&[][..], RowGroupMetaData::columns).iter();
        let named = chunks.filter(|chunk| columns.contains(&chunk.column_path().string().as_str()));
        named.map(|chunk| chunk.uncompressed_size().max(0) as usize).sum()
    }

    /// Bytes of pages and dictionaries that a reader of all columns holds beside its batches, roughly.
    pub fn page_bytes(&self) -> usize {
        let of_group = |group: &RowGroupMetaData| -> usize {
            let rows = group.num_rows().max(1) as usize;
            let held = |bytes: usize| bytes.min(bytes.saturating_mul(PAGE_ROWS) / rows + COLUMN_BYTES);
            group.columns().iter().map(|column| held(column.uncompressed_size().max(0) as usize)).sum()
        };
        self.metadata.metadata().row_groups().iter().map(of_group).max().unwrap_or(0)
    }

    /// Reads the named columns of a part of the file; they come in file order.
    pub fn read(&self, columns: &[&str], part: Part) -> Result<FileReader, LakeError> {
        let path = &self.file.path;
        // Opened for each reader: whoever keeps many files at hand does not hold as many open.
        let file = CheckedFile::open(&self.file)?;
        let mut builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file, self.metadata.clone());
        let mask = ProjectionMask::columns(builder.parquet_schema(), columns.iter().copied());
        if let Some(rows) = part.rows {
            let groups = self.metadata.metadata().row_groups();
            let total = part
                .row_groups
                .iter()
                .filter_map(|place| groups.get(*place))
                .map(RowGroupMetaData::num_rows)
                .sum::<i64>();
            builder =
                builder.with_row_selection(RowSelection::from_consecutive_ranges(rows.into_iter(), total as usize));
        }
        let reader = builder
            .with_projection(mask)
            .with_row_groups(part.row_groups)
            .with_batch_size(part.batch_rows)
            .build()
            .map_err(LakeError::parquet("read", path))?;
        Ok(FileReader { path: path.clone(), reader })
    }
}

/// The values of a plain page of texts, behind its levels; `None` in place of one that does not fit.
fn values_of(page: Bytes) -> impl Iterator<Item = Option<Bytes>> {
    let mut rest = page;
    let mut sized = move || {
        let size = u32::from_le_bytes(*rest.first_chunk::<4>()?) as usize;
        rest.advance(4);
        (size <= rest.len()).then(|| rest.split_to(size)).map(|value| (value, rest.is_empty()))
    };
    // What comes first are the levels.
    let mut ended = !matches!(sized(), Some((_, false)));
    std::iter::from_fn(move || {
        if ended {
            return None;
        }
        let value = sized();
        ended = value.as_ref().is_none_or(|(_, ended)| *ended);
        Some(value.map(|(value, _)| value))
    })
}

/// A range of a file, read at once.
#[derive(Debug)]
struct Held {
    start: u64,
    bytes: Bytes,
}

impl Length for Held {
    fn len(&self) -> u64 {
        self.start + self.bytes.len() as u64
    }
}

impl ChunkReader for Held {
    type T = Reader<Bytes>;

    fn get_read(&self, start: u64) -> parquet::errors::Result<Self::T> {
        let start = start.checked_sub(self.start).and_then(|start| usize::try_from(start).ok());
        let start = start.filter(|start| *start <= self.bytes.len());
        Ok(self.bytes.slice(start.ok_or_else(outside)?..).reader())
    }

    fn get_bytes(&self, start: u64, length: usize) -> parquet::errors::Result<Bytes> {
        let bytes = self.get_read(start)?.into_inner();
        if length <= bytes.len() { Ok(bytes.slice(..length)) } else { Err(outside()) }
    }
}

/// The error of pages that say that they lie beyond their column.
fn outside() -> ParquetError {
    ParquetError::EOF("a page lies outside of its column".to_owned())
}
