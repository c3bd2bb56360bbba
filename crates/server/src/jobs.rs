//! Jobs: work that outlasts its request.
//!
//! [`Jobs::start`] writes a row into the catalog, and runs the work on a thread of its own once the brand is free (where
//! the work writes to it) and one of [`HEAVY_AT_ONCE`] places is. How far the work is lives in memory, in a
//! [`tokio::sync::watch`] channel that [`changes`] turns into a stream; what becomes of it is in the catalog.
//!
//! Invariants:
//! - A job that is `waiting` or `running` in the catalog runs in this process: opening the catalog marks those that a
//!   process left behind as `interrupted`.
//! - One job at a time writes to a brand. A brand's lock is taken before a place, so that waiting for a brand takes no
//!   place from others.
//! - What nobody asked for (`Aside`) works in such a turn too, and gives way to whoever waits.
//! - Canceling asks; the work ends at its next check and leaves what it works on as it was.
//!
//! To add a kind of job: a variant of [`JobKind`] and a caller of [`Jobs::start`].

mod aside;
mod events;
mod handle;
mod job;
mod registry;
mod store;

pub(crate) use aside::Aside;
pub use events::changes;
pub use handle::JobHandle;
pub use job::{Job, JobKind, JobProgress, JobStatus};
pub use registry::{HEAVY_AT_ONCE, Jobs, NewJob};
