//! Persons who would exceed a cap, made anew link by link.
//!
//! Strong hubs are looked for among these only: a hub met more ids of a kind than one person may have, so that whoever is
//! linked to it exceeds that cap as well.
//!
//! Scale: 24 bytes per link and about 8 per id of those persons, and 2 more for each kind, and two sorts of these links.

use super::bits::Bits;
use super::tallies::Tallies;
use super::union_find::UnionFind;
use super::{Hub, Link, Node, NodeIndex, Refusal, Refused, hubs};
use crate::policy::Policy;

/// The nodes of all persons who exceed a cap; `None` when nobody does. `roots` leads from each node to its person's first.
pub(super) fn crowded(nodes: &[Node], roots: &[u32], policy: &Policy) -> Option<Bits> {
    // Nearly all persons have so few ids that no cap can be exceeded: counting these is all that must be quick.
    let few = u8::try_from(policy.always_allowed()).unwrap_or(u8::MAX);
    if policy.always_allowed() == u32::MAX {
        return None;
    }
    let others = || (0_u32..).zip(roots).filter(|(node, root)| node != *root);
    let mut n_others = vec![0_u8; nodes.len()];
    for (_, &root) in others() {
        n_others[root as usize] = n_others[root as usize].saturating_add(1);
    }
    let key = |(node, root): (u32, u32)| u64::from(root) << 16 | u64::from(policy.counts_as(nodes[node as usize].kind));
    let many = (0_u32..).zip(roots.iter().copied()).filter(|(_, root)| n_others[*root as usize] >= few);
    let mut counted: Vec<u64> = many.map(key).collect();
    counted.sort_unstable();
    let mut over = Bits::none(nodes.len());
    let mut anybody = false;
    for person in counted.chunk_by(|one, next| one >> 16 == next >> 16) {
        let exceeds = |same: &[u64]| same.len() > policy.cap(same[0] as u16) as usize;
        if person.len() > policy.cap_of_all() as usize || person.chunk_by(|one, next| one == next).any(exceeds) {
            over.set((person[0] >> 16) as u32);
            anybody = true;
        }
    }
    if !anybody {
        return None;
    }
    // A person's first may come before or after the others.
    for (node, &root) in others() {
        if over.has(root) {
            over.set(node);
        }
    }
    Some(over)
}

/// A link between two members of a crowd, by their places.
#[derive(Debug, Clone, Copy)]
pub(super) struct Edge {
    pub(super) a: u32,
    pub(super) b: u32,
    pub(super) ts_us: i64,
    pub(super) priority: u32,
}

impl Edge {
    fn pair(&self) -> u64 {
        u64::from(self.a) << 32 | u64::from(self.b)
    }
}

/// What becomes of an edge when its turn comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Decision {
    /// Makes one person of two.
    Joined,
    /// Both ends are one person already.
    Confirms,
    /// Would exceed a cap.
    Refused(Refusal),
}

/// Nodes of which no link leads away, the hubs among them, and the links that count in the order in which they are taken.
pub(super) struct Crowd<'n> {
    nodes: &'n [Node],
    /// The nodes, each at its place.
    pub(super) members: Vec<u32>,
    /// Nodes, not places.
    pub(super) hubs: Vec<Hub>,
    edges: Vec<Edge>,
    /// The links of hubs, which count for nothing.
    pub(super) of_hubs: Vec<Edge>,
}

