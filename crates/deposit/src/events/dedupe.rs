//! Which rows are new, repeated, replacing or in conflict.
//!
//! A row is known by its order line (order_id, line_id, behavior; over all sources) where it has one, else by its event
//! key. Same content: a duplicate. Higher revision: it replaces what is held. Older revision: a duplicate of what was
//! replaced. Anything else: a conflict, which is refused and kept for repair. Within one chunk the highest revision, then
//! the earliest, then the smallest content and event key wins, so the order of rows does not matter.

use std::cmp::Reverse;

use databank_lake::LakeError;
use databank_lake::runs::{Key, RunSet};

use crate::flat::{self, Placed};

/// What is kept of an event key: eight bytes of what the row says.
pub const EVENT_VALUE: usize = 8;
/// What is kept of an order line: content (8), revision (8), event key (16).
pub const LINE_VALUE: usize = 32;

/// A row to decide about, known by its place among the others of its chunk.
#[derive(Debug, Clone, Copy)]
pub struct Candidate {
    /// Event key.
    pub key: Key,
    /// Order line, where it has one.
    pub line: Option<Key>,
    /// Revision; the least number when it has none.
    pub revision: i64,
    /// When it happened.
    pub ts_us: i64,
    /// Eight bytes of what it says.
    pub content: u64,
}

/// A row without a revision is older than any with one.
pub const NO_REVISION: i64 = i64::MIN;

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It is new, or replaces what was there.
    Accepted,
    /// It was there already.
    Duplicate,
    /// What it says has been replaced by a higher revision: a duplicate, of which only its ids are of use. Whoever came
    /// first, they say who is one person.
    Outdated,
    /// It contradicts what is there.
    Conflict,
}

/// What became of the candidates of a chunk.
#[derive(Debug, Default)]
pub struct Verdict {
    /// The fate of each candidate, in their order.
    pub fates: Vec<Fate>,
    /// Event keys and revisions of stored rows that accepted ones replace. The key alone would not do: a higher revision
    /// of an event usually has the event's own id, and so its key.
    pub superseded: Vec<(Key, i64)>,
}

impl Verdict {
    /// How many candidates had this fate.
    pub fn count(&self, fate: Fate) -> usize {
        self.fates.iter().filter(|one| **one == fate).count()
    }

