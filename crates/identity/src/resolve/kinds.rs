//! What each link joins, found out once: the passes over the links then need not look at the nodes again.

use rayon::prelude::*;

use super::bits::Bits;
use super::cuts::Cuts;
use super::{Link, Node, ResolveError, SHARE};

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
    /// Somebody said that it does not count.
    Cut,
    /// One end is a hub among such links: says nothing.
    OfHub,
}

/// The kind of every link, hubs aside; refuses links to nodes that are not there.
pub(super) fn kinds(nodes: &[Node], links: &[Link], cuts: Option<&Cuts>) -> Result<Vec<LinkKind>, ResolveError> {
    check_ends(nodes, links)?;
    let weak = Bits::weak(nodes);
    let mut kinds: Vec<LinkKind> = links.par_iter().map(|link| kind(link, &weak)).collect();
    if let Some(cuts) = cuts {
        for (link, kind) in links.iter().zip(&mut kinds) {
            if cuts.has(link.a.0, link.b.0) {
                *kind = LinkKind::Cut;
            }
        }
    }
    Ok(kinds)
}

fn kind(link: &Link, weak: &Bits) -> LinkKind {
    match (weak.has(link.a.0), weak.has(link.b.0)) {
        _ if link.a == link.b => LinkKind::Itself,
        (false, false) => LinkKind::BothStrong,
        (true, false) => LinkKind::WeakA,
        (false, true) => LinkKind::WeakB,
        (true, true) => LinkKind::BothWeak,
    }
}

/// Refuses links to nodes that are not there.
pub(super) fn check_ends(nodes: &[Node], links: &[Link]) -> Result<(), ResolveError> {
    let is_beyond = |link: &Link| link.a.at().max(link.b.at()) >= nodes.len();
    if links.par_chunks(SHARE).all(|links| !links.iter().any(is_beyond)) {
        return Ok(());
    }
    let link = links.iter().position(is_beyond).unwrap_or_default();
    Err(ResolveError::NoSuchNode { link, nodes: nodes.len() })
}

/// The links of one kind.
pub(super) fn of_kind<'l>(links: &'l [Link], kinds: &'l [LinkKind], kind: LinkKind) -> impl Iterator<Item = &'l Link> {
    links.iter().zip(kinds).filter(move |(_, found)| **found == kind).map(|(link, _)| link)
}
