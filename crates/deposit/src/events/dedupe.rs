//! Which rows are new, repeated, replacing or in conflict.
//!
//! A row is known by its order line (order_id, line_id, behavior; over all sources) where it has one, else by its event
//! key. Same content: a duplicate. Higher revision: it replaces what is held. Older revision: a duplicate of what was
//! replaced. Anything else: a conflict, which is refused and kept for repair. Within one chunk the highest revision, then
//! the earliest, then the smallest content wins, so the order of rows does not matter.

use databank_lake::LakeError;
use databank_lake::runs::{Key, RunSet};
use rustc_hash::FxHashSet;

/// What is kept of an event key: eight bytes of what the row says.
pub const EVENT_VALUE: usize = 8;
/// What is kept of an order line: content (8), revision (8), event key (16).
pub const LINE_VALUE: usize = 32;

/// A row to decide about.
#[derive(Debug, Clone, Copy)]
pub struct Candidate {
    /// Batch of the chunk.
    pub batch: u32,
    /// Row of the batch.
    pub row: u32,
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

/// What became of the candidates of a chunk.
#[derive(Debug, Default)]
pub struct Verdict {
    /// New rows, by place among the candidates, in ascending order.
    pub accepted: Vec<u32>,
    /// Rows that were there already.
    pub duplicates: Vec<u32>,
    /// Rows that contradict what is there.
    pub conflicts: Vec<u32>,
    /// Event keys and revisions of stored rows that accepted ones replace. The key alone would not do: a higher revision
    /// of an event usually has the event's own id, and so its key.
    pub superseded: Vec<(Key, i64)>,
}

#[derive(Debug, Clone, Copy)]
struct Held {
    content: u64,
    revision: i64,
}

enum Fate {
    New,
    Replaces,
    Duplicate,
    Conflict,
}

fn fate(held: Option<Held>, candidate: &Candidate) -> Fate {
    match held {
        None => Fate::New,
        // Also when it says the same: what it confirms stands against every revision below it.
        Some(held) if candidate.revision > held.revision => Fate::Replaces,
        Some(held) if candidate.revision < held.revision || held.content == candidate.content => Fate::Duplicate,
        Some(_) => Fate::Conflict,
    }
}

/// Decides about a chunk against what is stored, and adds what is accepted to the indexes.
pub fn decide(
    candidates: &[Candidate],
    events: &mut RunSet<EVENT_VALUE>,
    lines: &mut RunSet<LINE_VALUE>,
) -> Result<Verdict, LakeError> {
    let mut verdict = Verdict::default();
    let (with_line, plain): (Vec<u32>, Vec<u32>) = (0..candidates.len() as u32)
        .partition(|place| candidates.get(*place as usize).is_some_and(|c| c.line.is_some()));
    let replacing = decide_lines(candidates, with_line, events, lines, &mut verdict)?;
    decide_plain(candidates, plain, events, &mut verdict)?;
    let mut taken: FxHashSet<Key> = FxHashSet::default();
    // Two different order lines under one event id, both new: the first stands.
    let (accepted, clashing): (Vec<u32>, Vec<u32>) =
        verdict.accepted.iter().partition(|place| taken.insert(candidates[**place as usize].key));
    verdict.accepted = accepted;
    verdict.conflicts.extend(clashing);
    verdict.accepted.sort_unstable();
    // What a refused row would have replaced stands.
    let stands = |place: &u32| verdict.accepted.binary_search(place).is_ok();
    verdict.superseded = replacing.into_iter().filter(|(place, _)| stands(place)).map(|(_, version)| version).collect();
    record(candidates, &verdict, events, lines)?;
    Ok(verdict)
}

/// Sorts places by key, best version first, and looks every distinct key up.
fn groups<const V: usize>(
    candidates: &[Candidate],
    mut places: Vec<u32>,
    key_of: impl Fn(&Candidate) -> Key,
    index: &RunSet<V>,
) -> Result<Vec<(Vec<u32>, Option<[u8; V]>)>, LakeError> {
    let at = |place: &u32| &candidates[*place as usize];
    places.sort_unstable_by_key(|place| {
        let c = at(place);
        (key_of(c), std::cmp::Reverse(c.revision), c.ts_us, c.content, c.batch, c.row)
    });
    let grouped: Vec<Vec<u32>> = places.chunk_by(|a, b| key_of(at(a)) == key_of(at(b))).map(<[u32]>::to_vec).collect();
    let probes: Vec<Key> = grouped.iter().filter_map(|g| g.first()).map(|place| key_of(at(place))).collect();
    let held = index.find(&probes)?;
    Ok(grouped.into_iter().zip(held).collect())
}

/// Decides about order lines; returns those that replace a stored version, with the version, if they are accepted.
fn decide_lines(
    candidates: &[Candidate],
    places: Vec<u32>,
    events: &RunSet<EVENT_VALUE>,
    lines: &RunSet<LINE_VALUE>,
    verdict: &mut Verdict,
) -> Result<Vec<(u32, (Key, i64))>, LakeError> {
    let (mut fresh, mut replacing) = (Vec::new(), Vec::new());
    for (group, stored) in groups(candidates, places, |c| c.line.unwrap_or_default(), lines)? {
        let mut held = stored.map(|value| Held { content: word(&value, 0), revision: word(&value, 8).cast_signed() });
        for place in group {
            let candidate = &candidates[place as usize];
            match fate(held, candidate) {
                Fate::New => fresh.push(place),
                Fate::Replaces => {
                    let key = stored.as_ref().and_then(|value| value.get(16..32)?.try_into().ok()).unwrap_or_default();
                    replacing.push((place, (key, held.map_or(NO_REVISION, |held| held.revision))));
                }
                Fate::Duplicate => {
                    verdict.duplicates.push(place);
                    continue;
                }
                Fate::Conflict => {
                    verdict.conflicts.push(place);
                    continue;
                }
            }
            held = Some(Held { content: candidate.content, revision: candidate.revision });
        }
    }
    let key_of = |place: u32| candidates[place as usize].key;
    // A higher revision usually has the event id of what it replaces.
    let (own, other): (Vec<_>, Vec<_>) = replacing.iter().partition(|(place, (key, _))| key_of(*place) == *key);
    verdict.accepted.extend(own.iter().map(|(place, _)| *place));
    fresh.extend(other.iter().map(|(place, _)| *place));
    // An order line under an event id that is held for something else contradicts it.
    fresh.sort_unstable_by_key(|place| (key_of(*place), candidates[*place as usize].line));
    let keys: Vec<Key> = fresh.iter().map(|place| key_of(*place)).collect();
    for (place, held) in fresh.into_iter().zip(events.find(&keys)?) {
        if held.is_some() { verdict.conflicts.push(place) } else { verdict.accepted.push(place) }
    }
    Ok(replacing)
}

fn decide_plain(
    candidates: &[Candidate],
    places: Vec<u32>,
    events: &RunSet<EVENT_VALUE>,
    verdict: &mut Verdict,
) -> Result<(), LakeError> {
    for (group, stored) in groups(candidates, places, |c| c.key, events)? {
        let mut content = stored.map(|value| word(&value, 0));
        for place in group {
            let candidate = &candidates[place as usize];
            match content {
                None => {
                    verdict.accepted.push(place);
                    content = Some(candidate.content);
                }
                Some(held) if held == candidate.content => verdict.duplicates.push(place),
                Some(_) => verdict.conflicts.push(place),
            }
        }
    }
    Ok(())
}

fn word(bytes: &[u8], at: usize) -> u64 {
    bytes.get(at..at + 8).and_then(|b| b.try_into().ok()).map_or(0, u64::from_le_bytes)
}

fn record(
    candidates: &[Candidate],
    verdict: &Verdict,
    events: &mut RunSet<EVENT_VALUE>,
    lines: &mut RunSet<LINE_VALUE>,
) -> Result<(), LakeError> {
    let accepted = || verdict.accepted.iter().map(|place| &candidates[*place as usize]);
    let mut keys: Vec<(Key, [u8; EVENT_VALUE])> = accepted().map(|c| (c.key, c.content.to_le_bytes())).collect();
    keys.sort_unstable();
    events.push(&keys)?;
    let mut held: Vec<(Key, [u8; LINE_VALUE])> = accepted()
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
        Candidate { batch: 0, row: 0, key: [key; 16], line, revision, ts_us: 0, content }
    }

    fn indexes(directory: &std::path::Path) -> (RunSet<EVENT_VALUE>, RunSet<LINE_VALUE>) {
        (RunSet::open(directory, "e", &[]).unwrap(), RunSet::open(directory, "l", &[]).unwrap())
    }

    fn counts(verdict: &Verdict) -> [usize; 4] {
        [verdict.accepted.len(), verdict.duplicates.len(), verdict.conflicts.len(), verdict.superseded.len()]
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
}
