//! Mapped rows of `[[events]]` blocks to events as they are stored.
//!
//! - [`columns`]: which output column of a block means what.
//! - [`convert`]: one batch of mapped rows to typed columns; rows that do not convert become rejects.
//! - [`time`]: instants and days from everything that a mapping may give for `ts`.
//! - `texts`: columns as texts.
//! - [`content`]: what a row says, as a keyed hash; event keys.
//! - [`dedupe`]: which rows are new, repeated, replacing or in conflict.

pub mod columns;
pub mod content;
pub mod convert;
pub mod dedupe;
pub(crate) mod texts;
pub mod time;
