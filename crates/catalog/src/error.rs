//! What can go wrong with control data.

use std::path::PathBuf;

use databank_model::{BrandSlug, DepositId, Username};
use sea_orm::DbErr;
use serde::de::DeserializeOwned;

/// Control data could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// The file is no catalog, or cannot be opened.
    #[error("failed to open catalog {}", path.display())]
    Open {
        /// The catalog's file.
        path: PathBuf,
        /// What the database said.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A newer program has changed the schema.
    #[error("the catalog was written by a newer databank (unknown migration {migration}); upgrade this program")]
    NewerSchema {
        /// The first migration that this program does not know.
        migration: String,
    },
    /// The data directory's format is newer than this program.
    #[error("the data directory has format {found}, this databank reads up to {known}; upgrade this program")]
    NewerFormat {
        /// The stored format.
        found: String,
        /// The newest format that this program knows.
        known: u32,
    },
    /// A brand of that slug is there already.
    #[error("brand {brand} exists already")]
    BrandExists {
        /// The slug.
        brand: BrandSlug,
    },
    /// No brand of that slug.
    #[error("there is no brand {brand}")]
    BrandNotFound {
        /// The slug.
        brand: BrandSlug,
    },
    /// The first deposit has fixed the brand's zone and currency.
    #[error("brand {brand} has {setting} {fixed} since its first deposit; it cannot become {asked}")]
    SettingFixed {
        /// The brand.
        brand: BrandSlug,
        /// Which setting: `time zone` or `currency`.
        setting: &'static str,
        /// What it is.
        fixed: String,
        /// What was asked for.
        asked: String,
    },
    /// Somebody published meanwhile: read the latest version and try again.
    #[error("vault {brand} is at version {found}, not {expected}: another commit came first")]
    Conflict {
        /// The brand.
        brand: BrandSlug,
        /// The sequence that the caller had built on.
        expected: i64,
        /// The sequence that is there.
        found: i64,
    },
    /// No such deposit, or the brand has no part in it.
    #[error("deposit {deposit} has no entry for brand {brand}")]
    DepositNotFound {
        /// The deposit.
        deposit: DepositId,
        /// The brand.
        brand: BrandSlug,
    },
    /// A finished deposit must account for every row.
    #[error("deposit {deposit} of {brand} does not add up: read {read}, accounted for {accounted}")]
    Unbalanced {
        /// The deposit.
        deposit: DepositId,
        /// The brand.
        brand: BrandSlug,
        /// Rows read.
        read: i64,
        /// Accepted, duplicate, rejected and suppressed rows together.
        accounted: i64,
    },
    /// A user of that name is there already.
    #[error("user {username} exists already")]
    UserExists {
        /// The name.
        username: Username,
    },
    /// No user of that name.
    #[error("there is no user {username}")]
    UserNotFound {
        /// The name.
        username: Username,
    },
    /// Nobody could let others in any more.
    #[error("the installation would have no owner: give another user the role owner on all brands first")]
    LastOwner,
    /// The brand has no such thing.
    #[error("brand {brand} has no {what} {name}")]
    NotFound {
        /// What was looked for: `key`.
        what: &'static str,
        /// Its name or number.
        name: String,
        /// The brand.
        brand: BrandSlug,
    },
    /// What has ended stays as it is.
    #[error("job {job} has ended: it is {status}")]
    JobEnded {
        /// The job's number.
        job: i64,
        /// How it ended.
        status: String,
    },
    /// A stored value cannot be read as what it should be.
    #[error("the catalog holds a damaged {what}: {detail}")]
    Damaged {
        /// What the value should be.
        what: &'static str,
        /// Why it is not.
        detail: String,
    },
    /// A file of the catalog is not what was written.
    #[error("{} is damaged: {reason}", path.display())]
    Unsound {
        /// The file.
        path: PathBuf,
        /// What does not fit.
        reason: String,
    },
    /// Another master key than the one that the data directory was made with.
    #[error("the master key has fingerprint {found}, the data directory was made with {expected}")]
    WrongMasterKey {
        /// Fingerprint that is stored.
        expected: String,
        /// Fingerprint of the key given.
        found: String,
    },
    /// The database failed.
    #[error("failed to {action}")]
    Database {
        /// What was attempted.
        action: &'static str,
        /// What the database said.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// Wraps a database error with what was attempted.
pub(crate) fn database(action: &'static str) -> impl FnOnce(DbErr) -> CatalogError {
    move |source| CatalogError::Database { action, source: Box::new(source) }
}

/// Reads stored text as a domain type.
pub(crate) fn parse<T>(what: &'static str, text: &str) -> Result<T, CatalogError>
where
    T: std::str::FromStr,
    T::Err: std::fmt::Display,
{
    text.parse().map_err(|error: T::Err| CatalogError::Damaged { what, detail: error.to_string() })
}

/// Reads stored JSON.
pub(crate) fn read_json<T: DeserializeOwned>(what: &'static str, text: &str) -> Result<T, CatalogError> {
    serde_json::from_str(text).map_err(|error| CatalogError::Damaged { what, detail: error.to_string() })
}
