//! Depositing what came from the inbox.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;

use databank_engine::BrandReader;
use databank_engine::reader::Passing;
use databank_history::publish::{delete_left_indexes, tidy_up};
use databank_identity::KnownIds;
use databank_lake::{LakeError, Table, Vault};
use databank_model::{BrandSlug, DepositId};
use futures::future::BoxFuture;

use super::reading::{Read, Reading, Sent};
use super::{BLOCK, LiveBrand};
use crate::DepositError;
use crate::brand::arrivals::{Ledger, Outcome};
use crate::brand::facts::Facts;
use crate::brand::publish::Published;
use crate::brand::{BrandDeposit, Chunk, Counts, DepositFacts};
use crate::import::publish::Watch;
use crate::import::{ImportContext, unwrap_keys};
use crate::rejects::Account;

/// The source of a deposit whose rows name their own.
const LIVE: &str = "live";

/// Events that are converted together.
const AT_A_TIME: usize = 8 << 10;

/// The number of a deposit that is none: greater than any other, so that what it states is the newest.
const PASSING: DepositId = DepositId(i64::MAX);

/// A deposit of one brand's tracked events. Its caller is the brand's only writer.
pub struct LiveDeposit<'a> {
    context: &'a ImportContext<'a>,
    live: Arc<LiveBrand>,
    brand: Box<BrandDeposit>,
    deposit: DepositId,
    known: RefCell<KnownIds>,
    chunk: Chunk,
    /// Why events that are read again are refused again, by their numbers.
    refused_again: BTreeMap<u32, (String, String)>,
}

impl std::fmt::Debug for LiveDeposit<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LiveDeposit").field("brand", &self.live.slug).field("deposit", &self.deposit).finish()
    }
}

impl<'a> LiveDeposit<'a> {
    /// Opens a brand for what came.
    pub fn open(
        context: &'a ImportContext<'a>,
        slug: &'a BrandSlug,
    ) -> BoxFuture<'a, Result<LiveDeposit<'a>, DepositError>> {
        Self::open_as("collect", context, slug)
    }

    /// Opens a brand for refused events that are read again.
    pub(crate) fn open_replay(
        context: &'a ImportContext<'a>,
        slug: &'a BrandSlug,
    ) -> BoxFuture<'a, Result<LiveDeposit<'a>, DepositError>> {
        Self::open_as("replay", context, slug)
    }

    fn open_as(
        kind: &'static str,
        context: &'a ImportContext<'a>,
        slug: &'a BrandSlug,
    ) -> BoxFuture<'a, Result<LiveDeposit<'a>, DepositError>> {
        Box::pin(async move {
            let reader = BrandReader::open(context.catalog, &context.data_directory, slug).await?;
            let deposits = context.catalog.deposits();
            let deposit = deposits.begin(kind, LIVE, context.now_us).await?;
            deposits.begin_brand(deposit, slug, context.now_us).await?;
            delete_left_indexes(context.catalog, &reader).await?;
            Self::of(context, reader, deposit).await
        })
    }

    /// Opens a brand's newest version for what came, to be looked at by this process alone: what it writes goes to a directory of
    /// its own. Beside any writer.
    pub fn open_passing(
        context: &'a ImportContext<'a>,
        reader: BrandReader,
        directory: &'a Path,
    ) -> BoxFuture<'a, Result<LiveDeposit<'a>, DepositError>> {
        Box::pin(async move {
            let reader = apart_from(reader, directory).await?;
            Self::of(context, reader, PASSING).await
        })
    }

