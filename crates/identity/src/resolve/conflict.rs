//! What a resolution would not do, for somebody to look at.

use super::{Link, Node, NodeIndex};
use crate::assignment::Assignment;

/// Who is one person, and what was refused on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolution {
    /// Whose each profile is, and when.
    pub assignment: Assignment,
    /// What was refused.
    pub conflicts: Conflicts,
}

/// Hubs in the order of their tokens, then refused links in the order in which their turn came: an order that neither the order
/// of input nor the numbers of nodes change.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Conflicts {
    /// The first ones, as many as the policy wants told.
    pub kept: Vec<Conflict>,
    /// How many there are in all.
    pub total: u64,
}

/// One thing that was not done because of a limit. Where one of twins is meant, the node is the one that stands for both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Conflict {
    /// A link that would have made a person exceed a cap.
    Refused(Refused),
    /// An id whose links count for nothing, because it has too many.
    Hub(Hub),
}

/// A link that joins nobody: its ends stay two people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Refused {
    /// The earliest sighting of these two ids; `a` has the smaller token.
    pub link: Link,
    /// Which cap would be exceeded.
    pub why: Refusal,
}

/// The cap that a link would have exceeded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Refusal {
    /// Too many strong ids of a kind.
    Cap {
        /// The kind, as which the policy counts such ids: that of the value for digests. Of several the smallest number.
        kind: u16,
    },
    /// Too many strong ids in all.
    TooManyIds,
}

/// An id that too many use for it to say anything about one of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Hub {
    /// The id.
    pub node: NodeIndex,
    /// Of what it met too many, and so which of its links count for nothing.
    pub of: HubOf,
    /// How many distinct ones it met.
    pub met: u32,
}

/// Of what a hub met too many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum HubOf {
    /// Strong ids of another kind: its links with strong ids count for nothing.
    StrongIds {
        /// The kind of which it met the most; of equals the smallest number.
        kind: u16,
    },
    /// Weak ids: its links with weak ids count for nothing.
    WeakIds,
    /// Strongly known people, being a weak id: all its links count for nothing.
    People,
}

impl Conflict {
    /// A stable code: `cap`, `too_many_ids` or `hub`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Refused(Refused { why: Refusal::Cap { .. }, .. }) => "cap",
            Self::Refused(Refused { why: Refusal::TooManyIds, .. }) => "too_many_ids",
            Self::Hub(_) => "hub",
        }
    }

    /// The kind of ids of which there are too many; `None` when it is not one kind.
    pub fn kind(&self) -> Option<u16> {
        match self {
            Self::Refused(Refused { why: Refusal::Cap { kind }, .. })
            | Self::Hub(Hub { of: HubOf::StrongIds { kind }, .. }) => Some(*kind),
            Self::Refused(Refused { why: Refusal::TooManyIds, .. })
            | Self::Hub(Hub { of: HubOf::WeakIds | HubOf::People, .. }) => None,
        }
    }
}

impl Conflicts {
    pub(super) fn of(nodes: &[Node], mut hubs: Vec<Hub>, refused: Vec<Refused>, limit: usize) -> Self {
        hubs.sort_unstable_by_key(|hub| (nodes[hub.node.at()].order_of_token(), hub.of));
        let total = (hubs.len() + refused.len()) as u64;
        let all = hubs.into_iter().map(Conflict::Hub).chain(refused.into_iter().map(Conflict::Refused));
        Self { kept: all.take(limit).collect(), total }
    }
}
