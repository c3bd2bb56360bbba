//! What a command writes, in pieces that travel between processes.

use std::fmt;
use std::io;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

/// A piece of output.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "to", rename_all = "snake_case")]
pub(crate) enum Frame {
    /// Text for standard output.
    Result {
        /// The text, with its line ends.
        text: String,
    },
    /// A line for standard error.
    Remark {
        /// The line, without its end.
        line: String,
    },
    /// How far a long work is.
    Progress(ProgressUpdate),
}

/// How far a long work is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct ProgressUpdate {
    /// Tells the works of one command apart.
    pub(crate) id: u64,
    /// What is done: `import`.
    pub(crate) label: String,
    /// What is counted: `rows`.
    pub(crate) unit: String,
    /// How much is done.
    pub(crate) done: u64,
    /// How much there is, if it is known.
    pub(crate) total: Option<u64>,
    /// How long it has taken.
    pub(crate) seconds: f64,
    /// Whether this is the last word.
    pub(crate) finished: bool,
}

/// Where frames go.
#[async_trait]
pub(crate) trait FrameSink: fmt::Debug + Send + Sync {
    /// Delivers a frame, and waits while the receiver is busy: output is never piled up in memory.
    async fn send(&self, frame: Frame) -> Result<(), PrintError>;

    /// Delivers a frame if that is possible at once. For progress, of which the next word makes up for a lost one.
    fn offer(&self, frame: Frame);
}

/// A result could not be written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PrintError {
    /// Nobody reads any more. The command should end quietly.
    #[error("nobody reads the output any more")]
    Closed,
    /// Standard output failed, for example on a full disk.
    #[error("failed to write to standard output")]
    Io(#[source] io::Error),
    /// The result is not expressible in that format.
    #[error("failed to write the result as {format}: {reason}")]
    Encode {
        /// The format.
        format: &'static str,
        /// What is wrong.
        reason: String,
    },
}
