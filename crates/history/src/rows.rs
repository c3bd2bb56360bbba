//! A partition's history in columns.

use std::ops::Range;

use databank_stages::{Deltas, Sweep};

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

    /// Makes these the first `n` intervals that a sweep holds.
    pub(crate) fn set(&mut self, sweep: &Sweep<'_>, n: usize) {
        let intervals = &sweep.intervals()[..n];
        self.consumers.clear();
        self.consumers.extend_from_slice(&sweep.consumers()[..n]);
        self.stages.clear();
        self.stages.extend(intervals.iter().map(|interval| interval.stage));
        self.from.clear();
        self.from.extend(intervals.iter().map(|interval| interval.from.0));
        self.to.clear();
        self.to.extend(intervals.iter().map(|interval| interval.to.0));
    }

    pub(crate) fn append(&mut self, other: &Self, rows: Range<usize>) {
        self.consumers.extend_from_slice(&other.consumers[rows.clone()]);
        self.stages.extend_from_slice(&other.stages[rows.clone()]);
        self.from.extend_from_slice(&other.from[rows.clone()]);
        self.to.extend_from_slice(&other.to[rows]);
    }

    /// These rows with those of `news` in place of all that `touched` consumers (ascending) have; nobody else has news.
    pub(crate) fn with(&self, news: &Self, touched: &[u32]) -> Self {
        let mut merged = Self::default();
        let (mut held, mut fresh) = (0, 0);
        for consumer in touched {
            let start = held + self.consumers[held..].partition_point(|other| other < consumer);
            merged.append(self, held..start);
            held = start + self.consumers[start..].iter().take_while(|other| *other == consumer).count();
            let end = fresh + news.consumers[fresh..].iter().take_while(|other| *other == consumer).count();
            merged.append(news, fresh..end);
            fresh = end;
        }
        merged.append(self, held..self.len());
        merged
    }

    /// How many entered and left each stage on each day.
    pub fn day_deltas(&self) -> Deltas {
        let mut deltas = Deltas::default();
        deltas.add_columns(&self.stages, &self.from, &self.to);
        deltas
    }
}
