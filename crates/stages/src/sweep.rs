//! The sweep: one pass over a consumer's events, from day to day.
//!
//! Conditions have no negation. So between two days on which something happens everything only decays: an event condition
//! holds until its window ends, an `any` until the last of its parts does, an `all` until the first does. Every stage has an
//! *end* in this sense; what comes between two such days is told by the end of the present stage, then by that of the one
//! which holds there, and so on.
//!
//! Something happens on a day with events, and on a day on which a status turns or a cancelled event stops to count: those
//! are turned into a short list of [`Turn`]s beforehand.

use std::convert::Infallible;
use std::hint::select_unpredictable;

use databank_model::Day;

use crate::cancelled::{self, Overlaps};
use crate::fold::{Days, Fold, OneDay};
use crate::input::{Event, Interval, StatusSpan};
use crate::program::{Program, status_bit};
use crate::statuses;
use crate::window::{Key, OFF, Windows};

/// Something known beforehand to begin or stop to hold on a day.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Turn {
    pub(crate) day: i32,
    pub(crate) subject: Subject,
    pub(crate) holds: bool,
}

/// What turns.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Subject {
    /// A leaf, by index.
    Leaf(u8),
    /// A status, by bit.
    Status(u8),
}

/// Sweeps consumers, one after another, under one program. What it holds is room, reused so that nothing is allocated for a
/// consumer once it has grown.
///
/// Of a consumer with events alone: [`events`](Self::events). Of one who has statuses or cancelled events too:
/// [`person`](Self::person).
#[derive(Debug)]
pub struct Sweep<'p> {
    program: &'p Program,
    n_stages: usize,
    windows: Windows,
    /// The leaves that live in the windows; the others turn.
    windowed: u64,
    /// The statuses that hold.
    statuses: u8,
    /// The present stage (the one after the last is none), since when, and the first day on which it no longer holds if nothing
    /// happens.
    stage: usize,
    since: i32,
    end: i32,
    days: Days,
    /// The intervals so far, at the beginning of a list with room for more.
    intervals: Vec<Interval>,
    n_intervals: usize,
    /// Turns by day, and how many have been passed.
    turns: Vec<Turn>,
    turned: usize,
    spans: Vec<StatusSpan>,
    overlaps: Overlaps,
}

impl<'p> Sweep<'p> {
    /// Room for a program's sweeps.
    pub fn new(program: &'p Program) -> Self {
        Self {
            program,
            n_stages: program.n_stages(),
            windows: Windows::new(program),
            windowed: program.known,
            statuses: 0,
            stage: program.n_stages(),
            since: OFF,
            end: i32::MAX,
            days: Days::default(),
            intervals: Vec::new(),
            n_intervals: 0,
            turns: Vec::new(),
            turned: 0,
            spans: Vec::new(),
            overlaps: Overlaps::default(),
        }
    }

    /// The stage history of a consumer: maximal intervals in day order, the future decay included.
    ///
    /// `events` are sorted by day; the order within a day makes no difference. `statuses` come in any order.
    pub fn person(&mut self, events: &[Event], statuses: &[StatusSpan]) -> &[Interval] {
        self.begin();
        statuses::canonical(self.program, statuses, &mut self.spans);
        status_turns(&self.spans, &mut self.turns);
        // Cancellations are rare, and looking for one is cheap beside looking at what it touches.
        if events.iter().any(|event| event.cancelled_from != Day::OPEN_END) {
            let touched = cancelled::touched_leaves(self.program, events);
            for leaf in ones(touched) {
                cancelled::turns_of(self.program, leaf, events, &mut self.overlaps, &mut self.turns);
            }
            self.windowed &= !touched;
        }
        self.turns.sort_unstable_by_key(|turn| turn.day);
        let folded: Result<(), Infallible> = self.days.fold(self.program, events.len(), |fold| {
            let counting = events.iter().filter(|event| event.cancelled_from > event.day);
            counting.for_each(|event| fold.event(event.day.0, event.order, event.bits));
            Ok(())
        });
        match folded {
            Ok(()) => self.go(),
        }
    }

