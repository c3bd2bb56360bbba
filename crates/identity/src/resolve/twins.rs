//! Nodes that stand for one id.

use super::{Node, NodeIndex, ResolveError};

/// For every node the first of those that stand for its id, in (rank, token) order; `None` when all stand for themselves.
pub(super) fn firsts(nodes: &[Node], twins: &[(NodeIndex, NodeIndex)]) -> Result<Option<Vec<u32>>, ResolveError> {
    if twins.is_empty() {
        return Ok(None);
    }
    let mut firsts: Vec<u32> = (0..nodes.len() as u32).collect();
    let order = |node: u32| (nodes[node as usize].rank, nodes[node as usize].token, nodes[node as usize].profile);
    for (place, (a, b)) in twins.iter().enumerate() {
        if a.at().max(b.at()) >= nodes.len() {
            return Err(ResolveError::NoSuchNode { link: place, nodes: nodes.len() });
        }
        let (a, b) = (find(&mut firsts, a.0), find(&mut firsts, b.0));
        let (first, other) = if order(a) <= order(b) { (a, b) } else { (b, a) };
        firsts[other as usize] = first;
    }
    for node in 0..nodes.len() as u32 {
        firsts[node as usize] = find(&mut firsts, node);
    }
    Ok(Some(firsts))
}

fn find(firsts: &mut [u32], mut node: u32) -> u32 {
    while firsts[node as usize] != node {
        firsts[node as usize] = firsts[firsts[node as usize] as usize];
        node = firsts[node as usize];
    }
    node
}
