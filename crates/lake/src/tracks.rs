//! Tracks: beside the columns of a file of events, what a sweep asks of every row, packed person by person.
//!
//! Rows lie by consumer and instant. The column `track` (no column of the table: other engines do not see it) holds, at
//! the first row of each stretch of one consumer's rows, that stretch:
//!
//! ```text
//! rows, doubled, and one if they have no consumer: number   consumer: 4 bytes   first day: signed number
//! each row:      1 byte, low half the behaviour's code, high half the days since the row before;
//!                15 in a half: the code less 15 as a number, the days as a signed number follow
//! orders: number; each: rows since the one before it: number   key: 8 bytes
//! ```
//!
//! Numbers are LEB128, signed ones zigzag, fixed ones little-endian. Rows without a consumer lie with the one
//! before them. Code 0 is a row that never counts: a bot's, or one without a behaviour; the names of the others stand in the footer. A stretch may be cut into several values, never into two
//! files. Reading one column of about two bytes a row in place of five columns is what makes a sweep from the first event
//! on cheap; the rest of a row is read from the columns, by its place.

use std::path::{Path, PathBuf};

use arrow::array::{Array, ArrayRef, AsArray, BinaryBuilder, RecordBatch};
use arrow::datatypes::{Date32Type, Int64Type};
use parquet::data_type::ByteArray;
use rustc_hash::FxHashMap;

use crate::LakeError;

/// The column's name.
pub(crate) const TRACK_COLUMN: &str = "track";
/// Under what the footer holds the names of codes 1, 2, …, as a JSON array.
pub(crate) const NAMES_KEY: &str = "databank.behaviors";
/// Bit of `flags` for traffic that is not a person's.
pub const FLAG_BOT: i64 = 1;

/// A half byte that says that a number follows.
const FOLLOWS: u8 = 15;

/// A 64-bit key of a text (order id, programme): never 0, which stands for "none". Stable for ever: files hold it.
pub fn key_of_text(text: &str) -> u64 {
    let hash = blake3::hash(text.as_bytes());
    let head = hash.as_bytes().first_chunk::<8>().map_or(1, |bytes| u64::from_le_bytes(*bytes));
    head.max(1)
}

/// Packs the rows of one file.
#[derive(Debug, Default)]
pub(crate) struct TrackWriter {
    codes: FxHashMap<String, u32>,
    names: Vec<String>,
    /// With whom rows without a consumer lie.
    last_consumer: u32,
}

impl TrackWriter {
    /// The column for rows of `events` in the order of the file; `None` when the columns are not those of events.
    pub(crate) fn column(&mut self, batch: &RecordBatch) -> Option<ArrayRef> {
        let consumers = batch.column_by_name("consumer")?.as_primitive_opt::<Int64Type>()?;
        let days = batch.column_by_name("day")?.as_primitive_opt::<Date32Type>()?;
        let behaviors = batch.column_by_name("behavior")?.as_string_opt::<i32>()?;
        let orders = batch.column_by_name("order_id")?.as_string_opt::<i32>()?;
        let flags = batch.column_by_name("flags")?.as_primitive_opt::<Int64Type>()?;
        let n = batch.num_rows();
        let consumer = |row: usize| consumers.is_valid(row).then(|| consumers.value(row));
        let mut column = BinaryBuilder::with_capacity(n, 4 * n);
        let (mut bytes, mut named) = (Vec::new(), Vec::new());
        // Most rows do what the row before did.
        let mut last = ("", 0_u32);
        let mut start = 0;
        while start < n {
            let whose = consumer(start);
            let end = (start + 1..n).find(|row| consumer(*row) != whose).unwrap_or(n);
            bytes.clear();
            named.clear();
            put_number(&mut bytes, (end - start) as u64 * 2 + u64::from(whose.is_none()));
            self.last_consumer = whose.map_or(self.last_consumer, |consumer| consumer as u32);
            bytes.extend_from_slice(&self.last_consumer.to_le_bytes());
            let mut day = days.value(start);
            put_signed(&mut bytes, i64::from(day));
            for row in start..end {
                let is_bot = flags.is_valid(row) && flags.value(row) & FLAG_BOT != 0;
                let code = if is_bot || behaviors.is_null(row) {
                    0
                } else {
                    let name = behaviors.value(row);
                    if name != last.0 {
                        last = (name, self.code_of(name));
                    }
                    last.1
                };
                let passed = i64::from(days.value(row)) - i64::from(day);
                day = days.value(row);
                put_row(&mut bytes, code, passed);
                if orders.is_valid(row) {
                    named.push((row - start, key_of_text(orders.value(row))));
                }
            }
            put_number(&mut bytes, named.len() as u64);
            let mut before = 0;
            for (row, key) in &named {
                put_number(&mut bytes, (row - before) as u64);
                bytes.extend_from_slice(&key.to_le_bytes());
                before = *row;
            }
            column.append_value(&bytes);
            column.append_nulls(end - start - 1);
            start = end;
        }
        Some(std::sync::Arc::new(column.finish()))
    }

