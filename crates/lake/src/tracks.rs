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

use arrow::array::{Array, ArrayRef, AsArray, BinaryArray, BinaryBuilder, RecordBatch};
use arrow::datatypes::{Date32Type, Int64Type};
use rustc_hash::FxHashMap;

/// The column's name.
pub(crate) const TRACK_COLUMN: &str = "track";
/// Under what the footer holds the names of codes 1, 2, …, as a JSON array.
pub(crate) const NAMES_KEY: &str = "databank.behaviors";
/// Bit of `flags` for traffic that is not a person's.
pub const FLAG_BOT: i64 = 1;

/// A half byte that says that a number follows.
const FOLLOWS: u8 = 15;

/// A 64-bit key of a text (order id, programme): never 0, which stands for "none". Stable for ever: files and sweep states
/// hold it.
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

/// A stretch of one consumer's rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    /// The consumer's number; of rows that have none, that of the rows before them.
    pub consumer: u32,
    /// Whether the rows have no consumer.
    pub is_anonymous: bool,
    /// Where it ends in the lists of [`TrackRows`]; it begins where the one before ends.
    pub end: usize,
    /// The place of its first row in the file.
    pub row: usize,
}

/// Unpacked rows. Lists have a place for each row that was asked for.
#[derive(Debug, Default)]
pub struct TrackRows {
    /// In the order of the file.
    pub stretches: Vec<Stretch>,
    /// Days since 1970-01-01.
    pub days: Vec<i32>,
    /// Codes of behaviours.
    pub codes: Vec<i32>,
    /// Places in the lists of rows that name an order, ascending, and the orders' keys.
    pub orders: Vec<(usize, u64)>,
}

impl TrackRows {
    /// Makes rows without a consumer ones that never count.
    pub fn leave_out_anonymous(&mut self) {
        let mut start = 0;
        for stretch in &self.stretches {
            if stretch.is_anonymous {
                self.codes[start..stretch.end].fill(0);
            }
            start = stretch.end;
        }
    }

    /// Where in the file the rows at some places of the lists lie. Places ascend.
    pub fn places_in_file(&self, places: &[usize]) -> Vec<usize> {
        let (mut in_file, mut places, mut start) = (Vec::with_capacity(places.len()), places, 0);
        for stretch in &self.stretches {
            let (inside, rest) = places.split_at(places.partition_point(|place| *place < stretch.end));
            in_file.extend(inside.iter().map(|place| stretch.row + (place - start)));
            (places, start) = (rest, stretch.end);
        }
        in_file
    }

    /// Unpacks the values of a part of a file whose first row is at `row`; only consumers that are wanted. Returns the
    /// place after its last row; `None` when the bytes are no tracks.
    pub fn add(&mut self, values: &BinaryArray, mut row: usize, wanted: &dyn Fn(u32) -> bool) -> Option<usize> {
        for value in values.iter().flatten() {
            let mut bytes = Bytes(value);
            let head = usize::try_from(bytes.number()?).ok()?;
            let (n, is_anonymous) = (head / 2, head % 2 == 1);
            let consumer = u32::from_le_bytes(*bytes.take::<4>()?);
            if wanted(consumer) {
                self.add_stretch(&mut bytes, n)?;
                self.stretches.push(Stretch { consumer, is_anonymous, end: self.days.len(), row });
            }
            row = row.checked_add(n)?;
        }
        Some(row)
    }

    fn add_stretch(&mut self, bytes: &mut Bytes<'_>, n: usize) -> Option<()> {
        let start = self.days.len();
        let mut day = bytes.signed()? as i32;
        // Each row has a byte at least: no number of rows takes more room than its bytes.
        if n > bytes.0.len() {
            return None;
        }
        self.days.resize(start + n, 0);
        self.codes.resize(start + n, 0);
        for (day_of_row, code_of_row) in self.days[start..].iter_mut().zip(&mut self.codes[start..]) {
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
            (*day_of_row, *code_of_row) = (day, code);
        }
        let mut place = start;
        for _ in 0..bytes.number()? {
            place = place.checked_add(usize::try_from(bytes.number()?).ok()?)?;
            if place >= self.days.len() {
                return None;
            }
            self.orders.push((place, u64::from_le_bytes(*bytes.take::<8>()?)));
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

    proptest! {
        #[test]
        fn what_is_packed_is_unpacked(rows in prop::collection::vec(row(), 1..200), cut in 0_usize..200) {
            let (mut writer, mut read, mut place) = (TrackWriter::default(), TrackRows::default(), 0);
            let (head, tail) = rows.split_at(cut.min(rows.len()));
            for part in [head, tail] {
                let column = writer.column(&batch(part)).unwrap();
                prop_assert_eq!(column.len(), part.len());
                place = read.add(column.as_binary(), place, &|_| true).unwrap();
            }
            prop_assert_eq!(place, rows.len());
            let names: Vec<String> = serde_json::from_str(&writer.names()).unwrap();
            let whose: Vec<u32> = rows.iter().scan(0, |last, row| { *last = row.0.unwrap_or(*last); Some(*last) }).collect();
            let mut next = 0;
            for stretch in &read.stretches {
                prop_assert_eq!(stretch.row, next);
                for (place, row) in rows.iter().enumerate().take(stretch.end).skip(next) {
                    prop_assert_eq!(stretch.consumer, whose[place]);
                    prop_assert_eq!(read.days[place], row.1);
                    prop_assert_eq!(stretch.is_anonymous, row.0.is_none());
                    let counts = row.2.is_some() && !row.4;
                    let name = (read.codes[place] as usize).checked_sub(1).map(|code| names[code].clone());
                    prop_assert_eq!(name, row.2.filter(|_| counts).map(|b| format!("b{b}")));
                }
                next = stretch.end;
            }
            prop_assert_eq!(next, rows.len());
            let orders: Vec<_> = rows.iter().enumerate().filter_map(|(place, row)| Some((place, key_of_text(&format!("o{}", row.3?))))).collect();
            prop_assert_eq!(&read.orders, &orders);
            // Chosen ones only: the same rows, at the same places.
            let mut chosen = TrackRows::default();
            chosen.add(TrackWriter::default().column(&batch(&rows)).unwrap().as_binary(), 0, &|consumer| consumer == 2);
            let wanted = rows.iter().zip(&whose).filter(|(_, whose)| **whose == 2).map(|(row, _)| row.1);
            prop_assert_eq!(&chosen.days, &wanted.collect::<Vec<i32>>());
            prop_assert!(chosen.stretches.iter().all(|stretch| whose[stretch.row] == 2));
        }

        #[test]
        fn bytes_that_are_no_track_are_refused_or_read_and_nothing_worse(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            TrackRows::default().add(&BinaryArray::from_vec(vec![&bytes]), 0, &|_| true);
        }
    }
}
