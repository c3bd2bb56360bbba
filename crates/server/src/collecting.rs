//! What came in, into the vaults: in the background, a brand at a time and several beside each other.
//!
//! As that brand's writer, in its turn. It is not a job: nobody asked for it, and nobody waits for its end. What fails is tried
//! again; until then it lies in the inbox.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use databank_collector::{CollectError, Deposited};
use databank_deposit::is_brand_gone;
use databank_lake::cores::apart;
use databank_model::BrandSlug;
use tokio::sync::Semaphore;
use tokio::task::{Id, JoinSet};

use crate::app::App;
use crate::installation::Installation;
use crate::problem::with_causes;

/// How often it is looked which brands are due.
const LOOKS: Duration = Duration::from_millis(500);
/// How long a brand is left alone after its deposit failed.
const PAUSE: Duration = Duration::from_secs(10);
/// Brands that are deposited, or wait for their turn, at once.
const AT_ONCE: usize = 64;

impl App {
    /// Deposits what comes, when a brand is due. What an earlier process left is deposited at once. Runs until it is dropped.
    pub async fn keep_deposited(&self) {
        let installation = self.installation();
        let places = Arc::new(Semaphore::new(std::thread::available_parallelism().map_or(1, usize::from)));
        let mut at_work: HashMap<Id, BrandSlug> = HashMap::new();
        let mut left_alone: HashMap<BrandSlug, Instant> = HashMap::new();
        let mut working: JoinSet<bool> = JoinSet::new();
        let mut left_over: HashSet<BrandSlug> = installation.collector.waiting().into_iter().collect();
        let mut looks = tokio::time::interval(LOOKS);
        loop {
            tokio::select! {
                Some(ended) = working.join_next_with_id() => {
                    let (id, went_well) = match ended {
                        Ok(ended) => ended,
                        Err(panic) => {
                            tracing::error!(cause = with_causes(&panic), "a deposit of tracked events broke down");
                            (panic.id(), false)
                        }
                    };
                    match at_work.remove(&id) {
                        Some(brand) if went_well => _ = left_over.remove(&brand),
                        Some(brand) => _ = left_alone.insert(brand, Instant::now()),
                        None => {}
                    }
                }
                _ = looks.tick() => {}
            }
            left_alone.retain(|_, since| since.elapsed() < PAUSE);
            for brand in left_over
                .iter()
                .cloned()
                .chain(installation.collector.due(self.settings().deposit_after, self.now_us()))
            {
                if working.len() >= AT_ONCE {
                    break;
                }
                if at_work.values().any(|busy| *busy == brand) || left_alone.contains_key(&brand) {
                    continue;
                }
                let (installation, places, slug) = (Arc::clone(installation), Arc::clone(&places), brand.clone());
                let begun = working.spawn(async move { deposit(&installation, &slug, &places).await });
                at_work.insert(begun.id(), brand);
            }
        }
    }
}

impl Installation {
    /// Deposits what waits of a brand, in its turn.
    pub async fn deposit_waiting(&self, brand: &BrandSlug) -> Result<Deposited, CollectError> {
        let writing = self.write_brand(brand).await;
        let (collector, slug, now_us) = (self.collector.clone(), brand.clone(), self.clock.now());
        apart(async move {
            // Whoever waits for it may be gone before it is done: the turn is the work's.
            let _writing = writing;
            collector.deposit(&slug, now_us).await
        })
        .await
    }
}

/// Deposits a brand's events in its turn; whether that went well.
async fn deposit(installation: &Arc<Installation>, brand: &BrandSlug, places: &Semaphore) -> bool {
    // Who waits for a brand that somebody writes to takes no place from the others.
    drop(installation.write_brand(brand).await);
    let Ok(_place) = places.acquire().await else { return false };
    let started = Instant::now();
    match installation.deposit_waiting(brand).await {
        Ok(deposited) => {
            let (events, sequence) = (deposited.events, deposited.sequence);
            let seconds = started.elapsed().as_secs_f64();
            tracing::info!(%brand, events, vault_version = sequence, seconds, "deposited tracked events");
            true
        }
        Err(CollectError::Deposit(error)) if is_brand_gone(&error) => {
            installation.collector.forget(brand);
            true
        }
        Err(error) => {
            let cause = with_causes(&error);
            tracing::warn!(%brand, cause, "failed to deposit tracked events; they are kept, and it is tried again");
            false
        }
    }
}
