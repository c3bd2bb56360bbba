//! Rule sets: a brand's stage rules as written, every saved version.

use databank_model::BrandSlug;
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};

use crate::entity::rule_set;
use crate::error::database;
use crate::{Catalog, CatalogError, brands, seal};

/// One saved version of a rule set. The catalog keeps its text; what it means is the model's matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleSetText {
    /// The name, `aipl` in `aipl@2`.
    pub name: String,
    /// The version, 2 in `aipl@2`.
    pub version: u32,
    /// The TOML text as it was saved.
    pub text: String,
    /// When it was saved.
    pub created_at: i64,
}

/// The rule sets of all brands.
#[derive(Debug)]
pub struct RuleSets<'a> {
    catalog: &'a Catalog,
}

impl<'a> RuleSets<'a> {
    pub(crate) fn new(catalog: &'a Catalog) -> Self {
        Self { catalog }
    }

    /// Saves a text as the next version of `name`, and returns that version's number: 1, 2, 3 and so on.
    /// A text equal to the newest version's is not saved again.
    pub async fn save(&self, brand: &BrandSlug, name: &str, text: &str, now: i64) -> Result<u32, CatalogError> {
        let transaction = self.catalog.write().await?;
        brands::require(&transaction, brand).await?;
        let newest = newest(&transaction, brand, name).await?;
        let version = match newest {
            Some(row) if row.text == text => return number(row.version),
            Some(row) => row.version + 1,
            None => 1,
        };
        insert(&transaction, brand, name, version, text, now).await?;
        self.catalog.commit(transaction).await?;
        number(version)
    }

    /// One version of a rule set, if it was saved.
    pub async fn get(&self, brand: &BrandSlug, name: &str, version: u32) -> Result<Option<RuleSetText>, CatalogError> {
        let Ok(version) = i32::try_from(version) else { return Ok(None) };
        rule_set::Entity::find_by_id((brand.as_str().to_owned(), name.to_owned(), version))
            .one(self.catalog.db())
            .await
            .map_err(database("read a rule set"))?
            .map(from_row)
            .transpose()
    }

    /// The newest version of a rule set, if one was saved.
    pub async fn latest(&self, brand: &BrandSlug, name: &str) -> Result<Option<RuleSetText>, CatalogError> {
        newest(self.catalog.db(), brand, name).await?.map(from_row).transpose()
    }

    /// All versions of a brand's rule sets, by name and version.
    pub async fn list(&self, brand: &BrandSlug) -> Result<Vec<RuleSetText>, CatalogError> {
        let rows = rule_set::Entity::find()
            .filter(rule_set::Column::Brand.eq(brand.as_str()))
            .order_by_asc(rule_set::Column::Name)
            .order_by_asc(rule_set::Column::Version)
            .all(self.catalog.db())
            .await
            .map_err(database("list rule sets"))?;
        rows.into_iter().map(from_row).collect()
    }
}

/// Writes one version within the caller's transaction.
pub(crate) async fn insert<C: ConnectionTrait>(
    db: &C,
    brand: &BrandSlug,
    name: &str,
    version: i32,
    text: &str,
    now: i64,
) -> Result<(), CatalogError> {
    let mut row = rule_set::Model {
        brand: brand.as_str().to_owned(),
        name: name.to_owned(),
        version,
        text: text.to_owned(),
        created_at: now,
        checksum: None,
    };
    row.checksum = Some(seal::row_sum(&said(&row)));
    rule_set::Entity::insert(row.into_active_model().reset_all())
        .exec_without_returning(db)
        .await
        .map_err(database("save a rule set"))?;
    Ok(())
}

async fn newest<C: ConnectionTrait>(
    db: &C,
    brand: &BrandSlug,
    name: &str,
) -> Result<Option<rule_set::Model>, CatalogError> {
    rule_set::Entity::find()
        .filter(rule_set::Column::Brand.eq(brand.as_str()))
        .filter(rule_set::Column::Name.eq(name))
        .order_by_desc(rule_set::Column::Version)
        .one(db)
        .await
        .map_err(database("read the newest rule set"))
}

/// All that a row says, for its sum.
fn said(row: &rule_set::Model) -> serde_json::Value {
    serde_json::json!([row.brand, row.name, row.version, row.text, row.created_at])
}

fn from_row(row: rule_set::Model) -> Result<RuleSetText, CatalogError> {
    seal::require("rule set", &said(&row), row.checksum.as_deref())?;
    Ok(RuleSetText { version: number(row.version)?, name: row.name, text: row.text, created_at: row.created_at })
}

fn number(version: i32) -> Result<u32, CatalogError> {
    u32::try_from(version)
        .map_err(|_| CatalogError::Damaged { what: "rule set version", detail: format!("{version} is negative") })
}
