//! What can go wrong with a question about one consumer.

use databank_engine::EngineError;
use databank_history::HistoryError;
use databank_identity::Unusable;
use databank_lake::LakeError;

/// A question about a consumer that got no answer.
#[derive(Debug, thiserror::Error)]
pub enum ConsumerError {
    /// Not an id as people write one.
    #[error("an id is written TYPE:VALUE, such as phone:13912345678 or member_card:8801")]
    NotAnId,
    /// The type of the id is none.
    #[error("{name:?} is not an id type: small letters, digits and _, such as member_card")]
    BadType {
        /// What stood there.
        name: String,
    },
    /// The value of the id can never be anybody's.
    #[error("this is no {id_type}: {reason}")]
    BadValue {
        /// The type.
        id_type: String,
        /// Why.
        reason: Unusable,
    },
    /// A brand's key does not open.
    #[error("the brand's keys do not open: {reason}")]
    Keys {
        /// Why.
        reason: String,
    },
    /// The vault holds an id type that this program does not know how to name.
    #[error("the vault names an id type {name:?} that cannot be read")]
    StoredIdType {
        /// The stored name.
        name: String,
    },
    /// Columns did not fit together.
    #[error("failed to handle columns")]
    Arrow(#[from] arrow::error::ArrowError),
    /// Files of the vault failed.
    #[error(transparent)]
    Lake(#[from] LakeError),
    /// The vault could not be read.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The identity map or the history could not be read.
    #[error(transparent)]
    History(#[from] HistoryError),
}
