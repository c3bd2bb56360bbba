//! Who is one person, from the whole identity log.
//!
//! Only ids that stand in the log become nodes: an id without links is its own consumer, whatever the others are. Tokens
//! are found in sorted arrays, which take 20 bytes for each id that has links and are gone before links are resolved.

use std::collections::BTreeMap;
use std::ops::Range;

use arrow::array::AsArray;
use arrow::datatypes::{Int32Type, Int64Type};
use databank_identity::{
    Assignment, Graph, IdType, Link, LinkRule, Node, NodeIndex, Policy, Resolution, Sighting, resolve,
};
use databank_lake::runs::{Key, RunSet, TOKEN_VALUE};
use databank_lake::{LakeError, TableSnapshot, read_file};
use databank_model::{ProfileId, SLOTS};

use super::log::{Repeating, Types, for_each_link, for_each_token, token_of};
use crate::DepositError;

/// Tokens gathered before repeats are dropped for the first time.
const FEW_TOKENS: usize = 1 << 20;
/// Of so many bits fewer than number the tokens are the groups in which they are looked for, of about six each.
const MORE_BITS: u32 = 2;
const MOST_BITS: u32 = 26;

/// Resolves all links of the log. `tokens` leads from every token, also of a digest, to its profile's number.
pub(super) fn resolve_log(
    log: &TableSnapshot,
    profiles: &TableSnapshot,
    tokens: &RunSet<TOKEN_VALUE>,
) -> Result<Assignment, DepositError> {
    Ok(LogGraph::read(log, profiles, tokens)?.resolve()?.assignment)
}

/// The identity log as a graph.
#[derive(Debug)]
pub(crate) struct LogGraph {
    pub(crate) nodes: Vec<Node>,
    /// Types, by the kinds of nodes.
    pub(crate) types: Vec<IdType>,
    pub(crate) links: Vec<Link>,
    pub(crate) twins: Vec<(NodeIndex, NodeIndex)>,
    pub(crate) cuts: Vec<(NodeIndex, NodeIndex)>,
    /// When something was said last about any two ids, µs UTC.
    pub(crate) said_us: Option<i64>,
}

impl LogGraph {
    /// Reads a log. `tokens` leads from every token, also of a digest, to its profile's number.
    pub(crate) fn read(
        log: &TableSnapshot,
        profiles: &TableSnapshot,
        tokens: &RunSet<TOKEN_VALUE>,
    ) -> Result<Self, DepositError> {
        let mut ends = Ends::of(log, tokens)?;
        let places = ends.number_nodes();
        let (nodes, types) = nodes_of(&places, profiles)?;
        drop(places);
        let links = Vec::with_capacity(log.rows().max(0) as usize);
        let mut found = Found { twins: Vec::new(), links, cuts: BTreeMap::new() };
        let mut waiting = Waiting::default();
        for_each_link(log, &mut |link| {
            waiting.tokens.push(link.ends.map(|(token, _)| token.0));
            waiting.links.push((link.sighting, link.rule));
            if waiting.links.len() == WAITING {
                waiting.find(&ends, &mut found);
            }
            Ok(())
        })?;
        waiting.find(&ends, &mut found);
        let Found { twins, links, cuts } = found;
        let said_us = cuts.values().map(|(said_us, _)| *said_us).max();
        // What was said last about two ids stands.
        let cuts = cuts.into_iter().filter(|(_, (_, is_cut))| *is_cut).map(|(pair, _)| pair).collect();
        Ok(Self { nodes, types: types.list().to_vec(), links, twins, cuts, said_us })
    }

    pub(crate) fn graph(&self) -> Graph<'_> {
        Graph { nodes: &self.nodes, links: &self.links, twins: &self.twins, cuts: &self.cuts }
    }

    /// The instant of what is said now: after all that was said before, also when the clock has been set back meanwhile.
    pub(crate) fn say_at(&self, now_us: i64) -> i64 {
        self.said_us.map_or(now_us, |said_us| now_us.max(said_us + 1))
    }

    pub(crate) fn policy(&self) -> Policy {
        Policy::for_types(&self.types)
    }

    /// Who is one person.
    pub(crate) fn resolve(&self) -> Result<Resolution, DepositError> {
        Ok(resolve(&self.graph(), &self.policy())?)
    }
}

