//! What can go wrong with a question about assets.

use databank_engine::EngineError;
use databank_history::HistoryError;
use databank_model::Day;

/// A question about assets that got no answer.
#[derive(Debug, thiserror::Error)]
pub enum AssetError {
    /// A period that ends before it begins.
    #[error("--from {from} is after --to {to}")]
    Reversed {
        /// Its first day.
        from: Day,
        /// Its last day.
        to: Day,
    },
    /// A period of more days than one answer covers.
    #[error("{from} to {to} is longer than {max_days} days; ask for a shorter range")]
    TooLong {
        /// Its first day.
        from: Day,
        /// Its last day.
        to: Day,
        /// How many days it may have.
        max_days: i32,
    },
    /// A stage that the rule set does not have.
    #[error("{rule_set} has no stage {stage:?}; it has {known}, and none stands for outside the chain")]
    UnknownStage {
        /// The rule set asked.
        rule_set: String,
        /// The stage asked for.
        stage: String,
        /// The stages that it has.
        known: String,
    },
    /// A cell of the flow that is always empty.
    #[error("nobody flows from none to none: say a stage on one of the two days")]
    NeverInChain,
    /// The history could not be read.
    #[error(transparent)]
    History(#[from] HistoryError),
    /// The vault could not be read.
    #[error(transparent)]
    Engine(#[from] EngineError),
}
