//! Work that nobody asked for: done when a brand is free, given up for whoever asks for something.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use databank_model::BrandSlug;

use super::registry::{Jobs, Shared};
use crate::installation::Installation;

/// What such work holds: it hears here that it should stop. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Aside {
    shared: Arc<Shared>,
    brand: BrandSlug,
}

impl Aside {
    /// The open data directory.
    pub(crate) fn installation(&self) -> &Installation {
        &self.shared.installation
    }

    /// Whether somebody waits for the brand or for a place to work, or the server ends.
    pub(crate) fn gives_way(&self) -> bool {
        self.shared.installation.writers().is_awaited(&self.brand)
            || self.shared.waiting.load(Ordering::Acquire) > 0
            || *self.shared.closing.borrow()
    }
}

/// Counts one more of those for whom the end of the server waits.
struct Counted(Arc<Shared>);

impl Counted {
    fn new(shared: &Arc<Shared>) -> Self {
        shared.count.send_modify(|count| *count += 1);
        Self(Arc::clone(shared))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.count.send_modify(|count| *count -= 1);
    }
}

/// One who waits for a place, until dropped.
pub(super) struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    pub(super) fn of(waiting: &'a AtomicUsize) -> Self {
        waiting.fetch_add(1, Ordering::AcqRel);
        Self(waiting)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Jobs {
    /// Does work as a brand's writer, on a thread on which it may block, in a place like a job's. It asks
    /// [`Aside::gives_way`] now and then. Gives nothing when the brand has a writer, whose end is told
    /// ([`Writers::next_written`](crate::writers::Writers::next_written)), when the server ends, and when the work breaks down.
    pub(crate) async fn aside<T, W, F>(&self, brand: &BrandSlug, work: W) -> Option<T>
    where
        T: Send + 'static,
        W: FnOnce(Aside) -> F + Send + 'static,
        F: Future<Output = T> + 'static,
    {
        let shared = &self.shared;
        // Before the brand: who holds a brand and waits for a place keeps the brand's own jobs from theirs.
        let place = Arc::clone(&shared.places).acquire_owned().await.ok()?;
        let writing = shared.installation.writers().try_tidy(brand)?;
        let counted = Counted::new(shared);
        let aside = Aside { shared: Arc::clone(shared), brand: brand.clone() };
        if *shared.closing.borrow() {
            return None;
        }
        let runtime = tokio::runtime::Handle::current();
        let worked = tokio::task::spawn_blocking(move || {
            // Held by the work itself: it goes on when nobody waits for it any more.
            let _held = (place, writing, counted);
            runtime.block_on(work(aside))
        });
        match worked.await {
            Ok(result) => Some(result),
            Err(broken) => {
                tracing::error!(%brand, %broken, "work beside the jobs broke down");
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use databank_catalog::{Catalog, Keyring};

    use super::*;
    use crate::clock::Clock;

    #[tokio::test(flavor = "multi_thread")]
    async fn it_gives_way_to_whoever_waits_and_never_works_beside_a_writer() {
        let directory = tempfile::tempdir().unwrap();
        let data = directory.path().join("data");
        std::fs::create_dir(&data).unwrap();
        let catalog = Catalog::open(&data.join("catalog.sqlite")).await.unwrap();
        let (keyring, _) = Keyring::open(&catalog, &data, &directory.path().join("master.key")).await.unwrap();
        let installation = Arc::new(Installation::new(data, catalog, keyring, Clock::system()).await.unwrap());
        let jobs = Jobs::new(Arc::clone(&installation));
        let brand: BrandSlug = "acme".parse().unwrap();

        let (begun, has_begun) = tokio::sync::oneshot::channel();
        let aside = tokio::spawn({
            let (jobs, brand) = (jobs.clone(), brand.clone());
            async move {
                let work = async move |aside: Aside| {
                    begun.send(()).unwrap();
                    while !aside.gives_way() {
                        std::thread::yield_now();
                    }
                };
                jobs.aside(&brand, work).await
            }
        });
        has_begun.await.unwrap();
        let writing = installation.write_brand(&brand).await;
        assert_eq!(aside.await.unwrap(), Some(()));

        assert_eq!(jobs.aside(&brand, async |_| ()).await, None, "the brand has a writer");
        drop(writing);
        assert_eq!(jobs.aside(&brand, async |_| ()).await, Some(()));
        jobs.close().await;
        assert_eq!(jobs.aside(&brand, async |_| ()).await, None, "the server ends");
    }
}
