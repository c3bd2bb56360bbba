//! What running work holds of its job: where it says how far it is, and hears that it should stop.

use std::sync::Arc;

use tokio::sync::watch;

use super::job::{Job, JobProgress};

/// The most notes that a job keeps: a file of a million surprises is one surprise.
const MOST_NOTES: usize = 100;

/// A job that waits or runs.
#[derive(Debug)]
pub(super) struct Live {
    pub(super) job: watch::Sender<Job>,
    pub(super) canceled: watch::Sender<bool>,
}

/// A job, to the work that it does. Cheap to clone.
#[derive(Debug, Clone)]
pub struct JobHandle {
    pub(super) live: Arc<Live>,
}

impl JobHandle {
    /// The job's id.
    pub fn id(&self) -> String {
        self.live.job.borrow().id.clone()
    }

    /// Says how far the work is. May be said as often as it is true: those who look on are told at their own pace.
    pub fn progress(&self, phase: &str, done: u64, total: Option<u64>, unit: &str) {
        self.live.job.send_if_modified(|job| {
            let now = &mut job.progress;
            if now.phase == phase && (now.done, now.total) == (done, total) {
                return false;
            }
            *now = JobProgress { phase: phase.to_owned(), done, total, unit: unit.to_owned(), rows: now.rows };
            true
        });
    }

    /// Says how many rows came so far.
    pub fn rows(&self, rows: u64) {
        self.live.job.send_if_modified(|job| job.progress.rows.replace(rows) != Some(rows));
    }

    /// Says something that the job's requester should know.
    pub fn note(&self, text: impl Into<String>) {
        let text = text.into();
        self.live.job.send_if_modified(|job| {
            let is_new = job.notes.len() < MOST_NOTES && !job.notes.contains(&text);
            if is_new {
                job.notes.push(text);
            }
            is_new
        });
    }

    /// Whether the work should stop, and leave what it works on as it was.
    pub fn canceled(&self) -> bool {
        *self.live.canceled.borrow()
    }

    /// Ends when the work should stop.
    pub async fn until_canceled(&self) {
        let mut canceled = self.live.canceled.subscribe();
        // The sender lives as long as this handle.
        let _gone = canceled.wait_for(|canceled| *canceled).await;
    }
}
