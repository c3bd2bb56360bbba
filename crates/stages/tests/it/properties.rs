//! What holds for every rule set and every consumer.

use databank_model::Day;
use databank_stages::{Deltas, Event, Interval, Program, Sweep, stage_at};
use proptest::prelude::*;

use crate::naive;
use crate::random::{Case, case};
use crate::world::{add_to, events, history};

fn config() -> ProptestConfig {
    let long = std::env::var("DATABANK_LONG_CASES").ok().and_then(|cases| cases.parse().ok());
    ProptestConfig { cases: long.unwrap_or(500), ..ProptestConfig::default() }
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
    fn consumers_swept_before_leave_no_trace(case in case(), others in prop::collection::vec(case(), 3)) {
        let program = Program::compile(&case.rules, case.entity);
        let mut sweep = Sweep::new(&program);
        for Case { deeds, statuses, .. } in others.iter().chain([&case]) {
            let events = events(&program, deeds);
            let found = sweep.person(7, &events, statuses).to_vec();
            prop_assert_eq!(found, history(&program, &events, statuses));
        }
    }

    #[test]
    fn events_one_by_one_give_what_all_at_once_give(case in case(), other in case()) {
        let program = Program::compile(&case.rules, case.entity);
        let mut sweep = Sweep::new(&program);
        // Somebody with statuses and cancelled events before.
        sweep.person(7, &events(&program, &other.deeds), &other.statuses);
        let mut events = events(&program, &case.deeds);
        for event in &mut events {
            event.cancelled_from = Day::OPEN_END;
        }
        let found = sweep.events(7, events.len(), |fold| -> Result<(), ()> {
            for event in &events {
                if program.tells_apart(event.bits) {
                    fold.event_apart(event.day.0, event.order, event.bits);
                } else {
                    fold.event(event.day.0, event.bits);
                }
            }
            Ok(())
        });
        prop_assert_eq!(found.unwrap().to_vec(), history(&program, &events, &[]));
        // What was fed before an error is nobody's.
        let failed = sweep.events(7, 1, |fold| {
            fold.event_apart(0, 1, u64::MAX);
            Err("unreadable")
        });
        prop_assert_eq!(failed, Err("unreadable"));
        let found = sweep.person(7, &events, &case.statuses).to_vec();
        prop_assert_eq!(found, history(&program, &events, &case.statuses));
    }

    #[test]
    fn running_sums_of_the_daily_changes_are_the_stage_counts(
        cases in prop::collection::vec(case(), 4),
        // Before the days that lie in a list, among the first of them, and where most are.
        first in prop::sample::select(vec![0, 10_930, 20_000]),
    ) {
        let later = |day: Day| if day == Day::OPEN_END { day } else { Day(day.0 + first) };
        let histories: Vec<Vec<Interval>> = cases.iter().map(|case| {
            let program = Program::compile(&case.rules, case.entity);
            let history = history(&program, &events(&program, &case.deeds), &case.statuses);
            history.iter().map(|stay| Interval { from: later(stay.from), to: later(stay.to), ..*stay }).collect()
        }).collect();
        let mut deltas = Deltas::default();
        for history in &histories {
            add_to(&mut deltas, history);
        }
        for day in (first - 2..first + 100).map(Day) {
            for stage in 0..12 {
                let counted = histories.iter().filter(|history| stage_at(history, day) == Some(stage)).count() as u64;
                prop_assert_eq!(deltas.count_at(stage, day), counted);
            }
        }
    }
}
