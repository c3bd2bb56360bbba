//! Deposit: the one way in.
//!
//! - [`input`] reads files (CSV, JSON lines, Parquet) as streaming tables, one bad line at a time: a line that cannot be
//!   read is kept, counted and reported, and never stops or silently changes the rows beside it.
//! - [`mapping`] parses a mapping file and compiles each of its blocks, a SQL query over those tables, into a stream of
//!   rows in which a value that failed to convert marks its row instead of stopping the import.
//! - [`events`] and [`masters`] convert mapped rows to what is stored; a row that does not convert is a [`reject`].
//! - [`people`] turns ids into tokens and profile numbers, and links them.
//! - [`brand`] takes converted rows to a published vault version: what is new, whose it is, where it lies;
//!   [`brand::compact`] brings what lies there to its shape between deposits.
//! - [`oneid`] says why ids are one person, and takes what people say against it.
//! - [`live`] reads tracked requests into the same rows, and deposits them.
//! - [`suggest`](mod@suggest) proposes a mapping for files that nobody has described yet.
//! - [`import`](mod@import) and [`rejects`] are what callers use.
//!
//! To add an input format: add a variant to [`input::Format`], a reader that implements the row reader of
//! `input/reader.rs`, and its cases in `tests/it`. To add a canonical event column: `lake`'s table, `events/columns.rs`,
//! `events/convert.rs`, the guide's table.
//!
//! Invariants: nothing loads a whole file; every record of a file is counted exactly once, readable or not; every mapped
//! row is accepted, duplicate, rejected or suppressed; no text is ever replaced silently; a crash leaves the vault as it
//! was.

pub mod brand;
pub mod error;
pub mod events;
mod flat;
pub mod import;
pub mod input;
pub mod live;
pub mod mapping;
pub mod masters;
pub mod oneid;
pub mod people;
pub mod reject;
pub mod rejects;
mod rows;
pub mod suggest;
mod uniform;

pub use error::{DepositError, is_brand_gone};
