//! Things that were read from a vault and are kept for the next question, within a bound of bytes.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};

/// What was used least recently goes first. Keys name a version, so that nothing here is ever out of date.
#[derive(Debug)]
pub(crate) struct Kept<K, V> {
    max_bytes: usize,
    entries: Mutex<Entries<K, V>>,
}

#[derive(Debug)]
struct Entries<K, V> {
    held: HashMap<K, Entry<V>>,
    bytes: usize,
    /// Counts uses.
    clock: u64,
}

#[derive(Debug)]
struct Entry<V> {
    value: V,
    bytes: usize,
    used: u64,
}

impl<K: Eq + Hash + Clone, V: Clone> Kept<K, V> {
    /// Keeps at most so many bytes.
    pub(crate) fn new(max_bytes: usize) -> Self {
        Self { max_bytes, entries: Mutex::new(Entries { held: HashMap::new(), bytes: 0, clock: 0 }) }
    }

    /// What is kept under a key.
    pub(crate) fn get(&self, key: &K) -> Option<V> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.clock += 1;
        let now = entries.clock;
        let entry = entries.held.get_mut(key)?;
        entry.used = now;
        Some(entry.value.clone())
    }

    /// Keeps a value, unless it alone is too large; lets go of those that `stale` says nobody will ask for again, and of
    /// as many others as the bound demands.
    pub(crate) fn put(&self, key: K, value: V, bytes: usize, stale: impl Fn(&K) -> bool) {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.held.retain(|held, _| !stale(held) && *held != key);
        if bytes <= self.max_bytes {
            entries.clock += 1;
            let used = entries.clock;
            entries.held.insert(key, Entry { value, bytes, used });
        }
        entries.bytes = entries.held.values().map(|entry| entry.bytes).sum();
        while entries.bytes > self.max_bytes {
            let oldest = entries.held.iter().min_by_key(|(_, entry)| entry.used).map(|(key, _)| key.clone());
            let gone = oldest.and_then(|key| entries.held.remove(&key));
            let Some(gone) = gone else { break };
            entries.bytes -= gone.bytes;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_recently_used_makes_room() {
        let kept = Kept::new(10);
        kept.put(1, 'a', 4, |_| false);
        kept.put(2, 'b', 4, |_| false);
        assert_eq!(kept.get(&1), Some('a'));
        kept.put(3, 'c', 4, |_| false);
        assert_eq!([kept.get(&1), kept.get(&2), kept.get(&3)], [Some('a'), None, Some('c')]);
    }

    #[test]
    fn what_is_too_large_is_not_kept_and_what_is_stale_goes() {
        let kept = Kept::new(10);
        kept.put(1, 'a', 4, |_| false);
        kept.put(2, 'b', 11, |key| *key == 1);
        assert_eq!([kept.get(&1), kept.get(&2)], [None, None]);
    }

    #[test]
    fn a_value_put_again_counts_once() {
        let kept = Kept::new(10);
        kept.put(1, 'a', 6, |_| false);
        kept.put(1, 'b', 6, |_| false);
        kept.put(2, 'c', 4, |_| false);
        assert_eq!([kept.get(&1), kept.get(&2)], [Some('b'), Some('c')]);
    }
}
