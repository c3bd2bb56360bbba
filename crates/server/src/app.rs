//! What every handler works with.

use std::sync::Arc;
use std::time::Duration;

use databank_access::{Access, Action, Denied, Target};
use databank_model::BrandSlug;
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::audit::Looks;
use crate::caller::Caller;
use crate::collect::Places;
use crate::histories::Histories;
use crate::installation::Installation;
use crate::jobs::Jobs;
use crate::limits::RateLimit;
use crate::metrics::Metrics;
use crate::problem::Problem;
use crate::settings::Settings;

/// How often what is of no more use is removed.
const HOUSE_KEEPING: Duration = Duration::from_hours(1);

/// How many files are looked at, and how many imports previewed, at once: each may take hundreds of megabytes.
const AT_ONCE: usize = 2;

/// The running server. Cheap to clone.
#[derive(Debug, Clone)]
pub struct App {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    installation: Arc<Installation>,
    access: Access,
    settings: Settings,
    metrics: Metrics,
    rate_limit: RateLimit,
    jobs: Jobs,
    histories: Histories,
    looks: Semaphore,
    previews: Semaphore,
    places: Places,
    looks_at: Looks,
}

impl App {
    /// A server over an open data directory.
    pub fn new(installation: Arc<Installation>, access: Access, settings: Settings) -> Self {
        let rate_limit = RateLimit::new(settings.requests_per_second);
        let jobs = Jobs::new(Arc::clone(&installation));
        let (metrics, histories) = (Metrics::new(), Histories::new());
        let (looks, previews) = (Semaphore::new(AT_ONCE), Semaphore::new(AT_ONCE));
        let (places, looks_at) = (Places::default(), Looks::default());
        let inner = Inner {
            installation,
            access,
            settings,
            metrics,
            rate_limit,
            jobs,
            histories,
            looks,
            previews,
            places,
            looks_at,
        };
        Self { inner: Arc::new(inner) }
    }

    /// The open data directory.
    pub fn installation(&self) -> &Arc<Installation> {
        &self.inner.installation
    }

    /// Who may do what.
    pub fn access(&self) -> &Access {
        &self.inner.access
    }

    /// What whoever started the server decided.
    pub fn settings(&self) -> &Settings {
        &self.inner.settings
    }

    /// What is counted.
    pub fn metrics(&self) -> &Metrics {
        &self.inner.metrics
    }

    /// Who looked at what lately.
    pub(crate) fn looks_at(&self) -> &Looks {
        &self.inner.looks_at
    }

    /// Work that outlasts its request.
    pub fn jobs(&self) -> &Jobs {
        &self.inner.jobs
    }

    /// Removes what is of no more use, every hour. Runs until it is dropped.
    pub async fn keep_house(&self) {
        let mut hours = tokio::time::interval(HOUSE_KEEPING);
        loop {
            hours.tick().await;
            if let Err(problem) = self.sweep_uploads(self.now_us()).await {
                tracing::warn!(cause = problem.cause, "failed to remove old uploads");
            }
        }
    }

    /// Removes what crashes left of uploads. To be called before requests are: later, a folder may be of one in the making.
    pub async fn clear_leftovers(&self) -> Result<(), Problem> {
        crate::uploads::clear_leftovers(self).await
    }

    /// Forgets uploads that nobody has imported for a day.
    pub async fn sweep_uploads(&self, now_us: i64) -> Result<(), Problem> {
        crate::uploads::sweep(self, now_us).await
    }

    /// A turn to look at a file, for as long as it is held.
    pub(crate) async fn place_to_look(&self) -> Result<SemaphorePermit<'_>, Problem> {
        self.inner.looks.acquire().await.map_err(|error| Problem::failed(&error))
    }

    /// A turn to preview an import, for as long as it is held.
    pub(crate) async fn place_to_preview(&self) -> Result<SemaphorePermit<'_>, Problem> {
        self.inner.previews.acquire().await.map_err(|error| Problem::failed(&error))
    }

    /// How many requests of a key that writes are worked on at once.
    pub(crate) fn places(&self) -> &Places {
        &self.inner.places
    }

    /// How many requests an address may send.
    pub(crate) fn rate_limit(&self) -> &RateLimit {
        &self.inner.rate_limit
    }

    /// What questions have read of vaults.
    pub(crate) fn histories(&self) -> &Histories {
        &self.inner.histories
    }

    /// Now, in microseconds since 1970-01-01 UTC.
    pub fn now_us(&self) -> i64 {
        self.inner.installation.clock.now()
    }

    /// The brand of that name, when the caller may do this with it. To whom it is hidden, it is not there: the answer
    /// is the one for a name that no brand has, and for a text that is no name.
    pub async fn authorize(&self, caller: &Caller, brand: &str, action: Action) -> Result<BrandSlug, Problem> {
        self.authorize_by(brand, |slug| caller.principal.may(action, Target::Brand(slug))).await
    }

    /// The same for what changes who else may: the caller's password must have been given a short while ago.
    pub async fn authorize_confirmed(
        &self,
        caller: &Caller,
        brand: &str,
        action: Action,
    ) -> Result<BrandSlug, Problem> {
        self.authorize_by(brand, |slug| caller.principal.may_confirmed(action, Target::Brand(slug))).await
    }

    async fn authorize_by(
        &self,
        brand: &str,
        may: impl FnOnce(&BrandSlug) -> Result<(), Denied> + Send,
    ) -> Result<BrandSlug, Problem> {
        let slug: BrandSlug = brand.parse().map_err(|_| Problem::not_found())?;
        // Asked before it is looked up, so that nothing of the answer depends on a brand that is hidden.
        may(&slug)?;
        match self.installation().catalog.brands().find(&slug).await? {
            Some(_) => Ok(slug),
            None => Err(Problem::not_found()),
        }
    }

    /// Passes when the caller may do this with the installation.
    pub fn authorize_installation(&self, caller: &Caller, action: Action) -> Result<(), Problem> {
        Ok(caller.principal.may(action, Target::Installation)?)
    }

    /// The same for what changes who else may: the caller's password must have been given a short while ago.
    pub fn authorize_confirmed_installation(&self, caller: &Caller, action: Action) -> Result<(), Problem> {
        Ok(caller.principal.may_confirmed(action, Target::Installation)?)
    }
}
