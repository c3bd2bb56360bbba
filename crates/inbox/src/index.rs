//! Which records wait, by brand, and which files they keep.

use std::collections::{BTreeMap, VecDeque};

use databank_model::BrandSlug;

/// Where a record lies.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Held {
    pub(crate) sequence: u64,
    /// First sequence of its file.
    pub(crate) segment: u64,
    pub(crate) offset: u64,
    pub(crate) bytes: u32,
    pub(crate) events: u32,
    pub(crate) received_us: i64,
}

/// What waits of a brand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pending {
    /// Requests.
    pub records: usize,
    /// Events in them.
    pub events: u64,
    /// Their bytes in the journal.
    pub bytes: u64,
    /// When the first of them came, µs UTC.
    pub oldest_us: i64,
    /// Sequence of the last of them.
    pub last: u64,
}

#[derive(Debug, Default)]
struct OfBrand {
    held: VecDeque<Held>,
    events: u64,
    bytes: u64,
}

/// Records that wait.
#[derive(Debug, Default)]
pub(crate) struct Index {
    brands: BTreeMap<BrandSlug, OfBrand>,
    /// Of every file, how many records wait in it.
    segments: BTreeMap<u64, usize>,
    records: usize,
    events: u64,
    bytes: u64,
}

impl Index {
    pub(crate) fn add_segment(&mut self, first: u64) {
        self.segments.entry(first).or_default();
    }

    /// Adds a record, later than all others.
    pub(crate) fn add(&mut self, brand: &BrandSlug, held: Held) {
        let of_brand = match self.brands.get_mut(brand) {
            Some(of_brand) => of_brand,
            None => self.brands.entry(brand.clone()).or_default(),
        };
        of_brand.events += u64::from(held.events);
        of_brand.bytes += u64::from(held.bytes);
        of_brand.held.push_back(held);
        *self.segments.entry(held.segment).or_default() += 1;
        self.records += 1;
        self.events += u64::from(held.events);
        self.bytes += u64::from(held.bytes);
    }

    /// Forgets a brand's records up to a sequence.
    pub(crate) fn forget(&mut self, brand: &BrandSlug, through: u64) {
        let Some(of_brand) = self.brands.get_mut(brand) else { return };
        while let Some(held) = of_brand.held.pop_front_if(|held| held.sequence <= through) {
            of_brand.events -= u64::from(held.events);
            of_brand.bytes -= u64::from(held.bytes);
            self.records -= 1;
            self.events -= u64::from(held.events);
            self.bytes -= u64::from(held.bytes);
            if let Some(waiting) = self.segments.get_mut(&held.segment) {
                *waiting -= 1;
            }
        }
        if of_brand.held.is_empty() {
            self.brands.remove(brand);
        }
    }

    /// The file that is appended to, or was last.
    pub(crate) fn newest_segment(&self) -> Option<u64> {
        self.segments.last_key_value().map(|(first, _)| *first)
    }

    /// Takes out the oldest files before `current` that nobody waits for. Only from the old end: a file names the one before
    /// it.
    pub(crate) fn take_unneeded(&mut self, current: u64) -> Vec<u64> {
        let mut unneeded = Vec::new();
        while let Some(oldest) =
            self.segments.first_entry().filter(|oldest| *oldest.key() < current && *oldest.get() == 0)
        {
            unneeded.push(oldest.remove_entry().0);
        }
        unneeded
    }

    /// A brand's records after a sequence, up to so many bytes, and one at least.
    pub(crate) fn after(&self, brand: &BrandSlug, after: u64, max_bytes: u64) -> Vec<Held> {
        let Some(of_brand) = self.brands.get(brand) else { return Vec::new() };
        let start = of_brand.held.partition_point(|held| held.sequence <= after);
        let mut bytes = 0;
        let fits = |held: &&Held| {
            let is_first = bytes == 0;
            bytes += u64::from(held.bytes);
            is_first || bytes <= max_bytes
        };
        of_brand.held.range(start..).take_while(fits).copied().collect()
    }

    pub(crate) fn pending(&self, brand: &BrandSlug) -> Option<Pending> {
        self.brands.get(brand).and_then(OfBrand::pending)
    }

    pub(crate) fn all(&self) -> Vec<(BrandSlug, Pending)> {
        self.brands.iter().filter_map(|(brand, of_brand)| Some((brand.clone(), of_brand.pending()?))).collect()
    }

    /// Records, events and bytes of all brands.
    pub(crate) fn total(&self) -> (usize, u64, u64) {
        (self.records, self.events, self.bytes)
    }
}

impl OfBrand {
    fn pending(&self) -> Option<Pending> {
        let (first, last) = (self.held.front()?, self.held.back()?);
        Some(Pending {
            records: self.held.len(),
            events: self.events,
            bytes: self.bytes,
            oldest_us: first.received_us,
            last: last.sequence,
        })
    }
}
