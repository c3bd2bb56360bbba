//! Who is one person: a pure function of the set of links.
//!
//! Rules, for a set of nodes (tokens) and links:
//!
//! 1. Strong ids that are linked are one person.
//! 2. A weak id with links to strong ids owns stretches of time: it is the person's of its last link, from that
//!    link's instant on; everything before its first link is the first person's. At one instant the link with the
//!    smallest (priority, token of the strong id) wins. Weak ids never join people.
//! 3. A weak id without such links takes the owners of the weak ids it is linked to, at those links' instants: in
//!    rounds, nearest to a strong id first.
//! 4. Weak ids that reach no strong id and are linked are one person, known by weak ids only.
//! 5. Two nodes that stand for one id (a value and its digest) are one node: what is linked to one is linked to the other.
//! 6. A person is named by the profile of the node with the smallest (rank, token).
//!
//! Links with a weak end count once per pair and UTC day, at their earliest instant: the log keeps no more than that
//! ([`crate::LinkKey`]).
//!
//! Caps, conflicts and un-merging belong in [`people`]: rule 1 is the only place where strong ids become one person,
//! and everything after it only asks whose a node is.
//!
//! Scale: flat arrays, about 20 bytes per node and 16 per link with a weak end beside the input; 10 M links over 12 M nodes take
//! seconds. Beyond some 100 M nodes, resolve per slot range of components instead.

mod incidence;
mod kinds;
mod people;
mod twins;
mod weak;

use databank_model::{ConsumerId, ProfileId};

use crate::assignment::{self, Assignment, Stretch};
use crate::token::Token;
use people::People;
use weak::Owners;

/// One id, as the resolver sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Node {
    /// The token's profile number; every node has its own.
    pub profile: ProfileId,
    /// Priority of the id's type, lower is stronger.
    pub rank: u32,
    /// Whether the id's type is weak.
    pub weak: bool,
    /// The token: breaks ties.
    pub token: Token,
}

/// A node by its place in the list of nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeIndex(pub u32);

impl NodeIndex {
    fn at(self) -> usize {
        self.0 as usize
    }
}

/// Two ids seen together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Link {
    /// One end.
    pub a: NodeIndex,
    /// The other end; which is which does not matter.
    pub b: NodeIndex,
    /// Event time, µs UTC.
    pub ts_us: i64,
    /// Priority of the link, lower is stronger.
    pub priority: u32,
}

/// Nodes and links do not fit together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ResolveError {
    /// A link names a node that is not there.
    #[error("link {link} names a node beyond the {nodes} given")]
    NoSuchNode {
        /// Place of the link.
        link: usize,
        /// Number of nodes.
        nodes: usize,
    },
    /// Two nodes have one profile number.
    #[error("profile {} belongs to two nodes", .profile.0)]
    ProfileTwice {
        /// The number.
        profile: ProfileId,
    },
    /// More than the resolver's 32-bit numbers can count.
    #[error("{nodes} nodes and {links} links are more than one resolution can hold")]
    TooMany {
        /// Number of nodes.
        nodes: usize,
        /// Number of links.
        links: usize,
    },
}

/// Finds out who is one person. `twins` are pairs of nodes that stand for one id: a value, and a digest of it that came first
/// and got a profile of its own.
pub fn resolve(nodes: &[Node], links: &[Link], twins: &[(NodeIndex, NodeIndex)]) -> Result<Assignment, ResolveError> {
    check(nodes, links)?;
    let firsts = twins::firsts(nodes, twins)?;
    let moved: Vec<Link>;
    let links = match &firsts {
        None => links,
        Some(firsts) => {
            kinds::check_ends(nodes, links)?;
            let first = |node: NodeIndex| NodeIndex(firsts[node.at()]);
            moved = links.iter().map(|link| Link { a: first(link.a), b: first(link.b), ..*link }).collect();
            &moved
        }
    };
    let kinds = kinds::kinds(nodes, links)?;
    let mut people = People::of(nodes);
    people.join_strong(links, &kinds);
    let owners = if nodes.iter().any(|node| node.weak) {
        let owners = Owners::of(nodes, links, &kinds, &people);
        people.join_ownerless(links, &kinds, &owners);
        owners
    } else {
        Owners::nobody()
    };
    Ok(assign(nodes, firsts.as_deref(), &people, &owners))
}

fn check(nodes: &[Node], links: &[Link]) -> Result<(), ResolveError> {
    // Weak links are listed at both ends, and the two largest numbers are marks.
    if nodes.len() > (u32::MAX - 2) as usize || links.len() > (u32::MAX / 2) as usize {
        return Err(ResolveError::TooMany { nodes: nodes.len(), links: links.len() });
    }
    let mut profiles: Vec<ProfileId> = nodes.iter().map(|node| node.profile).collect();
    if !profiles.is_sorted() {
        profiles.sort_unstable();
    }
    match profiles.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(ResolveError::ProfileTwice { profile: pair[0] }),
        None => Ok(()),
    }
}

fn assign(nodes: &[Node], firsts: Option<&[u32]>, people: &People<'_>, owners: &Owners) -> Assignment {
    let name = |person: u32| ConsumerId::from(nodes[person as usize].profile);
    let mut singles = Vec::new();
    let mut stretches = Vec::new();
    for (index, node) in nodes.iter().enumerate() {
        // A twin is whose its first is, at any time.
        let first = firsts.map_or(index, |firsts| firsts[index] as usize);
        let owned = owners.of_node(first);
        if let [first, .., _] = owned.people() {
            stretches.push(Stretch { profile: node.profile, from_us: i64::MIN, consumer: name(*first) });
            stretches.extend(owned.later().map(|(from_us, person)| Stretch {
                profile: node.profile,
                from_us,
                consumer: name(person),
            }));
            continue;
        }
        let person = owned.people().first().copied().unwrap_or_else(|| people.representative(first as u32));
        if person as usize != index {
            singles.push(assignment::single(node.profile, name(person)));
        }
    }
    Assignment::from_parts(singles, stretches)
}
