//! One consumer's record: who it is, what is known of them, what they did.
//!
//! - [`ConsumerDesk`]: the people of a brand at one vault version ([`desk`]).
//! - [`ConsumerDesk::look_up`]: from an id as people write it to a consumer ([`mod@look_up`]).
//! - [`ConsumerDesk::ids`]: the ids of consumers, masked ([`ids`]); masks are made in [`mask`] and nowhere else.
//! - [`ConsumerDesk::attributes`]: facts that masters state, the newest of each ([`attributes`]).
//! - [`ConsumerDesk::events`], [`ConsumerDesk::totals`]: what they did, newest first, and sums of it ([`events`], [`totals`]).
//!
//! Apart from `assets`, which counts people and never names one: whoever may see counts need not see persons.
//!
//! Invariants: no clear id leaves this crate; a question about one consumer reads a few row groups of one partition's
//! events, never the table.
//!
//! Scaling: `profiles` and `masters` lie by profile within each file, so ids and attributes take a page or two of each file;
//! whose profiles they are is found by going through the identity map, about a nanosecond a linked id.

pub mod attributes;
pub mod desk;
pub mod error;
pub mod events;
pub mod ids;
pub mod keys;
pub mod look_up;
pub mod mask;
pub mod totals;

pub use attributes::Attribute;
pub use desk::ConsumerDesk;
pub use error::ConsumerError;
pub use events::{ConsumerEvent, EventCursor, EventPage};
pub use ids::MaskedId;
pub use keys::ConsumerKeys;
pub use totals::{AmountTotal, Totals};
