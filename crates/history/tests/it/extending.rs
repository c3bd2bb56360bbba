//! A history extended deposit by deposit is the one that a sweep from the first event on gives.

use databank_history::StepWork;
use databank_history::source::Membership;
use databank_model::Day;
use databank_model::rules::preset;
use proptest::prelude::*;

use crate::world::{Manner, Row, World};

/// More than a day's set tells apart by themselves.
#[rustfmt::skip]
pub(crate) const BEHAVIORS: &[&str] = &[
    "view", "cart", "purchase", "refund", "review", "join_member", "leave_member", "follow", "unfollow", "share",
    "search", "favorite", "like", "comment", "chat", "claim", "book", "sample", "order", "visit", "ad_click",
];
pub(crate) const PROGRAMMES: &[&str] = &["north", "south"];

const RULES: &str = r#"
name = "own"
entity = "brand"
[[stage]]
code = "C"
any = [ { behaviors = ["purchase"], within_days = 40, min_orders = 2 },
        { behaviors = ["review", "purchase"], within_days = 30, where = "rating >= 4", min_count = 3 } ]
[[stage]]
code = "B"
all = [ { any = [ { state = "member" }, { state = "fan" } ] }, { behaviors = ["view", "cart"], within_days = 20 } ]
[[stage]]
code = "A"
any = [ { behaviors = ["view", "share"], within_days = 10, min_distinct_days = 2 }, { behaviors = ["cart"], within_days = 5 },
        { behaviors = ["search", "like", "order", "share"], within_days = 8, min_count = 2 } ]
"#;

/// Stages that are worked out side by side, more than fit into one row of them.
pub(crate) const FLAT: &str = r#"
name = "flat"
entity = "brand"
[[stage]]
code = "F"
any = [ { behaviors = ["purchase"], within_days = 40, min_count = 2 } ]
[[stage]]
code = "E"
any = [ { behaviors = ["review", "like"], within_days = 20, min_count = 2 }, { state = "member" } ]
[[stage]]
code = "D"
any = [ { behaviors = ["purchase"], within_days = 30 }, { behaviors = ["order", "book"], within_days = 9, min_orders = 1 } ]
[[stage]]
code = "C"
any = [ { behaviors = ["cart", "favorite", "chat"], within_days = 12, min_count = 3 } ]
[[stage]]
code = "B"
any = [ { behaviors = ["cart", "favorite", "claim", "sample"], within_days = 7, min_count = 2 } ]
[[stage]]
code = "A"
any = [ { behaviors = ["view", "visit", "ad_click"], within_days = 4 } ]
"#;

pub(crate) fn config() -> ProptestConfig {
    let long = std::env::var("DATABANK_LONG_CASES").ok().and_then(|cases| cases.parse::<u32>().ok());
    // A case writes and reads dozens of files, so there are fewer of them than of those that stay in memory.
    ProptestConfig { cases: long.map_or(48, |cases| cases / 10), ..ProptestConfig::default() }
}

fn consumer(number: u32) -> u32 {
    // Spread over slots, so that several partitions have their share.
    (number * 37 % 256) << 24 | number
}

pub(crate) fn row(spread: i32) -> impl Strategy<Value = Row> {
    let who = prop_oneof![1 => Just(None), 12 => (0..12_u32).prop_map(|n| Some(consumer(n)))];
    let order = prop_oneof![1 => Just(None), 3 => (0..9_u32).prop_map(Some)];
    let amount = prop_oneof![1 => Just(None), 4 => (1..4_i64).prop_map(Some)];
    let behavior = prop_oneof![2 => prop::sample::select(&BEHAVIORS[..10]), 1 => prop::sample::select(BEHAVIORS)];
    let programme = prop::option::of(prop::sample::select(PROGRAMMES));
    (who, 0..spread, behavior, order, amount, 1..=5_u8, programme).prop_map(
        |(consumer, day, behavior, order, amount_minor, rating, programme)| {
            let order = order.filter(|_| matches!(behavior, "purchase" | "refund"));
            Row { consumer, day, behavior, order, amount_minor, rating: f64::from(rating), programme, deposit: 0 }
        },
    )
}

fn stay() -> impl Strategy<Value = Membership> {
    (0..12_u32, 1..3_u64, 0..60, 1..40).prop_map(|(who, programme, joined, length)| Membership {
        consumer: consumer(who),
        programme,
        joined: Day(joined),
        left: Day(joined + length),
    })
}

fn manner() -> impl Strategy<Value = Manner> {
    let moves = prop_oneof![4 => Just(Vec::new()), 1 => Just(vec![()])];
    let stays = prop_oneof![5 => Just(Vec::new()), 1 => prop::collection::vec(stay(), 1..3)];
    (moves, 0..12_u32, 1..12_u32, any::<bool>(), stays).prop_map(|(moves, from, step, merges, stays)| Manner {
        moves: moves.iter().map(|()| (consumer(from), consumer((from + step) % 12))).collect(),
        merges,
        stays,
    })
}

