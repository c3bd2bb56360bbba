//! Writing the intervals of one partition: a file of `stages`, its columns packed by us ([`crate::packing`]).

use std::fs::File;
use std::sync::Arc;

use bytes::Bytes;
use parquet::arrow::ArrowSchemaConverter;
use parquet::basic::{Compression, Encoding};
use parquet::column::page::{CompressedPage, Page, PageWriter};
use parquet::column::writer::ColumnCloseResult;
use parquet::errors::ParquetError;
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::properties::WriterProperties;
use parquet::file::statistics::Statistics;
use parquet::file::writer::{SerializedFileWriter, SerializedPageWriter, TrackedWrite};
use parquet::schema::types::ColumnDescPtr;

use crate::packing::{put_ascending, put_days, put_indices, put_nulls};
use crate::sums::SummingFile;
use crate::write::{NewFile, ROW_GROUP_ROWS, physical_schema};
use crate::{DataFile, LakeError, Table, Vault};

/// Stage intervals of a partition in columns of equal length, sorted by (consumer, from day).
#[derive(Debug, Clone, Copy)]
pub struct Intervals<'a> {
    /// Consumer numbers.
    pub consumers: &'a [u32],
    /// Stages, as indices of `codes`.
    pub stages: &'a [u8],
    /// First days.
    pub from: &'a [i32],
    /// First days no longer.
    pub to: &'a [i32],
}

/// A file of `stages` while it is written.
#[derive(Debug)]
pub struct StageFile {
    new: NewFile,
    writer: SerializedFileWriter<SummingFile>,
    columns: Vec<ColumnDescPtr>,
    codes: Vec<String>,
    rows: usize,
    /// The first and the last consumer so far.
    bounds: Option<(u32, u32)>,
}

impl Vault {
    /// Begins a file for the intervals of one partition, of stages with these codes. It is part of the table only once a commit
    /// names it.
    pub fn create_stages(&self, partition: &[&str], codes: &[String]) -> Result<StageFile, LakeError> {
        let (new, file) = self.create_new(Table::Stages, partition)?;
        StageFile::begin(new, file, codes)
    }
}

impl StageFile {
    fn begin(new: NewFile, file: File, codes: &[String]) -> Result<Self, LakeError> {
        let begin = || {
            let schema = ArrowSchemaConverter::new().convert(&physical_schema(Table::Stages))?;
            let properties = WriterProperties::builder().set_offset_index_disabled(true).build();
            let root = schema.root_schema_ptr();
            let writer = SerializedFileWriter::new(SummingFile::new(file), root, Arc::new(properties))?;
            Ok((writer, schema.columns().to_vec()))
        };
        let (writer, columns) = begin().map_err(LakeError::parquet("write", new.path()))?;
        Ok(Self { new, writer, columns, codes: codes.to_vec(), rows: 0, bounds: None })
    }

    /// Writes intervals that come after those before: each call begins a row group, and as many as there are rows for.
    pub fn write(&mut self, intervals: &Intervals<'_>) -> Result<(), LakeError> {
        let bounds = intervals.consumers.first().zip(intervals.consumers.last());
        self.bounds = match (self.bounds, bounds) {
            (before, None) => before,
            (None, Some((first, last))) => Some((*first, *last)),
            (Some((first, _)), Some((_, last))) => Some((first, *last)),
        };
        self.rows += intervals.consumers.len();
        let Self { new, writer, columns, codes, .. } = self;
        write(writer, columns, codes, intervals).map_err(LakeError::parquet("write", new.path()))
    }

    /// Ends the file and syncs it.
    pub fn finish(self) -> Result<DataFile, LakeError> {
        let Self { new, writer, rows, bounds, .. } = self;
        let file = writer.into_inner().map_err(LakeError::parquet("write", new.path()))?;
        let bounds = bounds.map(|(least, greatest)| (i64::from(least), i64::from(greatest)));
        new.finish(file, rows as i64, &[bounds.into()])
    }
}

