//! Opens vaults for questions: histories and identity maps are read once for each vault version and then kept.
//!
//! A history in memory is 13 bytes an interval (about 0.15 intervals an event), an identity map 8 bytes an id that has been
//! linked. Both are bounded together by what is said here; a history beyond it is read again for each question.

use std::sync::Arc;

use databank_assets::AssetQuestion;
use databank_catalog::Brand;
use databank_consumers::{ConsumerDesk, ConsumerKeys};
use databank_engine::BrandReader;
use databank_history::history::find_rules;
use databank_history::source::load_identity;
use databank_history::{Entity, History, HistoryError, HistoryPlan};
use databank_identity::Assignment;
use databank_model::BrandSlug;
use tokio::sync::Mutex;

use crate::installation::Installation;
use crate::kept::Kept;
use crate::problem::Problem;

/// Bytes of histories that are kept.
const HISTORY_BYTES: usize = 192 << 20;
/// Bytes of identity maps that are kept.
const IDENTITY_BYTES: usize = 64 << 20;

/// A brand and when it was added: one that was erased and added again is another.
type BrandKey = (BrandSlug, i64);

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct HistoryKey {
    brand: BrandKey,
    sequence: i64,
    /// Up to where the inbox is in it.
    through: u64,
    rules: String,
    entity: Entity,
}

/// What questions have read, for the next ones.
#[derive(Debug)]
pub(crate) struct Histories {
    kept: Kept<HistoryKey, History>,
    identities: Kept<(BrandKey, String), Arc<Assignment>>,
    /// Whoever reads, reads alone: the next one may find it kept.
    reading: Mutex<()>,
    /// Sweeps take longer, and turns of their own.
    sweeping: Mutex<()>,
}

impl Histories {
    pub(crate) fn new() -> Self {
        Self {
            kept: Kept::new(HISTORY_BYTES),
            identities: Kept::new(IDENTITY_BYTES),
            reading: Mutex::default(),
            sweeping: Mutex::default(),
        }
    }

    /// Opens a brand's history at its newest version.
    pub(crate) async fn question(
        &self,
        installation: &Installation,
        slug: &BrandSlug,
        rules: Option<&str>,
        entity: Entity,
    ) -> Result<AssetQuestion, Problem> {
        self.question_at(installation, slug, None, rules, entity).await
    }

    /// Opens a brand's history at a version that can be read; at its newest when none is named.
    pub(crate) async fn question_at(
        &self,
        installation: &Installation,
        slug: &BrandSlug,
        version: Option<i64>,
        rules: Option<&str>,
        entity: Entity,
    ) -> Result<AssetQuestion, Problem> {
        let now_us = installation.clock.now();
        let reader = installation.reader(slug, version).await?;
        let history = self.history(installation, &reader, rules, entity).await?;
        Ok(AssetQuestion::of(reader, history, now_us)?)
    }

    async fn history(
        &self,
        installation: &Installation,
        reader: &BrandReader,
        choice: Option<&str>,
        entity: Entity,
    ) -> Result<History, Problem> {
        let catalog = &installation.catalog;
        let rules = match (choice, &reader.state.rules) {
            // The version says it: nothing need be looked up or read for a history that is kept.
            (None, Some(held)) => held.clone(),
            _ => find_rules(catalog, reader, choice).await.map_err(bad_rules)?.0,
        };
        let brand = key_of(&reader.brand);
        let (sequence, through) = (reader.sequence(), reader.through());
        let key =
            HistoryKey { brand: brand.clone(), sequence, through, rules: rules.to_string(), entity: entity.clone() };
        if let Some(kept) = self.kept.get(&key) {
            return Ok(kept);
        }
        let plan = HistoryPlan::of_saved(catalog, reader, choice, entity).await.map_err(bad_rules)?;
        let turn = if plan.is_stored() { &self.reading } else { &self.sweeping };
        let _turn = turn.lock().await;
        if let Some(kept) = self.kept.get(&key) {
            return Ok(kept);
        }
        let history = blocking(move || plan.finish()?.held()).await??;
        self.kept.put(key, history.clone(), history.size_bytes(), |held| {
            held.brand == brand && (held.sequence, held.through) < (sequence, through)
        });
        Ok(history)
    }

    /// Opens a brand's desk for questions about single consumers, at the version of a reader.
    pub(crate) async fn desk(&self, reader: BrandReader) -> Result<ConsumerDesk, Problem> {
        let identity = self.identity(&reader).await?;
        Ok(ConsumerDesk::open(reader, identity).await?)
    }

    async fn identity(&self, reader: &BrandReader) -> Result<Arc<Assignment>, Problem> {
        let Some(name) = reader.state.identity_map.clone() else { return Ok(Arc::default()) };
        let brand = key_of(&reader.brand);
        let key = (brand.clone(), name.clone());
        if let Some(kept) = self.identities.get(&key) {
            return Ok(kept);
        }
        let _turn = self.reading.lock().await;
        if let Some(kept) = self.identities.get(&key) {
            return Ok(kept);
        }
        let vault = reader.vault.directory().to_owned();
        let identity = blocking(move || load_identity(&vault, Some(&name))).await??;
        let identity = Arc::new(identity);
        self.identities.put(key, Arc::clone(&identity), identity.size_bytes(), |(held, _)| *held == brand);
        Ok(identity)
    }
}

fn key_of(brand: &Brand) -> BrandKey {
    (brand.slug.clone(), brand.created_at)
}

/// A rule set that cannot be had is the parameter's fault.
fn bad_rules(error: HistoryError) -> Problem {
    if matches!(error, HistoryError::BadRules { .. }) {
        return Problem::invalid_field("rules", error.to_string());
    }
    error.into()
}

/// A brand's keys, for one question.
pub(crate) fn keys_of(installation: &Installation, brand: &Brand) -> Result<ConsumerKeys, Problem> {
    Ok(ConsumerKeys::unwrap(&installation.keyring, brand)?)
}

/// Does on another thread what reads files or goes through many rows.
pub(crate) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
    tokio::task::spawn_blocking(work).await.map_err(|error| Problem::failed(&error))
}
