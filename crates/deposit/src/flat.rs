//! Sixteen-byte keys beside the place that each came from, to be sorted flat: no list for each key, nothing cloned.

use databank_lake::runs::Key;

/// A key and the place of its row. The key is held as two words, so that most comparisons are of one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Placed {
    words: [u64; 2],
    /// Place of the row among its fellows.
    pub(crate) place: u32,
}

impl Placed {
    /// A key and where it came from.
    pub(crate) fn new(key: &Key, place: u32) -> Self {
        let whole = u128::from_be_bytes(*key);
        Self { words: [(whole >> 64) as u64, whole as u64], place }
    }

    /// The key.
    pub(crate) fn key(&self) -> Key {
        (u128::from(self.words[0]) << 64 | u128::from(self.words[1])).to_be_bytes()
    }

    /// Whether two are of one key.
    pub(crate) fn is_beside(&self, other: &Self) -> bool {
        self.words == other.words
    }
}

/// Sorts by key; places of one key come in no order.
pub(crate) fn sort_by_key(placed: &mut [Placed]) {
    placed.sort_unstable_by_key(|one| one.words);
}

/// Sorts by key; places of one key stay in the order that they have.
pub(crate) fn sort_by_key_stably(placed: &mut [Placed]) {
    placed.sort_by_key(|one| one.words);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_sort_as_their_bytes_do_and_come_back_whole() {
        let key = |n: u64| -> Key { blake3::hash(&n.to_le_bytes()).as_bytes()[..16].try_into().unwrap() };
        let mut keys: Vec<Key> = (0..500).map(|n| key(n % 200)).collect();
        let mut placed: Vec<Placed> = keys.iter().zip(0..).map(|(key, place)| Placed::new(key, place)).collect();
        sort_by_key_stably(&mut placed);
        assert!(placed.iter().all(|one| one.key() == keys[one.place as usize]));
        assert!(placed.windows(2).all(|pair| !pair[0].is_beside(&pair[1]) || pair[0].place < pair[1].place));
        keys.sort_unstable();
        assert!(placed.iter().map(Placed::key).eq(keys.iter().copied()));
        sort_by_key(&mut placed);
        assert!(placed.iter().map(Placed::key).eq(keys));
    }
}
