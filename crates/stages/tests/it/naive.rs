//! The definition, day by day and condition by condition. Shares no code with the sweep, not even its leaves.

use std::collections::BTreeSet;

use databank_model::Day;
use databank_model::rules::{Condition, EntityKind, EventCondition, RuleSet, Scope, Threshold};
use databank_stages::{Interval, StatusSpan};

use crate::world::Deed;

/// The stage at the end of a day: the first whose condition holds.
pub(crate) fn stage(
    rules: &RuleSet,
    entity: EntityKind,
    deeds: &[Deed],
    statuses: &[StatusSpan],
    day: i32,
) -> Option<usize> {
    rules.stages().iter().position(|stage| holds(&stage.condition, entity, deeds, statuses, day))
}

fn holds(condition: &Condition, entity: EntityKind, deeds: &[Deed], statuses: &[StatusSpan], day: i32) -> bool {
    match condition {
        Condition::All(list) => list.iter().all(|inner| holds(inner, entity, deeds, statuses, day)),
        Condition::Any(list) => list.iter().any(|inner| holds(inner, entity, deeds, statuses, day)),
        Condition::State(kind) => {
            entity == EntityKind::Brand
                && statuses.iter().any(|span| span.kind == *kind && span.from.0 <= day && day < span.to.0)
        }
        Condition::Events(events) => {
            (entity == EntityKind::Brand || events.scope == Scope::Every) && enough(events, deeds, day)
        }
    }
}

fn enough(condition: &EventCondition, deeds: &[Deed], day: i32) -> bool {
    let first = day - condition.within_days as i32 + 1;
    let matches = |deed: &&Deed| {
        (first..=day).contains(&deed.day)
            && deed.cancelled_from.is_none_or(|from| from > day)
            && condition.behaviors.iter().any(|behavior| behavior.as_str() == deed.behavior)
            && deed.satisfies(condition.filter.as_deref())
    };
    let matching: Vec<&Deed> = deeds.iter().filter(matches).collect();
    match condition.threshold {
        Threshold::Count(n) => matching.len() >= n as usize,
        Threshold::DistinctDays(n) => matching.iter().map(|deed| deed.day).collect::<BTreeSet<_>>().len() >= n as usize,
        Threshold::Orders(n) => {
            let orders: BTreeSet<u64> = matching.iter().map(|deed| deed.order).filter(|order| *order != 0).collect();
            orders.len() >= n as usize
        }
    }
}

/// Asserts that a history is well formed and says of every day what the definition says.
#[track_caller]
pub(crate) fn check(
    rules: &RuleSet,
    entity: EntityKind,
    deeds: &[Deed],
    statuses: &[StatusSpan],
    intervals: &[Interval],
) {
    assert!(intervals.iter().all(|interval| interval.from < interval.to), "an empty interval in {intervals:?}");
    for pair in intervals.windows(2) {
        let apart = pair[0].to < pair[1].from || pair[0].to == pair[1].from && pair[0].stage != pair[1].stage;
        assert!(apart, "intervals overlap or are not maximal: {pair:?}");
    }
    let spans = statuses.iter().flat_map(|span| [span.from, span.to]);
    let written = intervals.iter().flat_map(|interval| [interval.from, interval.to]).chain(spans);
    let days: Vec<i32> =
        written.filter(|day| *day < Day::OPEN_END).map(|day| day.0).chain(deeds.iter().map(|deed| deed.day)).collect();
    let first = days.iter().min().map_or(0, |day| day - 2);
    let last = days.iter().max().map_or(0, |day| day + longest_window(rules) + 2);
    // Far days only see statuses without an end.
    for day in (first..=last).chain([Day::OPEN_END.0 - 1]) {
        let found: Vec<usize> = intervals
            .iter()
            .filter(|interval| interval.from.0 <= day && day < interval.to.0)
            .map(|interval| usize::from(interval.stage))
            .collect();
        let expected: Vec<usize> = stage(rules, entity, deeds, statuses, day).into_iter().collect();
        assert_eq!(found, expected, "on day {day} of {intervals:?}");
    }
}

fn longest_window(rules: &RuleSet) -> i32 {
    fn longest(condition: &Condition) -> u32 {
        match condition {
            Condition::Events(events) => events.within_days,
            Condition::State(_) => 0,
            Condition::All(list) | Condition::Any(list) => list.iter().map(longest).max().unwrap_or(0),
        }
    }
    rules.stages().iter().map(|stage| longest(&stage.condition)).max().unwrap_or(0) as i32
}
