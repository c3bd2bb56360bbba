//! Pairs of nodes that somebody said are not linked.

use rustc_hash::FxHashSet;

use super::bits::Bits;
use super::{NodeIndex, ResolveError};

/// The cut pairs, the smaller node first, and the nodes that are in any.
pub(super) struct Cuts {
    pairs: FxHashSet<(u32, u32)>,
    ends: Bits,
}

impl Cuts {
    /// `None` when nothing is cut. `first` leads from a node to the one that stands for its id.
    pub(super) fn of(
        n_nodes: usize,
        cuts: &[(NodeIndex, NodeIndex)],
        first: impl Fn(NodeIndex) -> NodeIndex,
    ) -> Result<Option<Self>, ResolveError> {
        if let Some(cut) = cuts.iter().position(|(a, b)| a.at().max(b.at()) >= n_nodes) {
            return Err(ResolveError::NoSuchNodeToCut { cut, nodes: n_nodes });
        }
        let mut found = Self { pairs: FxHashSet::default(), ends: Bits::none(n_nodes) };
        // A link of an id to itself says nothing anyway.
        for (a, b) in cuts.iter().map(|(a, b)| (first(*a).0, first(*b).0)).filter(|(a, b)| a != b) {
            found.pairs.insert((a.min(b), a.max(b)));
            found.ends.set(a);
            found.ends.set(b);
        }
        Ok(Some(found).filter(|found| !found.pairs.is_empty()))
    }

    pub(super) fn has(&self, a: u32, b: u32) -> bool {
        self.ends.has(a) && self.ends.has(b) && self.pairs.contains(&(a.min(b), a.max(b)))
    }
}
