//! Vault versions: the one row that makes a commit over many tables visible.
//!
//! Delta has no transaction over tables. A writer commits to each table first, then publishes here which version of
//! each belongs together; readers open the versions of one row and never "latest".

use std::collections::BTreeMap;

use databank_model::{BrandSlug, BusinessZone, Currency, Day, DepositId};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect,
};

use crate::entity::vault_version;
use crate::error::{database, parse};
use crate::{Catalog, CatalogError, CollectedMinute, DepositCounts, brands, collected, deposits, seal};

/// A brand's vault at one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct VaultVersion {
    /// The brand.
    pub brand: BrandSlug,
    /// 1, 2, 3 and so on.
    pub sequence: i64,
    /// The deposit that made it; none for other work (compaction, rebuild).
    pub deposit: Option<DepositId>,
    /// The version of every table.
    pub tables: BTreeMap<String, i64>,
    /// How much of the identity log is in it.
    pub identity_sequence: i64,
    /// Up to where the inbox is in it.
    pub inbox_offset: Option<i64>,
    /// The latest business day that has an event.
    pub last_event_day: Option<Day>,
    /// What the vault's writers leave to each other.
    pub state: serde_json::Value,
    /// When it was published.
    pub created_at: i64,
}

/// A vault version to publish: all but its sequence.
#[derive(Debug, Clone)]
pub struct NewVaultVersion {
    /// The brand.
    pub brand: BrandSlug,
    /// The deposit that makes it.
    pub deposit: Option<DepositId>,
    /// The version of every table.
    pub tables: BTreeMap<String, i64>,
    /// How much of the identity log is in it.
    pub identity_sequence: i64,
    /// Up to where the inbox is in it.
    pub inbox_offset: Option<i64>,
    /// The latest business day that has an event.
    pub last_event_day: Option<Day>,
    /// What the vault's writers leave to each other.
    pub state: serde_json::Value,
    /// Now.
    pub created_at: i64,
}

/// What is closed when a deposit's version is published.
#[derive(Debug, Clone)]
pub struct Closing {
    /// The deposit.
    pub deposit: DepositId,
    /// What became of the brand's rows in it.
    pub counts: DepositCounts,
    /// Zone and currency that stand from now on, when the deposit brought anything that depends on them.
    pub settings: Option<(BusinessZone, Currency)>,
    /// For a deposit from the inbox.
    pub inbox: Option<InboxClosing>,
}

/// What a deposit from the inbox ends with.
#[derive(Debug, Clone)]
pub struct InboxClosing {
    /// The sequence up to which the version holds what came.
    pub offset: i64,
    /// What became of it, to be added to what is counted.
    pub minutes: Vec<CollectedMinute>,
}

/// The vault versions of all brands.
#[derive(Debug)]
pub struct VaultVersions<'a> {
    catalog: &'a Catalog,
}

impl<'a> VaultVersions<'a> {
    pub(crate) fn new(catalog: &'a Catalog) -> Self {
        Self { catalog }
    }

    /// Publishes the next version after `expected_previous_sequence` (0: the first one).
    ///
    /// Fails with [`CatalogError::Conflict`] when somebody published meanwhile.
    pub async fn publish(
        &self,
        new: NewVaultVersion,
        expected_previous_sequence: i64,
    ) -> Result<VaultVersion, CatalogError> {
        let transaction = self.catalog.write().await?;
        let version = insert(&transaction, new, expected_previous_sequence).await?;
        self.catalog.commit(transaction).await?;
        Ok(version)
    }

    /// Publishes a deposit's version, closes the brand's account in it as done and fixes the brand's settings: all or
    /// nothing, so that a crash never leaves rows that show but are not accounted for, or days of no known zone.
    pub async fn publish_deposit(
        &self,
        new: NewVaultVersion,
        expected_previous_sequence: i64,
        closing: &Closing,
    ) -> Result<VaultVersion, CatalogError> {
        let inbox_offset = closing.inbox.as_ref().map(|inbox| inbox.offset).or(new.inbox_offset);
        let new = NewVaultVersion { deposit: Some(closing.deposit), inbox_offset, ..new };
        let transaction = self.catalog.write().await?;
        deposits::finish(&transaction, closing.deposit, &new.brand, &closing.counts, new.created_at).await?;
        if let Some((timezone, currency)) = closing.settings {
            brands::fix_zone_and_currency(&transaction, &new.brand, timezone, currency, new.created_at).await?;
        }
        if let Some(inbox) = &closing.inbox {
            collected::add(&transaction, &new.brand, &inbox.minutes).await?;
        }
        let version = insert(&transaction, new, expected_previous_sequence).await?;
        self.catalog.commit(transaction).await?;
        Ok(version)
    }

    /// The newest version of a brand's vault; none before its first commit.
    pub async fn latest(&self, brand: &BrandSlug) -> Result<Option<VaultVersion>, CatalogError> {
        let read = async { newest(self.catalog.db(), brand).await?.map(from_row).transpose() };
        self.catalog.recall(|memory| &mut memory.versions, brand, read).await
    }

    /// Up to where each brand's vault holds what came to the inbox; brands of which it holds nothing are left out.
    pub async fn inbox_offsets(&self) -> Result<BTreeMap<BrandSlug, i64>, CatalogError> {
        let rows: Vec<(String, Option<i64>)> = vault_version::Entity::find()
            .select_only()
            .column(vault_version::Column::Brand)
            // Versions only ever hold more.
            .column_as(vault_version::Column::InboxOffset.max(), "inbox_offset")
            .filter(vault_version::Column::InboxOffset.is_not_null())
            .group_by(vault_version::Column::Brand)
            .into_tuple()
            .all(self.catalog.db())
            .await
            .map_err(database("read offsets of the inbox"))?;
        let named = |(brand, offset): (String, Option<i64>)| {
            let offset = offset?;
            Some(parse("brand slug", &brand).map(|brand| (brand, offset)))
        };
        rows.into_iter().filter_map(named).collect()
    }

