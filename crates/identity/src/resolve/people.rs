//! Sets of nodes that are one person: a union-find whose roots are the representatives.

use super::kinds::{LinkKind, of_kind};
use super::weak::Owners;
use super::{Link, Node};

pub(super) struct People<'n> {
    nodes: &'n [Node],
    /// A parent precedes its children in (rank, token), so a root is its set's representative. With path halving
    /// that costs no more than union by size does in practice, and saves two arrays.
    parents: Vec<u32>,
}

impl<'n> People<'n> {
    pub(super) fn of(nodes: &'n [Node]) -> Self {
        Self { nodes, parents: (0..nodes.len() as u32).collect() }
    }

    /// Rule 1. Without caps the order of unions does not matter, so links are taken as they come. Whatever may
    /// refuse a union must walk them here in (priority, event time, token) order.
    pub(super) fn join_strong(&mut self, links: &[Link], kinds: &[LinkKind]) {
        for link in of_kind(links, kinds, LinkKind::BothStrong) {
            self.join(link.a.0, link.b.0);
        }
        self.flatten();
    }

    /// Rule 4. Owners spread over all that is linked by weak links, so of two linked weak ids both or none has one.
    pub(super) fn join_ownerless(&mut self, links: &[Link], kinds: &[LinkKind], owners: &Owners) {
        for link in of_kind(links, kinds, LinkKind::BothWeak).filter(|link| !owners.has(link.a.0)) {
            debug_assert!(!owners.has(link.b.0), "owners spread to all linked weak ids");
            self.join(link.a.0, link.b.0);
        }
        self.flatten();
    }

    /// The node that names the person of this one. Only right after [`Self::flatten`].
    pub(super) fn representative(&self, node: u32) -> u32 {
        self.parents[node as usize]
    }

    fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (self.find(a), self.find(b));
        if a == b {
            return;
        }
        if self.order(a) < self.order(b) {
            self.parents[b as usize] = a;
        } else {
            self.parents[a as usize] = b;
        }
    }

    /// Tokens are unique; the profile is there so that even a broken caller gets one answer.
    fn order(&self, node: u32) -> impl Ord + use<> {
        let node = &self.nodes[node as usize];
        (node.rank, node.token, node.profile)
    }

    fn find(&mut self, mut node: u32) -> u32 {
        loop {
            let parent = self.parents[node as usize];
            if parent == node {
                return node;
            }
            let grandparent = self.parents[parent as usize];
            self.parents[node as usize] = grandparent;
            node = grandparent;
        }
    }

    fn flatten(&mut self) {
        for node in 0..self.parents.len() as u32 {
            self.parents[node as usize] = self.find(node);
        }
    }
}
