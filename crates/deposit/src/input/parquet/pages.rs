//! What decoding a file's pages would take, from their headers, before any of them is unpacked.
//!
//! The decoder unpacks a page whole, keeps the dictionary of each column, and gives a batch of rows at once: the headers
//! bound the first two, and how many rows a batch may have follows from the longest value that one of them can hold.

use std::fs::File;
use std::io::Read;
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use parquet::arrow::ProjectionMask;
use parquet::basic::{Compression, Type};
use parquet::column::page::{Page, PageReader};
use parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaData};
use parquet::file::serialized_reader::SerializedPageReader;

use super::thrift::{Fields, Reader, Refusal, kind};

/// The most bytes of a page, unpacked.
const MOST_PAGE_BYTES: u64 = 128 << 20;

/// The most bytes of the pages and dictionaries that are held at once, of all columns that are read.
const MOST_HELD_BYTES: u64 = 384 << 20;

/// About the most bytes of a batch of rows; several are under way at once.
const MOST_BATCH_BYTES: u64 = 16 << 20;

/// The most bytes of one row, by the longest value of each column.
const MOST_ROW_BYTES: u64 = 64 << 20;

/// The most bytes of the lists of one column in one row group: all of them may stand in one row.
const MOST_LIST_BYTES: u64 = 384 << 20;

/// Bytes of a value beside its text: a number, or where the text lies; and its levels.
const VALUE_BYTES: u64 = 16;

/// How much is read for a header; longer ones, with long statistics, are read again.
const HEADER_BYTES: [usize; 3] = [512, 64 << 10, 4 << 20];

const PAGE: Fields = &[
    (1, kind::I32),
    (2, kind::I32),
    (3, kind::I32),
    (4, kind::I32),
    (5, kind::STRUCT),
    (6, kind::STRUCT),
    (7, kind::STRUCT),
    (8, kind::STRUCT),
];
const DATA: Fields = &[(1, kind::I32), (2, kind::I32), (3, kind::I32), (4, kind::I32), (5, kind::STRUCT)];
const DICTIONARY: Fields = &[(1, kind::I32), (2, kind::I32), (3, kind::FALSE)];
const DATA_V2: Fields = &[
    (1, kind::I32),
    (2, kind::I32),
    (3, kind::I32),
    (4, kind::I32),
    (5, kind::I32),
    (6, kind::I32),
    (7, kind::FALSE),
    (8, kind::STRUCT),
];

/// Values that share their beginning with the one before: each may be as long as all of the page.
const DELTA_BYTE_ARRAY: i32 = 7;

/// Looks at the pages of all columns. Returns the bytes that a row may have, by the longest value of each.
pub(super) fn row_bytes(file: &Arc<File>, metadata: &ParquetMetaData) -> Result<u64, Refusal> {
    let mut most = 0;
    for group in metadata.row_groups() {
        let mut row_bytes = 0_u64;
        for column in group.columns() {
            row_bytes = row_bytes.saturating_add(Chunk::of(file, column, Looked::Over)?.longest);
        }
        most = most.max(row_bytes);
    }
    Ok(most)
}

/// Looks at the pages of the columns that are read. Returns how many rows may be decoded at once.
pub(super) fn most_rows(file: &Arc<File>, metadata: &ParquetMetaData, mask: &ProjectionMask) -> Result<u64, Refusal> {
    let mut most = u64::MAX;
    for group in metadata.row_groups() {
        let rows = group.num_rows().max(1).unsigned_abs();
        let (mut held, mut row_bytes) = (0_u64, 0_u64);
        for (_, column) in group.columns().iter().enumerate().filter(|(leaf, _)| mask.leaf_included(*leaf)) {
            let path = column.column_path().string();
            let name = path.chars().take(100).collect::<String>();
            let of_column = |reason: Refusal| format!("column {name:?}: {reason}");
            let chunk = Chunk::of(file, column, Looked::Through).map_err(of_column)?;
            held = held.saturating_add(chunk.held());
            let value = VALUE_BYTES.saturating_add(chunk.longest);
            if column.column_descr().max_rep_level() > 0 {
                let bytes = chunk.values.saturating_mul(value);
                if bytes > MOST_LIST_BYTES {
                    let most = MOST_LIST_BYTES >> 20;
                    return Err(of_column(format!(
                        "its lists may take {} MiB in one row group, more than {most}; write smaller row groups",
                        bytes >> 20
                    )));
                }
                row_bytes = row_bytes.saturating_add(bytes / rows);
            }
            row_bytes = row_bytes.saturating_add(value);
        }
        if held > MOST_HELD_BYTES {
            return Err(format!(
                "its pages would take {} MiB at once, more than {}; write smaller pages or row groups, or read fewer columns",
                held >> 20,
                MOST_HELD_BYTES >> 20
            ));
        }
        if row_bytes > MOST_ROW_BYTES {
            let (bytes, limit) = (row_bytes >> 20, MOST_ROW_BYTES >> 20);
            return Err(format!("one row may take {bytes} MiB, more than {limit}; leave long texts out"));
        }
        most = most.min(MOST_BATCH_BYTES / row_bytes.max(1));
    }
    Ok(most)
}

