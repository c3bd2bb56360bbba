//! The only place that writes for the user: results to standard output, everything else to standard error.
//!
//! A command writes [`Frame`]s into a [`FrameSink`]. In its own process that is the [`Terminal`]; when the owner of
//! the data directory runs it for another process, the frames go over a socket and into that process's terminal. So
//! a command cannot tell the difference, and neither can its user.

mod frame;
mod progress;
mod report;
mod table;
mod terminal;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::args::Format;

pub(crate) use frame::{Frame, FrameSink, PrintError, ProgressUpdate};
pub(crate) use progress::Progress;
pub(crate) use report::Report;
pub(crate) use terminal::Terminal;

/// Writes for one command. Clones write to the same place.
#[derive(Debug, Clone)]
pub(crate) struct Printer {
    sink: Arc<dyn FrameSink>,
    format: Format,
    quiet: bool,
    next_progress: Arc<AtomicU64>,
}

impl Printer {
    /// A printer into a sink.
    pub(crate) fn new(sink: Arc<dyn FrameSink>, format: Format, quiet: bool) -> Self {
        Self { sink, format, quiet, next_progress: Arc::default() }
    }

    /// The format that the user asked for, for commands that write a long result piece by piece.
    pub(crate) fn format(&self) -> Format {
        self.format
    }

    /// Writes a result in the format that the user asked for.
    pub(crate) async fn report(&self, report: &Report) -> Result<(), PrintError> {
        self.result(report.render(self.format)?).await
    }

    /// Writes a piece of a result as it is.
    pub(crate) async fn result(&self, text: String) -> Result<(), PrintError> {
        self.sink.send(Frame::Result { text }).await
    }

    /// Writes a remark, unless the user wants quiet.
    pub(crate) async fn note(&self, line: &str) {
        if !self.quiet {
            self.remark(line.to_owned()).await;
        }
    }

    /// Writes what the user must know although the command goes on.
    pub(crate) async fn warn(&self, line: &str) {
        self.remark(format!("warning: {}", flatten(line))).await;
    }

    /// Writes why the command ends.
    pub(crate) async fn error(&self, line: &str) {
        self.remark(format!("error: {}", flatten(line))).await;
    }

    /// Shows how far a long work is, until the handle is dropped.
    pub(crate) fn progress(&self, label: &str, unit: &str, total: Option<u64>) -> Progress {
        let id = self.next_progress.fetch_add(1, Ordering::Relaxed);
        let sink = (!self.quiet).then(|| Arc::clone(&self.sink));
        Progress::new(sink, id, label, unit, total)
    }

    /// Nobody can be told that standard error does not take anything.
    async fn remark(&self, line: String) {
        self.sink.send(Frame::Remark { line }).await.ok();
    }
}

/// One line of a message that may have several.
fn flatten(message: &str) -> String {
    message.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}
