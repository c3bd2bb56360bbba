//! What a brand says of its own tracking.

use std::collections::BTreeMap;

use databank_model::BrandSlug;
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use sea_orm::sea_query::OnConflict;

use crate::entity::tracking;
use crate::error::{database, read_json};
use crate::{Catalog, CatalogError, brands};

/// What a brand says of its own tracking.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrackingSettings {
    /// Names of events, and the behaviors that they are, beside the standard ones.
    pub names: BTreeMap<String, String>,
    /// Hosts that tracked links may lead to.
    pub click_hosts: Vec<String>,
    /// When they were set last; 0 when they never were.
    pub updated_at: i64,
}

/// The tracking settings of all brands.
#[derive(Debug)]
pub struct Tracking<'a> {
    catalog: &'a Catalog,
}

impl<'a> Tracking<'a> {
    pub(crate) fn new(catalog: &'a Catalog) -> Self {
        Self { catalog }
    }

    /// A brand's settings; the defaults when it never set any.
    pub async fn get(&self, brand: &BrandSlug) -> Result<TrackingSettings, CatalogError> {
        let read = async {
            let row = tracking::Entity::find_by_id(brand.as_str().to_owned())
                .one(self.catalog.db())
                .await
                .map_err(database("read a brand's tracking settings"))?;
            // Also that there is none is worth remembering: most brands have none.
            row.as_ref().map_or_else(|| Ok(TrackingSettings::default()), from_row).map(Some)
        };
        Ok(self.catalog.recall(|memory| &mut memory.tracking, brand, read).await?.unwrap_or_default())
    }

    /// Sets a brand's settings.
    pub async fn set(&self, brand: &BrandSlug, settings: &TrackingSettings) -> Result<(), CatalogError> {
        let transaction = self.catalog.write().await?;
        brands::require(&transaction, brand).await?;
        let encode =
            |source: serde_json::Error| CatalogError::Damaged { what: "tracking settings", detail: source.to_string() };
        let row = tracking::ActiveModel {
            brand: Set(brand.as_str().to_owned()),
            names: Set(serde_json::to_string(&settings.names).map_err(encode)?),
            click_hosts: Set(serde_json::to_string(&settings.click_hosts).map_err(encode)?),
            updated_at: Set(settings.updated_at),
        };
        let columns = [tracking::Column::Names, tracking::Column::ClickHosts, tracking::Column::UpdatedAt];
        tracking::Entity::insert(row)
            .on_conflict(OnConflict::column(tracking::Column::Brand).update_columns(columns).to_owned())
            .exec_without_returning(&transaction)
            .await
            .map_err(database("set a brand's tracking settings"))?;
        self.catalog.commit(transaction).await
    }
}

fn from_row(row: &tracking::Model) -> Result<TrackingSettings, CatalogError> {
    Ok(TrackingSettings {
        names: read_json("names of events", &row.names)?,
        click_hosts: read_json("hosts of links", &row.click_hosts)?,
        updated_at: row.updated_at,
    })
}
