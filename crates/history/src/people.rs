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
    Packed(Packed<'a>),
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
        loop {
            let by_row = tracks.iter().map(|track| track.consumer).min();
            let by_stay = stays.first().map(|stay| stay.consumer);
            let Some(consumer) = [by_row, by_stay].into_iter().flatten().min() else { return Ok(rows) };
            if by_stay != Some(consumer) {
                let mut holders = tracks.iter_mut().filter(|track| track.consumer == consumer);
                if let (Some(track), None) = (holders.next(), holders.next())
                    && let Some(packed) = track.all_packed(!self.extractor.cancelled.is_empty())
                {
                    take(consumer, Person::Packed(packed))?;
                    track.pass()?;
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
    /// The next of the chunk's stretches, of what was found out of its rows and of its statuses.
    stretch: usize,
    asked: usize,
    status: usize,
    /// Whose the next row is.
    consumer: u32,
}

impl<'a> Track<'a> {
    /// `None` for a file without rows of anybody.
    fn begin(mut chunks: Chunks<'a>, rows: &mut u64) -> Result<Option<Self>, HistoryError> {
        let Some((consumer, chunk)) = next_chunk(&mut chunks, rows)? else { return Ok(None) };
        Ok(Some(Self { chunks, chunk, stretch: 0, asked: 0, status: 0, consumer }))
    }

    /// Whose the stretch after the next is, if it lies in this chunk.
    fn consumer_after(&self) -> Option<u32> {
        let place = self.chunk.places.get(self.stretch + 1)?;
        self.chunk.tracks.consumer(*place as usize)
    }

    /// The present stretch.
    fn packed(&self) -> Option<Packed<'_>> {
        let place = self.chunk.places.get(self.stretch)?;
        let stretch = self.chunk.tracks.stretch(*place as usize)?;
        let asked = &self.chunk.asked[self.asked..];
        let n = asked.iter().take_while(|asked| asked.row < stretch.row + stretch.rows).count();
        Some(Packed { stretch, meanings: self.chunks.meanings(), asked: &asked[..n] })
    }

    /// The present stretch, if it is all of its consumer's rows in this file, in the order of days, without joinings and
    /// leavings, and without orders where orders are asked about.
    fn all_packed(&self, asks_for_orders: bool) -> Option<Packed<'_>> {
        if self.consumer_after()? == self.consumer {
            return None;
        }
        let packed = self.packed()?;
        let stretch = packed.stretch;
        let has_status = self.status_of(stretch.row + stretch.rows).is_some();
        let is_plain = stretch.is_by_day && !has_status && !(asks_for_orders && stretch.has_orders());
        is_plain.then_some(packed)
    }

    /// The next joining or leaving, if its row lies before `end`.
    fn status_of(&self, end: usize) -> Option<StatusEvent> {
        self.chunk.statuses.get(self.status).filter(|(row, _)| *row < end).map(|(_, event)| *event)
    }

    /// Goes on to the next stretch of the chunk.
    fn pass(&mut self) -> Result<(), HistoryError> {
        if let Some(packed) = self.packed() {
            self.asked += packed.asked.len();
        }
        self.stretch += 1;
        let next = self.chunk.places.get(self.stretch).and_then(|place| self.chunk.tracks.consumer(*place as usize));
        match next {
            Some(next) if next < self.consumer => Err(self.chunks.out_of_order()),
            Some(next) => {
                self.consumer = next;
                Ok(())
            }
            None => Ok(()),
        }
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
            if self.consumer_after().is_some() {
                self.pass()?;
            } else {
                let Some((next, chunk)) = next_chunk(&mut self.chunks, rows)? else { return Ok(false) };
                if next < consumer {
                    return Err(self.chunks.out_of_order());
                }
                self.chunk = chunk;
                (self.stretch, self.asked, self.status, self.consumer) = (0, 0, 0, next);
            }
            if self.consumer != consumer {
                return Ok(true);
            }
        }
    }
}

/// The next chunk that has rows of somebody, and whose its first are.
fn next_chunk(chunks: &mut Chunks<'_>, rows: &mut u64) -> Result<Option<(u32, Chunk)>, HistoryError> {
    while let Some(chunk) = chunks.next()? {
        *rows += chunk.rows as u64;
        let first = chunk.places.first().and_then(|place| chunk.tracks.consumer(*place as usize));
        if let Some(consumer) = first {
            return Ok(Some((consumer, chunk)));
        }
    }
    Ok(None)
}
