//! What a tracking request says: the bodies that official SDKs send, and what strangers send in their place.
//!
//! - [`body`]: from the bytes of a request to its events, each as it was written, so that one bad event never refuses its
//!   batch.
//! - [`pixel`]: from the parameters of a pixel's address to the one event that they spell.
//! - [`event`]: from one event to what it says: rows of the events table, facts about a person, or that two ids are one
//!   person's.
//!
//! - [`repair`]: an event changed by rule, before it is read again.
//!
//! To teach it another SDK's names for the same things: behaviors in [`event::names`], columns in `event::columns`, ids
//! in `event::ids`.
//!
//! Pure: no I/O, no clock. Nothing here panics, whatever the bytes. Ids never go through a float, and money only to take the
//! noise off that a sender's float has left on it.

pub mod body;
pub mod event;
pub mod pixel;
pub mod repair;
