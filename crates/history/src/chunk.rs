//! Rows of one file, reduced to what a sweep asks, consumer by consumer.

use std::hint::select_unpredictable;

use databank_model::Day;
use databank_model::rules::StatusKind;
use databank_stages::Event;
use rustc_hash::FxHashMap;

use crate::RuleProgram;

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

/// Some consecutive rows of a file.
#[derive(Debug, Default)]
pub(crate) struct Chunk {
    /// How many rows were read for it.
    pub(crate) rows: usize,
    /// Whose they are, ascending, and where each one's events end; the first one's begin at [`FIRST_EVENT`].
    pub(crate) runs: Vec<(u32, usize)>,
    /// In the order of the rows. Those of a day are added together where the rules do not tell them apart. Beyond the last run's
    /// end lies what earlier chunks left: the room is used again as it is.
    pub(crate) events: Vec<Event>,
    /// Whether each consumer's events are in the order of days.
    pub(crate) is_by_day: bool,
    /// Joinings and leavings, by the places of their consumers among the runs, ascending.
    pub(crate) statuses: Vec<(usize, StatusEvent)>,
}

/// The place of a chunk's first event: so that every event has one before it.
pub(crate) const FIRST_EVENT: usize = 1;

impl Chunk {
    fn clear(&mut self) {
        self.rows = 0;
        self.runs.clear();
        self.is_by_day = true;
        self.statuses.clear();
    }

    /// Where the events of the last run end.
    fn end(&self) -> usize {
        self.runs.last().map_or(FIRST_EVENT, |(_, end)| *end)
    }
}

/// What a behaviour means to the rules.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Meaning {
    /// The conditions that it meets by itself.
    bits: u64,
    is_purchase: bool,
    /// Whether more has to be known of such a row than its behaviour.
    pub(crate) asks_more: bool,
    /// Whether such a row has an event of its own: more is asked of it, or its order matters.
    stands_alone: bool,
}

impl Meaning {
    /// `may_be_cancelled` says whether any order was.
    pub(crate) fn of(behavior: &str, program: &RuleProgram, may_be_cancelled: bool) -> Self {
        let bits = program.plain_bits(behavior);
        let is_purchase = behavior == "purchase";
        let is_filtered = program.filtered.iter().any(|(_, behaviors, _)| behaviors.iter().any(|b| b == behavior));
        let asks_more = is_filtered || turning(behavior, program).is_some();
        let order_matters = is_purchase && may_be_cancelled || bits & program.program.counting_orders() != 0;
        let stands_alone = asks_more || order_matters && bits != 0;
        Self { bits, is_purchase, asks_more, stands_alone }
    }
}

/// What a behaviour joins (true) or leaves, if the rules ask for it.
pub(crate) fn turning(behavior: &str, program: &RuleProgram) -> Option<(StatusKind, bool)> {
    let (kind, joins) = match behavior {
        "join_member" => (StatusKind::Member, true),
        "leave_member" => (StatusKind::Member, false),
        "follow" => (StatusKind::Fan, true),
        "unfollow" => (StatusKind::Fan, false),
        _ => return None,
    };
    program.program.asks_for(kind).then_some((kind, joins))
}

/// A row of which more has to be known than its behaviour.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AskedRow {
    /// Its place in the file or batch.
    pub(crate) row: usize,
    pub(crate) day: i32,
    /// Its behaviour's code.
    pub(crate) code: i32,
    /// The place of its event, which is its own.
    pub(crate) event: usize,
    /// The place of its consumer among the runs.
    pub(crate) run: usize,
}

/// Makes a chunk, stretch after stretch.
pub(crate) struct ChunkWriter<'a> {
    chunk: &'a mut Chunk,
    /// From which day on an order's purchases no longer count.
    cancelled: &'a FxHashMap<u64, i32>,
    told_apart: u64,
    /// Rows of the present stretch whose order matters.
    named: Vec<Named>,
    asked: Vec<AskedRow>,
}

/// A row whose order matters.
struct Named {
    place: usize,
    /// The place of its event.
    event: usize,
    is_purchase: bool,
}

/// No day of the calendar.
const CLOSED: i32 = i32::MIN;

impl<'a> ChunkWriter<'a> {
    /// Writes over a chunk.
    pub(crate) fn over(chunk: &'a mut Chunk, program: &RuleProgram, cancelled: &'a FxHashMap<u64, i32>) -> Self {
        chunk.clear();
        let told_apart = program.program.told_apart();
        Self { chunk, cancelled, told_apart, named: Vec::new(), asked: Vec::new() }
    }

