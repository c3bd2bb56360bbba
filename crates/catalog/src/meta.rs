//! Facts about the installation: a small table of keys and values.

use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ConnectionTrait, EntityTrait};

use crate::entity::meta;
use crate::error::{database, parse};
use crate::{Catalog, CatalogError};

/// The format of a data directory that this program writes. A greater one is refused.
pub const DATA_FORMAT_VERSION: u32 = 1;

const FORMAT_KEY: &str = "data_format_version";
const FINGERPRINT_KEY: &str = "master_key_fingerprint";

/// Facts about the installation.
#[derive(Debug)]
pub struct Meta<'a> {
    catalog: &'a Catalog,
}

impl<'a> Meta<'a> {
    pub(crate) fn new(catalog: &'a Catalog) -> Self {
        Self { catalog }
    }

    /// The format that the data directory was written in.
    pub async fn data_format_version(&self) -> Result<u32, CatalogError> {
        let text = get(self.catalog.db(), FORMAT_KEY).await?.unwrap_or_default();
        parse("data format version", &text)
    }

    /// The fingerprint of the master key that the brands' keys are wrapped with; none before first use.
    pub async fn master_key_fingerprint(&self) -> Result<Option<String>, CatalogError> {
        get(self.catalog.db(), FINGERPRINT_KEY).await
    }

    /// Remembers the master key's fingerprint. It never changes: another one is an error.
    pub async fn fix_master_key_fingerprint(&self, fingerprint: &str) -> Result<(), CatalogError> {
        let transaction = self.catalog.write().await?;
        let stored = get_or_set(&transaction, FINGERPRINT_KEY, fingerprint).await?;
        self.catalog.commit(transaction).await?;
        if stored == fingerprint {
            Ok(())
        } else {
            Err(CatalogError::WrongMasterKey { expected: stored, found: fingerprint.to_owned() })
        }
    }
}

/// Writes the format into a new data directory; refuses a newer one.
pub(crate) async fn check_format<C: ConnectionTrait>(db: &C) -> Result<(), CatalogError> {
    let found = get_or_set(db, FORMAT_KEY, &DATA_FORMAT_VERSION.to_string()).await?;
    match found.parse::<u32>() {
        Ok(version) if version <= DATA_FORMAT_VERSION => Ok(()),
        _ => Err(CatalogError::NewerFormat { found, known: DATA_FORMAT_VERSION }),
    }
}

/// The stored value, if there is one.
pub(crate) async fn get<C: ConnectionTrait>(db: &C, key: &str) -> Result<Option<String>, CatalogError> {
    let row = meta::Entity::find_by_id(key.to_owned()).one(db).await.map_err(database("read catalog meta"))?;
    Ok(row.map(|row| row.value))
}

/// Stores a value in place of the one that was there.
pub(crate) async fn set<C: ConnectionTrait>(db: &C, key: &str, value: &str) -> Result<(), CatalogError> {
    let row = meta::ActiveModel { key: Set(key.to_owned()), value: Set(value.to_owned()) };
    let replace = OnConflict::column(meta::Column::Key).update_column(meta::Column::Value).to_owned();
    meta::Entity::insert(row)
        .on_conflict(replace)
        .exec_without_returning(db)
        .await
        .map_err(database("write catalog meta"))?;
    Ok(())
}

/// The stored value; `value`, now stored, when there was none.
async fn get_or_set<C: ConnectionTrait>(db: &C, key: &str, value: &str) -> Result<String, CatalogError> {
    if let Some(stored) = get(db, key).await? {
        return Ok(stored);
    }
    let row = meta::ActiveModel { key: Set(key.to_owned()), value: Set(value.to_owned()) };
    meta::Entity::insert(row).exec_without_returning(db).await.map_err(database("write catalog meta"))?;
    Ok(value.to_owned())
}
