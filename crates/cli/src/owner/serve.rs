//! The owner's side: runs the commands of other processes while its own runs.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use clap::Parser;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, BufReader};
use tokio::net::UnixStream;
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, JoinSet};

use super::gate::Gate;
use super::socket::OwnerSocket;
use super::wire::{MAX_REQUEST_BYTES, Reply, Request, VERSION, write_line};
use crate::args::{self, BrandCommand, Cli, Command};
use crate::commands::{self, CommandError};
use crate::context::Context;
use crate::input::Input;
use crate::printer::{Frame, FrameSink, PrintError, Printer};

/// Frames that may wait for a slow reader before the command waits too.
const WAITING_FRAMES: usize = 64;

/// How long to wait after a failure to take a connection, such as too many open files.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Takes connections until it is dropped; what then has not entered the gate is not begun.
pub(crate) async fn serve(socket: Arc<OwnerSocket>, context: Arc<Context>, gate: Arc<Gate>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = socket.listener.accept() => match accepted {
                Ok((stream, _)) if socket.may_connect(&stream) => {
                    connections.spawn(answer(stream, Arc::clone(&context), Arc::clone(&gate)));
                }
                Ok(_) => tracing::warn!("refused a connection of another user"),
                Err(error) => {
                    tracing::warn!(%error, "failed to take a connection");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            },
            Some(ended) = connections.join_next() => {
                if let Ok(Err(error)) = ended {
                    tracing::debug!(%error, "a client left");
                }
            }
        }
    }
}

/// Answers one connection. An error means that the client is gone.
async fn answer(stream: UnixStream, context: Arc<Context>, gate: Arc<Gate>) -> io::Result<()> {
    let (reader, mut writer) = stream.into_split();
    let mut reader = BufReader::new(reader);
    let mut line = Vec::new();
    (&mut reader).take(MAX_REQUEST_BYTES).read_until(b'\n', &mut line).await?;

    let (request, command) = match understand(&line, &context) {
        Ok(understood) => understood,
        Err(error) => {
            let reason = error.message().unwrap_or_default();
            return write_line(&mut writer, &Reply::Refused { reason, code: error.exit_code() }).await;
        }
    };
    // Without a word the client tries again, and becomes the next owner.
    let Some(running) = gate.enter() else { return Ok(()) };
    write_line(&mut writer, &Reply::Accepted { pid: std::process::id() }).await?;
    let result = run(request, command, context, reader, &mut writer).await;
    // The last line is written: only now may the owner end.
    drop(running);
    result
}

/// Reads a request as its sender's own process would have.
fn understand(line: &[u8], context: &Context) -> Result<(Request, Command), CommandError> {
    let version = serde_json::from_slice::<serde_json::Value>(line)
        .ok()
        .and_then(|request| Some(request.get("version")?.as_str()?.to_owned()));
    match version {
        Some(version) if version == VERSION => {}
        Some(version) => {
            return Err(CommandError::Failed(format!(
                "process {} owns the data directory and runs databank {VERSION}; this is databank {version}",
                std::process::id()
            )));
        }
        None => return Err(CommandError::Failed("the request is not one of databank's".to_owned())),
    }
    let request: Request = serde_json::from_slice(line)
        .map_err(|error| CommandError::Failed(format!("the request cannot be read: {error}")))?;
    context.check_key_file(&request.key_file)?;

    let arguments = std::iter::once("databank").chain(request.args.iter().map(String::as_str));
    let cli = Cli::try_parse_from(arguments).map_err(|error| CommandError::Usage(args::one_line(&error)))?;
    let mut command = cli.command;
    if command.needs_ownership() {
        let text = format!("process {} owns the data directory; it cannot also {}", std::process::id(), command.name());
        return Err(CommandError::BadInput(text));
    }
    command.resolve_paths(&request.directory);
    if let Command::Brand(BrandCommand::Erase(erase)) = &mut command {
        erase.yes |= request.confirmed;
    }
    Ok((request, command))
}

/// Runs an accepted command and writes its output and its end.
async fn run(
    request: Request,
    command: Command,
    context: Arc<Context>,
    reader: BufReader<OwnedReadHalf>,
    writer: &mut OwnedWriteHalf,
) -> io::Result<()> {
    let (sender, mut frames) = mpsc::channel(WAITING_FRAMES);
    let printer = Printer::new(Arc::new(ChannelSink { sender }), request.format, request.quiet);
    let only_reads = command.only_reads();
    let (input, client) = if command.reads_input() {
        // The client is known to be gone when it takes no more output.
        (Input::remote(reader), None)
    } else {
        (Input::empty(), Some(reader))
    };

    let mut work = OnDropAbort(tokio::spawn(async move { commands::run(&context, command, &printer, input).await }));
    let mut gone: Option<io::Error> = None;
    let leaving = client_leaves(client);
    tokio::pin!(leaving);
    let result = loop {
        tokio::select! {
            biased;
            Some(frame) = frames.recv() => {
                if let Err(error) = write_line(writer, &Reply::Output { frame }).await {
                    frames.close();
                    gone = Some(error);
                }
            }
            error = &mut leaving, if gone.is_none() => {
                frames.close();
                gone = Some(error);
            }
            result = &mut work.0 => break result,
        }
        // Nobody waits for an answer any more. A command that writes goes on to its end: its user may have closed
        // a terminal, and half a deposit would only have to be done again.
        if gone.is_some() && only_reads {
            break work.stop().await;
        }
    };
    if let Some(error) = gone {
        return Err(error);
    }
    // Whoever still holds a printer has nothing to say any more.
    frames.close();
    while let Some(frame) = frames.recv().await {
        write_line(writer, &Reply::Output { frame }).await?;
    }
    let outcome = match result {
        Ok(Ok(())) => Reply::Exit { code: 0, error: None },
        Ok(Err(error)) => Reply::Exit { code: error.exit_code(), error: error.message() },
        Err(panic) => Reply::Exit { code: 1, error: Some(format!("the command broke down: {panic}")) },
    };
    write_line(writer, &outcome).await
}

/// Ends when the client is gone; never when its input belongs to the command.
async fn client_leaves(client: Option<impl AsyncRead + Unpin>) -> io::Error {
    let Some(mut client) = client else { return std::future::pending().await };
    let mut buffer = [0_u8; 64];
    loop {
        match client.read(&mut buffer).await {
            Ok(0) => return io::ErrorKind::UnexpectedEof.into(),
            Ok(_) => {}
            Err(error) => return error,
        }
    }
}

/// A task that does not outlive what waits for it.
struct OnDropAbort<T>(JoinHandle<T>);

impl<T> OnDropAbort<T> {
    async fn stop(&mut self) -> Result<T, tokio::task::JoinError> {
        self.0.abort();
        (&mut self.0).await
    }
}

impl<T> Drop for OnDropAbort<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Output on its way to the task that writes to the client.
#[derive(Debug)]
struct ChannelSink {
    sender: mpsc::Sender<Frame>,
}

#[async_trait]
impl FrameSink for ChannelSink {
    async fn send(&self, frame: Frame) -> Result<(), PrintError> {
        self.sender.send(frame).await.map_err(|_| PrintError::Closed)
    }

    fn offer(&self, frame: Frame) {
        self.sender.try_send(frame).ok();
    }
}
