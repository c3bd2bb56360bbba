//! Requests as they come, and what is kept beside them.

use std::sync::Arc;

use databank_inbox::Record;
use databank_model::BrandSlug;
use databank_tracking::body::CallKind;
use serde::{Deserialize, Serialize};

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Incoming {
    /// Whose key sent it.
    pub brand: BrandSlug,
    /// The declared source: the key's name.
    pub source: Arc<str>,
    /// What was called.
    pub call: CallKind,
    /// How the body is encoded, as its sender says.
    pub encoding: Option<String>,
    /// The body.
    pub body: Vec<u8>,
    /// When it came, µs UTC.
    pub received_us: i64,
}

/// What a request's body does not say itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Facts {
    #[serde(rename = "s")]
    pub(crate) source: String,
    #[serde(rename = "c")]
    pub(crate) call: String,
    #[serde(rename = "e", default, skip_serializing_if = "Option::is_none")]
    pub(crate) encoding: Option<String>,
}

impl Facts {
    pub(crate) fn of(incoming: &Incoming) -> Self {
        Self {
            source: incoming.source.to_string(),
            call: incoming.call.as_str().to_owned(),
            encoding: incoming.encoding.clone(),
        }
    }

    /// Two texts and a word: there is nothing in it that could not be written.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// The facts of a record, and what was called; `None` where they are none.
    pub(crate) fn read(record: &Record) -> Option<(Self, CallKind)> {
        let facts: Self = serde_json::from_slice(&record.facts).ok()?;
        let call = CallKind::of_path(&facts.call)?;
        Some((facts, call))
    }
}
