//! A brand as answers show it.

use databank_catalog::Brand;
use databank_model::Role;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::caller::Caller;
use crate::problem::Problem;
use crate::rights::RoleSchema;

/// A brand.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Brand)]
pub(crate) struct BrandDocument {
    /// Its immutable name.
    #[schema(example = "acme")]
    slug: String,
    /// What people read.
    #[schema(example = "Acme")]
    name: String,
    /// The zone of its business days; null until it is chosen or fixed by the first deposit.
    #[schema(example = "Asia/Shanghai")]
    timezone: Option<String>,
    /// The currency of amounts that name none.
    #[schema(example = "CNY")]
    currency: Option<String>,
    /// The caller's role there; null for keys.
    #[schema(value_type = Option<RoleSchema>)]
    role: Option<Role>,
    /// The version of its data: grows by one with each change; 0 before the first deposit.
    #[schema(example = 12)]
    vault_version: i64,
    /// The last business day that has an event.
    #[schema(format = Date, example = "2026-10-31")]
    last_event_day: Option<String>,
}

impl BrandDocument {
    /// The brand, as this caller sees it.
    pub(super) async fn of(app: &App, caller: &Caller, brand: Brand) -> Result<Self, Problem> {
        let version = app.installation().catalog.vault_versions().latest(&brand.slug).await?;
        Ok(Self {
            role: caller.principal.role_on(&brand.slug),
            slug: brand.slug.into(),
            name: brand.display_name,
            timezone: brand.timezone.map(|zone| zone.to_string()),
            currency: brand.currency.map(|currency| currency.to_string()),
            vault_version: version.as_ref().map_or(0, |version| version.sequence),
            last_event_day: version.and_then(|version| version.last_event_day).map(|day| day.to_string()),
        })
    }
}
