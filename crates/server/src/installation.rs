//! One open data directory: what commands and requests alike work on.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use databank_catalog::{Brand, BrandKey, Catalog, CatalogError, KeyPurpose, Keyring, KeyringError, NewBrand};
use databank_collector::{CollectError, Collector, CollectorOptions};
use databank_deposit::brand::Sizes;
use databank_deposit::import::ImportContext;
use databank_engine::BrandReader;
use databank_model::rules::{PRESETS, preset};
use databank_model::{BrandSlug, BusinessZone, Currency};

use crate::clock::Clock;
use crate::writers::{Writers, Writing};

/// An open data directory. There is one in each owner process; whatever runs there shares it.
#[derive(Debug)]
pub struct Installation {
    /// Where everything lies.
    pub data_directory: PathBuf,
    /// Control data.
    pub catalog: Catalog,
    /// The master key.
    pub keyring: Arc<Keyring>,
    /// What tracked events come in by.
    pub collector: Collector,
    /// The time.
    pub clock: Clock,
    writers: Arc<Writers>,
}

/// A brand to add.
#[derive(Debug, Clone)]
pub struct AddBrand {
    /// Its immutable name.
    pub slug: BrandSlug,
    /// What people read; the slug when absent.
    pub name: Option<String>,
    /// The zone of its business days, when it is known already.
    pub timezone: Option<BusinessZone>,
    /// Its currency, when it is known already.
    pub currency: Option<Currency>,
}

/// A brand was not added.
#[derive(Debug, thiserror::Error)]
pub enum AddBrandError {
    /// The name cannot be shown.
    #[error("a brand's name must be a text of one line")]
    BadName,
    /// Its keys could not be made.
    #[error(transparent)]
    Keyring(#[from] KeyringError),
    /// It is there already, or control data failed.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
}

impl Installation {
    /// Of parts that their opener has checked.
    pub async fn new(
        data_directory: PathBuf,
        catalog: Catalog,
        keyring: Keyring,
        clock: Clock,
    ) -> Result<Self, CollectError> {
        let (keyring, options) = (Arc::new(keyring), CollectorOptions::default());
        let collector = Collector::open(catalog.clone(), Arc::clone(&keyring), data_directory.clone(), options).await?;
        Ok(Self { data_directory, catalog, keyring, collector, clock, writers: Arc::default() })
    }

    /// The directory itself.
    pub fn path(&self) -> &Path {
        &self.data_directory
    }

    /// What deposits and questions about rejects work with.
    pub fn import_context(&self) -> ImportContext<'_> {
        ImportContext {
            catalog: &self.catalog,
            keyring: &self.keyring,
            data_directory: self.data_directory.clone(),
            now_us: self.clock.now(),
            sizes: Sizes::default(),
        }
    }

    /// A brand's tables.
    pub fn vault(&self, brand: &BrandSlug) -> PathBuf {
        self.data_directory.join("vaults").join(brand.as_str())
    }

    /// Files that were sent for a brand and wait to be imported.
    pub fn uploads(&self, brand: &BrandSlug) -> PathBuf {
        self.data_directory.join("uploads").join(brand.as_str())
    }

    /// Waits until nobody else writes to the brand, and keeps others out while the guard lives.
    pub async fn write_brand(&self, brand: &BrandSlug) -> Writing {
        self.writers.write(brand).await
    }

    /// Who writes, and who waits.
    pub(crate) fn writers(&self) -> &Arc<Writers> {
        &self.writers
    }

    /// A reader of a brand's newest version and of what came since; of an older version, when one is named.
    pub async fn reader(&self, brand: &BrandSlug, version: Option<i64>) -> Result<BrandReader, CollectError> {
        let now_us = self.clock.now();
        match version {
            None => self.collector.reader(brand, now_us).await,
            Some(_) => Ok(BrandReader::open_at(&self.catalog, &self.data_directory, brand, version, now_us).await?),
        }
    }

    /// Adds a brand with keys of its own and the built-in rule sets.
    pub async fn add_brand(&self, add: AddBrand) -> Result<Brand, AddBrandError> {
        let name = add.name.as_deref().map_or(add.slug.as_str(), str::trim);
        if name.is_empty() || name.chars().any(char::is_control) {
            return Err(AddBrandError::BadName);
        }
        let wrap = |purpose| self.keyring.wrap(&add.slug, purpose, &BrandKey::generate()?);
        let new = NewBrand {
            display_name: name.to_owned(),
            timezone: add.timezone,
            currency: add.currency,
            wrapped_id_key: wrap(KeyPurpose::Id)?,
            wrapped_seal_key: wrap(KeyPurpose::Seal)?,
            // Saved as the brand's own, so that they are read, edited and named like any other.
            rule_sets: PRESETS.iter().filter_map(|name| Some(((*name).to_owned(), preset(name)?.to_owned()))).collect(),
            created_at: self.clock.now(),
            slug: add.slug.clone(),
        };
        let _writing = self.write_brand(&add.slug).await;
        Ok(self.catalog.brands().add(new).await?)
    }
}
