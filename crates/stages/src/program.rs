//! A rule set made ready to run: numbered leaves, and each stage as tests on a mask of leaves.

use std::fmt;

use databank_model::Behavior;
use databank_model::rules::{
    Condition, EntityKind, EventCondition, MAX_EVENT_CONDITIONS, RuleSet, Scope, StatusKind, Threshold,
};

use crate::slots::{LANES, Lanes, Slots};
use crate::sweep::ones;
use crate::window::OFF;

/// One distinct event condition.
///
/// Whoever reads the events sets the leaf's bits ([`Program::leaves`]) of an event when its behavior is one of `behaviors` and `filter` (if
/// any) holds for it; the sweep does the rest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    /// The behaviors that match, sorted.
    pub behaviors: Vec<Behavior>,
    /// The `where` text that a matching event satisfies too.
    pub filter: Option<String>,
    /// The window's length in calendar days.
    pub within_days: u32,
    /// How much has to match.
    pub threshold: Threshold,
}

/// A rule set compiled for one kind of history.
#[derive(Debug, Clone)]
pub struct Program {
    entity: EntityKind,
    leaves: Vec<Leaf>,
    /// Where they stand: a bit of an event is a slot's, and what follows is by slot.
    pub(crate) slots: Slots,
    pub(crate) counters: Vec<Counter>,
    /// Every leaf.
    pub(crate) known: u64,
    /// Leaves that need one matching event (or order): they hold for their window from each match on.
    pub(crate) single: u64,
    /// Leaves that need two events, and that need two distinct days.
    pub(crate) pairs: u64,
    pub(crate) day_pairs: u64,
    /// Leaves that need more events than that, or several orders; and that need more distinct days.
    pub(crate) rings: u64,
    pub(crate) day_rings: u64,
    /// Leaves that count orders, whatever the number.
    pub(crate) orders: u64,
    /// Leaves to which an event is more than whether its day has one or two like it.
    pub(crate) told_apart: u64,
    /// Per leaf, the length of its window.
    pub(crate) within: Lanes,
    /// The statuses that some stage asks for, by [`status_bit`].
    pub(crate) statuses: u8,
    pub(crate) max_within: i32,
    n_stages: usize,
    /// Per set of statuses, the stages' tests in order: statuses are constants to a test.
    tests: [Vec<Test>; 4],
    groups: Vec<Group>,
}

/// How one leaf counts, in the form that the sweep reads.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Counter {
    pub(crate) within: i32,
    pub(crate) needed: usize,
    /// Where the leaf's keys begin in the flat list of all leaves' keys.
    pub(crate) keys_at: usize,
}

/// What a stage or a nested condition asks of the mask of leaves that hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Test {
    Never,
    Always,
    Any(u64),
    All(u64),
    Group(usize),
}

impl Test {
    /// The leaves of which it asks for some one, if it asks no more.
    pub(crate) fn some_of(self) -> Option<u64> {
        match self {
            Self::Any(leaves) => Some(leaves),
            Self::Never => Some(0),
            Self::Always | Self::All(_) | Self::Group(_) => None,
        }
    }
}

/// A condition that is not one mask: an `all` or `any` of leaves and of other tests.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Group {
    needs_all: bool,
    leaves: u64,
    tests: Vec<Test>,
}

impl Program {
    /// Compiles a rule set for a brand's history, or for the history of a category or an item of it. In the latter,
    /// conditions with `scope = "brand"` and `state` conditions never hold.
    pub fn compile(rules: &RuleSet, entity: EntityKind) -> Self {
        let mut program = Self {
            entity,
            leaves: Vec::new(),
            slots: Slots::in_turn(0),
            counters: Vec::new(),
            known: 0,
            single: 0,
            pairs: 0,
            day_pairs: 0,
            rings: 0,
            day_rings: 0,
            orders: 0,
            told_apart: 0,
            within: Default::default(),
            statuses: 0,
            max_within: 0,
            n_stages: rules.stages().len(),
            tests: Default::default(),
            groups: Vec::new(),
        };
        for stage in rules.stages() {
            program.collect(&stage.condition);
        }
        let n_leaves = program.leaves.len();
        program.slots = Slots::in_turn(n_leaves);
        let tests = program.tests_of(rules);
        program.slots = Slots::by_stage(n_leaves, &tests);
        program.tests = program.tests_of(rules);
        program.plan();
        program
    }

    /// The kind of history that the program is for.
    pub fn entity(&self) -> EntityKind {
        self.entity
    }

