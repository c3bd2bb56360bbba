//! Made-up histories, and the plainest possible answers about them.

use std::collections::BTreeMap;

use databank_engine::RuleReference;
use databank_history::{History, StageRows};
use databank_model::Day;
use proptest::prelude::*;

/// Stages of the made-up rules, deepest first.
pub(crate) const STAGES: [&str; 3] = ["L", "P", "A"];
/// Days within which everything happens.
pub(crate) const DAYS: std::ops::Range<i32> = 0..30;

/// Each consumer's intervals, (stage, from, to), in order and apart.
pub(crate) type Crowd = BTreeMap<u32, Vec<(u8, i32, i32)>>;

/// Crowds of up to 60 people over two slots, some with intervals that nothing ends.
pub(crate) fn crowds() -> impl Strategy<Value = Crowd> {
    let cuts = prop::collection::btree_set(DAYS, 0..7);
    let person = (cuts, prop::collection::vec(0_u8..4, 7), any::<bool>()).prop_map(|(cuts, stages, open)| {
        let cuts: Vec<i32> = cuts.into_iter().collect();
        let mut intervals = Vec::new();
        for (place, pair) in cuts.windows(2).enumerate() {
            // 3 is a gap: outside the chain.
            if stages[place] < 3 {
                intervals.push((stages[place], pair[0], pair[1]));
            }
        }
        if let (true, Some(last)) = (open, cuts.last()) {
            intervals.push((stages[6] % 3, *last, Day::OPEN_END.0));
        }
        intervals
    });
    prop::collection::btree_map((0_u32..2, 0_u32..200).prop_map(|(slot, n)| slot << 24 | n), person, 0..60)
}

/// The crowd as a history of two partitions, in the order that `swapped` says.
pub(crate) fn history_of(crowd: &Crowd, swapped: bool) -> History {
    let mut partitions = [StageRows::default(), StageRows::default()];
    for (consumer, intervals) in crowd {
        let rows = &mut partitions[(consumer >> 24) as usize];
        for (stage, from, to) in intervals {
            rows.consumers.push(*consumer);
            rows.stages.push(*stage);
            rows.from.push(*from);
            rows.to.push(*to);
        }
    }
    if swapped {
        partitions.reverse();
    }
    let rules = RuleReference { name: "made-up".to_owned(), version: 1 };
    History::of_rows(rules, STAGES.map(str::to_owned).to_vec(), partitions.to_vec())
}

/// Where somebody stands on a day.
pub(crate) fn stage_on(intervals: &[(u8, i32, i32)], day: i32) -> Option<String> {
    let (stage, ..) = intervals.iter().find(|(_, from, to)| *from <= day && day < *to)?;
    Some(STAGES[usize::from(*stage)].to_owned())
}