/// How closely pages are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Looked {
    /// To be decoded: what each of them becomes is counted, where the decoder does not.
    Through,
    /// To be sized up: only dictionaries are unpacked.
    Over,
}

/// What the pages of one column in one row group take.
#[derive(Debug, Default)]
struct Chunk {
    dictionary_bytes: u64,
    most_page_bytes: u64,
    values: u64,
    /// Bytes of the longest value, or about so many of a page's when its values are written one after the other.
    longest: u64,
}

impl Chunk {
    fn of(file: &Arc<File>, column: &ColumnChunkMetaData, looked: Looked) -> Result<Self, Refusal> {
        let mut chunk = Self::default();
        let start = column.dictionary_page_offset().unwrap_or_else(|| column.data_page_offset());
        let file_bytes = file.metadata().map_err(|error| error.to_string())?.len();
        let (Ok(start), Ok(length)) = (u64::try_from(start), u64::try_from(column.compressed_size())) else {
            return Err("it begins or ends before the file".into());
        };
        let end = start.saturating_add(length);
        if end > file_bytes {
            return Err(format!("it ends at byte {end} of a file that has {file_bytes}"));
        }
        let is_text = column.column_type() == Type::BYTE_ARRAY;
        if column.column_type() == Type::FIXED_LEN_BYTE_ARRAY {
            chunk.longest = u64::try_from(column.column_descr().type_length()).unwrap_or(0);
        }
        let mut at = start;
        while at < end {
            let header_at = at;
            let header = PageHeader::read(file, at, end)?;
            at = header.begins.saturating_add(header.packed);
            // What is not packed is taken as it is, whatever it claims to become.
            let bytes = header.unpacked.max(header.packed);
            if at > end {
                return Err(format!("a page claims {} bytes, more than the column has", header.packed));
            }
            if bytes > MOST_PAGE_BYTES {
                let most = MOST_PAGE_BYTES >> 20;
                return Err(format!("a page claims {bytes} bytes, more than {most} MiB; write smaller pages"));
            }
            if looked == Looked::Through || matches!(header.kind, PageKind::Dictionary) {
                header.check_unpacking(file, column.compression())?;
            }
            match header.kind {
                PageKind::Other => {}
                PageKind::Dictionary if header_at > start => return Err("it has a second dictionary".into()),
                PageKind::Dictionary => {
                    chunk.dictionary_bytes = chunk.dictionary_bytes.max(bytes);
                    if is_text {
                        chunk.longest = chunk.longest.max(longest_of_dictionary(file, column)?);
                    }
                }
                PageKind::Data { values, encoding } => {
                    chunk.most_page_bytes = chunk.most_page_bytes.max(bytes);
                    chunk.values = chunk.values.saturating_add(values);
                    let longest = match encoding {
                        DELTA_BYTE_ARRAY => bytes,
                        _ => bytes.div_ceil(values.max(1)),
                    };
                    if is_text && values > 0 {
                        chunk.longest = chunk.longest.max(longest);
                    }
                }
            }
        }
        Ok(chunk)
    }

    /// A dictionary is held as it is unpacked and as it is looked up; of pages, the present one and its values.
    fn held(&self) -> u64 {
        (self.dictionary_bytes + self.most_page_bytes).saturating_mul(2)
    }
}

#[derive(Debug, Clone, Copy)]
enum PageKind {
    Dictionary,
    Data { values: u64, encoding: i32 },
    Other,
}

/// What a page says of itself.
#[derive(Debug)]
struct PageHeader {
    kind: PageKind,
    packed: u64,
    unpacked: u64,
    /// Where the page begins in the file, behind its header.
    begins: u64,
    /// Bytes at the page's beginning that are never packed.
    plain: u64,
}

impl PageHeader {
    fn read(file: &File, at: u64, end: u64) -> Result<Self, Refusal> {
        let mut refusal = Refusal::new();
        let room = usize::try_from(end - at).unwrap_or(usize::MAX);
        for most in HEADER_BYTES {
            let mut bytes = vec![0; most.min(room)];
            file.read_exact_at(&mut bytes, at).map_err(|error| error.to_string())?;
            match Self::parse(&bytes, at) {
                Ok(header) => return Ok(header),
                Err(reason) if bytes.len() == room => return Err(format!("a page's header: {reason}")),
                Err(reason) => refusal = reason,
            }
        }
        Err(format!("a page's header: {refusal}"))
    }