    /// The distinct event conditions, each with its bits.
    pub fn leaves(&self) -> impl Iterator<Item = (u64, &Leaf)> {
        self.leaves.iter().enumerate().map(|(place, leaf)| (self.slots.of(place), leaf))
    }

    /// How many stages there are; an interval's stage is an index below this, 0 the deepest.
    pub fn n_stages(&self) -> usize {
        self.n_stages
    }

    /// Whether some stage asks for a status: those of other kinds need not be found out.
    pub fn asks_for(&self, status: StatusKind) -> bool {
        self.statuses & status_bit(status) != 0
    }

    /// The deepest stage that holds where some leaves do; [`n_stages`](Self::n_stages) when none does.
    pub(crate) fn deepest(&self, statuses: u8, holding: u64) -> usize {
        let tests = &self.tests[usize::from(statuses & 3)];
        tests.iter().position(|test| self.holds(*test, holding)).unwrap_or(self.n_stages)
    }

    fn holds(&self, test: Test, holding: u64) -> bool {
        match test {
            Test::Never => false,
            Test::Always => true,
            Test::Any(mask) => holding & mask != 0,
            Test::All(mask) => holding & mask == mask,
            Test::Group(index) => {
                let Group { needs_all, leaves, tests } = &self.groups[index];
                if *needs_all {
                    holding & leaves == *leaves && tests.iter().all(|test| self.holds(*test, holding))
                } else {
                    holding & leaves != 0 || tests.iter().any(|test| self.holds(*test, holding))
                }
            }
        }
    }

    /// The first day on which a stage no longer holds if nothing happens, of those of the leaves. No stage never ends.
    pub(crate) fn end_of_stage(&self, statuses: u8, stage: usize, leaves: &Lanes) -> i32 {
        self.tests[usize::from(statuses & 3)].get(stage).map_or(i32::MAX, |test| self.end_of(*test, leaves))
    }

    /// Whether a leaf among these asks more of an event than on which day it was: which order, or how many there were.
    pub fn tells_apart(&self, leaves: u64) -> bool {
        leaves & self.told_apart != 0
    }

    /// What the leaf in a slot counts.
    pub(crate) fn threshold(&self, slot: usize) -> Option<Threshold> {
        let leaf = (*self.slots.leaves().get(slot)?)?;
        Some(self.leaves.get(leaf)?.threshold)
    }

    pub(crate) fn n_keys(&self) -> usize {
        self.counters.last().map_or(0, |last| last.keys_at + last.needed)
    }

    fn end_of(&self, test: Test, leaves: &Lanes) -> i32 {
        match test {
            Test::Never => OFF,
            Test::Always => i32::MAX,
            Test::Any(mask) => last_end(mask, leaves),
            Test::All(mask) => first_end(mask, leaves),
            // Groups nest at most as deep as the rule set's conditions do.
            Test::Group(index) => {
                let Group { needs_all, leaves: mask, tests } = &self.groups[index];
                let of_tests = tests.iter().map(|test| self.end_of(*test, leaves));
                if *needs_all {
                    of_tests.fold(first_end(*mask, leaves), i32::min)
                } else {
                    of_tests.fold(last_end(*mask, leaves), i32::max)
                }
            }
        }
    }

    fn takes_part(&self, condition: &EventCondition) -> bool {
        self.entity == EntityKind::Brand || condition.scope == Scope::Every
    }

    fn collect(&mut self, condition: &Condition) {
        match condition {
            Condition::Events(events) if self.takes_part(events) => {
                let leaf = leaf_of(events);
                if !self.leaves.contains(&leaf) {
                    debug_assert!(self.leaves.len() < MAX_EVENT_CONDITIONS, "parse holds the limit");
                    self.leaves.push(leaf);
                }
            }
            Condition::State(kind) if self.entity == EntityKind::Brand => self.statuses |= status_bit(*kind),
            Condition::Events(_) | Condition::State(_) => {}
            Condition::All(list) | Condition::Any(list) => list.iter().for_each(|inner| self.collect(inner)),
        }
    }

    /// The tests of all stages by set of statuses, with leaves as bits of the first of their slots.
    fn tests_of(&mut self, rules: &RuleSet) -> [Vec<Test>; 4] {
        self.groups.clear();
        [0, 1, 2, 3].map(|held| rules.stages().iter().map(|stage| self.fold(&stage.condition, held)).collect())
    }

