//! Who is one person: a pure function of the set of links.
//!
//! Rules, for a set of nodes (tokens), links, and pairs that somebody cut apart:
//!
//! 1. Two nodes that stand for one id (a value and its digest) are one node: what is linked to one is linked to the other. A link
//!    between two nodes that are cut counts for nothing: to link two ids and cut them again is to have done nothing.
//! 2. Hubs say nothing. A strong id that is linked to more than 10 distinct strong ids of one other kind, and to more than a
//!    person may have of that kind, is a hub: its links with strong ids count for nothing. An id that is linked to more than
//!    10,000 distinct weak ids is a hub among these: its links with weak ids count for nothing. (This and all other numbers are
//!    the [`Policy`]'s.) Either depends on the id's own links alone, those to other hubs included.
//! 3. Strong ids that are linked are one person, within the caps: so many ids of a kind, so many in all. Each pair of ids counts
//!    with its earliest sighting, and pairs are taken by (priority, event time, smaller token, larger token). One whose joining
//!    would exceed a cap is refused, whole: a conflict, and both ends stay as they are. Where nobody exceeds a cap that gives
//!    what any order gives; where somebody does, it depends on the links that hang together there, and on nothing else.
//! 4. A weak id with links to strong ids owns stretches of time: it is the person's of its last link, from that
//!    link's instant on; everything before its first link is the first person's. At one instant the link with the
//!    smallest (priority, token of the strong id) wins. Weak ids never join people. A weak id that is linked to more than
//!    100 distinct strongly known persons is a hub: nobody owns it, and none of its links counts.
//! 5. A weak id without such links takes the owners of the weak ids it is linked to, at those links' instants: in
//!    rounds, nearest to a strong id first.
//! 6. Weak ids that reach no strong id and are linked are one person, known by weak ids only.
//! 7. A person is named by the profile of the node with the smallest (rank, token).
//!
//! Links with a weak end count once per pair and UTC day, at their earliest instant: the log keeps no more than that
//! ([`crate::LinkKey`]).
//!
//! Two strong ids of two people on one row, such as two users, are linked as any two: one person while the caps allow it, else a
//! conflict. Either way each event keeps its own profile, the stronger id's name holds, and a cut separates them again. A
//! brand that wants two users never joined sets the cap of that kind to 1 ([`Policy::with_cap`]); whether two ids of one type
//! on one row are linked at all is for the caller to say before a link is made.
//!
//! Scale: flat arrays, about 20 bytes per node and 16 per link with a weak end beside the input, and all cores; 10 M links of 10 M
//! strong nodes take half a second on two. Beyond some 100 M nodes, resolve per slot range of components instead.

mod bits;
mod conflict;
mod cuts;
mod explain;
mod graph;
mod hubs;
mod incidence;
mod joining;
mod kinds;
mod limits;
mod people;
mod tallies;
mod twins;
mod union_find;
mod weak;

use std::borrow::Cow;

use databank_model::{ConsumerId, ProfileId};
use rayon::prelude::*;

use crate::assignment::{self, Assignment, Stretch};
use crate::policy::Policy;
pub use conflict::{Conflict, Conflicts, Hub, HubOf, Refusal, Refused, Resolution};
use cuts::Cuts;
pub use explain::{
    Explanation, MAX_TOLD_LINKS, MAX_TOLD_NODES, Outcome, PersonNode, Question, Span, ToldLink, explain,
};
pub use graph::{Graph, Link, Node, NodeIndex, ResolveError};
use kinds::LinkKind;
use people::People;
use union_find::UnionFind;
use weak::Owners;

/// Nodes or links that one thread takes at a time: enough to be worth handing over.
const SHARE: usize = 1 << 14;

/// Finds out who is one person.
pub fn resolve(graph: &Graph<'_>, policy: &Policy) -> Result<Resolution, ResolveError> {
    let mut settled = Settled::of(graph, policy)?;
    settled.hubs.extend_from_slice(settled.owners.hubs());
    let hubs = std::mem::take(&mut settled.hubs);
    let refused = std::mem::take(&mut settled.refused);
    let conflicts = Conflicts::of(graph.nodes, hubs, refused, policy.max_conflicts);
    Ok(Resolution { assignment: settled.assign(), conflicts })
}

/// All that the rules say, before it is written down for readers.
struct Settled<'g> {
    nodes: &'g [Node],
    /// The links, each end moved to the first of its twins.
    links: Cow<'g, [Link]>,
    kinds: Vec<LinkKind>,
    firsts: Option<UnionFind>,
    hubs: Vec<Hub>,
    refused: Vec<Refused>,
    people: People<'g>,
    owners: Owners,
}

