//! What a tracking request says: the bodies that official SDKs send, and what strangers send in their place.
//!
//! - [`body`]: from the bytes of a request to its events, each as it was written, so that one bad event never refuses its
//!   batch.
//!
//! Pure: no I/O, no clock. Nothing here panics, whatever the bytes.

pub mod body;