impl<'n> Crowd<'n> {
    /// Of several sightings of a pair the earliest is the one that counts: the only one that the log is sure to keep.
    pub(super) fn new(nodes: &'n [Node], members: Vec<u32>, mut edges: Vec<Edge>, policy: &Policy) -> Self {
        for edge in &mut edges {
            (edge.a, edge.b) = (edge.a.min(edge.b), edge.a.max(edge.b));
        }
        edges.sort_unstable_by_key(|edge| (edge.pair(), edge.ts_us, edge.priority));
        edges.dedup_by_key(|edge| edge.pair());
        let mut crowd = Self { nodes, members, hubs: Vec::new(), edges: Vec::new(), of_hubs: Vec::new() };
        crowd.leave_out_hubs(&mut edges, policy);
        edges.sort_unstable_by(|one, other| {
            let strength = |edge: &Edge| (edge.priority, edge.ts_us);
            // Tokens are far away in memory and seldom needed.
            strength(one).cmp(&strength(other)).then_with(|| crowd.tokens(one).cmp(&crowd.tokens(other)))
        });
        crowd.edges = edges;
        crowd
    }

    fn leave_out_hubs(&mut self, edges: &mut Vec<Edge>, policy: &Policy) {
        let kind_of = |place: u32| policy.counts_as(self.node(place).kind);
        let pairs = || edges.iter().map(|edge| (edge.a, edge.b));
        let hubs = hubs::among_strong(self.members.len(), pairs, kind_of, policy);
        if hubs.is_empty() {
            return;
        }
        let mut is_hub = Bits::none(self.members.len());
        for hub in &hubs {
            is_hub.set(hub.node.0);
        }
        self.of_hubs = edges.extract_if(.., |edge| is_hub.has(edge.a) || is_hub.has(edge.b)).collect();
        let node = |place: NodeIndex| NodeIndex(self.members[place.at()]);
        self.hubs = hubs.into_iter().map(|hub| Hub { node: node(hub.node), ..hub }).collect();
    }

    /// Rule 3 to the letter: takes the edges one by one and tells of each what becomes of it. The sets are of places, with any
    /// of them as their roots: to look up the first at each step would cost more than to find it once.
    pub(super) fn settle(&self, policy: &Policy, mut told: impl FnMut(&Edge, Decision)) -> UnionFind {
        let mut sets = UnionFind::alone(self.members.len());
        let kinds = self.members.iter().map(|node| policy.counts_as(self.nodes[*node as usize].kind));
        let mut tallies = Tallies::of(kinds, policy);
        for edge in &self.edges {
            let (a, b) = (sets.find(edge.a), sets.find(edge.b));
            if a == b {
                told(edge, Decision::Confirms);
                continue;
            }
            if let Some(why) = tallies.refusal(a, b) {
                told(edge, Decision::Refused(why));
                continue;
            }
            sets.join(a, b);
            tallies.join(a, b);
            told(edge, Decision::Joined);
        }
        sets.flatten();
        sets
    }

    /// For each member the node that names its person, given what [`Self::settle`] found.
    pub(super) fn representatives(&self, sets: &UnionFind) -> impl Iterator<Item = (u32, u32)> {
        let mut firsts = self.members.clone();
        for (node, root) in self.members.iter().zip(sets.roots()) {
            let first = &mut firsts[*root as usize];
            if self.nodes[*node as usize].order() < self.nodes[*first as usize].order() {
                *first = *node;
            }
        }
        self.members.iter().zip(sets.roots()).map(move |(node, root)| (*node, firsts[*root as usize]))
    }

    /// A refused edge, by its nodes, the one with the smaller token first.
    pub(super) fn refused(&self, edge: &Edge, why: Refusal) -> Refused {
        let in_order = self.node(edge.a).order_of_token() <= self.node(edge.b).order_of_token();
        let (a, b) = if in_order { (edge.a, edge.b) } else { (edge.b, edge.a) };
        let [a, b] = [a, b].map(|place| NodeIndex(self.members[place as usize]));
        Refused { link: Link { a, b, ts_us: edge.ts_us, priority: edge.priority }, why }
    }

    fn node(&self, place: u32) -> &Node {
        &self.nodes[self.members[place as usize] as usize]
    }

    fn tokens(&self, edge: &Edge) -> impl Ord + use<> {
        let (a, b) = (self.node(edge.a).order_of_token(), self.node(edge.b).order_of_token());
        (a.min(b), a.max(b))
    }
}
