//! The rules of `resolve` once more, word for word and slowly: maps, sets, no stretches, every question answered
//! from the links anew.

use std::collections::{BTreeMap, BTreeSet};

use databank_identity::{Conflict, Hub, HubOf, Link, Node, NodeIndex, Policy, Refusal, Refused};
use databank_model::{ConsumerId, ProfileId};

use crate::generate::World;

pub(crate) struct Reference<'g> {
    nodes: &'g [Node],
    policy: &'g Policy,
    /// Node to the one that stands for its id.
    firsts: Vec<u32>,
    /// Node to the nodes of its strong (or weak-only) person.
    sets: BTreeMap<u32, BTreeSet<u32>>,
    /// Weak node to its distance from a strong id; missing when it reaches none.
    rounds: BTreeMap<u32, u32>,
    /// (weak node, neighbour, day) to the earliest (time, priority).
    sightings: BTreeMap<(u32, u32, i64), (i64, u32)>,
    hubs: Vec<Hub>,
    refused: Vec<Refused>,
}

impl<'g> Reference<'g> {
    pub(crate) fn new(world: &'g World) -> Self {
        let nodes = &world.nodes;
        let alone = (0..nodes.len() as u32).map(|n| (n, BTreeSet::from([n]))).collect();
        let (rounds, sightings) = (BTreeMap::new(), BTreeMap::new());
        let (policy, firsts, hubs, refused) = (&world.policy, Vec::new(), Vec::new(), Vec::new());
        let mut reference = Self { nodes, policy, firsts, sets: alone, rounds, sightings, hubs, refused };
        reference.find_firsts(world);
        let links = reference.uncut(world);
        let links = reference.without_weak_hubs(links);
        let links = reference.without_strong_hubs(links);
        reference.join_strong(&links);
        let links = reference.without_hubs_of_people(links);
        reference.find_owners(&links);
        reference
    }

    /// Hubs by token, then refused links by turn.
    pub(crate) fn conflicts(&self) -> Vec<Conflict> {
        let mut hubs = self.hubs.clone();
        hubs.sort_by_key(|hub| (self.node(hub.node.0).token, hub.of));
        hubs.into_iter().map(Conflict::Hub).chain(self.refused.iter().copied().map(Conflict::Refused)).collect()
    }

