//! Who is one person: against the slow reference, in any order, with any repeats, and from what the log keeps.

use std::collections::BTreeMap;

use databank_identity::{
    Assignment, Conflict, Graph, Hub, Link, LinkKey, Node, NodeIndex, Policy, Refused, ResolveError, Sighting,
    SourceId, Strength, Token, diff, resolve,
};
use databank_model::{ConsumerId, ProfileId};
use proptest::prelude::*;

use crate::generate::{World, any_world, graph, link, resolved, strong, weak};
use crate::reference::Reference;

fn check(world: &World) {
    let (reference, resolution) = (Reference::new(world), world.resolve());
    for (index, node) in world.nodes.iter().enumerate() {
        for &ts_us in &world.instants() {
            let expected = reference.consumer_of(index as u32, ts_us);
            assert_eq!(resolution.assignment.consumer_of(node.profile, ts_us), expected, "{node:?} at {ts_us}");
        }
    }
    assert_eq!(resolution.conflicts.kept, reference.conflicts());
    assert_eq!(resolution.conflicts.total, reference.conflicts().len() as u64);
}

fn kind(node: &Node) -> Strength {
    if node.weak { Strength::Weak } else { Strength::Strong }
}

fn key(nodes: &[Node], link: &Link, source: SourceId) -> LinkKey {
    let end = |end: NodeIndex| (nodes[end.0 as usize].token, kind(&nodes[end.0 as usize]));
    LinkKey::new(end(link.a), end(link.b), source, link.ts_us)
}

