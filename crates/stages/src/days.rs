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
///
/// A history has few days and very many intervals: days of this age of the world are plain places in a list, and only
/// those of no real calendar are looked up.
#[derive(Debug, Clone, Default)]
pub struct Deltas {
    /// By stage, the days from [`FIRST_NEAR`] on.
    near: Vec<Vec<DayDelta>>,
    /// Days before and after those.
    far: BTreeMap<(u8, Day), DayDelta>,
}

/// 2000-01-01, and so many days from it on: until 2179.
const FIRST_NEAR: i32 = 10_957;
const NEAR_DAYS: usize = 1 << 16;
/// Room is made for about three years more than are asked for.
const MORE_DAYS: usize = 1 << 10;

impl Deltas {
    #[inline]
    fn at(&mut self, stage: u8, day: Day) -> &mut DayDelta {
        let place = day.0.wrapping_sub(FIRST_NEAR) as usize;
        // Checked once more where the borrow of what was found does not keep it from the slow way.
        if self.near.get(usize::from(stage)).is_some_and(|days| place < days.len()) {
            return &mut self.near[usize::from(stage)][place];
        }
        self.make_room(stage, day)
    }

    #[inline(never)]
    fn make_room(&mut self, stage: u8, day: Day) -> &mut DayDelta {
        let place = usize::try_from(i64::from(day.0) - i64::from(FIRST_NEAR)).unwrap_or(usize::MAX);
        if place >= NEAR_DAYS {
            return self.far.entry((stage, day)).or_default();
        }
        let stage = usize::from(stage);
        if self.near.len() <= stage {
            self.near.resize_with(stage + 1, Vec::new);
        }
        let days = &mut self.near[stage];
        if days.len() <= place {
            // Once or twice for a history: its days lie together.
            days.resize((place + 1).next_multiple_of(MORE_DAYS), DayDelta::default());
        }
        &mut days[place]
    }

    /// Adds intervals in columns of equal length: stages, first days, first days no longer. An open end is no leaving.
    pub fn add_columns(&mut self, stages: &[u8], from: &[i32], to: &[i32]) {
        for ((stage, from), to) in stages.iter().zip(from).zip(to) {
            self.at(*stage, Day(*from)).entered += 1;
            if *to < Day::OPEN_END.0 {
                self.at(*stage, Day(*to)).left += 1;
            }
        }
    }

    /// The changes, by stage and then by day.
    pub fn iter(&self) -> impl Iterator<Item = (u8, Day, DayDelta)> {
        let n_stages = self.far.last_key_value().map_or(0, |((stage, _), _)| usize::from(*stage) + 1);
        (0..n_stages.max(self.near.len())).flat_map(|stage| {
            let days = self.near.get(stage).map_or(&[][..], Vec::as_slice);
            let near = days.iter().enumerate().filter(|(_, delta)| **delta != DayDelta::default());
            let near = near.map(|(place, delta)| (Day(FIRST_NEAR + place as i32), *delta));
            let stage = stage as u8;
            let far = |from: Day, to: Day| self.far.range((stage, from)..=(stage, to)).map(|((_, day), d)| (*day, *d));
            let (before, after) = (far(Day(i32::MIN), Day(FIRST_NEAR)), far(Day(FIRST_NEAR), Day(i32::MAX)));
            before.chain(near).chain(after).map(move |(day, delta)| (stage, day, delta))
        })
    }

    /// How many consumers are in a stage at the end of a day.
    pub fn count_at(&self, stage: u8, day: Day) -> u64 {
        let until = self.iter().filter(|(of, on, _)| *of == stage && *on <= day);
        let (entered, left) = until.fold((0, 0), |(entered, left), (.., d)| (entered + d.entered, left + d.left));
        entered - left
    }
}

/// Equal in what they count, whatever room they have.
impl PartialEq for Deltas {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for Deltas {}
