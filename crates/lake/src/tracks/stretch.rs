//! A stretch of one consumer's rows unpacked, row by row.

use std::hint::select_unpredictable;
use std::path::Path;

use super::{FAR, no_tracks};
use crate::LakeError;

/// A stretch of one consumer's rows, still packed.
#[derive(Debug, Clone, Copy)]
pub struct Stretch<'a> {
    /// The consumer's number; of rows that have none, that of the rows before them.
    pub consumer: u32,
    /// Whether the rows have no consumer.
    pub is_anonymous: bool,
    /// Whether no row's day is earlier than that of the row before.
    pub is_by_day: bool,
    /// How many rows there are.
    pub rows: usize,
    /// The place of the first in the file.
    pub row: usize,
    pub(super) first_day: i32,
    pub(super) codes: &'a [u8],
    pub(super) far: &'a [u8],
    pub(super) has_far_codes: bool,
    pub(super) orders: &'a [u8],
    pub(super) path: &'a Path,
}

/// Codes up to this are told apart without looking farther; it stands for itself and all above.
pub const FAR_CODE: usize = FAR as usize;

impl Stretch<'_> {
    /// Whether a row has one of some codes: by code, and at [`FAR_CODE`] all codes from there on.
    #[inline]
    pub fn has_one_of(&self, codes: &[bool; FAR_CODE + 1]) -> bool {
        self.codes.iter().fold(false, |has, halves| has | codes[usize::from(halves & FAR)])
    }

    /// Whether a row names an order.
    #[inline]
    pub fn has_orders(&self) -> bool {
        !self.orders.is_empty()
    }

    /// Hands over each row: its place in the stretch, its day (since 1970-01-01), its behaviour's code, and what tells the order that it
    /// names.
    #[inline]
    pub fn for_each_row(&self, take: impl FnMut(usize, i32, i32, &mut Orders<'_>)) -> Result<(), LakeError> {
        self.try_rows(take).ok_or_else(|| no_tracks(self.path))
    }

    #[inline]
    fn try_rows(&self, mut take: impl FnMut(usize, i32, i32, &mut Orders<'_>)) -> Option<()> {
        let mut orders = Orders::new(self.orders);
        let (mut day, mut place) = (self.first_day, 0);
        let mut far = FarDays { bytes: Bytes(self.far), days: [0; BLOCK], left: [0; BLOCK], n: 0 };
        for block in self.codes.chunks(BLOCK) {
            if !self.has_far_codes {
                far.unpack()?;
            }
            let mut taken = 0;
            for halves in block {
                let (code, passed);
                if self.has_far_codes {
                    (code, passed) = far.bytes.row(*halves)?;
                } else {
                    // Whether days are far follows no pattern that a processor could guess.
                    let is_far = halves >> 4 == FAR;
                    code = i32::from(halves & FAR);
                    passed = select_unpredictable(is_far, far.days[taken % BLOCK], i32::from(halves >> 4));
                    taken += usize::from(is_far);
                }
                // Days of real files are far from overflowing.
                day = day.wrapping_add(passed);
                take(place, day, code, &mut orders);
                place += 1;
            }
            if !self.has_far_codes {
                far.pass(taken)?;
            }
        }
        (far.bytes.0.is_empty() && !orders.are_damaged).then_some(())
    }
}

/// Rows that are unpacked at a time.
const BLOCK: usize = 32;

/// The next far days of a stretch without far codes. They are unpacked before the rows that they are of: where a number ends is known
/// only once it is read, and rows would wait for that one after another.
struct FarDays<'a> {
    bytes: Bytes<'a>,
    days: [i32; BLOCK],
    /// How many bytes of the stretch's are left behind each of them.
    left: [u32; BLOCK],
    n: usize,
}

impl FarDays<'_> {
    /// Unpacks up to a block of them.
    #[inline]
    fn unpack(&mut self) -> Option<()> {
        let mut bytes = Bytes(self.bytes.0);
        self.n = 0;
        for (day, left) in self.days.iter_mut().zip(&mut self.left) {
            if bytes.0.is_empty() {
                break;
            }
            *day = bytes.signed()? as i32;
            *left = u32::try_from(bytes.0.len()).ok()?;
            self.n += 1;
        }
        Some(())
    }

    /// Goes on behind the first so many.
    #[inline]
    fn pass(&mut self, taken: usize) -> Option<()> {
        if taken > self.n {
            return None;
        }
        if let Some(last) = taken.checked_sub(1) {
            let start = self.bytes.0.len().checked_sub(*self.left.get(last)? as usize)?;
            self.bytes.0 = self.bytes.0.get(start..)?;
        }
        Some(())
    }
}

/// The orders that a stretch's rows name. They are asked of few rows, so nothing is done for the others.
#[derive(Debug)]
pub struct Orders<'a> {
    bytes: Bytes<'a>,
    /// The place of the next row that names one, and its key; none is at the greatest number.
    row: usize,
    key: u64,
    are_damaged: bool,
}

impl<'a> Orders<'a> {
    #[inline]
    fn new(bytes: &'a [u8]) -> Self {
        let row = if bytes.is_empty() { usize::MAX } else { 0 };
        // Where there are orders, the first is read once somebody asks.
        Self { bytes: Bytes(bytes), row, key: 0, are_damaged: false }
    }

    /// The key of the order that a row names, 0 when none. To be asked of rows in their order.
    #[inline]
    pub fn of(&mut self, place: usize) -> u64 {
        if self.row <= place { self.go_on_to(place) } else { 0 }
    }

    #[inline(never)]
    fn go_on_to(&mut self, place: usize) -> u64 {
        while self.row < place || self.key == 0 {
            if self.bytes.0.is_empty() {
                self.row = usize::MAX;
                break;
            }
            let Some((passed, key)) = self.bytes.size().zip(self.bytes.take::<8>()) else {
                self.are_damaged = true;
                (self.row, self.bytes) = (usize::MAX, Bytes(&[]));
                break;
            };
            self.row = self.row.saturating_add(passed);
            self.key = u64::from_le_bytes(*key).max(1);
        }
        if self.row == place { self.key } else { 0 }
    }
}

/// Bytes that are still to be read.
#[derive(Debug)]
pub(super) struct Bytes<'a>(pub(super) &'a [u8]);

impl<'a> Bytes<'a> {
    pub(super) fn take<const N: usize>(&mut self) -> Option<&'a [u8; N]> {
        let (head, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(head)
    }

    /// A row's code and days, of which a half is far at least.
    #[inline(never)]
    fn row(&mut self, halves: u8) -> Option<(i32, i32)> {
        let (mut code, mut passed) = (i32::from(halves & FAR), i32::from(halves >> 4));
        if halves & FAR == FAR {
            code = code.checked_add(i32::try_from(self.number()?).ok()?)?;
        }
        if halves >> 4 == FAR {
            passed = i32::try_from(self.signed()?).ok()?;
        }
        Some((code, passed))
    }

    /// A number of things in memory, or the place of one.
    pub(super) fn size(&mut self) -> Option<usize> {
        usize::try_from(self.number()?).ok()
    }

    #[inline]
    pub(super) fn number(&mut self) -> Option<u64> {
        match self.0.split_first() {
            Some((byte, rest)) if *byte < 0x80 => {
                self.0 = rest;
                Some(u64::from(*byte))
            }
            _ => self.long_number(),
        }
    }

    fn long_number(&mut self) -> Option<u64> {
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
