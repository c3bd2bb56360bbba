//! What each link joins, found out once: the passes over the links then need not look at the nodes again.

use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;

use rayon::prelude::*;

use super::bits::Bits;
use super::cuts::Cuts;
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
    /// Somebody said that it does not count.
    Cut,
    /// One end is a hub among such links: says nothing.
    OfHub,
}

/// The kind of every link, hubs aside; refuses links to nodes that are not there.
pub(super) fn kinds(nodes: &[Node], links: &[Link], cuts: Option<&Cuts>) -> Result<Vec<LinkKind>, ResolveError> {
    let weak = Bits::weak(nodes);
    let any_beyond = AtomicBool::new(false);
    let kind = |link: &Link| {
        if link.a.at().max(link.b.at()) < nodes.len() {
            return kind(link, &weak);
        }
        any_beyond.store(true, Relaxed);
        LinkKind::Itself
    };
    let mut kinds: Vec<LinkKind> = links.par_iter().map(kind).collect();
    if any_beyond.into_inner() {
        check_ends(nodes, links)?;
    }
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
    match links.iter().position(|link| link.a.at().max(link.b.at()) >= nodes.len()) {
        Some(link) => Err(ResolveError::NoSuchNode { link, nodes: nodes.len() }),
        None => Ok(()),
    }
}

/// The links of one kind.
pub(super) fn of_kind<'l>(links: &'l [Link], kinds: &'l [LinkKind], kind: LinkKind) -> impl Iterator<Item = &'l Link> {
    links.iter().zip(kinds).filter(move |(_, found)| **found == kind).map(|(link, _)| link)
}
