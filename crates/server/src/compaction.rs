//! Compactions in the background: what was written to is looked at once its writer is through.
//!
//! One at a time over all brands, as that brand's writer and in a place like a job's. It is not a job: nobody asked for it, and
//! what it does changes no answer. Whoever asks for something goes first; the end of their work brings the brand here again.

use std::time::Instant;

use databank_deposit::brand::Sizes;
use databank_deposit::brand::compact::{CompactContext, CompactProgress, Compacted, compact};
use databank_deposit::{DepositError, is_brand_gone};
use databank_model::BrandSlug;

use crate::app::App;
use crate::jobs::Aside;
use crate::metrics::CompactionOutcome;
use crate::problem::with_causes;

/// Tells a compaction when to give way. How far it is nobody asks.
struct Beside(Aside);

impl CompactProgress for Beside {
    fn phase(&self, text: &str) {
        tracing::debug!(phase = text, "compacting");
    }

    fn gives_way(&self) -> bool {
        self.0.gives_way()
    }
}

impl App {
    /// Compacts brands when they have been written to, those that are there at once. Runs until it is dropped.
    pub async fn keep_compact(&self) {
        let writers = self.installation().writers();
        match self.installation().catalog.brands().list().await {
            // Files may have piled up while no server ran.
            Ok(brands) => brands.into_iter().for_each(|brand| writers.tell(brand.slug)),
            Err(error) => tracing::warn!(cause = with_causes(&error), "failed to list brands to compact"),
        }
        loop {
            let brand = writers.next_written().await;
            if let Err(error) = self.installation().collector.look_again(&brand, self.now_us()).await {
                tracing::debug!(%brand, cause = with_causes(&error), "failed to look at a new vault version");
            }
            self.compact_beside(&brand).await;
        }
    }

    async fn compact_beside(&self, brand: &BrandSlug) {
        let started = Instant::now();
        let slug = brand.clone();
        let worked = self.jobs().aside(brand, async move |aside: Aside| one(aside, &slug).await).await;
        // It has a writer, whose end brings it here again; or the server ends.
        let Some(outcome) = worked else { return };
        let outcome = match outcome {
            Ok(compacted) => {
                let outcome = outcome_of(&compacted);
                if outcome == CompactionOutcome::GaveWay {
                    // Whoever waited for a place may be another brand's. Until they have it, there is none for this.
                    self.installation().writers().tell(brand.clone());
                }
                if outcome != CompactionOutcome::Nothing {
                    let Compacted { sequence, partitions, files, rows_rewritten, gave_way, .. } = compacted;
                    tracing::info!(
                        %brand, vault_version = sequence, gave_way, rows_rewritten,
                        files_before = files.before, files_after = files.after,
                        partitions_before = partitions.before, partitions_after = partitions.after,
                        seconds = started.elapsed().as_secs_f64(), "compacted a brand"
                    );
                }
                outcome
            }
            // Erased meanwhile.
            Err(error) if is_brand_gone(&error) => CompactionOutcome::Nothing,
            Err(error) => {
                let cause = with_causes(&error);
                tracing::warn!(%brand, cause, "failed to compact a brand; it is tried again when it is next written to");
                CompactionOutcome::Failed
            }
        };
        self.metrics().compacted(outcome);
    }
}

fn outcome_of(compacted: &Compacted) -> CompactionOutcome {
    match (compacted.gave_way, compacted.published) {
        (true, _) => CompactionOutcome::GaveWay,
        (false, true) => CompactionOutcome::Published,
        (false, false) => CompactionOutcome::Nothing,
    }
}

async fn one(aside: Aside, brand: &BrandSlug) -> Result<Compacted, DepositError> {
    let installation = aside.installation();
    let context = CompactContext {
        catalog: &installation.catalog,
        data_directory: installation.path(),
        now_us: installation.clock.now(),
        sizes: Sizes::default(),
    };
    let progress = Beside(aside.clone());
    compact(&context, brand, &progress).await
}
