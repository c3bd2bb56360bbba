//! Keys of programs, each of one brand, by the hash of their secret.

use std::fmt;
use std::str::FromStr;

use databank_model::BrandSlug;
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect};

use crate::entity::api_key;
use crate::error::{database, parse, read_json};
use crate::{Catalog, CatalogError, brands};

/// A key's number. Not given again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ApiKeyId(pub i64);

impl fmt::Display for ApiKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// What a key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApiKeyKind {
    /// Asking and acting as its scopes allow.
    Api,
    /// Sending events, and nothing else.
    Write,
}

impl ApiKeyKind {
    /// The kind as text: `api`, `write`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Api => "api",
            Self::Write => "write",
        }
    }
}

impl fmt::Display for ApiKeyKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for ApiKeyKind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Self::Api, Self::Write]
            .into_iter()
            .find(|kind| kind.as_str() == text)
            .ok_or_else(|| format!("{text:?} is not a kind of key (api or write)"))
    }
}

/// A key, without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Its number.
    pub id: ApiKeyId,
    /// The brand that it is of.
    pub brand: BrandSlug,
    /// What people read.
    pub name: String,
    /// What it is for.
    pub kind: ApiKeyKind,
    /// What it may do, as actions; what they mean is the access rules' matter.
    pub scopes: Vec<String>,
    /// Who made it.
    pub created_by: String,
    /// When it was made.
    pub created_at: i64,
    /// When it stops to hold.
    pub expires_at: Option<i64>,
    /// When it was last used, give or take a minute.
    pub last_used_at: Option<i64>,
    /// When it was revoked.
    pub revoked_at: Option<i64>,
}

/// A key to add.
#[derive(Clone)]
pub struct NewApiKey {
    /// The brand that it is of.
    pub brand: BrandSlug,
    /// What people read.
    pub name: String,
    /// What it is for.
    pub kind: ApiKeyKind,
    /// What it may do.
    pub scopes: Vec<String>,
    /// The hash of its secret.
    pub secret_hash: String,
    /// Who makes it.
    pub created_by: String,
    /// Now.
    pub created_at: i64,
    /// When it stops to hold.
    pub expires_at: Option<i64>,
}

impl fmt::Debug for NewApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewApiKey").field("brand", &self.brand).field("name", &self.name).finish_non_exhaustive()
    }
}

/// The keys of an installation.
#[derive(Debug)]
pub struct ApiKeys<'a> {
    catalog: &'a Catalog,
}

impl<'a> ApiKeys<'a> {
    pub(crate) fn new(catalog: &'a Catalog) -> Self {
        Self { catalog }
    }

    /// Adds a key.
    pub async fn add(&self, new: NewApiKey) -> Result<ApiKey, CatalogError> {
        let transaction = self.catalog.write().await?;
        brands::require(&transaction, &new.brand).await?;
        let row = api_key::ActiveModel {
            brand: Set(new.brand.as_str().to_owned()),
            name: Set(new.name),
            kind: Set(new.kind.as_str().to_owned()),
            scopes: Set(serde_json::Value::from(new.scopes).to_string()),
            secret_hash: Set(new.secret_hash),
            created_by: Set(new.created_by),
            created_at: Set(new.created_at),
            expires_at: Set(new.expires_at),
            last_used_at: Set(None),
            revoked_at: Set(None),
            ..Default::default()
        };
        let stored =
            api_key::Entity::insert(row).exec_with_returning(&transaction).await.map_err(database("add a key"))?;
        self.catalog.commit(transaction).await?;
        from_row(stored)
    }

    /// A key with the hash of its secret, if there is one of that number.
    pub async fn find(&self, id: ApiKeyId) -> Result<Option<(ApiKey, String)>, CatalogError> {
        let read = async {
            let row = api_key::Entity::find_by_id(id.0).one(self.catalog.db()).await.map_err(database("read a key"))?;
            row.map(|row| {
                let hash = row.secret_hash.clone();
                Ok((from_row(row)?, hash))
            })
            .transpose()
        };
        self.catalog.recall(|memory| &mut memory.keys, &id, read).await
    }

    /// At most `limit` keys of a brand, newest first, those before `before`. Revoked ones stay listed.
    pub async fn list(
        &self,
        brand: &BrandSlug,
        before: Option<ApiKeyId>,
        limit: u64,
    ) -> Result<Vec<ApiKey>, CatalogError> {
        let mut query = api_key::Entity::find()
            .filter(api_key::Column::Brand.eq(brand.as_str()))
            .order_by_desc(api_key::Column::Id)
            .limit(limit);
        if let Some(before) = before {
            query = query.filter(api_key::Column::Id.lt(before.0));
        }
        let rows = query.all(self.catalog.db()).await.map_err(database("list keys"))?;
        rows.into_iter().map(from_row).collect()
    }

    /// Revokes a brand's key; one that is revoked already stays as it is.
    pub async fn revoke(&self, brand: &BrandSlug, id: ApiKeyId, now: i64) -> Result<ApiKey, CatalogError> {
        let transaction = self.catalog.write().await?;
        let mut row = api_key::Entity::find_by_id(id.0)
            .filter(api_key::Column::Brand.eq(brand.as_str()))
            .one(&transaction)
            .await
            .map_err(database("read a key"))?
            .ok_or_else(|| CatalogError::NotFound { what: "key", name: id.to_string(), brand: brand.clone() })?;
        if row.revoked_at.is_none() {
            let mut change = row.into_active_model();
            change.revoked_at = Set(Some(now));
            row = api_key::Entity::update(change).exec(&transaction).await.map_err(database("revoke a key"))?;
        }
        self.catalog.commit(transaction).await?;
        from_row(row)
    }

    /// Remembers that a key was used.
    pub async fn touch(&self, id: ApiKeyId, now: i64) -> Result<(), CatalogError> {
        let transaction = self.catalog.write().await?;
        let row = api_key::Entity::find_by_id(id.0).one(&transaction).await.map_err(database("read a key"))?;
        if let Some(row) = row {
            let mut change = row.into_active_model();
            change.last_used_at = Set(Some(now));
            api_key::Entity::update(change).exec(&transaction).await.map_err(database("remember a key's use"))?;
        }
        self.catalog.commit(transaction).await
    }
}

fn from_row(row: api_key::Model) -> Result<ApiKey, CatalogError> {
    Ok(ApiKey {
        id: ApiKeyId(row.id),
        brand: parse("brand slug", &row.brand)?,
        name: row.name,
        kind: parse("kind of key", &row.kind)?,
        scopes: read_json("list of scopes", &row.scopes)?,
        created_by: row.created_by,
        created_at: row.created_at,
        expires_at: row.expires_at,
        last_used_at: row.last_used_at,
        revoked_at: row.revoked_at,
    })
}
