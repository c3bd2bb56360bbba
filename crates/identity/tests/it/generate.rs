//! Small graphs, written down or at random.

use databank_identity::{Assignment, Cap, Graph, Link, Node, NodeIndex, Policy, Resolution, Token, resolve};
use databank_model::ProfileId;
use proptest::prelude::*;

/// A strong id with this profile number and rank, of a kind of its own for each rank.
pub(crate) fn strong(profile: u32, rank: u32) -> Node {
    let mut token = [profile as u8; 16];
    token[..4].copy_from_slice(&profile.to_be_bytes());
    Node { profile: ProfileId(profile), rank, kind: rank as u16, weak: false, token: Token(token) }
}

/// A weak id with this profile number and rank.
pub(crate) fn weak(profile: u32, rank: u32) -> Node {
    Node { weak: true, ..strong(profile, 1000 + rank) }
}

/// Reads better than `vec!` beside the two above.
pub(crate) fn graph<const N: usize>(nodes: [Node; N]) -> Vec<Node> {
    nodes.to_vec()
}

/// A link of the usual priority.
pub(crate) fn link(a: u32, b: u32, ts_us: i64) -> Link {
    Link { a: NodeIndex(a), b: NodeIndex(b), ts_us, priority: 100 }
}

/// Resolves what must resolve, within the usual limits.
pub(crate) fn resolved(nodes: &[Node], links: &[Link]) -> Assignment {
    resolve(&Graph { nodes, links, ..Graph::default() }, &Policy::default()).unwrap().assignment
}

const HALF_DAY_US: i64 = 43_200_000_000;

/// All that a resolution depends on.
#[derive(Debug, Clone)]
pub(crate) struct World {
    pub(crate) nodes: Vec<Node>,
    pub(crate) links: Vec<Link>,
    pub(crate) twins: Vec<(NodeIndex, NodeIndex)>,
    pub(crate) cuts: Vec<(NodeIndex, NodeIndex)>,
    pub(crate) policy: Policy,
}

impl World {
    /// Without twins and cuts, within the usual limits.
    pub(crate) fn of(nodes: &[Node], links: &[Link]) -> Self {
        let (nodes, links) = (nodes.to_vec(), links.to_vec());
        Self { nodes, links, twins: Vec::new(), cuts: Vec::new(), policy: Policy::default() }
    }

    pub(crate) fn graph(&self) -> Graph<'_> {
        Graph { nodes: &self.nodes, links: &self.links, twins: &self.twins, cuts: &self.cuts }
    }

    pub(crate) fn resolve(&self) -> Resolution {
        resolve(&self.graph(), &self.policy).unwrap()
    }

    /// The instants at which anything may change, and those just before and after.
    pub(crate) fn instants(&self) -> Vec<i64> {
        let mut instants = vec![i64::MIN, 0, i64::MAX];
        instants.extend(self.links.iter().flat_map(|link| [link.ts_us - 1, link.ts_us, link.ts_us + 1]));
        instants
    }

    /// The same with other numbers: node `order[n]` becomes node n.
    pub(crate) fn renumbered(&self, order: &[usize]) -> Self {
        let place = |old: NodeIndex| NodeIndex(order.iter().position(|&o| o == old.0 as usize).unwrap() as u32);
        let pairs = |pairs: &[(NodeIndex, NodeIndex)]| pairs.iter().map(|(a, b)| (place(*a), place(*b))).collect();
        Self {
            nodes: order.iter().map(|&old| self.nodes[old]).collect(),
            links: self.links.iter().map(|link| Link { a: place(link.a), b: place(link.b), ..*link }).collect(),
            twins: pairs(&self.twins),
            cuts: pairs(&self.cuts),
            policy: self.policy.clone(),
        }
    }
}

/// Limits so small that small graphs exceed them; ids of kind 3 count as those of kind 1.
fn any_policy() -> impl Strategy<Value = Policy> {
    let limits = (1_u32..9, 0_u32..5, 1_u32..5, 1_u32..6);
    let caps = prop::collection::vec(0_u32..5, 4);
    let small = (caps, limits).prop_map(|(caps, (max_ids, max_strong, max_people, max_weak))| Policy {
        caps: (0..4).map(|kind| Cap { max: caps[kind], counts_as: if kind == 3 { 1 } else { kind as u16 } }).collect(),
        other_cap: 2,
        max_ids_per_person: max_ids,
        max_strong_per_id: max_strong,
        max_people_per_weak_id: max_people,
        max_weak_per_id: max_weak,
        ..Policy::default()
    });
    prop_oneof![6 => small, 1 => Just(Policy::default()), 1 => Just(Policy::unlimited())]
}

/// Up to 14 nodes and 40 links whose instants often meet, in one half day or one day. Tokens and profile numbers
/// are in unrelated orders, as they are in life.
pub(crate) fn any_world() -> impl Strategy<Value = World> {
    (2_usize..14, 0.2_f64..0.8)
        .prop_flat_map(|(n_nodes, share_of_weak)| {
            let tokens = Just((0..n_nodes as u8).collect::<Vec<_>>()).prop_shuffle();
            let profiles = Just((0..n_nodes as u32).map(|i| i * 40_000_000 + 7).collect::<Vec<_>>()).prop_shuffle();
            let kinds = prop::collection::vec((0_u32..3, 0_u16..5, prop::bool::weighted(share_of_weak)), n_nodes);
            let nodes = (tokens, profiles, kinds).prop_map(|(tokens, profiles, kinds)| {
                (tokens.into_iter().zip(profiles).zip(kinds))
                    .map(|((token, profile), (rank, kind, weak))| Node {
                        profile: ProfileId(profile),
                        rank: rank + if weak { 1000 } else { 0 },
                        kind,
                        weak,
                        token: Token([token; 16]),
                    })
                    .collect::<Vec<_>>()
            });
            let end = || 0..n_nodes as u32;
            let link = (end(), end(), -3_i64..4, 0_i64..3, 0_u32..2).prop_map(|(a, b, half_days, tick, priority)| {
                Link { a: NodeIndex(a), b: NodeIndex(b), ts_us: half_days * HALF_DAY_US + tick, priority }
            });
            let pair = move || (end(), end()).prop_map(|(a, b)| (NodeIndex(a), NodeIndex(b)));
            let twins = prop_oneof![2 => Just(Vec::new()), 1 => prop::collection::vec(pair(), 1..3)];
            let cuts = prop::collection::vec(pair(), 0..5);
            (nodes, prop::collection::vec(link, 0..40), twins, cuts, any_policy())
        })
        .prop_map(|(nodes, links, twins, cuts, policy)| {
            // Twins are of one strength.
            let alike = |(a, b): &(NodeIndex, NodeIndex)| nodes[a.0 as usize].weak == nodes[b.0 as usize].weak;
            let twins = twins.into_iter().filter(alike).collect();
            World { nodes, links, twins, cuts, policy }
        })
}
