//! One partition's history extended by what a deposit brought, instead of swept from the first event on.
//!
//! Consumers whose news is no older than all that was known of them go on from their remembered state, at the cost of the
//! new events alone. Whoever's past changed (events that came late, a link that joined people, a refund that cancels an
//! order, a status) is swept in full, from the rows of those consumers only.

use databank_lake::{DataFile, RowChoice};
use databank_model::SlotRange;
use databank_stages::{Scratch, State, resume, sweep_with_state};
use rustc_hash::FxHashSet;

use crate::extract::PartitionEvents;
use crate::history::Entity;
use crate::partition::{for_each_person, memberships_of};
use crate::refunds::Refunds;
use crate::rows::PartitionHistory;
use crate::{HistoryError, HistorySource, RuleProgram, statuses};

/// What a history is extended by, the same for all partitions.
pub(crate) struct Extension<'a> {
    /// Events, memberships and partitions as they will be.
    pub(crate) source: &'a HistorySource,
    pub(crate) program: &'a RuleProgram,
    pub(crate) refunds: &'a Refunds,
    /// The rows of the deposit.
    pub(crate) news: &'a RowChoice,
    /// Consumers whose rows came from, or went to, somebody else.
    pub(crate) disturbed: &'a FxHashSet<u32>,
}

/// An extended partition.
#[derive(Debug)]
pub(crate) enum Extended {
    /// The deposit did not touch it.
    Unchanged,
    /// Its history now.
    Changed(Box<Changed>),
    /// So much of it is new that sweeping it anew costs less.
    SweepAnew,
}

/// The history of a partition after an extension, and the work it took.
#[derive(Debug)]
pub(crate) struct Changed {
    pub(crate) history: PartitionHistory,
    /// Events read.
    pub(crate) events: u64,
    /// Consumers that went on from their state.
    pub(crate) resumed: u64,
    /// Consumers swept in full.
    pub(crate) swept: u64,
}

impl Extension<'_> {
    /// Extends what is held of a partition. `news_files` are those that may hold rows of the deposit.
    pub(crate) fn extend(
        &self,
        range: SlotRange,
        held: impl FnOnce() -> Result<PartitionHistory, HistoryError>,
        news_files: &[DataFile],
    ) -> Result<Extended, HistoryError> {
        let in_range = |consumer: &&u32| range.contains((**consumer >> 24) as u8);
        let mut in_full: FxHashSet<u32> =
            self.disturbed.iter().chain(&self.refunds.buyers).filter(in_range).copied().collect();
        let news = PartitionEvents::read(news_files, self.program, &Entity::Brand, Some(self.news))?;
        if news.rows == 0 && in_full.is_empty() {
            return Ok(Extended::Unchanged);
        }
        let files = self.source.files_of(range);
        let stored: i64 = files.iter().map(|file| file.rows).sum();
        // Reading the old rows in order costs less than states and searches for half of them.
        if news.rows.saturating_mul(2) > stored as u64 {
            return Ok(Extended::SweepAnew);
        }
        in_full.extend(news.status_events.iter().map(|event| event.consumer));
        let held = held()?;
        let resumed = self.resume_all(&held, &news, &mut in_full);
        let (swept, events) = self.sweep_in_full(range, &files, &in_full)?;
        let changed = Changed {
            history: held.with(&resumed.with(&swept, &FxHashSet::default()), &in_full),
            events: news.rows + events,
            resumed: resumed.states.len() as u64,
            swept: in_full.len() as u64,
        };
        Ok(Extended::Changed(Box::new(changed)))
    }

    /// Goes on from the states of consumers that have news; adds those that cannot to `in_full`.
    fn resume_all(
        &self,
        held: &PartitionHistory,
        news: &PartitionEvents,
        in_full: &mut FxHashSet<u32>,
    ) -> PartitionHistory {
        let program = &self.program.program;
        let mut resumed = PartitionHistory::default();
        let (mut scratch, mut old, mut intervals) = (Scratch::default(), Vec::new(), Vec::new());
        for_each_person(news, &self.refunds.cancelled, &[], &mut |consumer, person, _| {
            if in_full.contains(&consumer) {
                return;
            }
            let state = match held.of_consumer(consumer, &mut old) {
                None => Some(sweep_with_state(program, person, &[], &mut scratch, &mut intervals)),
                // A state of another version is no error: its consumer is swept in full.
                Some(bytes) => State::from_bytes(bytes).ok().and_then(|state| {
                    let statuses = state.statuses().to_vec();
                    resume(program, &state, &old, person, &statuses, &mut scratch, &mut intervals).ok()
                }),
            };
            match state {
                Some(state) => resumed.push(consumer, &intervals, Some(&state)),
                None => {
                    in_full.insert(consumer);
                }
            }
        });
        resumed
    }

    /// Sweeps the given consumers from their first event on. Returns their history and the events read.
    fn sweep_in_full(
        &self,
        range: SlotRange,
        files: &[DataFile],
        consumers: &FxHashSet<u32>,
    ) -> Result<(PartitionHistory, u64), HistoryError> {
        let mut history = PartitionHistory::default();
        if consumers.is_empty() {
            return Ok((history, 0));
        }
        let choice = RowChoice::new("consumer", consumers.iter().map(|consumer| i64::from(*consumer)));
        let mut events = PartitionEvents::read(files, self.program, &Entity::Brand, Some(&choice))?;
        let stays: Vec<_> = memberships_of(self.source, range)
            .iter()
            .filter(|stay| consumers.contains(&stay.consumer))
            .copied()
            .collect();
        let spans = statuses::spans(&mut events.status_events, &stays);
        let (mut scratch, mut intervals) = (Scratch::default(), Vec::new());
        for_each_person(&events, &self.refunds.cancelled, &spans, &mut |consumer, person, statuses| {
            let state = sweep_with_state(&self.program.program, person, statuses, &mut scratch, &mut intervals);
            history.push(consumer, &intervals, Some(&state));
        });
        Ok((history, events.rows))
    }
}
