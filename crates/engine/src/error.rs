//! What can go wrong with a question.

use databank_catalog::CatalogError;
use databank_lake::LakeError;
use datafusion::error::DataFusionError;

/// A question that got no answer.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The brand is not there.
    #[error("no brand {slug:?} here; `databank brand list` shows them")]
    UnknownBrand {
        /// The name asked for.
        slug: String,
    },
    /// The question itself is wrong: its text says why.
    #[error("{message}")]
    BadQuestion {
        /// What is wrong and what would be right.
        message: String,
    },
    /// The question took longer than it may.
    #[error(
        "the query was stopped after {seconds} seconds; ask for fewer days or columns, or give it more time with --timeout"
    )]
    TimeLimit {
        /// The limit.
        seconds: u64,
    },
    /// The question needed more memory than it may have.
    #[error("the query was stopped at its memory limit of {megabytes} MB; group or join less at once")]
    MemoryLimit {
        /// The limit.
        megabytes: usize,
    },
    /// The process that runs a query failed.
    #[error("failed to run the query in a process of its own")]
    Worker {
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The engine failed.
    #[error("the query failed")]
    Query(#[source] Box<DataFusionError>),
    /// Files of the vault failed.
    #[error(transparent)]
    Lake(#[from] LakeError),
    /// Control data failed.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// The brand has no such vault version, or none that can still be read.
    #[error(
        "vault version {sequence} of {brand} cannot be read: {}; a version is kept until 24 hours after the next one",
        if readable.is_empty() { "the brand has none yet".to_owned() } else { format!("those that can are {readable}") }
    )]
    NoSuchVersion {
        /// The brand.
        brand: String,
        /// The version asked for.
        sequence: i64,
        /// The versions that can be read.
        readable: String,
    },
    /// A vault version names something that this program does not understand.
    #[error("vault version {sequence} of {brand} is not readable: {reason}")]
    BadVersion {
        /// The brand.
        brand: String,
        /// The version.
        sequence: i64,
        /// What does not fit.
        reason: String,
    },
}

impl From<DataFusionError> for EngineError {
    fn from(error: DataFusionError) -> Self {
        Self::Query(Box::new(error))
    }
}
