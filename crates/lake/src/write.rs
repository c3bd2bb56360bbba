//! Writing one data file: sorted rows in, a synced Parquet file and its statistics out.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::compute::{max, min};
use arrow::datatypes::{DataType, Date32Type, Field, FieldRef, Int64Type, Schema, SchemaRef, TimestampMicrosecondType};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;
use serde_json::{Map, Value, json};

use crate::durable::{make_directory, sync_directory};
use crate::ledger::Ledger;
use crate::sums::SummingFile;
use crate::tracks::{NAMES_KEY, TRACK_COLUMN, TrackWriter};
use crate::{CheckedFile, DataFile, LakeError, Table};

/// Rows in one row group: the unit in which a reader skips.
pub const ROW_GROUP_ROWS: usize = 128 * 1024;
/// Bytes of a row group at most: it is held until it is full, however wide its rows are.
const ROW_GROUP_BYTES: usize = 32 << 20;

/// Rows of a page of a table that lies in the order of profiles.
const PROFILE_PAGE_ROWS: usize = 2048;

/// What a file's statistics say of a column.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Bounds {
    least: Option<i64>,
    greatest: Option<i64>,
    nulls: i64,
}

/// The least and the greatest value of a column without nulls.
impl From<Option<(i64, i64)>> for Bounds {
    fn from(bounds: Option<(i64, i64)>) -> Self {
        let (least, greatest) = bounds.unzip();
        Self { least, greatest, nulls: 0 }
    }
}

/// A data file under a name of its own, while it is written.
#[derive(Debug)]
pub(crate) struct NewFile {
    table: Table,
    path: PathBuf,
    relative: String,
    partition: BTreeMap<String, String>,
    /// Whether it must survive a power cut.
    lasts: bool,
}

