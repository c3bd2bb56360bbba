//! What becomes of each event of a request, as far as that is known when it comes.

use std::collections::BTreeMap;
use std::sync::Arc;

use databank_catalog::EventCounts;
use databank_deposit::live::{Read, ReadOf, Reading, Sent, Told};
use databank_lake::runs::Key;
use databank_tracking::body::{CallKind, Limits, read};

use crate::CollectError;
use crate::answer::{EventError, MOST_ERRORS};
use crate::gate::Gate;

/// What becomes of a request.
#[derive(Debug)]
pub(crate) struct Admitted {
    pub(crate) counts: EventCounts,
    pub(crate) errors: Vec<EventError>,
    /// What its events are known by from now on, to be let go if the request is not kept.
    pub(crate) keys: Vec<Key>,
}

/// What becomes of an event. Of several rows of one event the least one counts, as when it is deposited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Verdict {
    Accepted,
    Rejected,
    Duplicate,
}

/// Reads an unpacked request and says what becomes of each of its events.
pub(crate) fn admit(
    gate: &Gate,
    source: &Arc<str>,
    (call, received_us): (CallKind, i64),
    unpacked: &[u8],
) -> Result<Admitted, CollectError> {
    let request = read(unpacked, call, &Limits::default())?;
    let brand = gate.brand();
    let mut reading = Reading::new(&brand, false);
    reading.take(Sent { source, received_us, call, request: &request, repairs: None }, 0);
    let known = gate.borrow_ids();
    let read = reading.finish(known.ids())?;
    drop(known);
    judge(gate, &read, request.events.len())
}

fn judge(gate: &Gate, read: &Read, events: usize) -> Result<Admitted, CollectError> {
    let mut verdicts: Vec<Option<Verdict>> = vec![None; events];
    let mut note = |event: u32, verdict: Verdict| {
        if let Some(held) = verdicts.get_mut(event as usize) {
            *held = Some(held.map_or(verdict, |held| held.min(verdict)));
        }
    };
    let mut errors: BTreeMap<u32, EventError> = BTreeMap::new();
    let mut refuse = |index: u32, told: &Told| {
        let Told { code, field, message } = told.clone();
        errors.entry(index).or_insert(EventError { index, code, message, field });
    };
    let mut keys = Vec::new();
    for of in &read.0 {
        for (event, told) in &of.refused {
            note(*event, Verdict::Rejected);
            refuse(*event, told);
        }
        keys.extend(of_source(gate, of)?.into_iter().map(|(key, said, event, stored)| {
            let verdict = match gate.await_event(&key, said, stored) {
                None => Verdict::Accepted,
                Some(true) => Verdict::Duplicate,
                Some(false) => {
                    refuse(event, &conflict());
                    Verdict::Rejected
                }
            };
            note(event, verdict);
            key
        }));
    }
    let mut counts = EventCounts { received: events as i64, ..EventCounts::default() };
    for verdict in &verdicts {
        *match verdict {
            Some(Verdict::Accepted) => &mut counts.accepted,
            Some(Verdict::Rejected) => &mut counts.rejected,
            Some(Verdict::Duplicate) | None => &mut counts.duplicate,
        } += 1;
    }
    // Of an order of which one line contradicts another one and the rest is new, the rest counts.
    let is_refused = |index: &u32| verdicts.get(*index as usize).copied().flatten() == Some(Verdict::Rejected);
    let errors = errors.into_iter().filter(|(index, _)| is_refused(index)).map(|(_, error)| error);
    Ok(Admitted { counts, errors: errors.take(MOST_ERRORS).collect(), keys })
}

/// A row's key, what it says, its event, and what the vault holds under the key.
type Row = (Key, u64, u32, Option<u64>);

/// The rows of a source in the order of their events, with what the vault holds of each.
fn of_source(gate: &Gate, of: &ReadOf) -> Result<Vec<Row>, CollectError> {
    let mut rows: Vec<Row> =
        of.keys(&gate.brand()).into_iter().map(|(key, said, event)| (key, said, event, None)).collect();
    rows.sort_unstable_by_key(|(key, ..)| *key);
    let probes: Vec<Key> =
        rows.chunk_by(|a, b| a.0 == b.0).filter_map(|group| group.first()).map(|row| row.0).collect();
    let held = gate.stored(&probes)?;
    let mut held = held.into_iter();
    for group in rows.chunk_by_mut(|a, b| a.0 == b.0) {
        let stored = held.next().flatten();
        for row in group {
            row.3 = stored;
        }
    }
    rows.sort_by_key(|(.., event, _)| *event);
    Ok(rows)
}

fn conflict() -> Told {
    let message = "another event with the same messageId says something else; a messageId is of one event for ever";
    Told { code: "duplicate_conflict", field: Some("messageId".to_owned()), message: message.to_owned() }
}
