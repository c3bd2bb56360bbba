//! Errors as RFC 9457 problems.
//!
//! A handler ends with a [`Problem`]. What its caller may read is in it; what broke underneath is only logged, under
//! the id of the request. The body is written by `envelope`, which knows that id, and which also turns whatever the
//! framework refuses by itself (no such route, a body too large) into a problem.

mod from;
mod responses;

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

pub use from::{lacks_room, with_causes};
pub(crate) use responses::Unfit;
pub use responses::{BadBody, Conflicting, Missing, Refused};

/// When trying again makes sense after the disk was full.
const FULL_RETRY_S: u64 = 600;

/// Why a request was not answered as asked: RFC 9457.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// Always `about:blank`: `code` says which problem it is.
    #[schema(example = "about:blank")]
    pub r#type: &'static str,
    /// The status in words.
    #[schema(example = "Not Found")]
    pub title: String,
    /// The status.
    #[schema(example = 404)]
    pub status: u16,
    /// Which problem it is; stable, for programs.
    pub code: Code,
    /// What was attempted and what would be right, for people.
    #[schema(example = "there is no such thing here, or you may not see it")]
    pub detail: String,
    /// Which parts of the request are wrong, when that can be said.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// The request, as the server's log names it.
    #[schema(example = "4f0c2a9be1d24c7f93a1f2b6c8d0e1a2")]
    pub request_id: String,
}

/// What is wrong with one part of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldError {
    /// The part, as the request spells it.
    #[schema(example = "timezone")]
    pub field: String,
    /// What is wrong with it.
    #[schema(example = "\"Mars/Base\" is not a time zone such as \"Asia/Shanghai\"")]
    pub message: String,
}

/// Which problem it is. Codes are only ever added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// 400: the request cannot be read.
    Malformed,
    /// 401: nobody is signed in, or the key is not valid.
    NotSignedIn,
    /// 401: the user name or the password is wrong.
    WrongCredentials,
    /// 403: this caller may not.
    Forbidden,
    /// 403: the password has to be confirmed first (`POST /session/confirm`).
    ConfirmationNeeded,
    /// 403: the password has to be changed first (`POST /session/password`).
    PasswordChangeNeeded,
    /// 403: another site asked in the name of the signed-in user.
    CrossSite,
    /// 404: it is not there, or this caller may not see it.
    NotFound,
    /// 405: the route does not take this method.
    MethodNotAllowed,
    /// 409: it clashes with what is there.
    Conflict,
    /// 413: the body is larger than this route takes.
    TooLarge,
    /// 414: the address is too long.
    AddressTooLong,
    /// 415: the body is of a type that this route does not take.
    UnsupportedType,
    /// 422: the request can be read, but what it says is wrong.
    Invalid,
    /// 429: too many requests; `Retry-After` says when to try again.
    TooManyRequests,
    /// 431: the headers are too large.
    HeadersTooLarge,
    /// 500: something broke; the log says what, under the request's id.
    Internal,
    /// 503: not now.
    Unavailable,
    /// 503: it took longer than a request may.
    Timeout,
}