fn write(
    writer: &mut SerializedFileWriter<SummingFile>,
    descriptions: &[ColumnDescPtr],
    codes: &[String],
    intervals: &Intervals<'_>,
) -> Result<(), ParquetError> {
    let Intervals { consumers, stages, from, to } = *intervals;
    if stages.iter().any(|stage| usize::from(*stage) >= codes.len()) {
        return Err(ParquetError::General("a stage has no code".to_owned()));
    }
    for start in (0..consumers.len()).step_by(ROW_GROUP_ROWS) {
        let rows = start..(start + ROW_GROUP_ROWS).min(consumers.len());
        let (of, n) = (&consumers[rows.clone()], rows.len());
        let statistics = Statistics::int64(
            of.first().map(|consumer| i64::from(*consumer)),
            of.last().map(|consumer| i64::from(*consumer)),
            None,
            Some(0),
            false,
        );
        let page = |fill: &dyn Fn(&mut Vec<u8>), encoding| {
            let mut bytes = Vec::new();
            fill(&mut bytes);
            Column { dictionary: None, page: bytes, encoding, statistics: None }
        };
        let packed = Encoding::DELTA_BINARY_PACKED;
        let columns = [
            page(&|out| put_nulls(n, out), Encoding::PLAIN),
            Column { statistics: Some(statistics), ..page(&|out| put_ascending(of, out), packed) },
            Column {
                dictionary: Some(codes),
                ..page(&|out| put_indices(&stages[rows.clone()], width(codes), out), Encoding::RLE_DICTIONARY)
            },
            page(&|out| put_days(&from[rows.clone()], out), packed),
            page(&|out| put_days(&to[rows.clone()], out), packed),
        ];
        let mut group = writer.next_row_group()?;
        for (column, description) in columns.into_iter().zip(descriptions) {
            let (bytes, closed) = column.close(description, n)?;
            group.append_column(&bytes, closed)?;
        }
        group.close()?;
    }
    Ok(())
}

/// Bits of an index into the codes: one at least.
fn width(codes: &[String]) -> u32 {
    codes.len().saturating_sub(1).checked_ilog2().map_or(1, |bits| bits + 1)
}

/// One column of a row group: one page, and a dictionary if it has one.
struct Column<'a> {
    dictionary: Option<&'a [String]>,
    page: Vec<u8>,
    encoding: Encoding,
    statistics: Option<Statistics>,
}

