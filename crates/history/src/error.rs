//! What can go wrong with a history.

use databank_engine::EngineError;
use databank_lake::LakeError;

/// A history that could not be made or read.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// The rule set does not fit the events.
    #[error("rule set {name}: {reason}")]
    BadRules {
        /// The rule set.
        name: String,
        /// What is wrong and what would be right.
        reason: String,
    },
    /// The engine failed.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// Files failed.
    #[error(transparent)]
    Lake(#[from] LakeError),
    /// Columns did not fit together.
    #[error("failed to handle history columns")]
    Arrow(#[from] arrow::error::ArrowError),
    /// The identity map of the vault cannot be read.
    #[error("the identity map of this vault cannot be read: {reason}")]
    IdentityMap {
        /// Why.
        reason: String,
    },
    /// What a vault version says of itself cannot be written.
    #[error("failed to write a vault version: {reason}")]
    Unwritable {
        /// Why.
        reason: String,
    },
    /// Control data failed.
    #[error(transparent)]
    Catalog(#[from] databank_catalog::CatalogError),
}
