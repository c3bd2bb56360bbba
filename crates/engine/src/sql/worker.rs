//! A query runs in a process of its own.
//!
//! Some plans compute for hours without once waiting, some functions allocate what no pool counts: neither a timer nor a
//! memory pool in the same process bounds them. A process can be killed, and the system bounds what it may hold. It gets
//! the query and a list of files; it has no keys, no catalog and no socket.
//!
//! Wire: the request as one JSON document on standard input; the answer as an Arrow IPC stream on standard output, or a
//! failure as one JSON document on standard error.

use std::io::{BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::ipc::reader::StreamReader;
use datafusion::arrow::ipc::writer::StreamWriter;
use datafusion::error::DataFusionError;
use serde::{Deserialize, Serialize};

use super::Answer;
use super::execute::{Taker, execute};
use super::views::Source;
use crate::{EngineError, Limits};

/// The argument that makes the program a worker instead of a command.
pub const ARGUMENT: &str = "sql-worker";
/// What a worker may hold beside its memory pool: the program itself, plans, buffers of files.
const BESIDE_POOL: u64 = 1 << 30;
/// Bytes of an answer at most, as columns.
const ANSWER_BYTES: usize = 64 << 20;
/// How an Arrow IPC stream ends.
const END_OF_STREAM: [u8; 8] = [0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0];
/// Bytes of a failure's text at most.
const FAILURE_BYTES: u64 = 64 << 10;

#[derive(Debug, Serialize, Deserialize)]
struct Request {
    source: Source,
    text: String,
    memory_bytes: usize,
    deadline_ms: u64,
    spill_directory: PathBuf,
    max_rows: usize,
}

#[derive(Debug, Serialize, Deserialize)]
enum Failure {
    BadQuestion(String),
    MemoryLimit,
    Other(String),
}

/// Runs a query in a process of its own, started as `program sql-worker`. Blocks until it has ended.
pub(super) fn ask(program: &Path, source: Source, text: &str, limits: &Limits) -> Result<Answer, EngineError> {
    let request = Request {
        source,
        text: text.to_owned(),
        memory_bytes: limits.memory_bytes,
        deadline_ms: limits.deadline.as_millis() as u64,
        spill_directory: limits.spill_directory.clone(),
        max_rows: limits.max_rows,
    };
    let failed = |source: std::io::Error| EngineError::Worker { source };
    let request = serde_json::to_vec(&request).map_err(|e| failed(e.into()))?;
    let mut child = Command::new(program)
        .arg(ARGUMENT)
        .env_clear()
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(failed)?;
    let outcome = exchange(&mut child, &request, limits);
    // Whatever happened, nothing of it goes on.
    child.kill().ok();
    child.wait().map_err(failed)?;
    let (answer, failure) = outcome?;
    verdict(&answer, &failure, limits)
}

/// Hands the request over and takes what comes back, within time and size.
fn exchange(child: &mut Child, request: &[u8], limits: &Limits) -> Result<(Vec<u8>, Vec<u8>), EngineError> {
    let failed = |source: std::io::Error| EngineError::Worker { source };
    let missing = || failed(std::io::Error::other("a pipe is missing"));
    let (mut input, output, errors) = (
        child.stdin.take().ok_or_else(missing)?,
        child.stdout.take().ok_or_else(missing)?,
        child.stderr.take().ok_or_else(missing)?,
    );
    let (sender, receiver) = mpsc::channel();
    let deadline = Instant::now() + limits.deadline;
    let answer_sender = sender.clone();
    // Threads end when the pipes do: at the latest when the worker is killed.
    std::thread::spawn(move || {
        let mut answer = Vec::new();
        let read = output.take(ANSWER_BYTES as u64 + 1).read_to_end(&mut answer);
        answer_sender.send(read.map(|_| answer)).ok();
    });
    let failure = std::thread::spawn(move || {
        let mut failure = Vec::new();
        errors.take(FAILURE_BYTES).read_to_end(&mut failure).ok();
        failure
    });
    // A worker that ends early breaks the pipe; its status says why.
    input.write_all(request).ok();
    drop(input);
    let time_left = deadline.saturating_duration_since(Instant::now());
    let answer = match receiver.recv_timeout(time_left) {
        Ok(read) => read.map_err(failed)?,
        Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
            return Err(EngineError::TimeLimit { seconds: limits.deadline.as_secs() });
        }
    };
    if answer.len() > ANSWER_BYTES {
        let message = format!(
            "the answer is larger than {} MB; add a limit, a grouping, or name fewer columns",
            ANSWER_BYTES >> 20
        );
        return Err(EngineError::BadQuestion { message });
    }
    // Standard output is closed, so the worker is at its end.
    Ok((answer, failure.join().unwrap_or_default()))
}