    fn node(&self, node: u32) -> &'g Node {
        &self.nodes[node as usize]
    }

    fn weak(&self, node: u32) -> bool {
        self.node(node).weak
    }

    fn kind(&self, node: u32) -> u16 {
        let kind = self.node(node).kind;
        self.policy.caps.get(usize::from(kind)).map_or(kind, |cap| cap.counts_as)
    }

    fn cap(&self, kind: u16) -> usize {
        let cap = self.policy.caps.get(usize::from(kind)).map_or(self.policy.other_cap, |cap| cap.max);
        cap.max(1) as usize
    }

    fn find_firsts(&mut self, world: &World) {
        self.firsts = (0..self.nodes.len() as u32).collect();
        for _ in self.nodes {
            for (a, b) in &world.twins {
                let both = [self.firsts[a.0 as usize], self.firsts[b.0 as usize]];
                let first = *both.iter().min_by_key(|n| (self.node(**n).rank, self.node(**n).token)).unwrap();
                for moved in &mut self.firsts {
                    if both.contains(moved) {
                        *moved = first;
                    }
                }
            }
        }
    }

    /// The links that say something, between firsts, in both directions.
    fn uncut(&self, world: &World) -> Vec<Link> {
        let first = |node: NodeIndex| NodeIndex(self.firsts[node.0 as usize]);
        let moved = world.links.iter().map(|link| Link { a: first(link.a), b: first(link.b), ..*link });
        let cut = |link: &Link| {
            let is = |a: NodeIndex, b: NodeIndex| first(a) == link.a && first(b) == link.b;
            world.cuts.iter().any(|(a, b)| is(*a, *b) || is(*b, *a))
        };
        let kept = moved.filter(|link| link.a != link.b && !cut(link));
        kept.flat_map(|link| [link, Link { a: link.b, b: link.a, ..link }]).collect()
    }

    /// Of each node the distinct others of one strength that it is linked to.
    fn met(&self, links: &[Link], weak: bool) -> BTreeMap<u32, BTreeSet<u32>> {
        let mut met: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
        for link in links.iter().filter(|link| self.weak(link.b.0) == weak) {
            met.entry(link.a.0).or_default().insert(link.b.0);
        }
        met
    }

    fn without_weak_hubs(&mut self, mut links: Vec<Link>) -> Vec<Link> {
        for (node, met) in self.met(&links, true) {
            if met.len() > self.policy.max_weak_per_id as usize {
                self.hubs.push(Hub { node: NodeIndex(node), of: HubOf::WeakIds, met: met.len() as u32 });
                links.retain(|link| {
                    !(link.a.0 == node && self.weak(link.b.0) || link.b.0 == node && self.weak(link.a.0))
                });
            }
        }
        links
    }

    fn without_strong_hubs(&mut self, mut links: Vec<Link>) -> Vec<Link> {
        let both_strong = |link: &Link| !self.weak(link.a.0) && !self.weak(link.b.0);
        let strong: Vec<Link> = links.iter().copied().filter(both_strong).collect();
        let mut hubs = Vec::new();
        for (node, met) in self.met(&strong, false) {
            let kinds: BTreeSet<u16> = met.iter().map(|other| self.kind(*other)).collect();
            let count = |kind: u16| met.iter().filter(|other| self.kind(**other) == kind).count();
            let too_many = |kind: &u16| {
                *kind != self.kind(node)
                    && count(*kind) > self.policy.max_strong_per_id as usize
                    && count(*kind) > self.cap(*kind)
            };
            if let Some(kind) = kinds.into_iter().rev().filter(too_many).max_by_key(|kind| count(*kind)) {
                hubs.push(Hub { node: NodeIndex(node), of: HubOf::StrongIds { kind }, met: count(kind) as u32 });
            }
        }
        let is_hub = |node: NodeIndex| hubs.iter().any(|hub| hub.node == node);
        links.retain(|link| !both_strong(link) || !is_hub(link.a) && !is_hub(link.b));
        self.hubs.extend(hubs);
        links
    }

    fn join(&mut self, a: u32, b: u32) {
        let joined: BTreeSet<u32> = self.sets[&a].union(&self.sets[&b]).copied().collect();
        for node in &joined {
            self.sets.insert(*node, joined.clone());
        }
    }

    fn join_strong(&mut self, links: &[Link]) {
        let mut earliest: BTreeMap<(u32, u32), (i64, u32)> = BTreeMap::new();
        for link in links.iter().filter(|link| !self.weak(link.a.0) && !self.weak(link.b.0)) {
            // The end with the smaller token comes first.
            if self.node(link.a.0).token < self.node(link.b.0).token {
                let seen = earliest.entry((link.a.0, link.b.0)).or_insert((link.ts_us, link.priority));
                *seen = (*seen).min((link.ts_us, link.priority));
            }
        }
        let mut turns: Vec<_> = earliest.into_iter().collect();
        turns.sort_by_key(|((a, b), (ts_us, priority))| (*priority, *ts_us, self.node(*a).token, self.node(*b).token));
        for ((a, b), (ts_us, priority)) in turns {
            let joined: BTreeSet<u32> = self.sets[&a].union(&self.sets[&b]).copied().collect();
            let kinds: BTreeSet<u16> = joined.iter().map(|node| self.kind(*node)).collect();
            let count = |kind: u16| joined.iter().filter(|node| self.kind(**node) == kind).count();
            let why = match kinds.into_iter().find(|kind| count(*kind) > self.cap(*kind)) {
                _ if self.sets[&a] == self.sets[&b] => continue,
                Some(kind) => Refusal::Cap { kind },
                None if joined.len() > self.policy.max_ids_per_person as usize => Refusal::TooManyIds,
                None => {
                    self.join(a, b);
                    continue;
                }
            };
            self.refused.push(Refused { link: Link { a: NodeIndex(a), b: NodeIndex(b), ts_us, priority }, why });
        }
    }

    fn without_hubs_of_people(&mut self, mut links: Vec<Link>) -> Vec<Link> {
        let met = self.met(&links, false);
        for (node, met) in met {
            let people: BTreeSet<&BTreeSet<u32>> = met.iter().map(|strong| &self.sets[strong]).collect();
            if self.weak(node) && people.len() > self.policy.max_people_per_weak_id as usize {
                self.hubs.push(Hub { node: NodeIndex(node), of: HubOf::People, met: people.len() as u32 });
                links.retain(|link| link.a.0 != node && link.b.0 != node);
            }
        }
        links
    }

    fn find_owners(&mut self, links: &[Link]) {
        let pairs: BTreeSet<(u32, u32)> = links.iter().map(|link| (link.a.0, link.b.0)).collect();
        for round in 0..=self.nodes.len() as u32 {
            for &(node, neighbor) in &pairs {
                let near = match round {
                    0 => !self.weak(neighbor),
                    _ => self.rounds.get(&neighbor) == Some(&(round - 1)),
                };
                if self.weak(node) && near && !self.rounds.contains_key(&node) {
                    self.rounds.insert(node, round);
                }
            }
        }
        for &(a, b) in &pairs {
            let ownerless = |node: u32| self.weak(node) && !self.rounds.contains_key(&node);
            if ownerless(a) && ownerless(b) {
                self.join(a, b);
            }
        }
        for link in links {
            let day = link.ts_us.div_euclid(24 * 60 * 60 * 1_000_000);
            let seen = self.sightings.entry((link.a.0, link.b.0, day)).or_insert((link.ts_us, link.priority));
            *seen = (*seen).min((link.ts_us, link.priority));
        }
    }

    pub(crate) fn consumer_of(&self, node: u32, ts_us: i64) -> ConsumerId {
        let person = self.person_of(self.firsts[node as usize], ts_us);
        let first = |n: &&u32| (self.node(**n).rank, self.node(**n).token);
        let profile: ProfileId = self.node(*self.sets[&person].iter().min_by_key(first).unwrap()).profile;
        profile.into()
    }

    /// A node of the person whose this node is at that time.
    fn person_of(&self, node: u32, ts_us: i64) -> u32 {
        let Some(&round) = self.rounds.get(&node) else { return node };
        let counts = |neighbor: u32| {
            if round == 0 { !self.weak(neighbor) } else { self.rounds.get(&neighbor) == Some(&(round - 1)) }
        };
        let seen: Vec<_> = self
            .sightings
            .iter()
            .filter(|((from, neighbor, _), _)| *from == node && counts(*neighbor))
            .map(|((_, neighbor, _), &(at, priority))| (at, priority, self.node(*neighbor).token, *neighbor))
            .collect();
        let first = seen.iter().map(|s| s.0).min().unwrap();
        let instant = seen.iter().map(|s| s.0).filter(|&at| at <= ts_us).max().unwrap_or(first);
        let (at, _, _, neighbor) = seen.iter().filter(|s| s.0 == instant).min().unwrap();
        self.person_of(*neighbor, *at)
    }
}
