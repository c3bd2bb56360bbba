//! One brand's share of a deposit: from converted rows to a published vault version.
//!
//! Rows come in chunks of bounded size. A chunk is settled ([`settle`]: which rows are new, whose they are). An only chunk
//! is written as sorted files ([`mod@write`]); of several each is put aside in its order, and they are merged when all are
//! there. Links that came after an earlier chunk, or that join people who are already stored, move those people's rows
//! ([`relocate`]). Then the histories of the touched partitions are swept and everything is committed and published as
//! one vault version ([`publish`]). A crash anywhere before that leaves the vault as it was.

pub mod arrivals;
mod by_profile;
pub mod compact;
pub mod facts;
pub mod publish;
pub mod reject_store;
pub mod relocate;
pub mod settle;
pub mod write;

use futures::future::BoxFuture;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use databank_catalog::DepositCounts;
use databank_engine::BrandReader;
use databank_identity::{Assignment, IdKey, IdType, LinkRule, SealKey, Token, Tokenizer};
use databank_lake::runs::{Key, RunSet};
use databank_lake::{DataFile, LakeError, Table, TableSnapshot};
use databank_model::{BusinessZone, Currency, Day, DepositId, SlotRange};
use rustc_hash::FxHashSet;

use crate::DepositError;
use crate::brand::arrivals::{Arrivals, Ledger};
use crate::events::content::Keyer;
use crate::events::convert::{RowIdentity, Staged};
use crate::events::dedupe::{EVENT_VALUE, LINE_VALUE};
use crate::people::People;
use crate::reject::Reject;
use crate::rows::size_bytes;
use reject_store::RejectStore;
use relocate::spill::Chunks;
use relocate::{outgrown, partitions_for};

/// Bytes of a chunk's mapped rows at most.
const CHUNK_BYTES: usize = 192 << 20;

/// Sizes that a deposit works in. The defaults fit a laptop; tests make them small, to cross every edge with few rows.
#[derive(Debug, Clone, Copy)]
pub struct Sizes {
    /// Rows of a chunk at most; with their columns about 150 MB by default.
    pub chunk_rows: usize,
    /// Rows of a partition beyond which an empty vault starts with more partitions; with twice as many it is split.
    pub partition_rows: u64,
    /// Bytes of a full data file of events.
    pub file_bytes: u64,
    /// Bytes of ids that an import remembers over all brands: beyond, those that came are known and others are not.
    pub known_bytes: usize,
}

impl Default for Sizes {
    fn default() -> Self {
        Self { chunk_rows: 1 << 19, partition_rows: 4 << 20, file_bytes: 128 << 20, known_bytes: 128 << 20 }
    }
}

/// A brand's two keys, unwrapped.
#[derive(Debug)]
pub struct BrandKeys {
    /// Makes tokens and event keys.
    pub id: IdKey,
    /// Seals contact values and refused rows.
    pub seal: SealKey,
}

/// What became of rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Rows read: the sum of the others.
    pub read: u64,
    /// New.
    pub accepted: u64,
    /// There already.
    pub duplicate: u64,
    /// Refused and kept.
    pub rejected: u64,
    /// Refused by consent or erasure.
    pub suppressed: u64,
}

impl Counts {
    /// Adds another's counts.
    pub fn add(&mut self, other: Self) {
        self.read += other.read;
        self.accepted += other.accepted;
        self.duplicate += other.duplicate;
        self.rejected += other.rejected;
        self.suppressed += other.suppressed;
    }

    /// As the catalog keeps them, beside the rows that the files had.
    pub(crate) fn for_catalog(self, input_rows: i64) -> DepositCounts {
        DepositCounts {
            input_rows,
            read: self.read as i64,
            accepted: self.accepted as i64,
            duplicate: self.duplicate as i64,
            rejected: self.rejected as i64,
            suppressed: self.suppressed as i64,
        }
    }
}

/// What a deposit is about, whichever brand.
#[derive(Debug, Clone)]
pub struct DepositFacts {
    /// The deposit's number.
    pub deposit: DepositId,
    /// Declared source of rows that do not name their own.
    pub source: Arc<str>,
    /// When it reads, µs UTC.
    pub now_us: i64,
    /// What a repaired row of it must be read under again.
    pub mapping: serde_json::Value,
    /// Sizes to work in.
    pub sizes: Sizes,
}

/// Converted rows of one batch.
#[derive(Debug)]
struct ChunkBatch {
    block: String,
    staged: Staged,
    /// Row by row, the stored reject that the row repairs; empty where none can.
    repairs: Vec<Option<String>>,
    /// Who sent them and when, where that is not the deposit's own source and time.
    arrivals: Option<Arrivals>,
}

/// Converted event rows of a brand that are settled together.
#[derive(Debug, Default)]
pub(crate) struct Chunk {
    batches: Vec<ChunkBatch>,
    rows: usize,
    bytes: usize,
}

