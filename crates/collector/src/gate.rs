//! What is remembered of a brand between its requests: which of its events wait in the inbox, and what they count.

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use databank_catalog::{CollectedMinute, EventCounts};
use databank_deposit::events::dedupe::EVENT_VALUE;
use databank_deposit::live::LiveBrand;
use databank_engine::BrandReader;
use databank_identity::KnownIds;
use databank_lake::LakeError;
use databank_lake::runs::{Key, RunSet};
use rustc_hash::FxHashMap;

const MINUTE_US: i64 = 60_000_000;

/// Bytes of ids that one memory of them may take. There are as many as requests of the brand are read at once.
const KNOWN_BYTES: usize = 4 << 20;

/// A brand's gate.
#[derive(Debug)]
pub(crate) struct Gate {
    brand: RwLock<Arc<LiveBrand>>,
    /// Which events the vault holds, at the version that was newest when somebody looked last.
    stored: RwLock<RunSet<EVENT_VALUE>>,
    waiting: Mutex<Waiting>,
    /// Memories of ids that nobody uses at the moment.
    known: Mutex<Vec<RefCell<KnownIds>>>,
}

/// Events that wait.
#[derive(Debug, Default)]
struct Waiting {
    /// By the first half of what makes them count once: half of what they say, and how many requests hold them. Two that meet
    /// there tell a sender the wrong thing once in a long while; what is deposited goes by the whole.
    events: FxHashMap<u64, (u32, u32)>,
    /// Requests in the order of their sequences.
    requests: VecDeque<Request>,
    /// Up to where the vault holds what came.
    deposited: u64,
}

/// A request that waits.
#[derive(Debug)]
struct Request {
    sequence: u64,
    source: Arc<str>,
    minute: i64,
    counts: EventCounts,
    keys: Box<[u64]>,
}

/// A memory of ids, for as long as it is used.
pub(crate) struct Borrowed<'g> {
    gate: &'g Gate,
    ids: Option<RefCell<KnownIds>>,
}

impl Gate {
    /// Of an open brand.
    pub(crate) fn of(brand: LiveBrand, reader: &BrandReader) -> Result<Self, LakeError> {
        let stored = RwLock::new(index_of(reader)?);
        let waiting = Waiting { deposited: deposited(reader), ..Waiting::default() };
        let brand = RwLock::new(Arc::new(brand));
        Ok(Self { brand, stored, waiting: Mutex::new(waiting), known: Mutex::default() })
    }

