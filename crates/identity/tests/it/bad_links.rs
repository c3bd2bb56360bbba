//! The Identity cases of the bad-input catalogue about who is linked to whom, one test per case.

use databank_identity::{Conflict, Hub, HubOf, Link, NodeIndex, Refusal};
use databank_model::{ConsumerId, ProfileId};

use crate::generate::{World, graph, link, resolved, strong, weak};
use crate::limits::world;

const DAY_US: i64 = 86_400_000_000;

fn consumer(world: &World, profile: u32, ts_us: i64) -> u32 {
    world.resolve().assignment.consumer_of(ProfileId(profile), ts_us).0
}

#[test]
fn bad_id8_fifty_users_of_one_tablet_in_a_day_stay_apart_and_have_it_in_turn() {
    let hour = DAY_US / 24;
    let links: Vec<Link> = (0..50).map(|n| link(50, n, i64::from(n) * hour / 3)).collect();
    let world = world(&["user_id", "device_id"], (0..=50).map(|n| usize::from(n == 50)), links);
    assert_eq!(world.resolve().conflicts.total, 0);
    for n in 0..50 {
        assert_eq!(consumer(&world, n, 0), n);
        assert_eq!(consumer(&world, 50, i64::from(n) * hour / 3), n);
    }
}

#[test]
fn bad_id9_a_phone_on_a_thousand_users_is_a_hub_and_joins_none_of_them() {
    let links = (1..=1000).map(|n| link(0, n, i64::from(n)));
    let world = world(&["phone", "user_id"], (0..=1000).map(|n| usize::from(n > 0)), links);
    let resolution = world.resolve();
    assert!(resolution.assignment.is_identity());
    // One conflict, not a thousand.
    let hub = Hub { node: NodeIndex(0), of: HubOf::StrongIds { kind: 1 }, met: 1000 };
    assert_eq!((resolution.conflicts.total, &resolution.conflicts.kept[..]), (1, &[Conflict::Hub(hub)][..]));
}

#[test]
fn bad_id9_a_cookie_on_150_people_is_nobodys_and_hands_nothing_on() {
    let people = |n: u32| {
        // Cookie n, and cookie n + 1 that has met only the first.
        let links = (0..n).map(|user| link(user, n, i64::from(user))).chain([link(n, n + 1, 0)]);
        world(&["user_id", "cookie"], (0..n + 2).map(|id| usize::from(id >= n)), links)
    };
    let shared = people(150);
    assert!(shared.resolve().assignment.is_identity());
    let hub = Hub { node: NodeIndex(150), of: HubOf::People, met: 150 };
    assert_eq!(shared.resolve().conflicts.kept, [Conflict::Hub(hub)]);
    assert!(people(101).resolve().assignment.is_identity());
    // A hundred is not too many.
    let (stretches, conflicts) = (people(100).resolve().assignment.stretches().len(), people(100).resolve().conflicts);
    assert_eq!((stretches, conflicts.total), (100, 0));
    assert_eq!(consumer(&people(100), 101, 5), 0);
}

#[test]
fn bad_id9_people_are_counted_not_their_ids() {
    // 60 people of two ids each.
    let mut links: Vec<Link> = (0..120).map(|n| link(n, 120, i64::from(n))).collect();
    links.extend((0..60).map(|n| link(n, 60 + n, 0)));
    let world = world(&["user_id", "email", "cookie"], (0..=120).map(|n| n / 60), links);
    assert_eq!(world.resolve().conflicts.total, 0);
}

#[test]
fn bad_id10_two_users_on_one_row_are_a_conflict_where_a_cap_refuses_and_one_person_where_none_does() {
    // Users 2 and 3, each with a phone; a row with both users.
    let links = [link(0, 2, 1), link(1, 3, 2), link(2, 3, 3)];
    let mut two = world(&["phone", "user_id"], [0, 0, 1, 1], links);
    // The usual caps allow a person five users: one person, named by the stronger id, and no conflict.
    assert!((0..4).all(|n| consumer(&two, n, 0) == 0));
    assert_eq!(two.resolve().conflicts.total, 0);
    // A brand whose users are people: nobody is merged, each keeps its name, somebody is told.
    two.policy = two.policy.with_cap(1, 1);
    assert_eq!([0, 1, 2, 3].map(|n| consumer(&two, n, 0)), [0, 1, 0, 1]);
    let [Conflict::Refused(refused)] = two.resolve().conflicts.kept[..] else { panic!("one conflict") };
    assert_eq!((refused.link, refused.why), (link(2, 3, 3), Refusal::Cap { kind: 1 }));
}

