//! What can go wrong with a deposit as a whole. What is wrong with one row is a reject.

use databank_catalog::CatalogError;
use databank_engine::EngineError;
use databank_history::HistoryError;
use databank_identity::ResolveError;
use databank_lake::LakeError;

use crate::mapping::MappingError;

/// A deposit that did not happen.
#[derive(Debug, thiserror::Error)]
pub enum DepositError {
    /// The mapping or its inputs are wrong.
    #[error(transparent)]
    Mapping(#[from] MappingError),
    /// The import was called wrongly.
    #[error("{message}")]
    BadRequest {
        /// What is wrong and what would be right.
        message: String,
    },
    /// The caller asked the import to stop before anything was published.
    #[error("the import was canceled; nothing was deposited")]
    Canceled,
    /// A compaction stopped because somebody else wants to write; it is done again later.
    #[error("the compaction gave way to another writer; the vault is as it was")]
    GaveWay,
    /// What a compaction wrote are not the rows that it read; nothing was published.
    #[error("compacting {table} read {read} rows and wrote {written}; nothing was published, the vault is as it was")]
    Uneven {
        /// The table.
        table: &'static str,
        /// Rows of the files that were to be replaced.
        read: i64,
        /// Rows of the files that were to replace them.
        written: i64,
    },
    /// More rows were refused than the mapping allows; nothing was deposited.
    #[error(
        "{rejected} of {read} rows were refused, more than max_rejects allows; nothing was deposited. First: {first}"
    )]
    TooManyRejects {
        /// Refused rows.
        rejected: u64,
        /// Rows read.
        read: u64,
        /// The first refusal.
        first: String,
    },
    /// What was asked for could not be written where it should go.
    #[error("failed to write rejects")]
    Unwritten {
        /// Why.
        source: std::io::Error,
    },
    /// Reading or joining the inputs failed.
    #[error("the mapping's query failed: {reason}")]
    Query {
        /// Why.
        reason: String,
    },
    /// A slot of the brand has no free profile number.
    #[error("slot {slot} of this brand is full (16,777,216 ids)")]
    SlotFull {
        /// The slot.
        slot: u8,
    },
    /// A sealed value cannot be made or opened.
    #[error("a sealed value cannot be opened with this brand's key: {reason}")]
    Seal {
        /// Why.
        reason: String,
    },
    /// The vault holds an id type that this program does not know how to name.
    #[error("the vault names an id type {name:?} that cannot be read")]
    StoredIdType {
        /// The stored name.
        name: String,
    },
    /// Links cannot be resolved.
    #[error(transparent)]
    Resolve(#[from] ResolveError),
    /// Columns did not fit together.
    #[error("failed to handle columns")]
    Arrow(#[from] arrow::error::ArrowError),
    /// Files of the vault failed.
    #[error(transparent)]
    Lake(#[from] LakeError),
    /// The engine failed.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The history failed.
    #[error(transparent)]
    History(#[from] HistoryError),
    /// Control data failed.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
}

/// Whether the brand that work was for is not there any more.
pub fn is_brand_gone(error: &DepositError) -> bool {
    matches!(error, DepositError::Engine(EngineError::UnknownBrand { .. }))
}
