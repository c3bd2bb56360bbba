//! Each brand's part of an import, done beside the reading.
//!
//! What is read arrives at its brand's lane. There it is converted and becomes work: a chunk of events, refusals, facts;
//! and the work is done. Both happen on threads beside the one that reads, several lanes' at a time, and in a lane each
//! in the order in which things came. What comes of an import depends on that order alone, never on who was faster. What
//! waits is bounded: a reader that is ahead of it waits too.

use std::collections::VecDeque;

use databank_lake::cores::apart;
use databank_model::BrandSlug;
use futures::StreamExt;
use futures::future::BoxFuture;
use futures::stream::FuturesUnordered;

use super::gather::{Arrived, Gathered, Gatherer, Work, note_first};
use super::settings::Settings;
use crate::DepositError;
use crate::brand::{BrandDeposit, Chunk, Counts, Sizes};
use crate::events::content::Keyer;
use crate::reject::Reject;

/// Bytes of events that gather over all brands, beyond which the fullest brand's chunk becomes work.
const GATHERED_BYTES: usize = 256 << 20;
/// Bytes of what arrived and of work, waiting or being done, beyond which the reader waits. One chunk may be larger.
const WAITING_BYTES: usize = 192 << 20;

/// Bytes that a lane converts in one go, and a batch at least.
const AT_A_TIME_BYTES: usize = 8 << 20;

/// One brand of an import.
struct Lane {
    slug: BrandSlug,
    keyer: Keyer,
    /// Who converts, unless at work.
    gatherer: Option<Box<Gatherer>>,
    arrived: VecDeque<Arrived>,
    /// Bytes of what arrived and waits or is being converted.
    arrived_bytes: usize,
    /// The brand, unless it is at work.
    brand: Option<Box<BrandDeposit>>,
    waiting: VecDeque<Work>,
    /// Bytes of the work that waits or is being done.
    work_bytes: usize,
    /// Bytes of events that gather, as far as they are converted.
    chunk_bytes: usize,
    /// Bytes of ids that are remembered.
    known_bytes: usize,
    /// Rows that were given to it.
    read: u64,
    /// Rows that were refused on their way to it.
    refused: u64,
    /// Rows that contradicted others, as far as they are settled.
    conflicts: u64,
    /// Rows that the whole import may bring it.
    expected: u64,
}

/// What was at work for a lane, and what came of it.
enum Done {
    Gathered { place: usize, gatherer: Box<Gatherer>, bytes: usize, outcome: Result<Gathered, DepositError> },
    Worked { place: usize, brand: Box<BrandDeposit>, bytes: usize, outcome: Result<(), DepositError> },
}

/// All brands of an import, known by their place.
pub(super) struct Lanes {
    all: Vec<Lane>,
    at_work: FuturesUnordered<BoxFuture<'static, Done>>,
    /// At work at most.
    workers: usize,
    /// Bytes of remembered ids at most.
    known_bytes: usize,
    first_refused: Option<Reject>,
}

/// A brand whose rows have all come, and its last chunk.
pub(super) struct Ready {
    pub(super) slug: BrandSlug,
    pub(super) brand: Box<BrandDeposit>,
    pub(super) chunk: Chunk,
    /// Rows that the whole import may bring it.
    pub(super) expected: u64,
    /// Rows that came.
    pub(super) rows: u64,
}

