//! Packing rows.

use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BinaryBuilder, Float64Array, RecordBatch};
use arrow::datatypes::{Date32Type, Float64Type, Int64Type};
use rustc_hash::FxHashMap;

use super::stretch::bit_of;
use super::{FAR_CODE, FLAG_BOT, IS_ANONYMOUS, MAX_ROWS, Tracks};
use crate::packing::put_number;

/// A 64-bit key of a text (order id, programme): never 0, which stands for "none". Stable for ever: files hold it.
pub fn key_of_text(text: &str) -> u64 {
    let hash = blake3::hash(text.as_bytes());
    let head = hash.as_bytes().first_chunk::<8>().map_or(1, |bytes| u64::from_le_bytes(*bytes));
    head.max(1)
}

/// Packs rows of `events` that come as columns, in the order of consumers and instants, under the names of their codes from 1
/// on; those that are not to be counted keep their places. `None` when the columns are not those of events.
pub fn pack(batch: &RecordBatch, counts: &dyn Fn(usize) -> bool, path: &Path) -> Option<(Tracks, Vec<String>)> {
    let mut writer = TrackWriter::default();
    let value = writer.pack(batch, counts)?;
    let tracks = Tracks::new(&value.into(), path).ok()?;
    Some((tracks, writer.names))
}

/// Packs the rows of one file.
#[derive(Debug, Default)]
pub(crate) struct TrackWriter {
    codes: FxHashMap<String, u32>,
    names: Vec<String>,
    /// With whom rows without a consumer lie.
    last_consumer: u32,
    /// Rows packed so far.
    rows: u64,
}

/// Rows while they are packed.
#[derive(Debug, Default)]
struct Packing {
    stretches: u64,
    heads: Vec<u8>,
    days: Vec<u8>,
    codes: Vec<u8>,
    rows: u64,
    far: Vec<u8>,
    orders: Vec<u8>,
    ratings: Vec<u8>,
}

/// A stretch while it is packed.
#[derive(Debug)]
struct Open {
    consumer: u32,
    is_anonymous: bool,
    first_day: i32,
    days: u16,
    rows: u16,
    far: u16,
    orders: u16,
    day: OpenDay,
}

/// Its last day.
#[derive(Debug, Default)]
struct OpenDay {
    day: i32,
    passed: u16,
    once: u16,
    twice: u16,
    rows: u16,
}

impl Open {
    fn new(consumer: u32, is_anonymous: bool, first_day: i32) -> Self {
        let day = OpenDay { day: first_day, ..OpenDay::default() };
        Self { consumer, is_anonymous, first_day, days: 0, rows: 0, far: 0, orders: 0, day }
    }
}

impl Packing {
    /// Adds a row to a stretch; false when it belongs to a new one.
    fn row(&mut self, open: &mut Open, day: i32, code: u32, order: Option<u64>) -> bool {
        let Ok(passed) = u16::try_from(i64::from(day) - i64::from(open.day.day)) else { return false };
        if usize::from(open.rows) == MAX_ROWS {
            return false;
        }
        if passed > 0 {
            self.end_day(open);
            open.day = OpenDay { day, passed, ..OpenDay::default() };
        }
        let bit = bit_of(code);
        open.day.twice |= open.day.once & bit;
        open.day.once |= bit;
        open.day.rows += 1;
        let half = code.min(FAR_CODE as u32) as u8;
        match self.codes.last_mut().filter(|_| self.rows % 2 == 1) {
            Some(last) => *last |= half << 4,
            None => self.codes.push(half),
        }
        if let Some(beyond) = code.checked_sub(FAR_CODE as u32) {
            self.far.extend_from_slice(&beyond.to_le_bytes());
            open.far += 1;
        }
        if let Some(key) = order {
            self.orders.extend_from_slice(&open.rows.to_le_bytes());
            self.orders.extend_from_slice(&key.to_le_bytes());
            open.orders += 1;
        }
        open.rows += 1;
        self.rows += 1;
        true
    }

    fn end_day(&mut self, open: &mut Open) {
        let OpenDay { day: _, passed, once, twice, rows } = open.day;
        for number in [passed, once, twice, rows] {
            self.days.extend_from_slice(&number.to_le_bytes());
        }
        open.days += 1;
    }

    fn end(&mut self, mut open: Open) {
        self.end_day(&mut open);
        let rows = open.rows | if open.is_anonymous { IS_ANONYMOUS } else { 0 };
        self.heads.extend_from_slice(&open.consumer.to_le_bytes());
        self.heads.extend_from_slice(&open.first_day.to_le_bytes());
        for number in [open.days, rows, open.far, open.orders] {
            self.heads.extend_from_slice(&number.to_le_bytes());
        }
        self.stretches += 1;
    }

