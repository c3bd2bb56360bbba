//! Names of things: brands, profiles, consumers, slots, deposits.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// How many slots the people of a brand are spread over. A slot is the high byte of a [`ProfileId`].
pub const SLOTS: usize = 256;

/// A brand's immutable name: directory, URL and command line. `[a-z0-9-]{1,40}`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BrandSlug(String);

/// The text is not a brand slug.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not a brand slug (1 to 40 of a-z, 0-9 and '-')")]
pub struct BrandSlugError {
    /// The refused text.
    pub text: String,
}

impl BrandSlug {
    /// The slug as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for BrandSlug {
    type Err = BrandSlugError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        if (1..=40).contains(&text.len()) && text.bytes().all(allowed) {
            Ok(Self(text.to_owned()))
        } else {
            Err(BrandSlugError { text: text.to_owned() })
        }
    }
}

impl TryFrom<String> for BrandSlug {
    type Error = BrandSlugError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<BrandSlug> for String {
    fn from(slug: BrandSlug) -> Self {
        slug.0
    }
}

impl fmt::Display for BrandSlug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One token's number within a brand: slot (8 bits) `<< 24 |` ordinal. Stored as `long`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ProfileId(pub u32);

impl ProfileId {
    /// Highest ordinal that fits beside the slot.
    pub const MAX_ORDINAL: u32 = (1 << 24) - 1;

    /// The `ordinal`-th profile of a slot; `None` when the slot is full.
    pub fn new(slot: u8, ordinal: u32) -> Option<Self> {
        (ordinal <= Self::MAX_ORDINAL).then_some(Self(u32::from(slot) << 24 | ordinal))
    }

    /// The slot: the high byte.
    pub fn slot(self) -> u8 {
        (self.0 >> 24) as u8
    }

    /// The number within its slot.
    pub fn ordinal(self) -> u32 {
        self.0 & Self::MAX_ORDINAL
    }
}

/// A person of a brand: the number of the profile that represents a set of linked profiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ConsumerId(pub u32);

impl ConsumerId {
    /// The slot of the representing profile.
    pub fn slot(self) -> u8 {
        ProfileId(self.0).slot()
    }
}

impl From<ProfileId> for ConsumerId {
    fn from(profile: ProfileId) -> Self {
        Self(profile.0)
    }
}

/// A contiguous range of slots, both ends included: the unit of storage, work and memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SlotRange {
    /// First slot.
    pub first: u8,
    /// Last slot.
    pub last: u8,
}

impl SlotRange {
    /// All slots: the single partition of a small brand.
    pub const ALL: Self = Self { first: 0, last: 255 };

    /// Splits all slots into `count` equal ranges; `count` is rounded up to a power of two within 1 to 256.
    pub fn split(count: usize) -> Vec<Self> {
        let count = count.clamp(1, SLOTS).next_power_of_two();
        let width = SLOTS / count;
        (0..count).map(|i| Self { first: (i * width) as u8, last: (i * width + width - 1) as u8 }).collect()
    }

    /// Whether the slot lies in this range.
    pub fn contains(self, slot: u8) -> bool {
        (self.first..=self.last).contains(&slot)
    }

    /// The smallest and largest profile (or consumer) number of the range.
    pub fn number_bounds(self) -> (u32, u32) {
        (u32::from(self.first) << 24, u32::from(self.last) << 24 | ProfileId::MAX_ORDINAL)
    }
}

impl fmt::Display for SlotRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:03}-{:03}", self.first, self.last)
    }
}

impl FromStr for SlotRange {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parsed = text
            .split_once('-')
            .and_then(|(first, last)| Some(Self { first: first.parse().ok()?, last: last.parse().ok()? }));
        match parsed {
            Some(range) if range.first <= range.last => Ok(range),
            _ => Err(format!("{text:?} is not a slot range such as \"000-255\"")),
        }
    }
}

/// Number of one atomic intake; given by the catalog, never used twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct DepositId(pub i64);

impl fmt::Display for DepositId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "d{}", self.0)
    }
}

impl FromStr for DepositId {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number = text.strip_prefix('d').and_then(|digits| digits.parse().ok());
        number.map(Self).ok_or_else(|| format!("{text:?} is not a deposit such as d12"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_keep_to_their_alphabet() {
        assert!("acme-2".parse::<BrandSlug>().is_ok());
        for bad in ["", "Acme", "a b", "a/b", "..", &"x".repeat(41)] {
            assert!(bad.parse::<BrandSlug>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn slot_ranges_cover_all_slots_once() {
        for count in [1, 2, 3, 16, 256, 1000] {
            let ranges = SlotRange::split(count);
            for slot in 0..=255_u8 {
                assert_eq!(ranges.iter().filter(|r| r.contains(slot)).count(), 1);
            }
        }
        assert_eq!(SlotRange::split(4)[1].to_string(), "064-127");
        assert_eq!("064-127".parse::<SlotRange>().unwrap(), SlotRange::split(4)[1]);
    }

    #[test]
    fn profile_numbers_hold_slot_and_ordinal() {
        let profile = ProfileId::new(200, 77).unwrap();
        assert_eq!((profile.slot(), profile.ordinal()), (200, 77));
        assert_eq!(ProfileId::new(0, 1 << 24), None);
    }
}
