//! Tracks: beside the columns of a file of events, what a sweep asks of every row, packed person by person.
//!
//! Rows lie by consumer and instant. The column `tracks` (no column of the table: other engines do not see it) holds, at the
//! first of some rows that were written together, all of those rows, stretch after stretch of one consumer's:
//!
//! ```text
//! place of the first row in the file: number   stretches: number   bytes of far, of orders, of ratings: numbers
//! heads    each stretch:   rows × 16 + flags: number   consumer: 4 bytes   first day: 4 bytes
//!                          with flag 2: its bytes of far, with flag 4: its bytes of orders: number
//! codes    each row:       low half the behaviour's code, high half the days since the row before (of the first: 0)
//! far      for a half of 15:  the code less 15 as a number, the days as a signed number
//! orders   each row that names one:  rows since the one before, or the stretch's first: number   key: 8 bytes
//! ratings  each row that has one:    rows since the one before, or the first of all: number   rating: 8 bytes
//! ```
//!
//! Flag 1: the rows have no consumer, and lie with the one before them; flag 8: some day is earlier than the one before. Numbers are LEB128, signed ones zigzag, fixed ones little-endian. Code 0 is a
//! row that never counts: a bot's, or one without a behaviour; the names of the others stand in the footer. Rows of a stretch may
//! be cut into several, never into two files. Reading one column of about two bytes a row in place of five columns is what makes a
//! sweep from the first event on cheap; the rest of a row is read from the columns, by its place.

mod stretch;

use std::path::{Path, PathBuf};

use arrow::array::{Array, ArrayRef, AsArray, BinaryBuilder, Float64Array, RecordBatch};
use arrow::datatypes::{Date32Type, Float64Type, Int64Type};
use rustc_hash::FxHashMap;

pub use stretch::{FAR_CODE, Orders, Stretch};

use self::stretch::Bytes;
use crate::LakeError;
use crate::packing::{put_number, put_signed};

/// The column's name.
pub(crate) const TRACK_COLUMN: &str = "tracks";
/// Under what the footer holds the names of codes 1, 2, …, as a JSON array. A file without it has no tracks, or some of an
/// earlier kind.
pub(crate) const NAMES_KEY: &str = "databank.tracks";
/// Bit of `flags` for traffic that is not a person's.
pub const FLAG_BOT: i64 = 1;

/// A half byte whose number is far.
const FAR: u8 = 15;

/// Flags of a stretch.
const IS_ANONYMOUS: u64 = 1;
const HAS_FAR: u64 = 2;
const HAS_ORDERS: u64 = 4;
const GOES_BACK: u64 = 8;

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
    /// Rows packed so far.
    rows: u64,
}

/// Rows while they are packed.
#[derive(Debug, Default)]
struct Packing {
    first_row: u64,
    stretches: u64,
    heads: Vec<u8>,
    codes: Vec<u8>,
    far: Vec<u8>,
    orders: Vec<u8>,
    ratings: Vec<u8>,
}

impl Packing {
    fn row(&mut self, code: u32, passed: i64) {
        let low = if code < u32::from(FAR) { code as u8 } else { FAR };
        let high = if (0..i64::from(FAR)).contains(&passed) { passed as u8 } else { FAR };
        self.codes.push(high << 4 | low);
        if low == FAR {
            put_number(&mut self.far, u64::from(code - u32::from(FAR)));
        }
        if high == FAR {
            put_signed(&mut self.far, passed);
        }
    }

    fn finish(self) -> Vec<u8> {
        let Self { first_row, stretches, heads, codes, far, orders, ratings } = self;
        let n = heads.len() + codes.len() + far.len() + orders.len() + ratings.len();
        let mut value = Vec::with_capacity(n + 24);
        let lengths = [&far, &orders, &ratings].map(|section| section.len() as u64);
        [first_row, stretches].into_iter().chain(lengths).for_each(|number| put_number(&mut value, number));
        for section in [heads, codes, far, orders, ratings] {
            value.extend_from_slice(&section);
        }
        value
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
        Some(std::sync::Arc::new(column.finish()))
    }

