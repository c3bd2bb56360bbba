//! Work on all cores: on partitions and files, which are worked on apart.

use std::future::Future;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{LazyLock, Mutex, PoisonError};

/// Asked once: to find it out, files of the control groups are read.
static CORES: LazyLock<usize> = LazyLock::new(|| std::thread::available_parallelism().map_or(1, usize::from));

/// What comes of each of some things (partitions, files), in their order; worked on as many at a time as there are cores.
///
/// # Errors
///
/// As [`on_all_cores`].
pub fn map_on_all_cores<T: Sync, R: Send, E: Send>(
    things: &[T],
    work: &(dyn Fn(&T) -> Result<R, E> + Sync),
) -> Result<Vec<R>, E> {
    let results: Vec<Mutex<Option<R>>> = things.iter().map(|_| Mutex::new(None)).collect();
    let numbered: Vec<(&T, &Mutex<Option<R>>)> = things.iter().zip(&results).collect();
    on_all_cores(&numbered, &|(thing, result)| {
        *result.lock().unwrap_or_else(PoisonError::into_inner) = Some(work(thing)?);
        Ok(())
    })?;
    Ok(results.into_iter().filter_map(|result| result.into_inner().unwrap_or_else(PoisonError::into_inner)).collect())
}

/// Works on each of some things (partitions, files), as many at a time as there are cores.
///
/// # Errors
///
/// One of those that the work ended in; the thread that met it takes on no more.
pub fn on_all_cores<T: Sync, E: Send>(things: &[T], work: &(dyn Fn(&T) -> Result<(), E> + Sync)) -> Result<(), E> {
    on_all_cores_with(things, &|| (), &|(), thing| work(thing))
}

/// The same, where each worker has room of its own that it uses for one thing after another.
///
/// # Errors
///
/// As [`on_all_cores`].
pub fn on_all_cores_with<T: Sync, R, E: Send>(
    things: &[T],
    room: &(dyn Fn() -> R + Sync),
    work: &(dyn Fn(&mut R, &T) -> Result<(), E> + Sync),
) -> Result<(), E> {
    let next = AtomicUsize::new(0);
    let cores = (*CORES).min(things.len().max(1));
    let work_on = || -> Result<(), E> {
        let mut room = room();
        while let Some(thing) = things.get(next.fetch_add(1, Ordering::Relaxed)) {
            work(&mut room, thing)?;
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        // The caller is one of the workers: of one thing, a thread of its own would cost more than many a question.
        let others: Vec<_> = (1..cores).map(|_| scope.spawn(work_on)).collect();
        let own = work_on();
        others.into_iter().fold(own, |outcome, worker| match worker.join() {
            Ok(other) => outcome.and(other),
            Err(panic) => std::panic::resume_unwind(panic),
        })
    })
}

/// Runs a future whose steps block, on a thread of its own: whoever waits for it can wait for others beside it. It needs a
/// runtime of tokio's, and is not given up when nobody waits any more.
pub async fn apart<F>(work: F) -> F::Output
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    let runtime = tokio::runtime::Handle::current();
    match tokio::task::spawn_blocking(move || runtime.block_on(work)).await {
        Ok(output) => output,
        // Nobody aborts it, so it panicked.
        Err(broken) => std::panic::resume_unwind(broken.into_panic()),
    }
}
