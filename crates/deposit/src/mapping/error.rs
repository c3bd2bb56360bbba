//! What stops a mapping.

use std::io;

use datafusion::error::DataFusionError;

use super::BlockKind;
use crate::input::InputError;

/// Why a mapping cannot be used, or its rows cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MappingError {
    /// The mapping file cannot be read.
    #[error("{file}: the mapping cannot be read")]
    Load {
        /// The mapping file.
        file: String,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The mapping file says something that it cannot say.
    #[error("{file} line {line}: {reason}")]
    Parse {
        /// The mapping file.
        file: String,
        /// The 1-based line.
        line: usize,
        /// What is wrong, and what would be right.
        reason: String,
    },
    /// The paths given do not fit the mapping.
    #[error("{reason}")]
    Paths {
        /// What is wrong, and what would be right.
        reason: String,
    },
    /// An input cannot be read.
    #[error(transparent)]
    Input(#[from] InputError),
    /// A block does not compile.
    #[error("[[{kind}]] block {number}: {reason}")]
    Block {
        /// What its rows are.
        kind: BlockKind,
        /// Its number among the blocks of its kind.
        number: usize,
        /// What is wrong, and what would be right.
        reason: String,
    },
    /// The engine failed while a block was planned or ran.
    #[error("[[{kind}]] block {number}: the query failed")]
    Run {
        /// What its rows are.
        kind: BlockKind,
        /// Its number among the blocks of its kind.
        number: usize,
        /// What the engine said.
        #[source]
        source: Box<DataFusionError>,
    },
    /// The engine could not be set up.
    #[error("the query engine cannot be set up")]
    Engine {
        /// What the engine said.
        #[source]
        source: Box<DataFusionError>,
    },
}
