//! Explanations say what resolutions did, from no more than the links near a node.

use std::collections::{BTreeMap, BTreeSet};

use databank_identity::{
    Conflict, Explanation, Link, MAX_TOLD_NODES, Node, NodeIndex, Outcome, Question, ResolveError, Span, explain,
};
use databank_model::ProfileId;
use proptest::prelude::*;

use crate::generate::{World, any_world, graph, link, strong, weak};

const DAY_US: i64 = 86_400_000_000;

fn about(node: u32, other: Option<u32>, at_us: i64) -> Question {
    Question { node: NodeIndex(node), at_us, other: other.map(NodeIndex) }
}

fn explained(world: &World, question: &Question) -> Explanation {
    explain(&world.graph(), &world.policy, question).unwrap()
}

/// Node to the first of its twins, as an explanation tells it.
fn firsts(world: &World) -> Vec<NodeIndex> {
    let mut firsts: Vec<usize> = (0..world.nodes.len()).collect();
    for _ in &world.nodes {
        for (a, b) in &world.twins {
            let both = [firsts[a.0 as usize], firsts[b.0 as usize]];
            let first = *both.iter().min_by_key(|n| (world.nodes[**n].rank, world.nodes[**n].token)).unwrap();
            firsts.iter_mut().filter(|moved| both.contains(moved)).for_each(|moved| *moved = first);
        }
    }
    firsts.into_iter().map(|first| NodeIndex(first as u32)).collect()
}

/// What `explain` says it needs to answer for a node, and nothing else. Other nodes stay, without links.
fn near(world: &World, node: NodeIndex) -> World {
    let firsts = firsts(world);
    let first = |node: NodeIndex| firsts[node.0 as usize];
    let weak = |node: NodeIndex| world.nodes[node.0 as usize].weak;
    let pairs = || {
        let ends = world.links.iter().map(|link| (first(link.a), first(link.b)));
        ends.flat_map(|(a, b)| [(a, b), (b, a)])
    };
    // All that hangs together with these by links of one strength.
    let closed = |mut found: BTreeSet<NodeIndex>, is_weak: bool| {
        for _ in &world.nodes {
            let next: Vec<NodeIndex> = pairs()
                .filter(|(a, b)| found.contains(a) && weak(*a) == is_weak && weak(*b) == is_weak)
                .map(|(_, b)| b)
                .collect();
            found.extend(next);
        }
        found
    };
    let beside = |found: &BTreeSet<NodeIndex>, is_weak: bool| {
        let next: Vec<NodeIndex> =
            pairs().filter(|(a, b)| found.contains(a) && weak(*b) == is_weak).map(|(_, b)| b).collect();
        closed(found.iter().copied().chain(next).collect(), is_weak)
    };
    let mut found = closed([first(node)].into(), weak(first(node)));
    for _ in 0..if weak(first(node)) { 2 } else { 1 } {
        found = beside(&found, true);
        found = beside(&found, false);
    }
    let mut near = world.clone();
    near.links.retain(|link| found.contains(&first(link.a)) || found.contains(&first(link.b)));
    near
}

/// An explanation told by profiles: what any numbering of nodes must agree upon.
fn by_profile(world: &World, explanation: &Explanation) -> impl PartialEq + std::fmt::Debug + use<> {
    let profile = |node: NodeIndex| world.nodes[node.0 as usize].profile;
    let link = |told: &databank_identity::ToldLink| {
        let Link { a, b, ts_us, priority } = told.link;
        (profile(a), profile(b), ts_us, priority, told.outcome)
    };
    let nodes: Vec<(ProfileId, ProfileId, Vec<Span>)> =
        explanation.nodes.iter().map(|n| (profile(n.node), profile(n.first), n.stretches.clone())).collect();
    let links: Vec<_> = explanation.links.iter().map(link).collect();
    let path: Option<Vec<_>> = explanation.path.as_ref().map(|path| path.iter().map(link).collect());
    (explanation.consumer, nodes, explanation.n_nodes, links, explanation.n_links, path)
}