/// Conflicts as they are read: by profiles, not by places of nodes.
fn told(world: &World) -> Vec<(Vec<ProfileId>, Option<i64>, Conflict)> {
    let profile = |node: NodeIndex| world.nodes[node.0 as usize].profile;
    let nowhere = NodeIndex(0);
    let told = |conflict: Conflict| match conflict {
        Conflict::Refused(Refused { link, why }) => {
            let without_place = Refused { link: Link { a: nowhere, b: nowhere, ..link }, why };
            (vec![profile(link.a), profile(link.b)], Some(link.ts_us), Conflict::Refused(without_place))
        }
        Conflict::Hub(hub) => (vec![profile(hub.node)], None, Conflict::Hub(Hub { node: nowhere, ..hub })),
    };
    world.resolve().conflicts.kept.into_iter().map(told).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, ..ProptestConfig::default() })]

    #[test]
    fn the_resolver_agrees_with_the_slow_reference(world in any_world()) {
        check(&world);
    }

    #[test]
    fn twins_are_one_node_however_links_are_spread_over_them(
        plain in any_world().prop_map(|world| World { twins: Vec::new(), ..world }),
        split in 0_usize..14,
        to_twin in prop::collection::vec(any::<bool>(), 200),
    ) {
        let split = split % plain.nodes.len();
        let mut twinned = plain.clone();
        // The digest's own token and number come after the value's, or the number would name the person.
        let of_value = plain.nodes[split];
        twinned.nodes.push(Node { profile: ProfileId(u32::MAX - 1), token: Token([0xff; 16]), ..of_value });
        let twin = NodeIndex(plain.nodes.len() as u32);
        let mut choice = to_twin.iter();
        let mut end = |end: NodeIndex| if end.0 as usize == split && *choice.next().unwrap() { twin } else { end };
        for link in &mut twinned.links {
            (link.a, link.b) = (end(link.a), end(link.b));
        }
        for (a, b) in &mut twinned.cuts {
            (*a, *b) = (end(*a), end(*b));
        }
        twinned.twins = vec![(twin, NodeIndex(split as u32))];
        let (one, other) = (plain.resolve(), twinned.resolve());
        for ts_us in plain.instants() {
            for node in &plain.nodes {
                let of_node = one.assignment.consumer_of(node.profile, ts_us);
                prop_assert_eq!(of_node, other.assignment.consumer_of(node.profile, ts_us));
            }
            let of_twin = other.assignment.consumer_of(ProfileId(u32::MAX - 1), ts_us);
            prop_assert_eq!(of_twin, one.assignment.consumer_of(of_value.profile, ts_us));
        }
        prop_assert_eq!(one.conflicts, other.conflicts);
    }

    #[test]
    fn order_direction_and_repeats_change_nothing(
        (world, again) in any_world().prop_flat_map(|world| {
            let mut twice = world.links.clone();
            twice.extend(world.links.iter().take(7).map(|link| Link { a: link.b, b: link.a, ..*link }));
            let mut cuts = world.cuts.clone();
            cuts.extend(world.cuts.iter().map(|(a, b)| (*b, *a)));
            let again = (Just(world.clone()), Just(twice).prop_shuffle(), Just(cuts).prop_shuffle());
            (Just(world), again.prop_map(|(world, links, cuts)| World { links, cuts, ..world }))
        })
    ) {
        prop_assert_eq!(world.resolve(), again.resolve());
    }

    #[test]
    fn numbering_the_nodes_differently_changes_nothing(
        (world, order) in any_world().prop_flat_map(|world| {
            let order = Just((0..world.nodes.len()).collect::<Vec<_>>()).prop_shuffle();
            (Just(world), order)
        })
    ) {
        let moved = world.renumbered(&order);
        prop_assert_eq!(world.resolve().assignment, moved.resolve().assignment);
        prop_assert_eq!(told(&world), told(&moved));
    }

    #[test]
    fn what_is_no_news_changes_nothing(
        (world, arrivals) in any_world().prop_flat_map(|world| {
            let sources = prop::collection::vec(0_u32..2, world.links.len());
            let links = world.links.clone();
            let arrivals = sources.prop_map(move |sources| {
                links.iter().copied().zip(sources.into_iter().map(SourceId)).collect::<Vec<_>>()
            });
            (Just(world), arrivals.prop_shuffle())
        })
    ) {
        let mut earliest: BTreeMap<LinkKey, (Sighting, Link)> = BTreeMap::new();
        let mut log = Vec::new();
        for (link, source) in &arrivals {
            let key = key(&world.nodes, link, *source);
            let new = Sighting { ts_us: link.ts_us, priority: link.priority };
            if key.is_news(earliest.get(&key).map(|(sighting, _)| *sighting), new) {
                earliest.insert(key, (new, *link));
                log.push(*link);
            }
        }
        let minima: Vec<Link> = earliest.values().map(|(_, link)| *link).collect();
        for ((link, source), minimum) in arrivals.iter().map(|(l, s)| ((l, s), earliest[&key(&world.nodes, l, *s)].0)) {
            let sighting = Sighting { ts_us: link.ts_us, priority: link.priority };
            prop_assert!(minimum <= sighting, "{source:?}");
        }
        let kept = World { links: minima, ..world.clone() }.resolve();
        prop_assert_eq!(&World { links: log, ..world.clone() }.resolve(), &kept);
        prop_assert_eq!(&world.resolve(), &kept);
    }

    #[test]
    fn to_link_two_ids_and_cut_them_is_to_have_done_nothing(
        world in any_world(),
        ends in (0_u32..14, 0_u32..14),
        instants in prop::collection::vec(-100_000_000_000_i64..100_000_000_000, 1..4),
    ) {
        let n = world.nodes.len() as u32;
        let (a, b) = (ends.0 % n, ends.1 % n);
        let of_pair = |link: &Link| (link.a.0, link.b.0) == (a, b) || (link.a.0, link.b.0) == (b, a);
        let mut before = world;
        before.links.retain(|link| !of_pair(link));
        // A twin's link would be cut as well.
        before.twins.clear();
        let mut merged = before.clone();
        merged.links.extend(instants.iter().map(|ts_us| link(a, b, *ts_us)));
        merged.cuts.push((NodeIndex(b), NodeIndex(a)));
        let (before_it, after) = (before.resolve(), merged.resolve());
        for ts_us in merged.instants() {
            for node in &before.nodes {
                let (one, other) = (&before_it.assignment, &after.assignment);
                prop_assert_eq!(one.consumer_of(node.profile, ts_us), other.consumer_of(node.profile, ts_us));
            }
        }
        prop_assert_eq!(before_it, after);
    }

    #[test]
    fn within_the_caps_people_are_what_links_join(world in any_world()) {
        let resolution = world.resolve();
        let freely = World { policy: Policy::unlimited(), ..world }.resolve();
        if resolution.conflicts.total == 0 {
            prop_assert_eq!(resolution, freely);
        }
    }

    #[test]
    fn no_more_conflicts_are_told_than_wanted(world in any_world(), most in 0_usize..4) {
        let all = world.resolve();
        let mut fewer = world;
        fewer.policy.max_conflicts = most;
        let told = fewer.resolve();
        prop_assert_eq!(told.assignment, all.assignment);
        prop_assert_eq!(told.conflicts.total, all.conflicts.total);
        prop_assert_eq!(&told.conflicts.kept[..], &all.conflicts.kept[..most.min(all.conflicts.kept.len())]);
    }

    #[test]
    fn bytes_bring_the_map_back(world in any_world()) {
        let map = world.resolve().assignment;
        prop_assert_eq!(Assignment::from_bytes(&map.to_bytes()), Ok(map));
    }

    #[test]
    fn the_difference_names_exactly_the_changed_profiles(world in any_world(), keep in 0_usize..40) {
        let mut fewer = world.clone();
        fewer.links.truncate(keep);
        let (old, new) = (fewer.resolve().assignment, world.resolve().assignment);
        let answers = |map: &Assignment, node: &Node| -> Vec<ConsumerId> {
            world.instants().iter().map(|&ts_us| map.consumer_of(node.profile, ts_us)).collect()
        };
        let mut expected: Vec<ProfileId> =
            world.nodes.iter().filter(|node| answers(&old, node) != answers(&new, node)).map(|node| node.profile).collect();
        expected.sort_unstable();
        prop_assert_eq!(diff(&old, &new), expected.clone());
        prop_assert_eq!(diff(&new, &old), expected);
    }
}