impl Chunk {
    /// Adds rows. `repairs` names, row by row, the stored reject that the row repairs.
    pub(crate) fn push(&mut self, block: &str, staged: Staged, repairs: Vec<Option<String>>) {
        self.add(ChunkBatch { block: block.to_owned(), staged, repairs, arrivals: None });
    }

    /// Adds rows of tracked events.
    pub(crate) fn push_arrived(&mut self, block: &str, staged: Staged, arrivals: Arrivals) {
        self.bytes += arrivals.texts.size_bytes();
        self.add(ChunkBatch { block: block.to_owned(), staged, repairs: Vec::new(), arrivals: Some(arrivals) });
    }

    fn add(&mut self, batch: ChunkBatch) {
        let rows = batch.staged.columns.num_rows();
        if rows > 0 {
            self.rows += rows;
            self.bytes += size_bytes(&batch.staged.raw) + rows * 200;
            self.batches.push(batch);
        }
    }

    /// Whether it is time to settle it.
    pub(crate) fn is_full(&self, chunk_rows: usize) -> bool {
        self.rows >= chunk_rows || self.bytes >= CHUNK_BYTES
    }

    /// What it holds, roughly.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }
}

/// One brand, open for a deposit.
#[derive(Debug)]
pub struct BrandDeposit {
    /// The vault version that it builds on.
    pub reader: BrandReader,
    /// Zone of business days.
    pub zone: BusinessZone,
    /// Currency of amounts that name none.
    pub currency: Currency,
    /// Event keys.
    pub keyer: Keyer,
    /// Counts by block.
    pub counts: BTreeMap<String, Counts>,
    facts: DepositFacts,
    people: People,
    events_index: RunSet<EVENT_VALUE>,
    lines_index: RunSet<LINE_VALUE>,
    /// How often each content has come in this import; gone after it.
    occurrences: RunSet<4>,
    /// Files that this deposit needs on its way.
    scratch: tempfile::TempDir,
    masters: write::MasterWriter,
    profiles: write::ProfileWriter,
    links: write::LinkWriter,
    rejects: RejectStore,
    assignment: Assignment,
    partitions: Vec<SlotRange>,
    stored_events: TableSnapshot,
    added_events: Vec<DataFile>,
    chunks: Chunks,
    superseded: Vec<(Key, i64)>,
    /// Consumers of stored rows that this deposit replaced.
    replaced: FxHashSet<u32>,
    repaired: BTreeSet<String>,
    first_day: Option<Day>,
    last_day: Option<Day>,
    conflicts: u64,
    has_refunds: bool,
    /// What becomes of tracked events, where it is their deposit.
    pub(crate) ledger: Option<Ledger>,
}

/// What the names of scratch directories begin with.
const SCRATCH: &str = "scratch-";

/// Makes a deposit's scratch directory, and removes those that crashes left: nobody else has this vault open for writing.
fn scratch_in(indexes: &Path) -> Result<tempfile::TempDir, LakeError> {
    for entry in std::fs::read_dir(indexes).map_err(LakeError::io("list", indexes))?.flatten() {
        let path = entry.path();
        if entry.file_name().to_string_lossy().starts_with(SCRATCH) && path.is_dir() {
            std::fs::remove_dir_all(&path).map_err(LakeError::io("delete", &path))?;
        }
    }
    tempfile::Builder::new().prefix(SCRATCH).tempdir_in(indexes).map_err(LakeError::io("create", indexes))
}