/// Holds an explanation against the resolution of everything.
fn check(world: &World, question: &Question, explanation: &Explanation) {
    let resolution = world.resolve();
    let map = &resolution.assignment;
    let node = |node: NodeIndex| &world.nodes[node.0 as usize];
    let firsts = firsts(world);
    let person = explanation.consumer;
    assert_eq!(person, map.consumer_of(node(question.node).profile, question.at_us));

    // Its nodes, and when they are its.
    let is_of = |node: &Node| map.consumers_of(node.profile).contains(&person);
    let members: BTreeSet<u32> =
        (0_u32..).zip(&world.nodes).filter(|(_, node)| is_of(node)).map(|(place, _)| place).collect();
    let told: BTreeSet<u32> = explanation.nodes.iter().map(|told| told.node.0).collect();
    assert_eq!((told, explanation.n_nodes), (members.clone(), members.len()));
    let spans = |profile: ProfileId| {
        let own: Vec<_> = map.stretches().iter().filter(|stretch| stretch.profile == profile).collect();
        let until = |place: usize| own.get(place + 1).map(|next| next.from_us);
        let span = |(place, from_us): (usize, i64)| Span {
            from_us: Some(from_us).filter(|from| *from != i64::MIN),
            until_us: until(place),
        };
        let all: Vec<_> =
            own.iter().enumerate().map(|(n, stretch)| (stretch.consumer, span((n, stretch.from_us)))).collect();
        all
    };
    for told in &explanation.nodes {
        assert_eq!(told.first, firsts[told.node.0 as usize]);
        let own: Vec<Span> =
            spans(node(told.node).profile).into_iter().filter(|(of, _)| *of == person).map(|(_, span)| span).collect();
        assert_eq!(told.stretches, own);
    }

    // Every pair of ids that were seen together is told of, and nothing else.
    let is_member = |end: NodeIndex| members.contains(&end.0);
    let pair = |a: NodeIndex, b: NodeIndex| (a.min(b), a.max(b));
    let ends = world.links.iter().map(|link| (firsts[link.a.0 as usize], firsts[link.b.0 as usize]));
    let seen: BTreeSet<_> =
        ends.filter(|(a, b)| a != b && (is_member(*a) || is_member(*b))).map(|(a, b)| pair(a, b)).collect();
    let told: BTreeSet<_> = explanation.links.iter().map(|told| pair(told.link.a, told.link.b)).collect();
    assert_eq!((told, explanation.n_links), (seen, explanation.links.len()));

    // What joins makes a tree; what owns makes the stretches; what is refused are conflicts.
    let of = |outcome: fn(&Outcome) -> bool| explanation.links.iter().filter(move |told| outcome(&told.outcome));
    let is_owned = |end: &u32| of(|outcome| matches!(outcome, Outcome::Owns { .. })).any(|told| told.link.a.0 == *end);
    let joined_members = members.iter().filter(|end| firsts[**end as usize].0 == **end && !is_owned(end)).count();
    assert_eq!(of(|outcome| *outcome == Outcome::Joined).count(), joined_members.saturating_sub(1));
    for owned in explanation.nodes.iter().filter(|told| told.node == told.first && is_owned(&told.node.0)) {
        let mut owns: Vec<_> = explanation.links.iter().filter(|told| told.link.a == owned.node).collect();
        owns.sort_by_key(|told| told.link.ts_us);
        let owns: Vec<_> = (owns.into_iter())
            .filter_map(
                |told| if let Outcome::Owns { consumer, span } = told.outcome { Some((consumer, span)) } else { None },
            )
            .collect();
        let all = spans(node(owned.node).profile);
        assert_eq!(owns, if all.is_empty() { vec![(person, Span { from_us: None, until_us: None })] } else { all });
    }
    let refused: Vec<(Link, Outcome)> = (resolution.conflicts.kept.iter())
        .filter_map(|conflict| if let Conflict::Refused(refused) = conflict { Some(refused) } else { None })
        .filter(|refused| is_member(refused.link.a) || is_member(refused.link.b))
        .map(|refused| (refused.link, Outcome::Refused(refused.why)))
        .collect();
    let told = of(|outcome| matches!(outcome, Outcome::Refused(_))).map(|told| (told.link, told.outcome));
    assert_eq!(told.collect::<Vec<_>>(), refused);
    let is_hub = |end: NodeIndex| {
        resolution.conflicts.kept.iter().any(|conflict| matches!(conflict, Conflict::Hub(hub) if hub.node == end))
    };
    assert!(of(|outcome| *outcome == Outcome::OfHub).all(|told| is_hub(told.link.a) || is_hub(told.link.b)));
    let is_cut = |a: NodeIndex, b: NodeIndex| {
        let first = |end: NodeIndex| firsts[end.0 as usize];
        world.cuts.iter().any(|(x, y)| pair(first(*x), first(*y)) == pair(a, b))
    };
    for told in &explanation.links {
        assert_eq!(told.outcome == Outcome::Cut, is_cut(told.link.a, told.link.b), "{told:?}");
    }
    check_path(world, question, explanation, &members, &firsts);
}

