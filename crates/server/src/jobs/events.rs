//! A job's changes as a stream.

use std::time::Duration;

use futures::Stream;
use futures::stream::unfold;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use super::job::Job;

/// The least time between two states that are sent, unless the later one is the last.
const PAUSE: Duration = Duration::from_millis(200);

/// The present state of a job, then each change of it, at most about five a second; ends after the last state.
pub fn changes(job: watch::Receiver<Job>) -> impl Stream<Item = Job> + Send {
    unfold(Some((job, None)), |state| async {
        let (mut job, sent) = state?;
        if let Some(sent) = sent {
            wait(&mut job, sent).await?;
        }
        let now = job.borrow_and_update().clone();
        let next = (!now.status.has_ended()).then(|| (job, Some(Instant::now())));
        Some((now, next))
    })
}

/// Waits until there is something to send; nothing when nothing will come any more.
async fn wait(job: &mut watch::Receiver<Job>, sent: Instant) -> Option<()> {
    job.changed().await.ok()?;
    let pause = sleep_until(sent + PAUSE);
    tokio::pin!(pause);
    loop {
        if job.borrow_and_update().status.has_ended() {
            return Some(());
        }
        tokio::select! {
            () = &mut pause => return Some(()),
            changed = job.changed() => if changed.is_err() { return Some(()) },
        }
    }
}

#[cfg(test)]
mod tests {
    use futures::StreamExt;

    use super::super::job::{JobKind, JobProgress, JobStatus};
    use super::*;

    fn job(status: JobStatus, done: u64) -> Job {
        Job {
            id: "a".to_owned(),
            kind: JobKind::Import,
            brand: "acme".to_owned(),
            status,
            progress: JobProgress { done, ..JobProgress::default() },
            created_by: "ada".to_owned(),
            created_at: String::new(),
            started_at: None,
            finished_at: None,
            result: None,
            problem: None,
            notes: Vec::new(),
        }
    }

    #[tokio::test]
    async fn many_changes_come_as_few_and_the_last_one_ends_the_stream() {
        let (sender, receiver) = watch::channel(job(JobStatus::Running, 0));
        let seen = tokio::spawn(changes(receiver).map(|job| (job.status, job.progress.done)).collect::<Vec<_>>());
        for done in 1..=1000 {
            sender.send_replace(job(JobStatus::Running, done));
            tokio::task::yield_now().await;
        }
        sender.send_replace(job(JobStatus::Done, 1000));
        drop(sender);
        let seen = seen.await.unwrap();
        assert!(seen.len() < 100, "{}", seen.len());
        assert_eq!(seen.last(), Some(&(JobStatus::Done, 1000)));
        assert!(seen.is_sorted_by_key(|(_, done)| *done), "{seen:?}");
    }
}
