//! The inbox: what was accepted and is not yet in a vault, durable before it is answered.
//!
//! One journal for all brands of a data directory: files of records, appended to, each record one request as it came. Those
//! that come while others are being synced are written and synced together ([`Inbox::append`]), so that a disk of four hundred
//! syncs a second takes a hundred thousand events. Each brand reads its own records in the order of their sequence
//! ([`Inbox::read`]); which of them are in its vault is said by the vault's version, in the row that publishes it, and told
//! here ([`Inbox::forget`]). A file of which no record is waited for is deleted, the oldest first.
//!
//! - `record`: how a request is written down; `segment`: a file of records and what a crash may leave of it.
//! - `index`: which records wait, by brand; in memory, made again from the files.
//! - `writer`: the one thread that writes.
//!
//! Invariants: an answer of [`Inbox::append`] means that the record survives a power cut; a failed write or sync is never
//! answered with success, and nothing is appended behind it in the same file; a record whose bytes have changed is never
//! given out; sequences are not given twice.

mod error;
mod index;
mod journal;
mod record;
mod segment;
mod writer;

pub use error::InboxError;
pub use index::Pending;
pub use journal::{Inbox, Options};
pub use record::{Entry, Record};
