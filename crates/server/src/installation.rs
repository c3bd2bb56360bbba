//! One open data directory: what commands and requests alike work on.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use databank_catalog::{Catalog, Keyring};
use databank_model::BrandSlug;
use tokio::sync::OwnedMutexGuard;

use crate::clock::Clock;

/// An open data directory. There is one in each owner process; whatever runs there shares it.
#[derive(Debug)]
pub struct Installation {
    /// Where everything lies.
    pub data_directory: PathBuf,
    /// Control data.
    pub catalog: Catalog,
    /// The master key.
    pub keyring: Keyring,
    /// The time.
    pub clock: Clock,
    writers: Mutex<HashMap<BrandSlug, Arc<tokio::sync::Mutex<()>>>>,
}

impl Installation {
    /// Of parts that their opener has checked.
    pub fn new(data_directory: PathBuf, catalog: Catalog, keyring: Keyring, clock: Clock) -> Self {
        Self { data_directory, catalog, keyring, clock, writers: Mutex::default() }
    }

    /// The directory itself.
    pub fn path(&self) -> &Path {
        &self.data_directory
    }

    /// A brand's tables.
    pub fn vault(&self, brand: &BrandSlug) -> PathBuf {
        self.data_directory.join("vaults").join(brand.as_str())
    }

    /// Waits until nobody else writes to the brand, and keeps others out while the guard lives.
    pub async fn write_brand(&self, brand: &BrandSlug) -> OwnedMutexGuard<()> {
        let lock = {
            let mut writers = self.writers.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(writers.entry(brand.clone()).or_default())
        };
        lock.lock_owned().await
    }
}
