//! Who is one person: against the slow reference, in any order, with any repeats, and from what the log keeps.

use std::collections::BTreeMap;

use databank_identity::{
    Assignment, Link, LinkKey, Node, NodeIndex, ResolveError, Sighting, SourceId, Strength, Token, diff, resolve,
};
use databank_model::{ConsumerId, ProfileId};
use proptest::prelude::*;

use crate::generate::{any_graph, graph, link, resolved, strong, weak};
use crate::reference::Reference;

fn instants(links: &[Link]) -> Vec<i64> {
    let mut instants = vec![i64::MIN, 0, i64::MAX];
    instants.extend(links.iter().flat_map(|link| [link.ts_us - 1, link.ts_us, link.ts_us + 1]));
    instants
}

fn check(nodes: &[Node], links: &[Link], map: &Assignment) {
    let reference = Reference::new(nodes, links);
    for (index, node) in nodes.iter().enumerate() {
        for &ts_us in &instants(links) {
            let expected = reference.consumer_of(index as u32, ts_us);
            assert_eq!(map.consumer_of(node.profile, ts_us), expected, "{node:?} at {ts_us}");
        }
    }
}

fn kind(node: &Node) -> Strength {
    if node.weak { Strength::Weak } else { Strength::Strong }
}

fn key(nodes: &[Node], link: &Link, source: SourceId) -> LinkKey {
    let end = |end: NodeIndex| (nodes[end.0 as usize].token, kind(&nodes[end.0 as usize]));
    LinkKey::new(end(link.a), end(link.b), source, link.ts_us)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, ..ProptestConfig::default() })]

    #[test]
    fn the_resolver_agrees_with_the_slow_reference((nodes, links) in any_graph()) {
        check(&nodes, &links, &resolved(&nodes, &links));
    }

    #[test]
    fn twins_are_one_node_however_links_are_spread_over_them(
        (nodes, links) in any_graph(),
        split in 0_usize..14,
        to_twin in prop::collection::vec(any::<bool>(), 60),
    ) {
        let split = split % nodes.len();
        let mut more = nodes.clone();
        // The digest's own token and number come after the value's, or the number would name the person.
        more.push(Node { profile: ProfileId(u32::MAX - 1), token: Token([0xff; 16]), ..nodes[split] });
        let twin = NodeIndex(nodes.len() as u32);
        let mut choice = to_twin.iter();
        let mut end = |end: NodeIndex| if end.0 as usize == split && *choice.next().unwrap() { twin } else { end };
        let spread: Vec<Link> = links.iter().map(|link| Link { a: end(link.a), b: end(link.b), ..*link }).collect();
        let (plain, twinned) =
            (resolved(&nodes, &links), resolve(&more, &spread, &[(twin, NodeIndex(split as u32))]).unwrap());
        for ts_us in instants(&links) {
            for node in &nodes {
                prop_assert_eq!(plain.consumer_of(node.profile, ts_us), twinned.consumer_of(node.profile, ts_us));
            }
            let of_twin = twinned.consumer_of(more[nodes.len()].profile, ts_us);
            prop_assert_eq!(of_twin, plain.consumer_of(nodes[split].profile, ts_us));
        }
    }

    #[test]
    fn order_direction_and_repeats_change_nothing(
        (nodes, links, again) in any_graph().prop_flat_map(|(nodes, links)| {
            let mut twice = links.clone();
            twice.extend(links.iter().take(7).map(|link| Link { a: link.b, b: link.a, ..*link }));
            (Just(nodes), Just(links), Just(twice).prop_shuffle())
        })
    ) {
        prop_assert_eq!(resolved(&nodes, &links), resolved(&nodes, &again));
    }

    #[test]
    fn numbering_the_nodes_differently_changes_nothing(
        (nodes, links, order) in any_graph().prop_flat_map(|(nodes, links)| {
            let order = Just((0..nodes.len()).collect::<Vec<_>>()).prop_shuffle();
            (Just(nodes), Just(links), order)
        })
    ) {
        let moved: Vec<Node> = order.iter().map(|&old| nodes[old]).collect();
        let new_place = |old: NodeIndex| NodeIndex(order.iter().position(|&o| o == old.0 as usize).unwrap() as u32);
        let relinked: Vec<Link> =
            links.iter().map(|link| Link { a: new_place(link.a), b: new_place(link.b), ..*link }).collect();
        prop_assert_eq!(resolved(&nodes, &links), resolved(&moved, &relinked));
    }

    #[test]
    fn what_is_no_news_changes_nothing(
        (nodes, arrivals) in any_graph().prop_flat_map(|(nodes, links)| {
            let sources = prop::collection::vec(0_u32..2, links.len());
            let arrivals = sources.prop_map(move |sources| {
                links.iter().copied().zip(sources.into_iter().map(SourceId)).collect::<Vec<_>>()
            });
            (Just(nodes), arrivals.prop_shuffle())
        })
    ) {
        let mut earliest: BTreeMap<LinkKey, (Sighting, Link)> = BTreeMap::new();
        let mut log = Vec::new();
        for (link, source) in &arrivals {
            let key = key(&nodes, link, *source);
            let new = Sighting { ts_us: link.ts_us, priority: link.priority };
            if key.is_news(earliest.get(&key).map(|(sighting, _)| *sighting), new) {
                earliest.insert(key, (new, *link));
                log.push(*link);
            }
        }
        let all: Vec<Link> = arrivals.iter().map(|(link, _)| *link).collect();
        let minima: Vec<Link> = earliest.values().map(|(_, link)| *link).collect();
        for ((link, source), minimum) in arrivals.iter().map(|(l, s)| ((l, s), earliest[&key(&nodes, l, *s)].0)) {
            let sighting = Sighting { ts_us: link.ts_us, priority: link.priority };
            prop_assert!(minimum <= sighting, "{source:?}");
        }
        prop_assert_eq!(&resolved(&nodes, &log), &resolved(&nodes, &minima));
        prop_assert_eq!(&resolved(&nodes, &all), &resolved(&nodes, &minima));
    }

    #[test]
    fn bytes_bring_the_map_back((nodes, links) in any_graph()) {
        let map = resolved(&nodes, &links);
        prop_assert_eq!(Assignment::from_bytes(&map.to_bytes()), Ok(map));
    }

    #[test]
    fn the_difference_names_exactly_the_changed_profiles((nodes, links) in any_graph(), keep in 0_usize..30) {
        let fewer = &links[..keep.min(links.len())];
        let (old, new) = (resolved(&nodes, fewer), resolved(&nodes, &links));
        let answers = |map: &Assignment, node: &Node| -> Vec<ConsumerId> {
            instants(&links).iter().map(|&ts_us| map.consumer_of(node.profile, ts_us)).collect()
        };
        let mut expected: Vec<ProfileId> =
            nodes.iter().filter(|node| answers(&old, node) != answers(&new, node)).map(|node| node.profile).collect();
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
    check(&nodes, &links, &map);
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
    assert_eq!(resolve(&nodes, &[link(0, 2, 0)], &[]), Err(ResolveError::NoSuchNode { link: 0, nodes: 2 }));
    let twice = graph([strong(1, 10), Node { token: Token([9; 16]), ..strong(1, 20) }]);
    assert_eq!(resolve(&twice, &[], &[]), Err(ResolveError::ProfileTwice { profile: ProfileId(1) }));
    assert!(resolve(&[], &[], &[]).unwrap().is_identity());
    let beyond = [(NodeIndex(0), NodeIndex(2))];
    assert_eq!(resolve(&nodes, &[], &beyond), Err(ResolveError::NoSuchNode { link: 0, nodes: 2 }));
}