/// Links that are looked up together.
const WAITING: usize = 256;

/// Links whose ends are to be looked up.
#[derive(Debug, Default)]
struct Waiting {
    tokens: Vec<[Key; 2]>,
    links: Vec<(Sighting, LinkRule)>,
    places: Vec<Option<u32>>,
}

/// Links between nodes, and pairs of nodes that are one id.
#[derive(Debug)]
struct Found {
    twins: Vec<(NodeIndex, NodeIndex)>,
    links: Vec<Link>,
    /// When something was said last about two ids, and whether that they are to be kept apart.
    cuts: BTreeMap<(NodeIndex, NodeIndex), (i64, bool)>,
}

impl Waiting {
    /// Looks up all that wait.
    fn find(&mut self, ends: &Ends, found: &mut Found) {
        ends.nodes_of(self.tokens.as_flattened(), &mut self.places);
        for ((sighting, rule), pair) in self.links.drain(..).zip(self.places.as_chunks::<2>().0) {
            // A link of an id with its own digest says nothing.
            if let [Some(a), Some(b)] = *pair
                && a != b
            {
                let (a, b) = (NodeIndex(a), NodeIndex(b));
                match rule {
                    LinkRule::SameRow => {
                        found.links.push(Link { a, b, ts_us: sighting.ts_us, priority: sighting.priority });
                    }
                    LinkRule::SameValue => found.twins.push((a, b)),
                    LinkRule::Cut | LinkRule::Uncut => {
                        let said = (sighting.ts_us, rule == LinkRule::Cut);
                        let held = found.cuts.entry((a.min(b), a.max(b))).or_insert(said);
                        *held = (*held).max(said);
                    }
                }
            }
        }
        self.tokens.clear();
    }
}

/// The tokens that links name, ascending, and what they stand for.
#[derive(Debug)]
struct Ends {
    tokens: Vec<Key>,
    /// Profile numbers at first, then places of nodes.
    numbers: Vec<u32>,
    /// Where the tokens begin that have each of the first `bits` bits: tokens are keyed hashes, so they are spread evenly, a few to each.
    starts: Vec<u32>,
    bits: u32,
}

impl Ends {
    fn of(log: &TableSnapshot, index: &RunSet<TOKEN_VALUE>) -> Result<Self, DepositError> {
        let mut tokens: Vec<Key> = Vec::new();
        let mut limit = FEW_TOKENS;
        for_each_token(log, &mut |token| {
            tokens.push(token.0);
            if tokens.len() >= limit {
                tokens.sort_unstable();
                tokens.dedup();
                limit = tokens.len() * 3 / 2 + FEW_TOKENS;
            }
            Ok(())
        })?;
        tokens.sort_unstable();
        tokens.dedup();
        let held = index.find(&tokens)?;
        let mut known = held.iter();
        tokens.retain(|_| known.next().is_some_and(Option::is_some));
        tokens.shrink_to_fit();
        Ok(Self::new(tokens, held.into_iter().flatten().map(u32::from_le_bytes).collect()))
    }

    /// Of tokens in ascending order, and the number of each.
    fn new(tokens: Vec<Key>, numbers: Vec<u32>) -> Self {
        let bits = tokens.len().checked_ilog2().unwrap_or(0).clamp(MORE_BITS, MOST_BITS) - MORE_BITS;
        let mut starts = vec![0; (1 << bits) + 1];
        for token in &tokens {
            starts[head_of(token, bits) + 1] += 1;
        }
        let mut total = 0;
        for start in &mut starts {
            total += *start;
            *start = total;
        }
        Self { tokens, numbers, starts, bits }
    }

    /// Gives each profile a place.
    fn number_nodes(&mut self) -> Places {
        let places = Places::of(&self.numbers);
        for number in &mut self.numbers {
            *number = places.of_profile(*number).unwrap_or(u32::MAX);
        }
        places
    }