    pub(crate) fn brand(&self) -> Arc<LiveBrand> {
        Arc::clone(&self.brand.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads by other names from now on.
    pub(crate) fn set_brand(&self, brand: LiveBrand) {
        *self.brand.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(brand);
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A memory of ids that nobody else uses.
    pub(crate) fn borrow_ids(&self) -> Borrowed<'_> {
        let free = self.known.lock().unwrap_or_else(PoisonError::into_inner).pop();
        Borrowed { gate: self, ids: Some(free.unwrap_or_else(|| RefCell::new(self.brand().known_ids()))) }
    }

    /// What the vault holds under keys, which ascend.
    pub(crate) fn stored(&self, keys: &[Key]) -> Result<Vec<Option<u64>>, LakeError> {
        let stored = self.stored.read().unwrap_or_else(PoisonError::into_inner);
        Ok(stored.find(keys)?.into_iter().map(|held| held.map(u64::from_le_bytes)).collect())
    }

    /// Notes an event that comes. `None` when it is new, else whether it says what the one says that is there.
    pub(crate) fn await_event(&self, key: &Key, said: u64, stored: Option<u64>) -> Option<bool> {
        let mut waiting = self.waiting();
        let held = waiting.events.entry(half(key)).or_insert((said as u32, 0));
        let first = held.1 == 0;
        held.1 += 1;
        match stored {
            Some(stored) => Some(stored == said),
            None if first => None,
            None => Some(held.0 == said as u32),
        }
    }

    /// Lets go of events of a request that was not kept.
    pub(crate) fn let_go(&self, keys: &[Key]) {
        let mut waiting = self.waiting();
        for key in keys {
            waiting.let_go(half(key));
        }
    }

    /// Notes a request that was kept.
    pub(crate) fn kept(&self, sequence: u64, source: &Arc<str>, received_us: i64, counts: EventCounts, keys: &[Key]) {
        let mut waiting = self.waiting();
        let keys: Box<[u64]> = keys.iter().map(half).collect();
        if sequence <= waiting.deposited {
            // Whoever deposits was faster.
            for key in &keys {
                waiting.let_go(*key);
            }
            return;
        }
        let minute = received_us.div_euclid(MINUTE_US);
        let request = Request { sequence, source: Arc::clone(source), minute, counts, keys };
        // Those that were synced together are told in any order.
        let place = waiting.requests.partition_point(|held| held.sequence < sequence);
        waiting.requests.insert(place, request);
    }

    /// Looks at a new vault version, which holds what came up to where it says.
    pub(crate) fn deposited(&self, reader: &BrandReader) -> Result<(), LakeError> {
        let index = index_of(reader)?;
        *self.stored.write().unwrap_or_else(PoisonError::into_inner) = index;
        let mut waiting = self.waiting();
        waiting.deposited = waiting.deposited.max(deposited(reader));
        let deposited = waiting.deposited;
        while let Some(request) = waiting.requests.pop_front_if(|request| request.sequence <= deposited) {
            for key in &request.keys {
                waiting.let_go(*key);
            }
        }
        // What a burst took is given back.
        if waiting.events.capacity() > 4 * waiting.events.len() + 1024 {
            waiting.events.shrink_to_fit();
        }
        Ok(())
    }

    /// What the requests count that came after a sequence, of minutes from one until before another.
    pub(crate) fn counts(&self, after: u64, from: i64, until: i64) -> Vec<CollectedMinute> {
        let waiting = self.waiting();
        let mut minutes: BTreeMap<(i64, Arc<str>), EventCounts> = BTreeMap::new();
        let start = waiting.requests.partition_point(|request| request.sequence <= after);
        for request in waiting.requests.range(start..).filter(|request| (from..until).contains(&request.minute)) {
            minutes.entry((request.minute, Arc::clone(&request.source))).or_default().add(request.counts);
        }
        let named = |((minute, source), counts): ((i64, Arc<str>), EventCounts)| CollectedMinute {
            source: source.to_string(),
            minute,
            counts,
        };
        minutes.into_iter().map(named).collect()
    }
}

impl Waiting {
    fn let_go(&mut self, key: u64) {
        if let std::collections::hash_map::Entry::Occupied(mut held) = self.events.entry(key) {
            held.get_mut().1 -= 1;
            if held.get().1 == 0 {
                held.remove();
            }
        }
    }
}

impl Borrowed<'_> {
    pub(crate) fn ids(&self) -> &RefCell<KnownIds> {
        // Taken when it is dropped, and never before.
        self.ids.as_ref().expect("a memory that is borrowed is there")
    }
}

impl Drop for Borrowed<'_> {
    fn drop(&mut self) {
        let Some(mut ids) = self.ids.take() else { return };
        let bytes = ids.get_mut().size_bytes();
        // One that is full begins again: who was here lately comes again soonest.
        if bytes < KNOWN_BYTES {
            self.gate.known.lock().unwrap_or_else(PoisonError::into_inner).push(ids);
        }
    }
}

fn index_of(reader: &BrandReader) -> Result<RunSet<EVENT_VALUE>, LakeError> {
    let runs = reader.state.indexes.get("events").map(Vec::as_slice).unwrap_or_default();
    RunSet::open(&reader.vault.index_directory(), "events", runs)
}

/// Up to where a vault version holds what came.
pub(crate) fn deposited(reader: &BrandReader) -> u64 {
    let offset = reader.version.as_ref().and_then(|version| version.inbox_offset);
    offset.map_or(0, i64::cast_unsigned)
}

fn half(key: &Key) -> u64 {
    key.first_chunk().map_or(0, |half| u64::from_le_bytes(*half))
}