impl Lanes {
    pub(super) fn new(brands: Vec<(BrandDeposit, Settings)>, sizes: Sizes) -> Self {
        let lane = |(brand, settings): (BrandDeposit, Settings)| Lane {
            slug: brand.reader.brand.slug.clone(),
            keyer: brand.keyer.clone(),
            gatherer: Some(Box::new(Gatherer::new(&brand, settings, sizes.chunk_rows))),
            arrived: VecDeque::new(),
            arrived_bytes: 0,
            brand: Some(Box::new(brand)),
            waiting: VecDeque::new(),
            work_bytes: 0,
            chunk_bytes: 0,
            known_bytes: 0,
            read: 0,
            refused: 0,
            conflicts: 0,
            expected: 0,
        };
        Self {
            all: brands.into_iter().map(lane).collect(),
            at_work: FuturesUnordered::new(),
            workers: std::thread::available_parallelism().map_or(1, usize::from),
            known_bytes: sizes.known_bytes,
            first_refused: None,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    pub(super) fn slugs(&self) -> impl Iterator<Item = &BrandSlug> {
        self.all.iter().map(|lane| &lane.slug)
    }

    /// A brand's keys.
    pub(super) fn keyer(&self, place: usize) -> Option<&Keyer> {
        self.all.get(place).map(|lane| &lane.keyer)
    }

    /// Rows that were given to a brand.
    pub(super) fn read(&self, place: usize) -> u64 {
        self.all.get(place).map_or(0, |lane| lane.read)
    }

    /// Rows read, and refused as far as they are converted. Those that contradict others are known only when they are
    /// settled.
    pub(super) fn total(&self) -> Counts {
        let sum = |of: fn(&Lane) -> u64| self.all.iter().map(of).sum();
        Counts { read: sum(|lane| lane.read), rejected: sum(|lane| lane.refused + lane.conflicts), ..Counts::default() }
    }

    /// Of the refusals so far, the one that stands first in the files.
    pub(super) fn first_refused(&self) -> Option<&Reject> {
        self.first_refused.as_ref()
    }

    /// Says how many rows the whole import may bring a brand.
    pub(super) fn expect_rows(&mut self, place: usize, rows: u64) {
        if let Some(lane) = self.all.get_mut(place) {
            lane.expected = rows;
        }
    }

    /// Gives a brand what came for it.
    pub(super) fn give(&mut self, place: usize, arrived: Arrived) {
        let Some(lane) = self.all.get_mut(place) else { return };
        arrived.note_first(&mut self.first_refused);
        lane.read += arrived.rows();
        lane.arrived_bytes += arrived.bytes();
        lane.arrived.push_back(arrived);
        self.set_to_work();
    }

    /// Sets lanes to work, those with most to do first; and to settle what gathered before more is converted.
    fn set_to_work(&mut self) {
        let has_room = self.all.iter().map(|lane| lane.known_bytes).sum::<usize>() < self.known_bytes;
        // Refused rows take many times what arrived.
        let may_convert = self.all.iter().map(|lane| lane.work_bytes).sum::<usize>() <= WAITING_BYTES;
        while self.at_work.len() < self.workers {
            let lanes = || self.all.iter().enumerate();
            let has_work = |(_, lane): &(usize, &Lane)| lane.brand.is_some() && !lane.waiting.is_empty();
            let has_rows =
                |(_, lane): &(usize, &Lane)| may_convert && lane.gatherer.is_some() && !lane.arrived.is_empty();
            let to_settle = lanes().filter(has_work).max_by_key(|(_, lane)| lane.work_bytes).map(|(place, _)| place);
            let to_convert = || lanes().filter(has_rows).max_by_key(|(_, lane)| lane.arrived_bytes);
            let begun = match to_settle {
                Some(place) => self.all.get_mut(place).and_then(|lane| settle(place, lane)),
                None => match to_convert().map(|(place, _)| place) {
                    Some(place) => self.all.get_mut(place).and_then(|lane| convert(place, lane, has_room)),
                    None => None,
                },
            };
            let Some(begun) = begun else { return };
            self.at_work.push(begun);
        }
    }

    /// Waits until a lane has done something; `None` if none is at work. May be given up and called again.
    pub(super) async fn next_done(&mut self) -> Option<Result<(), DepositError>> {
        let outcome = match self.at_work.next().await? {
            Done::Worked { place, brand, bytes, outcome } => {
                if let Some(lane) = self.all.get_mut(place) {
                    lane.conflicts = brand.conflicts();
                    lane.work_bytes -= bytes;
                    lane.brand = Some(brand);
                }
                outcome
            }
            Done::Gathered { place, gatherer, bytes, outcome } => {
                if let Some(lane) = self.all.get_mut(place) {
                    lane.arrived_bytes -= bytes;
                    lane.chunk_bytes = gatherer.chunk.bytes();
                    lane.known_bytes = gatherer.known_bytes();
                    lane.gatherer = Some(gatherer);
                }
                outcome.map(|gathered| self.take(place, gathered))
            }
        };
        if outcome.is_ok() {
            self.set_to_work();
        }
        Some(outcome)
    }

    /// Takes what was converted.
    fn take(&mut self, place: usize, gathered: Gathered) {
        if let Some(first) = &gathered.first_refused {
            note_first(&mut self.first_refused, first);
        }
        if let Some(lane) = self.all.get_mut(place) {
            lane.refused += gathered.refused;
            lane.add(gathered.work);
        }
        if self.all.iter().map(|lane| lane.chunk_bytes).sum::<usize>() > GATHERED_BYTES {
            let at_rest = self.all.iter_mut().filter(|lane| lane.gatherer.is_some());
            if let Some(fullest) = at_rest.max_by_key(|lane| lane.chunk_bytes) {
                let work = fullest.gatherer.as_mut().and_then(|gatherer| gatherer.close());
                fullest.chunk_bytes = 0;
                fullest.add(work);
            }
        }
    }

    /// Waits while there is more than may wait.
    pub(super) async fn make_room(&mut self) -> Result<(), DepositError> {
        while self.all.iter().map(|lane| lane.arrived_bytes + lane.work_bytes).sum::<usize>() > WAITING_BYTES {
            match self.next_done().await {
                Some(outcome) => outcome?,
                None => break,
            }
        }
        Ok(())
    }

    /// Waits until all is converted and all work is done.
    pub(super) async fn finish(&mut self) -> Result<(), DepositError> {
        while let Some(outcome) = self.next_done().await {
            outcome?;
        }
        Ok(())
    }

    /// Waits for those that are at work, and has none begin: what they hold must not outlive the import.
    pub(super) async fn stop(&mut self) {
        while self.at_work.next().await.is_some() {}
    }

    /// The brands, whose work is done.
    pub(super) fn into_ready(self) -> Vec<Ready> {
        let ready = |lane: Lane| {
            let Lane { slug, brand, gatherer, expected, read: rows, .. } = lane;
            Some(Ready { slug, brand: brand?, chunk: gatherer?.chunk, expected, rows })
        };
        self.all.into_iter().filter_map(ready).collect()
    }
}

impl Lane {
    fn add(&mut self, work: impl IntoIterator<Item = Work>) {
        for work in work {
            self.work_bytes += work.bytes();
            self.waiting.push_back(work);
        }
    }
}

/// Begins to do a lane's work, to the end of a chunk: what a large one held is let go before the next.
fn settle(place: usize, lane: &mut Lane) -> Option<BoxFuture<'static, Done>> {
    let mut brand = lane.brand.take()?;
    let chunk = lane.waiting.iter().position(|work| matches!(work, Work::Events(_)));
    let work: Vec<Work> = lane.waiting.drain(..chunk.map_or(lane.waiting.len(), |place| place + 1)).collect();
    let (bytes, expected) = (work.iter().map(Work::bytes).sum(), lane.expected);
    Some(Box::pin(apart(async move {
        let outcome = work.into_iter().try_for_each(|work| work.run(&mut brand, expected));
        Done::Worked { place, brand, bytes, outcome }
    })))
}

/// Begins to convert what arrived at a lane, not so much of it that those who settle it, or read on, would have to wait.
fn convert(place: usize, lane: &mut Lane, has_room: bool) -> Option<BoxFuture<'static, Done>> {
    let mut gatherer = lane.gatherer.take()?;
    let (mut arrived, mut bytes) = (Vec::new(), 0);
    while bytes < AT_A_TIME_BYTES
        && let Some(next) = lane.arrived.pop_front()
    {
        bytes += next.bytes();
        arrived.push(next);
    }
    Some(Box::pin(apart(async move {
        let outcome = gatherer.take(arrived, has_room);
        Done::Gathered { place, gatherer, bytes, outcome }
    })))
}