    /// The nodes of some tokens, a few hundred at a time. What is looked for lies anywhere in memory: one step of all is taken before the
    /// next, so that a processor waits for many places at once and not for one after another.
    fn nodes_of(&self, tokens: &[Key], nodes: &mut Vec<Option<u32>>) {
        let groups = tokens.iter().map(|token| {
            let head = head_of(token, self.bits);
            let start = |head: usize| self.starts.get(head).map_or(0, |start| *start as usize);
            start(head)..start(head + 1)
        });
        let groups: Vec<Range<usize>> = groups.collect();
        let first = |group: &Range<usize>| self.tokens.get(group.start).map_or(0, |token| u64::from(token[15]));
        std::hint::black_box(groups.iter().map(first).sum::<u64>());
        // The few that share their first bits lie in one or two lines of the cache.
        let place_of = |(token, group): (&Key, Range<usize>)| {
            Some(group.start + self.tokens.get(group)?.iter().position(|held| held == token)?)
        };
        let places: Vec<Option<usize>> = tokens.iter().zip(groups).map(place_of).collect();
        nodes.clear();
        nodes.extend(places.into_iter().map(|place| self.numbers.get(place?).copied()));
    }
}

/// The places of profiles among those that links name, in the order of their numbers: of each number of a slot a bit, and how
/// many are before each word of them.
#[derive(Debug)]
struct Places {
    /// Per slot, where its words begin.
    slots: Vec<usize>,
    words: Vec<(u64, u32)>,
    n: usize,
}

impl Places {
    fn of(profiles: &[u32]) -> Self {
        let mut n_words = vec![0_usize; SLOTS];
        for profile in profiles.iter().map(|number| ProfileId(*number)) {
            let held = &mut n_words[usize::from(profile.slot())];
            *held = (*held).max(profile.ordinal() as usize / 64 + 1);
        }
        let begin = |next: &mut usize, n: usize| {
            let start = *next;
            *next += n;
            Some(start)
        };
        let slots = n_words.iter().copied().chain([0]).scan(0, |next, n| begin(next, n)).collect();
        let mut places = Self { slots, words: vec![(0, 0); n_words.iter().sum()], n: 0 };
        for profile in profiles {
            if let Some((word, bit)) = places.word_of(*profile) {
                places.words[word].0 |= 1 << bit;
            }
        }
        for (bits, before) in &mut places.words {
            *before = places.n as u32;
            places.n += bits.count_ones() as usize;
        }
        places
    }

    /// The word and the bit of a profile.
    fn word_of(&self, profile: u32) -> Option<(usize, u32)> {
        let profile = ProfileId(profile);
        let slot = usize::from(profile.slot());
        let word = self.slots[slot] + profile.ordinal() as usize / 64;
        (word < self.slots[slot + 1]).then_some((word, profile.ordinal() % 64))
    }

    /// A profile's place.
    fn of_profile(&self, profile: u32) -> Option<u32> {
        let (word, bit) = self.word_of(profile)?;
        let (bits, before) = *self.words.get(word)?;
        (bits >> bit & 1 == 1).then(|| before + (bits & ((1 << bit) - 1)).count_ones())
    }

    /// Some profile that has a place for which `is_missing`.
    fn find(&self, is_missing: impl Fn(usize) -> bool) -> Option<u32> {
        let profiles = (0..SLOTS).flat_map(|slot| {
            let words = self.slots[slot]..self.slots[slot + 1];
            let first = (slot as u32) << (u32::BITS - SLOTS.ilog2());
            (0..words.len() as u32 * 64).map(move |ordinal| first | ordinal)
        });
        profiles.into_iter().find(|profile| self.of_profile(*profile).is_some_and(|place| is_missing(place as usize)))
    }
}

/// The first bits of a token.
fn head_of(token: &Key, bits: u32) -> usize {
    let head = u64::from(u32::from_be_bytes([token[0], token[1], token[2], token[3]]));
    (head >> (u32::BITS - bits)) as usize
}

