//! Reading histories by day: the stage on a day, and who entered and left which stage when.

use std::collections::BTreeMap;

use databank_model::Day;

use crate::input::Interval;

/// The stage at the end of a day, `None` outside the chain. `intervals` are one consumer's history.
pub fn stage_at(intervals: &[Interval], day: Day) -> Option<u8> {
    let after = intervals.partition_point(|interval| interval.from <= day);
    intervals[..after].last().filter(|interval| day < interval.to).map(|interval| interval.stage)
}

/// How many consumers entered and left a stage on a day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DayDelta {
    /// Consumers whose interval begins.
    pub entered: u64,
    /// Consumers whose interval ends.
    pub left: u64,
}

/// The number of consumers per stage as daily changes; the running sum of a stage's changes is its count.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Deltas {
    by_stage_and_day: BTreeMap<(u8, Day), DayDelta>,
}

impl Deltas {
    /// Adds one consumer's history. An open end is no leaving.
    pub fn add(&mut self, intervals: &[Interval]) {
        for interval in intervals {
            self.by_stage_and_day.entry((interval.stage, interval.from)).or_default().entered += 1;
            if interval.to < Day::OPEN_END {
                self.by_stage_and_day.entry((interval.stage, interval.to)).or_default().left += 1;
            }
        }
    }

    /// Adds what another part of the consumers gave.
    pub fn merge(&mut self, other: &Self) {
        for (key, delta) in &other.by_stage_and_day {
            let sum = self.by_stage_and_day.entry(*key).or_default();
            sum.entered += delta.entered;
            sum.left += delta.left;
        }
    }

    /// The changes, by stage and then by day.
    pub fn iter(&self) -> impl Iterator<Item = (u8, Day, DayDelta)> {
        self.by_stage_and_day.iter().map(|((stage, day), delta)| (*stage, *day, *delta))
    }

    /// How many consumers are in a stage at the end of a day.
    pub fn count_at(&self, stage: u8, day: Day) -> u64 {
        let until = self.by_stage_and_day.range((stage, Day(i32::MIN))..=(stage, day));
        let (entered, left) = until.fold((0, 0), |(entered, left), (_, d)| (entered + d.entered, left + d.left));
        entered - left
    }
}
