//! Per leaf, the day on which it stops holding if nothing more matches.
//!
//! As long as events come in day order and none is cancelled, a leaf that needs *k* holds exactly until the *k*-th
//! latest match leaves the window. So the last *k* matches are all that a leaf has to remember. For *k* up to two that is a
//! number or two, and those of all leaves are worked out side by side; the few that need more, or count orders, keep lists.

use std::hint::select_unpredictable;

use wide::i32x4;

use crate::program::Program;
use crate::slots::{LANES, Lanes, SLOTS, StageLanes};
use crate::sweep::ones;

/// The end of a leaf that does not hold.
pub(crate) const OFF: i32 = i32::MIN;

/// The lanes of the lowest bits of a mask that are set.
#[inline]
fn lanes_of(mask: u64) -> i32x4 {
    const BITS: i32x4 = i32x4::new([1, 2, 4, 8]);
    (i32x4::splat(mask as i32) & BITS).simd_eq(BITS)
}

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
    ends: Lanes,
    /// Of leaves that need two: the day of the latest match.
    latest: Lanes,
    lens: [u32; SLOTS],
    /// For leaves that count events or days, where the oldest key is: their keys are a ring.
    heads: [u32; SLOTS],
    keys: Vec<Key>,
    /// Where slots lie by stage, per stage the first day on which it no longer holds; as of the last look at the stages.
    stage_ends: StageLanes,
}

impl Windows {
    pub(crate) fn new(program: &Program) -> Self {
        let off = [[OFF; LANES]; SLOTS / LANES];
        let keys = vec![Key::default(); program.n_keys()];
        let stage_ends = StageLanes::default();
        Self { ends: off, latest: off, lens: [0; SLOTS], heads: [0; SLOTS], keys, stage_ends }
    }

    /// Forgets all matches.
    #[inline]
    pub(crate) fn reset(&mut self, program: &Program) {
        let lanes = program.slots.lanes();
        for (ends, latest) in self.ends[..lanes].iter_mut().zip(&mut self.latest) {
            (*ends, *latest) = ([OFF; LANES], [OFF; LANES]);
        }
        for leaf in ones(program.rings | program.day_rings) {
            (self.lens[leaf], self.heads[leaf]) = (0, 0);
        }
    }

    /// Per leaf, the first day on which it no longer holds.
    #[inline]
    pub(crate) fn ends(&self) -> &Lanes {
        &self.ends
    }

    /// The leaves that hold on a day, as bits.
    #[inline]
    pub(crate) fn holding(&self, program: &Program, day: i32) -> u64 {
        let lanes = program.slots.lanes();
        let groups = self.ends[..lanes].iter().enumerate();
        groups.fold(0, |holding, (group, ends)| {
            let bits = i32x4::new(*ends).simd_gt(i32x4::splat(day)).to_bitmask();
            holding | u64::from(bits) << (group * LANES)
        })
    }

    /// The deepest stage on a day and the first day on which it no longer holds if nothing happens, where slots lie by stage under the
    /// `floor`; of [`Program::n_stages`], which is none, the last day that there is.
    #[inline]
    pub(crate) fn stage_by(&mut self, program: &Program, floor: &[[i32; LANES]], day: i32) -> (usize, i32) {
        let ends = &self.ends[..program.slots.lanes()];
        // Up to four stages, as most rule sets have.
        if let [floor] = floor {
            let last = ends.iter().fold(i32x4::new(*floor), |last, ends| last.max(i32x4::new(*ends)));
            self.stage_ends[0] = last.to_array();
        } else {
            let columns = floor.len();
            for (column, (stages, floor)) in self.stage_ends.iter_mut().zip(floor).enumerate() {
                let of_column = ends.iter().skip(column).step_by(columns);
                let last = of_column.fold(i32x4::new(*floor), |last, ends| last.max(i32x4::new(*ends)));
                *stages = last.to_array();
            }
        }
        self.stage_after(program, floor.len(), day)
    }

    /// The same after some days on which nothing happened, with so many lanes of stages.
    #[inline]
    pub(crate) fn stage_after(&self, program: &Program, columns: usize, day: i32) -> (usize, i32) {
        let n_stages = program.n_stages();
        let holding = |column: usize| {
            let bits = i32x4::new(self.stage_ends[column]).simd_gt(i32x4::splat(day)).to_bitmask();
            u64::from(bits) << (column * LANES)
        };
        let all = (1..columns).fold(1_u64 << n_stages | holding(0), |all, column| all | holding(column));
        let stage = all.trailing_zeros() as usize;
        let end = self.stage_ends.as_flattened()[stage % SLOTS];
        (stage, select_unpredictable(stage == n_stages, i32::MAX, end))
    }

    /// Lets a leaf hold for good, or not at all.
    pub(crate) fn set(&mut self, leaf: u8, holds: bool) {
        self.ends[usize::from(leaf) / LANES][usize::from(leaf) % LANES] = if holds { i32::MAX } else { OFF };
    }

    fn set_end(&mut self, leaf: usize, end: i32) {
        self.ends[leaf / LANES][leaf % LANES] = end;
    }

    /// Counts the events of the latest day so far: the leaves that one of them meets, and that two do. Each leaf is worked out
    /// the same way, whether it is met or not: which are is nothing that a processor could guess.
    #[inline]
    pub(crate) fn take_day(&mut self, program: &Program, day: i32, once: u64, twice: u64) {
        // A whole window from today on, or what is left of the window from the match before.
        let whole = once & program.single | twice & program.pairs;
        let partly = once & (program.pairs | program.day_pairs);
        let lanes = program.slots.lanes();
        let windows = self.ends[..lanes].iter_mut().zip(&mut self.latest).zip(&program.within);
        let today = i32x4::splat(day);
        for (group, ((ends, latest), within)) in windows.enumerate() {
            let [whole, partly] = [whole, partly].map(|mask| lanes_of(mask >> (group * LANES)));
            let (before, within) = (i32x4::new(*latest), i32x4::new(*within));
            // No overflow: windows are shorter than the days before the calendar ends are many.
            let (from_today, from_before) = (today + within, before + within);
            *ends = whole.select(from_today, partly.select(from_before, i32x4::new(*ends))).to_array();
            *latest = partly.select(today, before).to_array();
        }
        for leaf in ones(once & program.day_rings) {
            self.add_to_ring(program, leaf, day);
        }
    }

    /// Counts one matching event of the latest day so far, for a leaf that counts more than two events, or orders.
    pub(crate) fn add(&mut self, program: &Program, leaf: usize, key: Key) {
        if program.orders & (1 << leaf) == 0 {
            self.add_to_ring(program, leaf, key.day);
        } else {
            self.add_order(program, leaf, key);
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
                let end = ring[0].day.saturating_add(counter.within);
                self.set_end(leaf, end);
            }
            return;
        }
        let oldest = if head + 1 == counter.needed { 0 } else { head + 1 };
        ring[head] = Key { day, order: 0 };
        self.heads[leaf] = oldest as u32;
        let end = ring[oldest].day.saturating_add(counter.within);
        self.set_end(leaf, end);
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
            let end = kept[0].day.saturating_add(counter.within);
            self.set_end(leaf, end);
        }
    }
}
