//! Mappings that a brand has saved, as written.

use databank_model::BrandSlug;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::entity::saved_mapping;
use crate::error::{database, parse};
use crate::{Catalog, CatalogError, brands};

/// A saved mapping. The catalog keeps its text; what it means is the deposit's matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedMapping {
    /// The brand.
    pub brand: BrandSlug,
    /// Its name.
    pub name: String,
    /// The TOML text.
    pub text: String,
    /// Who saved it last.
    pub updated_by: String,
    /// When.
    pub updated_at: i64,
}

/// The saved mappings of all brands.
#[derive(Debug)]
pub struct SavedMappings<'a> {
    catalog: &'a Catalog,
}

impl<'a> SavedMappings<'a> {
    pub(crate) fn new(catalog: &'a Catalog) -> Self {
        Self { catalog }
    }

    /// Saves a mapping, in place of the brand's one of that name.
    pub async fn put(&self, mapping: SavedMapping) -> Result<SavedMapping, CatalogError> {
        let transaction = self.catalog.write().await?;
        brands::require(&transaction, &mapping.brand).await?;
        let row = saved_mapping::ActiveModel {
            brand: Set(mapping.brand.as_str().to_owned()),
            name: Set(mapping.name),
            text: Set(mapping.text),
            updated_by: Set(mapping.updated_by),
            updated_at: Set(mapping.updated_at),
        };
        let replace = OnConflict::columns([saved_mapping::Column::Brand, saved_mapping::Column::Name])
            .update_columns([
                saved_mapping::Column::Text,
                saved_mapping::Column::UpdatedBy,
                saved_mapping::Column::UpdatedAt,
            ])
            .to_owned();
        let stored = saved_mapping::Entity::insert(row)
            .on_conflict(replace)
            .exec_with_returning(&transaction)
            .await
            .map_err(database("save a mapping"))?;
        self.catalog.commit(transaction).await?;
        from_row(stored)
    }

    /// A brand's mapping, if it has one of that name.
    pub async fn find(&self, brand: &BrandSlug, name: &str) -> Result<Option<SavedMapping>, CatalogError> {
        let row = saved_mapping::Entity::find_by_id((brand.as_str().to_owned(), name.to_owned()))
            .one(self.catalog.db())
            .await
            .map_err(database("read a mapping"))?;
        row.map(from_row).transpose()
    }

    /// At most `limit` mappings of a brand by name, those after `after`.
    pub async fn list(
        &self,
        brand: &BrandSlug,
        after: Option<&str>,
        limit: u64,
    ) -> Result<Vec<SavedMapping>, CatalogError> {
        let mut query = saved_mapping::Entity::find()
            .filter(saved_mapping::Column::Brand.eq(brand.as_str()))
            .order_by_asc(saved_mapping::Column::Name)
            .limit(limit);
        if let Some(after) = after {
            query = query.filter(saved_mapping::Column::Name.gt(after));
        }
        let rows = query.all(self.catalog.db()).await.map_err(database("list mappings"))?;
        rows.into_iter().map(from_row).collect()
    }

    /// Forgets a mapping. Says whether the brand had it.
    pub async fn remove(&self, brand: &BrandSlug, name: &str) -> Result<bool, CatalogError> {
        let transaction = self.catalog.write().await?;
        let result = saved_mapping::Entity::delete_by_id((brand.as_str().to_owned(), name.to_owned()))
            .exec(&transaction)
            .await
            .map_err(database("forget a mapping"))?;
        self.catalog.commit(transaction).await?;
        Ok(result.rows_affected > 0)
    }
}

fn from_row(row: saved_mapping::Model) -> Result<SavedMapping, CatalogError> {
    Ok(SavedMapping {
        brand: parse("brand slug", &row.brand)?,
        name: row.name,
        text: row.text,
        updated_by: row.updated_by,
        updated_at: row.updated_at,
    })
}
