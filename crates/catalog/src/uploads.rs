//! Uploads: files that were sent and wait to be imported. Their bytes lie in the data directory.

use std::fmt;

use databank_model::BrandSlug;
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect};

use crate::entity::upload;
use crate::error::{database, parse};
use crate::{Catalog, CatalogError, brands};

/// An upload's number. Not given again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UploadId(pub i64);

impl fmt::Display for UploadId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// A file that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// Its number.
    pub id: UploadId,
    /// The brand that it is for.
    pub brand: BrandSlug,
    /// What its sender calls it.
    pub name: String,
    /// How long it is.
    pub bytes: i64,
    /// Where it lies, seen from the data directory. A name of ours, never its sender's.
    pub path: String,
    /// Who sent it.
    pub created_by: String,
    /// When.
    pub created_at: i64,
    /// When it was imported.
    pub used_at: Option<i64>,
    /// What names its content; none of files that earlier programs took in.
    pub content: Option<String>,
}

/// An upload to put down: all but its number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewUpload {
    /// The brand that it is for.
    pub brand: BrandSlug,
    /// What its sender calls it.
    pub name: String,
    /// How long it is.
    pub bytes: i64,
    /// Where it lies, seen from the data directory.
    pub path: String,
    /// Who sent it.
    pub created_by: String,
    /// Now.
    pub created_at: i64,
    /// What names its content.
    pub content: String,
}

/// The uploads of all brands.
#[derive(Debug)]
pub struct Uploads<'a> {
    catalog: &'a Catalog,
}

impl<'a> Uploads<'a> {
    pub(crate) fn new(catalog: &'a Catalog) -> Self {
        Self { catalog }
    }

    /// Puts an upload down.
    pub async fn add(&self, new: NewUpload) -> Result<Upload, CatalogError> {
        let transaction = self.catalog.write().await?;
        brands::require(&transaction, &new.brand).await?;
        let row = upload::ActiveModel {
            brand: Set(new.brand.as_str().to_owned()),
            name: Set(new.name),
            bytes: Set(new.bytes),
            path: Set(new.path),
            created_by: Set(new.created_by),
            created_at: Set(new.created_at),
            used_at: Set(None),
            content: Set(Some(new.content)),
            ..Default::default()
        };
        let stored = upload::Entity::insert(row)
            .exec_with_returning(&transaction)
            .await
            .map_err(database("put an upload down"))?;
        self.catalog.commit(transaction).await?;
        from_row(stored)
    }

    /// A brand's upload, if it has one of that number.
    pub async fn find(&self, brand: &BrandSlug, id: UploadId) -> Result<Option<Upload>, CatalogError> {
        let row = upload::Entity::find_by_id(id.0)
            .filter(upload::Column::Brand.eq(brand.as_str()))
            .one(self.catalog.db())
            .await
            .map_err(database("read an upload"))?;
        row.map(from_row).transpose()
    }

    /// At most `limit` uploads of a brand, newest first, those before `before`.
    pub async fn list_page(
        &self,
        brand: &BrandSlug,
        before: Option<UploadId>,
        limit: u64,
    ) -> Result<Vec<Upload>, CatalogError> {
        let mut query = upload::Entity::find()
            .filter(upload::Column::Brand.eq(brand.as_str()))
            .order_by_desc(upload::Column::Id)
            .limit(limit);
        if let Some(before) = before {
            query = query.filter(upload::Column::Id.lt(before.0));
        }
        let rows = query.all(self.catalog.db()).await.map_err(database("list uploads"))?;
        rows.into_iter().map(from_row).collect()
    }

    /// Every upload that was put down before an instant, oldest first: what may be cleared away.
    pub async fn list_older(&self, before: i64, limit: u64) -> Result<Vec<Upload>, CatalogError> {
        let rows = upload::Entity::find()
            .filter(upload::Column::CreatedAt.lt(before))
            .order_by_asc(upload::Column::Id)
            .limit(limit)
            .all(self.catalog.db())
            .await
            .map_err(database("list old uploads"))?;
        rows.into_iter().map(from_row).collect()
    }

    /// Remembers that a brand's upload was imported.
    pub async fn mark_used(&self, brand: &BrandSlug, id: UploadId, now: i64) -> Result<Upload, CatalogError> {
        let transaction = self.catalog.write().await?;
        let row = upload::Entity::find_by_id(id.0)
            .filter(upload::Column::Brand.eq(brand.as_str()))
            .one(&transaction)
            .await
            .map_err(database("read an upload"))?
            .ok_or_else(|| CatalogError::NotFound { what: "upload", name: id.to_string(), brand: brand.clone() })?;
        let mut change = row.into_active_model();
        change.used_at = Set(Some(now));
        let stored =
            upload::Entity::update(change).exec(&transaction).await.map_err(database("remember an upload's use"))?;
        self.catalog.commit(transaction).await?;
        from_row(stored)
    }

    /// Forgets an upload. Says whether the brand had it. Its file is the caller's to remove, before this.
    pub async fn remove(&self, brand: &BrandSlug, id: UploadId) -> Result<bool, CatalogError> {
        let transaction = self.catalog.write().await?;
        let result = upload::Entity::delete_by_id(id.0)
            .filter(upload::Column::Brand.eq(brand.as_str()))
            .exec(&transaction)
            .await
            .map_err(database("forget an upload"))?;
        self.catalog.commit(transaction).await?;
        Ok(result.rows_affected > 0)
    }
}

fn from_row(row: upload::Model) -> Result<Upload, CatalogError> {
    Ok(Upload {
        id: UploadId(row.id),
        brand: parse("brand slug", &row.brand)?,
        name: row.name,
        bytes: row.bytes,
        path: row.path,
        created_by: row.created_by,
        created_at: row.created_at,
        used_at: row.used_at,
        content: row.content,
    })
}
