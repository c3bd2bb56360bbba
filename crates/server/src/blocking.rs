//! Work that blocks its thread, kept off the threads that answer requests.

use std::future::Future;

use tracing::Instrument as _;

use crate::problem::Problem;

/// Runs work that blocks. Work that breaks down, as on a damaged file, breaks nothing else.
pub(crate) async fn blocking<T, W>(work: W) -> Result<T, Problem>
where
    T: Send + 'static,
    W: FnOnce() -> T + Send + 'static,
{
    tokio::task::spawn_blocking(work).await.map_err(|broken| Problem::internal(format!("work broke down: {broken}")))
}

/// Runs a future whose steps may block.
pub(crate) async fn blocking_future<T, W, F>(work: W) -> Result<T, Problem>
where
    T: Send + 'static,
    W: FnOnce() -> F + Send + 'static,
    F: Future<Output = T>,
{
    let runtime = tokio::runtime::Handle::current();
    blocking(move || runtime.block_on(work())).await
}

/// Does something to its end, also when whoever asked for it does not wait: what is done must be written down.
pub(crate) async fn to_the_end<T: Send + 'static>(
    work: impl Future<Output = Result<T, Problem>> + Send + 'static,
) -> Result<T, Problem> {
    let done = tokio::spawn(work.in_current_span()).await;
    done.map_err(|broken| Problem::internal(format!("work broke down: {broken}")))?
}
