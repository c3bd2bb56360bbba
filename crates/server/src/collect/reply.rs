//! Answers and errors, as SDKs read them.

use std::time::Duration;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use databank_access::AccessError;
use databank_collector::CollectError;
use serde_json::json;

use crate::problem::with_causes;

/// Seconds after which a sender may try again when the disk has no room, or the inbox is being closed. Less than the tolerance of
/// clocks: some SDKs send again with the `sentAt` of the first time, and the wait must not look like a slow clock.
const FULL_RETRY_S: u64 = 3;
/// The same when it was only too much at once.
const CROWD_RETRY_S: u64 = 1;

/// A request that is refused whole.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    code: &'static str,
    message: String,
    retry_after_s: Option<u64>,
    /// Whether the connection ends with it: what is left of the body is not read.
    closes: bool,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        let closes = status == StatusCode::PAYLOAD_TOO_LARGE;
        Self { status, code, message: message.into(), retry_after_s: None, closes }
    }

    /// The key is none that holds. The same words whatever is wrong with it.
    pub(super) fn no_key() -> Self {
        let message =
            "no valid write key; send it as the user name of Basic authorization, as a Bearer token or as writeKey";
        Self::new(StatusCode::UNAUTHORIZED, "invalid_key", message)
    }

    /// Head, address and body name different keys.
    pub(super) fn two_keys() -> Self {
        let message = "the authorization, the address's and the body's writeKey name different keys";
        Self::new(StatusCode::UNAUTHORIZED, "key_mismatch", message)
    }

    /// There is nothing at this address.
    pub(super) fn not_found() -> Self {
        let message = "nothing is here; send events to /v1/batch, or to /v1/track, /v1/identify, …";
        Self::new(StatusCode::NOT_FOUND, "not_found", message)
    }

    /// Too much at once.
    pub(super) fn crowd() -> Self {
        let message = "more requests at once than can be taken; send them again a little later";
        let refusal = Self::new(StatusCode::TOO_MANY_REQUESTS, "too_many_requests", message);
        Self { retry_after_s: Some(CROWD_RETRY_S), ..refusal }
    }

    /// Larger than a body may be.
    pub(super) fn too_large(most: usize) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", format!("the body has more than {most} bytes"))
    }

    /// It took too long to come.
    pub(super) fn too_slow(time: Duration) -> Self {
        let message = format!("the body did not come within {} seconds", time.as_secs());
        Self { closes: true, ..Self::new(StatusCode::REQUEST_TIMEOUT, "timeout", message) }
    }

    /// It broke off, or said of its parts what cannot be.
    pub(super) fn broken() -> Self {
        let message = "the body breaks off; send it again, with its right length";
        Self { closes: true, ..Self::new(StatusCode::BAD_REQUEST, "broken_body", message) }
    }

    /// Something broke. Only the log learns what.
    pub(super) fn internal() -> Self {
        let refusal =
            Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", "not now; send it again a little later");
        Self { retry_after_s: Some(FULL_RETRY_S), ..refusal }
    }
}

impl From<CollectError> for Refusal {
    fn from(error: CollectError) -> Self {
        match &error {
            CollectError::Refused(refused) => {
                let status = StatusCode::from_u16(refused.status()).unwrap_or(StatusCode::BAD_REQUEST);
                Self::new(status, refused.code(), refused.to_string())
            }
            CollectError::Inbox(databank_collector::InboxError::Crowded { .. }) => Self::crowd(),
            _ => {
                tracing::error!(cause = with_causes(&error), "failed to keep a request");
                Self::internal()
            }
        }
    }
}

impl From<AccessError> for Refusal {
    fn from(error: AccessError) -> Self {
        if matches!(error, AccessError::NotSignedIn) {
            return Self::no_key();
        }
        tracing::error!(cause = with_causes(&error), "failed to look a key up");
        Self::internal()
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let Self { status, code, message, retry_after_s, closes } = self;
        let mut response = (status, Json(json!({ "code": code, "message": message }))).into_response();
        let headers = response.headers_mut();
        if let Some(value) = retry_after_s.and_then(|seconds| HeaderValue::from_str(&seconds.to_string()).ok()) {
            headers.insert(header::RETRY_AFTER, value);
        }
        if closes {
            headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }
}

/// The answer to what is accepted and has no events.
pub(super) fn success() -> Response {
    Json(json!({ "success": true })).into_response()
}
