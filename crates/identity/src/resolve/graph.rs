//! What a resolution is made from.

use databank_model::ProfileId;
use rayon::prelude::*;

use crate::token::Token;

/// One id, as the resolver sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Node {
    /// The token's profile number; every node has its own.
    pub profile: ProfileId,
    /// Priority of the id's type, lower is stronger.
    pub rank: u32,
    /// The caller's number of the id's type: its caps are those of the [`crate::Policy`] under that number.
    pub kind: u16,
    /// Whether the id's type is weak.
    pub weak: bool,
    /// The token: breaks ties.
    pub token: Token,
}

impl Node {
    /// Which of several names their person. Tokens are unique; the profile is there so that even a broken caller gets one answer.
    pub(super) fn order(&self) -> impl Ord + use<> {
        (self.rank, self.token, self.profile)
    }

    pub(super) fn order_of_token(&self) -> impl Ord + Copy + use<> {
        (self.token, self.profile)
    }
}

/// A node by its place in the list of nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeIndex(pub u32);

impl NodeIndex {
    /// The place.
    pub fn at(self) -> usize {
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

/// All that is known of some ids. Nothing but the set of links, twins and cuts matters: not their order, not repeats.
#[derive(Debug, Clone, Copy, Default)]
pub struct Graph<'g> {
    /// The ids.
    pub nodes: &'g [Node],
    /// Which were seen together.
    pub links: &'g [Link],
    /// Pairs of nodes that stand for one id: a value, and a digest of it that came first and got a profile of its own.
    pub twins: &'g [(NodeIndex, NodeIndex)],
    /// Pairs of nodes that somebody said are not linked: no link between exactly these two counts, whoever said it and
    /// whenever. A cut of one of twins is a cut of the other.
    pub cuts: &'g [(NodeIndex, NodeIndex)],
}

/// Nodes and links do not fit together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ResolveError {
    /// A link or a pair of twins names a node that is not there.
    #[error("link {link} names a node beyond the {nodes} given")]
    NoSuchNode {
        /// Place of the link.
        link: usize,
        /// Number of nodes.
        nodes: usize,
    },
    /// A cut names a node that is not there.
    #[error("cut {cut} names a node beyond the {nodes} given")]
    NoSuchNodeToCut {
        /// Place of the cut.
        cut: usize,
        /// Number of nodes.
        nodes: usize,
    },
    /// A question is about a node that is not there.
    #[error("node {} is beyond the {nodes} given", .node.0)]
    NoSuchNodeToExplain {
        /// The node asked for.
        node: NodeIndex,
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

impl Graph<'_> {
    /// Refuses what could not be counted, or would give one profile two answers.
    pub(super) fn check(&self) -> Result<(), ResolveError> {
        let (nodes, links) = (self.nodes, self.links);
        // Weak links are listed at both ends, and the three largest numbers are marks.
        if nodes.len() > (u32::MAX - 3) as usize || links.len() > (u32::MAX / 2) as usize {
            return Err(ResolveError::TooMany { nodes: nodes.len(), links: links.len() });
        }
        if nodes.par_windows(2).all(|pair| pair[0].profile < pair[1].profile) {
            return Ok(());
        }
        let mut profiles: Vec<ProfileId> = nodes.iter().map(|node| node.profile).collect();
        profiles.sort_unstable();
        match profiles.windows(2).find(|pair| pair[0] == pair[1]) {
            Some(pair) => Err(ResolveError::ProfileTwice { profile: pair[0] }),
            None => Ok(()),
        }
    }
}