#[test]
fn a_person_is_named_by_its_strongest_id() {
    let nodes = graph([strong(5, 30), strong(9, 10), strong(2, 10), weak(1, 0)]);
    let map = resolved(&nodes, &[link(0, 1, 0), link(0, 2, 0), link(3, 0, 0)]);
    // Ranks of 9 and 2 are equal, 2 has the smaller token.
    let singles: Vec<(u32, u32)> = map.singles().map(|(profile, consumer)| (profile.0, consumer.0)).collect();
    assert_eq!(singles, [(1, 2), (5, 2), (9, 2)]);
    assert!(map.stretches().is_empty());
}

#[test]
fn weak_ids_without_a_strong_one_are_one_person() {
    let nodes = graph([weak(5, 30), weak(9, 10), weak(2, 20), weak(7, 0)]);
    let map = resolved(&nodes, &[link(0, 1, 0), link(1, 2, 0)]);
    for (profile, consumer) in [(5, 9), (9, 9), (2, 9), (7, 7)] {
        assert_eq!(map.consumer_of(ProfileId(profile), 0), ConsumerId(consumer));
    }
}

#[test]
fn weak_ids_hand_owners_on_with_the_time_of_their_links() {
    let day = 86_400_000_000;
    // Device 3 is person 1's until day 4, then person 2's. Cookie 4 meets it on days 1 and 6, cookie 5 meets 4 only.
    let nodes = graph([strong(1, 10), strong(2, 10), weak(3, 0), weak(4, 1), weak(5, 1)]);
    let links = [link(0, 2, 0), link(1, 2, 4 * day), link(2, 3, day), link(3, 2, 6 * day), link(4, 3, 9 * day)];
    let map = resolved(&nodes, &links);
    check(&World::of(&nodes, &links));
    for (profile, ts_us, consumer) in [(4, 0, 1), (4, 5 * day, 1), (4, 6 * day, 2), (5, 0, 2), (5, 9 * day, 2)] {
        assert_eq!(map.consumer_of(ProfileId(profile), ts_us), ConsumerId(consumer), "{profile} at {ts_us}");
    }
}

#[test]
fn a_shared_device_joins_nobody() {
    let nodes: Vec<Node> = (1..=50).map(|n| strong(n, 10)).chain([weak(60, 0)]).collect();
    let links: Vec<Link> = (0..50).map(|n| link(n, 50, i64::from(n) * 1_000_000)).collect();
    let map = resolved(&nodes, &links);
    assert_eq!(map.singles().len(), 0);
    assert_eq!(map.stretches().len(), 50);
}

#[test]
fn at_one_instant_the_smallest_priority_and_token_win() {
    let nodes = graph([strong(1, 10), strong(2, 10), strong(3, 10), weak(4, 0)]);
    let owner = |links: &[Link]| resolved(&nodes, links).consumer_of(ProfileId(4), 100);
    assert_eq!(owner(&[link(2, 3, 7), link(1, 3, 7)]), ConsumerId(2));
    let stronger = Link { priority: 5, ..link(2, 3, 7) };
    assert_eq!(owner(&[link(0, 3, 7), stronger, link(1, 3, 7)]), ConsumerId(3));
}

#[test]
fn what_does_not_fit_is_refused() {
    let nodes = graph([strong(1, 10), strong(2, 10)]);
    let error = |world: &World| resolve(&world.graph(), &world.policy).unwrap_err();
    let beyond = ResolveError::NoSuchNode { link: 0, nodes: 2 };
    assert_eq!(error(&World::of(&nodes, &[link(0, 2, 0)])), beyond);
    let twice = graph([strong(1, 10), Node { token: Token([9; 16]), ..strong(1, 20) }]);
    assert_eq!(error(&World::of(&twice, &[])), ResolveError::ProfileTwice { profile: ProfileId(1) });
    assert!(resolve(&Graph::default(), &Policy::default()).unwrap().assignment.is_identity());
    let pair = vec![(NodeIndex(0), NodeIndex(2))];
    assert_eq!(error(&World { twins: pair.clone(), ..World::of(&nodes, &[]) }), beyond);
    let no_cut = ResolveError::NoSuchNodeToCut { cut: 0, nodes: 2 };
    assert_eq!(error(&World { cuts: pair, ..World::of(&nodes, &[]) }), no_cut);
}
