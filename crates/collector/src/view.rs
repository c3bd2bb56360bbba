//! Readers that see what waits in the inbox: a deposit of it that is published to nobody but this process.
//!
//! Made when somebody asks about the brand, and kept for those who ask soon after: so two thousand brands cost nothing while
//! nobody looks at them, and one that everybody looks at costs the same share of a core however long its deposit takes.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use databank_deposit::brand::Sizes;
use databank_deposit::live::LiveDeposit;
use databank_engine::BrandReader;
use databank_lake::cores::apart;
use databank_model::BrandSlug;

use crate::deposit::{READ_BYTES, take};
use crate::gate::deposited;
use crate::{CollectError, Collector};

/// How long a view is looked at before it is made again, at least.
const FRESH: Duration = Duration::from_secs(1);
/// The share of a view's age that making it may take: one in so many.
const SHARE: u32 = 4;
/// Views that are kept. Of those that nobody asked for lately the oldest goes.
const MOST_VIEWS: usize = 64;

/// Where views lie in a data directory. Nothing of them is of use to another process.
pub(crate) fn directory_of(data_directory: &Path) -> PathBuf {
    data_directory.join("spill").join("views")
}

/// Views of brands.
#[derive(Debug, Default)]
pub(crate) struct Views {
    kept: Mutex<HashMap<BrandSlug, View>>,
    /// Whoever makes a brand's view makes it alone.
    making: Mutex<HashMap<BrandSlug, Arc<tokio::sync::Mutex<()>>>>,
}

/// What a view was made of, and the reader.
#[derive(Debug, Clone)]
struct View {
    created_at: i64,
    sequence: i64,
    through: u64,
    made: Instant,
    took: Duration,
    asked: Instant,
    reader: BrandReader,
}

impl Collector {
    /// A reader of a brand's newest version and of what came since, some seconds old at most.
    pub async fn reader(&self, slug: &BrandSlug, now_us: i64) -> Result<BrandReader, CollectError> {
        let context = self.context(now_us, Sizes::default());
        let newest = BrandReader::open(context.catalog, &context.data_directory, slug).await?;
        let Some(pending) = self.inbox().pending(slug).filter(|pending| pending.last > deposited(&newest)) else {
            return Ok(newest);
        };
        if let Some(view) = self.views().fresh(&newest, pending.last) {
            return Ok(view);
        }
        let turn = self.views().turn(slug);
        let _turn = turn.lock().await;
        let newest = BrandReader::open(context.catalog, &context.data_directory, slug).await?;
        if let Some(view) = self.views().fresh(&newest, pending.last) {
            return Ok(view);
        }
        let (collector, of_thread) = (self.clone(), slug.clone());
        match apart(async move { collector.make_view(&of_thread, newest, now_us).await }).await {
            Ok(view) => Ok(view),
            Err(error) => {
                // A version may have been published meanwhile, whose files are others. What is committed can be told all the same.
                tracing::warn!(%error, brand = %slug, "failed to look at what waits in the inbox");
                let newest = BrandReader::open(context.catalog, &context.data_directory, slug).await?;
                Ok(newest)
            }
        }
    }

    async fn make_view(&self, slug: &BrandSlug, newest: BrandReader, now_us: i64) -> Result<BrandReader, CollectError> {
        let begun = Instant::now();
        let context = self.context(now_us, Sizes::default());
        let parent = directory_of(&context.data_directory);
        let io = |error: std::io::Error| CollectError::GivenUp(format!("a directory for a view: {error}"));
        std::fs::create_dir_all(&parent).map_err(io)?;
        let directory = tempfile::Builder::new().prefix("view-").tempdir_in(&parent).map_err(io)?;
        let (created_at, sequence, mut through) = (newest.brand.created_at, newest.sequence(), deposited(&newest));
        let mut live = LiveDeposit::open_passing(&context, newest, directory.path()).await?;
        loop {
            let records = self.inbox().read(slug, through, READ_BYTES)?;
            let Some(last) = records.last() else { break };
            through = last.sequence;
            take(&mut live, &records)?;
        }
        let mut reader = live.finish_passing(through).await?;
        if let Some(passing) = &mut reader.passing {
            passing.directory = Some(Arc::new(directory));
        }
        let (now, took) = (Instant::now(), begun.elapsed());
        let view = View { created_at, sequence, through, made: now, took, asked: now, reader: reader.clone() };
        self.views().put(slug, view);
        Ok(reader)
    }
}

impl Views {
    fn turn(&self, slug: &BrandSlug) -> Arc<tokio::sync::Mutex<()>> {
        let mut making = self.making.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(making.entry(slug.clone()).or_default())
    }

    /// The view of a version, unless so much came since it was made that it is time for another.
    fn fresh(&self, newest: &BrandReader, last: u64) -> Option<BrandReader> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let view = kept.get_mut(&newest.brand.slug)?;
        let is_of = view.created_at == newest.brand.created_at && view.sequence == newest.sequence();
        let is_fresh = view.through >= last || view.made.elapsed() < FRESH.max(view.took * SHARE);
        (is_of && is_fresh).then(|| {
            view.asked = Instant::now();
            view.reader.clone()
        })
    }

    fn put(&self, slug: &BrandSlug, view: View) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.insert(slug.clone(), view);
        while kept.len() > MOST_VIEWS {
            let oldest = kept.iter().min_by_key(|(_, view)| view.asked).map(|(slug, _)| slug.clone());
            let Some(oldest) = oldest else { break };
            kept.remove(&oldest);
        }
    }

    /// Lets go of a brand's view: what it shows is committed, or the brand is gone.
    pub(crate) fn forget(&self, slug: &BrandSlug) {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).remove(slug);
    }
}
