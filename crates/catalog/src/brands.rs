//! Brands: who they are, their zone and currency, their wrapped keys.

use databank_model::{BrandSlug, BusinessZone, Currency};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};

use crate::entity::{
    api_key, brand, collected, deposit, deposit_brand, grant, idempotency, job, rule_set, saved_mapping, selection,
    tracking, upload, vault_version,
};
use crate::error::{database, parse};
use crate::{Catalog, CatalogError, WrappedKey, rule_sets};

/// A brand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brand {
    /// Its immutable name.
    pub slug: BrandSlug,
    /// What people read.
    pub display_name: String,
    /// Zone of its business days; none until it is chosen or fixed by the first deposit.
    pub timezone: Option<BusinessZone>,
    /// Currency of amounts that name none.
    pub currency: Option<Currency>,
    /// When the first deposit fixed zone and currency; none while they may still change.
    pub settings_fixed_at: Option<i64>,
    /// Key of its tokens, wrapped by the master key.
    pub wrapped_id_key: WrappedKey,
    /// Key of its sealed values, wrapped by the master key.
    pub wrapped_seal_key: WrappedKey,
    /// When it was added.
    pub created_at: i64,
}

/// A brand to add.
#[derive(Debug, Clone)]
pub struct NewBrand {
    /// Its immutable name.
    pub slug: BrandSlug,
    /// What people read.
    pub display_name: String,
    /// Zone of its business days, when it is known already.
    pub timezone: Option<BusinessZone>,
    /// Its currency, when it is known already.
    pub currency: Option<Currency>,
    /// Key of its tokens, wrapped by the master key.
    pub wrapped_id_key: WrappedKey,
    /// Key of its sealed values, wrapped by the master key.
    pub wrapped_seal_key: WrappedKey,
    /// Rule sets that it starts with, by name, each as its version 1.
    pub rule_sets: Vec<(String, String)>,
    /// Now.
    pub created_at: i64,
}

/// The brands of an installation.
#[derive(Debug)]
pub struct Brands<'a> {
    catalog: &'a Catalog,
}

impl<'a> Brands<'a> {
    pub(crate) fn new(catalog: &'a Catalog) -> Self {
        Self { catalog }
    }

    /// Adds a brand with its first rule sets, all or nothing, and returns it.
    pub async fn add(&self, new: NewBrand) -> Result<Brand, CatalogError> {
        let transaction = self.catalog.write().await?;
        if lookup(&transaction, &new.slug).await?.is_some() {
            return Err(CatalogError::BrandExists { brand: new.slug });
        }
        let row = brand::ActiveModel {
            slug: Set(new.slug.as_str().to_owned()),
            display_name: Set(new.display_name),
            timezone: Set(new.timezone.map(|zone| zone.to_string())),
            currency: Set(new.currency.map(|currency| currency.to_string())),
            settings_fixed_at: Set(None),
            wrapped_id_key: Set(new.wrapped_id_key.into_bytes()),
            wrapped_seal_key: Set(new.wrapped_seal_key.into_bytes()),
            created_at: Set(new.created_at),
        };
        let stored =
            brand::Entity::insert(row).exec_with_returning(&transaction).await.map_err(database("add a brand"))?;
        for (name, text) in new.rule_sets {
            rule_sets::insert(&transaction, &new.slug, &name, 1, &text, new.created_at).await?;
        }
        self.catalog.commit(transaction).await?;
        from_row(stored)
    }

    /// The brand of that slug, if there is one.
    pub async fn find(&self, slug: &BrandSlug) -> Result<Option<Brand>, CatalogError> {
        let read = async { lookup(self.catalog.db(), slug).await?.map(from_row).transpose() };
        self.catalog.recall(|memory| &mut memory.brands, slug, read).await
    }

    /// The brand of that slug; an error when there is none.
    pub async fn get(&self, slug: &BrandSlug) -> Result<Brand, CatalogError> {
        self.find(slug).await?.ok_or_else(|| CatalogError::BrandNotFound { brand: slug.clone() })
    }

