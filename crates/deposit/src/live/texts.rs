//! Events as they came, and what their requests say of all of theirs: kept for those that are refused.

use databank_tracking::body::CallKind;
use serde::{Deserialize, Serialize};

use super::Sent;

/// Bytes of an event that is too large which are kept.
const KEPT_BYTES: usize = 4 << 10;
/// Bytes of an event that are kept otherwise; no larger one is ever taken.
const EVENT_BYTES: usize = 32 << 10;

/// What a request says of all of its events.
#[derive(Debug, Clone, Default)]
struct OfRequest {
    call: Option<CallKind>,
    received_us: i64,
    sent_at: Option<String>,
    context: Option<String>,
    repairs: Option<String>,
}

/// A refused event as it is kept: what is needed to read it again as it was read then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptEvent {
    /// The event, JSON as it came. A text, so that nothing in it changes: no number, no name given twice.
    #[serde(rename = "_event")]
    pub event: String,
    /// What was called, by the word of its path.
    #[serde(rename = "_call")]
    pub call: String,
    /// When it was received, µs UTC.
    #[serde(rename = "_received_us")]
    pub received_us: i64,
    /// When its request was sent, as the request says.
    #[serde(rename = "_sent_at", default, skip_serializing_if = "Option::is_none")]
    pub sent_at: Option<String>,
    /// What its request says of all of its events.
    #[serde(rename = "_context", default, skip_serializing_if = "Option::is_none")]
    pub context: Option<String>,
    /// Whether this is only its beginning.
    #[serde(rename = "_cut", default, skip_serializing_if = "std::ops::Not::not")]
    pub is_cut: bool,
    /// The stored reject that this is, read again and refused again.
    #[serde(rename = "_reject", default, skip_serializing_if = "Option::is_none")]
    pub repairs: Option<String>,
}

/// Events of one source, ascending by their numbers.
#[derive(Debug, Default)]
pub struct Texts {
    requests: Vec<OfRequest>,
    events: Vec<Held>,
    bytes: String,
}

/// An event among others.
#[derive(Debug, Clone, Copy)]
struct Held {
    number: u32,
    /// Place of its request.
    request: u32,
    /// Where its text ends.
    end: usize,
    is_cut: bool,
}

impl Texts {
    /// Begins a request, whose events follow.
    pub(crate) fn begin(&mut self, sent: &Sent<'_>) {
        let (call, received_us) = (Some(sent.call), sent.received_us);
        let (sent_at, context) = (sent.request.sent_at.map(str::to_owned), sent.request.context.map(str::to_owned));
        self.requests.push(OfRequest { call, received_us, sent_at, context, repairs: sent.repairs.map(str::to_owned) });
    }

    /// Adds an event of the request that was begun last.
    pub(crate) fn add(&mut self, number: u32, event: &str) {
        let is_cut = event.len() > EVENT_BYTES;
        self.bytes.push_str(if is_cut { beginning(event) } else { event });
        let request = self.requests.len().saturating_sub(1) as u32;
        self.events.push(Held { number, request, end: self.bytes.len(), is_cut });
    }

    /// Bytes that it takes.
    pub(crate) fn size_bytes(&self) -> usize {
        self.bytes.len() + self.events.len() * size_of::<Held>()
    }

    /// An event as it is kept when it is refused: a JSON object.
    pub(crate) fn kept(&self, number: u32) -> String {
        let place = self.events.binary_search_by_key(&number, |held| held.number).unwrap_or(usize::MAX);
        let start = place.checked_sub(1).and_then(|before| self.events.get(before)).map_or(0, |before| before.end);
        let Some(held) = self.events.get(place) else { return "{}".to_owned() };
        let request = self.requests.get(held.request as usize).cloned().unwrap_or_default();
        let kept = KeptEvent {
            event: self.bytes.get(start..held.end).unwrap_or_default().to_owned(),
            call: request.call.map_or("batch", CallKind::as_str).to_owned(),
            received_us: request.received_us,
            sent_at: request.sent_at,
            context: request.context,
            is_cut: held.is_cut,
            repairs: request.repairs,
        };
        // Texts and numbers: there is nothing in it that could not be written.
        serde_json::to_string(&kept).unwrap_or_default()
    }
}

/// The beginning of an event that is too large, to the end of a character.
fn beginning(event: &str) -> &str {
    let end = (0..=KEPT_BYTES).rev().find(|end| event.is_char_boundary(*end)).unwrap_or(0);
    event.get(..end).unwrap_or_default()
}