    /// The history, as [`person`](Self::person) gives it, of a consumer with up to `n` events alone, none of them cancelled:
    /// `feed` hands them over in the order of days. Its error is passed on.
    #[inline]
    pub fn events<E>(&mut self, n: usize, feed: impl FnOnce(&mut Fold<'_>) -> Result<(), E>) -> Result<&[Interval], E> {
        self.days.fold(self.program, n, feed)?;
        self.begin();
        Ok(self.go())
    }

    /// Begins a consumer.
    #[inline]
    fn begin(&mut self) {
        self.windows.reset(self.program);
        self.windowed = self.program.known;
        self.statuses = 0;
        self.stage = self.n_stages;
        self.since = OFF;
        self.end = i32::MAX;
        self.n_intervals = 0;
        self.turns.clear();
        self.turned = 0;
    }

    /// Goes through the days.
    fn go(&mut self) -> &[Interval] {
        let days = std::mem::take(&mut self.days);
        let mut apart = days.apart.iter().peekable();
        // Nothing is known of days beyond the calendar.
        let known = days.list().iter().enumerate().take_while(|(_, of_day)| of_day.day < Day::OPEN_END.0);
        for (place, OneDay { day, once, twice }) in known.filter(|(_, of_day)| of_day.once != 0) {
            self.turn_before(*day);
            self.decay_until(*day);
            while let Some(event) = apart.next_if(|event| event.place <= place) {
                for leaf in ones(event.bits & self.program.rings & self.windowed) {
                    self.windows.add(self.program, leaf, Key { day: *day, order: event.order });
                }
            }
            self.windows.take_day(self.program, *day, once & self.windowed, twice & self.windowed);
            if self.turned < self.turns.len() {
                self.turn(*day);
            }
            self.judge(*day);
        }
        self.days = days;
        self.turn_before(Day::OPEN_END.0);
        self.decay_until(Day::OPEN_END.0);
        self.leave(Day::OPEN_END.0, true);
        &self.intervals[..self.n_intervals]
    }

    /// Goes through the turns before a day on which something happens: what that brings must not be known to them.
    #[inline]
    fn turn_before(&mut self, next: i32) {
        while let Some(turn) = self.turns.get(self.turned).filter(|turn| turn.day < next) {
            let day = turn.day;
            self.decay_until(day);
            self.turn(day);
            self.judge(day);
        }
    }

    /// Turns what is due by a day.
    #[inline(never)]
    fn turn(&mut self, day: i32) {
        while let Some(turn) = self.turns.get(self.turned).filter(|turn| turn.day <= day) {
            match (turn.subject, turn.holds) {
                (Subject::Leaf(leaf), holds) => self.windows.set(leaf, holds),
                (Subject::Status(bit), true) => self.statuses |= bit,
                (Subject::Status(bit), false) => self.statuses &= !bit,
            }
            self.turned += 1;
        }
    }

    /// Goes through the ends of stages before a day.
    #[inline]
    fn decay_until(&mut self, day: i32) {
        while self.end < day {
            self.decay();
        }
    }

    #[inline(never)]
    fn decay(&mut self) {
        let end = self.end;
        self.leave(end, true);
        self.enter(self.deepest(end));
    }

    /// Works out the stage of a day, and how long it holds.
    #[inline]
    fn judge(&mut self, day: i32) {
        let stage = self.deepest(day);
        self.leave(day, stage != self.stage);
        self.enter(stage);
    }

    /// The deepest stage that holds on a day.
    #[inline]
    fn deepest(&self, day: i32) -> usize {
        self.program.deepest(self.statuses, self.windows.holding(self.program, day))
    }

    #[inline]
    fn enter(&mut self, stage: usize) {
        self.stage = stage;
        self.end = self.program.end_of_stage(self.statuses, stage, self.windows.ends());
    }

    /// Ends the stay in the present stage, if it `ends`: one that does not, and one in no stage, is written too, and written over by
    /// the next.
    #[inline]
    fn leave(&mut self, day: i32, ends: bool) {
        if self.n_intervals == self.intervals.len() {
            let nothing = Interval { stage: 0, from: Day(OFF), to: Day(OFF) };
            self.intervals.resize((self.n_intervals + 1).next_power_of_two(), nothing);
        }
        self.intervals[self.n_intervals] = Interval { stage: self.stage as u8, from: Day(self.since), to: Day(day) };
        self.n_intervals += usize::from(ends && self.stage < self.n_stages);
        self.since = select_unpredictable(ends, day, self.since);
    }
}

fn status_turns(spans: &[StatusSpan], turns: &mut Vec<Turn>) {
    for span in spans {
        let subject = Subject::Status(status_bit(span.kind));
        turns.push(Turn { day: span.from.0, subject, holds: true });
        if span.to < Day::OPEN_END {
            turns.push(Turn { day: span.to.0, subject, holds: false });
        }
    }
}

/// The numbers of the bits that are set.
#[inline]
pub(crate) fn ones(mut mask: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let bit = (mask != 0).then(|| mask.trailing_zeros() as usize)?;
        mask &= mask - 1;
        Some(bit)
    })
}