    fn fold(&mut self, condition: &Condition, held: u8) -> Test {
        match condition {
            Condition::Events(events) if self.takes_part(events) => {
                let leaf = leaf_of(events);
                let index = self.leaves.iter().position(|other| *other == leaf).expect("collect saw every condition");
                let slots = self.slots.of(index);
                Test::Any(slots & slots.wrapping_neg())
            }
            Condition::State(kind) if self.entity == EntityKind::Brand && held & status_bit(*kind) != 0 => Test::Always,
            Condition::Events(_) | Condition::State(_) => Test::Never,
            Condition::All(list) => self.fold_list(list, held, true),
            Condition::Any(list) => self.fold_list(list, held, false),
        }
    }

    fn fold_list(&mut self, list: &[Condition], held: u8, needs_all: bool) -> Test {
        // What decides the list alone, and what makes no difference in it.
        let (decides, neutral) = if needs_all { (Test::Never, Test::Always) } else { (Test::Always, Test::Never) };
        let (mut leaves, mut tests) = (0u64, Vec::new());
        for condition in list {
            match self.fold(condition, held) {
                test if test == decides => return decides,
                test if test == neutral => {}
                Test::Any(mask) if !needs_all || mask.is_power_of_two() => leaves |= mask,
                Test::All(mask) if needs_all || mask.is_power_of_two() => leaves |= mask,
                test => tests.push(test),
            }
        }
        match (leaves, &tests[..]) {
            (0, []) => neutral,
            (0, [one]) => *one,
            (mask, []) if needs_all => Test::All(mask),
            (mask, []) => Test::Any(mask),
            _ => {
                self.groups.push(Group { needs_all, leaves, tests });
                Test::Group(self.groups.len() - 1)
            }
        }
    }

    fn plan(&mut self) {
        let mut keys_at = 0;
        for (slot, leaf) in self.slots.leaves().iter().enumerate() {
            let Some(leaf) = leaf.and_then(|leaf| self.leaves.get(leaf)) else {
                self.counters.push(Counter { within: 0, needed: 0, keys_at });
                continue;
            };
            let (bit, needed) = (1u64 << slot, leaf.threshold.needed() as usize);
            self.known |= bit;
            let kind = match (leaf.threshold, needed) {
                (_, 1) => &mut self.single,
                (Threshold::Count(_), 2) => &mut self.pairs,
                (Threshold::DistinctDays(_), 2) => &mut self.day_pairs,
                (Threshold::Count(_) | Threshold::Orders(_), _) => &mut self.rings,
                (Threshold::DistinctDays(_), _) => &mut self.day_rings,
            };
            *kind |= bit;
            if let Threshold::Orders(_) = leaf.threshold {
                self.orders |= bit;
            }
            let within = leaf.within_days as i32;
            self.max_within = self.max_within.max(within);
            self.within[slot / LANES][slot % LANES] = within;
            self.counters.push(Counter { within, needed, keys_at });
            keys_at += needed;
        }
        self.told_apart = self.rings | self.orders;
    }
}

impl fmt::Display for Leaf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counted = match self.threshold {
            Threshold::Count(_) => "events",
            Threshold::DistinctDays(_) => "days",
            Threshold::Orders(_) => "orders",
        };
        let behaviors = self.behaviors.iter().map(Behavior::as_str).collect::<Vec<_>>().join("|");
        write!(f, "{} {counted} of {behaviors} within {} days", self.threshold.needed(), self.within_days)?;
        match &self.filter {
            Some(filter) => write!(f, " where {filter}"),
            None => Ok(()),
        }
    }
}

/// The last end of some leaves: until then one of them holds.
#[inline]
fn last_end(mask: u64, leaves: &Lanes) -> i32 {
    ones(mask).fold(OFF, |last, leaf| last.max(leaves[leaf / LANES % leaves.len()][leaf % LANES]))
}

/// The first end of some leaves: until then all of them hold.
fn first_end(mask: u64, leaves: &Lanes) -> i32 {
    let leaves = leaves.as_flattened();
    ones(mask).fold(i32::MAX, |first, leaf| first.min(leaves[leaf]))
}

/// The bit of a status in a set of statuses.
pub(crate) fn status_bit(kind: StatusKind) -> u8 {
    match kind {
        StatusKind::Member => 1,
        StatusKind::Fan => 2,
    }
}

fn leaf_of(condition: &EventCondition) -> Leaf {
    let EventCondition { behaviors, within_days, threshold, filter, scope: _ } = condition.canonical();
    Leaf { behaviors, filter, within_days, threshold }
}
