//! Vaults on disk: one directory of Delta tables for each brand.
//!
//! The only crate that knows Delta, Parquet files and their durability.
//!
//! - [`Table`]: the tables of a vault, their columns and partition columns ([`tables`]).
//! - [`Vault`]: opens a table at a version as a list of files, commits files to it, takes back commits that no vault
//!   version names ([`vault`]).
//! - [`FileWriter`]: writes one sorted Parquet file, synced before it is named in a commit ([`mod@write`]).
//! - [`CheckedFile`]: a file whose bytes are compared with the sums taken when they were written ([`sums`]).
//! - [`read_file`], [`read_chosen`]: read chosen columns, and chosen rows, of one file; [`OpenFile`] reads parts of it by what
//!   its footer says ([`read`]).
//! - What Delta itself writes is synced before it gets its name (`synced_store`).
//! - [`tracks`]: what a sweep asks of every row of events, packed in a column of its own.
//! - Housekeeping of files, checkpoints and logs, by the versions that the catalog still names (`tidy`).
//! - [`cores`]: work on partitions and files on all cores.
//! - [`runs`]: sorted runs of fixed-size records, the look-up indexes of tokens and event keys.
//!
//! Invariants: readers open versions that the catalog names, never "latest"; a commit returns only after data files, log
//! entry and both directories are synced; no byte of a file is used that is not the one written; a table never holds superseded rows; statistics are kept on consumer, ts and
//! day alone.
//!
//! To add a table: add a [`Table`] variant, its columns in `tables.rs`, and a case to the golden schema test.

pub mod checked;
pub mod cores;
pub mod durable;
pub mod error;
mod ledger;
mod opened;
mod packing;
pub mod read;
pub mod runs;
mod stage_file;
pub mod sums;
mod synced_store;
pub mod tables;
mod tidy;
pub mod tracks;
pub mod vault;
pub mod write;

pub use checked::CheckedFile;
pub use error::LakeError;
pub use read::{FileReader, Numbers, OpenFile, Part, RowChoice, RowGroup, read_chosen, read_file};
pub use stage_file::{Intervals, StageFile};
pub use tables::Table;
pub use vault::{Change, Committed, DataFile, TableSnapshot, Vault};
pub use write::{FileWriter, ROW_GROUP_ROWS};
