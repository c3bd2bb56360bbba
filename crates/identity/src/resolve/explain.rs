//! Why some ids are one person: the small graph behind a line of the assignment.
//!
//! Nothing is remembered for it by a resolution. The rules are applied anew to the links near a node, and of each link is told
//! what became of it.
//!
//! Scale: as a resolution of the links given, and as much again; meant for some 100,000.

mod judged;
mod path;

use databank_model::ConsumerId;
use rustc_hash::FxHashSet;

use self::judged::Judged;
use super::{Graph, Link, NodeIndex, Refusal, ResolveError, Settled};
use crate::policy::Policy;

/// Most ids of a person that are told.
pub const MAX_TOLD_NODES: usize = 200;
/// Most links of a person that are told.
pub const MAX_TOLD_LINKS: usize = 1000;

/// What somebody wants to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Question {
    /// An id of the person.
    pub node: NodeIndex,
    /// The instant at which it is the person's, µs UTC: matters for a weak id that several people used in turn. `i64::MAX` asks
    /// for the last of them.
    pub at_us: i64,
    /// Another id: why is it of the same person?
    pub other: Option<NodeIndex>,
}

/// A person, as the links make it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The person's name.
    pub consumer: ConsumerId,
    /// Its ids, at most [`MAX_TOLD_NODES`]: those asked for, then the others, strongest first.
    pub nodes: Vec<PersonNode>,
    /// How many ids it has.
    pub n_nodes: usize,
    /// Links with an end among the ids told, at most [`MAX_TOLD_LINKS`], in the order in which their turn comes. Two strong ids
    /// have one, the earliest; links with a weak end have one for each UTC day where it matters.
    pub links: Vec<ToldLink>,
    /// How many such links there are.
    pub n_links: usize,
    /// The fewest links that count and lead from the one id to the other, in order, each from `a` to `b`; `None` if no other was
    /// asked for or it is not of this person at any time.
    pub path: Option<Vec<ToldLink>>,
}

/// One id of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonNode {
    /// The id.
    pub node: NodeIndex,
    /// The id that it stands for with its twins: links are told of that one.
    pub first: NodeIndex,
    /// When it is the person's, for a weak id that several people used in turn; empty for all time.
    pub stretches: Vec<Span>,
}

/// A stretch of time, half open, µs UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// Its first instant; `None` for the beginning of time.
    pub from_us: Option<i64>,
    /// The first instant after it; `None` for the end of time.
    pub until_us: Option<i64>,
}

/// A link and what became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ToldLink {
    /// The link, each end moved to the first of its twins. `a` is the weak id of whose owner it says something, else the end
    /// with the smaller token.
    pub link: Link,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Outcome {
    /// Made one person of two.
    Joined,
    /// Both ends were one person's already.
    Confirms,
    /// Made a weak id somebody's, for so long.
    Owns {
        /// Whose.
        consumer: ConsumerId,
        /// For how long.
        span: Span,
    },
    /// Would have exceeded a cap.
    Refused(Refusal),
    /// Does not count: another link of the weak id at the same instant is stronger, or has the smaller token.
    Outweighed,
    /// Does not count: both weak ids are equally near to a strong one, so neither has its owner from the other.
    SaysNothing,
    /// Does not count: one end is a hub among such links.
    OfHub,
    /// Does not count: somebody cut it.
    Cut,
}

impl Outcome {
    /// A stable code: `joined`, `confirms`, `owns`, `refused`, `outweighed`, `says_nothing`, `hub` or `cut`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Joined => "joined",
            Self::Confirms => "confirms",
            Self::Owns { .. } => "owns",
            Self::Refused(_) => "refused",
            Self::Outweighed => "outweighed",
            Self::SaysNothing => "says_nothing",
            Self::OfHub => "hub",
            Self::Cut => "cut",
        }
    }
}

