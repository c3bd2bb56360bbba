//! Tracks: beside the columns of a file of events, what a sweep asks of every row, packed person by person and day by day.
//!
//! Rows lie by consumer and instant. The column `tracks` (no column of the table: other engines do not see it) holds, at the
//! first of some rows that were written together, all of those rows, stretch after stretch of one consumer's:
//!
//! ```text
//! place of the first row in the file, then how many stretches, days, rows, far codes and orders: numbers (LEB128)
//! heads    each stretch, 16 bytes:  consumer: 4   first day: 4   days, rows, far codes, orders: 2 each
//! days     each day, 8 bytes:       days since the one before (of the first: 0)   codes   codes of two rows or more   rows: 2 each
//! codes    each row, half a byte:   its behaviour's code, at 15 a far one; the first of two rows in the low half
//! far      each far code, 4 bytes:  the code less 15
//! orders   each row that names one, 10 bytes:  its place in the stretch: 2   key: 8
//! ratings  each row that has one:   rows since the one before, or the first of all: number   rating: 8 bytes
//! ```
//!
//! What a person did on a day is so told at once, whatever many rows it took: a sweep goes from day to day, and looks at rows where a
//! rule asks more of them. A day's codes are a set of bits: bit 0 for code 1 and so on, bit 14 for all that are far. Code 0 is a row that
//! never counts: a bot's, or one without a behaviour; it is in no set. The names of the others stand in the footer. Fixed numbers are
//! little-endian; the highest bit of a head's rows says that they have no consumer, and lie with the one before them.
//!
//! A stretch ends where days go back or more pass than two bytes tell, and with 32 767 rows; rows of a consumer may lie in several,
//! never in two files. Reading one column of about three bytes a row in place of five columns is what makes a sweep from the first event on
//! cheap; the rest of a row is read from the columns, by its place.

mod pack;
mod stretch;

use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;

pub(crate) use pack::TrackWriter;
pub use pack::{key_of_text, pack};
pub use stretch::{FAR_CODE, Orders, PackedDay, Stretch};

use crate::LakeError;

/// The column's name.
pub(crate) const TRACK_COLUMN: &str = "tracks";
/// Under what the footer holds the names of codes 1, 2, …, as a JSON array. A file without it has no tracks, or some of an
/// earlier kind.
pub(crate) const NAMES_KEY: &str = "databank.tracks.days";
/// Bit of `flags` for traffic that is not a person's.
pub const FLAG_BOT: i64 = 1;

/// Bytes of each.
const HEAD_BYTES: usize = 16;
const DAY_BYTES: usize = 8;
const FAR_BYTES: usize = 4;
const ORDER_BYTES: usize = 10;

/// Rows of a stretch at most.
const MAX_ROWS: usize = 0x7fff;
/// The bit of a head's rows that says that they have no consumer.
const IS_ANONYMOUS: u16 = 0x8000;

/// The tracks of some consecutive rows, still packed.
#[derive(Debug)]
pub struct Tracks {
    /// Each stretch, and behind the last where it ends.
    heads: Vec<Head>,
    days: Bytes,
    codes: Bytes,
    far: Bytes,
    orders: Bytes,
    /// By the place of their rows in the file, ascending.
    ratings: Vec<(usize, f64)>,
    /// Where in the file the first stretch begins, and how many rows there are.
    row: usize,
    rows: usize,
    /// The file.
    path: Arc<Path>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Head {
    consumer: u32,
    first_day: i32,
    is_anonymous: bool,
    /// How many days, rows, far codes and orders there are before its own.
    days: u32,
    rows: u32,
    far: u32,
    orders: u32,
}

/// The error of a file whose tracks cannot be unpacked.
pub(crate) fn no_tracks(path: &Path) -> LakeError {
    LakeError::Damaged { path: path.to_owned(), reason: "its tracks are none".into() }
}

impl Tracks {
    /// No tracks of a file.
    pub fn none(path: &Path) -> Self {
        let none = Bytes::new;
        Self {
            heads: Vec::new(),
            days: none(),
            codes: none(),
            far: none(),
            orders: none(),
            ratings: Vec::new(),
            row: 0,
            rows: 0,
            path: path.into(),
        }
    }