    fn code_of(&mut self, name: &str) -> u32 {
        if let Some(code) = self.codes.get(name) {
            return *code;
        }
        self.names.push(name.to_owned());
        let code = self.names.len() as u32;
        self.codes.insert(name.to_owned(), code);
        code
    }

    /// The names of all codes so far.
    pub(crate) fn names(&self) -> String {
        serde_json::json!(self.names).to_string()
    }
}

fn put_row(bytes: &mut Vec<u8>, code: u32, passed: i64) {
    let low = if code < u32::from(FOLLOWS) { code as u8 } else { FOLLOWS };
    let high = if (0..i64::from(FOLLOWS)).contains(&passed) { passed as u8 } else { FOLLOWS };
    bytes.push(high << 4 | low);
    if low == FOLLOWS {
        put_number(bytes, u64::from(code - u32::from(FOLLOWS)));
    }
    if high == FOLLOWS {
        put_signed(bytes, passed);
    }
}

fn put_number(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

fn put_signed(bytes: &mut Vec<u8>, number: i64) {
    put_number(bytes, ((number << 1) ^ (number >> 63)) as u64);
}

/// The tracks of a part of a file, still packed.
#[derive(Debug)]
pub struct Tracks {
    /// The column's values; its places without one are left out.
    values: Vec<ByteArray>,
    /// Where in the file the first stretch begins.
    row: usize,
    /// The file.
    path: PathBuf,
}

/// A stretch of one consumer's rows, still packed.
#[derive(Debug, Clone, Copy)]
pub struct Stretch<'a> {
    /// The consumer's number; of rows that have none, that of the rows before them.
    pub consumer: u32,
    /// Whether the rows have no consumer.
    pub is_anonymous: bool,
    /// How many rows there are.
    pub rows: usize,
    /// The place of the first in the file.
    pub row: usize,
    packed: &'a [u8],
    path: &'a Path,
}

/// Is told of the rows of a stretch, each by its place in it. Places ascend.
pub trait Visitor {
    /// A row: its day (since 1970-01-01) and its behaviour's code.
    fn row(&mut self, place: usize, day: i32, code: i32);

    /// The key of the order that a row names; after all rows.
    fn order(&mut self, _place: usize, _order: u64) {}
}

/// The error of a file whose tracks cannot be unpacked.
pub(crate) fn no_tracks(path: &Path) -> LakeError {
    LakeError::Damaged { path: path.to_owned(), reason: "its tracks are none".into() }
}

impl Tracks {
    /// Values of a file's column, of which the first belongs to a row of it.
    pub(crate) fn new(values: Vec<ByteArray>, row: usize, path: PathBuf) -> Self {
        Self { values, row, path }
    }

    /// The stretches, in the order of the file. Nothing follows an error.
    pub fn stretches(&self) -> impl Iterator<Item = Result<Stretch<'_>, LakeError>> {
        let mut row = Some(self.row);
        self.values.iter().map_while(move |value| {
            let at = row?;
            let stretch = Stretch::at(value.data(), at, &self.path);
            row = stretch.map(|stretch| at + stretch.rows);
            Some(stretch.ok_or_else(|| no_tracks(&self.path)))
        })
    }
}

impl<'a> Stretch<'a> {
    fn at(value: &'a [u8], row: usize, path: &'a Path) -> Option<Self> {
        let mut bytes = Bytes(value);
        let head = usize::try_from(bytes.number()?).ok()?;
        let (rows, is_anonymous) = (head / 2, head % 2 == 1);
        let consumer = u32::from_le_bytes(*bytes.take::<4>()?);
        // Each row has a byte at least: no number of rows is greater than that of its bytes.
        (rows <= bytes.0.len()).then_some(Self { consumer, is_anonymous, rows, row, packed: bytes.0, path })
    }

    /// Hands over the rows, then the orders that they name.
    #[inline]
    pub fn unpack(&self, visitor: &mut impl Visitor) -> Result<(), LakeError> {
        self.try_unpack(visitor).ok_or_else(|| no_tracks(self.path))
    }

    #[inline]
    fn try_unpack(&self, visitor: &mut impl Visitor) -> Option<()> {
        let mut bytes = Bytes(self.packed);
        let mut day = bytes.signed()? as i32;
        for place in 0..self.rows {
            let (halves, rest) = bytes.0.split_first()?;
            bytes.0 = rest;
            let (mut code, mut passed) = (i32::from(halves & FOLLOWS), i32::from(halves >> 4));
            if code == i32::from(FOLLOWS) {
                code = code.checked_add(i32::try_from(bytes.number()?).ok()?)?;
            }
            if passed == i32::from(FOLLOWS) {
                passed = i32::try_from(bytes.signed()?).ok()?;
            }
            day = day.checked_add(passed)?;
            visitor.row(place, day, code);
        }
        let mut place = 0_usize;
        for _ in 0..bytes.number()? {
            place = place.checked_add(usize::try_from(bytes.number()?).ok()?)?;
            if place >= self.rows {
                return None;
            }
            visitor.order(place, u64::from_le_bytes(*bytes.take::<8>()?));
        }
        Some(())
    }
}

