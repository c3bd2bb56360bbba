//! Per leaf, the day on which it stops holding if nothing more matches.
//!
//! As long as events come in day order and none is cancelled, a leaf that needs *k* holds exactly until the *k*-th
//! latest match leaves the window. So the last *k* matches are all that a leaf has to remember.

use crate::program::Program;

/// A leaf that does not hold.
pub(crate) const OFF: i32 = i32::MIN;

/// One remembered match: a day, and for leaves that count orders the order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    pub(crate) day: i32,
    pub(crate) order: u64,
}

/// The remembered matches of every leaf, oldest first within a leaf.
#[derive(Debug)]
pub(crate) struct Windows {
    /// Per leaf, the first day on which it no longer holds.
    pub(crate) ends: [i32; 64],
    lens: [u32; 64],
    /// For leaves that count events or days, where the oldest key is: their keys are a ring.
    heads: [u32; 64],
    keys: Vec<Key>,
}

impl Windows {
    pub(crate) fn new() -> Self {
        Self { ends: [OFF; 64], lens: [0; 64], heads: [0; 64], keys: Vec::new() }
    }

    pub(crate) fn reset(&mut self, program: &Program) {
        let n = program.counters.len();
        self.ends[..n].fill(OFF);
        self.lens[..n].fill(0);
        self.heads[..n].fill(0);
        if self.keys.len() < program.n_keys() {
            self.keys.resize(program.n_keys(), Key::default());
        }
    }

    /// Counts one matching event of the latest day so far, for a leaf that counts several events or orders.
    #[inline]
    pub(crate) fn add(&mut self, program: &Program, leaf: usize, key: Key) {
        if program.orders & (1 << leaf) == 0 {
            self.add_to_ring(program, leaf, key.day);
        } else {
            self.add_order(program, leaf, key);
        }
    }

    /// Counts a day for a leaf that needs several distinct ones.
    pub(crate) fn add_day(&mut self, program: &Program, leaf: usize, day: i32) {
        let (head, len) = (self.heads[leaf] as usize, self.lens[leaf] as usize);
        let latest = if head == 0 { len.saturating_sub(1) } else { head - 1 };
        if len == 0 || self.keys[program.counters[leaf].keys_at + latest].day != day {
            self.add_to_ring(program, leaf, day);
        }
    }

    fn add_to_ring(&mut self, program: &Program, leaf: usize, day: i32) {
        let counter = program.counters[leaf];
        let ring = &mut self.keys[counter.keys_at..counter.keys_at + counter.needed];
        let (head, len) = (self.heads[leaf] as usize, self.lens[leaf] as usize);
        if len < counter.needed {
            ring[len] = Key { day, order: 0 };
            self.lens[leaf] = len as u32 + 1;
            if len + 1 == counter.needed {
                self.ends[leaf] = ring[0].day.saturating_add(counter.within);
            }
            return;
        }
        let oldest = if head + 1 == counter.needed { 0 } else { head + 1 };
        ring[head] = Key { day, order: 0 };
        self.heads[leaf] = oldest as u32;
        self.ends[leaf] = ring[oldest].day.saturating_add(counter.within);
    }

    /// Keeps the orders with the latest match; among orders of one day the greater number, so that the order of
    /// arrival never shows.
    fn add_order(&mut self, program: &Program, leaf: usize, key: Key) {
        let counter = program.counters[leaf];
        let kept = &mut self.keys[counter.keys_at..counter.keys_at + counter.needed];
        let len = self.lens[leaf] as usize;
        // The slot that is freed: the same order's earlier match, a new slot, or the oldest key's.
        let freed = match kept[..len].iter().position(|other| other.order == key.order) {
            Some(same) => same,
            None if len < counter.needed => {
                self.lens[leaf] += 1;
                len
            }
            None if kept[0] < key => 0,
            None => return,
        };
        let len = self.lens[leaf] as usize;
        kept[freed] = key;
        let mut at = freed;
        while at + 1 < len && kept[at + 1] < kept[at] {
            kept.swap(at, at + 1);
            at += 1;
        }
        while at > 0 && kept[at] < kept[at - 1] {
            kept.swap(at, at - 1);
            at -= 1;
        }
        if len == counter.needed {
            self.ends[leaf] = kept[0].day.saturating_add(counter.within);
        }
    }
}
