//! What each link joins, found out once: the passes over the links then need not look at the nodes again.

use super::{Link, Node, ResolveError};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LinkKind {
    BothStrong,
    /// Only the end `a` is weak.
    WeakA,
    /// Only the end `b` is weak.
    WeakB,
    BothWeak,
    /// Links an id to itself: says nothing.
    Itself,
}

/// The kind of every link; refuses links to nodes that are not there.
pub(super) fn kinds(nodes: &[Node], links: &[Link]) -> Result<Vec<LinkKind>, ResolveError> {
    let weak = weak_bits(nodes);
    let is_weak = |node: usize| weak[node / 64] >> (node % 64) & 1 == 1;
    let mut kinds = Vec::with_capacity(links.len());
    for (place, link) in links.iter().enumerate() {
        let (a, b) = (link.a.at(), link.b.at());
        if a.max(b) >= nodes.len() {
            return Err(ResolveError::NoSuchNode { link: place, nodes: nodes.len() });
        }
        kinds.push(match (is_weak(a), is_weak(b)) {
            _ if a == b => LinkKind::Itself,
            (false, false) => LinkKind::BothStrong,
            (true, false) => LinkKind::WeakA,
            (false, true) => LinkKind::WeakB,
            (true, true) => LinkKind::BothWeak,
        });
    }
    Ok(kinds)
}

/// Refuses links to nodes that are not there.
pub(super) fn check_ends(nodes: &[Node], links: &[Link]) -> Result<(), ResolveError> {
    match links.iter().position(|link| link.a.at().max(link.b.at()) >= nodes.len()) {
        Some(link) => Err(ResolveError::NoSuchNode { link, nodes: nodes.len() }),
        None => Ok(()),
    }
}

/// The links of one kind.
pub(super) fn of_kind<'l>(links: &'l [Link], kinds: &'l [LinkKind], kind: LinkKind) -> impl Iterator<Item = &'l Link> {
    links.iter().zip(kinds).filter(move |(_, found)| **found == kind).map(|(link, _)| link)
}

/// One bit per node: small enough to stay in the processor's cache.
fn weak_bits(nodes: &[Node]) -> Vec<u64> {
    let word = |chunk: &[Node]| chunk.iter().rev().fold(0, |bits, node| bits << 1 | u64::from(node.weak));
    nodes.chunks(64).map(word).collect()
}