fn check_path(
    world: &World,
    question: &Question,
    explanation: &Explanation,
    members: &BTreeSet<u32>,
    firsts: &[NodeIndex],
) {
    let Some(other) = question.other else { return };
    assert_eq!(explanation.path.is_some(), members.contains(&other.0));
    let Some(path) = &explanation.path else { return };
    let (from, to) = (firsts[question.node.0 as usize], firsts[other.0 as usize]);
    let mut at = from;
    for step in path {
        assert_eq!(step.link.a, at);
        at = step.link.b;
    }
    assert_eq!(at, to);
    // Far as many links that count, one by one.
    let map = world.resolve().assignment;
    let is_of =
        |end: NodeIndex, ts_us| map.consumer_of(world.nodes[end.0 as usize].profile, ts_us) == explanation.consumer;
    let counted = explanation.links.iter().filter(|told| {
        let Link { a, b, ts_us, .. } = told.link;
        let counts = matches!(told.outcome, Outcome::Joined | Outcome::Confirms | Outcome::Owns { .. });
        counts && is_of(a, ts_us) && is_of(b, ts_us)
    });
    let pairs: Vec<_> = counted.flat_map(|told| [(told.link.a, told.link.b), (told.link.b, told.link.a)]).collect();
    assert!(path.iter().all(|step| pairs.contains(&(step.link.a, step.link.b))));
    let mut steps: BTreeMap<NodeIndex, usize> = BTreeMap::from([(from, 0)]);
    for round in 0..world.nodes.len() {
        for (a, b) in &pairs {
            if steps.get(a) == Some(&round) {
                steps.entry(*b).or_insert(round + 1);
            }
        }
    }
    assert_eq!(steps.get(&to), Some(&path.len()));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, ..ProptestConfig::default() })]

    #[test]
    fn an_explanation_says_what_the_resolution_did(
        world in any_world(),
        ends in (0_u32..14, 0_u32..14),
        half_days in -4_i64..5,
    ) {
        let n = world.nodes.len() as u32;
        let question = about(ends.0 % n, Some(ends.1 % n), half_days * DAY_US / 2);
        check(&world, &question, &explained(&world, &question));
    }

    #[test]
    fn the_links_near_a_node_are_enough(
        (world, order) in any_world().prop_flat_map(|world| {
            let order = Just((0..world.nodes.len()).collect::<Vec<_>>()).prop_shuffle();
            (Just(world), order)
        }),
        ends in (0_u32..14, 0_u32..14),
        half_days in -4_i64..5,
    ) {
        let n = world.nodes.len() as u32;
        let (node, other) = (ends.0 % n, ends.1 % n);
        let place = |old: u32| order.iter().position(|o| *o == old as usize).unwrap() as u32;
        let whole = explained(&world, &about(node, Some(other), half_days * DAY_US / 2));
        let part = near(&world, NodeIndex(node)).renumbered(&order);
        let of_part = explained(&part, &about(place(node), Some(place(other)), half_days * DAY_US / 2));
        prop_assert_eq!(by_profile(&world, &whole), by_profile(&part, &of_part));
    }
}

#[test]
fn a_person_is_told_with_what_became_of_every_link() {
    // A phone, its user, a mail address and a second phone that somebody cut off; a tablet that another phone used later.
    let nodes = graph([strong(1, 1), strong(2, 7), strong(3, 2), strong(4, 1), weak(5, 0), strong(6, 1)]);
    let links = [
        link(0, 1, 1),
        link(0, 2, 2),
        link(1, 2, 3),
        link(0, 3, 4),
        link(1, 4, 5),
        link(0, 4, DAY_US),
        link(4, 5, 2 * DAY_US),
    ];
    let cuts = vec![(NodeIndex(3), NodeIndex(0))];
    let world = World { cuts, ..World::of(&nodes, &links) };
    let explanation = explained(&world, &about(1, Some(4), i64::MAX));
    let told: Vec<(u32, u32, &str)> =
        explanation.links.iter().map(|told| (told.link.a.0, told.link.b.0, told.outcome.code())).collect();
    let expected = [
        (0, 1, "joined"),
        (0, 2, "joined"),
        (1, 2, "confirms"),
        (0, 3, "cut"),
        (4, 1, "owns"),
        (4, 0, "confirms"),
        (4, 5, "owns"),
    ];
    assert_eq!(told, expected);
    let members: Vec<(u32, usize)> = explanation.nodes.iter().map(|node| (node.node.0, node.stretches.len())).collect();
    assert_eq!(members, [(1, 0), (4, 1), (0, 0), (2, 0)]);
    let span = Span { from_us: None, until_us: Some(2 * DAY_US) };
    assert_eq!(explanation.nodes[1].stretches, [span]);
    assert_eq!(explanation.path.unwrap().len(), 1);
    // The other phone of the tablet is somebody else.
    assert_eq!(explained(&world, &about(1, Some(5), 0)).path, None);
    assert_eq!(explained(&world, &about(4, None, i64::MAX)).consumer.0, 6);
    assert_eq!(explained(&world, &about(4, None, 0)).consumer.0, 1);
}

#[test]
fn of_a_large_person_the_strongest_ids_are_told() {
    let mut nodes = graph([strong(1, 1)]);
    nodes.extend((2..=2_000).map(|n| weak(n, 0)));
    let links: Vec<Link> = (1..2_000).map(|n| link(0, n, i64::from(n))).collect();
    let explanation = explained(&World::of(&nodes, &links), &about(1_999, None, 0));
    assert_eq!((explanation.nodes.len(), explanation.n_nodes), (MAX_TOLD_NODES, 2_000));
    assert_eq!((explanation.nodes[0].node, explanation.nodes[1].node), (NodeIndex(1_999), NodeIndex(0)));
    assert_eq!((explanation.links.len(), explanation.n_links), (1_000, 1_999));
}

#[test]
fn a_question_about_no_node_is_refused() {
    let world = World::of(&[strong(1, 1)], &[]);
    for question in [about(1, None, 0), about(0, Some(1), 0)] {
        let error = explain(&world.graph(), &world.policy, &question).unwrap_err();
        assert_eq!(error, ResolveError::NoSuchNodeToExplain { node: NodeIndex(1), nodes: 1 });
    }
}
