//! What holds for every rule set and every consumer.

use databank_model::Day;
use databank_stages::{Deltas, Event, Interval, Program, Scratch, stage_at, sweep};
use proptest::prelude::*;

use crate::naive;
use crate::random::case;
use crate::world::{events, history};

fn config() -> ProptestConfig {
    let long = std::env::var("DATABANK_LONG_CASES").ok().and_then(|cases| cases.parse().ok());
    ProptestConfig { cases: long.unwrap_or(500), ..ProptestConfig::default() }
}

/// The events with those of a day added together wherever nothing tells them apart.
fn folded(program: &Program, events: &[Event]) -> Vec<Event> {
    let mut folded: Vec<Event> = Vec::new();
    for event in events {
        let stands_alone = event.bits & program.told_apart() != 0 || event.cancelled_from != Day::OPEN_END;
        match folded.last_mut() {
            Some(last) if !stands_alone && last.day == event.day && last.cancelled_from == Day::OPEN_END => {
                last.bits |= event.bits;
            }
            _ => folded.push(*event),
        }
    }
    folded
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_sweep_says_of_every_day_what_the_definition_says(case in case()) {
        let program = Program::compile(&case.rules, case.entity);
        let found = history(&program, &events(&program, &case.deeds), &case.statuses);
        naive::check(&case.rules, case.entity, &case.deeds, &case.statuses, &found);
    }

    #[test]
    fn events_that_nothing_tells_apart_may_be_added_together(mut case in case(), days_apart in 1..9) {
        case.deeds.iter_mut().for_each(|deed| deed.day /= days_apart);
        let program = Program::compile(&case.rules, case.entity);
        let events = events(&program, &case.deeds);
        let together = folded(&program, &events);
        prop_assert_eq!(history(&program, &together, &case.statuses), history(&program, &events, &case.statuses));
    }

    #[test]
    fn the_order_of_events_within_a_day_makes_no_difference(
        (case, order) in case().prop_flat_map(|mut case| {
            // Few days, so that many events share one.
            case.deeds.iter_mut().for_each(|deed| deed.day /= 8);
            let order = Just((0..case.deeds.len()).collect::<Vec<_>>()).prop_shuffle();
            (Just(case), order)
        })
    ) {
        let program = Program::compile(&case.rules, case.entity);
        let sorted = events(&program, &case.deeds);
        let mut shuffled: Vec<Event> = order.iter().map(|i| sorted[*i]).collect();
        shuffled.sort_by_key(|event| event.day);
        let mut statuses = case.statuses.clone();
        statuses.reverse();
        prop_assert_eq!(history(&program, &sorted, &case.statuses), history(&program, &shuffled, &statuses));
    }

    #[test]
    fn scratch_of_other_consumers_and_programs_leaves_no_trace(cases in prop::collection::vec(case(), 3)) {
        let mut scratch = Scratch::new();
        let mut out = Vec::new();
        for case in &cases {
            let program = Program::compile(&case.rules, case.entity);
            let events = events(&program, &case.deeds);
            sweep(&program, &events, &case.statuses, &mut scratch, &mut out);
            prop_assert_eq!(&out, &history(&program, &events, &case.statuses));
        }
    }

    #[test]
    fn running_sums_of_the_daily_changes_are_the_stage_counts(cases in prop::collection::vec(case(), 4)) {
        let histories: Vec<Vec<Interval>> = cases.iter().map(|case| {
            let program = Program::compile(&case.rules, case.entity);
            history(&program, &events(&program, &case.deeds), &case.statuses)
        }).collect();
        let mut deltas = Deltas::default();
        for history in &histories {
            let mut part = Deltas::default();
            part.add(history);
            deltas.merge(&part);
        }
        for day in (-2..100).map(Day) {
            for stage in 0..4 {
                let counted = histories.iter().filter(|history| stage_at(history, day) == Some(stage)).count() as u64;
                prop_assert_eq!(deltas.count_at(stage, day), counted);
            }
        }
    }
}
