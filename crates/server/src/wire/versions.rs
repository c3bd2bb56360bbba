//! Versions of a brand's vault that can be read.

use databank_catalog::{Catalog, CatalogError};
use databank_engine::versions::{ReadableVersion, readable, state_of};
use databank_engine::{EngineError, MadeBy};
use databank_model::BrandSlug;
use serde::Serialize;
use utoipa::ToSchema;

use crate::clock::rfc3339;

/// The versions of a brand's vault that can be read: the newest, and those that it replaced in the last 24 hours.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct VersionsDocument {
    /// The brand.
    #[schema(example = "shop")]
    pub brand: String,
    /// Newest first; none before the first deposit.
    pub versions: Vec<VersionDocument>,
}

/// One version of a brand's vault.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct VersionDocument {
    /// Its number: what `vault_version` of a question may be.
    pub vault_version: i64,
    /// When the work that made it began.
    #[schema(format = DateTime)]
    pub made_at: String,
    /// What made it; null when an earlier program did not say.
    pub made_by: Option<MadeByDocument>,
    /// The deposit that made it, if one did.
    #[schema(example = "12")]
    pub deposit: Option<String>,
    /// That deposit's source.
    pub source: Option<String>,
    /// Until when it can be read; null for the newest.
    #[schema(format = DateTime)]
    pub readable_until: Option<String>,
}

/// What makes vault versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MadeByDocument {
    /// A deposit: rows, attributes or refusals came in.
    Deposit,
    /// A compaction: files were merged or partitions split, and every answer is that of the version before.
    Compaction,
    /// The history was built again.
    Rebuild,
    /// Other rules became the brand's own.
    Rules,
}

impl From<MadeBy> for MadeByDocument {
    fn from(made_by: MadeBy) -> Self {
        match made_by {
            MadeBy::Deposit => Self::Deposit,
            MadeBy::Compaction => Self::Compaction,
            MadeBy::Rebuild => Self::Rebuild,
            MadeBy::Rules => Self::Rules,
        }
    }
}

/// Lists them.
pub async fn list(catalog: &Catalog, brand: &BrandSlug, now_us: i64) -> Result<VersionsDocument, EngineError> {
    let mut versions = Vec::new();
    for ReadableVersion { version, until_us } in
        readable(catalog.vault_versions().list(brand).await?, now_us).into_iter().rev()
    {
        let said = state_of(&version)?.made_by.map(MadeByDocument::from);
        let source = match version.deposit {
            None => None,
            Some(deposit) => match catalog.deposits().get(deposit, brand).await {
                Ok(entry) => Some(entry.deposit.source),
                Err(CatalogError::DepositNotFound { .. }) => None,
                Err(error) => return Err(error.into()),
            },
        };
        versions.push(VersionDocument {
            vault_version: version.sequence,
            made_at: rfc3339(version.created_at),
            made_by: said.or(version.deposit.map(|_| MadeByDocument::Deposit)),
            deposit: version.deposit.map(|deposit| deposit.to_string()),
            source,
            readable_until: until_us.map(rfc3339),
        });
    }
    Ok(VersionsDocument { brand: brand.to_string(), versions })
}
