//! Tracked events: accepted once, durable before they are answered, and deposited.
//!
//! A request's way: [`Collector::take`] reads it and says what becomes of each event (`admission`), writes it to the inbox as it
//! came, and answers when it is synced. [`Collector::deposit`] reads a brand's requests again from there, in the order in which
//! they came, and deposits them ([`databank_deposit::live`]); the row that publishes the vault version says up to where it
//! holds them, so that a crash at any moment deposits each of them once.
//!
//! - `gate`: what is remembered of a brand between its requests: which events wait, and what they count.
//! - `incoming`: a request as it comes, and what is kept beside it in the inbox.
//! - `answer`: what its sender is told.
//! - `view`: readers that see what waits. `due`: which brands are to be deposited next.
//!
//! Invariants: an answer of [`Collector::take`] means that all events of the request survive a power cut. What an answer says
//! of single events is what is known when it is given; what is counted for good is what the deposit finds
//! ([`Collector::minutes`]). Nothing is deposited that is not in the inbox.

mod admission;
mod answer;
mod collector;
mod deposit;
mod due;
mod error;
mod gate;
mod incoming;
mod view;

pub use databank_inbox::InboxError;

pub use answer::{Answer, EventError};
pub use collector::{Collector, CollectorOptions, inbox_of};
pub use deposit::Deposited;
pub use due::DepositAfter;
pub use error::CollectError;
pub use incoming::{Body, Incoming};
