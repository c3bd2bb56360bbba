//! Links by node, in two flat arrays.

use super::Link;
use super::kinds::LinkKind;

/// A link as the node at one end has it. A copy: reading it where it is listed saves a cache miss per link.
#[derive(Clone, Copy)]
pub(super) struct Contact {
    pub(super) ts_us: i64,
    pub(super) priority: u32,
    /// The node at the other end.
    pub(super) via: u32,
}

pub(super) struct Incidence {
    /// `starts[n]..starts[n + 1]` are the places of node n's contacts.
    starts: Vec<u32>,
    contacts: Vec<Contact>,
}

impl Incidence {
    /// Lists each link under those of its ends that `listed` names. Counts first, then fills from the back.
    pub(super) fn build(n_nodes: usize, links: &[Link], kinds: &[LinkKind], listed: impl Fn(LinkKind) -> Ends) -> Self {
        let mut starts = vec![0_u32; n_nodes + 1];
        for (link, &kind) in links.iter().zip(kinds) {
            let ends = listed(kind);
            starts[link.a.at()] += u32::from(ends.a);
            starts[link.b.at()] += u32::from(ends.b);
        }
        let mut total = 0;
        for start in &mut starts {
            total += *start;
            *start = total;
        }
        let mut contacts = vec![Contact { ts_us: 0, priority: 0, via: 0 }; total as usize];
        let mut add = |node: u32, via: u32, link: &Link| {
            let start = &mut starts[node as usize];
            *start -= 1;
            contacts[*start as usize] = Contact { ts_us: link.ts_us, priority: link.priority, via };
        };
        for (link, &kind) in links.iter().zip(kinds) {
            let ends = listed(kind);
            if ends.a {
                add(link.a.0, link.b.0, link);
            }
            if ends.b {
                add(link.b.0, link.a.0, link);
            }
        }
        Self { starts, contacts }
    }

    pub(super) fn of(&self, node: u32) -> &[Contact] {
        let node = node as usize;
        &self.contacts[self.starts[node] as usize..self.starts[node + 1] as usize]
    }
}

/// Under which of its ends a link is listed.
#[derive(Clone, Copy)]
pub(super) struct Ends {
    pub(super) a: bool,
    pub(super) b: bool,
}