    /// All brands, by slug.
    pub async fn list(&self) -> Result<Vec<Brand>, CatalogError> {
        let rows = brand::Entity::find()
            .order_by_asc(brand::Column::Slug)
            .all(self.catalog.db())
            .await
            .map_err(database("list brands"))?;
        rows.into_iter().map(from_row).collect()
    }

    /// Fixes zone and currency, as the first deposit does. Once they are fixed, the same values are accepted again
    /// and others refused.
    pub async fn fix_zone_and_currency(
        &self,
        slug: &BrandSlug,
        timezone: BusinessZone,
        currency: Currency,
        now: i64,
    ) -> Result<Brand, CatalogError> {
        let transaction = self.catalog.write().await?;
        let brand = fix_zone_and_currency(&transaction, slug, timezone, currency, now).await?;
        self.catalog.commit(transaction).await?;
        Ok(brand)
    }

    /// Removes the brand with all that is its, and deposits that were its alone; audit entries stay.
    ///
    /// Follow it by [`Catalog::scrub`], so that nothing stays in the files either. The vault's directory and
    /// its uploads are the caller's to remove, before this: a brand whose directory outlived it could not be erased again.
    pub async fn erase(&self, slug: &BrandSlug) -> Result<(), CatalogError> {
        let action = "erase a brand";
        let name = slug.as_str();
        let transaction = self.catalog.write().await?;
        if lookup(&transaction, slug).await?.is_none() {
            return Err(CatalogError::BrandNotFound { brand: slug.clone() });
        }
        let deposits: Vec<i64> = deposit_brand::Entity::find()
            .filter(deposit_brand::Column::Brand.eq(name))
            .all(&transaction)
            .await
            .map_err(database(action))?
            .into_iter()
            .map(|row| row.deposit)
            .collect();

        vault_version::Entity::delete_many()
            .filter(vault_version::Column::Brand.eq(name))
            .exec(&transaction)
            .await
            .map_err(database(action))?;
        rule_set::Entity::delete_many()
            .filter(rule_set::Column::Brand.eq(name))
            .exec(&transaction)
            .await
            .map_err(database(action))?;
        deposit_brand::Entity::delete_many()
            .filter(deposit_brand::Column::Brand.eq(name))
            .exec(&transaction)
            .await
            .map_err(database(action))?;
        erase_beside(&transaction, name).await?;
        for id in deposits {
            delete_unshared_deposit(&transaction, id).await?;
        }
        brand::Entity::delete_by_id(name.to_owned()).exec(&transaction).await.map_err(database(action))?;
        self.catalog.commit(transaction).await
    }
}

/// Fixes zone and currency within the caller's transaction.
pub(crate) async fn fix_zone_and_currency<C: ConnectionTrait>(
    db: &C,
    slug: &BrandSlug,
    timezone: BusinessZone,
    currency: Currency,
    now: i64,
) -> Result<Brand, CatalogError> {
    let row = lookup(db, slug).await?;
    let Some(row) = row else { return Err(CatalogError::BrandNotFound { brand: slug.clone() }) };
    if row.settings_fixed_at.is_some() {
        refuse_change(slug, "time zone", row.timezone.as_deref(), timezone.name())?;
        refuse_change(slug, "currency", row.currency.as_deref(), currency.as_str())?;
        return from_row(row);
    }
    let mut change = row.into_active_model();
    change.timezone = Set(Some(timezone.to_string()));
    change.currency = Set(Some(currency.to_string()));
    change.settings_fixed_at = Set(Some(now));
    let stored = brand::Entity::update(change).exec(db).await.map_err(database("fix a brand's zone and currency"))?;
    from_row(stored)
}

