//! Selections: consumers that somebody picked out, by definition and by the vault version that it was counted on.

use std::fmt;

use databank_model::BrandSlug;
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::Value;

use crate::entity::selection;
use crate::error::{database, parse, read_json};
use crate::{Catalog, CatalogError, brands};

/// A selection's number. Not given again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SelectionId(pub i64);

impl fmt::Display for SelectionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// Consumers that somebody picked out.
#[derive(Debug, Clone, PartialEq)]
pub struct Selection {
    /// Its number.
    pub id: SelectionId,
    /// The brand.
    pub brand: BrandSlug,
    /// What people read.
    pub name: String,
    /// Who is meant, in the audience language.
    pub definition: Value,
    /// The rule set whose stages the definition names: `aipl@1`.
    pub rule_set: String,
    /// How many there were.
    pub consumers: i64,
    /// In which vault version.
    pub vault_version: i64,
    /// Who made it.
    pub created_by: String,
    /// When.
    pub created_at: i64,
}

/// A selection to keep: all but its number.
#[derive(Debug, Clone, PartialEq)]
pub struct NewSelection {
    /// The brand.
    pub brand: BrandSlug,
    /// What people read.
    pub name: String,
    /// Who is meant.
    pub definition: Value,
    /// The rule set whose stages the definition names.
    pub rule_set: String,
    /// How many there are.
    pub consumers: i64,
    /// In which vault version.
    pub vault_version: i64,
    /// Who makes it.
    pub created_by: String,
    /// Now.
    pub created_at: i64,
}

/// The selections of all brands.
#[derive(Debug)]
pub struct Selections<'a> {
    catalog: &'a Catalog,
}

impl<'a> Selections<'a> {
    pub(crate) fn new(catalog: &'a Catalog) -> Self {
        Self { catalog }
    }

    /// Keeps a selection.
    pub async fn add(&self, new: NewSelection) -> Result<Selection, CatalogError> {
        let transaction = self.catalog.write().await?;
        brands::require(&transaction, &new.brand).await?;
        let row = selection::ActiveModel {
            brand: Set(new.brand.as_str().to_owned()),
            name: Set(new.name),
            definition: Set(new.definition.to_string()),
            rule_set: Set(new.rule_set),
            consumers: Set(new.consumers),
            vault_version: Set(new.vault_version),
            created_by: Set(new.created_by),
            created_at: Set(new.created_at),
            ..Default::default()
        };
        let stored = selection::Entity::insert(row)
            .exec_with_returning(&transaction)
            .await
            .map_err(database("keep a selection"))?;
        self.catalog.commit(transaction).await?;
        from_row(stored)
    }

    /// A brand's selection, if it has one of that number.
    pub async fn find(&self, brand: &BrandSlug, id: SelectionId) -> Result<Option<Selection>, CatalogError> {
        let row = selection::Entity::find_by_id(id.0)
            .filter(selection::Column::Brand.eq(brand.as_str()))
            .one(self.catalog.db())
            .await
            .map_err(database("read a selection"))?;
        row.map(from_row).transpose()
    }

    /// At most `limit` selections of a brand, newest first, those before `before`.
    pub async fn list_page(
        &self,
        brand: &BrandSlug,
        before: Option<SelectionId>,
        limit: u64,
    ) -> Result<Vec<Selection>, CatalogError> {
        let mut query = selection::Entity::find()
            .filter(selection::Column::Brand.eq(brand.as_str()))
            .order_by_desc(selection::Column::Id)
            .limit(limit);
        if let Some(before) = before {
            query = query.filter(selection::Column::Id.lt(before.0));
        }
        let rows = query.all(self.catalog.db()).await.map_err(database("list selections"))?;
        rows.into_iter().map(from_row).collect()
    }

    /// Forgets a selection. Says whether the brand had it.
    pub async fn remove(&self, brand: &BrandSlug, id: SelectionId) -> Result<bool, CatalogError> {
        let transaction = self.catalog.write().await?;
        let result = selection::Entity::delete_by_id(id.0)
            .filter(selection::Column::Brand.eq(brand.as_str()))
            .exec(&transaction)
            .await
            .map_err(database("forget a selection"))?;
        self.catalog.commit(transaction).await?;
        Ok(result.rows_affected > 0)
    }
}

fn from_row(row: selection::Model) -> Result<Selection, CatalogError> {
    Ok(Selection {
        id: SelectionId(row.id),
        brand: parse("brand slug", &row.brand)?,
        name: row.name,
        definition: read_json("definition of a selection", &row.definition)?,
        rule_set: row.rule_set,
        consumers: row.consumers,
        vault_version: row.vault_version,
        created_by: row.created_by,
        created_at: row.created_at,
    })
}
