//! Nodes that stand for one id.

use super::union_find::UnionFind;
use super::{Node, NodeIndex, ResolveError};

/// For every node the first of those that stand for its id, in (rank, token) order; `None` when all stand for themselves.
pub(super) fn firsts(nodes: &[Node], twins: &[(NodeIndex, NodeIndex)]) -> Result<Option<UnionFind>, ResolveError> {
    if twins.is_empty() {
        return Ok(None);
    }
    let mut firsts = UnionFind::alone(nodes.len());
    for (place, (a, b)) in twins.iter().enumerate() {
        if a.at().max(b.at()) >= nodes.len() {
            return Err(ResolveError::NoSuchNode { link: place, nodes: nodes.len() });
        }
        let (a, b) = (firsts.find(a.0), firsts.find(b.0));
        if nodes[a as usize].order() <= nodes[b as usize].order() {
            firsts.join(a, b);
        } else {
            firsts.join(b, a);
        }
    }
    firsts.flatten();
    Ok(Some(firsts))
}
