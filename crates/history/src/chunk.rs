//! Consecutive rows of one file, packed, and what more is known of some of them.

use databank_lake::tracks::{Orders, PackedDay, Stretch, Tracks};
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
#[derive(Debug)]
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
    fn bits(&self, place: usize, meaning: &Meaning, asked: &mut &[Asked]) -> u64 {
        let row = self.stretch.row + place;
        let passed = asked.iter().take_while(|asked| asked.row < row).count();
        *asked = &asked[passed..];
        let own = asked.first().filter(|asked| asked.row == row);
        meaning.bits | own.map_or(self.otherwise, |own| own.bits) & meaning.filtered
    }

    /// Hands the rows on, which are in the order of days and never cancelled: a day at once, and one by one where a rule asks more of them.
    #[inline]
    pub(crate) fn feed(&self, fold: &mut Fold<'_>) -> Result<(), HistoryError> {
        if !self.meanings.go_by_days(&self.stretch) {
            return self.feed_rows(fold);
        }
        let (mut asked, mut orders) = (self.asked, self.stretch.orders());
        for day in self.stretch.days() {
            let (once, twice) = self.meanings.of_day(&day);
            fold.day(day.day, once, twice);
            if self.meanings.are_apart(&day) {
                self.feed_apart(&day, &mut orders, &mut asked, fold)?;
            }
        }
        Ok(())
    }

    /// Hands on what rows of a day meet of which more has to be known.
    #[inline(never)]
    fn feed_apart(
        &self,
        day: &PackedDay,
        orders: &mut Orders<'_>,
        asked: &mut &[Asked],
        fold: &mut Fold<'_>,
    ) -> Result<(), HistoryError> {
        self.stretch.for_each_row_of(day, |place, code| {
            if self.meanings.is_apart(code) {
                fold.event_apart(day.day, orders.of(place), self.bits(place, self.meanings.of(code), asked));
            }
        })?;
        Ok(())
    }

    #[inline(never)]
    fn feed_rows(&self, fold: &mut Fold<'_>) -> Result<(), HistoryError> {
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