    /// One value of a file's column.
    pub(crate) fn new(value: &Bytes, path: &Path) -> Result<Self, LakeError> {
        Self::unpack(value, path).ok_or_else(|| no_tracks(path))
    }

    fn unpack(value: &Bytes, path: &Path) -> Option<Self> {
        let mut numbers = Reader(value);
        let row = numbers.size()?;
        let [stretches, days, rows, far, orders] =
            [numbers.size()?, numbers.size()?, numbers.size()?, numbers.size()?, numbers.size()?];
        let mut rest = value.slice_ref(numbers.0);
        let mut section = |n: usize, bytes: usize| {
            let length = n.checked_mul(bytes).filter(|length| *length <= rest.len())?;
            Some(rest.split_to(length))
        };
        let heads = section(stretches, HEAD_BYTES)?;
        let mut tracks = Self {
            heads: Vec::with_capacity(stretches + 1),
            days: section(days, DAY_BYTES)?,
            codes: section(rows.div_ceil(2), 1)?,
            far: section(far, FAR_BYTES)?,
            orders: section(orders, ORDER_BYTES)?,
            ratings: Vec::new(),
            row,
            rows,
            path: path.into(),
        };
        let mut next = Head::default();
        for head in heads.as_chunks::<HEAD_BYTES>().0 {
            let head = u128::from_le_bytes(*head);
            let number = |place: u32| (head >> (64 + 16 * place)) as u16;
            let own = number(1);
            next.consumer = head as u32;
            next.first_day = (head >> 32) as i32;
            next.is_anonymous = own & IS_ANONYMOUS != 0;
            tracks.heads.push(next);
            // Sections are shorter than what these could saturate to.
            next.days = next.days.saturating_add(u32::from(number(0)));
            next.rows = next.rows.saturating_add(u32::from(own & !IS_ANONYMOUS));
            next.far = next.far.saturating_add(u32::from(number(2)));
            next.orders = next.orders.saturating_add(u32::from(number(3)));
        }
        let told = [next.days, next.rows, next.far, next.orders].map(|n| n as usize);
        if told != [days, rows, far, orders] || rows >= u32::MAX as usize {
            return None;
        }
        tracks.heads.push(next);
        let (mut ratings, mut rated) = (Reader(&rest), row);
        while !ratings.0.is_empty() {
            rated = rated.checked_add(ratings.size()?)?;
            tracks.ratings.push((rated, f64::from_le_bytes(*ratings.take::<8>()?)));
        }
        Some(tracks)
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
        self.rows
    }

    /// The first stretch from a place on that is somebody's: its place, and whose it is.
    #[inline]
    pub fn somebody_from(&self, place: usize) -> Option<(usize, u32)> {
        let mut place = place;
        // The last head is nobody's: it says where the stretch before it ends.
        while place < self.len() {
            let head = self.heads.get(place)?;
            if !head.is_anonymous {
                return Some((place, head.consumer));
            }
            place += 1;
        }
        None
    }

    /// The place of a stretch's first row in the file.
    #[inline]
    pub fn row(&self, place: usize) -> usize {
        self.row + self.heads.get(place).map_or(0, |head| head.rows as usize)
    }

    /// A stretch by its place.
    #[inline]
    pub fn stretch(&self, place: usize) -> Option<Stretch<'_>> {
        let [head, next] = self.heads.get(place..)?.first_chunk::<2>()?;
        Some(Stretch {
            consumer: head.consumer,
            is_anonymous: head.is_anonymous,
            rows: (next.rows - head.rows) as usize,
            row: self.row + head.rows as usize,
            tracks: self,
            head,
            next,
        })
    }

    /// The stretches, in the order of the file.
    pub fn stretches(&self) -> impl Iterator<Item = Stretch<'_>> {
        (0..self.len()).map_while(|place| self.stretch(place))
    }
}

/// Bytes that are still to be read.
#[derive(Debug)]
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take<const N: usize>(&mut self) -> Option<&'a [u8; N]> {
        let (head, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(head)
    }

    /// A number of things in memory, or the place of one.
    fn size(&mut self) -> Option<usize> {
        let mut number = 0_u64;
        for shift in (0..64).step_by(7) {
            let [byte] = *self.take::<1>()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return usize::try_from(number).ok();
            }
        }
        None
    }
}

#[cfg(test)]
mod tests;
