//! A partition's files, person by person.
//!
//! Each file lies in the order of consumers and instants; several of a partition are merged as they are read. So memory
//! is that of one row group of narrow columns for each file, whatever a partition holds.

use std::ops::Range;

use databank_lake::{DataFile, RowChoice};
use databank_model::Day;
use databank_stages::{Event, StatusSpan};

use crate::chunks::Chunks;
use crate::extract::{Chunk, Extractor, OrderRow, StatusEvent, run_range};
use crate::source::Membership;
use crate::{HistoryError, statuses};

/// What a sweep is told of one consumer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Person<'a> {
    pub(crate) consumer: u32,
    /// By day.
    pub(crate) events: &'a [Event],
    pub(crate) statuses: &'a [StatusSpan],
    /// Whether an event joined or left something.
    pub(crate) turned: bool,
}

/// Rows of one partition.
#[derive(Debug, Clone, Copy)]
pub(crate) struct People<'a> {
    pub(crate) files: &'a [DataFile],
    pub(crate) extractor: Extractor<'a>,
    /// Only these rows of the files.
    pub(crate) choice: Option<&'a RowChoice>,
    /// Stays of the partition's consumers, in their order.
    pub(crate) memberships: &'a [Membership],
}

impl People<'_> {
    /// Hands over everybody of whom there is anything that means something to the rules, in ascending order. Returns the
    /// rows read.
    pub(crate) fn for_each(&self, take: &mut dyn FnMut(Person<'_>)) -> Result<u64, HistoryError> {
        let mut rows = 0;
        let mut tracks = Vec::with_capacity(self.files.len());
        for file in self.files {
            tracks.extend(Track::begin(Chunks::open(file, self.extractor, self.choice)?, &mut rows)?);
        }
        let mut stays = self.memberships;
        let mut person = Gathered::default();
        let mut spans = Vec::new();
        loop {
            let by_row = tracks.iter().map(|track| track.consumer).min();
            let by_stay = stays.first().map(|stay| stay.consumer);
            let Some(consumer) = [by_row, by_stay].into_iter().flatten().min() else { return Ok(rows) };
            person.clear();
            let mut place = 0;
            while let Some(track) = tracks.get_mut(place) {
                if track.consumer == consumer && !track.take_person(&mut person, &mut rows)? {
                    tracks.swap_remove(place);
                } else {
                    place += 1;
                }
            }
            if !person.events.is_sorted_by_key(|event| event.day) {
                person.events.sort_by_key(|event| event.day);
            }
            let (of_person, rest) = stays.split_at(stays.partition_point(|stay| stay.consumer <= consumer));
            stays = rest;
            spans.clear();
            let turned = !person.status_events.is_empty();
            if turned || !of_person.is_empty() {
                statuses::add_spans(&mut person.status_events, of_person, &mut spans);
            }
            if turned || !person.events.is_empty() || !spans.is_empty() {
                take(Person { consumer, events: &person.events, statuses: &spans, turned });
            }
        }
    }
}

/// One consumer's rows.
#[derive(Debug, Default)]
struct Gathered {
    events: Vec<Event>,
    status_events: Vec<StatusEvent>,
}

impl Gathered {
    fn clear(&mut self) {
        self.events.clear();
        self.status_events.clear();
    }
}

/// How far one file has been read.
struct Track<'a> {
    chunks: Chunks<'a>,
    chunk: Chunk,
    /// The next run of the chunk, and the next of its orders and statuses.
    run: usize,
    order: usize,
    status: usize,
    /// Whose the next row is.
    consumer: u32,
}

impl<'a> Track<'a> {
    /// `None` for a file without rows.
    fn begin(mut chunks: Chunks<'a>, rows: &mut u64) -> Result<Option<Self>, HistoryError> {
        let Some((chunk, consumer)) = next_chunk(&mut chunks, rows)? else { return Ok(None) };
        Ok(Some(Self { chunks, chunk, run: 0, order: 0, status: 0, consumer }))
    }

    /// Takes all rows of the present consumer and goes on to the next; false at the end of the file.
    fn take_person(&mut self, person: &mut Gathered, rows: &mut u64) -> Result<bool, HistoryError> {
        loop {
            let chunk = &self.chunk;
            let of_run = run_range(&chunk.runs, self.run);
            let end = of_run.end;
            self.order += add_events(chunk, of_run, &chunk.orders[self.order..], &mut person.events);
            while let Some((_, event)) = chunk.statuses.get(self.status).filter(|(row, _)| *row < end) {
                person.status_events.push(*event);
                self.status += 1;
            }
            self.run += 1;
            let next = match chunk.runs.get(self.run) {
                Some((next, _)) => *next,
                None => {
                    let Some((chunk, next)) = next_chunk(&mut self.chunks, rows)? else { return Ok(false) };
                    (self.chunk, self.run, self.order, self.status) = (chunk, 0, 0, 0);
                    next
                }
            };
            if next < self.consumer {
                return Err(self.chunks.out_of_order());
            }
            if next > self.consumer {
                self.consumer = next;
                return Ok(true);
            }
        }
    }
}

/// The next chunk that has rows, and whose its first row is.
fn next_chunk(chunks: &mut Chunks<'_>, rows: &mut u64) -> Result<Option<(Chunk, u32)>, HistoryError> {
    while let Some(chunk) = chunks.next()? {
        *rows += chunk.days.len() as u64;
        if let Some((consumer, _)) = chunk.runs.first().copied() {
            return Ok(Some((chunk, consumer)));
        }
    }
    Ok(None)
}

/// Adds the rows that mean something; returns how many of `orders` (those from the first row on) lie among them.
fn add_events(chunk: &Chunk, rows: Range<usize>, orders: &[OrderRow], events: &mut Vec<Event>) -> usize {
    let end = rows.end;
    let is_among = |order: &OrderRow| order.row < end;
    let narrow = chunk.bits[rows.clone()].iter().zip(&chunk.days[rows.clone()]);
    if !orders.first().is_some_and(is_among) {
        let event = |(bits, day): (&u64, &i32)| Event::new(Day(*day), *bits);
        if chunk.bits[rows].iter().all(|bits| *bits != 0) {
            // Of a known number: no look at the room for each.
            events.extend(narrow.map(event));
        } else {
            events.extend(narrow.filter(|(bits, _)| **bits != 0).map(event));
        }
        return 0;
    }
    let mut passed = 0;
    for (row, (bits, day)) in rows.zip(narrow) {
        let order = orders.get(passed).filter(|order| order.row == row);
        passed += usize::from(order.is_some());
        if *bits != 0 {
            let event = Event::new(Day(*day), *bits);
            events.push(match order {
                None => event,
                Some(OrderRow { order, cancelled_from, .. }) => {
                    Event { order: *order, cancelled_from: *cancelled_from, ..event }
                }
            });
        }
    }
    passed
}
