//! Consecutive rows of one file, packed, and what more is known of some of them.

use databank_lake::tracks::{Stretch, Tracks};
use databank_model::Day;
use databank_model::rules::StatusKind;
use databank_stages::{Event, Fold};
use rustc_hash::FxHashMap;

use crate::HistoryError;
use crate::meaning::{Meaning, Meanings};

/// A joining or leaving of one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct StatusEvent {
    pub(crate) kind: StatusKind,
    pub(crate) programme: u64,
    pub(crate) ts_us: i64,
    /// Leaving sorts before joining at the same instant, so that the later intention, to be a member, holds.
    pub(crate) joins: bool,
    pub(crate) day: i32,
}

/// What was found out of a row, beside its behaviour.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked {
    /// The row's place.
    pub(crate) row: usize,
    /// Filters that it passes, by the conditions' bits, whatever its behaviour.
    pub(crate) bits: u64,
}

/// Some consecutive rows of a file.
#[derive(Debug, Default)]
pub(crate) struct Chunk {
    pub(crate) tracks: Tracks,
    /// How many rows were read for it.
    pub(crate) rows: usize,
    /// What was found out of rows that ask for more, ascending.
    pub(crate) asked: Vec<Asked>,
    /// The filters that all others pass.
    pub(crate) otherwise: u64,
    /// Joinings and leavings, by the places of their rows, ascending.
    pub(crate) statuses: Vec<(usize, StatusEvent)>,
}

/// One person's rows, still packed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Packed<'a> {
    pub(crate) stretch: Stretch<'a>,
    pub(crate) meanings: &'a Meanings,
    /// What was found out of those rows, and what holds of the others.
    pub(crate) asked: &'a [Asked],
    pub(crate) otherwise: u64,
}

impl Packed<'_> {
    /// The conditions that a row meets of which more was asked. `asked` is left at what was found out of the rows after it.
    #[inline]
    fn bits(&self, place: usize, meaning: &Meaning, asked: &mut &[Asked]) -> u64 {
        let row = self.stretch.row + place;
        let passed = asked.iter().take_while(|asked| asked.row < row).count();
        *asked = &asked[passed..];
        let own = asked.first().filter(|asked| asked.row == row);
        meaning.bits | own.map_or(self.otherwise, |own| own.bits) & meaning.filtered
    }

    /// Hands the rows on, which are in the order of days and never cancelled.
    #[inline]
    pub(crate) fn feed(&self, fold: &mut Fold<'_>) -> Result<(), HistoryError> {
        let mut asked = self.asked;
        self.stretch.for_each_row(|place, day, code, orders| {
            let meaning = self.meanings.of(code);
            if meaning.is_apart {
                fold.event_apart(day, orders.of(place), self.bits(place, meaning, &mut asked));
            } else {
                fold.event(day, meaning.bits);
            }
        })?;
        Ok(())
    }

    /// Adds the rows as events; `cancelled` says from which day on an order's purchases no longer count.
    pub(crate) fn add_events(
        &self,
        cancelled: &FxHashMap<u64, i32>,
        events: &mut Vec<Event>,
    ) -> Result<(), HistoryError> {
        let mut asked = self.asked;
        self.stretch.for_each_row(|place, day, code, orders| {
            let meaning = self.meanings.of(code);
            let bits = if meaning.asks_more { self.bits(place, meaning, &mut asked) } else { meaning.bits };
            if bits != 0 {
                let order = orders.of(place);
                let from = if meaning.is_purchase && order != 0 { cancelled.get(&order) } else { None };
                let cancelled_from = from.map_or(Day::OPEN_END, |day| Day(*day));
                events.push(Event { day: Day(day), order, bits, cancelled_from });
            }
        })?;
        Ok(())
    }
}
