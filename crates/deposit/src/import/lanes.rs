//! Each brand's part of an import, done beside the reading.
//!
//! What is read becomes work for its brand: a chunk of events, refusals, facts. A brand does its work in the order in
//! which it came, on a thread of its own, and several brands work at a time while the reader reads on. What comes of an
//! import depends on that order alone, never on who was faster. Work that waits is bounded: a reader that is ahead of
//! it waits too.

use std::cell::RefCell;
use std::collections::VecDeque;

use databank_identity::{IdType, KnownIds};
use databank_lake::cores::apart;
use databank_model::BrandSlug;
use futures::StreamExt;
use futures::future::BoxFuture;
use futures::stream::FuturesUnordered;
use std::sync::Arc;

use super::settings::Settings;
use crate::DepositError;
use crate::brand::{BrandDeposit, Chunk, Counts, Sizes};
use crate::events::content::Keyer;
use crate::events::convert::Staged;
use crate::masters::MasterRow;
use crate::reject::Reject;

/// Bytes of events that gather over all brands, beyond which the fullest brand's chunk becomes work.
const GATHERED_BYTES: usize = 256 << 20;
/// Bytes of work, waiting or being done, beyond which the reader waits. One chunk may be larger.
const WORK_BYTES: usize = 192 << 20;
/// What a refusal or a fact takes beside its text.
const ROW_BYTES: usize = 200;
/// How often a refused row is there until it is written: read, as JSON, with its mapping, sealed, on its pages.
const REJECT_COPIES: usize = 16;

/// What a brand has to do.
enum Work {
    /// Settle events and write those that are new. How many rows may come in all is known better with each chunk.
    Events { chunk: Chunk, expected: u64 },
    /// Keep refused rows.
    Rejects(Vec<Reject>),
    /// Keep lines that could not be read, which are no rows of the mapping.
    Unreadable(Vec<Reject>),
    /// Take facts about people or things.
    Masters(Masters),
}

/// Rows of a block that is not of events.
pub(super) struct Masters {
    pub(super) block: String,
    pub(super) kind: &'static str,
    pub(super) rows: Vec<MasterRow>,
    pub(super) types: Arc<Vec<IdType>>,
    pub(super) repairs: Vec<Option<String>>,
}

impl Work {
    fn bytes(&self) -> usize {
        let of_rejects =
            |rejects: &[Reject]| rejects.iter().map(|reject| REJECT_COPIES * reject.row.len() + ROW_BYTES).sum();
        match self {
            Self::Events { chunk, .. } => chunk.bytes(),
            Self::Rejects(rejects) | Self::Unreadable(rejects) => of_rejects(rejects),
            Self::Masters(masters) => masters.rows.len() * ROW_BYTES,
        }
    }

    fn rows(&self) -> u64 {
        match self {
            Self::Events { .. } | Self::Unreadable(_) => 0,
            Self::Rejects(rejects) => rejects.len() as u64,
            Self::Masters(masters) => masters.rows.len() as u64,
        }
    }

    fn run(self, brand: &mut BrandDeposit) -> Result<(), DepositError> {
        match self {
            Self::Events { chunk, expected } => brand.take_events(chunk, expected),
            Self::Rejects(rejects) => brand.push_rejects(rejects),
            Self::Unreadable(rejects) => brand.keep_rejects(rejects),
            Self::Masters(Masters { block, kind, rows, types, repairs }) => {
                brand.push_masters(&block, kind, rows, &types, &repairs)
            }
        }
    }
}

/// One brand of an import.
pub(super) struct Lane {
    pub(super) slug: BrandSlug,
    pub(super) settings: Settings,
    /// Ids that came before.
    pub(super) known: RefCell<KnownIds>,
    pub(super) keyer: Keyer,
    /// The brand, unless it is at work.
    brand: Option<Box<BrandDeposit>>,
    /// Events that gather.
    chunk: Chunk,
    waiting: VecDeque<Work>,
    /// Bytes of the work that waits or is being done.
    work_bytes: usize,
    /// Rows that were given to it.
    read: u64,
    /// Rows that were refused on their way to it.
    refused: u64,
    /// Rows that contradicted others, as far as they are settled.
    conflicts: u64,
    /// Rows that the whole import may bring it.
    expected: u64,
}

/// What is at work: a brand, what it was given, and what came of it.
struct Done {
    place: usize,
    brand: Box<BrandDeposit>,
    bytes: usize,
    outcome: Result<(), DepositError>,
}