/// The nodes of profiles, by their places.
fn nodes_of(places: &Places, table: &TableSnapshot) -> Result<(Vec<Node>, Types), DepositError> {
    let mut nodes: Vec<Option<Node>> = vec![None; places.n];
    let mut types = Types::default();
    for file in &table.files {
        for batch in read_file(file, &["profile", "token", "id_type", "alias"], &["id_type"])? {
            let batch = batch?;
            let numbers = batch.column(0).as_primitive::<Int64Type>();
            let tokens = batch.column(1).as_binary::<i32>();
            let names = Repeating::of(batch.column(2).as_dictionary::<Int32Type>());
            let aliases = batch.column(3).as_boolean();
            for row in (0..batch.num_rows()).filter(|row| !aliases.value(*row)) {
                let profile = numbers.value(row) as u32;
                let Some(place) = places.of_profile(profile) else { continue };
                let Some(token) = token_of(tokens.value(row)) else { continue };
                let name = names.place(row).and_then(|place| names.texts[place]).unwrap_or_default();
                let id_type = types.named(name)?.clone();
                let (rank, weak, kind) = (id_type.priority(), id_type.weak(), types.number_of(&id_type));
                if let Some(node) = nodes.get_mut(place as usize) {
                    *node = Some(Node { profile: ProfileId(profile), rank, kind, weak, token });
                }
            }
        }
    }
    if nodes.contains(&None) {
        let profile = places.find(|place| nodes[place].is_none()).unwrap_or_default();
        let path = table.files.first().and_then(|file| file.path.parent()).map(Into::into).unwrap_or_default();
        let reason = format!("profile {profile} of the token index is not in it");
        return Err(LakeError::Damaged { path, reason }.into());
    }
    // In place, which `flatten` would not be: there may be millions.
    Ok((nodes.into_iter().map_while(|node| node).collect(), types))
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn profiles_have_the_places_of_a_sorted_list(
            profiles in prop::collection::vec((prop_oneof![0_u32..3, Just(255)], 0_u32..200), 0..300),
            others in prop::collection::vec(any::<u32>(), 20),
        ) {
            let profiles: Vec<u32> = profiles.into_iter().map(|(slot, ordinal)| slot << 24 | ordinal).collect();
            let places = Places::of(&profiles);
            let sorted: Vec<u32> = profiles.iter().copied().collect::<BTreeSet<u32>>().into_iter().collect();
            prop_assert_eq!(places.n, sorted.len());
            let near = sorted.iter().flat_map(|profile| [profile.wrapping_sub(1), *profile, profile.wrapping_add(1)]);
            for profile in near.chain(others) {
                let wanted = sorted.binary_search(&profile).ok().map(|place| place as u32);
                prop_assert_eq!(places.of_profile(profile), wanted);
            }
            for (place, profile) in sorted.iter().enumerate() {
                prop_assert_eq!(places.find(|other| other >= place), Some(*profile));
            }
            prop_assert_eq!(places.find(|_| false), None);
        }

        #[test]
        fn tokens_are_found_in_groups_as_in_a_map(
            // Many in one group, and spread.
            held in prop::collection::btree_map((prop_oneof![Just(7), any::<u8>()], any::<u8>()), any::<u32>(), 0..300),
            asked in prop::collection::vec((any::<u8>(), any::<u8>()), 0..50),
        ) {
            let token = |(head, tail): (u8, u8)| {
                let mut token = [0; 16];
                (token[0], token[15]) = (head, tail);
                token
            };
            let held: BTreeMap<Key, u32> = held.into_iter().map(|(ends, number)| (token(ends), number)).collect();
            let ends = Ends::new(held.keys().copied().collect(), held.values().copied().collect());
            let asked: Vec<Key> = held.keys().copied().chain(asked.into_iter().map(token)).collect();
            let mut nodes = vec![Some(1)];
            ends.nodes_of(&asked, &mut nodes);
            prop_assert_eq!(nodes, asked.iter().map(|token| held.get(token).copied()).collect::<Vec<_>>());
        }
    }
}
