//! A history says of every day what its rules define, worked out row by row and day by day from the rows that were deposited.

use std::collections::BTreeSet;

use databank_model::rules::{Condition, EventCondition, RuleSet, Threshold};
use proptest::prelude::*;

use crate::extending::{BEHAVIORS, FLAT, config, row};
use crate::world::{Manner, Row, World};

/// All that tracks tell apart: one row, two rows of a day or of several behaviours, more, orders, ratings, behaviours beyond a day's
/// set; in stages that are worked out one by one.
const NESTED: &str = r#"
name = "nested"
entity = "brand"
[[stage]]
code = "C"
all = [ { behaviors = ["purchase", "order"], within_days = 40, min_orders = 2 }, { behaviors = ["view", "visit"], within_days = 30 } ]
[[stage]]
code = "B"
any = [ { behaviors = ["review", "purchase"], within_days = 30, where = "rating >= 4", min_count = 2 },
        { all = [ { behaviors = ["cart", "claim"], within_days = 9, min_count = 2 }, { behaviors = ["like"], within_days = 20 } ] } ]
[[stage]]
code = "A"
any = [ { behaviors = ["view", "share", "ad_click"], within_days = 10, min_distinct_days = 2 },
        { behaviors = ["search", "comment", "book", "sample"], within_days = 8, min_count = 4 } ]
"#;

/// The same with stages side by side.
const SIDE_BY_SIDE: &str = r#"
name = "side"
entity = "brand"
[[stage]]
code = "L"
any = [ { behaviors = ["purchase"], within_days = 40, min_orders = 2 },
        { behaviors = ["review", "like"], within_days = 30, where = "rating >= 4" } ]
[[stage]]
code = "P"
any = [ { behaviors = ["purchase"], within_days = 60 } ]
[[stage]]
code = "I"
any = [ { behaviors = ["search", "favorite", "cart", "share", "sample"], within_days = 5, min_count = 2 },
        { behaviors = ["view", "visit"], within_days = 7, min_count = 2 } ]
[[stage]]
code = "A"
any = [ { behaviors = ["view", "visit", "ad_click", "chat"], within_days = 5 } ]
"#;

fn holds(condition: &Condition, rows: &[&Row], day: i32) -> bool {
    match condition {
        Condition::All(list) => list.iter().all(|inner| holds(inner, rows, day)),
        Condition::Any(list) => list.iter().any(|inner| holds(inner, rows, day)),
        Condition::State(_) => false,
        Condition::Events(events) => enough(events, rows, day),
    }
}

fn enough(condition: &EventCondition, rows: &[&Row], day: i32) -> bool {
    let first = day - condition.within_days as i32 + 1;
    let matches = |row: &&&Row| {
        (first..=day).contains(&row.day)
            && condition.behaviors.iter().any(|behavior| behavior.as_str() == row.behavior)
            && condition.filter.as_deref().is_none_or(|text| text == "rating >= 4" && row.rating >= 4.0)
    };
    let matching: Vec<&&Row> = rows.iter().filter(matches).collect();
    match condition.threshold {
        Threshold::Count(n) => matching.len() >= n as usize,
        Threshold::DistinctDays(n) => matching.iter().map(|row| row.day).collect::<BTreeSet<_>>().len() >= n as usize,
        Threshold::Orders(n) => {
            matching.iter().filter_map(|row| row.order).collect::<BTreeSet<_>>().len() >= n as usize
        }
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_history_says_of_every_day_what_the_rules_do(
        deposits in (5..40).prop_flat_map(|days| prop::collection::vec(prop::collection::vec(row(days), 1..120), 1..3)),
        // As many as a day's set tells apart, and more.
        known in 8..=BEHAVIORS.len(),
        merges in any::<bool>(),
        rules in prop::sample::select(vec![NESTED, SIDE_BY_SIDE, FLAT]),
        n_partitions in 1..3_usize,
    ) {
        let mut world = World::new(rules, n_partitions);
        // Refunds, joinings and leavings have tests of their own.
        let apart = ["refund", "join_member", "leave_member", "follow", "unfollow"];
        let counts = |row: &Row| BEHAVIORS[..known].contains(&row.behavior) && !apart.contains(&row.behavior);
        let deposits: Vec<Vec<Row>> = deposits.into_iter().map(|rows| rows.into_iter().filter(counts).collect()).collect();
        for rows in &deposits {
            world.deposit(rows, &Manner { merges, ..Manner::default() });
        }
        let stays = world.stays();
        let rows: Vec<&Row> = deposits.iter().flatten().collect();
        let rules = RuleSet::parse(rules).unwrap();
        let consumers: BTreeSet<u32> = rows.iter().filter_map(|row| row.consumer).collect();
        prop_assert!(stays.iter().all(|stay| consumers.contains(&stay.consumer)));
        for consumer in consumers {
            let own: Vec<&Row> = rows.iter().copied().filter(|row| row.consumer == Some(consumer)).collect();
            for day in -2..105 {
                let stage = rules.stages().iter().find(|stage| holds(&stage.condition, &own, day));
                let wanted: Vec<&str> = stage.iter().map(|stage| stage.code.as_str()).collect();
                let on_day = stays.iter().filter(|stay| stay.consumer == consumer && (stay.from..stay.to).contains(&day));
                let found: Vec<&str> = on_day.map(|stay| stay.stage.as_str()).collect();
                prop_assert_eq!(found, wanted, "consumer {} on day {} of {:?}", consumer, day, own);
            }
        }
    }
}
