//! Where the numbers of leaves stand.
//!
//! Each leaf has a slot of its own in lists that are worked out a few slots at a time. Where every stage asks for some leaf of a few, as in most
//! rule sets, slots lie in rows of one for each stage: the last of a column's ends is the stage's, so that all stages are found
//! side by side, and nothing has to be guessed. A leaf that several stages ask for stands there several times.

use databank_model::rules::MAX_EVENT_CONDITIONS;

use crate::program::Test;
use crate::window::OFF;

/// Slots that are worked out side by side.
pub(crate) const LANES: usize = 4;
/// How many there are at most.
pub(crate) const SLOTS: usize = MAX_EVENT_CONDITIONS;
/// A number of each slot.
pub(crate) type Lanes = [[i32; LANES]; SLOTS / LANES];
/// A number of each stage, and room for whatever is looked up of none.
pub(crate) type StageLanes = [[i32; LANES]; SLOTS / LANES];

/// Which leaf stands in which slot.
#[derive(Debug, Clone)]
pub(crate) struct Slots {
    /// Per slot, a multiple of [`LANES`]; none where nothing stands.
    leaves: Vec<Option<usize>>,
    /// By set of statuses, where slots lie in rows by stage: until when each stage holds whatever the leaves do.
    floors: [Option<StageLanes>; 4],
    /// Lanes of a row.
    columns: usize,
}

impl Slots {
    /// So many leaves one after another.
    pub(crate) fn in_turn(n_leaves: usize) -> Self {
        let leaves = (0..n_leaves.next_multiple_of(LANES)).map(|slot| (slot < n_leaves).then_some(slot));
        Self { leaves: leaves.collect(), floors: [None; 4], columns: 1 }
    }

    /// By stage, where the tests of some set of statuses are such; they have the leaves' numbers as bits.
    pub(crate) fn by_stage(n_leaves: usize, tests: &[Vec<Test>; 4]) -> Self {
        let masks: Option<Vec<u64>> = tests[0].iter().map(|test| test.some_of()).collect();
        let masks = masks.unwrap_or_default();
        let columns = masks.len().div_ceil(LANES);
        let rows = masks.iter().map(|mask| mask.count_ones() as usize).max().unwrap_or(0);
        let n_slots = rows * columns * LANES;
        if rows == 0 || n_slots > SLOTS {
            return Self::in_turn(n_leaves);
        }
        let mut leaves = vec![None; n_slots];
        for (stage, mask) in masks.iter().enumerate() {
            let of_stage = (0..n_leaves).filter(|leaf| mask >> leaf & 1 == 1);
            for (row, leaf) in of_stage.enumerate() {
                leaves[row * columns * LANES + stage] = Some(leaf);
            }
        }
        // A leaf for which only other sets of statuses ask has no slot here.
        if (0..n_leaves).any(|leaf| !leaves.contains(&Some(leaf))) {
            return Self::in_turn(n_leaves);
        }
        let floor = |tests: &Vec<Test>| {
            let mut floor = StageLanes::default();
            floor.as_flattened_mut().fill(OFF);
            for (stage, (test, mask)) in tests.iter().zip(&masks).enumerate() {
                match test {
                    Test::Always => floor[stage / LANES][stage % LANES] = i32::MAX,
                    test if test.some_of() == Some(*mask) => {}
                    _ => return None,
                }
            }
            Some(floor)
        };
        Self { leaves, floors: tests.each_ref().map(floor), columns }
    }

    /// Which leaf stands in each slot.
    pub(crate) fn leaves(&self) -> &[Option<usize>] {
        &self.leaves
    }

    /// The slots of a leaf, as bits.
    pub(crate) fn of(&self, leaf: usize) -> u64 {
        let slots = self.leaves.iter().enumerate().filter(|(_, held)| **held == Some(leaf));
        slots.fold(0, |bits, (slot, _)| bits | 1 << slot)
    }

    /// How many lanes there are.
    #[inline]
    pub(crate) fn lanes(&self) -> usize {
        self.leaves.len() / LANES
    }

    /// Where slots lie by stage under a set of statuses: the stages' floors, in as many lanes as a row has.
    #[inline]
    pub(crate) fn floor(&self, statuses: u8) -> Option<&[[i32; LANES]]> {
        self.floors[usize::from(statuses & 3)].as_ref().map(|floor| &floor[..self.columns])
    }
}
