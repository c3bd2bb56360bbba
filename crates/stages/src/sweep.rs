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

/// Sweeps consumers, one after another, under one program, and holds their histories until they are let go of. Its room is reused,
/// so that nothing is allocated for a consumer once it has grown.
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
    /// Whose history it is.
    consumer: u32,
    /// The intervals so far and whose they are, at the beginning of lists with room for more.
    intervals: Vec<Interval>,
    consumers: Vec<u32>,
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
            consumer: 0,
            intervals: Vec::new(),
            consumers: Vec::new(),
            n_intervals: 0,
            turns: Vec::new(),
            turned: 0,
            spans: Vec::new(),
            overlaps: Overlaps::default(),
        }
    }

    /// Adds the stage history of a consumer, and gives it: maximal intervals in day order, the future decay included.
    ///
    /// `events` are sorted by day; the order within a day makes no difference. `statuses` come in any order.
    pub fn person(&mut self, consumer: u32, events: &[Event], statuses: &[StatusSpan]) -> &[Interval] {
        self.begin(consumer);
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
            counting.for_each(|event| fold.event_apart(event.day.0, event.order, event.bits));
            Ok(())
        });
        match folded {
            Ok(()) => self.go(),
        }
    }

    /// Adds the history, as [`person`](Self::person) does, of a consumer with events on up to `n` days alone, none of them cancelled:
    /// `feed` hands them over in the order of days. Its error is passed on, and nothing added.
    #[inline]
    pub fn events<E>(
        &mut self,
        consumer: u32,
        n: usize,
        feed: impl FnOnce(&mut Fold<'_>) -> Result<(), E>,
    ) -> Result<&[Interval], E> {
        self.days.fold(self.program, n, feed)?;
        self.begin(consumer);
        Ok(self.go())
    }

    /// How many intervals there are.
    #[inline]
    pub fn len(&self) -> usize {
        self.n_intervals
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.n_intervals == 0
    }

    /// The intervals, consumer after consumer.
    pub fn intervals(&self) -> &[Interval] {
        &self.intervals[..self.n_intervals]
    }

    /// Whose each interval is.
    pub fn consumers(&self) -> &[u32] {
        &self.consumers[..self.n_intervals]
    }

    /// Lets go of the first intervals, as many as there are at most.
    pub fn pass(&mut self, n: usize) {
        let n = n.min(self.n_intervals);
        self.intervals.copy_within(n..self.n_intervals, 0);
        self.consumers.copy_within(n..self.n_intervals, 0);
        self.n_intervals -= n;
    }

    /// Begins a consumer.
    #[inline]
    fn begin(&mut self, consumer: u32) {
        self.consumer = consumer;
        self.windows.reset(self.program);
        self.windowed = self.program.known;
        self.statuses = 0;
        self.stage = self.n_stages;
        self.since = OFF;
        self.end = i32::MAX;
        self.turns.clear();
        self.turned = 0;
    }

    /// Goes through the days.
    fn go(&mut self) -> &[Interval] {
        let first = self.n_intervals;
        let mut told = 0;
        for place in self.days.first()..self.days.len() {
            let OneDay { day, once, twice } = self.days.at(place);
            // Nothing is known of days beyond the calendar.
            if day >= Day::OPEN_END.0 {
                break;
            }
            if once == 0 {
                continue;
            }
            self.turn_before(day);
            self.decay_until(day);
            while let Some(event) = self.days.apart.get(told).filter(|event| event.place <= place) {
                let order = event.order;
                for leaf in ones(event.bits & self.program.rings & self.windowed) {
                    self.windows.add(self.program, leaf, Key { day, order });
                }
                told += 1;
            }
            self.windows.take_day(self.program, day, once & self.windowed, twice & self.windowed);
            if self.turned < self.turns.len() {
                self.turn(day);
            }
            self.judge(day);
        }
        self.turn_before(Day::OPEN_END.0);
        self.decay_until(Day::OPEN_END.0);
        self.leave(Day::OPEN_END.0, true);
        &self.intervals[first..self.n_intervals]
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
        let day = self.end;
        let (stage, end) = match self.program.slots.floor(self.statuses) {
            Some(floor) => self.windows.stage_after(self.program, floor.len(), day),
            None => self.stage_by_tests(day),
        };
        self.leave(day, true);
        (self.stage, self.end) = (stage, end);
    }

    /// Works out the stage of a day, and how long it holds.
    #[inline]
    fn judge(&mut self, day: i32) {
        let (stage, end) = match self.program.slots.floor(self.statuses) {
            Some(floor) => self.windows.stage_by(self.program, floor, day),
            None => self.stage_by_tests(day),
        };
        self.leave(day, stage != self.stage);
        (self.stage, self.end) = (stage, end);
    }

    /// The deepest stage that holds on a day, and the first day on which it no longer does.
    #[inline(never)]
    fn stage_by_tests(&self, day: i32) -> (usize, i32) {
        let stage = self.program.deepest(self.statuses, self.windows.holding(self.program, day));
        (stage, self.program.end_of_stage(self.statuses, stage, self.windows.ends()))
    }

    /// Ends the stay in the present stage, if it `ends`: one that does not, and one in no stage, is written too, and written over by
    /// the next.
    #[inline]
    fn leave(&mut self, day: i32, ends: bool) {
        if self.n_intervals == self.intervals.len() {
            self.make_room();
        }
        self.intervals[self.n_intervals] = Interval { stage: self.stage as u8, from: Day(self.since), to: Day(day) };
        self.consumers[self.n_intervals] = self.consumer;
        self.n_intervals += usize::from(ends && self.stage < self.n_stages);
        self.since = select_unpredictable(ends, day, self.since);
    }

    #[inline(never)]
    fn make_room(&mut self) {
        let room = (self.n_intervals + 1).next_power_of_two();
        self.intervals.resize(room, Interval { stage: 0, from: Day(OFF), to: Day(OFF) });
        self.consumers.resize(room, 0);
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