    /// Rows of `events` in one value; those that are not to be counted as code 0.
    fn pack(&mut self, batch: &RecordBatch, counts: &dyn Fn(usize) -> bool) -> Option<Vec<u8>> {
        let consumers = batch.column_by_name("consumer")?.as_primitive_opt::<Int64Type>()?;
        let days = batch.column_by_name("day")?.as_primitive_opt::<Date32Type>()?;
        let behaviors = batch.column_by_name("behavior")?.as_string_opt::<i32>()?;
        let orders = batch.column_by_name("order_id")?.as_string_opt::<i32>()?;
        let flags = batch.column_by_name("flags")?.as_primitive_opt::<Int64Type>()?;
        let n = batch.num_rows();
        let consumer = |row: usize| consumers.is_valid(row).then(|| consumers.value(row));
        let mut packing = Packing { first_row: self.rows, codes: Vec::with_capacity(n), ..Packing::default() };
        packing.rate(batch.column_by_name("rating").and_then(|column| column.as_primitive_opt::<Float64Type>()));
        self.rows += n as u64;
        // Most rows do what the row before did.
        let mut last = ("", 0_u32);
        let mut start = 0;
        while start < n {
            let whose = consumer(start);
            let end = (start + 1..n).find(|row| consumer(*row) != whose).unwrap_or(n);
            self.last_consumer = whose.map_or(self.last_consumer, |consumer| consumer as u32);
            let (far, named) = (packing.far.len(), packing.orders.len());
            let first_day = days.value(start);
            let (mut day, mut named_before, mut goes_back) = (first_day, start, false);
            for row in start..end {
                let is_bot = flags.is_valid(row) && flags.value(row) & FLAG_BOT != 0;
                let code = if is_bot || behaviors.is_null(row) || !counts(row) {
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
                goes_back |= passed < 0;
                packing.row(code, passed);
                if orders.is_valid(row) {
                    put_number(&mut packing.orders, (row - named_before) as u64);
                    packing.orders.extend_from_slice(&key_of_text(orders.value(row)).to_le_bytes());
                    named_before = row;
                }
            }
            let (far, named) = (packing.far.len() - far, packing.orders.len() - named);
            let flag = |holds: bool, flag: u64| if holds { flag } else { 0 };
            let flags = flag(whose.is_none(), IS_ANONYMOUS)
                | flag(far > 0, HAS_FAR)
                | flag(named > 0, HAS_ORDERS)
                | flag(goes_back, GOES_BACK);
            put_number(&mut packing.heads, (end - start) as u64 * 16 + flags);
            packing.heads.extend_from_slice(&self.last_consumer.to_le_bytes());
            packing.heads.extend_from_slice(&first_day.to_le_bytes());
            for bytes in [far, named].into_iter().filter(|bytes| *bytes > 0) {
                put_number(&mut packing.heads, bytes as u64);
            }
            packing.stretches += 1;
            start = end;
        }
        Some(packing.finish())
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

/// The tracks of some consecutive rows, still packed.
#[derive(Debug, Default)]
pub struct Tracks {
    /// Each stretch, and behind the last where it ends.
    heads: Vec<Head>,
    codes: Vec<u8>,
    far: Vec<u8>,
    orders: Vec<u8>,
    /// By the place of their rows in the file, ascending.
    ratings: Vec<(usize, f64)>,
    /// Whether a row's code may be far.
    has_far_codes: bool,
    /// Where in the file the first stretch begins.
    row: usize,
    /// The file.
    path: PathBuf,
}

#[derive(Debug, Clone, Copy, Default)]
struct Head {
    consumer: u32,
    first_day: i32,
    flags: u8,
    /// Where its parts begin.
    codes: u32,
    far: u32,
    orders: u32,
}

/// The error of a file whose tracks cannot be unpacked.
pub(crate) fn no_tracks(path: &Path) -> LakeError {
    LakeError::Damaged { path: path.to_owned(), reason: "its tracks are none".into() }
}

/// Packs rows of `events` that come as columns, in the order of consumers and instants, under the names of their codes from 1
/// on; those that are not to be counted keep their places. `None` when the columns are not those of events.
pub fn pack(batch: &RecordBatch, counts: &dyn Fn(usize) -> bool, path: &Path) -> Option<(Tracks, Vec<String>)> {
    let mut writer = TrackWriter::default();
    let value = writer.pack(batch, counts)?;
    let tracks = Tracks::new([value.as_slice()], writer.names.len(), path).ok()?;
    Some((tracks, writer.names))
}

impl Tracks {
    /// Consecutive values of a file's column, of whose codes so many have names.
    pub(crate) fn new<'a>(
        values: impl IntoIterator<Item = &'a [u8]>,
        names: usize,
        path: &Path,
    ) -> Result<Self, LakeError> {
        let mut tracks = Self {
            heads: Vec::new(),
            codes: Vec::new(),
            far: Vec::new(),
            orders: Vec::new(),
            ratings: Vec::new(),
            has_far_codes: names >= FAR_CODE,
            row: 0,
            path: path.to_owned(),
        };
        for value in values {
            tracks.add(value).ok_or_else(|| no_tracks(path))?;
        }
        tracks.heads.push(tracks.end().ok_or_else(|| no_tracks(path))?);
        Ok(tracks)
    }

    /// A head of whatever comes next.
    fn end(&self) -> Option<Head> {
        let at = |bytes: &[u8]| u32::try_from(bytes.len()).ok();
        Some(Head { codes: at(&self.codes)?, far: at(&self.far)?, orders: at(&self.orders)?, ..Head::default() })
    }

    fn add(&mut self, value: &[u8]) -> Option<()> {
        let mut bytes = Bytes(value);
        let row = bytes.size()?;
        let n = bytes.size()?;
        let (far, orders, ratings) = (bytes.size()?, bytes.size()?, bytes.size()?);
        if self.codes.is_empty() {
            self.row = row;
        } else if row.checked_sub(self.row)? != self.codes.len() {
            return None;
        }
        // A head has nine bytes at least. The lists grow to what one row group has: most have one value.
        self.heads.reserve(n.min(bytes.0.len() / 9) + 1);
        let first = self.end()?;
        let mut next = first;
        for _ in 0..n {
            let head = bytes.number()?;
            next.flags = (head & 0xf) as u8;
            next.consumer = u32::from_le_bytes(*bytes.take::<4>()?);
            next.first_day = i32::from_le_bytes(*bytes.take::<4>()?);
            self.heads.push(next);
            next.codes = next.codes.checked_add(u32::try_from(head >> 4).ok()?)?;
            if head & HAS_FAR != 0 {
                next.far = next.far.checked_add(u32::try_from(bytes.number()?).ok()?)?;
            }
            if head & HAS_ORDERS != 0 {
                next.orders = next.orders.checked_add(u32::try_from(bytes.number()?).ok()?)?;
            }
        }
        let is_told = |before: u32, after: u32, bytes: usize| (after - before) as usize == bytes;
        let (bytes, ratings) = bytes.0.split_at_checked(bytes.0.len().checked_sub(ratings)?)?;
        let codes = bytes.len().checked_sub(far.checked_add(orders)?)?;
        if !is_told(first.codes, next.codes, codes)
            || !is_told(first.far, next.far, far)
            || !is_told(first.orders, next.orders, orders)
        {
            return None;
        }
        let (codes, rest) = bytes.split_at_checked(codes)?;
        let (far, orders) = rest.split_at_checked(far)?;
        let (mut ratings, mut rated) = (Bytes(ratings), row);
        while !ratings.0.is_empty() {
            rated = rated.checked_add(ratings.size()?)?;
            self.ratings.push((rated, f64::from_le_bytes(*ratings.take::<8>()?)));
        }
        self.codes.extend_from_slice(codes);
        self.far.extend_from_slice(far);
        self.orders.extend_from_slice(orders);
        Some(())
    }

    /// The ratings that rows have, by the places of their rows, ascending.
    pub fn ratings(&self) -> &[(usize, f64)] {
        &self.ratings
    }

    /// How many stretches there are.
    pub fn len(&self) -> usize {
        self.heads.len().saturating_sub(1)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.codes.len()
    }

    /// The first stretch from a place on that is somebody's: its place, and whose it is.
    #[inline]
    pub fn somebody_from(&self, place: usize) -> Option<(usize, u32)> {
        let mut place = place;
        // The last head is nobody's: it says where the stretch before it ends.
        while place < self.len() {
            let head = self.heads.get(place)?;
            if u64::from(head.flags) & IS_ANONYMOUS == 0 {
                return Some((place, head.consumer));
            }
            place += 1;
        }
        None
    }

    /// The place of a stretch's first row in the file.
    #[inline]
    pub fn row(&self, place: usize) -> usize {
        self.row + self.heads.get(place).map_or(0, |head| head.codes as usize)
    }

    /// A stretch by its place.
    #[inline]
    pub fn stretch(&self, place: usize) -> Option<Stretch<'_>> {
        let [head, next] = self.heads.get(place..)?.first_chunk::<2>()?;
        let codes = self.codes.get(head.codes as usize..next.codes as usize)?;
        let flags = u64::from(head.flags);
        Some(Stretch {
            consumer: head.consumer,
            is_anonymous: flags & IS_ANONYMOUS != 0,
            is_by_day: flags & GOES_BACK == 0,
            rows: codes.len(),
            row: self.row + head.codes as usize,
            first_day: head.first_day,
            codes,
            far: self.far.get(head.far as usize..next.far as usize)?,
            has_far_codes: self.has_far_codes,
            orders: self.orders.get(head.orders as usize..next.orders as usize)?,
            path: &self.path,
        })
    }

    /// The stretches, in the order of the file.
    pub fn stretches(&self) -> impl Iterator<Item = Stretch<'_>> {
        (0..self.len()).map_while(|place| self.stretch(place))
    }
}

#[cfg(test)]
mod tests;
