//! Streams of links made to grow one person without end: all stay under the caps, and the caps are told.

use std::collections::BTreeMap;

use databank_identity::{Conflict, Hub, HubOf, IdType, Link, Node, NodeIndex, Policy, Refusal, Token};
use databank_model::{ConsumerId, ProfileId};

use crate::generate::{World, link};

/// A world of these types only, with their usual limits.
pub(crate) fn world(
    types: &[&str],
    ids: impl IntoIterator<Item = usize>,
    links: impl IntoIterator<Item = Link>,
) -> World {
    let types: Vec<IdType> = types.iter().map(|name| name.parse().unwrap()).collect();
    let nodes = (0_u32..).zip(ids).map(|(n, kind)| Node {
        profile: ProfileId(n),
        rank: types[kind].priority(),
        kind: kind as u16,
        weak: types[kind].weak(),
        token: Token(u128::from(n).to_be_bytes()),
    });
    World {
        policy: Policy::for_types(&types),
        ..World::of(&nodes.collect::<Vec<_>>(), &links.into_iter().collect::<Vec<_>>())
    }
}

/// Each consumer's strong nodes.
fn people(world: &World) -> BTreeMap<ConsumerId, Vec<Node>> {
    let map = world.resolve().assignment;
    let mut people: BTreeMap<ConsumerId, Vec<Node>> = BTreeMap::new();
    for node in world.nodes.iter().filter(|node| !node.weak) {
        people.entry(map.consumer_of(node.profile, 0)).or_default().push(*node);
    }
    people
}

fn sizes(world: &World) -> Vec<usize> {
    people(world).values().map(Vec::len).collect()
}

#[test]
fn a_person_has_no_more_ids_of_a_type_than_its_cap() {
    for built_in in IdType::built_ins().iter().filter(|id_type| !id_type.weak()) {
        let cap = built_in.max_per_person() as usize;
        let chain = (1..3 * cap as u32).map(|n| link(n - 1, n, i64::from(n)));
        let world = world(&[built_in.name()], vec![0; 3 * cap], chain);
        assert_eq!(sizes(&world), [cap; 3], "{built_in}");
        let conflicts = world.resolve().conflicts;
        let told: Vec<_> = conflicts.kept.iter().map(|conflict| (conflict.code(), conflict.kind())).collect();
        assert_eq!(told, [("cap", Some(0)); 2], "{built_in}");
    }
}

#[test]
fn caps_hold_whatever_their_size() {
    for cap in [1, 2, 253, 254, 255, 256, 257, 600] {
        // Other kinds in between, of which any number is allowed.
        let n = 4 * cap + 2;
        let mut world =
            world(&["user_id", "email"], (0..n as usize).map(|n| n % 2), (1..n).map(|n| link(n - 1, n, i64::from(n))));
        world.policy = Policy { max_ids_per_person: u32::MAX, ..world.policy }.with_cap(0, cap).with_cap(1, u32::MAX);
        let of_user = |nodes: &Vec<Node>| nodes.iter().filter(|node| node.kind == 0).count();
        let users: Vec<usize> = people(&world).values().map(of_user).collect();
        assert_eq!(users, [cap as usize, cap as usize, 1]);
        world.policy = Policy { max_ids_per_person: cap, ..Policy::unlimited() };
        assert!(sizes(&world)[..4].iter().all(|size| *size == cap as usize), "{cap}");
    }
}

#[test]
fn digests_count_as_their_values() {
    let chain = (1..9).map(|n| link(n - 1, n, i64::from(n)));
    let world = world(&["phone", "phone_sha256", "phone_md5"], (0..9).map(|n| n % 3), chain);
    assert_eq!(sizes(&world), [5, 4]);
    assert_eq!(world.resolve().conflicts.kept[0].kind(), Some(0));
}