    /// Packs the ratings of rows, if they have any.
    fn rate(&mut self, ratings: Option<&Float64Array>) {
        let rated = ratings.into_iter().flat_map(|ratings| ratings.iter().enumerate());
        let mut before = 0;
        for (row, rating) in rated.filter_map(|(row, rating)| Some((row, rating?))) {
            put_number(&mut self.ratings, (row - before) as u64);
            self.ratings.extend_from_slice(&rating.to_le_bytes());
            before = row;
        }
    }

    fn finish(self, first_row: u64) -> Vec<u8> {
        let Self { stretches, heads, days, codes, rows, far, orders, ratings } = self;
        let n = |section: &[u8], bytes: usize| (section.len() / bytes) as u64;
        let numbers = [
            first_row,
            stretches,
            n(&days, super::DAY_BYTES),
            rows,
            n(&far, super::FAR_BYTES),
            n(&orders, super::ORDER_BYTES),
        ];
        let mut value = Vec::with_capacity(
            heads.len() + days.len() + codes.len() + far.len() + orders.len() + ratings.len() + 10 * numbers.len(),
        );
        for number in numbers {
            put_number(&mut value, number);
        }
        for section in [heads, days, codes, far, orders, ratings] {
            value.extend_from_slice(&section);
        }
        value
    }
}

impl TrackWriter {
    /// The column for rows of `events` in the order of the file; `None` when the columns are not those of events.
    pub(crate) fn column(&mut self, batch: &RecordBatch) -> Option<ArrayRef> {
        let n = batch.num_rows();
        let value = self.pack(batch, &|_| true)?;
        let mut column = BinaryBuilder::with_capacity(n, value.len());
        if n > 0 {
            column.append_value(&value);
            column.append_nulls(n - 1);
        }
        Some(Arc::new(column.finish()))
    }

    /// Rows of `events` in one value; those that are not to be counted as code 0.
    pub(super) fn pack(&mut self, batch: &RecordBatch, counts: &dyn Fn(usize) -> bool) -> Option<Vec<u8>> {
        let consumers = batch.column_by_name("consumer")?.as_primitive_opt::<Int64Type>()?;
        let days = batch.column_by_name("day")?.as_primitive_opt::<Date32Type>()?;
        let behaviors = batch.column_by_name("behavior")?.as_string_opt::<i32>()?;
        let orders = batch.column_by_name("order_id")?.as_string_opt::<i32>()?;
        let flags = batch.column_by_name("flags")?.as_primitive_opt::<Int64Type>()?;
        let n = batch.num_rows();
        let consumer = |row: usize| consumers.is_valid(row).then(|| consumers.value(row));
        let mut packing = Packing { codes: Vec::with_capacity(n / 2 + 1), ..Packing::default() };
        packing.rate(batch.column_by_name("rating").and_then(|column| column.as_primitive_opt::<Float64Type>()));
        // Most rows do what the row before did.
        let mut last = ("", 0_u32);
        let mut start = 0;
        while start < n {
            let whose = consumer(start);
            let end = (start + 1..n).find(|row| consumer(*row) != whose).unwrap_or(n);
            self.last_consumer = whose.map_or(self.last_consumer, |consumer| consumer as u32);
            let begin = |day: i32| Open::new(self.last_consumer, whose.is_none(), day);
            let mut open = begin(days.value(start));
            for row in start..end {
                let is_bot = flags.is_valid(row) && flags.value(row) & FLAG_BOT != 0;
                let code = if is_bot || behaviors.is_null(row) || !counts(row) {
                    0
                } else {
                    let name = behaviors.value(row);
                    if name != last.0 {
                        last = (name, code_of(&mut self.codes, &mut self.names, name));
                    }
                    last.1
                };
                let order = orders.is_valid(row).then(|| key_of_text(orders.value(row)));
                let day = days.value(row);
                if !packing.row(&mut open, day, code, order) {
                    packing.end(std::mem::replace(&mut open, begin(day)));
                    packing.row(&mut open, day, code, order);
                }
            }
            packing.end(open);
            start = end;
        }
        let first_row = self.rows;
        self.rows += n as u64;
        Some(packing.finish(first_row))
    }

    /// The names of all codes so far.
    pub(crate) fn names(&self) -> String {
        serde_json::json!(self.names).to_string()
    }
}

fn code_of(codes: &mut FxHashMap<String, u32>, names: &mut Vec<String>, name: &str) -> u32 {
    if let Some(code) = codes.get(name) {
        return *code;
    }
    names.push(name.to_owned());
    let code = names.len() as u32;
    codes.insert(name.to_owned(), code);
    code
}
