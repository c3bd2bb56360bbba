//! A handle that tells how far a long work is.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use super::{Frame, FrameSink, ProgressUpdate};

/// Words per second that a watcher can follow are few; counting rows is often.
const INTERVAL_MS: u64 = 100;

/// Tells how far a long work is. May be shared between threads; telling costs nothing most of the time.
#[derive(Debug)]
pub(crate) struct Progress {
    sink: Option<Arc<dyn FrameSink>>,
    id: u64,
    label: String,
    unit: String,
    total: Option<u64>,
    done: AtomicU64,
    started: Instant,
    next_word_ms: AtomicU64,
}

impl Progress {
    pub(super) fn new(sink: Option<Arc<dyn FrameSink>>, id: u64, label: &str, unit: &str, total: Option<u64>) -> Self {
        Self {
            sink,
            id,
            label: label.to_owned(),
            unit: unit.to_owned(),
            total,
            done: AtomicU64::new(0),
            started: Instant::now(),
            next_word_ms: AtomicU64::new(0),
        }
    }

    /// So much more is done.
    pub(crate) fn add(&self, amount: u64) {
        let done = self.done.fetch_add(amount, Ordering::Relaxed) + amount;
        let Some(sink) = &self.sink else { return };
        let elapsed_ms = self.started.elapsed().as_millis() as u64;
        let next_ms = self.next_word_ms.load(Ordering::Relaxed);
        // Of threads that come at once, the one that moves the clock on speaks.
        let speaks = elapsed_ms >= next_ms
            && self
                .next_word_ms
                .compare_exchange(next_ms, elapsed_ms + INTERVAL_MS, Ordering::Relaxed, Ordering::Relaxed)
                .is_ok();
        if speaks {
            sink.offer(self.word(done, false));
        }
    }

    fn word(&self, done: u64, finished: bool) -> Frame {
        Frame::Progress(ProgressUpdate {
            id: self.id,
            label: self.label.clone(),
            unit: self.unit.clone(),
            done,
            total: self.total,
            seconds: self.started.elapsed().as_secs_f64(),
            finished,
        })
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(sink) = &self.sink {
            sink.offer(self.word(self.done.load(Ordering::Relaxed), true));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use async_trait::async_trait;

    use super::super::PrintError;
    use super::*;

    #[derive(Debug, Default)]
    struct Kept(Mutex<Vec<Frame>>);

    #[async_trait]
    impl FrameSink for Kept {
        async fn send(&self, frame: Frame) -> Result<(), PrintError> {
            self.offer(frame);
            Ok(())
        }

        fn offer(&self, frame: Frame) {
            self.0.lock().unwrap().push(frame);
        }
    }

    #[test]
    fn many_steps_are_few_words_and_the_last_word_is_the_sum() {
        let kept = Arc::new(Kept::default());
        let progress = Progress::new(Some(kept.clone()), 0, "import", "rows", Some(100_000));
        for _ in 0..100_000 {
            progress.add(1);
        }
        drop(progress);
        let frames = kept.0.lock().unwrap();
        assert!((2..1_000).contains(&frames.len()), "{}", frames.len());
        let Some(Frame::Progress(last)) = frames.last() else { panic!("no last word") };
        assert_eq!((last.done, last.finished), (100_000, true));
    }
}
