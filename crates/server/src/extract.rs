//! Parts of a request, whose refusals are problems.
//!
//! Not named `Json`, `Query` and `Path`: the description of an operation says what it takes in words of its own.

use axum::extract::rejection::{BytesRejection, JsonRejection};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use crate::problem::{Code, Problem};

/// A JSON body.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FromBody<T>(pub(crate) T);

/// The parameters after the question mark.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FromQuery<T>(pub(crate) T);

/// The variable parts of the address.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FromPath<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for FromBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        match axum::Json::<T>::from_request(request, state).await {
            Ok(axum::Json(value)) => Ok(Self(value)),
            Err(JsonRejection::JsonDataError(error)) => {
                Err(Problem::new(Code::Invalid, format!("the body does not fit: {}", innermost(&error))))
            }
            Err(JsonRejection::JsonSyntaxError(error)) => {
                Err(Problem::malformed(format!("the body is not JSON: {}", innermost(&error))))
            }
            Err(JsonRejection::MissingJsonContentType(_)) => {
                Err(Problem::of_status(StatusCode::UNSUPPORTED_MEDIA_TYPE))
            }
            Err(JsonRejection::BytesRejection(error)) => Err(unread(&error)),
            Err(error) => Err(Problem::of_status(error.status())),
        }
    }
}

/// The body did not arrive whole.
pub(crate) fn unread(error: &BytesRejection) -> Problem {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::of_status(StatusCode::PAYLOAD_TOO_LARGE),
        _ => Problem::malformed("the body did not arrive whole"),
    }
}

/// The message that says what is wrong and where, without the framework's words around it.
fn innermost(error: &(dyn std::error::Error + 'static)) -> String {
    let (mut outer, mut inner) = (error, error);
    while let Some(source) = inner.source() {
        (outer, inner) = (inner, source);
    }
    let (place, message) = (outer.to_string(), inner.to_string());
    // The level above names the field: `grants[0].role: unknown variant …`.
    if place.len() < message.len() + 200 && place.ends_with(&message) && !place.starts_with("Failed") {
        place
    } else {
        message
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for FromQuery<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match axum_extra::extract::Query::<T>::from_request_parts(parts, state).await {
            Ok(axum_extra::extract::Query(value)) => Ok(Self(value)),
            Err(error) => Err(Problem::malformed(format!("the query does not fit: {}", innermost(&error)))),
        }
    }
}

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for FromPath<T> {
    type Rejection = Problem;

    /// An address that cannot be read names nothing that is there.
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match axum::extract::Path::<T>::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(value)) => Ok(Self(value)),
            Err(_) => Err(Problem::not_found()),
        }
    }
}
