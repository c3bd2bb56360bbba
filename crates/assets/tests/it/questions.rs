//! Property tests of every question.

use std::collections::{BTreeMap, BTreeSet};

use databank_assets::{AssetError, FlowCondition, MoveKind, classify, flow, movement, people};
use databank_model::Day;
use proptest::prelude::*;

use crate::naive::{Crowd, DAYS, STAGES, crowds, history_of, stage_on};

type Cells = BTreeMap<(Option<String>, Option<String>), i64>;

fn naive_cells(crowd: &Crowd, from: i32, to: i32) -> Cells {
    let mut cells = Cells::new();
    for intervals in crowd.values() {
        let cell = (stage_on(intervals, from), stage_on(intervals, to));
        if cell != (None, None) {
            *cells.entry(cell).or_default() += 1;
        }
    }
    cells
}

fn places() -> impl Strategy<Value = Vec<Option<String>>> {
    let place = prop::option::of(prop::sample::select(STAGES.map(str::to_owned).to_vec()));
    prop::collection::vec(place, 1..4)
}

fn days() -> impl Strategy<Value = (i32, i32)> {
    (DAYS, DAYS).prop_map(|(a, b)| (a.min(b), a.max(b)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn a_flow_counts_everybody_once_by_where_they_stood(crowd in crowds(), (from, to) in days(), swapped: bool) {
        let report = flow(&history_of(&crowd, swapped), Day(from), Day(to)).unwrap();
        let found: Cells = report.cells.iter().map(|c| ((c.from.clone(), c.to.clone()), c.consumers)).collect();
        prop_assert_eq!(&found, &naive_cells(&crowd, from, to));
        let came = crowd.values().filter(|i| stage_on(i, from).is_none() && stage_on(i, to).is_some());
        let (lost, never): (Vec<_>, Vec<_>) = came.partition(|i| i.iter().any(|(_, _, end)| *end <= from));
        prop_assert_eq!((report.outside.lost, report.outside.never), (lost.len() as i64, never.len() as i64));
    }

    #[test]
    fn a_movement_adds_up_to_the_flow(crowd in crowds(), (from, to) in days()) {
        let history = history_of(&crowd, false);
        let report = flow(&history, Day(from), Day(to)).unwrap();
        let moved = movement(&history.stages, &report);
        let on = |day| crowd.values().filter(|i| stage_on(i, day).is_some()).count() as i64;
        prop_assert_eq!(moved.net, on(to) - on(from));
        let depth = |code: &str| STAGES.iter().position(|held| *held == code).unwrap();
        let mut sums: BTreeMap<MoveKind, i64> = BTreeMap::new();
        for ((from, to), consumers) in naive_cells(&crowd, from, to) {
            let kind = match (from, to) {
                (None, _) => MoveKind::New,
                (_, None) => MoveKind::Lost,
                (Some(from), Some(to)) if depth(&to) < depth(&from) => MoveKind::Deepened,
                (Some(from), Some(to)) if depth(&to) > depth(&from) => MoveKind::FellBack,
                _ => MoveKind::Kept,
            };
            *sums.entry(kind).or_default() += consumers;
        }
        let sum = |kind| sums.get(&kind).copied().unwrap_or(0);
        prop_assert_eq!(
            (moved.new, moved.deepened, moved.kept, moved.fell_back, moved.lost),
            (sum(MoveKind::New), sum(MoveKind::Deepened), sum(MoveKind::Kept), sum(MoveKind::FellBack), sum(MoveKind::Lost))
        );
        let all = (moved.new + moved.deepened + moved.fell_back + moved.lost) as f64;
        let mut sizes: Vec<i64> = report.cells.iter().filter(|c| c.from != c.to).map(|c| c.consumers).collect();
        sizes.sort_unstable_by(|a, b| b.cmp(a));
        sizes.truncate(3);
        prop_assert_eq!(moved.parts.iter().map(|part| part.consumers).collect::<Vec<_>>(), sizes);
        for part in &moved.parts {
            prop_assert!((part.share_of_change - part.consumers as f64 / all).abs() < 1e-12);
            prop_assert_ne!(part.kind, MoveKind::Kept);
        }
    }

    #[test]
    fn people_of_a_cell_are_counted_and_sampled_without_chance(
        crowd in crowds(), (first, second) in days(), from in places(), to in places(), at_most in 0_usize..20, swapped: bool,
    ) {
        let condition = FlowCondition { from: from.clone(), to: to.clone(), between: (Day(first), Day(second)) };
        let found = people(&history_of(&crowd, swapped), &condition, at_most);
        if from.iter().chain(&to).all(Option::is_none) {
            prop_assert!(matches!(found, Err(AssetError::NeverInChain)));
            return Ok(());
        }
        let found = found.unwrap();
        let meant: Vec<u32> = crowd
            .iter()
            .filter(|(_, i)| {
                let (before, after) = (stage_on(i, first), stage_on(i, second));
                from.contains(&before) && to.contains(&after) && (before.is_some() || after.is_some())
            })
            .map(|(consumer, _)| *consumer)
            .collect();
        prop_assert_eq!(found.consumers, meant.len() as i64);
        let sample: Vec<u32> = found.sample.iter().map(|person| person.consumer.0).collect();
        prop_assert_eq!(sample.len(), at_most.min(meant.len()));
        prop_assert!(sample.windows(2).all(|pair| pair[0] < pair[1]));
        // Spread: each of as many equal stretches of the people gives one.
        for (place, consumer) in sample.iter().enumerate() {
            let position = meant.iter().position(|held| held == consumer).unwrap();
            prop_assert_eq!(position, (2 * place + 1) * meant.len() / (2 * sample.len()));
        }
        for person in &found.sample {
            let intervals = &crowd[&person.consumer.0];
            prop_assert_eq!(&person.stage, &stage_on(intervals, second));
            let within = |day: i32| stage_on(intervals, day) == person.stage;
            if let Some(since) = person.since {
                prop_assert!(since.0 <= second && within(since.0));
            }
            if let Some(until) = person.until {
                prop_assert!(until.0 > second && within(until.0 - 1));
            }
        }
        prop_assert_eq!(people(&history_of(&crowd, !swapped), &condition, at_most).unwrap(), found);
    }

    #[test]
    fn two_histories_classify_everybody_twice(one in crowds(), other in crowds(), day in DAYS, swapped: bool) {
        let found = classify(&history_of(&one, swapped), &history_of(&other, !swapped), Day(day)).unwrap();
        let everybody: BTreeSet<u32> = one.keys().chain(other.keys()).copied().collect();
        let on = |crowd: &Crowd, consumer: u32| crowd.get(&consumer).and_then(|i| stage_on(i, day));
        let mut cells = Cells::new();
        for consumer in everybody {
            let cell = (on(&one, consumer), on(&other, consumer));
            if cell != (None, None) {
                *cells.entry(cell).or_default() += 1;
            }
        }
        let found: Cells = found.cells.into_iter().map(|c| ((c.from, c.to), c.consumers)).collect();
        prop_assert_eq!(found, cells);
    }
}

#[test]
fn a_stage_that_the_rules_lack_is_named_with_those_they_have() {
    let history = history_of(&Crowd::new(), false);
    let condition = FlowCondition { from: vec![None], to: vec![Some("X".to_owned())], between: (Day(0), Day(1)) };
    let told = people(&history, &condition, 1).unwrap_err().to_string();
    assert_eq!(told, "made-up@1 has no stage \"X\"; it has A, P, L, and none stands for outside the chain");
}

#[test]
fn a_period_that_ends_before_it_begins_is_refused() {
    let history = history_of(&Crowd::new(), false);
    assert!(matches!(flow(&history, Day(2), Day(1)), Err(AssetError::Reversed { .. })));
}