/// Tells why a node's ids are one person.
///
/// The graph may be a part of the whole, if it has all that bears on the answer. Enough are all links of these ids, those that
/// are cut and those of hubs among them, and the nodes, twins and cuts that go with them:
/// 1. the node, and all that hang together with it by links of its own strength, strong or weak;
/// 2. the weak ids linked to these, and all that hang together with those by links between weak ids;
/// 3. the strong ids linked to these, and all that hang together with those by links between strong ids;
/// 4. for a weak node 2 and 3 once more: the other devices of its people.
///
/// The answer is then that of a resolution of everything, whatever else is there.
pub fn explain(graph: &Graph<'_>, policy: &Policy, question: &Question) -> Result<Explanation, ResolveError> {
    for node in [Some(question.node), question.other].into_iter().flatten() {
        if node.at() >= graph.nodes.len() {
            return Err(ResolveError::NoSuchNodeToExplain { node, nodes: graph.nodes.len() });
        }
    }
    let settled = Settled::of(graph, policy)?;
    let person = settled.person_at(question.node, question.at_us);
    let (nodes, n_nodes) = nodes_of(&settled, person, question);

    let all = judged::judge_all(&settled, policy);
    let shown: FxHashSet<NodeIndex> = nodes.iter().map(|node| node.first).collect();
    let links = || all.iter().filter(|judged| shown.contains(&judged.link.a) || shown.contains(&judged.link.b));
    let told = links().take(MAX_TOLD_LINKS).map(Judged::told).collect();
    let path = question.other.and_then(|other| {
        let counted: Vec<&Judged> = all.iter().filter(|judged| judged.counts_for == Some(person)).collect();
        path::shortest(&counted, settled.first(question.node), settled.first(other))
    });
    Ok(Explanation { consumer: settled.name(person), nodes, n_nodes, links: told, n_links: links().count(), path })
}

/// The nodes of a person, those that are to be told, and how many there are in all.
fn nodes_of(settled: &Settled<'_>, person: u32, question: &Question) -> (Vec<PersonNode>, usize) {
    let all = (0..settled.nodes.len() as u32).map(NodeIndex);
    let mut members: Vec<NodeIndex> = all.filter(|node| settled.is_of(*node, person)).collect();
    members.sort_unstable_by_key(|node| {
        let asked = *node == question.node || Some(*node) == question.other;
        (*node != question.node, !asked, settled.nodes[node.at()].order())
    });
    let n_nodes = members.len();
    members.truncate(MAX_TOLD_NODES);
    let told = |node: NodeIndex| PersonNode {
        node,
        first: settled.first(node),
        stretches: settled.stretches_of(node, person),
    };
    (members.into_iter().map(told).collect(), n_nodes)
}

impl Settled<'_> {
    /// Whose a node is at an instant: the node that stands for the person.
    fn person_at(&self, node: NodeIndex, ts_us: i64) -> u32 {
        let first = self.first(node);
        if self.owners.has(first.0) {
            self.owners.of_node(first.at()).at(ts_us)
        } else {
            self.people.representative(first.0)
        }
    }

    /// Whether a node is a person's at any time.
    fn is_of(&self, node: NodeIndex, person: u32) -> bool {
        let first = self.first(node);
        if self.owners.has(first.0) {
            self.owners.of_node(first.at()).people().contains(&person)
        } else {
            self.people.representative(first.0) == person
        }
    }

    /// When a node is a person's; empty if nobody else's.
    fn stretches_of(&self, node: NodeIndex, person: u32) -> Vec<Span> {
        let owned = self.owners.of_node(self.first(node).at());
        let [first, .., _] = owned.people() else { return Vec::new() };
        let starts: Vec<(Option<i64>, u32)> =
            [(None, *first)].into_iter().chain(owned.later().map(|(from, owner)| (Some(from), owner))).collect();
        let until = |place: usize| starts.get(place + 1).and_then(|(from, _)| *from);
        let spans = starts.iter().enumerate().filter(|(_, (_, owner))| *owner == person);
        spans.map(|(place, (from, _))| Span { from_us: *from, until_us: until(place) }).collect()
    }
}