impl<'g> Settled<'g> {
    fn of(graph: &Graph<'g>, policy: &Policy) -> Result<Self, ResolveError> {
        graph.check()?;
        let nodes = graph.nodes;
        let firsts = twins::firsts(nodes, graph.twins)?;
        let first = |node: NodeIndex| first_of(firsts.as_ref(), node);
        let links = if firsts.is_none() {
            Cow::Borrowed(graph.links)
        } else {
            kinds::check_ends(nodes, graph.links)?;
            let moved = |link: &Link| Link { a: first(link.a), b: first(link.b), ..*link };
            Cow::Owned(graph.links.iter().map(moved).collect())
        };
        let cuts = Cuts::of(nodes.len(), graph.cuts, first)?;
        let mut kinds = kinds::kinds(nodes, &links, cuts.as_ref())?;
        let any_weak = nodes.par_iter().any(|node| node.weak);
        let mut hubs = if any_weak { hubs::among_weak(nodes.len(), &links, &mut kinds, policy) } else { Vec::new() };
        let (mut people, strong_hubs, refused) = People::of_strong(nodes, &links, &kinds, policy);
        hubs.extend(strong_hubs);
        let owners = if any_weak {
            let owners = Owners::of(nodes, &links, &kinds, &people, policy);
            people.join_ownerless(&links, &kinds, &owners);
            owners
        } else {
            Owners::nobody()
        };
        Ok(Self { nodes, links, kinds, firsts, hubs, refused, people, owners })
    }

    fn first(&self, node: NodeIndex) -> NodeIndex {
        first_of(self.firsts.as_ref(), node)
    }

    fn assign(&self) -> Assignment {
        // Apart from the nodes they are so small that most stay in the cache.
        let profiles: Vec<ProfileId> = self.nodes.par_iter().map(|node| node.profile).collect();
        let shares: Vec<(Vec<u64>, Vec<Stretch>)> = profiles
            .par_chunks(SHARE)
            .enumerate()
            .map(|(share, own)| self.assign_some((share * SHARE) as u32, own, &profiles))
            .collect();
        let mut singles = Vec::with_capacity(shares.iter().map(|(singles, _)| singles.len()).sum());
        let mut stretches = Vec::new();
        for (some_singles, some_stretches) in shares {
            singles.extend(some_singles);
            stretches.extend(some_stretches);
        }
        Assignment::from_parts(singles, stretches)
    }

    /// The same for some of the profiles, given the number of the first node of theirs.
    fn assign_some(&self, begin: u32, own: &[ProfileId], profiles: &[ProfileId]) -> (Vec<u64>, Vec<Stretch>) {
        let mut singles = Vec::with_capacity(own.len());
        let mut stretches = Vec::new();
        // As [`Self::name`].
        let name = |person: u32| ConsumerId::from(profiles[person as usize]);
        if self.firsts.is_none() && self.owners.is_nobody() {
            // Nearly nothing is left to do for each: that must not be looked up.
            let persons = self.people.representatives(begin).iter().copied();
            let others = (begin..).zip(persons).zip(own).filter(|((index, person), _)| index != person);
            singles.extend(others.map(|((_, person), profile)| assignment::single(*profile, name(person))));
            return (singles, stretches);
        }
        for (index, profile) in (begin..).zip(own.iter().copied()) {
            // A twin is whose its first is, at any time.
            let first = self.first(NodeIndex(index));
            let owned = self.owners.of_node(first.at());
            if let [first, .., _] = owned.people() {
                stretches.push(Stretch { profile, from_us: i64::MIN, consumer: name(*first) });
                stretches.extend(owned.later().map(|(from_us, person)| Stretch {
                    profile,
                    from_us,
                    consumer: name(person),
                }));
                continue;
            }
            let person = owned.people().first().copied().unwrap_or_else(|| self.people.representative(first.0));
            if person != index {
                singles.push(assignment::single(profile, name(person)));
            }
        }
        (singles, stretches)
    }

    /// A person's name, by the node that stands for it.
    fn name(&self, person: u32) -> ConsumerId {
        ConsumerId::from(self.nodes[person as usize].profile)
    }
}

fn first_of(firsts: Option<&UnionFind>, node: NodeIndex) -> NodeIndex {
    firsts.map_or(node, |firsts| NodeIndex(firsts.roots()[node.at()]))
}