impl Code {
    /// The status that goes with it.
    pub fn status(self) -> StatusCode {
        match self {
            Self::Malformed => StatusCode::BAD_REQUEST,
            Self::NotSignedIn | Self::WrongCredentials => StatusCode::UNAUTHORIZED,
            Self::Forbidden | Self::ConfirmationNeeded | Self::PasswordChangeNeeded | Self::CrossSite => {
                StatusCode::FORBIDDEN
            }
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::Conflict => StatusCode::CONFLICT,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::AddressTooLong => StatusCode::URI_TOO_LONG,
            Self::UnsupportedType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooManyRequests => StatusCode::TOO_MANY_REQUESTS,
            Self::HeadersTooLarge => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Unavailable | Self::Timeout => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

/// Why a request is not answered as asked.
#[derive(Debug, Clone)]
pub struct Problem {
    /// Which problem it is.
    pub code: Code,
    /// What the caller reads.
    pub detail: String,
    /// Which parts of the request are wrong.
    pub errors: Vec<FieldError>,
    /// After how many seconds trying again makes sense.
    pub retry_after_s: Option<u64>,
    /// What broke underneath: for the log only.
    pub cause: Option<String>,
}

impl Problem {
    /// A problem of this code, told so.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into(), errors: Vec::new(), retry_after_s: None, cause: None }
    }

    /// It is not there, or the caller may not see it: the same words for both, so that nobody learns which.
    pub fn not_found() -> Self {
        Self::new(Code::NotFound, "there is no such thing here, or you may not see it")
    }

    /// Nobody is signed in.
    pub fn not_signed_in() -> Self {
        Self::new(
            Code::NotSignedIn,
            "sign in with POST /api/v1/session, or send a key as `Authorization: Bearer dbk_…`",
        )
    }

    /// The request cannot be read.
    pub fn malformed(detail: impl Into<String>) -> Self {
        Self::new(Code::Malformed, detail)
    }

    /// The request can be read, and what it says is wrong.
    pub fn invalid(detail: impl Into<String>) -> Self {
        Self::new(Code::Invalid, detail)
    }

    /// One part of the request is wrong.
    pub fn invalid_field(field: impl Into<String>, message: impl Into<String>) -> Self {
        let (field, message) = (field.into(), message.into());
        Self::invalid(format!("{field}: {message}")).with_error(field, message)
    }

    /// It clashes with what is there.
    pub fn conflict(detail: impl Into<String>) -> Self {
        Self::new(Code::Conflict, detail)
    }

    /// Something broke. Only the log learns what, unless it is room on the disk: that comes back when somebody makes some.
    pub fn internal(cause: impl Into<String>) -> Self {
        let cause = cause.into();
        if lacks_room(&cause) {
            return Self {
                cause: Some(cause),
                ..Self::disk_full("the server's disk is full; try again when some room was made on it")
            };
        }
        let detail = "the server failed to answer; its log says why, under the id of this request";
        Self { cause: Some(cause), ..Self::new(Code::Internal, detail) }
    }

    /// The disk is full.
    pub(crate) fn disk_full(detail: &str) -> Self {
        Self::new(Code::Unavailable, detail).retry_after(FULL_RETRY_S)
    }

    /// The same with a part of the request that is wrong.
    #[must_use]
    pub fn with_error(mut self, field: impl Into<String>, message: impl Into<String>) -> Self {
        self.errors.push(FieldError { field: field.into(), message: message.into() });
        self
    }

    /// The same with a time after which trying again makes sense.
    #[must_use]
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after_s = Some(seconds);
        self
    }

    /// The document for the request of this id.
    pub fn body(&self, request_id: &str) -> ProblemBody {
        let status = self.code.status();
        ProblemBody {
            r#type: "about:blank",
            title: status.canonical_reason().unwrap_or("Error").to_owned(),
            status: status.as_u16(),
            code: self.code,
            detail: self.detail.clone(),
            errors: self.errors.clone(),
            request_id: request_id.to_owned(),
        }
    }

    /// What stands for a response that the framework made by itself.
    pub(crate) fn of_status(status: StatusCode) -> Self {
        match status {
            StatusCode::NOT_FOUND => Self::not_found(),
            StatusCode::UNAUTHORIZED => Self::not_signed_in(),
            StatusCode::FORBIDDEN => Self::new(Code::Forbidden, "you may not do this"),
            StatusCode::METHOD_NOT_ALLOWED => {
                Self::new(Code::MethodNotAllowed, "this route does not take this method; `Allow` names those it takes")
            }
            StatusCode::CONFLICT => Self::conflict("it clashes with what is there"),
            StatusCode::PAYLOAD_TOO_LARGE => Self::new(Code::TooLarge, "the body is larger than this route takes"),
            StatusCode::URI_TOO_LONG => Self::new(Code::AddressTooLong, "the address is too long"),
            StatusCode::UNSUPPORTED_MEDIA_TYPE => {
                Self::new(Code::UnsupportedType, "this route takes `Content-Type: application/json`")
            }
            StatusCode::UNPROCESSABLE_ENTITY => Self::invalid("what the request says is wrong"),
            StatusCode::TOO_MANY_REQUESTS => Self::new(Code::TooManyRequests, "too many requests"),
            StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE => {
                Self::new(Code::HeadersTooLarge, "the headers are too large")
            }
            StatusCode::SERVICE_UNAVAILABLE => Self::new(Code::Unavailable, "not now; try again later"),
            status if status.is_client_error() => Self::malformed("the request cannot be read"),
            status => Self::internal(format!("a response of status {status} without a problem")),
        }
    }
}

impl IntoResponse for Problem {
    /// An unfinished response: `envelope` writes its body.
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = self.code.status();
        if let Some(seconds) = self.retry_after_s {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(self);
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_says_which_problem_it_is_and_nothing_of_its_cause() {
        let body = Problem::internal("sqlite: no such table: grants").body("abc");
        let text = serde_json::to_string(&body).unwrap();
        assert!(text.contains(r#""code":"internal""#) && text.contains(r#""request_id":"abc""#), "{text}");
        assert!(!text.contains("sqlite"), "{text}");
    }

    #[test]
    fn every_code_has_a_status_of_an_error() {
        assert!(Code::Malformed.status().is_client_error());
        assert!(Code::Timeout.status().is_server_error());
        let wrong = Problem::invalid_field("timezone", "no such zone");
        assert_eq!((wrong.code.status().as_u16(), wrong.errors.len()), (422, 1));
    }
}
