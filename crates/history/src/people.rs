//! A partition's files, person by person.
//!
//! Each file lies in the order of consumers and instants; several of a partition are merged as they are read. So memory
//! is that of one row group of narrow columns for each file, whatever a partition holds.

use databank_lake::{DataFile, RowChoice};
use databank_stages::{Event, StatusSpan};

use crate::chunk::{Chunk, Packed, StatusEvent};
use crate::chunks::Chunks;
use crate::extract::Extractor;
use crate::source::Membership;
use crate::{HistoryError, statuses};

/// What a sweep is told of one consumer.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Person<'a> {
    /// All rows of most people lie together, in the order of days, with nothing beside them: they need not be unpacked
    /// before they are swept.
    Packed(&'a Packed<'a>),
    /// Rows, by day, and statuses.
    Unpacked { events: &'a [Event], statuses: &'a [StatusSpan] },
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

/// Is handed everybody, by number.
pub(crate) type Take<'a> = &'a mut dyn FnMut(u32, Person<'_>) -> Result<(), HistoryError>;

impl People<'_> {
    /// Hands over everybody of whom there is anything, in ascending order. Returns the rows read.
    pub(crate) fn for_each(&self, take: Take<'_>) -> Result<u64, HistoryError> {
        let mut rows = 0;
        let mut tracks = Vec::with_capacity(self.files.len());
        for file in self.files {
            tracks.extend(Track::begin(Chunks::open(file, self.extractor, self.choice)?, &mut rows)?);
        }
        let mut stays = self.memberships;
        let (mut events, mut turns, mut spans) = (Vec::new(), Vec::new(), Vec::new());
        let asks_for_orders = !self.extractor.cancelled.is_empty();
        loop {
            let by_row = tracks.iter().enumerate().map(|(place, track)| (track.consumer, place)).min();
            let by_stay = stays.first().map(|stay| stay.consumer);
            let Some(consumer) = by_row.map(|(consumer, _)| consumer).into_iter().chain(by_stay).min() else {
                return Ok(rows);
            };
            if let Some((_, first)) = by_row {
                let others = tracks.iter().enumerate().filter(|(place, _)| *place != first);
                let until = others.map(|(_, track)| track.consumer).chain(by_stay).min();
                if tracks[first].hand_over_before(until, asks_for_orders, take)? {
                    continue;
                }
            }
            events.clear();
            turns.clear();
            spans.clear();
            let mut place = 0;
            while let Some(track) = tracks.get_mut(place) {
                if track.consumer == consumer && !track.gather(&mut events, &mut turns, &mut rows)? {
                    tracks.swap_remove(place);
                } else {
                    place += 1;
                }
            }
            if !events.is_sorted_by_key(|event: &Event| event.day) {
                events.sort_by_key(|event| event.day);
            }
            let (of_person, rest) = stays.split_at(stays.partition_point(|stay| stay.consumer <= consumer));
            stays = rest;
            if !turns.is_empty() || !of_person.is_empty() {
                statuses::add_spans(&mut turns, of_person, &mut spans);
            }
            take(consumer, Person::Unpacked { events: &events, statuses: &spans })?;
        }
    }
}

/// How far one file has been read.
struct Track<'a> {
    chunks: Chunks<'a>,
    chunk: Chunk,
    /// The present stretch, and whose it is.
    place: usize,
    consumer: u32,
    /// The same of the next one in this chunk.
    after: Option<(usize, u32)>,
    /// What was found out, and statuses, of the rows from there on.
    asked: usize,
    status: usize,
}

impl<'a> Track<'a> {
    /// `None` for a file without rows of anybody.
    fn begin(chunks: Chunks<'a>, rows: &mut u64) -> Result<Option<Self>, HistoryError> {
        let chunk = chunks.none();
        let mut track = Self { chunks, chunk, place: 0, consumer: 0, after: None, asked: 0, status: 0 };
        Ok(track.go_on(rows)?.then_some(track))
    }