fn verdict(answer: &[u8], failure: &[u8], limits: &Limits) -> Result<Answer, EngineError> {
    // The mark at the end of the stream is written after the last row: without it something killed the worker.
    if failure.is_empty() && answer.ends_with(&END_OF_STREAM) {
        let reader = StreamReader::try_new(answer, None).map_err(DataFusionError::from)?;
        let schema = reader.schema();
        let batches = reader.collect::<Result<Vec<_>, _>>().map_err(DataFusionError::from)?;
        return Ok(Answer { schema, batches });
    }
    match serde_json::from_slice(failure) {
        Ok(Failure::BadQuestion(message)) => Err(EngineError::BadQuestion { message }),
        Ok(Failure::Other(message)) => Err(EngineError::Worker { source: std::io::Error::other(message) }),
        // No words at all: an allocation was refused.
        Ok(Failure::MemoryLimit) | Err(_) => Err(EngineError::MemoryLimit { megabytes: limits.memory_bytes >> 20 }),
    }
}

/// The worker: reads a request, answers it and ends. Called by the program before anything else when its first argument is
/// [`ARGUMENT`].
pub fn serve() -> ExitCode {
    let answered = read_request().and_then(|request| {
        // In case nobody is there any more to kill it.
        let longest = Duration::from_millis(request.deadline_ms) + Duration::from_secs(5);
        std::thread::spawn(move || {
            #[expect(clippy::disallowed_methods, reason = "a deadline of the process: no runtime is there to keep it")]
            std::thread::sleep(longest);
            std::process::abort();
        });
        let data_limit = (request.memory_bytes as u64).saturating_mul(2).saturating_add(BESIDE_POOL);
        rlimit::Resource::DATA.set(data_limit, data_limit)?;
        rlimit::Resource::CORE.set(0, 0)?;
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        Ok((request, runtime))
    });
    let failure = match answered {
        Err(error) => Failure::Other(error.to_string()),
        Ok((request, runtime)) => {
            let answered = runtime.block_on(answer(request));
            // Leaves without waiting for plans that may still be computing.
            runtime.shutdown_background();
            match answered {
                Ok(()) => return ExitCode::SUCCESS,
                Err(EngineError::BadQuestion { message }) => Failure::BadQuestion(message),
                Err(EngineError::MemoryLimit { .. }) => Failure::MemoryLimit,
                Err(error) => Failure::Other(chain(&error)),
            }
        }
    };
    let text = serde_json::to_vec(&failure).unwrap_or_default();
    std::io::stderr().write_all(&text).ok();
    ExitCode::FAILURE
}

fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}

fn read_request() -> std::io::Result<Request> {
    let mut bytes = Vec::new();
    std::io::stdin().read_to_end(&mut bytes)?;
    Ok(serde_json::from_slice(&bytes)?)
}

async fn answer(request: Request) -> Result<(), EngineError> {
    let limits = Limits {
        memory_bytes: request.memory_bytes,
        deadline: Duration::from_millis(request.deadline_ms),
        spill_directory: request.spill_directory,
        max_rows: request.max_rows,
    };
    let mut out = Out(None);
    execute(request.source, &request.text, &limits, &mut out).await?;
    if let Some(mut writer) = out.0 {
        writer.finish().map_err(DataFusionError::from)?;
    }
    Ok(())
}

/// Writes an answer to standard output.
struct Out(Option<StreamWriter<BufWriter<std::io::Stdout>>>);

impl Taker for Out {
    fn columns(&mut self, schema: &SchemaRef) -> Result<(), EngineError> {
        let writer = StreamWriter::try_new_buffered(std::io::stdout(), schema).map_err(DataFusionError::from)?;
        self.0 = Some(writer);
        Ok(())
    }

    fn rows(&mut self, batch: &RecordBatch) -> Result<(), EngineError> {
        match &mut self.0 {
            Some(writer) => Ok(writer.write(batch).map_err(DataFusionError::from)?),
            None => Ok(()),
        }
    }
}
