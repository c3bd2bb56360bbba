//! A stretch of one consumer's rows, day by day or row by row.

use super::{DAY_BYTES, FAR_BYTES, Head, ORDER_BYTES, Tracks, no_tracks};
use crate::LakeError;

/// Codes below this are told apart by a day's set; this stands for itself and all above.
pub const FAR_CODE: usize = 15;

/// A stretch of one consumer's rows, still packed; no row's day is earlier than that of the row before.
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
    pub(super) tracks: &'a Tracks,
    pub(super) head: &'a Head,
    /// That of the stretch behind it.
    pub(super) next: &'a Head,
}

/// A day of a stretch.
#[derive(Debug, Clone, Copy)]
pub struct PackedDay {
    /// Since 1970-01-01.
    pub day: i32,
    /// Which codes its rows have: bit 0 for code 1 and so on; the bit of [`FAR_CODE`] stands for all from there on.
    pub once: u16,
    /// Those that two rows have, or more; of far codes, which need not be the same.
    pub twice: u16,
    /// The place of its first row in the stretch, and how many rows there are.
    first: usize,
    rows: usize,
}

/// The bit of a code in a day's set; none of code 0.
pub(super) fn bit_of(code: u32) -> u16 {
    match code {
        0 => 0,
        code => 1 << (code.min(FAR_CODE as u32) - 1),
    }
}

impl<'a> Stretch<'a> {
    /// How many days there are.
    #[inline]
    pub fn n_days(&self) -> usize {
        (self.next.days - self.head.days) as usize
    }

    /// Its days, ascending.
    #[inline]
    pub fn days(&self) -> impl Iterator<Item = PackedDay> + use<'a> {
        let (days, _) = self.tracks.days.as_chunks::<DAY_BYTES>();
        let days = days.get(self.head.days as usize..self.next.days as usize).unwrap_or_default();
        let (mut day, mut first) = (self.head.first_day, 0);
        days.iter().map(move |packed| {
            let packed = u64::from_le_bytes(*packed);
            // Days of real files are far from overflowing.
            day = day.wrapping_add(i32::from(packed as u16));
            let rows = (packed >> 48) as usize;
            let packed = PackedDay { day, once: (packed >> 16) as u16, twice: (packed >> 32) as u16, first, rows };
            first += rows;
            packed
        })
    }

    /// Whether a row has one of some codes, which are a set as those of days.
    #[inline]
    pub fn has_one_of(&self, codes: u16) -> bool {
        self.days().fold(0, |all, day| all | day.once) & codes != 0
    }

    /// Whether a row has a far code.
    #[inline]
    pub fn has_far_codes(&self) -> bool {
        self.next.far != self.head.far
    }

    /// Whether a row names an order.
    #[inline]
    pub fn has_orders(&self) -> bool {
        self.next.orders != self.head.orders
    }

    /// What tells the orders that its rows name.
    #[inline]
    pub fn orders(&self) -> Orders<'a> {
        let (orders, _) = self.tracks.orders.as_chunks::<ORDER_BYTES>();
        Orders(orders.get(self.head.orders as usize..self.next.orders as usize).unwrap_or_default())
    }

    /// Hands over each row of a day: its place in the stretch, its behaviour's code, of which the far ones are not told apart.
    #[inline]
    pub fn for_each_row_of(&self, day: &PackedDay, mut take: impl FnMut(usize, i32)) -> Result<(), LakeError> {
        for place in day.first..day.first + day.rows {
            take(place, i32::from(self.half(place)?));
        }
        Ok(())
    }

    /// Hands over each row: its place in the stretch, its day (since 1970-01-01), its behaviour's code, and what tells the order that it
    /// names.
    pub fn for_each_row(&self, mut take: impl FnMut(usize, i32, i32, &mut Orders<'_>)) -> Result<(), LakeError> {
        let damaged = || no_tracks(&self.tracks.path);
        let mut orders = self.orders();
        let (far, _) = self.tracks.far.as_chunks::<FAR_BYTES>();
        let mut far = far.get(self.head.far as usize..self.next.far as usize).unwrap_or_default().iter();
        let mut rows = 0;
        for day in self.days() {
            for place in day.first..day.first + day.rows {
                let mut code = i32::from(self.half(place)?);
                if code as usize == FAR_CODE {
                    let beyond = i32::try_from(u32::from_le_bytes(*far.next().ok_or_else(damaged)?));
                    code = beyond.ok().and_then(|beyond| code.checked_add(beyond)).ok_or_else(damaged)?;
                }
                take(place, day.day, code, &mut orders);
            }
            rows += day.rows;
        }
        if rows == self.rows && far.next().is_none() { Ok(()) } else { Err(damaged()) }
    }

    /// The half byte of a row.
    #[inline]
    fn half(&self, place: usize) -> Result<u8, LakeError> {
        let at = self.head.rows as usize + place;
        // Rows that a day has beyond those of the stretch are the next one's, or none.
        let halves = self.tracks.codes.get(at / 2).filter(|_| place < self.rows);
        let halves = halves.ok_or_else(|| no_tracks(&self.tracks.path))?;
        Ok(halves >> (at % 2 * 4) & 0xf)
    }
}

/// The orders that a stretch's rows name.
#[derive(Debug)]
pub struct Orders<'a>(&'a [[u8; ORDER_BYTES]]);

impl Orders<'_> {
    /// The key of the order that a row names, 0 when none. To be asked of rows in their order.
    #[inline]
    pub fn of(&mut self, place: usize) -> u64 {
        while let Some(([low, high, key @ ..], rest)) = self.0.split_first() {
            let row = usize::from(u16::from_le_bytes([*low, *high]));
            if row == place {
                return u64::from_le_bytes(*key);
            }
            if row > place {
                break;
            }
            self.0 = rest;
        }
        0
    }
}
