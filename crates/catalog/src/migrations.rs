//! The schema, step by step.
//!
//! Migrations are dated, forward-only and tiny; one that was released is never edited. The same steps, under the same
//! names, serve SQLite and PostgreSQL, so they use only what both have.
#![expect(
    elided_lifetimes_in_paths,
    reason = "the trait of the migrations is declared so, and theirs must be the same"
)]

mod append_only;
mod m20261122_000001_meta;
mod m20261122_000002_brands;
mod m20261122_000003_deposits;
mod m20261122_000004_deposit_brands;
mod m20261122_000005_vault_versions;
mod m20261122_000006_rule_sets;
mod m20261126_000001_users;
mod m20261126_000002_grants;
mod m20261126_000003_sessions;
mod m20261126_000004_api_keys;
mod m20261126_000005_audit;
mod m20261126_000006_idempotency;
mod m20261126_000007_jobs;
mod m20261126_000008_selections;
mod m20261126_000009_saved_mappings;
mod m20261126_000010_uploads;
mod m20261126_000011_checksums;
mod m20261128_000001_collected;
mod m20261128_000002_tracking;

use sea_orm::{DatabaseConnection, DatabaseTransaction};
use sea_orm_migration::{MigrationTrait, MigratorTrait};

use crate::CatalogError;
use crate::error::database;

struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261122_000001_meta::Migration),
            Box::new(m20261122_000002_brands::Migration),
            Box::new(m20261122_000003_deposits::Migration),
            Box::new(m20261122_000004_deposit_brands::Migration),
            Box::new(m20261122_000005_vault_versions::Migration),
            Box::new(m20261122_000006_rule_sets::Migration),
            Box::new(m20261126_000001_users::Migration),
            Box::new(m20261126_000002_grants::Migration),
            Box::new(m20261126_000003_sessions::Migration),
            Box::new(m20261126_000004_api_keys::Migration),
            Box::new(m20261126_000005_audit::Migration),
            Box::new(m20261126_000006_idempotency::Migration),
            Box::new(m20261126_000007_jobs::Migration),
            Box::new(m20261126_000008_selections::Migration),
            Box::new(m20261126_000009_saved_mappings::Migration),
            Box::new(m20261126_000010_uploads::Migration),
            Box::new(m20261126_000011_checksums::Migration),
            Box::new(m20261128_000001_collected::Migration),
            Box::new(m20261128_000002_tracking::Migration),
        ]
    }
}

/// Whether nothing is missing.
pub(crate) async fn are_applied(db: &DatabaseConnection) -> Result<bool, CatalogError> {
    let applied = Migrator::get_migration_models(db).await.map_err(database("read the catalog's migrations"))?;
    Ok(applied.len() >= Migrator::migrations().len())
}

/// Applies what is missing, all of it or nothing; refuses a schema that a newer program has made.
pub(crate) async fn apply(transaction: &DatabaseTransaction) -> Result<(), CatalogError> {
    let action = "read the catalog's migrations";
    let applied = Migrator::get_migration_models(transaction).await.map_err(database(action))?;
    let known = Migrator::migrations();
    if let Some(newer) = applied.iter().find(|row| known.iter().all(|migration| migration.name() != row.version)) {
        return Err(CatalogError::NewerSchema { migration: newer.version.clone() });
    }
    if applied.len() == known.len() {
        return Ok(());
    }
    Migrator::up(transaction, None).await.map_err(database("migrate the catalog"))
}
