//! Jobs: long work that somebody asked for, and how it ended. How far it is, its process knows alone.

use std::fmt;
use std::str::FromStr;

use databank_model::BrandSlug;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect,
};
use serde_json::Value;

use crate::entity::job;
use crate::error::{database, parse, read_json};
use crate::{Catalog, CatalogError, brands};

/// A job's number. Not given again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct JobId(pub i64);

impl fmt::Display for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// How far a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobStatus {
    /// Asked for.
    Waiting,
    /// Begun.
    Running,
    /// Ended as it should.
    Done,
    /// Ended by a problem.
    Failed,
    /// Ended because somebody said so.
    Canceled,
    /// Ended with its process.
    Interrupted,
}

impl JobStatus {
    const ALL: [Self; 6] = [Self::Waiting, Self::Running, Self::Done, Self::Failed, Self::Canceled, Self::Interrupted];

    /// The status as text: `waiting` and so on.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Canceled => "canceled",
            Self::Interrupted => "interrupted",
        }
    }

    /// Whether nothing more will happen.
    pub fn is_ended(self) -> bool {
        match self {
            Self::Waiting | Self::Running => false,
            Self::Done | Self::Failed | Self::Canceled | Self::Interrupted => true,
        }
    }
}

impl fmt::Display for JobStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for JobStatus {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|status| status.as_str() == text);
        found.ok_or_else(|| format!("{text:?} is not a job status"))
    }
}

/// Long work.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// Its number.
    pub id: JobId,
    /// The brand that it is about.
    pub brand: BrandSlug,
    /// What kind of work: `import`.
    pub kind: String,
    /// Who asked for it.
    pub actor: String,
    /// How far it is.
    pub status: JobStatus,
    /// What was asked for.
    pub request: Value,
    /// What came of it.
    pub result: Option<Value>,
    /// Why it failed.
    pub problem: Option<Value>,
    /// What its asker should know besides.
    pub notes: Vec<String>,
    /// When it was asked for.
    pub created_at: i64,
    /// When it was begun.
    pub started_at: Option<i64>,
    /// When it ended.
    pub finished_at: Option<i64>,
}

/// A job to begin.
#[derive(Debug, Clone, PartialEq)]
pub struct NewJob {
    /// The brand that it is about.
    pub brand: BrandSlug,
    /// What kind of work.
    pub kind: String,
    /// Who asks for it.
    pub actor: String,
    /// What is asked for.
    pub request: Value,
    /// Now.
    pub created_at: i64,
}

/// The jobs of an installation.
#[derive(Debug)]
pub struct Jobs<'a> {
    catalog: &'a Catalog,
}

impl<'a> Jobs<'a> {
    pub(crate) fn new(catalog: &'a Catalog) -> Self {
        Self { catalog }
    }

    /// Puts a job down, waiting.
    pub async fn begin(&self, new: NewJob) -> Result<Job, CatalogError> {
        let transaction = self.catalog.write().await?;
        brands::require(&transaction, &new.brand).await?;
        let row = job::ActiveModel {
            brand: Set(new.brand.as_str().to_owned()),
            kind: Set(new.kind),
            actor: Set(new.actor),
            status: Set(JobStatus::Waiting.as_str().to_owned()),
            request: Set(new.request.to_string()),
            result: Set(None),
            problem: Set(None),
            notes: Set("[]".to_owned()),
            created_at: Set(new.created_at),
            started_at: Set(None),
            finished_at: Set(None),
            ..Default::default()
        };
        let stored =
            job::Entity::insert(row).exec_with_returning(&transaction).await.map_err(database("begin a job"))?;
        self.catalog.commit(transaction).await?;
        from_row(stored)
    }

    /// Says that a waiting job runs.
    pub async fn start(&self, id: JobId, now: i64) -> Result<Job, CatalogError> {
        let transaction = self.catalog.write().await?;
        let row = open(&transaction, id).await?;
        let mut change = row.into_active_model();
        change.status = Set(JobStatus::Running.as_str().to_owned());
        change.started_at = Set(Some(now));
        self.write(transaction, change).await
    }

    /// Ends a job as done.
    pub async fn finish(&self, id: JobId, result: &Value, notes: &[String], now: i64) -> Result<Job, CatalogError> {
        self.end(id, JobStatus::Done, Some(result), None, notes, now).await
    }

    /// Ends a job as failed.
    pub async fn fail(&self, id: JobId, problem: &Value, notes: &[String], now: i64) -> Result<Job, CatalogError> {
        self.end(id, JobStatus::Failed, None, Some(problem), notes, now).await
    }

    /// Ends a job as canceled.
    pub async fn cancel(&self, id: JobId, notes: &[String], now: i64) -> Result<Job, CatalogError> {
        self.end(id, JobStatus::Canceled, None, None, notes, now).await
    }