    /// One version of a brand's vault, unless it never was or is pruned.
    pub async fn get(&self, brand: &BrandSlug, sequence: i64) -> Result<Option<VaultVersion>, CatalogError> {
        vault_version::Entity::find_by_id((brand.as_str().to_owned(), sequence))
            .one(self.catalog.db())
            .await
            .map_err(database("read a vault version"))?
            .map(from_row)
            .transpose()
    }

    /// A brand's versions, oldest first.
    pub async fn list(&self, brand: &BrandSlug) -> Result<Vec<VaultVersion>, CatalogError> {
        let rows = vault_version::Entity::find()
            .filter(vault_version::Column::Brand.eq(brand.as_str()))
            .order_by_asc(vault_version::Column::Sequence)
            .all(self.catalog.db())
            .await
            .map_err(database("list vault versions"))?;
        rows.into_iter().map(from_row).collect()
    }

    /// Forgets versions that were replaced before `older_than`, but never one of the newest `keep_last` (at least one
    /// stays). Says how many it forgot.
    pub async fn prune(&self, brand: &BrandSlug, keep_last: u32, older_than: i64) -> Result<u64, CatalogError> {
        let transaction = self.catalog.write().await?;
        let Some(newest) = newest(&transaction, brand).await? else { return Ok(0) };
        let first_kept = newest.sequence - i64::from(keep_last.max(1)) + 1;
        // The last that was made before is the one that stood at that moment; those before it had been replaced.
        let standing = vault_version::Entity::find()
            .filter(vault_version::Column::Brand.eq(brand.as_str()))
            .filter(vault_version::Column::CreatedAt.lt(older_than))
            .order_by_desc(vault_version::Column::Sequence)
            .one(&transaction)
            .await
            .map_err(database("read vault versions"))?;
        let Some(standing) = standing else { return Ok(0) };
        let result = vault_version::Entity::delete_many()
            .filter(vault_version::Column::Brand.eq(brand.as_str()))
            .filter(vault_version::Column::Sequence.lt(first_kept.min(standing.sequence)))
            .exec(&transaction)
            .await
            .map_err(database("prune vault versions"))?;
        self.catalog.commit(transaction).await?;
        Ok(result.rows_affected)
    }
}

async fn insert(
    transaction: &DatabaseTransaction,
    new: NewVaultVersion,
    expected: i64,
) -> Result<VaultVersion, CatalogError> {
    brands::require(transaction, &new.brand).await?;
    let found = newest(transaction, &new.brand).await?.map_or(0, |row| row.sequence);
    if found != expected {
        return Err(CatalogError::Conflict { brand: new.brand, expected, found });
    }
    let encode =
        |source: serde_json::Error| CatalogError::Damaged { what: "vault version", detail: source.to_string() };
    let mut row = vault_version::Model {
        brand: new.brand.as_str().to_owned(),
        sequence: found + 1,
        deposit: new.deposit.map(|id| id.0),
        tables: serde_json::to_string(&new.tables).map_err(encode)?,
        identity_sequence: new.identity_sequence,
        inbox_offset: new.inbox_offset,
        last_event_day: new.last_event_day.map(|day| day.to_string()),
        state: new.state.to_string(),
        created_at: new.created_at,
        checksum: None,
    };
    row.checksum = Some(seal::row_sum(&said(&row)));
    let stored = vault_version::Entity::insert(row.into_active_model().reset_all())
        .exec_with_returning(transaction)
        .await
        .map_err(database("publish a vault version"))?;
    from_row(stored)
}

async fn newest<C: ConnectionTrait>(db: &C, brand: &BrandSlug) -> Result<Option<vault_version::Model>, CatalogError> {
    vault_version::Entity::find()
        .filter(vault_version::Column::Brand.eq(brand.as_str()))
        .order_by_desc(vault_version::Column::Sequence)
        .one(db)
        .await
        .map_err(database("read the newest vault version"))
}

/// All that a row says, for its sum.
fn said(row: &vault_version::Model) -> serde_json::Value {
    serde_json::json!([
        row.brand,
        row.sequence,
        row.deposit,
        row.tables,
        row.identity_sequence,
        row.inbox_offset,
        row.last_event_day,
        row.state,
        row.created_at,
    ])
}

fn from_row(row: vault_version::Model) -> Result<VaultVersion, CatalogError> {
    seal::require("vault version", &said(&row), row.checksum.as_deref())?;
    let json = |what: &'static str| {
        move |source: serde_json::Error| CatalogError::Damaged { what, detail: source.to_string() }
    };
    Ok(VaultVersion {
        brand: parse("brand slug", &row.brand)?,
        sequence: row.sequence,
        deposit: row.deposit.map(DepositId),
        tables: serde_json::from_str(&row.tables).map_err(json("list of table versions"))?,
        identity_sequence: row.identity_sequence,
        inbox_offset: row.inbox_offset,
        last_event_day: row.last_event_day.map(|text| parse("day", &text)).transpose()?,
        state: serde_json::from_str(&row.state).map_err(json("vault state"))?,
        created_at: row.created_at,
    })
}