impl Column<'_> {
    /// The column chunk's bytes, and what the footer says of them.
    fn close(self, description: &ColumnDescPtr, rows: usize) -> Result<(Bytes, ColumnCloseResult), ParquetError> {
        let Self { dictionary, page, encoding, statistics } = self;
        let mut bytes = TrackedWrite::new(Vec::with_capacity(page.len() + 256));
        let mut pages = SerializedPageWriter::new(&mut bytes);
        let mut uncompressed = 0;
        let mut dictionary_at = None;
        let mut encodings = vec![Encoding::RLE, encoding];
        if let Some(codes) = dictionary {
            let mut values = Vec::new();
            for code in codes {
                values.extend_from_slice(&(code.len() as u32).to_le_bytes());
                values.extend_from_slice(code.as_bytes());
            }
            let size = values.len();
            let values = Page::DictionaryPage {
                buf: values.into(),
                num_values: codes.len() as u32,
                encoding: Encoding::PLAIN,
                is_sorted: false,
            };
            let written = pages.write_page(CompressedPage::new(values, size))?;
            uncompressed += written.uncompressed_size;
            dictionary_at = Some(written.offset as i64);
            encodings.push(Encoding::PLAIN);
        }
        let size = page.len();
        let data = Page::DataPage {
            buf: page.into(),
            num_values: rows as u32,
            encoding,
            def_level_encoding: Encoding::RLE,
            rep_level_encoding: Encoding::RLE,
            statistics: None,
        };
        let written = pages.write_page(CompressedPage::new(data, size))?;
        uncompressed += written.uncompressed_size;
        let bytes = Bytes::from(bytes.into_inner()?);
        let mut metadata = ColumnChunkMetaData::builder(Arc::clone(description))
            .set_compression(Compression::UNCOMPRESSED)
            .set_encodings(encodings)
            .set_num_values(rows as i64)
            .set_total_compressed_size(bytes.len() as i64)
            .set_total_uncompressed_size(uncompressed as i64)
            .set_data_page_offset(written.offset as i64)
            .set_dictionary_page_offset(dictionary_at);
        if let Some(statistics) = statistics {
            metadata = metadata.set_statistics(statistics);
        }
        let closed = ColumnCloseResult {
            bytes_written: bytes.len() as u64,
            rows_written: rows as u64,
            metadata: metadata.build()?,
            bloom_filter: None,
            column_index: None,
            offset_index: None,
        };
        Ok((bytes, closed))
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::{Array, AsArray};
    use arrow::datatypes::{Date32Type, Int64Type};
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
    use proptest::prelude::*;

    use super::*;

    /// What a reader of Parquet that is not ours makes of them.
    fn read_back(intervals: &Intervals<'_>, codes: &[String]) -> Vec<(u32, String, i32, i32)> {
        let place = tempfile::tempdir().unwrap();
        let vault = Vault::at(place.path().join("vault"));
        let mut writer = vault.create_stages(&["aipl@1", "brand", "000-255"], codes).unwrap();
        writer.write(intervals).unwrap();
        let written = writer.finish().unwrap();
        let consumers = intervals.consumers;
        let bounds = consumers.first().zip(consumers.last()).map(|(one, other)| (i64::from(*one), i64::from(*other)));
        assert_eq!((written.rows, written.long_bounds("consumer")), (consumers.len() as i64, bounds));
        let file = File::open(&written.path).unwrap();
        let mut read = Vec::new();
        for batch in ParquetRecordBatchReaderBuilder::try_new(file).unwrap().build().unwrap() {
            let batch = batch.unwrap();
            assert_eq!(batch.column(0).null_count(), batch.num_rows());
            let (consumers, stages) = (batch.column(1).as_primitive::<Int64Type>(), batch.column(2).as_string::<i32>());
            let days = [3, 4].map(|column| batch.column(column).as_primitive::<Date32Type>());
            read.extend((0..batch.num_rows()).map(|row| {
                let [from, to] = days.map(|days| days.value(row));
                (u32::try_from(consumers.value(row)).unwrap(), stages.value(row).to_owned(), from, to)
            }));
        }
        read
    }

    fn check(rows: &[(u32, u8, i32, i32)], codes: &[String]) {
        let (mut consumers, mut stages, mut from, mut to) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (consumer, stage, first, end) in rows {
            consumers.push(*consumer);
            stages.push(*stage);
            from.push(*first);
            to.push(*end);
        }
        let intervals = Intervals { consumers: &consumers, stages: &stages, from: &from, to: &to };
        let wanted = rows.iter().map(|row| (row.0, codes[usize::from(row.1)].clone(), row.2, row.3));
        assert_eq!(read_back(&intervals, codes), wanted.collect::<Vec<_>>());
    }

    fn codes(n: usize) -> Vec<String> {
        (0..n).map(|code| format!("阶段 {code}")).collect()
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_by_any_reader(
            n_codes in 1_usize..=32,
            rows in prop::collection::vec(
                (
                    prop_oneof![9 => 0_u32..3, 1 => 0_u32..1 << 30],
                    any::<u8>(),
                    prop_oneof![8 => 20_000..20_400, 1 => any::<i32>()],
                    prop_oneof![8 => 20_000..20_400, 1 => any::<i32>()],
                ),
                0..400,
            ),
        ) {
            let mut consumer = 0_u32;
            let rows: Vec<_> = rows.into_iter().map(|(passed, stage, from, to)| {
                consumer = consumer.saturating_add(passed);
                (consumer, stage % n_codes as u8, from, to)
            }).collect();
            check(&rows, &codes(n_codes));
        }
    }

    #[test]
    fn rows_of_several_groups_are_read_in_their_order() {
        let row = |row: usize| (row as u32 * 3, (row % 4) as u8, row as i32, i32::MAX - row as i32);
        let rows: Vec<_> = (0..ROW_GROUP_ROWS + 129).map(row).collect();
        check(&rows, &codes(4));
    }

    #[test]
    fn a_stage_without_a_code_is_refused() {
        let place = tempfile::tempdir().unwrap();
        let vault = Vault::at(place.path().join("vault"));
        let mut writer = vault.create_stages(&["aipl@1", "brand", "000-255"], &codes(2)).unwrap();
        assert!(writer.write(&Intervals { consumers: &[1], stages: &[2], from: &[0], to: &[1] }).is_err());
    }
}
