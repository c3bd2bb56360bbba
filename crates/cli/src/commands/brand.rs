//! `databank brand …`: vaults come and go.

pub(super) mod add;
pub(super) mod erase;
pub(super) mod list;

use databank_catalog::Brand;
use databank_server::rfc3339;
use serde::Serialize;
use serde_json::{Value, json};

const COLUMNS: [&str; 5] = ["brand", "name", "timezone", "currency", "created_at"];

/// A brand as results show it.
#[derive(Debug, Serialize)]
struct BrandView {
    brand: String,
    name: String,
    timezone: Option<String>,
    currency: Option<String>,
    /// Whether the first deposit has fixed zone and currency.
    fixed: bool,
    created_at: String,
}

impl BrandView {
    fn new(brand: &Brand) -> Self {
        Self {
            brand: brand.slug.to_string(),
            name: brand.display_name.clone(),
            timezone: brand.timezone.map(|zone| zone.to_string()),
            currency: brand.currency.map(|currency| currency.to_string()),
            fixed: brand.settings_fixed_at.is_some(),
            created_at: rfc3339(brand.created_at),
        }
    }

    /// The cells under [`COLUMNS`].
    fn row(&self) -> Vec<Value> {
        vec![json!(self.brand), json!(self.name), json!(self.timezone), json!(self.currency), json!(self.created_at)]
    }
}