impl NewFile {
    /// Opens a new file under `table_directory`, in the directory of its partition values (in the table's order).
    pub(crate) fn create(
        table: Table,
        table_directory: &Path,
        partition: &[&str],
        (ledger, lasts): (&Ledger, bool),
    ) -> Result<(Self, File), LakeError> {
        let columns = table.partition_columns();
        debug_assert_eq!(columns.len(), partition.len());
        let mut relative = String::new();
        let mut values = BTreeMap::new();
        for (column, value) in columns.iter().copied().zip(partition) {
            relative.push_str(column);
            relative.push('=');
            relative.push_str(&value.replace(|c: char| !(c.is_ascii_alphanumeric() || "-_.@".contains(c)), "_"));
            relative.push('/');
            values.insert(column.to_owned(), (*value).to_owned());
        }
        let directory = table_directory.join(&relative);
        make_directory(&directory, lasts)?;
        #[expect(clippy::disallowed_methods, reason = "a file name needs only to be new, not to be repeatable")]
        let name = uuid::Uuid::new_v4();
        relative.push_str(&format!("{name}.parquet"));
        let path = table_directory.join(&relative);
        ledger.begin(&path);
        let file = File::create_new(&path).map_err(LakeError::io("create", &path))?;
        Ok((Self { table, path, relative, partition: values, lasts }, file))
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Syncs what was written, and its directory. `bounds` are those of the table's statistics columns.
    pub(crate) fn finish(self, written: SummingFile, rows: i64, bounds: &[Bounds]) -> Result<DataFile, LakeError> {
        let Self { table, path, relative, partition, lasts } = self;
        let (file, sums) = written.finish();
        if lasts {
            file.sync_all().map_err(LakeError::io("sync", &path))?;
            path.parent().map_or(Ok(()), sync_directory)?;
        }
        let size_bytes = file.metadata().map_err(LakeError::io("stat", &path))?.len() as i64;
        let statistics = Some(statistics_json(table, rows, bounds).to_string());
        let file = DataFile { path, relative, partition, size_bytes, rows, statistics, sums: Some(sums.to_string()) };
        // What moves rows on within the same deposit reads it soon.
        CheckedFile::open(&file)?.trust();
        Ok(file)
    }
}

/// Writes one file of a table.
#[derive(Debug)]
pub struct FileWriter {
    table: Table,
    new: NewFile,
    /// A mutex only so that a deposit that holds a half-written file may pass between threads; it is never contended.
    writer: Mutex<ArrowWriter<SummingFile>>,
    rows: i64,
    bounds: Vec<Bounds>,
    /// Of events: their tracks.
    tracks: Option<TrackWriter>,
    /// The columns of the file.
    physical: SchemaRef,
}

/// The columns of a file: the table's; of events, a hidden one with them. Derived rows always have a value where only `entity_id` may be
/// null: without levels that say so they are written and read faster. To the table all columns may be null, as Delta likes it.
pub(crate) fn physical_schema(table: Table) -> SchemaRef {
    let schema = table.schema();
    let mut fields: Vec<FieldRef> = schema.fields().iter().cloned().collect();
    match table {
        Table::Events => fields.push(Arc::new(Field::new(TRACK_COLUMN, DataType::Binary, true))),
        Table::Stages | Table::StageDays => {
            for field in fields.iter_mut().filter(|field| field.name() != "entity_id") {
                *field = Arc::new(field.as_ref().clone().with_nullable(false));
            }
        }
        _ => return schema,
    }
    Arc::new(Schema::new(fields))
}

fn properties(table: Table) -> WriterProperties {
    let mut builder = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_max_row_group_row_count(Some(ROW_GROUP_ROWS))
        .set_max_row_group_bytes(Some(ROW_GROUP_BYTES))
        .set_statistics_enabled(EnabledStatistics::None);
    for column in table.statistics_columns() {
        builder = builder.set_column_statistics_enabled(ColumnPath::from(*column), EnabledStatistics::Chunk);
    }
    if table == Table::Events {
        let path = ColumnPath::from;
        // Hashes neither repeat nor compress: trying costs time and saves nothing. Their equal lengths are packed apart.
        builder = builder
            .set_column_dictionary_enabled(path("event_key"), false)
            .set_column_encoding(path("event_key"), Encoding::DELTA_LENGTH_BYTE_ARRAY)
            .set_column_compression(path("event_key"), Compression::UNCOMPRESSED);
        builder = builder
            .set_column_dictionary_enabled(path(TRACK_COLUMN), false)
            .set_column_encoding(path(TRACK_COLUMN), Encoding::PLAIN)
            .set_column_compression(path(TRACK_COLUMN), Compression::UNCOMPRESSED);
        // Instants hardly repeat, and these numbers hardly change: packed as differences they need no dictionary.
        for column in ["ts", "received_at", "flags", "deposit"] {
            builder = builder
                .set_column_dictionary_enabled(path(column), false)
                .set_column_encoding(path(column), Encoding::DELTA_BINARY_PACKED);
        }
    }
    if matches!(table, Table::Profiles | Table::Masters) {
        let path = ColumnPath::from;
        // Read for some people at a time, whose rows lie together: small pages with bounds, so that little beside them is
        // decoded.
        builder = builder
            .set_data_page_row_count_limit(PROFILE_PAGE_ROWS)
            .set_column_statistics_enabled(path("profile"), EnabledStatistics::Page)
            .set_column_dictionary_enabled(path("profile"), false)
            .set_column_encoding(path("profile"), Encoding::DELTA_BINARY_PACKED)
            .set_column_compression(path("profile"), Compression::UNCOMPRESSED);
    }
    if table == Table::Profiles {
        // Hashes and sealed values neither repeat nor compress.
        for column in ["token", "sealed"] {
            builder = builder
                .set_column_dictionary_enabled(ColumnPath::from(column), false)
                .set_column_compression(ColumnPath::from(column), Compression::UNCOMPRESSED);
        }
    }
    builder.build()
}

impl FileWriter {
    /// Opens a new file under `table_directory`, in the directory of its partition values (in the table's order).
    pub(crate) fn create(
        table: Table,
        table_directory: &Path,
        partition: &[&str],
        ledger: (&Ledger, bool),
    ) -> Result<Self, LakeError> {
        let (new, file) = NewFile::create(table, table_directory, partition, ledger)?;
        let physical = physical_schema(table);
        let writer = ArrowWriter::try_new(SummingFile::new(file), Arc::clone(&physical), Some(properties(table)))
            .map_err(LakeError::parquet("write", new.path()))?;
        let bounds = vec![Bounds::default(); table.statistics_columns().len()];
        let tracks = (table == Table::Events).then(TrackWriter::default);
        Ok(Self { table, new, writer: Mutex::new(writer), rows: 0, bounds, tracks, physical })
    }

