//! Jobs as the catalog keeps them.

use databank_catalog::JobId;
use databank_model::BrandSlug;

use super::job::{Job, JobProgress, JobStatus};
use super::registry::NewJob;
use crate::clock::rfc3339;
use crate::installation::Installation;
use crate::problem::Problem;

/// The catalog's jobs, under the installation's clock.
pub(super) struct Store<'a> {
    installation: &'a Installation,
}

impl<'a> Store<'a> {
    pub(super) fn new(installation: &'a Installation) -> Self {
        Self { installation }
    }

    /// Puts a job down, waiting.
    pub(super) async fn add(&self, new: &NewJob) -> Result<(JobId, Job), Problem> {
        let row = databank_catalog::NewJob {
            brand: new.brand.clone(),
            kind: new.kind.to_string(),
            actor: new.actor.clone(),
            request: new.request.clone(),
            created_at: self.installation.clock.now(),
        };
        of_row(self.installation.catalog.jobs().begin(row).await?)
    }

    /// Marks a job as running; says since when.
    pub(super) async fn start(&self, id: JobId) -> Result<String, Problem> {
        let now = self.installation.clock.now();
        self.installation.catalog.jobs().start(id, now).await?;
        Ok(rfc3339(now))
    }

    /// Writes down how a job ended; says when. One that the end of the server interrupts stays as it is: the next start
    /// calls it so, as after a crash.
    pub(super) async fn end(&self, id: JobId, job: &Job) -> Result<String, Problem> {
        let (jobs, now) = (self.installation.catalog.jobs(), self.installation.clock.now());
        let nothing = serde_json::Value::Null;
        match job.status {
            JobStatus::Done => drop(jobs.finish(id, job.result.as_ref().unwrap_or(&nothing), &job.notes, now).await?),
            JobStatus::Failed => drop(jobs.fail(id, job.problem.as_ref().unwrap_or(&nothing), &job.notes, now).await?),
            JobStatus::Canceled => drop(jobs.cancel(id, &job.notes, now).await?),
            JobStatus::Waiting | JobStatus::Running | JobStatus::Interrupted => {}
        }
        Ok(rfc3339(now))
    }

    /// A brand's job.
    pub(super) async fn get(&self, brand: &BrandSlug, id: JobId) -> Result<Job, Problem> {
        let row = self.installation.catalog.jobs().find(brand, id).await?.ok_or_else(Problem::not_found)?;
        Ok(of_row(row)?.1)
    }

    /// At most `limit` jobs of a brand, newest first, those before `before`.
    pub(super) async fn list(
        &self,
        brand: &BrandSlug,
        before: Option<JobId>,
        limit: usize,
    ) -> Result<Vec<(JobId, Job)>, Problem> {
        let rows = self.installation.catalog.jobs().list_page(brand, before, limit as u64).await?;
        rows.into_iter().map(of_row).collect()
    }
}

fn of_row(row: databank_catalog::Job) -> Result<(JobId, Job), Problem> {
    let kind = row.kind.parse().map_err(Problem::internal)?;
    let status: JobStatus = row.status.as_str().parse().map_err(Problem::internal)?;
    let job = Job {
        id: row.id.to_string(),
        kind,
        brand: row.brand.as_str().to_owned(),
        status,
        progress: JobProgress { phase: status.to_string(), ..JobProgress::default() },
        created_by: row.actor,
        created_at: rfc3339(row.created_at),
        started_at: row.started_at.map(rfc3339),
        finished_at: row.finished_at.map(rfc3339),
        result: row.result,
        problem: row.problem,
        notes: row.notes,
    };
    Ok((row.id, job))
}
