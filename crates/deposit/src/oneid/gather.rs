//! The part of the identity graph that bears on one person.

use databank_identity::NodeIndex;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::people::resolution::LogGraph;

/// Links that are gathered at most.
pub(super) const MOST_LINKS: usize = 200_000;

/// A part of a graph, its nodes numbered anew.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) graph: LogGraph,
    places: FxHashMap<u32, u32>,
}

impl Part {
    /// A node of the whole, here.
    pub(super) fn place_of(&self, node: NodeIndex) -> Option<NodeIndex> {
        self.places.get(&node.0).copied().map(NodeIndex)
    }
}

/// The links of every node: of node `n` those at `ends[n]..ends[n + 1]` of `links`.
struct Incidence {
    ends: Vec<u32>,
    links: Vec<u32>,
}

impl Incidence {
    fn of(graph: &LogGraph, firsts: &[u32]) -> Self {
        let mut ends = vec![0_u32; graph.nodes.len() + 1];
        let ends_of = |link: &databank_identity::Link| [link.a, link.b].map(|node| firsts[node.at()] as usize);
        for node in graph.links.iter().flat_map(ends_of) {
            ends[node + 1] += 1;
        }
        for node in 1..ends.len() {
            ends[node] += ends[node - 1];
        }
        let mut next = ends.clone();
        let mut links = vec![0_u32; graph.links.len() * 2];
        for (place, link) in (0_u32..).zip(&graph.links) {
            for node in ends_of(link) {
                links[next[node] as usize] = place;
                next[node] += 1;
            }
        }
        Self { ends, links }
    }

    fn links_of(&self, node: u32) -> &[u32] {
        &self.links[self.ends[node as usize] as usize..self.ends[node as usize + 1] as usize]
    }
}

/// The part around a node that an explanation needs (see [`databank_identity::explain`]); `None` when it is too large.
pub(super) fn around(graph: &LogGraph, node: NodeIndex) -> Option<Part> {
    let firsts = firsts(graph);
    let incidence = Incidence::of(graph, &firsts);
    let first = firsts[node.at()];
    let is_weak = |node: u32| graph.nodes[node as usize].weak;
    let mut gathered =
        Gathered { graph, incidence: &incidence, firsts: &firsts, nodes: FxHashSet::default(), n_links: 0 };
    gathered.close(vec![first], is_weak(first))?;
    for _ in 0..if is_weak(first) { 2 } else { 1 } {
        gathered.close(gathered.beside(true), true)?;
        gathered.close(gathered.beside(false), false)?;
    }
    // Of these all links count, with whoever is at their other ends.
    let chosen = gathered.nodes;
    let mut links: Vec<u32> = chosen.iter().flat_map(|node| incidence.links_of(*node)).copied().collect();
    links.sort_unstable();
    links.dedup();
    (links.len() <= MOST_LINKS).then(|| part_of(graph, &firsts, chosen, &links))
}

struct Gathered<'g> {
    graph: &'g LogGraph,
    incidence: &'g Incidence,
    firsts: &'g [u32],
    nodes: FxHashSet<u32>,
    n_links: usize,
}

impl Gathered<'_> {
    fn other_end(&self, link: u32, node: u32) -> u32 {
        let link = &self.graph.links[link as usize];
        let [a, b] = [link.a, link.b].map(|node| self.firsts[node.at()]);
        if a == node { b } else { a }
    }

    /// Adds nodes, and all that hang together with them by links of one strength; `None` when there are too many.
    fn close(&mut self, mut waiting: Vec<u32>, weak: bool) -> Option<()> {
        while let Some(node) = waiting.pop() {
            if !self.nodes.insert(node) {
                continue;
            }
            let links = self.incidence.links_of(node);
            self.n_links += links.len();
            if self.n_links > 2 * MOST_LINKS {
                return None;
            }
            let others = links.iter().map(|link| self.other_end(*link, node));
            waiting.extend(others.filter(|other| {
                self.graph.nodes[*other as usize].weak == weak && self.graph.nodes[node as usize].weak == weak
            }));
        }
        Some(())
    }

    /// Nodes of one strength that are linked to those gathered.
    fn beside(&self, weak: bool) -> Vec<u32> {
        let others = self
            .nodes
            .iter()
            .flat_map(|node| self.incidence.links_of(*node).iter().map(move |link| self.other_end(*link, *node)));
        others.filter(|other| self.graph.nodes[*other as usize].weak == weak).collect()
    }
}

/// Of every node, the first of its twins.
fn firsts(graph: &LogGraph) -> Vec<u32> {
    let mut firsts: Vec<u32> = (0..graph.nodes.len() as u32).collect();
    for (a, b) in &graph.twins {
        let find = |firsts: &[u32], mut node: u32| {
            while firsts[node as usize] != node {
                node = firsts[node as usize];
            }
            node
        };
        let (a, b) = (find(&firsts, a.0), find(&firsts, b.0));
        firsts[a.max(b) as usize] = a.min(b);
    }
    for node in 0..firsts.len() {
        // Roots come before what they stand for.
        firsts[node] = firsts[firsts[node] as usize];
    }
    firsts
}

fn part_of(graph: &LogGraph, firsts: &[u32], chosen: FxHashSet<u32>, links: &[u32]) -> Part {
    let mut kept = chosen;
    let of_links = links.iter().map(|link| &graph.links[*link as usize]);
    kept.extend(of_links.clone().flat_map(|link| [link.a.0, link.b.0]));
    // Twins go with one another.
    let with_twins: FxHashSet<u32> = kept.iter().map(|node| firsts[*node as usize]).collect();
    let twins: Vec<_> = graph.twins.iter().filter(|(a, _)| with_twins.contains(&firsts[a.at()])).copied().collect();
    kept.extend(twins.iter().flat_map(|(a, b)| [a.0, b.0]));
    let mut order: Vec<u32> = kept.into_iter().collect();
    order.sort_unstable();
    let places: FxHashMap<u32, u32> = order.iter().copied().zip(0..).collect();
    let place = |node: NodeIndex| places.get(&node.0).copied().map(NodeIndex);
    let pair = |(a, b): &(NodeIndex, NodeIndex)| Some((place(*a)?, place(*b)?));
    let link = |link: &databank_identity::Link| {
        Some(databank_identity::Link { a: place(link.a)?, b: place(link.b)?, ..*link })
    };
    let graph = LogGraph {
        nodes: order.iter().map(|node| graph.nodes[*node as usize]).collect(),
        types: graph.types.clone(),
        links: of_links.filter_map(link).collect(),
        twins: twins.iter().filter_map(pair).collect(),
        cuts: graph.cuts.iter().filter_map(pair).collect(),
        said_us: graph.said_us,
    };
    Part { graph, places }
}
