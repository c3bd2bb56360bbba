//! Events and their sums against a plain list.

use std::collections::BTreeMap;

use databank_consumers::{AmountTotal, EventCursor, Totals};
use databank_model::ConsumerId;
use proptest::prelude::*;

use crate::world::{Row, World};

const DAY_US: i64 = 86_400_000_000;

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let consumer = (0_u32..4, 0_u32..5).prop_map(|(quarter, n)| (quarter * 64) << 24 | n);
    let money = (prop::option::of(0_i64..1000), prop::option::of(prop::sample::select(vec!["CNY", "USD"])));
    let behavior = prop::sample::select(vec!["view", "purchase", "refund"]);
    // Few instants, so that ties are usual.
    let row = (consumer, 0_i64..12, any::<[u8; 16]>(), behavior, money);
    prop::collection::vec(
        row.prop_map(|(consumer, half_days, key, behavior, (amount_minor, currency))| Row {
            consumer,
            ts_us: half_days * DAY_US / 2,
            key,
            behavior,
            amount_minor,
            currency,
        }),
        0..120,
    )
}

fn of(rows: &[Row], consumer: u32) -> Vec<Row> {
    let mut own: Vec<Row> = rows.iter().filter(|row| row.consumer == consumer).cloned().collect();
    own.sort_by_key(|row| std::cmp::Reverse((row.ts_us, row.key)));
    own
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn pages_hold_every_event_once_newest_first(
        one in rows(), other in rows(), n_partitions in prop::sample::select(vec![1_usize, 4]), limit in 1_usize..9,
    ) {
        let world = World::new(n_partitions).events(&one).events(&other);
        let desk = world.desk();
        let all: Vec<Row> = one.into_iter().chain(other).collect();
        for quarter in 0..4_u32 {
            for n in 0..6 {
                let number = (quarter * 64) << 24 | n;
                let mut seen = Vec::new();
                let mut cursor: Option<EventCursor> = None;
                loop {
                    let page = desk.events(ConsumerId(number), cursor, limit).unwrap();
                    prop_assert!(page.events.len() == limit || page.next.is_none());
                    seen.extend(page.events);
                    cursor = page.next;
                    if cursor.is_none() {
                        break;
                    }
                }
                let wanted = of(&all, number);
                prop_assert_eq!(
                    seen.iter().map(|e| (e.at.ts_us, e.at.key, e.behavior.as_str(), e.amount_minor)).collect::<Vec<_>>(),
                    wanted.iter().map(|r| (r.ts_us, r.key, r.behavior, r.amount_minor)).collect::<Vec<_>>()
                );
            }
        }
    }

    #[test]
    fn totals_are_the_sums_of_a_plain_list(one in rows(), other in rows()) {
        let world = World::new(4).events(&one).events(&other);
        let desk = world.desk();
        let all: Vec<Row> = one.into_iter().chain(other).collect();
        for number in [0, 1, 64 << 24 | 2, 192 << 24 | 4, 5] {
            let wanted = of(&all, number);
            let mut amounts: BTreeMap<&str, i64> = BTreeMap::new();
            for row in wanted.iter().filter(|row| row.behavior == "purchase") {
                if let Some(minor) = row.amount_minor {
                    *amounts.entry(row.currency.unwrap_or("")).or_default() += minor;
                }
            }
            let naive = Totals {
                events: wanted.len() as i64,
                first_day: wanted.iter().map(Row::day).min(),
                last_day: wanted.iter().map(Row::day).max(),
                amounts: amounts
                    .into_iter()
                    .map(|(currency, minor)| AmountTotal { currency: currency.to_owned(), minor })
                    .collect(),
            };
            prop_assert_eq!(desk.totals(ConsumerId(number)).unwrap(), naive);
        }
    }
}

#[test]
fn events_that_two_row_groups_share_are_all_found() {
    // Row groups end after 131 072 rows: in the middle of the second consumer.
    let row = |consumer: u32, n: u32| Row {
        consumer,
        ts_us: i64::from(n),
        key: u128::from(n).to_be_bytes(),
        behavior: "view",
        amount_minor: None,
        currency: None,
    };
    let crowd = (0..131_000).map(|n| row(1, n)).chain((0..200).map(|n| row(2, n))).chain((0..1000).map(|n| row(3, n)));
    let world = World::new(1).events(&crowd.collect::<Vec<_>>());
    let desk = world.desk();
    assert_eq!([1, 2, 3, 4].map(|n| desk.totals(ConsumerId(n)).unwrap().events), [131_000, 200, 1000, 0]);
    let page = desk.events(ConsumerId(2), None, 150).unwrap();
    let instants: Vec<i64> = page.events.iter().map(|event| event.at.ts_us).collect();
    assert_eq!(instants, (50..200).rev().collect::<Vec<_>>());
    let rest = desk.events(ConsumerId(2), page.next, 150).unwrap();
    assert_eq!((rest.events.len(), rest.next), (50, None));
}
