//! One partition's history extended by what a deposit brought, instead of swept from the first event on.
//!
//! Consumers whose news is no older than all that was known of them go on from their remembered state, at the cost of the
//! new events alone. Whoever's past changed (events that came late, a link that joined people, a refund that cancels an
//! order, a status) is swept in full, from the rows of those consumers only.

use databank_lake::{DataFile, RowChoice};
use databank_model::SlotRange;
use databank_stages::{Event, Scratch, State, resume, sweep_with_state};
use rustc_hash::FxHashSet;

use crate::extract::Extractor;
use crate::history::Entity;
use crate::partition::memberships_of;
use crate::people::People;
use crate::refunds::Refunds;
use crate::rows::PartitionHistory;
use crate::source::Membership;
use crate::{HistoryError, HistorySource, RuleProgram};

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

/// A deposit's rows in one partition.
#[derive(Debug, Default)]
struct PartitionNews {
    /// Rows read, whether they mean anything or not.
    rows: u64,
    /// All events, person by person.
    events: Vec<Event>,
    /// Whose they are, and where among them each one's end.
    ends: Vec<(u32, usize)>,
    /// Who joined or left something.
    turned: Vec<u32>,
}

impl Extension<'_> {
    /// Extends what is held of a partition, if anything is. `news_files` are those that may hold rows of the deposit.
    pub(crate) fn extend(
        &self,
        range: SlotRange,
        is_held: bool,
        held: impl FnOnce() -> Result<PartitionHistory, HistoryError>,
        news_files: &[DataFile],
    ) -> Result<Extended, HistoryError> {
        let in_range = |consumer: &&u32| range.contains((**consumer >> 24) as u8);
        let mut in_full: FxHashSet<u32> =
            self.disturbed.iter().chain(&self.refunds.buyers).filter(in_range).copied().collect();
        let files = self.source.files_of(range);
        let rows_of = |files: &[DataFile]| files.iter().map(|file| file.rows).sum::<i64>();
        // All of it is new, as in a first deposit.
        if !files.is_empty() && rows_of(&files) == rows_of(news_files) && !is_held {
            return Ok(Extended::SweepAnew);
        }
        let news = self.read_news(news_files)?;
        if news.rows == 0 && in_full.is_empty() {
            return Ok(Extended::Unchanged);
        }
        // Reading the old rows in order costs less than states and searches for half of them.
        if news.rows.saturating_mul(2) > rows_of(&files) as u64 {
            return Ok(Extended::SweepAnew);
        }
        in_full.extend(&news.turned);
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

    /// The deposit's rows.
    fn read_news(&self, files: &[DataFile]) -> Result<PartitionNews, HistoryError> {
        let people = self.people(files, self.news, &[]);
        let mut news = PartitionNews::default();
        news.rows = people.for_each(&mut |person| {
            if person.turned {
                news.turned.push(person.consumer);
            }
            if !person.events.is_empty() {
                news.events.extend_from_slice(person.events);
                news.ends.push((person.consumer, news.events.len()));
            }
        })?;
        Ok(news)
    }

    fn people<'b>(&'b self, files: &'b [DataFile], choice: &'b RowChoice, memberships: &'b [Membership]) -> People<'b> {
        let cancelled = &self.refunds.cancelled;
        let extractor = Extractor { program: self.program, entity: &Entity::Brand, cancelled };
        People { files, extractor, choice: Some(choice), memberships }
    }

    /// Goes on from the states of consumers that have news; adds those that cannot to `in_full`.
    fn resume_all(
        &self,
        held: &PartitionHistory,
        news: &PartitionNews,
        in_full: &mut FxHashSet<u32>,
    ) -> PartitionHistory {
        let program = &self.program.program;
        let mut resumed = PartitionHistory::default();
        let (mut scratch, mut old, mut intervals) = (Scratch::default(), Vec::new(), Vec::new());
        let mut start = 0;
        for (consumer, end) in news.ends.iter().copied() {
            let events = &news.events[start..end];
            start = end;
            if in_full.contains(&consumer) {
                continue;
            }
            let state = match held.of_consumer(consumer, &mut old) {
                None => {
                    let mut state = State::default();
                    sweep_with_state(program, events, &[], &mut scratch, &mut intervals, &mut state);
                    Some(state)
                }
                // A state of another version is no error: its consumer is swept in full.
                Some(bytes) => State::from_bytes(bytes).ok().and_then(|state| {
                    resume(program, &state, &old, events, state.statuses(), &mut scratch, &mut intervals).ok()
                }),
            };
            match state {
                Some(state) => resumed.push(consumer, &intervals, Some(&state)),
                None => {
                    in_full.insert(consumer);
                }
            }
        }
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
        let stays: Vec<_> = memberships_of(self.source, range, self.program)
            .iter()
            .filter(|stay| consumers.contains(&stay.consumer))
            .copied()
            .collect();
        let (mut scratch, mut intervals, mut state) = (Scratch::default(), Vec::new(), State::default());
        let events = self.people(files, &choice, &stays).for_each(&mut |person| {
            if person.events.is_empty() && person.statuses.is_empty() {
                return;
            }
            let program = &self.program.program;
            sweep_with_state(program, person.events, person.statuses, &mut scratch, &mut intervals, &mut state);
            history.push(person.consumer, &intervals, Some(&state));
        })?;
        Ok((history, events))
    }
}
