//! Whose a weak id is, and when.

use super::incidence::{Contact, Ends, Incidence};
use super::kinds::LinkKind;
use super::people::People;
use super::{Link, Node};
use crate::edges::utc_day;

const NO_LIST: u32 = u32::MAX;
const LIST_TO_COME: u32 = u32::MAX - 1;

/// The stretches of all weak ids that have an owner, in flat arrays.
pub(super) struct Owners {
    /// Node to list.
    lists: Vec<u32>,
    /// List k is `ends[k]..ends[k + 1]` of the two arrays below.
    ends: Vec<u32>,
    froms: Vec<i64>,
    people: Vec<u32>,
}

/// The stretches of one node; empty when it has no owner.
#[derive(Clone, Copy)]
pub(super) struct Owned<'o> {
    /// The first start is never read: the first person has everything before the second start.
    froms: &'o [i64],
    people: &'o [u32],
}

impl<'o> Owned<'o> {
    /// The owners in order of time.
    pub(super) fn people(self) -> &'o [u32] {
        self.people
    }

    /// All stretches but the first.
    pub(super) fn later(self) -> impl Iterator<Item = (i64, u32)> + 'o {
        self.froms.iter().copied().zip(self.people.iter().copied()).skip(1)
    }

    fn at(self, ts_us: i64) -> u32 {
        let later = self.froms[1..].partition_point(|&from| from <= ts_us);
        self.people[later]
    }
}

/// A contact of a weak id, and whose the other end is at that time.
#[derive(Clone, Copy)]
struct Seen {
    contact: Contact,
    person: u32,
}

impl Owners {
    pub(super) fn nobody() -> Self {
        Self { lists: Vec::new(), ends: vec![0], froms: Vec::new(), people: Vec::new() }
    }

    /// Rules 2 and 3.
    pub(super) fn of(nodes: &[Node], links: &[Link], kinds: &[LinkKind], people: &People<'_>) -> Self {
        let mut owners = Self { lists: vec![NO_LIST; nodes.len()], ..Self::nobody() };
        owners.own_directly(nodes, links, kinds, people);
        owners.spread(nodes, links, kinds);
        owners
    }

    pub(super) fn has(&self, node: u32) -> bool {
        self.lists[node as usize] < LIST_TO_COME
    }

    pub(super) fn of_node(&self, node: usize) -> Owned<'_> {
        let list = match self.lists.get(node) {
            Some(&list) if list < LIST_TO_COME => list as usize,
            _ => return Owned { froms: &[], people: &[] },
        };
        let range = self.ends[list] as usize..self.ends[list + 1] as usize;
        Owned { froms: &self.froms[range.clone()], people: &self.people[range] }
    }

    fn own_directly(&mut self, nodes: &[Node], links: &[Link], kinds: &[LinkKind], people: &People<'_>) {
        let incidence = Incidence::build(nodes.len(), links, kinds, |kind| Ends {
            a: kind == LinkKind::WeakA,
            b: kind == LinkKind::WeakB,
        });
        let mut seen = Vec::new();
        for node in 0..nodes.len() as u32 {
            seen.clear();
            let contacts = incidence.of(node).iter();
            seen.extend(contacts.map(|&contact| Seen { contact, person: people.representative(contact.via) }));
            if !seen.is_empty() {
                self.lists[node as usize] = self.push(nodes, &mut seen);
            }
        }
    }

    /// Round by round, so that a weak id follows those nearest to a strong id, whatever the order of links.
    fn spread(&mut self, nodes: &[Node], links: &[Link], kinds: &[LinkKind]) {
        let incidence = Incidence::build(nodes.len(), links, kinds, |kind| Ends {
            a: kind == LinkKind::BothWeak,
            b: kind == LinkKind::BothWeak,
        });
        let mut frontier: Vec<u32> = (0..nodes.len() as u32).filter(|&node| self.has(node)).collect();
        let mut next = Vec::new();
        let mut seen = Vec::new();
        loop {
            for &node in &frontier {
                for &Contact { via: neighbor, .. } in incidence.of(node) {
                    if self.lists[neighbor as usize] == NO_LIST {
                        self.lists[neighbor as usize] = LIST_TO_COME;
                        next.push(neighbor);
                    }
                }
            }
            if next.is_empty() {
                return;
            }
            let first_list = self.ends.len() as u32 - 1;
            for &node in &next {
                seen.clear();
                for &contact in incidence.of(node) {
                    if self.has(contact.via) {
                        let person = self.of_node(contact.via as usize).at(contact.ts_us);
                        seen.push(Seen { contact, person });
                    }
                }
                self.push(nodes, &mut seen);
            }
            // Only now do the new ones count as owned: a round must not see its own results.
            for (list, &node) in (first_list..).zip(&next) {
                self.lists[node as usize] = list;
            }
            std::mem::swap(&mut frontier, &mut next);
            next.clear();
        }
    }

    /// Turns sightings into a new list of stretches and returns its number.
    fn push(&mut self, nodes: &[Node], seen: &mut Vec<Seen>) -> u32 {
        if seen.len() > 1 {
            order(nodes, seen);
        }
        let mut last: Option<Seen> = None;
        for sighting in seen.iter() {
            let ts_us = sighting.contact.ts_us;
            // Of one instant the first in order wins.
            if last.is_some_and(|last| last.contact.ts_us == ts_us) {
                continue;
            }
            if last.is_none_or(|last| last.person != sighting.person) {
                self.froms.push(ts_us);
                self.people.push(sighting.person);
            }
            last = Some(*sighting);
        }
        self.ends.push(self.people.len() as u32);
        self.ends.len() as u32 - 2
    }
}

/// Leaves the earliest sighting per pair and UTC day, in (event time, priority, token) order.
fn order(nodes: &[Node], seen: &mut Vec<Seen>) {
    let pair_and_day = |contact: &Contact| (contact.via, utc_day(contact.ts_us));
    let strength = |contact: &Contact| (contact.ts_us, contact.priority);
    seen.sort_unstable_by_key(|seen| (pair_and_day(&seen.contact), strength(&seen.contact)));
    seen.dedup_by_key(|seen| pair_and_day(&seen.contact));
    // Tokens are far away in memory and seldom needed.
    seen.sort_unstable_by(|one, other| {
        let token = |seen: &Seen| (nodes[seen.contact.via as usize].token, nodes[seen.contact.via as usize].profile);
        strength(&one.contact).cmp(&strength(&other.contact)).then_with(|| token(one).cmp(&token(other)))
    });
}
