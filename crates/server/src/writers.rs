//! Who writes to which brand: one at a time. Who waits is known, so that work that can wait itself gives way.

use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use databank_model::BrandSlug;
use tokio::sync::{Notify, OwnedMutexGuard};

/// The writers of an installation's brands.
#[derive(Debug, Default)]
pub(crate) struct Writers {
    turns: Mutex<HashMap<BrandSlug, Arc<Turns>>>,
    /// Brands that were written to since somebody last asked.
    written: Mutex<BTreeSet<BrandSlug>>,
    news: Notify,
}

#[derive(Debug, Default)]
struct Turns {
    turn: Arc<tokio::sync::Mutex<()>>,
    waiting: AtomicUsize,
}

/// One who waits, until dropped: also who gives up counts no longer.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn of(waiting: &'a AtomicUsize) -> Self {
        waiting.fetch_add(1, Ordering::AcqRel);
        Self(waiting)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

/// The right to write to a brand, for as long as it lives.
#[derive(Debug)]
pub struct Writing {
    writers: Arc<Writers>,
    /// Whom its end is told of; nobody when it only tidied.
    brand: Option<BrandSlug>,
    turn: Option<OwnedMutexGuard<()>>,
}

impl Writers {
    fn turns_of(&self, brand: &BrandSlug) -> Arc<Turns> {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(turns.entry(brand.clone()).or_default())
    }

    fn written(&self) -> MutexGuard<'_, BTreeSet<BrandSlug>> {
        self.written.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until nobody else writes to the brand.
    pub(crate) async fn write(self: &Arc<Self>, brand: &BrandSlug) -> Writing {
        let turns = self.turns_of(brand);
        let waiting = Waiting::of(&turns.waiting);
        let turn = Arc::clone(&turns.turn).lock_owned().await;
        drop(waiting);
        Writing { writers: Arc::clone(self), brand: Some(brand.clone()), turn: Some(turn) }
    }

    /// The same for work that only tidies: nothing when somebody writes, and its end is no news.
    pub(crate) fn try_tidy(self: &Arc<Self>, brand: &BrandSlug) -> Option<Writing> {
        let turn = Arc::clone(&self.turns_of(brand).turn).try_lock_owned().ok()?;
        Some(Writing { writers: Arc::clone(self), brand: None, turn: Some(turn) })
    }

    /// Whether somebody waits for the brand.
    pub(crate) fn is_awaited(&self, brand: &BrandSlug) -> bool {
        self.turns_of(brand).waiting.load(Ordering::Acquire) > 0
    }

    /// Notes that there may be something to tidy in a brand.
    pub(crate) fn tell(&self, brand: BrandSlug) {
        self.written().insert(brand);
        self.news.notify_one();
    }

    /// Waits for a brand that was written to since it was last given here.
    pub(crate) async fn next_written(&self) -> BrandSlug {
        loop {
            if let Some(brand) = self.written().pop_first() {
                return brand;
            }
            // A note between the look and this is kept.
            self.news.notified().await;
        }
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        // Free before it is told: whoever is told may want to write.
        drop(self.turn.take());
        if let Some(brand) = self.brand.take() {
            self.writers.tell(brand);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_tidies_waits_for_nobody_and_knows_who_waits() {
        let writers = Arc::new(Writers::default());
        let brand: BrandSlug = "acme".parse().unwrap();
        let writing = writers.write(&brand).await;
        assert!(writers.try_tidy(&brand).is_none());
        drop(writing);
        assert_eq!(writers.next_written().await, brand);

        let tidying = writers.try_tidy(&brand).unwrap();
        assert!(!writers.is_awaited(&brand));
        let mut next = Box::pin(writers.write(&brand));
        assert!(futures::poll!(&mut next).is_pending());
        assert!(writers.is_awaited(&brand));
        drop(tidying);
        drop(next.await);
        assert!(!writers.is_awaited(&brand));
        assert_eq!(writers.next_written().await, brand);
        let mut more = Box::pin(writers.next_written());
        assert!(futures::poll!(&mut more).is_pending(), "tidying is no news");
    }

    #[tokio::test]
    async fn who_gives_up_waits_no_longer() {
        let writers = Arc::new(Writers::default());
        let brand: BrandSlug = "acme".parse().unwrap();
        let _tidying = writers.try_tidy(&brand).unwrap();
        let mut next = Box::pin(writers.write(&brand));
        assert!(futures::poll!(&mut next).is_pending());
        drop(next);
        assert!(!writers.is_awaited(&brand));
    }
}
