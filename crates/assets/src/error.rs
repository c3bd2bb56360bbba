//! What can go wrong with a question about assets.

use databank_engine::EngineError;
use databank_history::HistoryError;

/// A question about assets that got no answer.
#[derive(Debug, thiserror::Error)]
pub enum AssetError {
    /// The question itself is wrong.
    #[error("{message}")]
    BadQuestion {
        /// What is wrong and what would be right.
        message: String,
    },
    /// The history could not be read.
    #[error(transparent)]
    History(#[from] HistoryError),
    /// The vault could not be read.
    #[error(transparent)]
    Engine(#[from] EngineError),
}