    /// Begins a stretch of a consumer's rows, whose places count from `first` on.
    pub(crate) fn begin(&mut self, consumer: u32, first: usize, rows: usize) -> StretchWriter<'_, 'a> {
        let end = self.chunk.end();
        let mut last_day = CLOSED;
        match self.chunk.runs.last() {
            Some((last, _)) if *last == consumer => last_day = self.chunk.events[end - 1].day.0,
            _ => self.chunk.runs.push((consumer, end)),
        }
        let mut events = std::mem::take(&mut self.chunk.events);
        if events.len() < end + rows + 1 {
            events.resize((end + rows + 1).next_power_of_two(), Event::new(Day(CLOSED), 0));
        }
        self.named.clear();
        StretchWriter {
            first,
            rows,
            events,
            last: end - 1,
            last_day,
            is_by_day: true,
            open_day: CLOSED,
            is_apart: false,
            told: 0,
            told_apart: self.told_apart,
            writer: self,
        }
    }

    /// Counts rows that mean nothing whoever's they are.
    pub(crate) fn pass(&mut self, rows: usize) {
        self.chunk.rows += rows;
    }

    /// Notes a row that has an event of its own. Returns whether that takes in no other: because it
    /// may meet more conditions, or be cancelled.
    #[inline(never)]
    fn note(&mut self, place: usize, asked: AskedRow, meaning: &Meaning) -> bool {
        let Meaning { is_purchase, asks_more, .. } = *meaning;
        self.named.push(Named { place, event: asked.event, is_purchase });
        if asks_more {
            let run = self.chunk.runs.len().saturating_sub(1);
            self.asked.push(AskedRow { run, ..asked });
        }
        asks_more || is_purchase && !self.cancelled.is_empty()
    }

    /// The rows that ask for more, in their order.
    pub(crate) fn asked(&self) -> &[AskedRow] {
        &self.asked
    }

    /// Adds conditions that an asked row meets.
    pub(crate) fn add_bits(&mut self, asked: usize, bits: u64) {
        self.chunk.events[self.asked[asked].event].bits |= bits;
    }

    /// Adds the joining or leaving that an asked row is; rows in their order.
    pub(crate) fn add_status(&mut self, asked: usize, status: StatusEvent) {
        self.chunk.statuses.push((self.asked[asked].run, status));
    }
}

/// Adds the rows of one stretch.
pub(crate) struct StretchWriter<'w, 'a> {
    writer: &'w mut ChunkWriter<'a>,
    /// The place of the first row in the file or batch, and how many there are.
    first: usize,
    rows: usize,
    /// The chunk's events, and the place of the last so far.
    events: Vec<Event>,
    last: usize,
    /// The day of the row before, and whether none before it was later.
    last_day: i32,
    is_by_day: bool,
    told_apart: u64,
    /// The day of the last event if it may take in others, and whether it is one that is told apart.
    open_day: i32,
    is_apart: bool,
    /// Rows whose order matters that have been told it.
    told: usize,
}

impl StretchWriter<'_, '_> {
    /// Adds a row. What rows mean follows no pattern that a processor could guess: so there is no question in the usual way.
    #[inline]
    #[expect(clippy::needless_bitwise_bool, reason = "a lazy operator is a question")]
    pub(crate) fn row(&mut self, place: usize, day: i32, code: i32, meaning: &Meaning) {
        let bits = meaning.bits;
        let is_apart = bits & self.told_apart != 0;
        let joins = (day == self.open_day) & !(is_apart & self.is_apart) & !meaning.stands_alone;
        let is_new = !joins & (meaning.stands_alone | (bits != 0));
        self.is_by_day &= day >= self.last_day;
        self.last_day = day;
        let Some([last, next]) = self.events.get_mut(self.last..).and_then(|rest| rest.first_chunk_mut::<2>()) else {
            return;
        };
        last.bits |= bits & u64::from(joins).wrapping_neg();
        *next = Event::new(Day(day), bits);
        self.last += usize::from(is_new);
        self.open_day = select_unpredictable(is_new, day, self.open_day);
        self.is_apart = select_unpredictable(is_new, is_apart, self.is_apart | (joins & is_apart));
        if meaning.stands_alone {
            let asked = AskedRow { row: self.first + place, day, code, event: self.last, run: 0 };
            if self.writer.note(place, asked, meaning) {
                self.open_day = CLOSED;
            }
        }
    }

    /// Notes which order a row names. Orders come in the order of their rows.
    pub(crate) fn order(&mut self, place: usize, order: u64) {
        while let Some(named) = self.writer.named.get(self.told).filter(|named| named.place <= place) {
            if named.place == place {
                let event = &mut self.events[named.event];
                event.order = order;
                let cancelled_from = self.writer.cancelled.get(&order).filter(|_| named.is_purchase);
                event.cancelled_from = cancelled_from.map_or(Day::OPEN_END, |day| Day(*day));
            }
            self.told += 1;
        }
    }

    /// Ends the stretch.
    pub(crate) fn end(self) {
        let chunk = &mut *self.writer.chunk;
        chunk.rows += self.rows;
        chunk.is_by_day &= self.is_by_day;
        chunk.events = self.events;
        if let Some((_, end)) = chunk.runs.last_mut() {
            *end = self.last + 1;
        }
    }
}
