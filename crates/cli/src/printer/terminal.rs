//! Standard output and standard error of this process.

use std::collections::HashMap;
use std::io::{self, IsTerminal, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use indicatif::{DecimalBytes, MultiProgress, ProgressBar, ProgressStyle};

use super::{Frame, FrameSink, PrintError, ProgressUpdate};

/// How often a bar moves on although nothing is reported, so that its clock runs.
const TICK: Duration = Duration::from_millis(250);

/// Writes frames to the standard streams of this process; draws bars when standard error is a terminal.
#[derive(Debug, Clone)]
pub(crate) struct Terminal {
    screen: Arc<Screen>,
}

#[derive(Debug)]
struct Screen {
    bars: MultiProgress,
    shown: Mutex<HashMap<u64, ProgressBar>>,
    draws_bars: bool,
}

impl Terminal {
    /// The standard streams of this process.
    pub(crate) fn new() -> Self {
        let draws_bars = io::stderr().is_terminal();
        Self { screen: Arc::new(Screen { bars: MultiProgress::new(), shown: Mutex::default(), draws_bars }) }
    }

    /// Asks the user; `None` when nobody is there to answer.
    pub(crate) async fn ask(&self, question: String) -> Option<String> {
        if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
            return None;
        }
        let asked = tokio::task::spawn_blocking(move || {
            write!(io::stderr(), "{question} ").ok()?;
            let mut answer = String::new();
            io::stdin().read_line(&mut answer).ok()?;
            Some(answer.trim().to_owned())
        });
        asked.await.ok().flatten()
    }

    /// Removes the bars that a command left.
    pub(crate) fn clear(&self) {
        let mut shown = self.screen.shown.lock().unwrap_or_else(PoisonError::into_inner);
        for (_, bar) in shown.drain() {
            bar.finish_and_clear();
        }
    }
}

#[async_trait]
impl FrameSink for Terminal {
    async fn send(&self, frame: Frame) -> Result<(), PrintError> {
        // A write may wait for whoever reads the pipe.
        let screen = Arc::clone(&self.screen);
        let written = tokio::task::spawn_blocking(move || screen.write(&frame)).await;
        match written {
            Ok(result) => result,
            Err(_) => Err(PrintError::Closed),
        }
    }

    fn offer(&self, frame: Frame) {
        self.screen.write(&frame).ok();
    }
}

impl Screen {
    fn write(&self, frame: &Frame) -> Result<(), PrintError> {
        match frame {
            Frame::Result { text } => self.bars.suspend(|| {
                let mut output = io::stdout().lock();
                match output.write_all(text.as_bytes()).and_then(|()| output.flush()) {
                    Ok(()) => Ok(()),
                    Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Err(PrintError::Closed),
                    Err(error) => Err(PrintError::Io(error)),
                }
            }),
            Frame::Remark { line } => {
                self.remark(line);
                Ok(())
            }
            Frame::Progress(update) => {
                self.progress(update);
                Ok(())
            }
        }
    }

    /// Nobody can be told that standard error fails.
    fn remark(&self, line: &str) {
        self.bars.suspend(|| writeln!(io::stderr().lock(), "{line}").ok());
    }

    fn progress(&self, update: &ProgressUpdate) {
        if self.draws_bars {
            let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
            if !update.finished {
                let bar = shown.entry(update.id).or_insert_with(|| self.bars.add(new_bar(update)));
                bar.set_position(update.done);
                return;
            }
            if let Some(bar) = shown.remove(&update.id) {
                bar.finish_and_clear();
            }
        }
        if update.finished {
            self.remark(&summary(update));
        }
    }
}

fn new_bar(update: &ProgressUpdate) -> ProgressBar {
    let bar = update.total.map_or_else(ProgressBar::new_spinner, ProgressBar::new);
    let template = match (update.unit.as_str(), update.total) {
        ("", _) => "{msg} {spinner} {elapsed}",
        (BYTES, Some(_)) => "{msg} {wide_bar} {decimal_bytes}/{decimal_total_bytes} {decimal_bytes_per_sec} left {eta}",
        (BYTES, None) => "{msg} {spinner} {decimal_bytes} {decimal_bytes_per_sec} {elapsed}",
        (_, Some(_)) => "{msg} {wide_bar} {human_pos}/{human_len} {prefix} {per_sec} left {eta}",
        (_, None) => "{msg} {spinner} {human_pos} {prefix} {per_sec} {elapsed}",
    };
    // The templates are ours, and one that were wrong would only show the default bar.
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar.set_message(update.label.clone());
    bar.set_prefix(update.unit.clone());
    bar.enable_steady_tick(TICK);
    bar
}

/// The unit of progress through files.
const BYTES: &str = "bytes";

/// What stays of a bar: `import: 1200000 rows in 2.4 s (500000/s)`, `read: 425.35 MB in 4.0 s (106.34 MB/s)`, `sort in 4.4 s`.
fn summary(update: &ProgressUpdate) -> String {
    let ProgressUpdate { label, unit, done, seconds, .. } = update;
    let rate = *done as f64 / seconds.max(0.001);
    match unit.as_str() {
        // Work that is not counted takes time only.
        "" => format!("{label} in {seconds:.1} s"),
        BYTES => format!("{label}: {} in {seconds:.1} s ({}/s)", DecimalBytes(*done), DecimalBytes(rate as u64)),
        _ => format!("{label}: {done} {unit} in {seconds:.1} s ({rate:.0}/s)"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stays_of_a_bar_says_what_was_counted() {
        let of = |label: &str, unit: &str, done: u64, seconds: f64| {
            let (label, unit) = (label.to_owned(), unit.to_owned());
            summary(&ProgressUpdate { id: 1, label, unit, done, total: None, seconds, finished: true })
        };
        assert_eq!(of("import", "rows", 1_200_000, 2.4), "import: 1200000 rows in 2.4 s (500000/s)");
        assert_eq!(of("read", "bytes", 425_351_370, 4.0), "read: 425.35 MB in 4.0 s (106.34 MB/s)");
        assert_eq!(of("sort", "", 0, 4.4), "sort in 4.4 s");
    }
}
