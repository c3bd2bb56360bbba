//! The memory of a mapping's queries.
//!
//! An external sort needs memory twice: for the rows it collects, and for merging what it spilled. The engine's own
//! pools let the first sort that merges take whatever is free, and the others then fail, although each could do with
//! less. Here each use has its share: a quarter of the memory for what can spill, half for merges, divided fairly, and a
//! quarter for everything else. A merge gets twice what its sort may collect, since it holds those rows a second time.
//!
//! No share falls below what one batch needs, whatever runs: the sorts of a query that was given up end a little later
//! than the query, and until then they count. So the memory may be exceeded by a batch for each sort, and no query
//! fails by who runs beside it.

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};

use datafusion::common::{Result, resources_datafusion_err};
use datafusion::execution::memory_pool::{
    GreedyMemoryPool, MemoryConsumer, MemoryLimit, MemoryPool, MemoryReservation,
};

/// How the engine calls the memory that an external sort merges with.
const MERGES: &str = "ExternalSorterMerge";

/// A memory pool with a share for each use.
#[derive(Debug)]
pub(super) struct SharedPool {
    bytes: usize,
    spilling: EqualShares,
    merging: EqualShares,
    others: GreedyMemoryPool,
}

impl SharedPool {
    pub(super) fn new(bytes: usize) -> Self {
        Self {
            bytes,
            spilling: EqualShares { bytes: bytes / 4, ..EqualShares::default() },
            merging: EqualShares { bytes: bytes / 2, least: bytes / 8, ..EqualShares::default() },
            others: GreedyMemoryPool::new(bytes / 4),
        }
    }

    fn part(&self, consumer: &MemoryConsumer) -> &dyn MemoryPool {
        if consumer.can_spill() {
            &self.spilling
        } else if consumer.name().starts_with(MERGES) {
            &self.merging
        } else {
            &self.others
        }
    }
}

impl MemoryPool for SharedPool {
    fn name(&self) -> &'static str {
        "shared"
    }

    fn register(&self, consumer: &MemoryConsumer) {
        self.part(consumer).register(consumer);
    }

    fn unregister(&self, consumer: &MemoryConsumer) {
        self.part(consumer).unregister(consumer);
    }

    fn grow(&self, reservation: &MemoryReservation, additional: usize) {
        self.part(reservation.consumer()).grow(reservation, additional);
    }

    fn shrink(&self, reservation: &MemoryReservation, shrink: usize) {
        self.part(reservation.consumer()).shrink(reservation, shrink);
    }

    fn try_grow(&self, reservation: &MemoryReservation, additional: usize) -> Result<()> {
        self.part(reservation.consumer()).try_grow(reservation, additional)
    }

    fn reserved(&self) -> usize {
        self.spilling.reserved() + self.merging.reserved() + self.others.reserved()
    }

    fn memory_limit(&self) -> MemoryLimit {
        MemoryLimit::Finite(self.bytes)
    }
}

impl fmt::Display for SharedPool {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "shared pool of {} bytes", self.bytes)
    }
}

/// Memory of which every consumer has an equal share.
///
/// Who holds nothing is given what it asks for if there is as much at all: it asks for a batch, and a sort that has
/// nothing to spill would fail.
#[derive(Debug, Default)]
struct EqualShares {
    bytes: usize,
    /// A share is not smaller than this.
    least: usize,
    consumers: AtomicUsize,
    used: AtomicUsize,
}

impl MemoryPool for EqualShares {
    fn name(&self) -> &'static str {
        "equal shares"
    }

    fn register(&self, _consumer: &MemoryConsumer) {
        self.consumers.fetch_add(1, Ordering::Relaxed);
    }

    fn unregister(&self, _consumer: &MemoryConsumer) {
        self.consumers.fetch_sub(1, Ordering::Relaxed);
    }

    fn grow(&self, _reservation: &MemoryReservation, additional: usize) {
        self.used.fetch_add(additional, Ordering::Relaxed);
    }

    fn shrink(&self, _reservation: &MemoryReservation, shrink: usize) {
        self.used.fetch_sub(shrink, Ordering::Relaxed);
    }

    fn try_grow(&self, reservation: &MemoryReservation, additional: usize) -> Result<()> {
        let share = (self.bytes / self.consumers.load(Ordering::Relaxed).max(1)).max(self.least);
        let held = reservation.size();
        let limit = if held == 0 { self.bytes } else { share };
        if held + additional > limit {
            return Err(resources_datafusion_err!(
                "{additional} more bytes for {}, whose share is {share} and which holds {}",
                reservation.consumer().name(),
                held
            ));
        }
        self.grow(reservation, additional);
        Ok(())
    }

    fn reserved(&self) -> usize {
        self.used.load(Ordering::Relaxed)
    }
}

impl fmt::Display for EqualShares {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "equal shares of {} bytes", self.bytes)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn a_sort_can_always_hold_a_batch_however_many_others_run() {
        let pool: Arc<dyn MemoryPool> = Arc::new(SharedPool::new(16 << 20));
        let consumer =
            |at: usize| MemoryConsumer::new(format!("ExternalSorter[{at}]")).with_can_spill(true).register(&pool);
        let others: Vec<_> = (1..100).map(consumer).collect();
        let sort = consumer(0);
        sort.try_grow(400 << 10).unwrap();
        assert!(sort.try_grow(400 << 10).is_err(), "what it holds is more than its share: it must spill");
        sort.free();
        sort.try_grow(400 << 10).unwrap();
        drop(others);
        sort.try_grow(3 << 20).unwrap();
        assert!(sort.try_grow(1 << 20).is_err(), "a quarter of the memory is all there is");
        assert_eq!(pool.reserved(), (400 << 10) + (3 << 20));
        drop(sort);
        assert_eq!(pool.reserved(), 0);
    }

    #[test]
    fn a_merge_keeps_room_for_two_batches() {
        let pool: Arc<dyn MemoryPool> = Arc::new(SharedPool::new(16 << 20));
        let merges: Vec<_> = (0..40).map(|at| MemoryConsumer::new(format!("{MERGES}[{at}]")).register(&pool)).collect();
        for merge in &merges[..4] {
            merge.try_grow(1 << 20).unwrap();
            merge.try_grow(1 << 20).unwrap();
            assert!(merge.try_grow(1).is_err());
        }
    }
}
