//! Deposits: every intake has a number, and an account per brand of what became of its rows.

use std::fmt;
use std::str::FromStr;

use databank_model::{BrandSlug, DepositId};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect};

use crate::entity::{deposit, deposit_brand};
use crate::error::{database, parse};
use crate::{Catalog, CatalogError, brands};

/// What became of the rows of one brand's part in a deposit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DepositCounts {
    /// Rows of the input files (before the mapping).
    pub input_rows: i64,
    /// Rows that the mapping made of them.
    pub read: i64,
    /// Taken in.
    pub accepted: i64,
    /// Known already.
    pub duplicate: i64,
    /// Refused, kept, repairable.
    pub rejected: i64,
    /// Refused by consent, erasure or policy.
    pub suppressed: i64,
}

impl DepositCounts {
    /// Rows whose fate is known. Equals `read` when the deposit is done.
    pub fn accounted(&self) -> i64 {
        self.accepted + self.duplicate + self.rejected + self.suppressed
    }
}

/// How far one brand's part in a deposit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DepositStatus {
    /// Begun; when its process is gone, it never ends.
    Running,
    /// Committed.
    Done,
    /// Given up; nothing of it shows.
    Failed,
}

impl DepositStatus {
    fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }
}

impl fmt::Display for DepositStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for DepositStatus {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Self::Running, Self::Done, Self::Failed]
            .into_iter()
            .find(|status| status.as_str() == text)
            .ok_or_else(|| format!("{text:?} is not a deposit status"))
    }
}

/// One intake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deposit {
    /// Its number.
    pub id: DepositId,
    /// Which way in: `import` and so on.
    pub kind: String,
    /// The declared source.
    pub source: String,
    /// When it began.
    pub started_at: i64,
}

/// One brand's part in a deposit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DepositEntry {
    /// The deposit.
    pub deposit: Deposit,
    /// The brand.
    pub brand: BrandSlug,
    /// How far it is.
    pub status: DepositStatus,
    /// What became of its rows.
    pub counts: DepositCounts,
    /// When the brand's part began.
    pub started_at: i64,
    /// When it was done or failed.
    pub finished_at: Option<i64>,
}

/// The deposits of an installation.
#[derive(Debug)]
pub struct Deposits<'a> {
    catalog: &'a Catalog,
}

impl<'a> Deposits<'a> {
    pub(crate) fn new(catalog: &'a Catalog) -> Self {
        Self { catalog }
    }

    /// Begins a deposit and gives it a number that no deposit had before.
    pub async fn begin(&self, kind: &str, source: &str, now: i64) -> Result<DepositId, CatalogError> {
        let row = deposit::ActiveModel {
            kind: Set(kind.to_owned()),
            source: Set(source.to_owned()),
            started_at: Set(now),
            ..Default::default()
        };
        let transaction = self.catalog.write().await?;
        let inserted = deposit::Entity::insert(row).exec(&transaction).await.map_err(database("begin a deposit"))?;
        self.catalog.commit(transaction).await?;
        Ok(DepositId(inserted.last_insert_id))
    }

    /// Opens a brand's account in a deposit, running.
    pub async fn begin_brand(&self, deposit: DepositId, brand: &BrandSlug, now: i64) -> Result<(), CatalogError> {
        let row = deposit_brand::ActiveModel {
            deposit: Set(deposit.0),
            brand: Set(brand.as_str().to_owned()),
            status: Set(DepositStatus::Running.as_str().to_owned()),
            input_rows: Set(0),
            read: Set(0),
            accepted: Set(0),
            duplicate: Set(0),
            rejected: Set(0),
            suppressed: Set(0),
            started_at: Set(now),
            finished_at: Set(None),
        };
        let transaction = self.catalog.write().await?;
        brands::require(&transaction, brand).await?;
        deposit_brand::Entity::insert(row)
            .exec_without_returning(&transaction)
            .await
            .map_err(database("begin a brand's part in a deposit"))?;
        self.catalog.commit(transaction).await
    }

    /// Closes a brand's account as done. Every row read must be accounted for.
    ///
    /// When the deposit also changed the vault, [`crate::VaultVersions::publish_deposit`] does both at once.
    pub async fn finish(
        &self,
        deposit: DepositId,
        brand: &BrandSlug,
        counts: &DepositCounts,
        now: i64,
    ) -> Result<DepositEntry, CatalogError> {
        let transaction = self.catalog.write().await?;
        finish(&transaction, deposit, brand, counts, now).await?;
        let entry = entry(&transaction, deposit, brand).await?;
        self.catalog.commit(transaction).await?;
        Ok(entry)
    }

    /// Closes a brand's account as failed, with what was counted until then. An account that is closed already stays as it
    /// is: what was published for one brand stands, whatever becomes of the others.
    pub async fn fail(
        &self,
        deposit: DepositId,
        brand: &BrandSlug,
        counts: &DepositCounts,
        now: i64,
    ) -> Result<DepositEntry, CatalogError> {
        let transaction = self.catalog.write().await?;
        if row(&transaction, deposit, brand).await?.status == DepositStatus::Running.as_str() {
            close(&transaction, deposit, brand, DepositStatus::Failed, counts, now).await?;
        }
        let entry = entry(&transaction, deposit, brand).await?;
        self.catalog.commit(transaction).await?;
        Ok(entry)
    }

