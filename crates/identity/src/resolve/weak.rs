//! Whose a weak id is, and when.

use super::incidence::{Contact, Ends, Incidence};
use super::kinds::LinkKind;
use super::people::People;
use super::{Hub, HubOf, Link, Node, NodeIndex};
use crate::edges::utc_day;
use crate::policy::Policy;

const NO_LIST: u32 = u32::MAX;
const LIST_TO_COME: u32 = u32::MAX - 1;
/// Of a hub: it has no owner and takes none.
const HUB: u32 = u32::MAX - 2;

/// The stretches of all weak ids that have an owner, in flat arrays.
pub(super) struct Owners {
    /// Node to list.
    lists: Vec<u32>,
    /// List k is `ends[k]..ends[k + 1]` of the two arrays below.
    ends: Vec<u32>,
    froms: Vec<i64>,
    people: Vec<u32>,
    /// Of each round after the first, its first list.
    rounds: Vec<u32>,
    hubs: Vec<Hub>,
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

    pub(super) fn at(self, ts_us: i64) -> u32 {
        let later = self.froms[1..].partition_point(|&from| from <= ts_us);
        self.people[later]
    }
}

/// A contact of a weak id, and whose the other end is at that time.
#[derive(Clone, Copy)]
pub(super) struct Seen {
    pub(super) contact: Contact,
    pub(super) person: u32,
}

impl Owners {
    pub(super) fn nobody() -> Self {
        Self {
            lists: Vec::new(),
            ends: vec![0],
            froms: Vec::new(),
            people: Vec::new(),
            rounds: Vec::new(),
            hubs: Vec::new(),
        }
    }

    pub(super) fn is_nobody(&self) -> bool {
        self.lists.is_empty()
    }

    /// Rules 4 and 5.
    pub(super) fn of(nodes: &[Node], links: &[Link], kinds: &[LinkKind], people: &People<'_>, policy: &Policy) -> Self {
        let mut owners = Self { lists: vec![NO_LIST; nodes.len()], ..Self::nobody() };
        owners.own_directly(nodes, links, kinds, people, policy);
        owners.spread(nodes, links, kinds);
        owners
    }

    pub(super) fn has(&self, node: u32) -> bool {
        self.lists.get(node as usize).is_some_and(|list| *list < HUB)
    }

    /// How many weak ids are between an owned one and the nearest strong id; `None` without an owner.
    pub(super) fn round(&self, node: u32) -> Option<u32> {
        let list = *self.lists.get(node as usize).filter(|list| **list < HUB)?;
        Some(self.rounds.partition_point(|first| *first <= list) as u32)
    }

    /// Whether a weak id met too many people.
    pub(super) fn is_hub(&self, node: u32) -> bool {
        self.lists.get(node as usize) == Some(&HUB)
    }

    /// The weak ids that met too many people.
    pub(super) fn hubs(&self) -> &[Hub] {
        &self.hubs
    }

    pub(super) fn of_node(&self, node: usize) -> Owned<'_> {
        let list = match self.lists.get(node) {
            Some(&list) if list < HUB => list as usize,
            _ => return Owned { froms: &[], people: &[] },
        };
        let range = self.ends[list] as usize..self.ends[list + 1] as usize;
        Owned { froms: &self.froms[range.clone()], people: &self.people[range] }
    }

    fn own_directly(
        &mut self,
        nodes: &[Node],
        links: &[Link],
        kinds: &[LinkKind],
        people: &People<'_>,
        policy: &Policy,
    ) {
        let incidence = Incidence::build(nodes.len(), links, kinds, |kind| Ends {
            a: kind == LinkKind::WeakA,
            b: kind == LinkKind::WeakB,
        });
        let mut seen = Vec::new();
        for node in 0..nodes.len() as u32 {
            seen.clear();
            let contacts = incidence.of(node).iter();
            seen.extend(contacts.map(|&contact| Seen { contact, person: people.representative(contact.via) }));
            let n_people =
                if seen.len() <= policy.max_people_per_weak_id as usize { 0 } else { count_people(&mut seen) };
            if n_people > policy.max_people_per_weak_id {
                self.lists[node as usize] = HUB;
                self.hubs.push(Hub { node: NodeIndex(node), of: HubOf::People, met: n_people });
            } else if !seen.is_empty() {
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
            self.rounds.push(first_list);
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
        judge(seen, |sighting, verdict| {
            if verdict == Verdict::Starts {
                self.froms.push(sighting.contact.ts_us);
                self.people.push(sighting.person);
            }
        });
        self.ends.push(self.people.len() as u32);
        self.ends.len() as u32 - 2
    }
}

/// What a sighting says about whose a weak id is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// From here on the id is this person's.
    Starts,
    /// The id is this person's already.
    Continues,
    /// Another sighting at the same instant comes first.
    Outweighed,
}

/// Tells of each sighting what it says; they must be in order.
pub(super) fn judge(seen: &[Seen], mut told: impl FnMut(&Seen, Verdict)) {
    let mut last: Option<Seen> = None;
    for sighting in seen {
        if last.is_some_and(|last| last.contact.ts_us == sighting.contact.ts_us) {
            told(sighting, Verdict::Outweighed);
            continue;
        }
        let starts = last.is_none_or(|last| last.person != sighting.person);
        told(sighting, if starts { Verdict::Starts } else { Verdict::Continues });
        last = Some(*sighting);
    }
}

fn count_people(seen: &mut [Seen]) -> u32 {
    seen.sort_unstable_by_key(|seen| seen.person);
    seen.chunk_by(|one, next| one.person == next.person).count() as u32
}

/// Leaves the earliest sighting per pair and UTC day, in (event time, priority, token) order.
pub(super) fn order(nodes: &[Node], seen: &mut Vec<Seen>) {
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