#[test]
fn an_id_of_somewhat_too_many_is_the_first_ones() {
    // Six users on one phone: too many for a person, too few for a hub.
    let links = (1..=6).map(|n| link(0, n, i64::from(10 - n as i32)));
    let world = world(&["phone", "user_id"], (0..=6).map(|n| usize::from(n > 0)), links);
    let resolution = world.resolve();
    let apart: Vec<u32> = (1..=6).filter(|n| resolution.assignment.consumer_of(ProfileId(*n), 0).0 == *n).collect();
    // The last of them by time.
    assert_eq!(apart, [1]);
    let [Conflict::Refused(refused)] = resolution.conflicts.kept[..] else { panic!("{:?}", resolution.conflicts) };
    assert_eq!(refused.link, link(0, 1, 9));
    assert_eq!(refused.why, Refusal::Cap { kind: 1 });
}

#[test]
fn a_stronger_link_comes_before_an_earlier_one() {
    let mut links: Vec<Link> = (1..=5).map(|n| link(0, n, i64::from(n))).collect();
    links.push(Link { priority: 50, ..link(0, 6, 100) });
    let world = world(&["phone", "user_id"], (0..=6).map(|n| usize::from(n > 0)), links);
    let map = world.resolve().assignment;
    assert_eq!(map.consumer_of(ProfileId(6), 0), ConsumerId(0));
    assert_eq!(map.consumer_of(ProfileId(5), 0), ConsumerId(5));
}

#[test]
fn a_hub_is_its_own_and_weak_ids_linked_to_it_are_its() {
    // Phone 0 on users 1 to 11, each with a mail address of its own; a cookie that only the phone knows.
    let mut links: Vec<Link> = (1..=11).map(|n| link(0, n, i64::from(n))).collect();
    links.extend((1..=11).map(|n| link(n, 11 + n, 0)));
    links.push(link(0, 23, 0));
    let kinds = (0..24).map(|n| match n {
        0 => 0,
        1..=11 => 1,
        12..=22 => 2,
        _ => 3,
    });
    let world = world(&["phone", "user_id", "email", "cookie"], kinds, links);
    let resolution = world.resolve();
    let hub = Hub { node: NodeIndex(0), of: HubOf::StrongIds { kind: 1 }, met: 11 };
    assert_eq!(resolution.conflicts.kept, [Conflict::Hub(hub)]);
    assert_eq!(resolution.assignment.consumer_of(ProfileId(0), 0), ConsumerId(0));
    assert_eq!(resolution.assignment.consumer_of(ProfileId(23), 0), ConsumerId(0));
    for n in 1..=11 {
        assert_eq!(resolution.assignment.consumer_of(ProfileId(n), 0), ConsumerId(11 + n));
    }
}

#[test]
fn an_id_of_as_many_as_a_person_may_have_is_no_hub() {
    // A person may have 20 openids.
    let linked = |n: u32| (1..=n).map(|other| link(0, other, i64::from(other))).collect::<Vec<_>>();
    let world_of = |n: u32| world(&["phone", "openid"], (0..=n).map(|n| usize::from(n > 0)), linked(n));
    assert_eq!(sizes(&world_of(20)), [21]);
    assert_eq!(sizes(&world_of(21)), [1; 22]);
}

#[test]
fn a_random_stream_over_everybody_stays_under_every_cap() {
    let types = ["phone", "email", "unionid", "openid", "member_card", "phone_md5", "loyalty_no"];
    let mut state = 7_u64;
    let mut below = |limit: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % limit
    };
    let n = 20_000;
    // A few ids are on every tenth link.
    let mut end = || if below(10) == 0 { below(5) } else { below(n) } as u32;
    let links = (0..3 * n).map(|ts_us| link(end(), end(), ts_us as i64 % 1000));
    let world = world(&types, (0..n as usize).map(|n| n % types.len()), links);
    let conflicts = world.resolve().conflicts;
    assert!(conflicts.total > conflicts.kept.len() as u64, "{}", conflicts.total);
    assert_eq!(conflicts.kept.len(), world.policy.max_conflicts);
    assert!(conflicts.kept[..5].iter().all(|conflict| conflict.code() == "hub"));
    for (consumer, nodes) in people(&world) {
        assert!(nodes.len() <= world.policy.max_ids_per_person as usize);
        for (kind, name) in types.iter().enumerate() {
            let count =
                nodes.iter().filter(|node| world.policy.caps[usize::from(node.kind)].counts_as == kind as u16).count();
            assert!(count <= world.policy.caps[kind].max as usize, "{consumer:?} has {count} of {name}");
        }
    }
}
