//! The refusals that operations share, for their descriptions: `responses((status = 200, …), Refused, Missing)`.

use std::collections::BTreeMap;

use utoipa::IntoResponses;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::schema::{Object, Type};
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder};

/// What every operation of the API may answer: 400, 401, 403, 429, 500, 503.
#[derive(Debug)]
pub struct Refused;

/// What is named in the address is not there, or may not be seen: 404.
#[derive(Debug)]
pub struct Missing;

/// The body is too large, of another type, or wrong: 413, 415, 422.
#[derive(Debug)]
pub struct BadBody;

/// What the query says is wrong: 422.
#[derive(Debug)]
pub(crate) struct Unfit;

/// It clashes with what is there: 409.
#[derive(Debug)]
pub struct Conflicting;

fn problems(entries: &[(u16, &str)]) -> BTreeMap<String, RefOr<Response>> {
    entries.iter().map(|(status, description)| (status.to_string(), RefOr::T(problem(*status, description)))).collect()
}

fn problem(status: u16, description: &str) -> Response {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    let response = ResponseBuilder::new().description(description).content("application/problem+json", content);
    if status != 429 {
        return response.build();
    }
    let seconds = HeaderBuilder::new()
        .schema(Some(Object::with_type(Type::Integer)))
        .description(Some("Seconds after which to try again"))
        .build();
    response.header("Retry-After", seconds).build()
}

impl IntoResponses for Refused {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[
            (400, "The request cannot be read: `malformed`"),
            (401, "Nobody is signed in, or the key is not valid: `not_signed_in`"),
            (403, "This caller may not: `forbidden`, `confirmation_needed`, `password_change_needed`, or `cross_site`"),
            (429, "Too many requests: `too_many_requests`"),
            (500, "Something broke: `internal`"),
            (503, "Not now: `unavailable`, or `timeout`"),
        ])
    }
}

impl IntoResponses for Missing {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[(404, "It is not there, or this caller may not see it: `not_found`")])
    }
}

impl IntoResponses for BadBody {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[
            (413, "The body is larger than this route takes: `too_large`"),
            (415, "The body is of another type than this route takes: `unsupported_type`"),
            (422, "What the request says is wrong: `invalid`"),
        ])
    }
}

impl IntoResponses for Unfit {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[(422, "What the query says is wrong: `invalid`")])
    }
}

impl IntoResponses for Conflicting {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[(409, "It clashes with what is there: `conflict`")])
    }
}
