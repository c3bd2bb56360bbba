//! The sweep: one pass over a consumer's events, from one day on which something changes to the next.
//!
//! A day matters only when an event happens, a leaf's window ends, a status turns, or a cancelled event stops
//! counting; between two such days the stage stands. Leaves that no cancellation touches are kept as their end days
//! ([`Windows`]); the rest, and the statuses, are turned into a short list of [`Turn`]s beforehand.

use databank_model::Day;

use crate::cancelled::{self, Overlaps};
use crate::input::{Event, Interval, StatusSpan, push_interval};
use crate::program::{NO_STAGE, Program, status_bit};
use crate::statuses;
use crate::window::{Key, OFF, Windows};

/// Room to work in, reused from consumer to consumer (and from program to program) so that a sweep allocates nothing.
#[derive(Debug)]
pub struct Scratch {
    pub(crate) windows: Windows,
    pub(crate) statuses: Vec<StatusSpan>,
    turns: Vec<Turn>,
    overlaps: Overlaps,
}

impl Scratch {
    /// Empty room.
    pub fn new() -> Self {
        Self { windows: Windows::new(), statuses: Vec::new(), turns: Vec::new(), overlaps: Overlaps::default() }
    }
}

impl Default for Scratch {
    fn default() -> Self {
        Self::new()
    }
}

/// Up to this many leaves are all looked at when one ends, held or not: a loop that always runs the same way is faster
/// than a shorter one that a processor cannot guess.
const FEW_LEAVES: usize = 16;

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

/// Writes a consumer's stage history over `out`: maximal intervals in day order, the future decay included.
///
/// `events` are sorted by day; the order within a day makes no difference. `statuses` come in any order.
pub fn sweep(
    program: &Program,
    events: &[Event],
    statuses: &[StatusSpan],
    scratch: &mut Scratch,
    out: &mut Vec<Interval>,
) {
    out.clear();
    scratch.windows.reset(program);
    statuses::canonical(program, statuses, &mut scratch.statuses);
    scratch.turns.clear();
    status_turns(&scratch.statuses, &mut scratch.turns);
    let mut touched = 0;
    // Cancellations are rare, and looking for one is cheap beside looking at what it touches.
    if events.iter().any(|event| event.cancelled_from != Day::OPEN_END) {
        touched = cancelled::touched_leaves(program, events);
        for leaf in ones(touched) {
            cancelled::turns_of(program, leaf, events, &mut scratch.overlaps, &mut scratch.turns);
        }
    }
    scratch.turns.sort_unstable_by_key(|turn| turn.day);
    let cursor = Cursor::new(program, &mut scratch.windows, &scratch.turns, program.known & !touched, out);
    cursor.finish(events);
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
pub(crate) fn ones(mut mask: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let bit = (mask != 0).then(|| mask.trailing_zeros() as usize)?;
        mask &= mask - 1;
        Some(bit)
    })
}

/// What holds on the day that the sweep has reached.
struct Cursor<'a> {
    program: &'a Program,
    windows: &'a mut Windows,
    /// Turns still to come, by day.
    turns: &'a [Turn],
    /// The leaves that live in the windows.
    windowed: u64,
    out: &'a mut Vec<Interval>,
    leaves: u64,
    statuses: u8,
    /// A day no later than the first on which a leaf in the windows stops to hold.
    next_end: i32,
    stage: u8,
    since: i32,
}

impl<'a> Cursor<'a> {
    fn new(
        program: &'a Program,
        windows: &'a mut Windows,
        turns: &'a [Turn],
        windowed: u64,
        out: &'a mut Vec<Interval>,
    ) -> Self {
        // Conditions have no negation, so with nothing held there is no stage.
        Self {
            program,
            windows,
            turns,
            windowed,
            out,
            leaves: 0,
            statuses: 0,
            next_end: i32::MAX,
            stage: NO_STAGE,
            since: OFF,
        }
    }