/// A first deposit, then small ones: mostly later than what is there, with a late row now and then.
fn deposits() -> impl Strategy<Value = Vec<(Vec<Row>, Manner)>> {
    let first = (prop::collection::vec(row(30), 60..90), manner());
    let next = (prop::collection::vec((row(4), prop::bool::weighted(0.15)), 0..14), manner());
    (first, prop::collection::vec(next, 1..7)).prop_map(|(first, next)| {
        let mut all = vec![first];
        for (number, (rows, manner)) in next.into_iter().enumerate() {
            let base = 30 + 3 * number as i32;
            let rows = rows.into_iter().map(|(row, late)| Row { day: row.day + if late { 3 } else { base }, ..row });
            all.push((rows.collect(), manner));
        }
        all
    })
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn an_extended_history_is_the_one_of_a_full_sweep(
        deposits in deposits(),
        rules in prop::sample::select(vec![RULES, FLAT, preset("aipl").unwrap(), preset("jd4a").unwrap()]),
        n_partitions in 1..4_usize,
    ) {
        let mut world = World::new(rules, n_partitions);
        for (rows, manner) in &deposits {
            world.deposit(rows, manner);
            prop_assert_eq!(world.kept(), world.swept_anew(), "{:?} {:?}", rows, manner);
        }
    }
}

fn view(who: u32, day: i32) -> Row {
    Row {
        consumer: Some(consumer(who)),
        day,
        behavior: "view",
        order: None,
        amount_minor: None,
        rating: 0.0,
        programme: None,
        deposit: 0,
    }
}

fn bought(who: u32, day: i32, behavior: &'static str, order: u32) -> Row {
    Row { behavior, order: Some(order), amount_minor: Some(100), ..view(who, day) }
}

/// A world of forty people who looked on thirty days and bought once, in one partition.
fn busy() -> World {
    let mut world = World::new(preset("aipl").unwrap(), 1);
    let mut rows: Vec<Row> = (0..40).flat_map(|who| (0..30).map(move |day| view(who, day))).collect();
    rows.extend((0..40).map(|who| bought(who, 20, "purchase", who)));
    let work = world.deposit(&rows, &Manner::default());
    assert_eq!((work.partitions_swept, work.partitions_extended), (1, 0));
    world
}

fn checked(world: &mut World, rows: &[Row], manner: &Manner) -> StepWork {
    let work = world.deposit(rows, manner);
    assert_eq!(world.kept(), world.swept_anew());
    work
}

#[test]
fn only_those_of_whom_something_is_new_are_swept() {
    let mut world = busy();
    // Each had 31 rows before, which are read with the new ones; consumer 99 is new.
    let news = [view(1, 29), view(1, 30), view(2, 40), view(99, 40)];
    let work = checked(&mut world, &news, &Manner::default());
    assert_eq!((work.events, work.consumers_swept), (4 + 33 + 32 + 1, 3), "{work:?}");
    let late = checked(&mut world, &[view(1, 28)], &Manner::default());
    assert_eq!((late.events, late.consumers_swept), (1 + 34, 1), "{late:?}");
    let cancelled = checked(&mut world, &[Row { consumer: None, ..bought(0, 45, "refund", 7) }], &Manner::default());
    assert_eq!((cancelled.events, cancelled.consumers_swept), (1 + 31, 1), "{cancelled:?}");
    let manner = Manner { moves: vec![(consumer(3), consumer(4))], ..Manner::default() };
    let joined = checked(&mut world, &[view(5, 50)], &manner);
    assert_eq!(joined.consumers_swept, 3, "{joined:?}");
    let member = checked(&mut world, &[Row { behavior: "join_member", ..view(6, 60) }], &Manner::default());
    assert_eq!(member.consumers_swept, 1, "{member:?}");
}

#[test]
fn a_deposit_that_brings_nothing_leaves_the_files_alone() {
    let mut world = busy();
    let before = world.kept();
    for merges in [false, true] {
        let work = checked(&mut world, &[], &Manner { merges, ..Manner::default() });
        assert_eq!(work, StepWork::default());
        assert_eq!(world.kept(), before);
    }
}

#[test]
fn a_deposit_as_large_as_the_vault_is_swept_from_the_first_event_on() {
    let mut world = busy();
    let rows: Vec<Row> = (0..40).flat_map(|who| (30..80).map(move |day| view(who, day))).collect();
    let work = checked(&mut world, &rows, &Manner::default());
    assert_eq!((work.partitions_swept, work.partitions_extended), (1, 0), "{work:?}");
}