/// All brands of an import, known by their place.
pub(super) struct Lanes {
    all: Vec<Lane>,
    at_work: FuturesUnordered<BoxFuture<'static, Done>>,
    /// Brands at work at most.
    workers: usize,
    sizes: Sizes,
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
            settings,
            known: RefCell::new(KnownIds::new(brand.tokenizer().clone())),
            keyer: brand.keyer.clone(),
            brand: Some(Box::new(brand)),
            chunk: Chunk::default(),
            waiting: VecDeque::new(),
            work_bytes: 0,
            read: 0,
            refused: 0,
            conflicts: 0,
            expected: 0,
        };
        Self {
            all: brands.into_iter().map(lane).collect(),
            at_work: FuturesUnordered::new(),
            workers: std::thread::available_parallelism().map_or(1, usize::from),
            sizes,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    pub(super) fn get(&self, place: usize) -> Option<&Lane> {
        self.all.get(place)
    }

    pub(super) fn slugs(&self) -> impl Iterator<Item = &BrandSlug> {
        self.all.iter().map(|lane| &lane.slug)
    }

    /// Rows that were given to a brand.
    pub(super) fn read(&self, place: usize) -> u64 {
        self.all.get(place).map_or(0, |lane| lane.read)
    }

    /// Whether more ids may be remembered.
    pub(super) fn has_room_for_ids(&self) -> bool {
        self.all.iter().map(|lane| lane.known.borrow().size_bytes()).sum::<usize>() < self.sizes.known_bytes
    }

    /// Rows read and refused so far. Those that contradict others are known only when they are settled.
    pub(super) fn total(&self) -> Counts {
        let sum = |of: fn(&Lane) -> u64| self.all.iter().map(of).sum();
        Counts { read: sum(|lane| lane.read), rejected: sum(|lane| lane.refused + lane.conflicts), ..Counts::default() }
    }

    /// Says how many rows the whole import may bring a brand.
    pub(super) fn expect_rows(&mut self, place: usize, rows: u64) {
        if let Some(lane) = self.all.get_mut(place) {
            lane.expected = rows;
        }
    }

    /// Gives a brand converted rows of events. `repairs` names, row by row, the stored reject that the row repairs.
    pub(super) fn give_events(&mut self, place: usize, block: &str, staged: Staged, repairs: Vec<Option<String>>) {
        let Some(lane) = self.all.get_mut(place) else { return };
        lane.read += staged.columns.num_rows() as u64;
        lane.chunk.push(block, staged, repairs);
        if lane.chunk.is_full(self.sizes.chunk_rows) {
            self.close_chunk(place);
        }
        let gathered: usize = self.all.iter().map(|lane| lane.chunk.bytes()).sum();
        if gathered > GATHERED_BYTES {
            let fullest = (0..self.all.len()).max_by_key(|place| self.all.get(*place).map(|l| l.chunk.bytes()));
            self.close_chunk(fullest.unwrap_or(place));
        }
    }

    fn close_chunk(&mut self, place: usize) {
        let Some(lane) = self.all.get_mut(place) else { return };
        let (chunk, expected) = (std::mem::take(&mut lane.chunk), lane.expected);
        self.give(place, Work::Events { chunk, expected });
    }

    pub(super) fn give_rejects(&mut self, place: usize, rejects: Vec<Reject>) {
        if let Some(lane) = self.all.get_mut(place) {
            lane.refused += rejects.len() as u64;
        }
        self.give(place, Work::Rejects(rejects));
    }

    pub(super) fn give_unreadable(&mut self, place: usize, reject: Reject) {
        self.give(place, Work::Unreadable(vec![reject]));
    }

    pub(super) fn give_masters(&mut self, place: usize, masters: Masters) {
        self.give(place, Work::Masters(masters));
    }

    fn give(&mut self, place: usize, work: Work) {
        let Some(lane) = self.all.get_mut(place) else { return };
        lane.read += work.rows();
        lane.work_bytes += work.bytes();
        lane.waiting.push_back(work);
        self.set_to_work();
    }

    /// Sets brands to work, those with most to do first.
    fn set_to_work(&mut self) {
        while self.at_work.len() < self.workers {
            let has_work = |(_, lane): &(usize, &mut Lane)| lane.brand.is_some() && !lane.waiting.is_empty();
            let next = self.all.iter_mut().enumerate().filter(has_work).max_by_key(|(_, lane)| lane.work_bytes);
            let Some((place, lane)) = next else { return };
            let Some(mut brand) = lane.brand.take() else { return };
            let work = std::mem::take(&mut lane.waiting);
            let bytes = lane.work_bytes;
            self.at_work.push(Box::pin(apart(async move {
                let outcome = work.into_iter().try_for_each(|work| work.run(&mut brand));
                Done { place, brand, bytes, outcome }
            })));
        }
    }

    /// Waits until a brand has done its work; `None` if none is at work. May be given up and called again.
    pub(super) async fn next_done(&mut self) -> Option<Result<(), DepositError>> {
        let Done { place, brand, bytes, outcome } = self.at_work.next().await?;
        if let Some(lane) = self.all.get_mut(place) {
            lane.conflicts = brand.conflicts();
            lane.work_bytes -= bytes;
            lane.brand = Some(brand);
        }
        if outcome.is_ok() {
            self.set_to_work();
        }
        Some(outcome)
    }

    /// Waits while there is more work than may wait.
    pub(super) async fn make_room(&mut self) -> Result<(), DepositError> {
        while self.all.iter().map(|lane| lane.work_bytes).sum::<usize>() > WORK_BYTES {
            match self.next_done().await {
                Some(outcome) => outcome?,
                None => break,
            }
        }
        Ok(())
    }

    /// Waits until all work is done.
    pub(super) async fn finish(&mut self) -> Result<(), DepositError> {
        while let Some(outcome) = self.next_done().await {
            outcome?;
        }
        Ok(())
    }

    /// Waits for the brands that are at work, and has none begin: what they hold must not outlive the import.
    pub(super) async fn stop(&mut self) {
        self.all.iter_mut().for_each(|lane| lane.waiting.clear());
        while self.next_done().await.is_some() {}
    }

    /// The brands, whose work is done.
    pub(super) fn into_ready(self) -> Vec<Ready> {
        let ready = |lane: Lane| {
            let Lane { slug, brand, chunk, expected, read: rows, .. } = lane;
            Some(Ready { slug, brand: brand?, chunk, expected, rows })
        };
        self.all.into_iter().filter_map(ready).collect()
    }
}
