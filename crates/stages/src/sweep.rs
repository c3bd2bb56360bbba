//! The sweep: one pass over a consumer's events, from day to day.
//!
//! Conditions have no negation. So between two days on which something happens everything only decays: an event condition
//! holds until its window ends, an `any` until the last of its parts does, an `all` until the first does. Every stage has an
//! *end* in this sense, and what comes between two such days is told by the ends of the stages alone.
//!
//! Something happens on a day with events, and on a day on which a status turns or a cancelled event stops to count: those
//! are turned into a short list of [`Turn`]s beforehand.

use std::hint::select_unpredictable;

use databank_model::Day;
use databank_model::rules::MAX_STAGES;

use crate::cancelled::{self, Overlaps};
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
/// Of a consumer with events alone: [`begin`](Self::begin), each [`event`](Self::event), [`end`](Self::end). Of one who has
/// statuses or cancelled events too: [`person`](Self::person).
#[derive(Debug)]
pub struct Sweep<'p> {
    program: &'p Program,
    n_stages: usize,
    windows: Windows,
    /// The leaves that live in the windows; the others turn.
    windowed: u64,
    /// The statuses that hold.
    statuses: u8,
    /// Per stage, the first day on which it no longer holds if nothing happens. No stage, the one after the last, never ends.
    ends: [i32; MAX_STAGES + 1],
    /// The present stage, and since when.
    stage: usize,
    since: i32,
    /// The day of the latest events, and the leaves that one of them meets, and that two do.
    day: i32,
    once: u64,
    twice: u64,
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
            ends: [i32::MAX; MAX_STAGES + 1],
            stage: program.n_stages(),
            since: OFF,
            day: OFF,
            once: 0,
            twice: 0,
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
        for event in events.iter().filter(|event| event.cancelled_from > event.day) {
            self.event(event.day, event.order, event.bits);
        }
        self.end()
    }

    /// Begins a consumer.
    #[inline]
    pub fn begin(&mut self) {
        self.windows.reset(self.program);
        self.windowed = self.program.known;
        self.statuses = 0;
        self.ends[..self.n_stages].fill(OFF);
        self.stage = self.n_stages;
        self.since = OFF;
        self.day = OFF;
        self.once = 0;
        self.twice = 0;
        self.n_intervals = 0;
        self.turns.clear();
        self.turned = 0;
    }

    /// Counts an event: its day, no earlier than that of the event before; its order, 0 when none; the leaves that it
    /// matches.
    #[inline]
    pub fn event(&mut self, day: Day, order: u64, mut bits: u64) {
        if day.0 != self.day {
            self.go_on_to(day.0);
        }
        if bits & self.program.told_apart != 0 {
            bits = self.tell_apart(order, bits);
        }
        self.twice |= self.once & bits;
        self.once |= bits;
    }

    /// Ends the consumer: the history, as [`person`](Self::person) gives it.
    #[inline]
    pub fn end(&mut self) -> &[Interval] {
        self.go_on_to(Day::OPEN_END.0);
        self.decay_until(Day::OPEN_END.0);
        self.leave(Day::OPEN_END.0);
        &self.intervals[..self.n_intervals]
    }

    /// Counts an event for leaves that need more of it than whether its day has it. Returns the leaves that it matches:
    /// without an order, none that counts orders.
    #[inline(never)]
    fn tell_apart(&mut self, order: u64, bits: u64) -> u64 {
        let bits = if order == 0 { bits & !self.program.orders } else { bits };
        if self.day < Day::OPEN_END.0 {
            for leaf in ones(bits & self.program.rings & self.windowed) {
                self.windows.add(self.program, leaf, Key { day: self.day, order });
            }
        }
        bits
    }

    /// Takes in the events of the day that ends, then goes through the turns before the next on which something happens: what
    /// that brings must not be known to them.
    fn go_on_to(&mut self, next: i32) {
        // Nothing is known of days beyond the calendar.
        let next = next.min(Day::OPEN_END.0);
        let (day, once, twice) = (self.day, self.once, self.twice);
        self.day = next;
        if once != 0 && day < Day::OPEN_END.0 {
            (self.once, self.twice) = (0, 0);
            self.decay_until(day);
            self.windows.take_day(self.program, day, once & self.windowed, twice & self.windowed);
            self.judge(day);
        }
        while let Some(turn) = self.turns.get(self.turned).filter(|turn| turn.day < next) {
            let day = turn.day;
            self.decay_until(day);
            self.judge(day);
        }
    }

    /// Goes through the ends of stages before a day.
    #[inline]
    fn decay_until(&mut self, day: i32) {
        while self.ends[self.stage] < day {
            let end = self.ends[self.stage];
            self.leave(end);
            self.stage = self.deepest(end);
        }
    }

    /// Turns what is due by `day`, then works out how long each stage holds, and the stage of that day.
    #[inline]
    fn judge(&mut self, day: i32) {
        while let Some(turn) = self.turns.get(self.turned).filter(|turn| turn.day <= day) {
            match (turn.subject, turn.holds) {
                (Subject::Leaf(leaf), holds) => self.windows.set(leaf, holds),
                (Subject::Status(bit), true) => self.statuses |= bit,
                (Subject::Status(bit), false) => self.statuses &= !bit,
            }
            self.turned += 1;
        }
        self.program.ends(self.statuses, self.windows.ends(), &mut self.ends);
        let stage = self.deepest(day);
        if stage != self.stage {
            self.leave(day);
            self.stage = stage;
        }
    }

    /// The deepest stage that holds on a day. Which it is follows no pattern that a processor could guess.
    #[inline]
    fn deepest(&self, day: i32) -> usize {
        let mut deepest = self.n_stages;
        for (stage, end) in self.ends[..self.n_stages].iter().enumerate().rev() {
            deepest = select_unpredictable(*end > day, stage, deepest);
        }
        deepest
    }

    /// Ends the stay in the present stage. One in no stage is written too, and written over by the next.
    #[inline]
    fn leave(&mut self, day: i32) {
        if self.n_intervals == self.intervals.len() {
            let nothing = Interval { stage: 0, from: Day(OFF), to: Day(OFF) };
            self.intervals.resize((self.n_intervals + 1).next_power_of_two(), nothing);
        }
        self.intervals[self.n_intervals] = Interval { stage: self.stage as u8, from: Day(self.since), to: Day(day) };
        self.n_intervals += usize::from(self.stage < self.n_stages);
        self.since = day;
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