    /// Ends every job that has not ended as interrupted, and says how many there were. For the start of the process
    /// that owns the data directory: whatever still runs then belongs to a process that was killed.
    pub async fn interrupt_running(&self, now: i64) -> Result<u64, CatalogError> {
        // Asked first: where nothing is written, the catalog stays sealed.
        let open = job::Entity::find()
            .filter(job::Column::Status.is_in([JobStatus::Waiting.as_str(), JobStatus::Running.as_str()]));
        if open.one(self.catalog.db()).await.map_err(database("close interrupted jobs"))?.is_none() {
            return Ok(0);
        }
        let transaction = self.catalog.write().await?;
        let result = job::Entity::update_many()
            .col_expr(job::Column::Status, Expr::value(JobStatus::Interrupted.as_str()))
            .col_expr(job::Column::FinishedAt, Expr::value(now))
            .filter(job::Column::Status.is_in([JobStatus::Waiting.as_str(), JobStatus::Running.as_str()]))
            .exec(&transaction)
            .await
            .map_err(database("close interrupted jobs"))?;
        self.catalog.commit(transaction).await?;
        Ok(result.rows_affected)
    }

    /// A brand's job, if it has one of that number.
    pub async fn find(&self, brand: &BrandSlug, id: JobId) -> Result<Option<Job>, CatalogError> {
        let row = job::Entity::find_by_id(id.0)
            .filter(job::Column::Brand.eq(brand.as_str()))
            .one(self.catalog.db())
            .await
            .map_err(database("read a job"))?;
        row.map(from_row).transpose()
    }

    /// At most `limit` jobs of a brand, newest first, those before `before`.
    pub async fn list_page(
        &self,
        brand: &BrandSlug,
        before: Option<JobId>,
        limit: u64,
    ) -> Result<Vec<Job>, CatalogError> {
        let mut query = job::Entity::find()
            .filter(job::Column::Brand.eq(brand.as_str()))
            .order_by_desc(job::Column::Id)
            .limit(limit);
        if let Some(before) = before {
            query = query.filter(job::Column::Id.lt(before.0));
        }
        let rows = query.all(self.catalog.db()).await.map_err(database("list jobs"))?;
        rows.into_iter().map(from_row).collect()
    }

    /// The jobs of a brand that have not ended, oldest first.
    pub async fn list_open(&self, brand: &BrandSlug) -> Result<Vec<Job>, CatalogError> {
        let rows = job::Entity::find()
            .filter(job::Column::Brand.eq(brand.as_str()))
            .filter(job::Column::Status.is_in([JobStatus::Waiting.as_str(), JobStatus::Running.as_str()]))
            .order_by_asc(job::Column::Id)
            .all(self.catalog.db())
            .await
            .map_err(database("list jobs"))?;
        rows.into_iter().map(from_row).collect()
    }

    async fn end(
        &self,
        id: JobId,
        status: JobStatus,
        result: Option<&Value>,
        problem: Option<&Value>,
        notes: &[String],
        now: i64,
    ) -> Result<Job, CatalogError> {
        let transaction = self.catalog.write().await?;
        let row = open(&transaction, id).await?;
        let mut change = row.into_active_model();
        change.status = Set(status.as_str().to_owned());
        change.result = Set(result.map(Value::to_string));
        change.problem = Set(problem.map(Value::to_string));
        change.notes = Set(Value::from(notes).to_string());
        change.finished_at = Set(Some(now));
        self.write(transaction, change).await
    }

    async fn write(&self, transaction: DatabaseTransaction, change: job::ActiveModel) -> Result<Job, CatalogError> {
        let stored = job::Entity::update(change).exec(&transaction).await.map_err(database("change a job"))?;
        self.catalog.commit(transaction).await?;
        from_row(stored)
    }
}

/// A job that has not ended; what has ended stays as it is.
async fn open<C: ConnectionTrait>(db: &C, id: JobId) -> Result<job::Model, CatalogError> {
    let row = job::Entity::find_by_id(id.0).one(db).await.map_err(database("read a job"))?;
    let Some(row) = row else { return Err(CatalogError::JobEnded { job: id.0, status: "gone".to_owned() }) };
    let status: JobStatus = parse("job status", &row.status)?;
    if status.is_ended() {
        return Err(CatalogError::JobEnded { job: id.0, status: row.status });
    }
    Ok(row)
}

fn from_row(row: job::Model) -> Result<Job, CatalogError> {
    let optional = |text: Option<String>| text.map(|text| read_json("outcome of a job", &text)).transpose();
    Ok(Job {
        id: JobId(row.id),
        brand: parse("brand slug", &row.brand)?,
        kind: row.kind,
        actor: row.actor,
        status: parse("job status", &row.status)?,
        request: read_json("request of a job", &row.request)?,
        result: optional(row.result)?,
        problem: optional(row.problem)?,
        notes: read_json("notes of a job", &row.notes)?,
        created_at: row.created_at,
        started_at: row.started_at,
        finished_at: row.finished_at,
    })
}