/// Bytes that are still to be read.
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take<const N: usize>(&mut self) -> Option<&'a [u8; N]> {
        let (head, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(head)
    }

    fn number(&mut self) -> Option<u64> {
        let mut number = 0_u64;
        for shift in (0..64).step_by(7) {
            let [byte] = *self.take::<1>()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    fn signed(&mut self) -> Option<i64> {
        let zigzag = self.number()?;
        Some((zigzag >> 1) as i64 ^ -((zigzag & 1) as i64))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{Date32Array, Int64Array, StringArray};
    use proptest::prelude::*;

    use super::*;

    type Row = (Option<u32>, i32, Option<u8>, Option<u8>, bool);

    fn batch(rows: &[Row]) -> RecordBatch {
        let columns: Vec<(&str, ArrayRef)> = vec![
            ("consumer", Arc::new(rows.iter().map(|row| row.0.map(i64::from)).collect::<Int64Array>())),
            ("day", Arc::new(rows.iter().map(|row| Some(row.1)).collect::<Date32Array>())),
            ("behavior", Arc::new(rows.iter().map(|row| row.2.map(|b| format!("b{b}"))).collect::<StringArray>())),
            ("order_id", Arc::new(rows.iter().map(|row| row.3.map(|o| format!("o{o}"))).collect::<StringArray>())),
            ("flags", Arc::new(rows.iter().map(|row| row.4.then_some(FLAG_BOT)).collect::<Int64Array>())),
        ];
        RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, column)| (name, column, true)))
            .unwrap()
    }

    fn row() -> impl Strategy<Value = Row> {
        let consumer = prop_oneof![9 => (0_u32..4).prop_map(Some), 1 => Just(None)];
        let day = prop_oneof![8 => 20_000..20_040, 1 => any::<i32>().prop_map(|day| day / 4)];
        let behavior = prop_oneof![9 => (0_u8..40).prop_map(Some), 1 => Just(None)];
        (consumer, day, behavior, prop::option::weighted(0.2, 0_u8..9), prop::bool::weighted(0.1))
    }

    #[derive(Default)]
    struct Seen {
        rows: Vec<(usize, i32, i32)>,
        orders: Vec<(usize, u64)>,
    }

    impl Visitor for Seen {
        fn row(&mut self, place: usize, day: i32, code: i32) {
            self.rows.push((place, day, code));
        }

        fn order(&mut self, place: usize, order: u64) {
            self.orders.push((place, order));
        }
    }

    proptest! {
        #[test]
        fn what_is_packed_is_unpacked(rows in prop::collection::vec(row(), 1..200), cut in 0_usize..200) {
            let mut writer = TrackWriter::default();
            let (head, tail) = rows.split_at(cut.min(rows.len()));
            let columns = [head, tail].map(|part| writer.column(&batch(part)).unwrap());
            prop_assert_eq!(columns.each_ref().map(Array::len), [head.len(), tail.len()]);
            let values = columns.iter().flat_map(|column| column.as_binary::<i32>().iter().flatten().map(|v| v.to_vec().into()));
            let names: Vec<String> = serde_json::from_str(&writer.names()).unwrap();
            let tracks = Tracks::new(values.collect(), 0, PathBuf::new());
            let (mut next, mut last) = (0, 0);
            for stretch in tracks.stretches() {
                let stretch = stretch.unwrap();
                prop_assert_eq!(stretch.row, next);
                let mut seen = Seen::default();
                stretch.unpack(&mut seen).unwrap();
                let name = |code: i32| (code as usize).checked_sub(1).map(|code| names[code].clone());
                let read: Vec<_> = seen.rows.iter().map(|(place, day, code)| (*place, *day, name(*code))).collect();
                let of_stretch = &rows[next..next + stretch.rows];
                let wanted = of_stretch.iter().enumerate().map(|(place, row)| {
                    let counts = row.2.is_some() && !row.4;
                    (place, row.1, row.2.filter(|_| counts).map(|b| format!("b{b}")))
                });
                prop_assert_eq!(read, wanted.collect::<Vec<_>>());
                let wanted = of_stretch.iter().enumerate().filter_map(|(place, row)| Some((place, key_of_text(&format!("o{}", row.3?)))));
                prop_assert_eq!(seen.orders, wanted.collect::<Vec<_>>());
                for row in of_stretch {
                    last = row.0.unwrap_or(last);
                    prop_assert_eq!((stretch.consumer, stretch.is_anonymous), (last, row.0.is_none()));
                }
                next += stretch.rows;
            }
            prop_assert_eq!(next, rows.len());
        }

        #[test]
        fn bytes_that_are_no_track_are_refused_or_read_and_nothing_worse(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            let tracks = Tracks::new(vec![bytes.into()], 0, PathBuf::new());
            for stretch in tracks.stretches().flatten() {
                stretch.unpack(&mut Seen::default()).ok();
            }
        }
    }
}
