//! Starts jobs, knows those that are not over, and finds the others in the catalog.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use databank_catalog::JobId;
use databank_model::BrandSlug;
use serde_json::Value;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

use super::aside::Waiting;
use super::handle::{JobHandle, Live};
use super::job::{Job, JobKind, JobStatus};
use super::store::Store;
use crate::installation::Installation;
use crate::problem::{Code, Problem};
use crate::writers::Writing;

/// Jobs at work at a time, over all brands: each may use every core and a good share of memory.
pub const HEAVY_AT_ONCE: usize = 2;

/// A job to start.
#[derive(Debug, Clone)]
pub struct NewJob {
    /// What it does.
    pub kind: JobKind,
    /// For which brand.
    pub brand: BrandSlug,
    /// Who asked for it.
    pub actor: String,
    /// What was asked for, as it is kept; no personal data.
    pub request: Value,
    /// Whether it writes to the brand, so that it waits for others who do.
    pub writes: bool,
}

/// The jobs of an installation. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Jobs {
    pub(super) shared: Arc<Shared>,
}

#[derive(Debug)]
pub(super) struct Shared {
    pub(super) installation: Arc<Installation>,
    pub(super) places: Arc<Semaphore>,
    /// Jobs that have their brand and wait for a place.
    pub(super) waiting: AtomicUsize,
    live: Mutex<BTreeMap<JobId, Arc<Live>>>,
    /// How many jobs are not over; who waits for the end of all of them looks here.
    pub(super) count: watch::Sender<usize>,
    pub(super) closing: watch::Sender<bool>,
}

/// What a job holds while it works.
struct Turn {
    _writing: Option<Writing>,
    _place: OwnedSemaphorePermit,
}

impl Jobs {
    /// No jobs yet.
    pub fn new(installation: Arc<Installation>) -> Self {
        let (count, closing) = (watch::Sender::new(0), watch::Sender::new(false));
        let places = Arc::new(Semaphore::new(HEAVY_AT_ONCE));
        let waiting = AtomicUsize::new(0);
        let live = Mutex::default();
        Self { shared: Arc::new(Shared { installation, places, waiting, live, count, closing }) }
    }

