//! The collector of a data directory.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use databank_catalog::{Catalog, CollectedMinute, EventCounts, Keyring};
use databank_deposit::brand::Sizes;
use databank_deposit::import::ImportContext;
use databank_deposit::live::LiveBrand;
use databank_engine::BrandReader;
use databank_inbox::{Entry, Inbox, Options, Pending};
use databank_model::BrandSlug;
use databank_tracking::body::{Limits, unpack};

use crate::admission::{Admitted, admit};
use crate::deposit::READ_BYTES;
use crate::due::{DepositAfter, due};
use crate::gate::{Gate, deposited};
use crate::incoming::Facts;
use crate::view::Views;
use crate::{Answer, CollectError, Incoming};

/// How a collector works.
#[derive(Debug, Clone, Copy)]
pub struct CollectorOptions {
    /// How much the inbox holds.
    pub inbox: Options,
}

impl Default for CollectorOptions {
    fn default() -> Self {
        Self { inbox: Options { held_events: 4_000_000, ..Options::default() } }
    }
}

/// The collector of a data directory. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Collector {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    catalog: Catalog,
    keyring: Arc<Keyring>,
    data_directory: PathBuf,
    inbox: Inbox,
    gates: Mutex<HashMap<BrandSlug, Arc<Gate>>>,
    views: Views,
    /// Whoever opens a gate opens it alone: it may have to read what waits.
    opening: tokio::sync::Mutex<()>,
}

/// Where the inbox of a data directory is.
pub fn inbox_of(data_directory: &Path) -> PathBuf {
    data_directory.join("inbox")
}

impl Collector {
    /// Opens the collector of a data directory, whose owner this process is.
    pub async fn open(
        catalog: Catalog,
        keyring: Arc<Keyring>,
        data_directory: PathBuf,
        options: CollectorOptions,
    ) -> Result<Self, CollectError> {
        let offsets = catalog.vault_versions().inbox_offsets().await?;
        let at_least = offsets.values().max().map_or(1, |greatest| greatest.cast_unsigned() + 1);
        let brands: BTreeSet<BrandSlug> = catalog.brands().list().await?.into_iter().map(|brand| brand.slug).collect();
        let directory = inbox_of(&data_directory);
        let deposited = move |brand: &BrandSlug| {
            let offset = offsets.get(brand).map_or(0, |offset| offset.cast_unsigned());
            brands.contains(brand).then_some(offset)
        };
        let open = move || Inbox::open(&directory, options.inbox, &deposited, at_least);
        let inbox = blocking(open).await??;
        let (gates, opening) = (Mutex::default(), tokio::sync::Mutex::default());
        Ok(Self {
            inner: Arc::new(Inner { catalog, keyring, data_directory, inbox, gates, views: Views::default(), opening }),
        })
    }

    pub(crate) fn inbox(&self) -> &Inbox {
        &self.inner.inbox
    }

    pub(crate) fn views(&self) -> &Views {
        &self.inner.views
    }

