//! Ids that are linked to too many others: their links say nothing.
//!
//! Whether an id is a hub depends on its own links alone, hubs at their other ends included: so no hub makes another one.

use super::bits::Bits;
use super::kinds::LinkKind;
use super::{Hub, HubOf, Link, NodeIndex};
use crate::policy::Policy;

/// Nodes whose links are counted together at first: the counts of 12 million nodes then stay in the cache.
const BLOCK: u32 = 64;

/// Finds the ids that met too many weak ids, and makes their links with weak ids [`LinkKind::OfHub`].
pub(super) fn among_weak(n_nodes: usize, links: &[Link], kinds: &mut [LinkKind], policy: &Policy) -> Vec<Hub> {
    let Some(suspects) = suspects(n_nodes, links, kinds, policy) else { return Vec::new() };
    let mut met: Vec<(u32, u32)> = ends(links, kinds, &suspects).collect();
    met.sort_unstable();
    met.dedup();
    let hub_of = |same: &[(u32, u32)]| {
        let (node, met) = (same[0].0, same.len() as u32);
        (met > policy.max_weak_per_id).then_some(Hub { node: NodeIndex(node), of: HubOf::WeakIds, met })
    };
    let hubs: Vec<Hub> = met.chunk_by(|one, next| one.0 == next.0).filter_map(hub_of).collect();
    if let Some(marked) = some_of(n_nodes, hubs.iter().map(|hub| hub.node.0)) {
        for (link, kind) in links.iter().zip(kinds) {
            let [of_a, of_b] = weak_ends(*kind);
            if of_a && marked.has(link.a.0) || of_b && marked.has(link.b.0) {
                *kind = LinkKind::OfHub;
            }
        }
    }
    hubs
}

/// Nodes with so many links with weak ids, repeats included, that they may be hubs.
fn suspects(n_nodes: usize, links: &[Link], kinds: &[LinkKind], policy: &Policy) -> Option<Bits> {
    let mut n_weak = vec![0_u32; n_nodes.div_ceil(BLOCK as usize)];
    for (link, kind) in links.iter().zip(kinds) {
        let [of_a, of_b] = weak_ends(*kind);
        n_weak[(link.a.0 / BLOCK) as usize] += u32::from(of_a);
        n_weak[(link.b.0 / BLOCK) as usize] += u32::from(of_b);
    }
    let blocks = (0_u32..).zip(&n_weak).filter(|(_, n)| **n > policy.max_weak_per_id);
    let of_blocks = blocks.flat_map(|(block, _)| block * BLOCK..(block * BLOCK).saturating_add(BLOCK));
    let near = some_of(n_nodes, of_blocks.filter(|node| (*node as usize) < n_nodes))?;
    let mut n_weak = vec![0_u32; n_nodes];
    ends(links, kinds, &near).for_each(|(node, _)| n_weak[node as usize] += 1);
    some_of(n_nodes, (0_u32..).zip(&n_weak).filter(|(_, n)| **n > policy.max_weak_per_id).map(|(node, _)| node))
}

/// Finds the ids that met too many strong ids of another kind. `met` are pairs of linked ids, each once, `n` is how many ids there
/// are, and `kind_of` says as what an id is counted. The hubs are told by what they are called in `met`.
pub(super) fn among_strong<P: Iterator<Item = (u32, u32)>>(
    n: usize,
    met: impl Fn() -> P,
    kind_of: impl Fn(u32) -> u16,
    policy: &Policy,
) -> Vec<Hub> {
    let mut n_met = vec![0_u32; n];
    for (a, b) in met() {
        n_met[a as usize] += 1;
        n_met[b as usize] += 1;
    }
    let both_ways = met().flat_map(|(a, b)| [(a, b), (b, a)]);
    let suspected = both_ways.filter(|(id, _)| n_met[*id as usize] > policy.max_strong_per_id);
    let mut by_kind: Vec<(u32, u16)> = suspected.map(|(id, other)| (id, kind_of(other))).collect();
    by_kind.sort_unstable();
    let hub_of = |same: &[(u32, u16)]| {
        let ((id, kind), met) = (same[0], same.len() as u32);
        let too_many = kind != kind_of(id) && met > policy.max_strong_per_id.max(policy.cap(kind));
        too_many.then_some(Hub { node: NodeIndex(id), of: HubOf::StrongIds { kind }, met })
    };
    let mut hubs: Vec<Hub> = by_kind.chunk_by(|one, next| one == next).filter_map(hub_of).collect();
    // Of one hub, what it met most of.
    hubs.sort_by_key(|hub| (hub.node, std::cmp::Reverse(hub.met), hub.of));
    hubs.dedup_by_key(|hub| hub.node);
    hubs
}

/// Bits of these nodes; `None` of no node.
fn some_of(n_nodes: usize, chosen: impl Iterator<Item = u32>) -> Option<Bits> {
    let mut bits = None;
    chosen.for_each(|node| bits.get_or_insert_with(|| Bits::none(n_nodes)).set(node));
    bits
}

/// Which ends of a link have a weak id at the other end.
fn weak_ends(kind: LinkKind) -> [bool; 2] {
    [matches!(kind, LinkKind::WeakB | LinkKind::BothWeak), matches!(kind, LinkKind::WeakA | LinkKind::BothWeak)]
}

/// The chosen ones of the nodes that are linked to weak ids, each with the weak id.
fn ends<'l>(links: &'l [Link], kinds: &'l [LinkKind], chosen: &'l Bits) -> impl Iterator<Item = (u32, u32)> + 'l {
    links.iter().zip(kinds).flat_map(move |(link, kind)| {
        let [of_a, of_b] = weak_ends(*kind);
        let (a, b) = (link.a.0, link.b.0);
        let of_a = (of_a && chosen.has(a)).then_some((a, b));
        let of_b = (of_b && chosen.has(b)).then_some((b, a));
        of_a.into_iter().chain(of_b)
    })
}
