//! The rules of `resolve` once more, word for word and slowly: maps, sets, no stretches, every question answered
//! from the links anew.

use std::collections::{BTreeMap, BTreeSet};

use databank_identity::{Link, Node};
use databank_model::{ConsumerId, ProfileId};

pub(crate) struct Reference<'g> {
    nodes: &'g [Node],
    /// Node to the nodes of its strong (or weak-only) person.
    sets: BTreeMap<u32, BTreeSet<u32>>,
    /// Weak node to its distance from a strong id; missing when it reaches none.
    rounds: BTreeMap<u32, u32>,
    /// (weak node, neighbour, day) to the earliest (time, priority).
    sightings: BTreeMap<(u32, u32, i64), (i64, u32)>,
}

impl<'g> Reference<'g> {
    pub(crate) fn new(nodes: &'g [Node], links: &[Link]) -> Self {
        let weak = |node: u32| nodes[node as usize].weak;
        let pairs: BTreeSet<(u32, u32)> = links.iter().flat_map(|l| [(l.a.0, l.b.0), (l.b.0, l.a.0)]).collect();

        let mut rounds = BTreeMap::new();
        for round in 0..=nodes.len() as u32 {
            for &(node, neighbor) in &pairs {
                let near = if round == 0 { !weak(neighbor) } else { rounds.get(&neighbor) == Some(&(round - 1)) };
                if weak(node) && near && !rounds.contains_key(&node) {
                    rounds.insert(node, round);
                }
            }
        }

        let together = |a: u32, b: u32| match (weak(a), weak(b)) {
            (false, false) => true,
            (true, true) => !rounds.contains_key(&a) && !rounds.contains_key(&b),
            _ => false,
        };
        let mut sets: BTreeMap<u32, BTreeSet<u32>> = (0..nodes.len() as u32).map(|n| (n, [n].into())).collect();
        for _ in nodes {
            for &(a, b) in pairs.iter().filter(|&&(a, b)| together(a, b)) {
                let joined: BTreeSet<u32> = sets[&a].union(&sets[&b]).copied().collect();
                sets.insert(a, joined.clone());
                sets.insert(b, joined);
            }
        }

        let mut sightings = BTreeMap::new();
        for link in links {
            for (node, neighbor) in [(link.a.0, link.b.0), (link.b.0, link.a.0)] {
                let day = link.ts_us.div_euclid(24 * 60 * 60 * 1_000_000);
                let earliest = sightings.entry((node, neighbor, day)).or_insert((link.ts_us, link.priority));
                *earliest = (*earliest).min((link.ts_us, link.priority));
            }
        }
        Self { nodes, sets, rounds, sightings }
    }

    pub(crate) fn consumer_of(&self, node: u32, ts_us: i64) -> ConsumerId {
        let person = self.person_of(node, ts_us);
        let representative = self.sets[&person].iter().min_by_key(|&&n| {
            let node = &self.nodes[n as usize];
            (node.rank, node.token)
        });
        let profile: ProfileId = self.nodes[*representative.unwrap() as usize].profile;
        profile.into()
    }

    /// A node of the person whose this node is at that time.
    fn person_of(&self, node: u32, ts_us: i64) -> u32 {
        let Some(&round) = self.rounds.get(&node) else { return node };
        let counts = |neighbor: u32| {
            let other = &self.nodes[neighbor as usize];
            if round == 0 { !other.weak } else { self.rounds.get(&neighbor) == Some(&(round - 1)) }
        };
        let seen: Vec<_> = self
            .sightings
            .iter()
            .filter(|((from, neighbor, _), _)| *from == node && counts(*neighbor))
            .map(|((_, neighbor, _), &(at, priority))| (at, priority, self.nodes[*neighbor as usize].token, *neighbor))
            .collect();
        let first = seen.iter().map(|s| s.0).min().unwrap();
        let instant = seen.iter().map(|s| s.0).filter(|&at| at <= ts_us).max().unwrap_or(first);
        let (at, _, _, neighbor) = seen.iter().filter(|s| s.0 == instant).min().unwrap();
        self.person_of(*neighbor, *at)
    }
}