    /// The columns to write.
    pub fn schema(&self) -> SchemaRef {
        self.table.schema()
    }

    /// Rows written so far.
    pub fn rows(&self) -> i64 {
        self.rows
    }

    /// Bytes that the file would have if it were closed now, roughly.
    pub fn size_bytes(&mut self) -> u64 {
        let writer = self.writer.get_mut().unwrap_or_else(PoisonError::into_inner);
        (writer.bytes_written() + writer.in_progress_size()) as u64
    }

    /// Adds rows, which the caller has sorted.
    pub fn write(&mut self, batch: &RecordBatch) -> Result<(), LakeError> {
        for (bounds, name) in self.bounds.iter_mut().zip(self.table.statistics_columns()) {
            let Some(column) = batch.column_by_name(name) else { continue };
            let (least, greatest) = match column.data_type() {
                DataType::Int64 => (min(column.as_primitive::<Int64Type>()), max(column.as_primitive::<Int64Type>())),
                DataType::Date32 => {
                    let days = column.as_primitive::<Date32Type>();
                    (min(days).map(i64::from), max(days).map(i64::from))
                }
                _ => {
                    let instants = column.as_primitive::<TimestampMicrosecondType>();
                    (min(instants), max(instants))
                }
            };
            bounds.least = [bounds.least, least].into_iter().flatten().min();
            bounds.greatest = [bounds.greatest, greatest].into_iter().flatten().max();
            bounds.nulls += column.null_count() as i64;
        }
        self.rows += batch.num_rows() as i64;
        let writer = self.writer.get_mut().unwrap_or_else(PoisonError::into_inner);
        let failed = LakeError::parquet("write", self.new.path());
        let mut columns = batch.columns().to_vec();
        columns.extend(self.tracks.as_mut().and_then(|tracks| tracks.column(batch)));
        let batch =
            RecordBatch::try_new(Arc::clone(&self.physical), columns).map_err(LakeError::arrow(self.new.path()))?;
        writer.write(&batch).map_err(failed)
    }

    /// Closes and syncs the file and its directory. The file is part of the table only once a commit names it.
    pub fn finish(self) -> Result<DataFile, LakeError> {
        let mut writer = self.writer.into_inner().unwrap_or_else(PoisonError::into_inner);
        if let Some(tracks) = &self.tracks {
            writer.append_key_value_metadata(KeyValue::new(NAMES_KEY.to_owned(), tracks.names()));
        }
        let written = writer.into_inner().map_err(LakeError::parquet("finish", self.new.path()))?;
        self.new.finish(written, self.rows, &self.bounds)
    }
}

/// File statistics as the Delta protocol spells them.
fn statistics_json(table: Table, rows: i64, bounds: &[Bounds]) -> Value {
    let schema = table.schema();
    let (mut least, mut greatest, mut nulls) = (Map::new(), Map::new(), Map::new());
    for (bounds, name) in bounds.iter().zip(table.statistics_columns()) {
        let Ok(field) = schema.field_with_name(name) else { continue };
        let spell = |value: i64| match field.data_type() {
            DataType::Date32 => json!(databank_model::Day(value as i32).to_string()),
            DataType::Timestamp(..) => spell_instant(value),
            _ => json!(value),
        };
        if let (Some(low), Some(high)) = (bounds.least, bounds.greatest) {
            least.insert((*name).to_owned(), spell(low));
            greatest.insert((*name).to_owned(), spell(high));
        }
        nulls.insert((*name).to_owned(), json!(bounds.nulls));
    }
    json!({"numRecords": rows, "minValues": least, "maxValues": greatest, "nullCount": nulls})
}

/// An instant to the microsecond, so that a bound never cuts off a row.
fn spell_instant(ts_us: i64) -> Value {
    let day = databank_model::Day(ts_us.div_euclid(86_400_000_000) as i32);
    let of_day = ts_us.rem_euclid(86_400_000_000);
    let seconds = of_day / 1_000_000;
    json!(format!(
        "{day}T{:02}:{:02}:{:02}.{:06}Z",
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60,
        of_day % 1_000_000
    ))
}
