//! Sets of nodes that are one person: a union-find whose roots are the representatives.

use rayon::prelude::*;

use super::bits::Bits;
use super::joining::Joining;
use super::kinds::{LinkKind, of_kind};
use super::limits;
use super::union_find::UnionFind;
use super::weak::Owners;
use super::{Hub, Link, Node, Refused, SHARE};
use crate::policy::Policy;

pub(super) struct People<'n> {
    nodes: &'n [Node],
    sets: UnionFind,
}

impl<'n> People<'n> {
    /// Rule 3. Where no cap is exceeded the order of unions does not matter, so links are taken as they come; persons who
    /// exceed one are taken apart and made anew. Returns the hubs among them as well, and the links that were refused.
    pub(super) fn of_strong(
        nodes: &'n [Node],
        links: &[Link],
        kinds: &[LinkKind],
        policy: &Policy,
    ) -> (Self, Vec<Hub>, Vec<Refused>) {
        let sets = joined(nodes, links, kinds, |_, kind| kind == LinkKind::BothStrong);
        let mut people = Self { nodes, sets };
        let (hubs, refused) = match limits::crowded(nodes, people.sets.roots(), policy) {
            Some(crowded) => people.settle(links, kinds, &crowded, policy),
            None => (Vec::new(), Vec::new()),
        };
        (people, hubs, refused)
    }

    /// Makes anew the persons of these nodes, within the caps.
    fn settle(
        &mut self,
        links: &[Link],
        kinds: &[LinkKind],
        crowded: &Bits,
        policy: &Policy,
    ) -> (Vec<Hub>, Vec<Refused>) {
        let members: Vec<u32> = (0..self.nodes.len() as u32).filter(|node| crowded.has(*node)).collect();
        // Until they are settled their parents are no nodes but their places among the members.
        for (place, node) in members.iter().enumerate() {
            self.sets.put(*node, place as u32);
        }
        let places = self.sets.roots();
        let strong = of_kind(links, kinds, LinkKind::BothStrong).filter(|link| crowded.has(link.a.0));
        let place = |link: &Link| limits::Edge {
            a: places[link.a.at()],
            b: places[link.b.at()],
            ts_us: link.ts_us,
            priority: link.priority,
        };
        let edges = strong.map(place).collect();
        let mut refused = Vec::new();
        let crowd = limits::Crowd::new(self.nodes, members, edges, policy);
        let sets = crowd.settle(policy, |edge, decision| {
            if let limits::Decision::Refused(why) = decision {
                refused.push(crowd.refused(edge, why));
            }
        });
        for (node, representative) in crowd.representatives(&sets) {
            self.sets.put(node, representative);
        }
        (crowd.hubs, refused)
    }

    /// Rule 6. Owners spread over all that is linked by weak links that count, so of two linked weak ids that are no hubs both
    /// or none has one.
    pub(super) fn join_ownerless(&mut self, links: &[Link], kinds: &[LinkKind], owners: &Owners) {
        let is_ownerless = |link: &Link, kind| {
            let (a, b) = (link.a.0, link.b.0);
            let joins = kind == LinkKind::BothWeak && !owners.has(a) && !owners.is_hub(a) && !owners.is_hub(b);
            debug_assert!(!joins || !owners.has(b), "owners spread to all linked weak ids");
            joins
        };
        if !links.par_iter().zip(kinds).any(|(link, kind)| is_ownerless(link, *kind)) {
            return;
        }
        // Nobody joined these before.
        let joined = joined(self.nodes, links, kinds, is_ownerless);
        for (node, root) in (0_u32..).zip(joined.roots()).filter(|(node, root)| node != *root) {
            self.sets.put(node, *root);
        }
    }

    /// The nodes that name the persons of this one and those after it. Only after joining is done.
    pub(super) fn representatives(&self, begin: u32) -> &[u32] {
        &self.sets.roots()[begin as usize..]
    }

    /// The node that names the person of this one. Only after joining is done.
    pub(super) fn representative(&self, node: u32) -> u32 {
        self.sets.roots()[node as usize]
    }
}

/// Sets of nodes that hang together by some links, each led by the one that names it.
fn joined(
    nodes: &[Node],
    links: &[Link],
    kinds: &[LinkKind],
    joins: impl Fn(&Link, LinkKind) -> bool + Sync,
) -> UnionFind {
    let joining = Joining::alone(nodes.len());
    links.par_chunks(SHARE).zip(kinds.par_chunks(SHARE)).for_each(|(links, kinds)| {
        let chosen = links.iter().zip(kinds).filter(|(link, kind)| joins(link, **kind));
        joining.join_all(chosen.map(|(link, _)| (link.a.0, link.b.0)));
    });
    joining.led_by_firsts(nodes)
}