    fn set(&mut self, place: u32, fate: Fate) {
        if let Some(slot) = self.fates.get_mut(place as usize) {
            *slot = fate;
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct Held {
    content: u64,
    revision: i64,
}

/// How a row stands to what is held of its order line.
enum Standing {
    New,
    Replaces,
    Duplicate,
    Conflict,
}

fn standing(held: Option<Held>, candidate: &Candidate) -> Standing {
    match held {
        None => Standing::New,
        // Also when it says the same: what it confirms stands against every revision below it.
        Some(held) if candidate.revision > held.revision => Standing::Replaces,
        Some(held) if candidate.revision < held.revision || held.content == candidate.content => Standing::Duplicate,
        Some(_) => Standing::Conflict,
    }
}

/// Decides about a chunk against what is stored, and adds what is accepted to the indexes.
pub fn decide(
    candidates: &[Candidate],
    events: &mut RunSet<EVENT_VALUE>,
    lines: &mut RunSet<LINE_VALUE>,
) -> Result<Verdict, LakeError> {
    // Every place is set below; a row that were forgotten must not pass for a stored one.
    let mut verdict = Verdict { fates: vec![Fate::Conflict; candidates.len()], superseded: Vec::new() };
    let (mut with_line, mut plain) = (Vec::new(), Vec::with_capacity(candidates.len()));
    for (candidate, place) in candidates.iter().zip(0..) {
        match &candidate.line {
            Some(line) => with_line.push(Placed::new(line, place)),
            None => plain.push(Placed::new(&candidate.key, place)),
        }
    }
    let mut accepted = Vec::with_capacity(plain.len());
    let replacing = decide_lines(candidates, with_line, events, lines, &mut verdict, &mut accepted)?;
    decide_plain(candidates, plain, events, &mut verdict, &mut accepted)?;
    // Two different order lines under one event id, both new: the first stands.
    flat::sort_by_key(&mut accepted);
    for group in accepted.chunk_by_mut(Placed::is_beside) {
        best_first(candidates, group);
    }
    accepted.dedup_by(|later, first| later.is_beside(first));
    for one in &accepted {
        verdict.set(one.place, Fate::Accepted);
    }
    // What a refused row would have replaced stands.
    let stands = |place: u32| verdict.fates.get(place as usize) == Some(&Fate::Accepted);
    verdict.superseded =
        replacing.into_iter().filter(|(place, _)| stands(*place)).map(|(_, version)| version).collect();
    record(candidates, &accepted, events, lines)?;
    Ok(verdict)
}

/// Sorts rows of one key: which comes first depends on what they say and not on where they stand.
fn best_first(candidates: &[Candidate], group: &mut [Placed]) {
    // Most keys come once: only the others are compared further.
    if group.len() > 1 {
        group.sort_unstable_by_key(|one| {
            let candidate = &candidates[one.place as usize];
            let Candidate { key, line, revision, ts_us, content } = *candidate;
            (Reverse(revision), ts_us, content, key, line, one.place)
        });
    }
}

/// Sorts by key, best version first, and looks every distinct key up, in their order.
fn look_up<const V: usize>(
    candidates: &[Candidate],
    placed: &mut [Placed],
    index: &RunSet<V>,
) -> Result<Vec<Option<[u8; V]>>, LakeError> {
    flat::sort_by_key(placed);
    let mut probes: Vec<Key> = Vec::with_capacity(placed.len());
    for group in placed.chunk_by_mut(Placed::is_beside) {
        best_first(candidates, group);
        probes.extend(group.first().map(Placed::key));
    }
    index.find(&probes)
}

/// Decides about order lines. Adds those that may stand to `accepted` by event key; returns those that replace a stored
/// version, with the version, if they are accepted.
fn decide_lines(
    candidates: &[Candidate],
    mut placed: Vec<Placed>,
    events: &RunSet<EVENT_VALUE>,
    lines: &RunSet<LINE_VALUE>,
    verdict: &mut Verdict,
    accepted: &mut Vec<Placed>,
) -> Result<Vec<(u32, (Key, i64))>, LakeError> {
    let stored = look_up(candidates, &mut placed, lines)?;
    let (mut fresh, mut replacing) = (Vec::new(), Vec::new());
    for (group, stored) in placed.chunk_by(Placed::is_beside).zip(stored) {
        let mut held = stored.map(|value| Held { content: word(&value, 0), revision: word(&value, 8).cast_signed() });
        for &Placed { place, .. } in group {
            let candidate = &candidates[place as usize];
            match standing(held, candidate) {
                Standing::New => fresh.push(place),
                Standing::Replaces => {
                    let key = stored.as_ref().and_then(|value| value.get(16..32)?.try_into().ok()).unwrap_or_default();
                    replacing.push((place, (key, held.map_or(NO_REVISION, |held| held.revision))));
                }
                Standing::Duplicate => {
                    let outdated = held.is_some_and(|held| candidate.revision < held.revision);
                    verdict.set(place, if outdated { Fate::Outdated } else { Fate::Duplicate });
                    continue;
                }
                Standing::Conflict => {
                    verdict.set(place, Fate::Conflict);
                    continue;
                }
            }
            held = Some(Held { content: candidate.content, revision: candidate.revision });
        }
    }
    let key_of = |place: u32| candidates[place as usize].key;
    for (place, (key, _)) in &replacing {
        // A higher revision usually has the event id of what it replaces.
        if key_of(*place) == *key {
            accepted.push(Placed::new(key, *place));
        } else {
            fresh.push(*place);
        }
    }
    // An order line under an event id that is held for something else contradicts it.
    fresh.sort_unstable_by_key(|place| (key_of(*place), candidates[*place as usize].line));
    let keys: Vec<Key> = fresh.iter().map(|place| key_of(*place)).collect();
    for ((place, key), held) in fresh.into_iter().zip(&keys).zip(events.find(&keys)?) {
        match held {
            Some(_) => verdict.set(place, Fate::Conflict),
            None => accepted.push(Placed::new(key, place)),
        }
    }
    Ok(replacing)
}

fn decide_plain(
    candidates: &[Candidate],
    mut placed: Vec<Placed>,
    events: &RunSet<EVENT_VALUE>,
    verdict: &mut Verdict,
    accepted: &mut Vec<Placed>,
) -> Result<(), LakeError> {
    let stored = look_up(candidates, &mut placed, events)?;
    for (group, stored) in placed.chunk_by(Placed::is_beside).zip(stored) {
        let mut content = stored.map(|value| word(&value, 0));
        for one in group {
            let said = candidates[one.place as usize].content;
            match content {
                None => {
                    accepted.push(*one);
                    content = Some(said);
                }
                Some(held) if held == said => verdict.set(one.place, Fate::Duplicate),
                Some(_) => verdict.set(one.place, Fate::Conflict),
            }
        }
    }
    Ok(())
}

fn word(bytes: &[u8], at: usize) -> u64 {
    bytes.get(at..at + 8).and_then(|b| b.try_into().ok()).map_or(0, u64::from_le_bytes)
}

/// Adds accepted rows, in the order of their event keys, to the indexes.
fn record(
    candidates: &[Candidate],
    accepted: &[Placed],
    events: &mut RunSet<EVENT_VALUE>,
    lines: &mut RunSet<LINE_VALUE>,
) -> Result<(), LakeError> {
    let of = |one: &Placed| &candidates[one.place as usize];
    let keys: Vec<(Key, [u8; EVENT_VALUE])> =
        accepted.iter().map(|one| (one.key(), of(one).content.to_le_bytes())).collect();
    events.push(&keys)?;
    let mut held: Vec<(Key, [u8; LINE_VALUE])> = accepted
        .iter()
        .map(of)
        .filter_map(|c| {
            let mut value = [0; LINE_VALUE];
            value[..8].copy_from_slice(&c.content.to_le_bytes());
            value[8..16].copy_from_slice(&c.revision.to_le_bytes());
            value[16..].copy_from_slice(&c.key);
            Some((c.line?, value))
        })
        .collect();
    held.sort_unstable();
    lines.push(&held)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(key: u8, line: Option<u8>, revision: i64, content: u64) -> Candidate {
        let line = line.map(|n| [n; 16]);
        Candidate { key: [key; 16], line, revision, ts_us: 0, content }
    }

    fn indexes(directory: &std::path::Path) -> (RunSet<EVENT_VALUE>, RunSet<LINE_VALUE>) {
        (RunSet::open(directory, "e", &[]).unwrap(), RunSet::open(directory, "l", &[]).unwrap())
    }

    fn counts(verdict: &Verdict) -> [usize; 4] {
        let of = |fate| verdict.count(fate);
        let duplicates = of(Fate::Duplicate) + of(Fate::Outdated);
        [of(Fate::Accepted), duplicates, of(Fate::Conflict), verdict.superseded.len()]
    }

    #[test]
    fn an_event_id_counts_once_and_contradictions_are_kept_apart() {
        let directory = tempfile::tempdir().unwrap();
        let (mut events, mut lines) = indexes(directory.path());
        let first = [row(1, None, NO_REVISION, 7), row(1, None, NO_REVISION, 7), row(2, None, NO_REVISION, 8)];
        assert_eq!(counts(&decide(&first, &mut events, &mut lines).unwrap()), [2, 1, 0, 0]);
        let again = [row(1, None, NO_REVISION, 7), row(2, None, NO_REVISION, 9), row(3, None, NO_REVISION, 1)];
        assert_eq!(counts(&decide(&again, &mut events, &mut lines).unwrap()), [1, 1, 1, 0]);
    }

    #[test]
    fn a_higher_revision_replaces_and_an_older_one_adds_nothing() {
        let directory = tempfile::tempdir().unwrap();
        let (mut events, mut lines) = indexes(directory.path());
        let one = [row(1, Some(1), 1, 10), row(2, Some(1), 3, 30), row(3, Some(1), 2, 20)];
        assert_eq!(counts(&decide(&one, &mut events, &mut lines).unwrap()), [1, 2, 0, 0]);
        let two = decide(&[row(4, Some(1), 4, 40)], &mut events, &mut lines).unwrap();
        assert_eq!(two.superseded, [([2; 16], 3)]);
        let late = [row(3, Some(1), 2, 20), row(5, Some(1), NO_REVISION, 99), row(6, Some(1), 4, 41)];
        assert_eq!(counts(&decide(&late, &mut events, &mut lines).unwrap()), [0, 2, 1, 0]);
    }

    #[test]
    fn one_event_id_for_two_order_lines_is_a_conflict() {
        let directory = tempfile::tempdir().unwrap();
        let (mut events, mut lines) = indexes(directory.path());
        let both = [row(1, Some(1), NO_REVISION, 10), row(1, Some(2), NO_REVISION, 20)];
        assert_eq!(counts(&decide(&both, &mut events, &mut lines).unwrap()), [1, 0, 1, 0]);
        assert_eq!(counts(&decide(&[row(1, Some(3), 9, 30)], &mut events, &mut lines).unwrap()), [0, 0, 1, 0]);
    }

    #[test]
    fn a_revision_that_is_refused_replaces_nothing() {
        let directory = tempfile::tempdir().unwrap();
        let (mut events, mut lines) = indexes(directory.path());
        let stored = [row(1, Some(1), 1, 10), row(2, Some(2), 1, 20)];
        assert_eq!(counts(&decide(&stored, &mut events, &mut lines).unwrap()), [2, 0, 0, 0]);
        // One event id for two order lines: the first stands.
        let both = [row(3, Some(1), 2, 11), row(3, Some(2), 2, 21)];
        assert_eq!(counts(&decide(&both, &mut events, &mut lines).unwrap()), [1, 0, 1, 1]);
        // An event id that is held for another order line.
        assert_eq!(counts(&decide(&[row(1, Some(2), 3, 22)], &mut events, &mut lines).unwrap()), [0, 0, 1, 0]);
        // Its own event id, and one that is new.
        let next = decide(&[row(2, Some(2), 2, 23)], &mut events, &mut lines).unwrap();
        assert_eq!(next.superseded, [([2; 16], 1)]);
        let next = decide(&[row(4, Some(2), 3, 24)], &mut events, &mut lines).unwrap();
        assert_eq!(next.superseded, [([2; 16], 2)]);
    }

    /// What became of each row, whatever the order of rows.
    fn outcomes(chunk: &[Candidate], verdict: &Verdict) -> Vec<String> {
        let mut all: Vec<String> =
            chunk.iter().zip(&verdict.fates).map(|(row, fate)| format!("{row:?} {fate:?}")).collect();
        all.sort_unstable();
        all
    }

    #[test]
    fn the_order_of_rows_within_a_chunk_does_not_matter() {
        // Few keys, lines, revisions and contents, so that every rule meets every other.
        let byte = |round: u64, at: u64| blake3::hash(&[round.to_le_bytes(), at.to_le_bytes()].concat()).as_bytes()[0];
        let row_of = |round: u64, at: u64| {
            let one = |part: u64, among: u8| byte(round, at * 8 + part) % among;
            let line = (one(1, 3) > 0).then(|| one(2, 4));
            let revision = if one(3, 3) == 0 { NO_REVISION } else { i64::from(one(4, 3)) };
            Candidate { ts_us: i64::from(one(5, 3)), ..row(one(0, 6), line, revision, u64::from(one(6, 3))) }
        };
        for round in 0..300 {
            let directories = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
            let [mut one, mut other] = directories.each_ref().map(|directory| indexes(directory.path()));
            for chunk in 0..3 {
                let rows: Vec<Candidate> = (0..12).map(|at| row_of(round, chunk * 100 + at)).collect();
                let mut turned: Vec<Candidate> = rows.iter().rev().copied().collect();
                turned.rotate_left(usize::from(byte(round, chunk)) % 12);
                let straight = decide(&rows, &mut one.0, &mut one.1).unwrap();
                let crooked = decide(&turned, &mut other.0, &mut other.1).unwrap();
                assert_eq!(outcomes(&rows, &straight), outcomes(&turned, &crooked), "round {round}");
                let superseded = [straight, crooked].map(|mut verdict| {
                    verdict.superseded.sort_unstable();
                    verdict.superseded
                });
                assert_eq!(superseded[0], superseded[1], "round {round}");
            }
        }
    }
}
