//! A brand's vault at one version.

use futures::future::BoxFuture;
use std::any::Any;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use databank_catalog::{Brand, Catalog, VaultVersion};
use databank_lake::{Table, TableSnapshot, Vault};
use databank_model::{BrandSlug, BusinessZone, Currency, CurrencyError, SlotRange};

use crate::versions::{readable, spoken, state_of};
use crate::{EngineError, VaultState};

/// The zone of a brand that has not named one.
pub const DEFAULT_ZONE: &str = "Asia/Shanghai";
/// The currency of a brand that has not named one.
pub const DEFAULT_CURRENCY: &str = "CNY";

/// Reads one brand's vault at one vault version: whatever is deposited meanwhile, its answers agree with each other.
#[derive(Debug, Clone)]
pub struct BrandReader {
    /// The brand.
    pub brand: Brand,
    /// Its directory.
    pub vault: Vault,
    /// The version that is read; `None` before the first deposit.
    pub version: Option<VaultVersion>,
    /// What that version names beside tables.
    pub state: VaultState,
    /// What came after that version and is not committed; `None` when the reader sees the version alone.
    pub passing: Option<Passing>,
}

/// Tables with what is not committed yet. Their files lie in the vault, and in a directory of this process's own.
#[derive(Debug, Clone)]
pub struct Passing {
    /// The sequence of the inbox up to which they hold what came.
    pub through: u64,
    /// The files of every table.
    pub tables: Arc<BTreeMap<Table, TableSnapshot>>,
    /// What keeps the directory of this process's own; it goes with the last reader.
    pub directory: Option<Arc<dyn Any + Send + Sync>>,
}

/// Where a brand's vault is.
pub fn vault_of(data_directory: &Path, slug: &BrandSlug) -> Vault {
    Vault::at(data_directory.join("vaults").join(slug.as_str()))
}

impl BrandReader {
    /// Opens the newest published version of a brand's vault.
    pub fn open<'a>(
        catalog: &'a Catalog,
        data_directory: &'a Path,
        slug: &'a BrandSlug,
    ) -> BoxFuture<'a, Result<Self, EngineError>> {
        Box::pin(async move {
            let unknown = || EngineError::UnknownBrand { slug: slug.to_string() };
            // Beside each other: each is a way to a thread of the catalog's and back.
            let (brands, versions) = (catalog.brands(), catalog.vault_versions());
            let (brand, version) = futures::try_join!(brands.find(slug), versions.latest(slug))?;
            Self::of_version(data_directory, brand.ok_or_else(unknown)?, version)
        })
    }

    /// Opens a version of a brand's vault that can still be read; the newest one when none is named.
    pub fn open_at<'a>(
        catalog: &'a Catalog,
        data_directory: &'a Path,
        slug: &'a BrandSlug,
        sequence: Option<i64>,
        now_us: i64,
    ) -> BoxFuture<'a, Result<Self, EngineError>> {
        Box::pin(async move {
            let Some(sequence) = sequence else { return Self::open(catalog, data_directory, slug).await };
            let unknown = || EngineError::UnknownBrand { slug: slug.to_string() };
            let brand = catalog.brands().find(slug).await?.ok_or_else(unknown)?;
            let mut readable = readable(catalog.vault_versions().list(slug).await?, now_us);
            match readable.iter().position(|one| one.version.sequence == sequence) {
                Some(place) => Self::of_version(data_directory, brand, Some(readable.swap_remove(place).version)),
                None => Err(EngineError::NoSuchVersion {
                    brand: slug.to_string(),
                    sequence,
                    readable: spoken(readable.iter().map(|one| one.version.sequence)),
                }),
            }
        })
    }

    fn of_version(data_directory: &Path, brand: Brand, version: Option<VaultVersion>) -> Result<Self, EngineError> {
        let state = version.as_ref().map(state_of).transpose()?.unwrap_or_default();
        Ok(Self { vault: vault_of(data_directory, &brand.slug), brand, version, state, passing: None })
    }

    /// What tells this reader's answers from another's of the same vault version: 0, or up to where the inbox is in them.
    pub fn through(&self) -> u64 {
        self.passing.as_ref().map_or(0, |passing| passing.through)
    }

    /// The vault version's number; 0 before the first deposit.
    pub fn sequence(&self) -> i64 {
        self.version.as_ref().map_or(0, |version| version.sequence)
    }

    /// The version of a table that this vault version names.
    pub fn table_version(&self, table: Table) -> Option<i64> {
        self.version.as_ref()?.tables.get(table.name()).copied()
    }

    /// The files of a table, as they were published; none before its first commit.
    pub fn files<'a>(&'a self, table: Table) -> BoxFuture<'a, Result<TableSnapshot, EngineError>> {
        Box::pin(async move {
            if let Some(files) = self.passing.as_ref().and_then(|passing| passing.tables.get(&table)) {
                return Ok(files.clone());
            }
            match self.table_version(table) {
                Some(version) => {
                    let snapshot = self.vault.snapshot(table, version).await?;
                    self.vault.require(&snapshot, self.state.tables.get(table.name()).map(String::as_str))?;
                    Ok(snapshot)
                }
                None => Ok(TableSnapshot { table, version: -1, files: Vec::new() }),
            }
        })
    }

    /// The slot ranges that work and storage are split by.
    pub fn partitions(&self) -> Vec<SlotRange> {
        self.state.slot_ranges()
    }

    /// The brand's zone.
    pub fn zone(&self) -> Result<BusinessZone, EngineError> {
        let default = || DEFAULT_ZONE.parse().map_err(|message| EngineError::BadQuestion { message });
        self.brand.timezone.map_or_else(default, Ok)
    }

    /// The brand's currency.
    pub fn currency(&self) -> Result<Currency, EngineError> {
        let default = || {
            DEFAULT_CURRENCY
                .parse()
                .map_err(|error: CurrencyError| EngineError::BadQuestion { message: error.to_string() })
        };
        self.brand.currency.map_or_else(default, Ok)
    }
}
