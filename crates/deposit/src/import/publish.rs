//! The end of an import: its brands are published, several at a time.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use databank_catalog::Catalog;
use databank_history::publish::tidy_up;
use databank_lake::cores::apart;
use databank_model::DepositId;
use futures::StreamExt;
use futures::stream::FuturesUnordered;
use tokio::sync::mpsc;

use super::lanes::Ready;
use super::report::{ImportReport, of_brand};
use super::{ImportContext, ImportProgress, input_rows};
use crate::DepositError;
use crate::brand::publish::Published;
use crate::mapping::OpenedMapping;

/// How often it is asked whether the import should stop.
const STOP_CHECKS: Duration = Duration::from_millis(200);

/// Rows of all brands being published together up to which there are more of them than cores: of a small brand's time
/// most goes by in waits for the disk, and a large one's rows take memory.
const SMALL_ROWS: u64 = 1 << 19;

/// Nothing is published yet, and nobody wanted to stop.
const OPEN: u8 = 0;
/// The import stops.
const STOPPED: u8 = 1;
/// Something is published, or about to be.
const BOUND: u8 = 2;

/// What a brand that is being published tells the import, and asks it.
#[derive(Debug, Clone)]
pub(crate) struct Watch {
    phases: mpsc::UnboundedSender<String>,
    standing: Arc<AtomicU8>,
}

impl Watch {
    /// A watch that nobody looks at, and that stops nothing.
    pub(crate) fn unwatched() -> Self {
        let (phases, _) = mpsc::unbounded_channel();
        Self { phases, standing: Arc::new(AtomicU8::new(OPEN)) }
    }

    /// Says what is being done now.
    pub(crate) fn phase(&self, text: String) {
        // Whoever listened has gone: there is nobody to tell.
        let _gone = self.phases.send(text);
    }

    /// Ends work of an import that stops.
    pub(crate) fn check(&self) -> Result<(), DepositError> {
        if self.standing.load(Ordering::Acquire) == STOPPED { Err(DepositError::Canceled) } else { Ok(()) }
    }

    /// To be asked before anything is published. What is published for one brand stands, so the others follow: an import
    /// stops whole or not at all.
    pub(crate) fn bind(&self) -> Result<(), DepositError> {
        let was = self.standing.compare_exchange(OPEN, BOUND, Ordering::AcqRel, Ordering::Acquire);
        if was == Err(STOPPED) { Err(DepositError::Canceled) } else { Ok(()) }
    }

    /// Stops the import, unless something is published.
    fn stop(&self) {
        let _bound = self.standing.compare_exchange(OPEN, STOPPED, Ordering::AcqRel, Ordering::Acquire);
    }
}

/// What a brand needs to be published on a thread of its own.
#[derive(Clone)]
struct Publisher {
    catalog: Catalog,
    data_directory: PathBuf,
    deposit: DepositId,
    input_rows: i64,
    now_us: i64,
    watch: Watch,
}

impl Publisher {
    async fn publish(&self, ready: Ready) -> Result<Published, DepositError> {
        let Ready { slug, brand, chunk, expected, .. } = ready;
        let last = (chunk, expected);
        let published = brand.finish(last, &self.catalog, self.input_rows, &self.watch).await?;
        if !published.closed {
            let entry = of_brand(&published).for_catalog(self.input_rows);
            self.catalog.deposits().finish(self.deposit, &slug, &entry, self.now_us).await?;
        }
        // The deposit is done whatever becomes of it.
        tidy_up(&self.catalog, &self.data_directory, &slug, self.now_us).await;
        Ok(published)
    }
}

/// Publishes every brand and gathers what became of its rows.
pub(super) async fn publish_all(
    context: &ImportContext<'_>,
    opened: &OpenedMapping,
    deposit: DepositId,
    brands: Vec<Ready>,
    progress: &mut dyn ImportProgress,
) -> Result<ImportReport, DepositError> {
    let (phases, mut told) = mpsc::unbounded_channel();
    let watch = Watch { phases, standing: Arc::new(AtomicU8::new(OPEN)) };
    let publisher = Publisher {
        catalog: context.catalog.clone(),
        data_directory: context.data_directory.clone(),
        deposit,
        input_rows: input_rows(opened),
        now_us: context.now_us,
        watch: watch.clone(),
    };
    let slugs: Vec<_> = brands.iter().map(|ready| ready.slug.clone()).collect();
    let mut published: Vec<Option<Published>> = slugs.iter().map(|_| None).collect();
    let mut waiting: VecDeque<(usize, Ready)> = brands.into_iter().enumerate().collect();
    // The largest first: none of them should be left alone at the end.
    waiting.make_contiguous().sort_by_key(|(_, ready)| std::cmp::Reverse(ready.rows));
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let mut at_work = FuturesUnordered::new();
    let mut rows_at_work = 0;
    let mut stop_checks = tokio::time::interval(STOP_CHECKS);
    let mut failed = None;
    loop {
        while failed.is_none()
            && let Some((_, next)) = waiting.front()
            && (at_work.len() < cores || (at_work.len() < 2 * cores && rows_at_work + next.rows <= SMALL_ROWS))
            && let Some((place, ready)) = waiting.pop_front()
        {
            let publisher = publisher.clone();
            let rows = ready.rows;
            rows_at_work += rows;
            at_work.push(apart(async move { (place, rows, publisher.publish(ready).await) }));
        }
        if at_work.is_empty() {
            break;
        }
        tokio::select! {
            biased;
            Some(phase) = told.recv() => progress.phase(&phase),
            _ = stop_checks.tick() => if progress.is_canceled() { watch.stop() },
            Some((place, rows, outcome)) = at_work.next() => {
                rows_at_work -= rows;
                match (outcome, published.get_mut(place)) {
                    (Ok(of_brand), Some(slot)) => *slot = Some(of_brand),
                    (Ok(_), None) => {}
                    (Err(error), _) => {
                        watch.stop();
                        failed.get_or_insert(error);
                    }
                }
            }
        }
    }
    if let Some(error) = failed {
        return Err(error);
    }
    let mut report = ImportReport::new(opened, deposit, progress);
    for (slug, published) in slugs.into_iter().zip(published) {
        report.add(slug, published.unwrap_or_default());
    }
    Ok(report)
}
