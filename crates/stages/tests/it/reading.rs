//! Reading programs and histories.

use databank_model::Day;
use databank_model::rules::{EntityKind, RuleSet};
use databank_stages::{DayDelta, Deltas, Event, Interval, Program, stage_at};

use crate::world::{add_to, history};

fn interval(stage: u8, from: i32, to: i32) -> Interval {
    Interval { stage, from: Day(from), to: Day(to) }
}

#[test]
fn a_program_lists_each_distinct_condition_once() {
    let leaves = |preset: &str, entity| {
        let program = Program::compile(&RuleSet::from_preset(preset).unwrap(), entity);
        program.leaves().map(|(_, leaf)| leaf.to_string()).collect::<Vec<_>>()
    };
    let aipl = [
        "2 days of purchase within 365 days",
        "1 events of review within 365 days where rating >= 4",
        "1 events of purchase within 910 days",
        "1 events of book|cart|chat|claim|comment|favorite|like|order|sample|search|share within 15 days",
        "2 days of view within 15 days",
        "1 events of view within 15 days",
        "1 events of ad_click|ad_impression|content_view|live_view|visit within 15 days",
    ];
    assert_eq!(leaves("aipl", EntityKind::Brand), aipl);
    assert_eq!(leaves("aipl", EntityKind::Item), aipl[..6]);
    // 5A names "purchase within 365 days" twice.
    assert_eq!(leaves("5a", EntityKind::Brand).len(), 9);
}

#[test]
fn the_stage_of_a_day_is_that_of_the_interval_around_it() {
    let intervals = [interval(3, 0, 5), interval(1, 5, 8), interval(2, 10, Day::OPEN_END.0)];
    let at = |day| stage_at(&intervals, Day(day));
    assert_eq!(
        [-1, 0, 4, 5, 7, 8, 9, 10, 99_999].map(at),
        [None, Some(3), Some(3), Some(1), Some(1), None, None, Some(2), Some(2)]
    );
    assert_eq!(stage_at(&[], Day(0)), None);
}

#[test]
fn daily_changes_count_both_sides_of_a_boundary() {
    let mut deltas = Deltas::default();
    add_to(&mut deltas, &[interval(1, 0, 5), interval(0, 5, 9)]);
    add_to(&mut deltas, &[interval(1, 5, Day::OPEN_END.0)]);
    let changes: Vec<_> = deltas.iter().collect();
    let delta = |entered, left| DayDelta { entered, left };
    assert_eq!(
        changes,
        [(0, Day(5), delta(1, 0)), (0, Day(9), delta(0, 1)), (1, Day(0), delta(1, 0)), (1, Day(5), delta(1, 1)),]
    );
    assert_eq!([-1, 0, 5, 99_999].map(|day| deltas.count_at(1, Day(day))), [0, 1, 1, 1]);
}

#[test]
fn a_rule_set_may_use_every_bit_of_an_event() {
    let condition = |days: u32| format!("{{ behaviors = [\"view\"], within_days = {days} }},");
    let list: String = (1..=64).map(condition).collect();
    let rules = RuleSet::parse(&format!(
        "name = \"wide\"\nentity = \"brand\"\n[[stage]]\ncode = \"A\"\nall = [{list}]\n[[stage]]\ncode = \"B\"\nany = [{list}]\n"
    ));
    let program = Program::compile(&rules.unwrap(), EntityKind::Brand);
    assert_eq!(program.leaves().count(), 64);
    assert_eq!(history(&program, &[Event::new(Day(0), u64::MAX)], &[]), [interval(0, 0, 1), interval(1, 1, 64)]);
}

#[test]
fn days_at_the_ends_of_the_calendar_do_no_harm() {
    let program = Program::compile(&RuleSet::from_preset("aipl").unwrap(), EntityKind::Brand);
    let at = |day| history(&program, &[Event::new(Day(day), u64::MAX)], &[]);
    let end = Day::OPEN_END.0;
    assert_eq!(at(end - 3), [interval(0, end - 3, end)]);
    assert_eq!(at(end), []);
    assert_eq!(at(i32::MAX), []);
    assert_eq!(at(i32::MIN + 1).len(), 2);
}
