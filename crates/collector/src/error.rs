//! Why a request was not accepted, or not deposited.

use databank_catalog::CatalogError;
use databank_deposit::DepositError;
use databank_engine::EngineError;
use databank_inbox::InboxError;
use databank_lake::LakeError;
use databank_tracking::body::RefusedBody;

/// A request that was not accepted, or requests that were not deposited.
#[derive(Debug, thiserror::Error)]
pub enum CollectError {
    /// The request is refused whole; nothing of it is kept.
    #[error(transparent)]
    Refused(#[from] RefusedBody),
    /// The inbox did not take it.
    #[error(transparent)]
    Inbox(#[from] InboxError),
    /// The brand's vault failed.
    #[error(transparent)]
    Deposit(#[from] DepositError),
    /// Control data failed.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// A thread that worked for it ended before it.
    #[error("the work was given up: {0}")]
    GivenUp(String),
}

impl From<EngineError> for CollectError {
    fn from(error: EngineError) -> Self {
        Self::Deposit(error.into())
    }
}

impl From<LakeError> for CollectError {
    fn from(error: LakeError) -> Self {
        Self::Deposit(error.into())
    }
}