    /// The first stretch from a place on that is somebody's who is wanted.
    #[inline]
    fn wanted_from(&self, mut place: usize) -> Option<(usize, u32)> {
        loop {
            let found = self.chunk.tracks.somebody_from(place)?;
            if self.chunks.wants(found.1) {
                return Some(found);
            }
            place = found.0 + 1;
        }
    }

    /// The present stretch.
    #[inline]
    fn packed(&self) -> Option<Packed<'_>> {
        let stretch = self.chunk.tracks.stretch(self.place)?;
        let asked = self.chunk.asked.get(self.asked..)?;
        Some(Packed { stretch, meanings: self.chunks.meanings(), asked, otherwise: self.chunk.otherwise })
    }

    /// Hands over everybody from the present consumer on who comes before another, as long as all of their rows in this file lie in one
    /// stretch, in the order of days, without joinings and leavings, and without orders where orders are asked about. Says whether
    /// anybody was.
    fn hand_over_before(
        &mut self,
        until: Option<u32>,
        asks_for_orders: bool,
        take: Take<'_>,
    ) -> Result<bool, HistoryError> {
        let mut any = false;
        while let Some((_, next)) = self.after
            && next != self.consumer
            && until.is_none_or(|until| self.consumer < until)
            && let Some(packed) = self.packed()
        {
            let stretch = &packed.stretch;
            let has_status = self.status_of(stretch.row + stretch.rows).is_some();
            if has_status || (asks_for_orders && stretch.has_orders()) {
                break;
            }
            take(self.consumer, Person::Packed(&packed))?;
            self.pass()?;
            any = true;
        }
        Ok(any)
    }

    /// The next joining or leaving, if its row lies before `end`.
    #[inline]
    fn status_of(&self, end: usize) -> Option<StatusEvent> {
        self.chunk.statuses.get(self.status).filter(|(row, _)| *row < end).map(|(_, event)| *event)
    }

    /// Goes on to the next stretch of the chunk, if there is one.
    #[inline]
    fn pass(&mut self) -> Result<(), HistoryError> {
        let Some((place, consumer)) = self.after else { return Ok(()) };
        if consumer < self.consumer {
            return Err(self.chunks.out_of_order());
        }
        (self.place, self.consumer) = (place, consumer);
        self.after = self.wanted_from(place + 1);
        let row = self.chunk.tracks.row(place);
        while self.chunk.asked.get(self.asked).is_some_and(|asked| asked.row < row) {
            self.asked += 1;
        }
        Ok(())
    }

    /// Goes on to the next chunk that has rows of somebody who is wanted; false at the end of the file.
    fn go_on(&mut self, rows: &mut u64) -> Result<bool, HistoryError> {
        while let Some(chunk) = self.chunks.next()? {
            *rows += chunk.rows as u64;
            self.chunk = chunk;
            if let Some((place, next)) = self.wanted_from(0) {
                if next < self.consumer {
                    return Err(self.chunks.out_of_order());
                }
                (self.place, self.consumer, self.asked, self.status) = (place, next, 0, 0);
                self.after = self.wanted_from(place + 1);
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Takes all rows of the present consumer and goes on to the next; false at the end of the file.
    fn gather(
        &mut self,
        events: &mut Vec<Event>,
        turns: &mut Vec<StatusEvent>,
        rows: &mut u64,
    ) -> Result<bool, HistoryError> {
        let consumer = self.consumer;
        loop {
            if let Some(packed) = self.packed() {
                packed.add_events(self.chunks.cancelled(), events)?;
                let end = packed.stretch.row + packed.stretch.rows;
                while let Some(event) = self.status_of(end) {
                    turns.push(event);
                    self.status += 1;
                }
            }
            if self.after.is_some() {
                self.pass()?;
            } else if !self.go_on(rows)? {
                return Ok(false);
            }
            if self.consumer != consumer {
                return Ok(true);
            }
        }
    }
}
