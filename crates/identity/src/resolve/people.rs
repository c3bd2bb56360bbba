//! Sets of nodes that are one person: a union-find whose roots are the representatives.

use super::bits::Bits;
use super::kinds::{LinkKind, of_kind};
use super::limits;
use super::union_find::UnionFind;
use super::weak::Owners;
use super::{Hub, Link, Node, Refused};
use crate::policy::Policy;

pub(super) struct People<'n> {
    nodes: &'n [Node],
    sets: UnionFind,
}

impl<'n> People<'n> {
    pub(super) fn of(nodes: &'n [Node]) -> Self {
        Self { nodes, sets: UnionFind::alone(nodes.len()) }
    }

    /// Rule 3. Where no cap is exceeded the order of unions does not matter, so links are taken as they come; persons who
    /// exceed one are taken apart and made anew. Returns the hubs among them, and the links that were refused.
    pub(super) fn join_strong(
        &mut self,
        links: &[Link],
        kinds: &[LinkKind],
        policy: &Policy,
    ) -> (Vec<Hub>, Vec<Refused>) {
        for link in of_kind(links, kinds, LinkKind::BothStrong) {
            self.join(link.a.0, link.b.0);
        }
        self.sets.flatten();
        match limits::crowded(self.nodes, self.sets.roots(), policy) {
            Some(crowded) => self.settle(links, kinds, &crowded, policy),
            None => (Vec::new(), Vec::new()),
        }
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
        let mut joined = false;
        for link in of_kind(links, kinds, LinkKind::BothWeak) {
            let (a, b) = (link.a.0, link.b.0);
            if !owners.has(a) && !owners.is_hub(a) && !owners.is_hub(b) {
                debug_assert!(!owners.has(b), "owners spread to all linked weak ids");
                self.join(a, b);
                joined = true;
            }
        }
        if joined {
            self.sets.flatten();
        }
    }

    /// The node that names the person of this one. Only after joining is done.
    pub(super) fn representative(&self, node: u32) -> u32 {
        self.sets.roots()[node as usize]
    }

    fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (self.sets.find(a), self.sets.find(b));
        if a == b {
            return;
        }
        if self.nodes[a as usize].order() < self.nodes[b as usize].order() {
            self.sets.join(a, b);
        } else {
            self.sets.join(b, a);
        }
    }
}
