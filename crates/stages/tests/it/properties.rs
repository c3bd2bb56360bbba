//! What holds for every rule set and every consumer.

use databank_model::Day;
use databank_stages::{
    Deltas, Event, Interval, NotResumable, Program, Scratch, State, StatusSpan, resume, stage_at, sweep,
    sweep_with_state,
};
use proptest::prelude::*;

use crate::naive;
use crate::random::{Case, case};
use crate::world::{events, history};

fn config() -> ProptestConfig {
    let long = std::env::var("DATABANK_LONG_CASES").ok().and_then(|cases| cases.parse().ok());
    ProptestConfig { cases: long.unwrap_or(500), ..ProptestConfig::default() }
}

fn full(program: &Program, events: &[Event], statuses: &[StatusSpan]) -> (Vec<Interval>, State) {
    let mut out = Vec::new();
    let mut state = State::default();
    sweep_with_state(program, events, statuses, &mut Scratch::new(), &mut out, &mut state);
    (out, state)
}

/// What was known of the statuses at the end of a day: nothing that began later, no end that came later.
fn known_by(statuses: &[StatusSpan], day: Day) -> Vec<StatusSpan> {
    let begun = statuses.iter().filter(|span| span.from <= day);
    begun.map(|span| StatusSpan { to: if span.to > day { Day::OPEN_END } else { span.to }, ..*span }).collect()
}

fn check_resumed(case: &Case, split: usize, statuses_known: bool) -> Result<(), TestCaseError> {
    let program = Program::compile(&case.rules, case.entity);
    let events = events(&program, &case.deeds);
    let (before, after) = events.split_at(split);
    let last_day = before.last().map_or(Day(-10), |event| event.day);
    let known = if statuses_known { case.statuses.clone() } else { known_by(&case.statuses, last_day) };
    let (old, state) = full(&program, before, &known);
    let state = State::from_bytes(&state.to_bytes()).expect("a state reads what it wrote");

    let mut out = Vec::new();
    let resumed = resume(&program, &state, &old, after, &case.statuses, &mut Scratch::new(), &mut out);
    let cancelled = |event: &&Event| event.cancelled_from < Day::OPEN_END;
    let later = before.iter().any(|event| cancelled(&event) && event.cancelled_from > last_day);
    match resumed {
        Ok(resumed) => {
            prop_assert!(!after.iter().any(|event| cancelled(&event)));
            prop_assert_eq!((out, resumed), full(&program, &events, &case.statuses));
        }
        Err(NotResumable::CancelledEvent { day }) => {
            prop_assert!(after.iter().filter(cancelled).any(|event| event.day == day));
        }
        Err(NotResumable::PendingCancellation) => prop_assert!(later),
        Err(other) => prop_assert!(false, "{other}"),
    }
    Ok(())
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
    fn a_resumed_history_equals_a_full_pass(case in case(), statuses_known: bool) {
        for split in 0..=case.deeds.len() {
            check_resumed(&case, split, statuses_known)?;
        }
    }

    #[test]
    fn one_event_at_a_time_equals_a_full_pass(mut case in case()) {
        case.deeds.iter_mut().for_each(|deed| deed.cancelled_from = None);
        let program = Program::compile(&case.rules, case.entity);
        let events = events(&program, &case.deeds);
        let mut scratch = Scratch::new();
        let (mut old, mut state) = full(&program, &[], &case.statuses);
        let mut out = Vec::new();
        for event in events.chunks(1) {
            state = resume(&program, &state, &old, event, &case.statuses, &mut scratch, &mut out).unwrap();
            std::mem::swap(&mut old, &mut out);
        }
        prop_assert_eq!((old, state), full(&program, &events, &case.statuses));
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
        prop_assert_eq!(full(&program, &sorted, &case.statuses), full(&program, &shuffled, &statuses));
    }

    #[test]
    fn scratch_of_other_consumers_and_programs_leaves_no_trace(cases in prop::collection::vec(case(), 3)) {
        let mut scratch = Scratch::new();
        let (mut out, mut state) = (Vec::new(), State::default());
        for case in &cases {
            let program = Program::compile(&case.rules, case.entity);
            let events = events(&program, &case.deeds);
            let expected = full(&program, &events, &case.statuses);
            sweep_with_state(&program, &events, &case.statuses, &mut scratch, &mut out, &mut state);
            prop_assert_eq!((out.clone(), state.clone()), expected);
            sweep(&program, &events, &case.statuses, &mut scratch, &mut out);
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
