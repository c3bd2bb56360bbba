//! Parquet files made by hand, since no writer writes a lie: Thrift's compact protocol, as much as they need.

use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write as _;

pub(super) const LIST: u8 = 9;
const STRUCT: u8 = 12;

/// A record that is being written.
#[derive(Default)]
pub(super) struct Record {
    bytes: Vec<u8>,
    last: i16,
}

fn varint(mut value: u64, bytes: &mut Vec<u8>) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)).cast_unsigned()
}

/// The head of a list, whatever follows it.
pub(super) fn list_head(element: u8, count: u64) -> Vec<u8> {
    let mut bytes = vec![0xF0 | element];
    varint(count, &mut bytes);
    bytes
}

pub(super) fn records(items: &[Vec<u8>]) -> Vec<u8> {
    [list_head(STRUCT, items.len() as u64), items.concat()].concat()
}

impl Record {
    pub(super) fn raw(mut self, id: i16, kind: u8, value: &[u8]) -> Self {
        self.bytes.push((((id - self.last) as u8) << 4) | kind);
        self.bytes.extend(value);
        self.last = id;
        self
    }

    fn number(self, id: i16, kind: u8, value: i64) -> Self {
        let mut bytes = Vec::new();
        varint(zigzag(value), &mut bytes);
        self.raw(id, kind, &bytes)
    }

    pub(super) fn i32(self, id: i16, value: i32) -> Self {
        self.number(id, 5, i64::from(value))
    }

    pub(super) fn i64(self, id: i16, value: i64) -> Self {
        self.number(id, 6, value)
    }

    pub(super) fn text(self, id: i16, text: &str) -> Self {
        let mut bytes = Vec::new();
        varint(text.len() as u64, &mut bytes);
        bytes.extend(text.as_bytes());
        self.raw(id, 8, &bytes)
    }

    pub(super) fn record(self, id: i16, record: &[u8]) -> Self {
        self.raw(id, STRUCT, record)
    }

    pub(super) fn end(mut self) -> Vec<u8> {
        self.bytes.push(0);
        self.bytes
    }
}

/// An element of a schema: a group of so many children.
pub(super) fn group(name: &str, children: i32) -> Vec<u8> {
    Record::default().i32(3, 0).text(4, name).i32(5, children).end()
}

/// A required column of texts.
pub(super) fn column(name: &str) -> Vec<u8> {
    Record::default().i32(1, 6).i32(3, 0).text(4, name).i32(6, 0).end()
}

/// A data page's header and its bytes.
pub(super) fn page(values: i32, encoding: i32, unpacked: i32, packed: &[u8]) -> Vec<u8> {
    let data = Record::default().i32(1, values).i32(2, encoding).i32(3, 3).i32(4, 3).end();
    let head = Record::default().i32(1, 0).i32(2, unpacked).i32(3, packed.len() as i32).record(5, &data).end();
    [head, packed.to_vec()].concat()
}

/// A dictionary of one text.
pub(super) fn dictionary(text: &[u8]) -> Vec<u8> {
    let bytes = [&(text.len() as u32).to_le_bytes(), text].concat();
    let data = Record::default().i32(1, 1).i32(2, 0).end();
    let size = bytes.len() as i32;
    [Record::default().i32(1, 2).i32(2, size).i32(3, size).record(7, &data).end(), bytes].concat()
}

/// A page of so many values, each the first of the dictionary: five bytes.
pub(super) fn all_the_first(values: i32) -> Vec<u8> {
    let mut run = vec![1];
    varint(u64::from(values.cast_unsigned()) << 1, &mut run);
    run.push(0);
    page(values, 8, run.len() as i32, &run)
}

/// What a column chunk says of itself; each may lie.
#[derive(Debug, Clone, Copy)]
pub(super) struct Claims {
    pub(super) codec: i32,
    pub(super) values: i64,
    pub(super) at: i64,
    pub(super) bytes: i64,
    pub(super) dictionary: bool,
}

pub(super) fn chunk(path: &[&str], claims: Claims) -> Vec<u8> {
    let names: Vec<u8> = path.iter().flat_map(|name| [&[name.len() as u8], name.as_bytes()].concat()).collect();
    let data = Record::default()
        .i32(1, 6)
        .raw(2, LIST, &[0x35, 0, 6, 16])
        .raw(3, LIST, &[list_head(8, path.len() as u64), names].concat())
        .i32(4, claims.codec)
        .i64(5, claims.values)
        .i64(6, claims.bytes)
        .i64(7, claims.bytes)
        .i64(9, claims.at);
    let data = if claims.dictionary { data.i64(11, claims.at) } else { data };
    Record::default().i64(2, 0).record(3, &data.end()).end()
}

pub(super) fn row_group(chunks: &[Vec<u8>], rows: i64) -> Vec<u8> {
    Record::default().raw(1, LIST, &records(chunks)).i64(2, 100).i64(3, rows).end()
}

/// The claims of a whole file.
pub(super) fn footer(schema: &[u8], rows: i64, row_groups: &[u8]) -> Vec<u8> {
    Record::default().i32(1, 1).raw(2, LIST, schema).i64(3, rows).raw(4, LIST, row_groups).end()
}

/// A file of these pages and this footer.
pub(super) fn file(pages: &[u8], footer: &[u8]) -> Vec<u8> {
    [b"PAR1", pages, footer, &(footer.len() as u32).to_le_bytes(), b"PAR1"].concat()
}

/// A file of one column of texts, `s`, whose pages are these.
pub(super) fn texts(pages: &[u8], rows: i64, claims: impl FnOnce(Claims) -> Claims) -> Vec<u8> {
    let honest = Claims { codec: 0, values: rows, at: 4, bytes: pages.len() as i64, dictionary: false };
    let groups = records(&[row_group(&[chunk(&["s"], claims(honest))], rows)]);
    file(pages, &footer(&records(&[group("root", 1), column("s")]), rows, &groups))
}

pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// So many mebibytes of `byte`, packed: members of gzip may follow one another.
pub(super) fn packed(byte: u8, mebibytes: usize) -> Vec<u8> {
    gzip(&vec![byte; 16 << 20]).repeat(mebibytes / 16)
}