impl BrandDeposit {
    /// Opens a brand at its newest version, after taking back what a crash left unpublished. A vault that is this process's own
    /// has nothing to take back.
    pub fn open(
        mut reader: BrandReader,
        keys: BrandKeys,
        facts: DepositFacts,
        zone: BusinessZone,
        currency: Currency,
    ) -> BoxFuture<'static, Result<Self, DepositError>> {
        Box::pin(async move {
            let lasts = reader.vault.lasts();
            if lasts {
                databank_history::publish::take_back(&mut reader).await?;
            }
            let vault = reader.vault.directory().to_owned();
            let indexes = reader.vault.index_directory();
            let runs = |name: &str| reader.state.indexes.get(name).cloned().unwrap_or_default();
            databank_lake::durable::make_directory(&indexes, lasts)?;
            let log = match reader.state.indexes.get("links") {
                Some(_) => None,
                None => Some(reader.files(Table::IdentityLog).await?),
            };
            let of_people = (Tokenizer::new(&keys.id), keys.seal);
            let people =
                People::open(&reader.brand.slug, of_people, (&indexes, lasts), &reader.state, log, &facts.source)?;
            let events_index = RunSet::open(&indexes, "events", &runs("events"))?.lasting(lasts);
            let lines_index = RunSet::open(&indexes, "lines", &runs("lines"))?.lasting(lasts);
            let scratch = scratch_in(&indexes)?;
            let occurrences = RunSet::open(scratch.path(), "seen", &[])?;
            let assignment = databank_history::source::load_identity(&vault, reader.state.identity_map.as_deref())?;
            let stored_events = reader.files(Table::Events).await?;
            let rejects = RejectStore::open(&reader, &keys.id).await?;
            Ok(Self {
                zone,
                currency,
                keyer: Keyer::new(&keys.id),
                counts: BTreeMap::new(),
                people,
                events_index,
                lines_index,
                occurrences,
                chunks: Chunks::new(scratch.path()),
                scratch,
                masters: write::MasterWriter::default(),
                profiles: write::ProfileWriter::default(),
                links: write::LinkWriter::default(),
                rejects,
                assignment,
                partitions: reader.partitions(),
                stored_events,
                added_events: Vec::new(),
                superseded: Vec::new(),
                replaced: FxHashSet::default(),
                repaired: BTreeSet::new(),
                first_day: reader.state.first_event_day,
                last_day: reader.version.as_ref().and_then(|v| v.last_event_day),
                conflicts: 0,
                has_refunds: reader.state.has_refunds,
                ledger: None,
                facts,
                reader,
            })
        })
    }

    /// The brand's tokens.
    pub fn tokenizer(&self) -> &Tokenizer {
        self.people.tokenizer()
    }

    fn count(&mut self, block: &str) -> &mut Counts {
        self.counts.entry(block.to_owned()).or_default()
    }

    /// Rows so far that contradict others.
    pub fn conflicts(&self) -> u64 {
        self.conflicts
    }

    /// Settles a chunk, of which more follow, and writes what is new. An empty vault starts with partitions enough for
    /// the `expected` rows of the whole import.
    pub(crate) fn take_events(&mut self, chunk: Chunk, expected: u64) -> Result<(), DepositError> {
        let settled = self.settle(&chunk)?;
        // What is put aside is a copy.
        drop(chunk);
        if let Some(settled) = settled {
            self.choose_partitions(expected);
            self.put_aside(&settled)?;
        }
        Ok(())
    }

    /// Takes refused rows.
    pub fn push_rejects(&mut self, rejects: Vec<Reject>) -> Result<(), DepositError> {
        for reject in &rejects {
            let counts = self.count(&reject.block);
            counts.read += 1;
            counts.rejected += 1;
        }
        self.keep_rejects(rejects)
    }

    /// Keeps an unreadable line: it is no mapped row, so it counts in the input's ledger only.
    pub fn keep_rejects(&mut self, rejects: Vec<Reject>) -> Result<(), DepositError> {
        let kind: IdType = reject_store::seal_kind();
        let people = &self.people;
        self.rejects.add(&self.reader.vault, &self.facts, rejects, &mut |text| people.seal(&kind, text))
    }

    /// All counts together.
    pub fn total(&self) -> Counts {
        let mut total = Counts::default();
        self.counts.values().for_each(|counts| total.add(*counts));
        total
    }

    fn write_new_profiles(&mut self) -> Result<(), DepositError> {
        let new = self.people.take_new_profiles();
        self.profiles.add(self.scratch.path(), &self.facts, &new)
    }

    /// Links the ids of one row.
    fn link_row(&mut self, ids: &[RowIdentity], types: &[IdType], ts_us: i64) -> Result<(), DepositError> {
        self.people.link_row(ids, types, ts_us);
        if self.people.has_many_links() { self.write_new_links() } else { Ok(()) }
    }

    /// Notes what somebody says of two ids.
    pub(crate) fn say(
        &mut self,
        a: (Token, &IdType),
        b: (Token, &IdType),
        ts_us: i64,
        rule: LinkRule,
    ) -> Result<(), DepositError> {
        self.people.say(a, b, ts_us, rule);
        self.write_new_links()
    }

    fn write_new_links(&mut self) -> Result<(), DepositError> {
        let new = self.people.take_new_links()?;
        let (types, sources) = (self.people.link_types(), self.people.link_sources());
        self.links.write(&self.reader.vault, &self.facts, &new, types, sources)
    }

    /// Chooses the partitions of a vault that has no rows yet.
    fn choose_partitions(&mut self, expected: u64) {
        if self.stored_events.files.is_empty() && self.chunks.rows() == 0 {
            self.partitions = partitions_for(expected.max(self.total().read), self.facts.sizes.partition_rows);
        }
    }

    /// Splits partitions that the brand has outgrown; its files are then written again, each row where it now belongs.
    /// `coming` rows are about to be written.
    fn split_partitions(&mut self, coming: u64) {
        let stored = self.stored_events.files.iter().map(|file| file.rows.max(0).cast_unsigned());
        let rows = stored.sum::<u64>() + self.chunks.rows() + coming;
        if let Some(split) = outgrown(&self.partitions, rows, self.facts.sizes.partition_rows) {
            self.partitions = split;
        }
    }
}