    async fn of(
        context: &'a ImportContext<'a>,
        reader: BrandReader,
        deposit: DepositId,
    ) -> Result<LiveDeposit<'a>, DepositError> {
        let live = Arc::new(LiveBrand::of(context, &reader).await?);
        let facts = DepositFacts {
            deposit,
            source: LIVE.into(),
            now_us: context.now_us,
            mapping: serde_json::json!({
                "source": LIVE,
                "timezone": live.zone.name(),
                "currency": live.currency.as_str(),
                "missing_id": "reject",
            }),
            sizes: context.sizes,
        };
        let keys = unwrap_keys(context, &reader)?;
        let offset = reader.version.as_ref().and_then(|version| version.inbox_offset).map_or(0, i64::cast_unsigned);
        let mut brand = BrandDeposit::open(reader, keys, facts, live.zone, live.currency).await?;
        brand.ledger = Some(Ledger::after(offset));
        let (known, brand) = (RefCell::new(live.known_ids()), Box::new(brand));
        Ok(Self { context, live, brand, deposit, known, chunk: Chunk::default(), refused_again: BTreeMap::new() })
    }

    /// Takes requests in the order in which they came. Blocks its thread.
    pub fn take(&mut self, requests: &[Sent<'_>]) -> Result<(), DepositError> {
        let mut reading = Reading::new(&self.live, true);
        let mut events = 0;
        let Some(ledger) = &mut self.brand.ledger else { return Ok(()) };
        let mut read = Vec::new();
        for sent in requests {
            let first = ledger.len() as u32;
            for _ in &sent.request.events {
                let event = ledger.add(sent.source, sent.received_us);
                if let Some(reject) = sent.repairs {
                    ledger.repair(event, reject);
                }
            }
            reading.take(*sent, first);
            events += sent.request.events.len();
            if events >= AT_A_TIME {
                let done = std::mem::replace(&mut reading, Reading::new(&self.live, true));
                read.push(done.finish(&self.known)?);
                events = 0;
            }
        }
        read.push(reading.finish(&self.known)?);
        for read in read {
            self.take_read(read)?;
        }
        Ok(())
    }

    fn take_read(&mut self, read: Read) -> Result<(), DepositError> {
        for mut of in read.0 {
            let rejects = of.rejects();
            if let Some(ledger) = &mut self.brand.ledger {
                for (event, reject) in &rejects {
                    ledger.note(*event, Outcome::Rejected);
                    if ledger.is_replay() {
                        self.refused_again.insert(*event, (reject.code.clone(), reject.message.clone()));
                    }
                }
            }
            self.brand.push_rejects(rejects.into_iter().map(|(_, reject)| reject).collect())?;
            if let Some(facts) = of.facts.take() {
                let arrivals = of.arrivals_of(facts.arrivals);
                let (rows, types) = (facts.rows, &facts.types);
                let arrivals = Some(&arrivals);
                self.brand.push_facts(Facts {
                    block: BLOCK,
                    kind: "consumers",
                    rows,
                    types,
                    repairs: &[],
                    arrivals,
                })?;
            }
            if let Some((staged, arrivals)) = of.events.take() {
                let arrivals = of.arrivals_of(arrivals);
                self.chunk.push_arrived(BLOCK, staged, arrivals);
                if self.chunk.is_full(self.context.sizes.chunk_rows) {
                    let chunk = std::mem::take(&mut self.chunk);
                    self.brand.take_events(chunk, 0)?;
                }
            }
        }
        Ok(())
    }

    /// Publishes what was taken, as the part of the inbox up to a sequence. Blocks its thread.
    pub fn finish(mut self, through: u64) -> BoxFuture<'a, Result<Published, DepositError>> {
        if let Some(ledger) = &mut self.brand.ledger {
            ledger.offset = through;
        }
        self.publish()
    }

    /// Publishes events that were read again, beside the inbox: the vault version, and what became of them. Blocks its thread.
    pub(crate) fn finish_replay(mut self) -> BoxFuture<'a, Result<(i64, Account), DepositError>> {
        let refused = std::mem::take(&mut self.refused_again);
        Box::pin(async move {
            let published = self.publish().await?;
            Ok((published.sequence, Account { outcomes: published.outcomes, refused }))
        })
    }

    /// Publishes nothing: what would become of events that are read again. Blocks its thread.
    pub(crate) fn finish_trial(mut self) -> BoxFuture<'a, Result<Account, DepositError>> {
        let refused = std::mem::take(&mut self.refused_again);
        let Self { brand, chunk, .. } = self;
        Box::pin(async move { Ok(Account { outcomes: brand.finish_trial((chunk, 0)).await?, refused }) })
    }

    fn publish(self) -> BoxFuture<'a, Result<Published, DepositError>> {
        let Self { context, live, brand, chunk, .. } = self;
        let events = brand.ledger.as_ref().map_or(0, Ledger::len);
        Box::pin(async move {
            let published = brand.finish((chunk, 0), context.catalog, events as i64, &Watch::unwatched()).await?;
            tidy_up(context.catalog, &context.data_directory, &live.slug, context.now_us).await;
            Ok(published)
        })
    }

    /// Publishes nothing: a reader that sees what was taken, which is the inbox up to a sequence. Blocks its thread.
    pub fn finish_passing(self, through: u64) -> BoxFuture<'a, Result<BrandReader, DepositError>> {
        let Self { context, brand, chunk, .. } = self;
        Box::pin(async move { brand.finish_passing((chunk, 0), context.catalog, through).await })
    }

    /// Closes the account of a deposit that failed. What it failed by is the caller's to tell.
    pub async fn fail(context: &ImportContext<'_>, slug: &BrandSlug, deposit: DepositId) {
        let counts = Counts::default().for_catalog(0);
        context.catalog.deposits().fail(deposit, slug, &counts, context.now_us).await.ok();
        if let Ok(reader) = BrandReader::open(context.catalog, &context.data_directory, slug).await {
            delete_left_indexes(context.catalog, &reader).await.ok();
        }
    }

    /// The deposit's number.
    pub fn deposit(&self) -> DepositId {
        self.deposit
    }
}

/// A reader of the same version whose vault is a directory of its own. What is looked up by name in a vault, its indexes and its
/// identity map, is there under the same names.
async fn apart_from(reader: BrandReader, directory: &Path) -> Result<BrandReader, DepositError> {
    let vault = Vault::passing(directory.to_owned());
    let indexes = reader.state.indexes.values().flatten();
    let (from, to) = (reader.vault.index_directory(), vault.index_directory());
    for name in indexes {
        link(&from.join(name), &to.join(name))?;
    }
    if let Some(name) = &reader.state.identity_map {
        link(&reader.vault.directory().join(name), &vault.directory().join(name))?;
    }
    let mut tables = BTreeMap::new();
    for table in Table::ALL {
        tables.insert(table, reader.files(table).await?);
    }
    let passing = Some(Passing { through: 0, tables: Arc::new(tables), directory: None });
    Ok(BrandReader { vault, passing, ..reader })
}

/// Gives a file another name, beside the one that it has.
fn link(from: &Path, to: &Path) -> Result<(), LakeError> {
    if let Some(parent) = to.parent() {
        std::fs::create_dir_all(parent).map_err(LakeError::io("create directory", parent))?;
    }
    match std::fs::hard_link(from, to) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(LakeError::io("link", from)(error)),
        _ => Ok(()),
    }
}