#[test]
fn bad_id11_a_chain_beyond_500_ids_is_refused_and_nothing_is_half_merged() {
    // Ten ids of each of 120 types, so that no other cap is in the way.
    let names: Vec<String> = (0..120).map(|n| format!("shop_no_{n}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let links = (1..1200).map(|n| link(n - 1, n, i64::from(n)));
    let world = world(&names, (0..1200).map(|n| n / 10), links);
    let resolution = world.resolve();
    for n in 0..1200 {
        assert_eq!(resolution.assignment.consumer_of(ProfileId(n), 0), ConsumerId(n / 500 * 500));
    }
    let told: Vec<_> = resolution.conflicts.kept.iter().map(|conflict| (conflict.code(), conflict.kind())).collect();
    assert_eq!(told, [("too_many_ids", None); 2]);
    let [Conflict::Refused(first), _] = resolution.conflicts.kept[..] else { panic!("two conflicts") };
    assert_eq!(first.link, link(499, 500, 500));
}

#[test]
fn bad_id12_cycles_and_links_to_itself_are_one_person_or_nothing() {
    let nodes = graph([strong(1, 10), strong(2, 20), strong(3, 30), weak(4, 40)]);
    let cycle = [link(0, 1, 1), link(1, 2, 2), link(2, 0, 3)];
    let map = resolved(&nodes, &cycle);
    assert!((1..=3).all(|profile| map.consumer_of(ProfileId(profile), 0) == ConsumerId(1)));
    assert!(resolved(&nodes, &[link(0, 0, 1), link(3, 3, 1)]).is_identity());
}

#[test]
fn bad_id13_order_and_repeats_change_neither_people_nor_conflicts() {
    // A shared cookie, and more users on one phone than a person may have.
    let mut links = vec![link(0, 9, 5), link(1, 9, 9), link(9, 10, 7), link(0, 9, 5), link(9, 10, 12)];
    links.extend((2..9).map(|n| link(0, n, 3)));
    let one = world(&["phone", "user_id", "cookie"], [0, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2], links.clone());
    let resolution = one.resolve();
    assert_eq!(resolution.conflicts.total, 2);
    links.reverse();
    let reversed = World { links: links.clone(), ..one.clone() };
    assert_eq!(reversed.resolve(), resolution);
    let turned: Vec<Link> = links.iter().map(|l| link(l.b.0, l.a.0, l.ts_us)).chain(links.iter().copied()).collect();
    assert_eq!(World { links: turned, ..one }.resolve(), resolution);
}

#[test]
fn bad_id14_a_cookie_used_by_two_people_in_turn_follows_the_user_of_its_time() {
    let nodes = graph([strong(1, 10), strong(2, 20), weak(3, 30)]);
    let map = resolved(&nodes, &[link(2, 0, DAY_US), link(1, 2, 3 * DAY_US), link(0, 2, 5 * DAY_US)]);
    let cookie = ProfileId(3);
    // What was before the first user is the first user's only.
    for (ts_us, owner) in [
        (i64::MIN, 1),
        (0, 1),
        (DAY_US, 1),
        (3 * DAY_US - 1, 1),
        (3 * DAY_US, 2),
        (5 * DAY_US - 1, 2),
        (5 * DAY_US, 1),
        (i64::MAX, 1),
    ] {
        assert_eq!(map.consumer_of(cookie, ts_us), ConsumerId(owner), "at {ts_us}");
    }
    // The two people stay two.
    assert_eq!(map.consumer_of(ProfileId(1), 0), ConsumerId(1));
    assert_eq!(map.consumer_of(ProfileId(2), 0), ConsumerId(2));
}

#[test]
fn bad_id16_a_million_anonymous_ids_of_one_user_are_nobodys_and_the_user_stays() {
    let user_with = |n: u32| {
        let links = (1..=n).map(|id| link(0, id, i64::from(id))).chain([link(0, n + 1, 0)]);
        world(
            &["user_id", "anonymous_id", "phone"],
            (0..=n + 1).map(|id| {
                if id == 0 {
                    0
                } else if id > n {
                    2
                } else {
                    1
                }
            }),
            links,
        )
    };
    let resolution = user_with(1_000_000).resolve();
    // All but the phone, which is still the user's.
    let singles: Vec<_> = resolution.assignment.singles().map(|(profile, consumer)| (profile.0, consumer.0)).collect();
    assert_eq!(singles, [(0, 1_000_001)]);
    let hub = Hub { node: NodeIndex(0), of: HubOf::WeakIds, met: 1_000_000 };
    assert_eq!(resolution.conflicts.kept, [Conflict::Hub(hub)]);
    // Ten thousand are not too many.
    assert_eq!(user_with(10_000).resolve().assignment.singles().len(), 10_001);
    assert_eq!(user_with(10_001).resolve().assignment.singles().len(), 1);
}

#[test]
fn bad_id16_a_million_anonymous_ids_of_one_device_are_not_one_person() {
    let links = (1..=1_000_000).map(|id| link(0, id, i64::from(id)));
    let world = world(&["device_id", "anonymous_id"], (0..=1_000_000).map(|id| usize::from(id > 0)), links);
    assert!(world.resolve().assignment.is_identity());
}

#[test]
fn bad_id17_a_wrong_merge_undone_after_30_days_leaves_what_would_have_been() {
    // Two people of a phone and a user each, and a cookie that both use; for 30 days each meets more devices.
    let mut links = vec![link(0, 2, 0), link(1, 3, 0), link(2, 4, DAY_US), link(3, 4, 9 * DAY_US)];
    links.extend((0..30).map(|day| link(u32::from(day % 2 == 1), 5 + day, i64::from(day) * DAY_US)));
    let kinds = (0..35).map(|n| [0, 0, 1, 1].get(n).copied().unwrap_or(2));
    let never = world(&["phone", "user_id", "cookie"], kinds, links);
    let mut merged = never.clone();
    merged.links.extend([link(0, 1, 2 * DAY_US), link(1, 0, 20 * DAY_US)]);
    assert!((0..35).all(|n| consumer(&merged, n, 40 * DAY_US) == 0));
    let mut undone = merged;
    undone.cuts.push((NodeIndex(1), NodeIndex(0)));
    assert_eq!(undone.resolve(), never.resolve());
    assert_eq!([0, 1, 2, 3].map(|n| consumer(&undone, n, 0)), [0, 1, 0, 1]);
}
