//! The side that hands its command to the owner.

use std::io;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::UnixStream;
use tokio::net::unix::OwnedWriteHalf;

use super::wire::{Reply, Request, write_line};
use crate::commands::CommandError;
use crate::input::Input;
use crate::printer::{FrameSink, Terminal};

/// What became of a command that was handed over.
#[derive(Debug)]
pub(crate) enum Handed {
    /// It was not begun: the owner ended first. Trying again is safe.
    NotBegun,
    /// It has ended.
    Ended(Ended),
}

/// How a command ended.
#[derive(Debug)]
pub(crate) struct Ended {
    /// What this process tells its caller.
    pub(crate) code: u8,
    /// What went wrong.
    pub(crate) error: Option<String>,
}

/// Hands a command to the owner and prints what comes back.
pub(crate) async fn hand_over(
    stream: UnixStream,
    request: &Request,
    reads_input: bool,
    terminal: &Terminal,
) -> Result<Handed, CommandError> {
    let (reader, mut writer) = stream.into_split();
    if write_line(&mut writer, request).await.is_err() {
        return Ok(Handed::NotBegun);
    }
    // Kept open to the end: the owner takes its closing for this process's end.
    let mut writer = Some(writer);
    let mut lines = BufReader::new(reader).lines();
    let mut owner = None;
    loop {
        let Ok(Some(line)) = lines.next_line().await else {
            return match owner {
                None => Ok(Handed::NotBegun),
                Some(pid) => Err(CommandError::Failed(format!(
                    "process {pid}, which ran this command, ended before the command did; run it again"
                ))),
            };
        };
        let reply = serde_json::from_str(&line)
            .map_err(|error| CommandError::Failed(format!("the owner's answer cannot be read: {error}")))?;
        match reply {
            Reply::Accepted { pid } => {
                owner = Some(pid);
                // Not before: what an owner took that then ended would be lost to the next one.
                if reads_input && let Some(writer) = writer.take() {
                    tokio::spawn(forward(Input::standard(), writer));
                }
            }
            Reply::Output { frame } => terminal.send(frame).await?,
            Reply::Refused { reason, code } => return Ok(Handed::Ended(Ended { code, error: Some(reason) })),
            Reply::Exit { code, error } => return Ok(Handed::Ended(Ended { code, error })),
        }
    }
}

/// Sends standard input along, and its end.
async fn forward(mut input: Input, mut writer: OwnedWriteHalf) -> io::Result<()> {
    while let Some(bytes) = input.next().await {
        writer.write_all(&bytes).await?;
    }
    writer.shutdown().await
}
