//! Rows of tracked events on their way: who sent each and when, and what becomes of the events that they are of.

use std::collections::BTreeMap;
use std::sync::Arc;

use databank_catalog::{CollectedMinute, EventCounts};

use crate::events::dedupe::Fate;
use crate::live::texts::Texts;
use crate::reject::Reject;

const MINUTE_US: i64 = 60_000_000;

/// What one source sent.
#[derive(Debug, Clone)]
pub struct Arrivals {
    /// The declared source.
    pub source: Arc<str>,
    /// Row by row, the event that it is of.
    pub events: Vec<Arrival>,
    /// The events as they came.
    pub texts: Arc<Texts>,
}

impl Arrivals {
    /// A row that is refused, as it is kept: its whole event is.
    pub(crate) fn reject(&self, row: usize, block: &str, code: &str, message: &str) -> Reject {
        let event = self.events.get(row).map_or(u32::MAX, |arrival| arrival.event);
        Reject {
            block: block.to_owned(),
            source: Some(Arc::clone(&self.source)),
            file: None,
            line: None,
            code: code.to_owned(),
            field: None,
            message: message.to_owned(),
            row: self.texts.kept(event),
        }
    }
}

/// An event that a row is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrival {
    /// Its number among the events of its deposit, in the order in which they came.
    pub event: u32,
    /// When it was received, µs UTC.
    pub received_us: i64,
}

/// What became of an event. Of several rows of one event the least one here counts: an order of which some lines were there
/// already is new as long as one line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// New.
    Accepted,
    /// Refused and kept.
    Rejected,
    /// There already.
    Duplicate,
    /// Refused by consent, erasure or policy.
    Suppressed,
}

impl From<Fate> for Outcome {
    fn from(fate: Fate) -> Self {
        match fate {
            Fate::Accepted => Self::Accepted,
            Fate::Duplicate | Fate::Outdated => Self::Duplicate,
            Fate::Conflict => Self::Rejected,
        }
    }
}

/// The account of a deposit's tracked events.
#[derive(Debug, Default)]
pub struct Ledger {
    /// The sequence of the inbox up to which the deposit holds what came.
    pub offset: u64,
    sources: Vec<Arc<str>>,
    events: Vec<(u32, i64, Option<Outcome>)>,
    /// The stored rejects that events are, which are read again.
    repairs: BTreeMap<u32, String>,
}

impl Ledger {
    /// Of nothing yet, beside what a version holds: the inbox up to a sequence.
    pub(crate) fn after(offset: u64) -> Self {
        Self { offset, ..Self::default() }
    }

    /// Adds an event; answers its number.
    pub fn add(&mut self, source: &Arc<str>, received_us: i64) -> u32 {
        let held = self.sources.iter().rposition(|held| held == source);
        let place = held.unwrap_or_else(|| {
            self.sources.push(Arc::clone(source));
            self.sources.len() - 1
        });
        self.events.push((place as u32, received_us.div_euclid(MINUTE_US), None));
        (self.events.len() - 1) as u32
    }

    /// How many events there are.
    pub fn len(&self) -> usize {
        self.events.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    /// Notes that an event is a stored reject, read again: it was counted when it came.
    pub(crate) fn repair(&mut self, event: u32, reject: &str) {
        self.repairs.insert(event, reject.to_owned());
    }

    /// Whether events are read again.
    pub(crate) fn is_replay(&self) -> bool {
        !self.repairs.is_empty()
    }

    /// The stored rejects that nothing is wrong with any more.
    pub(crate) fn repaired(&self) -> impl Iterator<Item = &String> {
        let is_good = |event: &u32| self.outcome(*event) != Outcome::Rejected;
        self.repairs.iter().filter(move |(event, _)| is_good(event)).map(|(_, reject)| reject)
    }

    /// What became of an event.
    fn outcome(&self, event: u32) -> Outcome {
        // An event of which nothing came says nothing that is not known.
        self.events.get(event as usize).and_then(|(_, _, outcome)| *outcome).unwrap_or(Outcome::Duplicate)
    }

    /// What became of each event, by its number.
    pub(crate) fn outcomes(&self) -> Vec<Outcome> {
        (0..self.events.len() as u32).map(|event| self.outcome(event)).collect()
    }

    /// Notes what became of a row of an event.
    pub fn note(&mut self, event: u32, outcome: Outcome) {
        if let Some((_, _, held)) = self.events.get_mut(event as usize) {
            *held = Some(held.map_or(outcome, |held| held.min(outcome)));
        }
    }

    /// What became of those that came, by minute and source.
    pub fn minutes(&self) -> Vec<CollectedMinute> {
        let mut minutes: BTreeMap<(i64, u32), EventCounts> = BTreeMap::new();
        for ((source, minute, _), event) in self.events.iter().zip(0..) {
            if self.repairs.contains_key(&event) {
                continue;
            }
            let counts = minutes.entry((*minute, *source)).or_default();
            counts.received += 1;
            *match self.outcome(event) {
                Outcome::Accepted => &mut counts.accepted,
                Outcome::Duplicate => &mut counts.duplicate,
                Outcome::Rejected => &mut counts.rejected,
                Outcome::Suppressed => &mut counts.suppressed,
            } += 1;
        }
        let named = |((minute, source), counts): ((i64, u32), EventCounts)| {
            let source = self.sources.get(source as usize)?.to_string();
            Some(CollectedMinute { source, minute, counts })
        };
        minutes.into_iter().filter_map(named).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_counts_once_whatever_becomes_of_its_lines() {
        let mut ledger = Ledger::default();
        let (web, till): (Arc<str>, Arc<str>) = ("web".into(), "till".into());
        let order = ledger.add(&web, 59_999_999);
        let again = ledger.add(&web, 59_999_999);
        let other = ledger.add(&till, 60_000_000);
        for outcome in [Outcome::Duplicate, Outcome::Accepted, Outcome::Rejected] {
            ledger.note(order, outcome);
        }
        ledger.note(again, Outcome::Duplicate);
        ledger.note(again, Outcome::Duplicate);
        ledger.note(other, Outcome::Duplicate);
        ledger.note(other, Outcome::Rejected);
        let minutes = ledger.minutes();
        let shown: Vec<(&str, i64, [i64; 4])> = minutes
            .iter()
            .map(|of| {
                let EventCounts { received, accepted, duplicate, rejected, .. } = of.counts;
                (of.source.as_str(), of.minute, [received, accepted, duplicate, rejected])
            })
            .collect();
        assert_eq!(shown, [("web", 0, [2, 1, 1, 0]), ("till", 1, [1, 0, 0, 1])]);
        assert!(minutes.iter().all(|of| of.counts.is_balanced()));
    }
}