/// Deletes what else is the brand's: grants on it, its keys, answers about it, its jobs, selections, mappings and
/// uploads. The audit log keeps its entries: they hold no personal data, and who erased what must stay known.
async fn erase_beside<C: ConnectionTrait>(db: &C, brand: &str) -> Result<(), CatalogError> {
    let action = "erase a brand";
    grant::Entity::delete_many().filter(grant::Column::Brand.eq(brand)).exec(db).await.map_err(database(action))?;
    api_key::Entity::delete_many().filter(api_key::Column::Brand.eq(brand)).exec(db).await.map_err(database(action))?;
    idempotency::Entity::delete_many()
        .filter(idempotency::Column::Brand.eq(brand))
        .exec(db)
        .await
        .map_err(database(action))?;
    job::Entity::delete_many().filter(job::Column::Brand.eq(brand)).exec(db).await.map_err(database(action))?;
    collected::Entity::delete_many()
        .filter(collected::Column::Brand.eq(brand))
        .exec(db)
        .await
        .map_err(database(action))?;
    tracking::Entity::delete_many()
        .filter(tracking::Column::Brand.eq(brand))
        .exec(db)
        .await
        .map_err(database(action))?;
    selection::Entity::delete_many()
        .filter(selection::Column::Brand.eq(brand))
        .exec(db)
        .await
        .map_err(database(action))?;
    saved_mapping::Entity::delete_many()
        .filter(saved_mapping::Column::Brand.eq(brand))
        .exec(db)
        .await
        .map_err(database(action))?;
    upload::Entity::delete_many().filter(upload::Column::Brand.eq(brand)).exec(db).await.map_err(database(action))?;
    Ok(())
}

/// Deletes a deposit in which no brand has a part any more: its source may name the erased brand.
async fn delete_unshared_deposit<C: ConnectionTrait>(db: &C, id: i64) -> Result<(), CatalogError> {
    let action = "erase a brand's deposit";
    let shared = deposit_brand::Entity::find()
        .filter(deposit_brand::Column::Deposit.eq(id))
        .one(db)
        .await
        .map_err(database(action))?;
    let published = vault_version::Entity::find()
        .filter(vault_version::Column::Deposit.eq(id))
        .one(db)
        .await
        .map_err(database(action))?;
    if shared.is_none() && published.is_none() {
        deposit::Entity::delete_by_id(id).exec(db).await.map_err(database(action))?;
    }
    Ok(())
}

/// Fails unless the brand exists. For writes that hang on a brand.
pub(crate) async fn require<C: ConnectionTrait>(db: &C, slug: &BrandSlug) -> Result<(), CatalogError> {
    match lookup(db, slug).await? {
        Some(_) => Ok(()),
        None => Err(CatalogError::BrandNotFound { brand: slug.clone() }),
    }
}

async fn lookup<C: ConnectionTrait>(db: &C, slug: &BrandSlug) -> Result<Option<brand::Model>, CatalogError> {
    brand::Entity::find_by_id(slug.as_str().to_owned()).one(db).await.map_err(database("read a brand"))
}

fn refuse_change(
    brand: &BrandSlug,
    setting: &'static str,
    fixed: Option<&str>,
    asked: &str,
) -> Result<(), CatalogError> {
    if fixed == Some(asked) {
        return Ok(());
    }
    Err(CatalogError::SettingFixed {
        brand: brand.clone(),
        setting,
        fixed: fixed.unwrap_or("none").to_owned(),
        asked: asked.to_owned(),
    })
}

fn from_row(row: brand::Model) -> Result<Brand, CatalogError> {
    Ok(Brand {
        slug: parse("brand slug", &row.slug)?,
        display_name: row.display_name,
        timezone: row.timezone.map(|text| parse("time zone", &text)).transpose()?,
        currency: row.currency.map(|text| parse("currency", &text)).transpose()?,
        settings_fixed_at: row.settings_fixed_at,
        wrapped_id_key: WrappedKey::from_bytes(row.wrapped_id_key),
        wrapped_seal_key: WrappedKey::from_bytes(row.wrapped_seal_key),
        created_at: row.created_at,
    })
}
