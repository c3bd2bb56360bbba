//! Deposit: the one way in.
//!
//! What is here so far is the road from files to streams of mapped rows:
//!
//! - [`input`] reads files (CSV, JSON lines, Parquet) as streaming tables, one bad line at a time: a line that cannot be
//!   read is kept, counted and reported, and never stops or silently changes the rows beside it.
//! - [`mapping`] parses a mapping file and compiles each of its blocks, a SQL query over those tables, into a stream of
//!   rows in which a value that failed to convert marks its row instead of stopping the import.
//!
//! To add an input format: add a variant to [`input::Format`], a reader that implements the row reader of
//! `input/reader.rs`, and its cases in `tests/it`.
//!
//! Invariants: nothing loads a whole file; every record of a file is counted exactly once, readable or not; no text is
//! ever replaced silently.

pub mod input;
pub mod mapping;