    pub(crate) fn context(&self, now_us: i64, sizes: Sizes) -> ImportContext<'_> {
        ImportContext {
            catalog: &self.inner.catalog,
            keyring: &self.inner.keyring,
            data_directory: self.inner.data_directory.clone(),
            now_us,
            sizes,
        }
    }

    /// Accepts a request: what it answers survives a power cut.
    pub async fn take(&self, incoming: Incoming) -> Result<Answer, CollectError> {
        let gate = self.gate(&incoming.brand, incoming.received_us).await?;
        let (of_thread, bytes) = (Arc::clone(&gate), incoming.body.bytes());
        let work = move || {
            let Incoming { source, body, received_us, .. } = &incoming;
            let admitted = admit(&of_thread, source, (body.call(), *received_us), &body.text()?)?;
            Ok::<_, CollectError>((incoming, admitted))
        };
        let (incoming, admitted) = sized(bytes, work).await??;
        let inbox = self.inner.inbox.clone();
        // Whoever gives up waiting leaves the rest to be done: what was kept must be counted.
        let kept = tokio::spawn(async move { keep(&inbox, &gate, incoming, admitted).await });
        kept.await.map_err(|error| CollectError::GivenUp(error.to_string()))?
    }

    /// A brand's gate.
    async fn gate(&self, slug: &BrandSlug, now_us: i64) -> Result<Arc<Gate>, CollectError> {
        let held = || self.inner.gates.lock().unwrap_or_else(PoisonError::into_inner).get(slug).cloned();
        if let Some(gate) = held() {
            return Ok(gate);
        }
        let _alone = self.inner.opening.lock().await;
        if let Some(gate) = held() {
            return Ok(gate);
        }
        let gate = self.open_gate(slug, now_us).await?;
        self.inner.gates.lock().unwrap_or_else(PoisonError::into_inner).insert(slug.clone(), Arc::clone(&gate));
        Ok(gate)
    }

    async fn open_gate(&self, slug: &BrandSlug, now_us: i64) -> Result<Arc<Gate>, CollectError> {
        let context = self.context(now_us, Sizes::default());
        let reader = BrandReader::open(context.catalog, &context.data_directory, slug).await?;
        let gate = Arc::new(Gate::of(LiveBrand::of(&context, &reader).await?, &reader)?);
        let (collector, of_thread) = (self.clone(), Arc::clone(&gate));
        let after = deposited(&reader);
        blocking(move || collector.remember(&of_thread, after)).await??;
        Ok(gate)
    }

    /// Notes the requests that an earlier process left in the inbox.
    fn remember(&self, gate: &Gate, mut after: u64) -> Result<(), CollectError> {
        loop {
            let records = self.inner.inbox.read(&gate.brand().slug, after, READ_BYTES)?;
            let Some(last) = records.last() else { return Ok(()) };
            after = last.sequence;
            for record in &records {
                let Some((facts, call)) = Facts::read(record) else { continue };
                let source: Arc<str> = facts.source.into();
                let unpacked = unpack(&record.body, facts.encoding.as_deref(), &Limits::default())?;
                let admitted = admit(gate, &source, (call, record.received_us), &unpacked)?;
                gate.kept(record.sequence, &source, record.received_us, admitted.counts, &admitted.keys);
            }
        }
    }

    /// Has a brand's gate look at its newest vault version and its settings, when somebody has written to them.
    pub async fn look_again(&self, slug: &BrandSlug, now_us: i64) -> Result<(), CollectError> {
        let gate = self.inner.gates.lock().unwrap_or_else(PoisonError::into_inner).get(slug).cloned();
        let Some(gate) = gate else { return Ok(()) };
        let context = self.context(now_us, Sizes::default());
        let reader = BrandReader::open(context.catalog, &context.data_directory, slug).await?;
        if reader.brand.created_at != gate.brand().created_at {
            self.inner.gates.lock().unwrap_or_else(PoisonError::into_inner).remove(slug);
            return Ok(());
        }
        gate.set_brand(LiveBrand::of(&context, &reader).await?);
        Ok(gate.deposited(&reader)?)
    }

    /// Forgets a brand that is gone.
    pub fn forget(&self, slug: &BrandSlug) {
        self.inner.gates.lock().unwrap_or_else(PoisonError::into_inner).remove(slug);
        self.inner.views.forget(slug);
        self.inner.inbox.forget(slug, u64::MAX);
    }

    /// What waits of a brand; `None` when nothing does.
    pub fn pending(&self, slug: &BrandSlug) -> Option<Pending> {
        self.inner.inbox.pending(slug)
    }

    /// The brands of which anything waits.
    pub fn waiting(&self) -> Vec<BrandSlug> {
        self.inner.inbox.all_pending().into_iter().map(|(brand, _)| brand).collect()
    }

    /// The brands that are to be deposited now, the most urgent first.
    pub fn due(&self, after: DepositAfter, now_us: i64) -> Vec<BrandSlug> {
        due(after, self.inner.inbox.all_pending(), now_us)
    }

    /// Waits until something has come since the last call.
    pub async fn news(&self) {
        self.inner.inbox.news().await;
    }

    /// What became of a brand's events, by minute and source, of minutes (since 1970) from one until before another: of those
    /// that are deposited as it was found then, of those that wait as it is known.
    pub async fn minutes(
        &self,
        slug: &BrandSlug,
        (from, until): (i64, i64),
        now_us: i64,
    ) -> Result<Vec<CollectedMinute>, CollectError> {
        let gate = self.gate(slug, now_us).await?;
        let context = self.context(now_us, Sizes::default());
        loop {
            let before = BrandReader::open(context.catalog, &context.data_directory, slug).await?;
            let minutes = context.catalog.collected().list(slug, from, until).await?;
            let after = BrandReader::open(context.catalog, &context.data_directory, slug).await?;
            // Counted with the version: what was read belongs to one of two, and it must be known to which.
            if before.sequence() != after.sequence() {
                continue;
            }
            let mut sums: BTreeMap<(i64, String), EventCounts> = BTreeMap::new();
            let waiting = gate.counts(deposited(&after), from, until);
            for CollectedMinute { source, minute, counts } in minutes.into_iter().chain(waiting) {
                sums.entry((minute, source)).or_default().add(counts);
            }
            let minute = |((minute, source), counts)| CollectedMinute { source, minute, counts };
            return Ok(sums.into_iter().map(minute).collect());
        }
    }
}

/// Writes a request to the inbox, and notes what it counts.
async fn keep(inbox: &Inbox, gate: &Gate, incoming: Incoming, admitted: Admitted) -> Result<Answer, CollectError> {
    let Admitted { counts, errors, keys } = admitted;
    let facts = Facts::of(&incoming).to_bytes();
    let Incoming { brand, source, body, received_us, .. } = incoming;
    let entry = Entry { brand, received_us, events: counts.received as u32, facts, body: body.into_packed() };
    match inbox.append(entry).await {
        Ok(sequence) => {
            gate.kept(sequence, &source, received_us, counts, &keys);
            Ok(Answer::new(counts, errors))
        }
        Err(error) => {
            gate.let_go(&keys);
            Err(error.into())
        }
    }
}

/// Bytes of a body up to which it is read where it came, and not on a thread that may block.
const SMALL_BYTES: usize = 64 << 10;

/// Does something with so many bytes of a body: on another thread if they are many.
pub(crate) async fn sized<T: Send + 'static>(
    bytes: usize,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, CollectError> {
    if bytes <= SMALL_BYTES { Ok(work()) } else { blocking(work).await }
}

/// Does on another thread what blocks.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, CollectError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| CollectError::GivenUp(error.to_string()))
}