    fn parse(bytes: &[u8], at: u64) -> Result<Self, Refusal> {
        let mut reader = Reader::new(bytes);
        let (mut page, mut unpacked, mut packed) = (None, None, None);
        let (mut values, mut encoding, mut values_v2, mut encoding_v2) = (0, 0, 0, 0);
        let mut levels = 0;
        reader.record(PAGE, &mut |id, reader| {
            match id {
                1 => page = Some(reader.i32()?),
                2 => unpacked = Some(reader.i32()?),
                3 => packed = Some(reader.i32()?),
                5 => reader.record(DATA, &mut |id, reader| {
                    match id {
                        1 => values = reader.i32()?,
                        2 => encoding = reader.i32()?,
                        _ => return Ok(false),
                    }
                    Ok(true)
                })?,
                7 => reader.record(DICTIONARY, &mut |_, _| Ok(false))?,
                8 => reader.record(DATA_V2, &mut |id, reader| {
                    match id {
                        1 => values_v2 = reader.i32()?,
                        4 => encoding_v2 = reader.i32()?,
                        5 | 6 => levels += i64::from(reader.i32()?),
                        _ => return Ok(false),
                    }
                    Ok(true)
                })?,
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        let size =
            |size: Option<i32>| size.and_then(|size| u64::try_from(size).ok()).ok_or("it claims a negative size");
        let data = |values: i32, encoding| match u64::try_from(values) {
            Ok(values) => Ok(PageKind::Data { values, encoding }),
            Err(_) => Err(Refusal::from("it claims a negative number of values")),
        };
        let kind = match page {
            Some(0) => data(values, encoding)?,
            Some(2) => PageKind::Dictionary,
            Some(3) => data(values_v2, encoding_v2)?,
            _ => PageKind::Other,
        };
        let begins = at + (bytes.len() - reader.left()) as u64;
        let (packed, unpacked) = (size(packed)?, size(unpacked)?);
        let levels = if page == Some(3) { levels } else { 0 };
        let plain =
            u64::try_from(levels).ok().filter(|plain| *plain <= packed).ok_or("its levels are longer than it is")?;
        Ok(Self { kind, packed, unpacked, begins, plain })
    }

    /// The decoders of some codecs unpack whatever comes: what a page becomes is counted before they are let near it.
    fn check_unpacking(&self, file: &File, codec: Compression) -> Result<(), Refusal> {
        if !matches!(codec, Compression::GZIP(_) | Compression::BROTLI(_) | Compression::LZ4) {
            return Ok(());
        }
        let mut packed = vec![0; usize::try_from(self.packed - self.plain).unwrap_or(usize::MAX)];
        file.read_exact_at(&mut packed, self.begins + self.plain).map_err(|error| error.to_string())?;
        let most = self.unpacked.max(self.packed);
        let unpacked = match codec {
            Compression::GZIP(_) => counted(flate2::read::MultiGzDecoder::new(packed.as_slice()), most),
            Compression::BROTLI(_) => counted(brotli::Decompressor::new(packed.as_slice(), 4096), most),
            _ => counted(lz4_flex::frame::FrameDecoder::new(packed.as_slice()), most),
        };
        if unpacked > most {
            return Err(format!("a page unpacks to more than the {} bytes it claims", self.unpacked));
        }
        Ok(())
    }
}

/// Counts bytes up to one more than `most`; those before an error count too.
fn counted(unpacked: impl Read, most: u64) -> u64 {
    let (mut unpacked, mut room, mut count) = (unpacked.take(most + 1), [0; 16 << 10], 0);
    loop {
        match unpacked.read(&mut room) {
            Ok(0) | Err(_) => return count,
            Ok(more) => count += more as u64,
        }
    }
}

/// The longest text of a column's dictionary.
fn longest_of_dictionary(file: &Arc<File>, column: &ColumnChunkMetaData) -> Result<u64, Refusal> {
    let mut pages = SerializedPageReader::new(Arc::clone(file), column, 0, None).map_err(|error| error.to_string())?;
    let page = pages.get_next_page().map_err(|error| error.to_string())?;
    let Some(Page::DictionaryPage { buf, .. }) = page else {
        return Err("its dictionary is not its first page".into());
    };
    let (mut rest, mut longest) = (buf.as_ref(), 0);
    while let Some((length, more)) = rest.split_first_chunk::<4>() {
        let length = u32::from_le_bytes(*length);
        longest = longest.max(u64::from(length));
        rest = more.get(length as usize..).unwrap_or_default();
    }
    Ok(longest.min(buf.len() as u64))
}
