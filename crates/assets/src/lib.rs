//! Asset metrics, trend and flow: what a history says on a day, over days, between two days.
//!
//! - [`AssetQuestion`]: which brand, rules, entity and day ([`question`]).
//! - [`report()`]: stage counts and metrics on one day ([`mod@report`]).
//! - [`trend()`]: stage counts of every day of a range ([`mod@trend`]).
//! - [`flow()`]: who moved from which stage to which between two days ([`mod@flow`]); [`movement()`]: what that comes to
//!   ([`mod@movement`]); [`people()`]: who they are, counted and sampled ([`mod@people`]).
//! - [`classify()`]: where two histories put the same people on one day ([`mod@classify`]).
//!
//! One definition each, for page, API and command line. Assets and trend are running sums of `stage_days`; flow and the
//! metrics about persons read intervals; tests hold both equal.

pub mod classify;
pub mod error;
pub mod flow;
pub mod movement;
pub mod people;
pub mod question;
pub mod report;
pub mod trend;

pub use classify::{Classified, classify};
pub use error::AssetError;
pub use flow::{FlowCell, FlowReport, Outside, flow};
pub use movement::{ChangePart, MoveKind, Movement, movement};
pub use people::{FlowCondition, People, Person, people};
pub use question::{AssetQuestion, Marks};
pub use report::{AssetMetrics, AssetReport, StageCount, report, report_and_flow};
pub use trend::{TrendDay, TrendReport, trend};