    /// Closes every running account as failed, and says how many there were. For the start of the process that owns
    /// the data directory: whatever still runs then belongs to a process that was killed.
    pub async fn fail_interrupted(&self, now: i64) -> Result<u64, CatalogError> {
        // Asked first: where nothing is written, the catalog stays sealed.
        let open =
            deposit_brand::Entity::find().filter(deposit_brand::Column::Status.eq(DepositStatus::Running.as_str()));
        if open.one(self.catalog.db()).await.map_err(database("close interrupted deposits"))?.is_none() {
            return Ok(0);
        }
        let transaction = self.catalog.write().await?;
        let result = deposit_brand::Entity::update_many()
            .col_expr(deposit_brand::Column::Status, Expr::value(DepositStatus::Failed.as_str()))
            .col_expr(deposit_brand::Column::FinishedAt, Expr::value(now))
            .filter(deposit_brand::Column::Status.eq(DepositStatus::Running.as_str()))
            .exec(&transaction)
            .await
            .map_err(database("close interrupted deposits"))?;
        self.catalog.commit(transaction).await?;
        Ok(result.rows_affected)
    }

    /// A brand's part in a deposit; an error when it has none.
    pub async fn get(&self, deposit: DepositId, brand: &BrandSlug) -> Result<DepositEntry, CatalogError> {
        entry(self.catalog.db(), deposit, brand).await
    }

    /// A brand's parts in deposits, oldest first.
    pub async fn list(&self, brand: &BrandSlug) -> Result<Vec<DepositEntry>, CatalogError> {
        let action = "list a brand's deposits";
        let rows = deposit_brand::Entity::find()
            .filter(deposit_brand::Column::Brand.eq(brand.as_str()))
            .order_by_asc(deposit_brand::Column::Deposit)
            .all(self.catalog.db())
            .await
            .map_err(database(action))?;
        let mut entries = Vec::with_capacity(rows.len());
        for row in rows {
            entries.push(with_deposit(self.catalog.db(), row).await?);
        }
        Ok(entries)
    }

    /// At most `limit` of a brand's parts in deposits, newest first, those before `before`.
    pub async fn list_page(
        &self,
        brand: &BrandSlug,
        before: Option<DepositId>,
        limit: u64,
    ) -> Result<Vec<DepositEntry>, CatalogError> {
        let mut query = deposit_brand::Entity::find()
            .filter(deposit_brand::Column::Brand.eq(brand.as_str()))
            .order_by_desc(deposit_brand::Column::Deposit)
            .limit(limit);
        if let Some(before) = before {
            query = query.filter(deposit_brand::Column::Deposit.lt(before.0));
        }
        let rows = query.all(self.catalog.db()).await.map_err(database("list a brand's deposits"))?;
        let mut entries = Vec::with_capacity(rows.len());
        for row in rows {
            entries.push(with_deposit(self.catalog.db(), row).await?);
        }
        Ok(entries)
    }
}

/// Closes a brand's account as done, within the caller's transaction.
pub(crate) async fn finish<C: ConnectionTrait>(
    db: &C,
    deposit: DepositId,
    brand: &BrandSlug,
    counts: &DepositCounts,
    now: i64,
) -> Result<(), CatalogError> {
    if counts.read != counts.accounted() {
        let (read, accounted) = (counts.read, counts.accounted());
        return Err(CatalogError::Unbalanced { deposit, brand: brand.clone(), read, accounted });
    }
    close(db, deposit, brand, DepositStatus::Done, counts, now).await
}

async fn close<C: ConnectionTrait>(
    db: &C,
    deposit: DepositId,
    brand: &BrandSlug,
    status: DepositStatus,
    counts: &DepositCounts,
    now: i64,
) -> Result<(), CatalogError> {
    let mut change = row(db, deposit, brand).await?.into_active_model();
    change.status = Set(status.as_str().to_owned());
    change.input_rows = Set(counts.input_rows);
    change.read = Set(counts.read);
    change.accepted = Set(counts.accepted);
    change.duplicate = Set(counts.duplicate);
    change.rejected = Set(counts.rejected);
    change.suppressed = Set(counts.suppressed);
    change.finished_at = Set(Some(now));
    deposit_brand::Entity::update(change).exec(db).await.map_err(database("close a deposit"))?;
    Ok(())
}

async fn row<C: ConnectionTrait>(
    db: &C,
    deposit: DepositId,
    brand: &BrandSlug,
) -> Result<deposit_brand::Model, CatalogError> {
    deposit_brand::Entity::find_by_id((deposit.0, brand.as_str().to_owned()))
        .one(db)
        .await
        .map_err(database("read a deposit"))?
        .ok_or_else(|| CatalogError::DepositNotFound { deposit, brand: brand.clone() })
}

async fn entry<C: ConnectionTrait>(
    db: &C,
    deposit: DepositId,
    brand: &BrandSlug,
) -> Result<DepositEntry, CatalogError> {
    with_deposit(db, row(db, deposit, brand).await?).await
}

async fn with_deposit<C: ConnectionTrait>(db: &C, row: deposit_brand::Model) -> Result<DepositEntry, CatalogError> {
    let deposit = deposit::Entity::find_by_id(row.deposit).one(db).await.map_err(database("read a deposit"))?;
    let Some(deposit) = deposit else {
        // The foreign key forbids it.
        return Err(CatalogError::Damaged { what: "deposit", detail: format!("deposit {} is missing", row.deposit) });
    };
    Ok(DepositEntry {
        deposit: Deposit {
            id: DepositId(deposit.id),
            kind: deposit.kind,
            source: deposit.source,
            started_at: deposit.started_at,
        },
        brand: parse("brand slug", &row.brand)?,
        status: parse("deposit status", &row.status)?,
        counts: DepositCounts {
            input_rows: row.input_rows,
            read: row.read,
            accepted: row.accepted,
            duplicate: row.duplicate,
            rejected: row.rejected,
            suppressed: row.suppressed,
        },
        started_at: row.started_at,
        finished_at: row.finished_at,
    })
}
