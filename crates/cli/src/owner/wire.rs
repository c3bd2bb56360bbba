//! What a process and the owner say to each other: one JSON value a line.
//!
//! The process sends a [`Request`], and after it the bytes of its standard input when the command reads any. The owner
//! answers with [`Reply`] lines: either `refused`, or `accepted`, then output, then `exit`.

use std::io;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncWrite, AsyncWriteExt};

use crate::args::Format;
use crate::printer::Frame;

/// The program of both ends must be the same: they share the meaning of commands and the format of the data.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The longest request that the owner reads: a command line.
pub(crate) const MAX_REQUEST_BYTES: u64 = 4 * 1024 * 1024;

/// A command that the owner is to run for another process.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Request {
    /// [`VERSION`] of the asking program.
    pub(crate) version: String,
    /// The command line after the program's name.
    pub(crate) args: Vec<String>,
    /// Where relative paths start.
    pub(crate) directory: PathBuf,
    /// The asking process's master key file, absolute.
    pub(crate) key_file: PathBuf,
    /// How results are written.
    pub(crate) format: Format,
    /// Whether progress and notes are left out.
    pub(crate) quiet: bool,
    /// Whether the user has answered the command's question with yes.
    pub(crate) confirmed: bool,
}

/// What the owner answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "reply", rename_all = "snake_case")]
pub(crate) enum Reply {
    /// The command is not begun, and will not be.
    Refused {
        /// Why.
        reason: String,
        /// What the asking process tells its caller.
        code: u8,
    },
    /// The command is begun. If nothing more comes, it may or may not have been carried out.
    Accepted {
        /// The owner's process id.
        pid: u32,
    },
    /// A piece of output.
    Output {
        /// The piece.
        frame: Frame,
    },
    /// The command has ended.
    Exit {
        /// What the asking process tells its caller.
        code: u8,
        /// Why it ended, when that is not as it should be.
        error: Option<String>,
    },
}

/// Writes one line.
pub(crate) async fn write_line(writer: &mut (impl AsyncWrite + Unpin), value: &impl Serialize) -> io::Result<()> {
    let mut line = serde_json::to_vec(value)?;
    line.push(b'\n');
    writer.write_all(&line).await?;
    writer.flush().await
}
