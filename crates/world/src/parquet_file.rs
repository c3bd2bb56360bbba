//! Batches to Parquet files. Encoding, which costs most, is done where a batch is made; files only take what is encoded.

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, SchemaRef};
use parquet::arrow::ArrowSchemaConverter;
use parquet::arrow::arrow_writer::{ArrowColumnChunk, ArrowRowGroupWriterFactory, compute_leaves};
use parquet::basic::{Compression, Encoding};
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesPtr};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::{ColumnPath, TypePtr};

use crate::WorldError;
use crate::tables::events::PLAIN;

/// Whether values of a column repeat so seldom that a list of them would only cost.
fn hardly_repeats(table: &str, column: &str) -> bool {
    match table {
        "events" => PLAIN.contains(&column),
        _ => matches!(column, "person" | "ids") || column.starts_with("id."),
    }
}

/// Rows of one table, encoded.
pub(crate) struct Encoded(Vec<ArrowColumnChunk>);

/// How a table is encoded.
pub(crate) struct Format {
    name: &'static str,
    schema: SchemaRef,
    root: TypePtr,
    properties: WriterPropertiesPtr,
    factory: ArrowRowGroupWriterFactory,
}

impl Format {
    pub(crate) fn new(name: &'static str, schema: SchemaRef) -> Result<Self, WorldError> {
        let mut properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            // The words of the files, not the version of what wrote them.
            .set_created_by("databank world".to_owned())
            .set_statistics_enabled(EnabledStatistics::None);
        for field in schema.fields() {
            let own = vec![field.name().clone()];
            let path = match field.data_type() {
                DataType::List(inner) => [own, vec!["list".to_owned(), inner.name().clone()]].concat(),
                _ => own,
            };
            let column = || ColumnPath::from(path.clone());
            let is_instant = matches!(field.data_type(), DataType::Timestamp(..));
            if is_instant || hardly_repeats(name, field.name()) {
                properties = properties.set_column_dictionary_enabled(column(), false);
            }
            // Instants of one person follow one another.
            if is_instant {
                properties = properties.set_column_encoding(column(), Encoding::DELTA_BINARY_PACKED);
            }
        }
        let properties = Arc::new(properties.build());
        let parquet = ArrowSchemaConverter::new().convert(&schema).map_err(WorldError::parquet(name))?;
        let root = parquet.root_schema_ptr();
        let like = SerializedFileWriter::new(Vec::new(), Arc::clone(&root), Arc::clone(&properties))
            .map_err(WorldError::parquet(name))?;
        let factory = ArrowRowGroupWriterFactory::new(&like, Arc::clone(&schema));
        Ok(Self { name, schema, root, properties, factory })
    }

    /// Encodes a batch as a row group.
    pub(crate) fn encode(&self, batch: &RecordBatch) -> Result<Encoded, WorldError> {
        let failed = || WorldError::parquet(self.name);
        let mut writers = self.factory.create_column_writers(0).map_err(failed())?.into_iter();
        let mut chunks = Vec::with_capacity(writers.len());
        for (field, column) in self.schema.fields().iter().zip(batch.columns()) {
            for leaf in compute_leaves(field, column).map_err(failed())? {
                if let Some(mut writer) = writers.next() {
                    writer.write(&leaf).map_err(failed())?;
                    chunks.push(writer.close().map_err(failed())?);
                }
            }
        }
        Ok(Encoded(chunks))
    }

    /// Makes a file for rows of this format.
    pub(crate) fn open(&self, path: PathBuf) -> Result<TableFile, WorldError> {
        let file = File::create_new(&path).map_err(WorldError::io(&path))?;
        let (root, properties) = (Arc::clone(&self.root), Arc::clone(&self.properties));
        let writer = SerializedFileWriter::new(BufWriter::with_capacity(1 << 20, file), root, properties)
            .map_err(WorldError::parquet(self.name))?;
        Ok(TableFile { name: self.name, path, writer })
    }
}

/// A file that is being written.
pub(crate) struct TableFile {
    name: &'static str,
    path: PathBuf,
    writer: SerializedFileWriter<BufWriter<File>>,
}

impl TableFile {
    /// Adds encoded rows as a row group.
    pub(crate) fn append(&mut self, encoded: Encoded) -> Result<(), WorldError> {
        let failed = || WorldError::parquet(self.name);
        let mut group = self.writer.next_row_group().map_err(failed())?;
        for chunk in encoded.0 {
            chunk.append_to_row_group(&mut group).map_err(failed())?;
        }
        group.close().map_err(failed())?;
        Ok(())
    }

    /// Ends the file; returns its size.
    pub(crate) fn finish(self) -> Result<u64, WorldError> {
        self.writer.close().map_err(WorldError::parquet(self.name))?;
        Ok(std::fs::metadata(&self.path).map_err(WorldError::io(&self.path))?.len())
    }
}

/// Writes a table that is in memory as a whole.
pub(crate) fn write_whole(directory: &Path, name: &'static str, batch: &RecordBatch) -> Result<u64, WorldError> {
    let format = Format::new(name, batch.schema())?;
    let mut file = format.open(directory.join(name))?;
    file.append(format.encode(batch)?)?;
    file.finish()
}
