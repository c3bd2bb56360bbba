//! A partition's files, person by person.
//!
//! Each file lies in the order of consumers and instants; several of a partition are merged as they are read. So memory
//! is that of one row group of narrow columns for each file, whatever a partition holds.

use databank_lake::{DataFile, RowChoice};
use databank_stages::{Event, StatusSpan};

use crate::chunk::{Chunk, FIRST_EVENT, StatusEvent};
use crate::chunks::Chunks;
use crate::extract::Extractor;
use crate::source::Membership;
use crate::{HistoryError, statuses};

/// What a sweep is told of one consumer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Person<'a> {
    pub(crate) consumer: u32,
    /// By day.
    pub(crate) events: &'a [Event],
    pub(crate) statuses: &'a [StatusSpan],
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
        let (mut gathered, mut ordered) = (Vec::new(), Vec::new());
        let (mut turns, mut spans) = (Vec::new(), Vec::new());
        loop {
            let by_row = tracks.iter().map(|track| track.consumer).min();
            let by_stay = stays.first().map(|stay| stay.consumer);
            let Some(consumer) = [by_row, by_stay].into_iter().flatten().min() else { return Ok(rows) };
            let mut holders = tracks.iter().enumerate().filter(|(_, track)| track.consumer == consumer);
            // Most people's rows lie together in one file, and need not be gathered.
            let alone = match (holders.next(), holders.next()) {
                (Some((place, track)), None) if track.is_whole() => Some(place),
                _ => None,
            };
            turns.clear();
            let mut is_by_day = false;
            let mut events: &[Event] = if let Some(place) = alone {
                tracks[place].gather_turns(&mut turns);
                is_by_day = tracks[place].chunk.is_by_day;
                tracks[place].events()
            } else {
                gathered.clear();
                let mut place = 0;
                while let Some(track) = tracks.get_mut(place) {
                    if track.consumer == consumer && !track.gather(&mut gathered, &mut turns, &mut rows)? {
                        tracks.swap_remove(place);
                    } else {
                        place += 1;
                    }
                }
                &gathered
            };
            if !is_by_day && !events.is_sorted_by_key(|event| event.day) {
                ordered.clear();
                ordered.extend_from_slice(events);
                ordered.sort_by_key(|event: &Event| event.day);
                events = &ordered;
            }
            let (of_person, rest) = stays.split_at(stays.partition_point(|stay| stay.consumer <= consumer));
            stays = rest;
            spans.clear();
            if !turns.is_empty() || !of_person.is_empty() {
                statuses::add_spans(&mut turns, of_person, &mut spans);
            }
            if !events.is_empty() || !spans.is_empty() {
                take(Person { consumer, events, statuses: &spans });
            }
            if let Some(place) = alone {
                tracks[place].pass()?;
            }
        }
    }
}

/// How far one file has been read.
struct Track<'a> {
    chunks: Chunks<'a>,
    chunk: Chunk,
    /// The next run of the chunk, where its events begin, and the next of the statuses.
    run: usize,
    event: usize,
    status: usize,
    /// Whose the next row is.
    consumer: u32,
}

impl<'a> Track<'a> {
    /// `None` for a file without rows of anybody.
    fn begin(chunks: Chunks<'a>, rows: &mut u64) -> Result<Option<Self>, HistoryError> {
        let mut track = Self { chunks, chunk: Chunk::default(), run: 0, event: 0, status: 0, consumer: 0 };
        Ok(track.next_chunk(rows)?.map(|consumer| Self { consumer, ..track }))
    }

    /// Goes on to the next chunk that has rows of somebody; whose its first are.
    fn next_chunk(&mut self, rows: &mut u64) -> Result<Option<u32>, HistoryError> {
        while self.chunks.next(&mut self.chunk)? {
            *rows += self.chunk.rows as u64;
            if let Some((consumer, _)) = self.chunk.runs.first() {
                (self.run, self.event, self.status) = (0, FIRST_EVENT, 0);
                return Ok(Some(*consumer));
            }
        }
        Ok(None)
    }

    /// Whether nothing of the present consumer lies beyond this chunk.
    fn is_whole(&self) -> bool {
        self.run + 1 < self.chunk.runs.len()
    }

    /// Where the present run's events end.
    fn end(&self) -> usize {
        self.chunk.runs.get(self.run).map_or(self.event, |(_, end)| *end)
    }

    /// The present run's events.
    fn events(&self) -> &[Event] {
        &self.chunk.events[self.event..self.end()]
    }

    /// Adds the present run's joinings and leavings.
    fn gather_turns(&mut self, turns: &mut Vec<StatusEvent>) {
        while let Some((_, event)) = self.chunk.statuses.get(self.status).filter(|(run, _)| *run == self.run) {
            turns.push(*event);
            self.status += 1;
        }
    }

    /// Goes on to the next run of the chunk, which is another consumer's.
    fn pass(&mut self) -> Result<(), HistoryError> {
        self.event = self.end();
        self.run += 1;
        match self.chunk.runs.get(self.run).copied() {
            Some((next, _)) if next < self.consumer => Err(self.chunks.out_of_order()),
            Some((next, _)) => {
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
        loop {
            events.extend_from_slice(self.events());
            self.gather_turns(turns);
            if self.is_whole() {
                self.pass()?;
                return Ok(true);
            }
            match self.next_chunk(rows)? {
                None => return Ok(false),
                Some(next) if next < self.consumer => return Err(self.chunks.out_of_order()),
                Some(next) if next > self.consumer => {
                    self.consumer = next;
                    return Ok(true);
                }
                Some(_) => {}
            }
        }
    }
}