    fn finish(mut self, events: &[Event]) {
        let mut rest = events;
        while let Some(first) = rest.first() {
            let day = first.day;
            if day >= Day::OPEN_END {
                break;
            }
            self.advance_to(day.0);
            rest = self.take_day(day, rest);
            self.turn(day.0);
        }
        self.advance_to(Day::OPEN_END.0);
        self.close(Day::OPEN_END.0);
    }

    /// Goes through every day before `day` on which something ends or turns.
    fn advance_to(&mut self, day: i32) {
        loop {
            let turn = self.turns.first().map_or(i32::MAX, |turn| turn.day);
            let next = self.next_end.min(turn);
            if next >= day {
                return;
            }
            self.turn(next);
        }
    }

    /// Counts the events of one day and returns those after it.
    fn take_day<'e>(&mut self, day: Day, events: &'e [Event]) -> &'e [Event] {
        let program = self.program;
        let one_by_one = !(program.single | program.distinct_days);
        let mut seen = 0u64;
        let mut n = 0;
        for event in events {
            if event.day != day {
                debug_assert!(event.day > day, "events are sorted by day");
                break;
            }
            n += 1;
            if event.cancelled_from <= day {
                continue;
            }
            let without_order = if event.order == 0 { program.orders } else { 0 };
            let bits = event.bits & self.windowed & !without_order;
            seen |= bits;
            for leaf in ones(bits & one_by_one) {
                self.windows.add(program, leaf, Key { day: day.0, order: event.order });
                self.hold_until(leaf, self.windows.ends[leaf], day.0);
            }
        }
        for leaf in ones(seen & program.single) {
            let end = day.0.saturating_add(program.counters[leaf].within);
            self.windows.ends[leaf] = end;
            self.next_end = self.next_end.min(end);
        }
        self.leaves |= seen & program.single;
        for leaf in ones(seen & program.distinct_days) {
            self.windows.add_day(program, leaf, day.0);
            self.hold_until(leaf, self.windows.ends[leaf], day.0);
        }
        &events[n..]
    }

    /// Notes that a leaf's window ends on a day, which may have passed.
    fn hold_until(&mut self, leaf: usize, end: i32, day: i32) {
        let holds = end > day;
        self.leaves |= u64::from(holds) << leaf;
        self.next_end = self.next_end.min(if holds { end } else { i32::MAX });
    }

    /// Ends and turns what is due by `day`, then works out the stage of that day.
    fn turn(&mut self, day: i32) {
        if self.next_end <= day {
            self.end_leaves(day);
        }
        while let Some((turn, rest)) = self.turns.split_first()
            && turn.day <= day
        {
            match (turn.subject, turn.holds) {
                (Subject::Leaf(leaf), true) => self.leaves |= 1 << leaf,
                (Subject::Leaf(leaf), false) => self.leaves &= !(1 << leaf),
                (Subject::Status(bit), true) => self.statuses |= bit,
                (Subject::Status(bit), false) => self.statuses &= !bit,
            }
            self.turns = rest;
        }
        let stage = self.program.stage(self.statuses, self.leaves);
        if stage != self.stage {
            self.close(day);
            self.stage = stage;
            self.since = day;
        }
    }

    fn end_leaves(&mut self, day: i32) {
        let (mut ended, mut next_end) = (0u64, i32::MAX);
        let mut look = |leaf: usize, end: i32| {
            let over = end <= day;
            ended |= u64::from(over) << leaf;
            next_end = next_end.min(if over { i32::MAX } else { end });
        };
        let n = self.program.counters.len();
        if n <= FEW_LEAVES {
            self.windows.ends[..n].iter().enumerate().for_each(|(leaf, end)| look(leaf, *end));
        } else {
            ones(self.leaves & self.windowed).for_each(|leaf| look(leaf, self.windows.ends[leaf]));
        }
        self.leaves &= !(ended & self.windowed);
        self.next_end = next_end;
    }

    fn close(&mut self, day: i32) {
        if self.stage != NO_STAGE {
            push_interval(self.out, Interval { stage: self.stage, from: Day(self.since), to: Day(day) });
        }
    }
}
