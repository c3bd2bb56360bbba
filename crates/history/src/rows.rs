//! A partition's history in columns: the intervals, and beside them what has to be remembered to extend them.

use std::ops::Range;

use databank_model::Day;
use databank_stages::{Deltas, Interval, State};
use rustc_hash::FxHashSet;

/// Stage intervals of a partition, sorted by (consumer, from day). Stages are indices into the rule set's list.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct StageRows {
    /// Consumer numbers.
    pub consumers: Vec<u32>,
    /// Stage indices.
    pub stages: Vec<u8>,
    /// First days.
    pub from: Vec<i32>,
    /// First days no longer.
    pub to: Vec<i32>,
}

impl StageRows {
    /// How many intervals there are.
    pub fn len(&self) -> usize {
        self.consumers.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.consumers.is_empty()
    }

    /// The rows of one consumer.
    pub fn of_consumer(&self, consumer: u32) -> Range<usize> {
        let start = self.consumers.partition_point(|held| *held < consumer);
        let rest = self.consumers.get(start..).unwrap_or_default();
        start..start + rest.iter().take_while(|held| **held == consumer).count()
    }

    /// Bytes that the rows take in memory.
    pub fn size_bytes(&self) -> usize {
        self.len() * (size_of::<u32>() + size_of::<u8>() + 2 * size_of::<i32>())
    }

    pub(crate) fn shrink(&mut self) {
        self.consumers.shrink_to_fit();
        self.stages.shrink_to_fit();
        self.from.shrink_to_fit();
        self.to.shrink_to_fit();
    }

    pub(crate) fn push(&mut self, consumer: u32, interval: Interval) {
        self.consumers.push(consumer);
        self.stages.push(interval.stage);
        self.from.push(interval.from.0);
        self.to.push(interval.to.0);
    }

    fn interval(&self, row: usize) -> Interval {
        Interval { stage: self.stages[row], from: Day(self.from[row]), to: Day(self.to[row]) }
    }

    /// How many entered and left each stage on each day.
    pub fn day_deltas(&self) -> Deltas {
        let mut deltas = Deltas::default();
        (0..self.len()).for_each(|row| deltas.add(&[self.interval(row)]));
        deltas
    }
}

/// Sweep states of a partition, as their bytes, sorted by consumer: one for everybody whom the sweep has seen.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct StateRows {
    consumers: Vec<u32>,
    /// Where each state ends among the bytes.
    ends: Vec<usize>,
    bytes: Vec<u8>,
}

impl StateRows {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.consumers.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.consumers.is_empty()
    }

    pub(crate) fn consumers(&self) -> &[u32] {
        &self.consumers
    }

    pub(crate) fn push(&mut self, consumer: u32, state: &[u8]) {
        self.consumers.push(consumer);
        self.bytes.extend_from_slice(state);
        self.ends.push(self.bytes.len());
    }

    /// The bytes of the state at a place.
    pub(crate) fn at(&self, place: usize) -> &[u8] {
        let start = place.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.bytes[start..self.ends[place]]
    }
}

/// A partition's intervals and states.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct PartitionHistory {
    /// The intervals.
    pub rows: StageRows,
    /// The states; none for a history that is not kept.
    pub states: StateRows,
}

impl PartitionHistory {
    pub(crate) fn push(&mut self, consumer: u32, intervals: &[Interval], state: Option<&State>) {
        for interval in intervals {
            self.rows.push(consumer, *interval);
        }
        if let Some(state) = state {
            self.states.consumers.push(consumer);
            state.write_to(&mut self.states.bytes);
            self.states.ends.push(self.states.bytes.len());
        }
    }

    /// What is held of a consumer: the bytes of its state, and its intervals written over `intervals`.
    pub(crate) fn of_consumer(&self, consumer: u32, intervals: &mut Vec<Interval>) -> Option<&[u8]> {
        intervals.clear();
        let place = self.states.consumers.binary_search(&consumer).ok()?;
        intervals.extend(self.rows.of_consumer(consumer).map(|row| self.rows.interval(row)));
        Some(self.states.at(place))
    }

    /// This history with what `news` holds in place of the same consumers', and without `gone` where news has nothing.
    pub(crate) fn with(&self, news: &Self, gone: &FxHashSet<u32>) -> Self {
        let (mut held, mut fresh) = (Walk::over(self), Walk::over(news));
        let mut merged = Self::default();
        loop {
            match (held.consumer(), fresh.consumer()) {
                (None, None) => return merged,
                (Some(old), new) if new.is_none_or(|new| old < new) => {
                    let stays = !gone.contains(&old);
                    held.step(stays.then_some(&mut merged));
                }
                (old, new) => {
                    if old == new {
                        held.step(None);
                    }
                    fresh.step(Some(&mut merged));
                }
            }
        }
    }
}

/// Goes through a history consumer by consumer.
struct Walk<'a> {
    history: &'a PartitionHistory,
    state: usize,
    row: usize,
}

impl<'a> Walk<'a> {
    fn over(history: &'a PartitionHistory) -> Self {
        Self { history, state: 0, row: 0 }
    }

    fn consumer(&self) -> Option<u32> {
        self.history.states.consumers.get(self.state).copied()
    }

    /// Passes the present consumer, copied into `to` when it is given.
    fn step(&mut self, to: Option<&mut PartitionHistory>) {
        let Some(consumer) = self.consumer() else { return };
        let rows = &self.history.rows;
        let start = self.row;
        while rows.consumers.get(self.row) == Some(&consumer) {
            self.row += 1;
        }
        if let Some(to) = to {
            (start..self.row).for_each(|row| to.rows.push(consumer, rows.interval(row)));
            to.states.push(consumer, self.history.states.at(self.state));
        }
        self.state += 1;
    }
}
