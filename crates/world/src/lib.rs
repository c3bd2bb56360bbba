//! A synthetic market with known truth: events of some brands as Parquet files, and beside them what a correct data bank
//! must find in them.
//!
//! Everything follows from a plan of persons. A person is made from the seed and a number, lives through the days (sees an
//! advertisement, looks around, buys, comes back, joins, changes the phone), and only then the rows are written, by
//! whichever ids the person was seen under. The truth is told from the person's own list of deeds, day by day. Nothing here
//! knows how the product finds people or sweeps histories: apart, so that one can be held against the other.
//!
//! - [`WorldPlan`]: what is asked for. [`write()`] writes it.
//! - `market`: brands, items, stores, campaigns and what they do. `person`: one person's life. `unit`: some thousand
//!   persons of a brand, made from a stream of chance of their own, so that threads change nothing.
//! - `truth`: stages day by day, counts and movements.
//! - `tables` and `parquet_file`: rows to files.
//!
//! To plant something new: let `person` do it, count it in `truth::Tally`, and tell it in the guide (`docs/guide/world.md`).

mod calendar;
mod dice;
mod error;
mod event;
mod ids;
mod market;
mod names;
mod parquet_file;
mod person;
mod plan;
mod tables;
mod truth;
mod unit;
mod write;

pub use error::WorldError;
pub use market::BrandFacts;
pub use plan::WorldPlan;
pub use truth::{BrandTotals, Totals};
pub use write::{WorldReport, write};
