//! Which keys a run surely does not hold.
//!
//! Most rows of an import are new: looking each up would read the whole index again for every chunk. A blocked Bloom
//! filter (Putze, Sanders, Singler: Cache-, Hash- and Space-Efficient Bloom Filters, 2007) answers for all but about one
//! in a hundred of them. A key sets six bits within one block of 512; its first bits choose the block, so that keys in
//! ascending order go through the filter from one end to the other. Keys are hashes: their own bits serve.

use super::Key;

/// Records beyond which a run has no filter: 12 bits each would take more than 192 MiB.
pub(super) const MOST_RECORDS: u64 = 1 << 27;

const BITS_A_RECORD: u64 = 12;
/// Bits that a key sets, of nine bits of the key each.
const BITS_A_KEY: u32 = 6;

type Block = [u64; 8];

/// A set of keys that may say "maybe" of others.
#[derive(Debug)]
pub(super) struct Filter {
    blocks: Vec<Block>,
}

impl Filter {
    /// For about so many records.
    pub(super) fn new(records: u64) -> Self {
        let blocks = (records * BITS_A_RECORD).div_ceil(512).max(1);
        Self { blocks: vec![[0; 8]; blocks as usize] }
    }

    /// The number of a key's block.
    fn place(&self, key: u128) -> usize {
        (((key >> 64) * self.blocks.len() as u128) >> 64) as usize
    }

    pub(super) fn insert(&mut self, key: u128) {
        let place = self.place(key);
        if let Some(block) = self.blocks.get_mut(place) {
            bits(key).for_each(|(word, bit)| block[word] |= bit);
        }
    }

    /// Whether a key may be there; `false` is sure.
    pub(super) fn may_hold(&self, key: &Key) -> bool {
        let key = u128::from_be_bytes(*key);
        // All bits, whatever the first says: the next key does not wait for a guess.
        let missing = |block: &Block| bits(key).fold(0, |missing, (word, bit)| missing | !block[word] & bit);
        self.blocks.get(self.place(key)).is_some_and(|block| missing(block) == 0)
    }
}

/// The bits that a key has in its block, each as a word's place and a mask.
fn bits(key: u128) -> impl Iterator<Item = (usize, u64)> {
    (0..BITS_A_KEY).map(move |nth| {
        let bit = (key as u64 >> (9 * nth)) % 512;
        ((bit / 64) as usize, 1 << (bit % 64))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_found_and_few_others_are() {
        let key = |n: u64| -> Key { blake3::hash(&n.to_le_bytes()).as_bytes()[..16].try_into().unwrap() };
        for count in [0, 1, 1000, 50_000] {
            let mut filter = Filter::new(count);
            (0..count).for_each(|n| filter.insert(u128::from_be_bytes(key(n))));
            assert!((0..count).all(|n| filter.may_hold(&key(n))));
            let wrong = (count..count + 20_000).filter(|n| filter.may_hold(&key(*n))).count();
            assert!(wrong < 400, "{wrong} of 20000 beside {count}");
        }
    }
}