    fn store(&self) -> Store<'_> {
        Store::new(&self.shared.installation)
    }

    /// Writes a job down and starts it. The work runs on a thread on which it may block; it should ask
    /// [`JobHandle::canceled`] now and then, and leave everything as it was when it ends with an error.
    pub async fn start<W, F>(&self, new: NewJob, work: W) -> Result<Job, Problem>
    where
        W: FnOnce(JobHandle) -> F + Send + 'static,
        F: Future<Output = Result<Value, Problem>> + 'static,
    {
        if *self.shared.closing.borrow() {
            return Err(Problem::new(Code::Unavailable, "the server is ending").retry_after(10));
        }
        let (id, job) = self.store().add(&new).await?;
        let live = Arc::new(Live { job: watch::Sender::new(job.clone()), canceled: watch::Sender::new(false) });
        self.live().insert(id, Arc::clone(&live));
        self.shared.count.send_modify(|count| *count += 1);
        let (jobs, handle) = (self.clone(), JobHandle { live });
        tokio::spawn(async move {
            jobs.run(id, &new, handle, work).await;
            jobs.live().remove(&id);
            jobs.shared.count.send_modify(|count| *count -= 1);
        });
        Ok(job)
    }

    async fn run<W, F>(&self, id: JobId, new: &NewJob, handle: JobHandle, work: W)
    where
        W: FnOnce(JobHandle) -> F + Send + 'static,
        F: Future<Output = Result<Value, Problem>> + 'static,
    {
        let turn = tokio::select! {
            biased;
            () = handle.until_canceled() => None,
            turn = self.turn(new) => Some(turn),
        };
        let outcome = match turn {
            None => Err(Problem::conflict("canceled before it began")),
            Some(turn) => {
                let outcome = self.work(id, &handle, work).await;
                drop(turn);
                outcome
            }
        };
        self.end(id, &handle, outcome).await;
    }

    /// Waits until the job may work: first for its brand, then for a place.
    async fn turn(&self, new: &NewJob) -> Turn {
        let writing = if new.writes { Some(self.shared.installation.write_brand(&new.brand).await) } else { None };
        let places = Arc::clone(&self.shared.places);
        let _waiting = Waiting::of(&self.shared.waiting);
        loop {
            // The semaphore is never closed.
            if let Ok(place) = Arc::clone(&places).acquire_owned().await {
                return Turn { _writing: writing, _place: place };
            }
        }
    }

    async fn work<W, F>(&self, id: JobId, handle: &JobHandle, work: W) -> Result<Value, Problem>
    where
        W: FnOnce(JobHandle) -> F + Send + 'static,
        F: Future<Output = Result<Value, Problem>> + 'static,
    {
        let started = self.store().start(id).await?;
        handle.live.job.send_modify(|job| {
            job.status = JobStatus::Running;
            job.started_at = Some(started);
        });
        // What works on files and columns blocks its thread for seconds: that must not be one of those that answer requests.
        let (runtime, handle) = (tokio::runtime::Handle::current(), handle.clone());
        let worked = tokio::task::spawn_blocking(move || runtime.block_on(work(handle))).await;
        worked.unwrap_or_else(|broken| Err(Problem::internal(format!("job {id} broke down: {broken}"))))
    }

    /// Writes down what came of a job, then tells those who look on.
    async fn end(&self, id: JobId, handle: &JobHandle, outcome: Result<Value, Problem>) {
        let (canceled, closing) = (handle.canceled(), *self.shared.closing.borrow());
        let mut job = handle.live.job.borrow().clone();
        match outcome {
            Ok(result) => {
                job.status = JobStatus::Done;
                job.result = Some(result);
            }
            // Those who asked for it know why.
            Err(_) if canceled && closing => job.status = JobStatus::Interrupted,
            Err(_) if canceled => job.status = JobStatus::Canceled,
            Err(problem) => {
                if let Some(cause) = &problem.cause {
                    tracing::error!(job = %id, kind = %job.kind, brand = job.brand, cause, "a job failed");
                }
                job.status = JobStatus::Failed;
                job.problem = serde_json::to_value(problem.body(&format!("job-{id}"))).ok();
            }
        }
        match self.store().end(id, &job).await {
            Ok(finished) => job.finished_at = Some(finished),
            // It is told as over all the same: the next start of the server calls it interrupted.
            Err(problem) => tracing::error!(job = %id, cause = ?problem.cause, "failed to write down the end of a job"),
        }
        tracing::info!(job = %id, kind = %job.kind, brand = job.brand, status = %job.status, "a job ended");
        handle.live.job.send_replace(job);
    }

    /// A brand's job of this id.
    pub async fn get(&self, brand: &BrandSlug, id: &str) -> Result<Job, Problem> {
        Ok(self.watch(brand, id).await?.borrow().clone())
    }

    /// A brand's job of this id, to look on: its state now, and each change of it until it is over.
    pub async fn watch(&self, brand: &BrandSlug, id: &str) -> Result<watch::Receiver<Job>, Problem> {
        let number = parse_id(id)?;
        if let Some(live) = self.live_of(brand, number) {
            return Ok(live.job.subscribe());
        }
        let stored = self.store().get(brand, number).await?;
        Ok(watch::Sender::new(stored).subscribe())
    }

    /// A brand's jobs, newest first: at most `limit` of those before `before`.
    pub async fn list(
        &self,
        brand: &BrandSlug,
        before: Option<JobId>,
        limit: usize,
    ) -> Result<Vec<(JobId, Job)>, Problem> {
        let mut stored = self.store().list(brand, before, limit).await?;
        for (id, job) in &mut stored {
            if let Some(live) = self.live_of(brand, *id) {
                *job = live.job.borrow().clone();
            }
        }
        Ok(stored)
    }

    /// A brand's jobs that are not over.
    pub fn running(&self, brand: &BrandSlug) -> Vec<Job> {
        let live = self.live();
        live.values().map(|live| live.job.borrow().clone()).filter(|job| job.brand == brand.as_str()).collect()
    }

    /// Asks a job to stop. It is over when its status says so; one that is over stays as it is.
    pub async fn cancel(&self, brand: &BrandSlug, id: &str) -> Result<Job, Problem> {
        let number = parse_id(id)?;
        if let Some(live) = self.live_of(brand, number) {
            live.canceled.send_replace(true);
        }
        self.get(brand, id).await
    }

    /// For the end of the server: starts no more, stops those that wait or work, and waits until they are over.
    pub async fn close(&self) {
        self.shared.closing.send_replace(true);
        for live in self.live().values() {
            live.canceled.send_replace(true);
        }
        let mut count = self.shared.count.subscribe();
        // The sender lives as long as `self`.
        let _gone = count.wait_for(|count| *count == 0).await;
    }

    fn live(&self) -> MutexGuard<'_, BTreeMap<JobId, Arc<Live>>> {
        self.shared.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn live_of(&self, brand: &BrandSlug, id: JobId) -> Option<Arc<Live>> {
        self.live().get(&id).filter(|live| live.job.borrow().brand == brand.as_str()).cloned()
    }
}

fn parse_id(id: &str) -> Result<JobId, Problem> {
    id.parse().map(JobId).map_err(|_| Problem::not_found())
}
