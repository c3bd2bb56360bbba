//! What is odd about an event that is taken nevertheless.

use std::ops::{BitOr, BitOrAssign};

/// Bits of the events table's `flags`. Bits 1 (bot) and 4 (wall clock) are set by others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Flags(pub i64);

impl Flags {
    /// Nothing odd.
    pub const NONE: Self = Self(0);
    /// More than five days old when it was received.
    pub const LATE: Self = Self(2);
    /// The sender's clock was wrong, and by how much is known: the time is corrected.
    pub const CLOCK_CORRECTED: Self = Self(8);
    /// The sender's clock contradicts itself: the time is that of receipt.
    pub const CLOCK_LIES: Self = Self(16);
    /// No time was given: the time is that of receipt.
    pub const NO_TIME: Self = Self(32);
    /// The user's id was a number.
    pub const NUMERIC_ID: Self = Self(64);
    /// A NUL stood in a text; U+FFFD stands there now.
    pub const NUL_REPLACED: Self = Self(128);
    /// A name was given twice; the later value counts.
    pub const TWIN_NAMES: Self = Self(256);
    /// The event's name holds what may be a phone or identity card number: it is not to be shown to everybody.
    pub const PERSONAL_NAME: Self = Self(512);

    /// Whether all of these bits are set.
    pub fn has(self, flags: Self) -> bool {
        self.0 & flags.0 == flags.0
    }
}

impl BitOr for Flags {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOrAssign for Flags {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}
