//! The memory of a mapping's queries.
//!
//! An external sort needs memory twice: for the rows it collects, and for merging what it spilled. The engine's own
//! pools let the first sort that merges take whatever is free, and the others then fail, although each could do with
//! less. Here each use has its share: a quarter of the memory for what can spill, half for merges, divided fairly, and a
//! quarter for everything else. A merge gets twice what its sort may collect, since it holds those rows a second time.

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};

use datafusion::common::{Result, resources_datafusion_err};
use datafusion::execution::memory_pool::{
    FairSpillPool, GreedyMemoryPool, MemoryConsumer, MemoryLimit, MemoryPool, MemoryReservation,
};

/// How the engine calls the memory that an external sort merges with.
const MERGES: &str = "ExternalSorterMerge";

/// A memory pool with a share for each use.
#[derive(Debug)]
pub(super) struct SharedPool {
    bytes: usize,
    spilling: FairSpillPool,
    merging: MergePool,
    others: GreedyMemoryPool,
}

impl SharedPool {
    pub(super) fn new(bytes: usize) -> Self {
        Self {
            bytes,
            spilling: FairSpillPool::new(bytes / 4),
            merging: MergePool { bytes: bytes / 2, ..MergePool::default() },
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

/// The memory for merging, an equal share for each sort that runs.
#[derive(Debug, Default)]
struct MergePool {
    bytes: usize,
    sorts: AtomicUsize,
    used: AtomicUsize,
}

impl MemoryPool for MergePool {
    fn name(&self) -> &'static str {
        "merging"
    }

    fn register(&self, _consumer: &MemoryConsumer) {
        self.sorts.fetch_add(1, Ordering::Relaxed);
    }

    fn unregister(&self, _consumer: &MemoryConsumer) {
        self.sorts.fetch_sub(1, Ordering::Relaxed);
    }

    fn grow(&self, _reservation: &MemoryReservation, additional: usize) {
        self.used.fetch_add(additional, Ordering::Relaxed);
    }

    fn shrink(&self, _reservation: &MemoryReservation, shrink: usize) {
        self.used.fetch_sub(shrink, Ordering::Relaxed);
    }

    fn try_grow(&self, reservation: &MemoryReservation, additional: usize) -> Result<()> {
        let share = self.bytes / self.sorts.load(Ordering::Relaxed).max(1);
        if reservation.size() + additional > share {
            return Err(resources_datafusion_err!(
                "{additional} more bytes for {}, whose share is {share} and which holds {}",
                reservation.consumer().name(),
                reservation.size()
            ));
        }
        self.grow(reservation, additional);
        Ok(())
    }

    fn reserved(&self) -> usize {
        self.used.load(Ordering::Relaxed)
    }
}

impl fmt::Display for MergePool {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "merge pool of {} bytes", self.bytes)
    }
}
