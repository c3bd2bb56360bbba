//! Random rule sets and consumers.

use databank_model::Day;
use databank_model::rules::{EntityKind, RuleSet, StatusKind};
use databank_stages::StatusSpan;
use proptest::prelude::*;

use crate::world::{Deed, FILTERS};

const BEHAVIORS: [&str; 4] = ["view", "cart", "purchase", "share"];
const LAST_DAY: i32 = 50;

/// A rule set and one consumer.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    pub(crate) rules: RuleSet,
    pub(crate) entity: EntityKind,
    /// Sorted by day.
    pub(crate) deeds: Vec<Deed>,
    pub(crate) statuses: Vec<StatusSpan>,
}

pub(crate) fn case() -> impl Strategy<Value = Case> {
    let statuses = prop::collection::vec(status(), 0..5);
    let entity = prop_oneof![3 => Just(EntityKind::Brand), 1 => Just(EntityKind::Category)];
    // Half of the consumers have no cancelled event: most real ones have none.
    let deeds = prop_oneof![prop::collection::vec(deed(false), 0..25), prop::collection::vec(deed(true), 0..25)];
    (rule_set(), entity, deeds, statuses).prop_map(|(rules, entity, mut deeds, statuses)| {
        deeds.sort_by_key(|deed| deed.day);
        Case { rules, entity, deeds, statuses }
    })
}

fn deed(may_be_cancelled: bool) -> impl Strategy<Value = Deed> {
    let satisfies = [any::<bool>(), any::<bool>()];
    let weight = u32::from(may_be_cancelled);
    let cancelled_after = prop_oneof![3 => Just(None), weight => (-2..12).prop_map(Some)];
    let order = prop_oneof![1 => Just(0u64), 3 => 1u64..5];
    (0..LAST_DAY, prop::sample::select(&BEHAVIORS[..]), order, satisfies, cancelled_after).prop_map(
        |(day, behavior, order, satisfies, after)| {
            let cancelled_from = after.map(|days: i32| day + days);
            Deed { day, behavior, order, satisfies, cancelled_from }
        },
    )
}

fn status() -> impl Strategy<Value = StatusSpan> {
    let length = prop_oneof![1 => Just(None), 4 => (0..25).prop_map(Some)];
    (prop::sample::select(&StatusKind::ALL[..]), 0..LAST_DAY + 20, length).prop_map(|(kind, from, length)| {
        let to = length.map_or(Day::OPEN_END, |days: i32| Day(from + days));
        StatusSpan { kind, from: Day(from), to }
    })
}

fn rule_set() -> impl Strategy<Value = RuleSet> {
    let list = || prop::collection::vec(condition(), 1..4).prop_map(|list| list.join(", "));
    let any = |list: String| format!("any = [{list}]\n");
    let stage = prop_oneof![
        3 => list().prop_map(any),
        1 => list().prop_map(|all| format!("all = [{all}]\n")),
        1 => (list(), list()).prop_map(|(any, all)| format!("any = [{any}]\nall = [{all}]\n")),
    ];
    // What most rule sets are: stages of some condition of a few, which are worked out side by side. Several ask for the same.
    let condition = prop_oneof![9 => event_condition(), 1 => state_condition()];
    let flat = prop::collection::vec(condition, 2..8).prop_flat_map(move |conditions| {
        let some = 1..=conditions.len().min(3);
        let stage = prop::sample::subsequence(conditions, some).prop_map(move |list| any(list.join(", ")));
        prop::collection::vec(stage, 1..12)
    });
    let stages = prop_oneof![prop::collection::vec(stage, 1..5), flat];
    stages.prop_map(|stages| {
        let mut text = "name = \"random\"\nentity = \"brand\"\n".to_owned();
        for (i, stage) in stages.iter().enumerate() {
            text.extend(["[[stage]]\ncode = \"S", &i.to_string(), "\"\n", stage]);
        }
        RuleSet::parse(&text).unwrap_or_else(|error| panic!("{error}\n{text}"))
    })
}

fn condition() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![6 => event_condition(), 1 => state_condition()];
    leaf.prop_recursive(3, 10, 3, |inner| {
        let list = prop::collection::vec(inner, 1..4).prop_map(|list| list.join(", "));
        (list, prop::sample::select(&["all", "any"][..])).prop_map(|(list, kind)| format!("{{ {kind} = [{list}] }}"))
    })
}

fn state_condition() -> impl Strategy<Value = String> {
    prop::sample::select(&StatusKind::ALL[..]).prop_map(|kind| format!("{{ state = \"{}\" }}", kind.as_str()))
}

fn event_condition() -> impl Strategy<Value = String> {
    let behaviors = prop::sample::subsequence(&BEHAVIORS[..], 1..=3);
    let threshold = prop::sample::select(&["min_count", "min_distinct_days", "min_orders"][..]);
    let filter = prop_oneof![2 => Just(None), 1 => prop::sample::select(&FILTERS[..]).prop_map(Some)];
    (behaviors, 4..20u32, threshold, 1..=4u32, filter, prop::bool::weighted(0.2)).prop_map(
        |(behaviors, within_days, threshold, needed, filter, brand_only)| {
            let behaviors = behaviors.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ");
            let mut text = format!("{{ behaviors = [{behaviors}], within_days = {within_days}, {threshold} = {needed}");
            if let Some(filter) = filter {
                text.extend([", where = \"", filter, "\""]);
            }
            if brand_only {
                text += ", scope = \"brand\"";
            }
            text + " }"
        },
    )
}
