//! Control data: which brands there are, what was deposited, which vault version is current, which rules hold.
//!
//! Everything that is small, relational and must be committed at once lives here, in `<data>/catalog.sqlite`
//! (PostgreSQL later, by the same migrations). SeaORM is used here and nowhere else. Personal data of consumers is
//! never stored here: a brand's keys are, but only wrapped by the master key, which is kept outside the data directory.
//!
//! - [`Catalog`]: opens the store, brings its schema up to date, hands out one repository per resource.
//! - [`Brands`], [`Deposits`], [`VaultVersions`], [`RuleSets`], [`Meta`]: the repositories.
//! - [`Users`], [`Grants`], [`Sessions`], [`ApiKeys`], [`Audit`]: who may do what, and who did; no secret, only hashes.
//! - [`Jobs`], [`Uploads`], [`Selections`], [`SavedMappings`], [`Idempotency`]: what the server keeps for its callers.
//! - [`Collected`]: what became of tracked events, by source and minute. [`Tracking`]: what brands say of their tracking.
//! - [`Keyring`]: the master key file; wraps and unwraps [`BrandKey`]s.
//!
//! To add a resource: a migration (a new dated file in `migrations/`, listed last in `migrations.rs`), an entity in
//! `entity/`, a repository file with its row type, an accessor on [`Catalog`], tests in `tests/it/`.
//!
//! Invariants:
//! - Migrations only go forward; an applied one is never edited; a catalog of a newer program is refused.
//! - The number of a deposit is never given twice, whatever is erased.
//! - A vault's sequence grows by one per [`VaultVersions::publish`]; of two that publish on the same one, one fails.
//! - Every write is one transaction that takes the write lock at its start, so it never fails half-way on a lock.
//! - The audit log is only added to: the database refuses anything else, and [`Audit::verify`] finds what got past it.
//! - An installation that has an owner keeps one.
//! - Lists are read by pages: what was last seen, and how many more.
//! - What was written is what is read: the file is sealed while nobody has it open, and rows that answers depend on have
//!   sums.
//! - What requests ask again and again is remembered until the next write, by whoever is alone with the file; so every commit goes
//!   through one method.
//! - No clock: instants (`*_at`, microseconds UTC) are parameters.

mod api_keys;
mod audit;
mod brands;
mod catalog;
mod collected;
mod deposits;
mod entity;
mod error;
mod grants;
mod idempotency;
mod jobs;
mod keyring;
mod memory;
mod meta;
mod migrations;
mod private_directory;
mod rule_sets;
mod saved_mappings;
mod seal;
mod selections;
mod sessions;
mod tracking;
mod uploads;
mod users;
mod vault_versions;

pub use api_keys::{ApiKey, ApiKeyId, ApiKeyKind, ApiKeys, NewApiKey};
pub use audit::{Audit, AuditActor, AuditCheck, AuditEntry, AuditFilter, AuditOutcome, NewAuditEntry};
pub use brands::{Brand, Brands, NewBrand};
pub use catalog::Catalog;
pub use collected::{Collected, CollectedMinute, EventCounts};
pub use deposits::{Deposit, DepositCounts, DepositEntry, DepositStatus, Deposits};
pub use error::CatalogError;
pub use grants::{Grant, Grants, Member};
pub use idempotency::{Encounter, Idempotency, IdempotentRequest, StoredAnswer};
pub use jobs::{Job, JobId, JobStatus, Jobs, NewJob};
pub use keyring::{BrandKey, KeyOrigin, KeyPurpose, Keyring, KeyringError, WrappedKey, default_key_file};
pub use meta::{DATA_FORMAT_VERSION, Meta};
pub use private_directory::make_private_directory;
pub use rule_sets::{RuleSetText, RuleSets};
pub use saved_mappings::{SavedMapping, SavedMappings};
pub use selections::{NewSelection, Selection, SelectionId, Selections};
pub use sessions::{Sessions, StoredSession};
pub use tracking::{Tracking, TrackingSettings};
pub use uploads::{NewUpload, Upload, UploadId, Uploads};
pub use users::{NewUser, PasswordHash, User, UserChange, Users};
pub use vault_versions::{Closing, InboxClosing, NewVaultVersion, VaultVersion, VaultVersions};
