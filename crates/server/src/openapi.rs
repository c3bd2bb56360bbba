//! The description of the API, made from the operations themselves.
//!
//! `openapi/databank-v1.json` is a copy of it (`databank openapi` prints it, `make openapi` writes it); a test holds
//! that the copy is up to date.

use axum::http::header;
use axum::response::{IntoResponse, Response};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{OpenApi as Document, SecurityRequirement};
use utoipa::{Modify, OpenApi};

use crate::problem::{Code, Problem, ProblemBody};
use crate::routes;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Databank",
        version = "1",
        description = "The API of a Databank installation: brands, their consumer assets, imports, rules, and who may do \
            what. Errors are RFC 9457 problems whose `code` is stable. Lists come in pages: ask for `next_page` as `page`. \
            Fields may be added to any answer; unknown fields of a request are refused.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    servers((url = "/", description = "This server")),
    components(schemas(ProblemBody, Code, crate::wire::rules::PreviewDocument)),
    modifiers(&Security),
    tags(
        (name = "session", description = "Signing in and out"),
        (name = "users", description = "Who may sign in, and with which roles"),
        (name = "members", description = "Who has which role in a brand"),
        (name = "keys", description = "Keys of programs"),
        (name = "audit", description = "Who did what"),
        (name = "brands", description = "The brands of the installation"),
        (name = "assets", description = "Stage counts, trends and flows"),
        (name = "consumers", description = "Single consumers"),
        (name = "identity", description = "OneID: why ids are one person"),
        (name = "selections", description = "Saved selections of consumers"),
        (name = "imports", description = "Uploads, mappings and imports"),
        (name = "tracking", description = "Events as they come: counts, names, links"),
        (name = "rejects", description = "What was refused, and why"),
        (name = "rules", description = "Stage rule sets"),
        (name = "jobs", description = "Long work: how far it is, how it ended"),
    )
)]
struct Base;

struct Security;

impl Modify for Security {
    fn modify(&self, document: &mut Document) {
        let components = document.components.get_or_insert_default();
        let cookie = ApiKeyValue::with_description(
            "databank_session",
            "The session of a signed-in user; `__Host-databank_session` behind TLS. Requests that change something must \
             come from the same origin.",
        );
        components.add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
        let key = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("dbk_…")
            .description(Some("A key of a brand, of kind `api`."))
            .build();
        components.add_security_scheme("key", SecurityScheme::Http(key));
        let either = ["session", "key"].map(|scheme| SecurityRequirement::new(scheme, Vec::<String>::new()));
        document.security = Some(either.to_vec());
    }
}

/// What the description is before the operations are in it.
pub(crate) fn base() -> Document {
    Base::openapi()
}

/// The description of the whole API.
pub fn document() -> Document {
    routes::api().into_openapi()
}

/// The description as it is served and committed: JSON, one line an entry.
pub fn document_text() -> Result<String, serde_json::Error> {
    document().to_pretty_json().map(|text| text + "\n")
}

/// `GET /api/openapi.json`.
pub(crate) async fn serve() -> Response {
    match document_text() {
        Ok(text) => {
            ([(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-cache")], text).into_response()
        }
        Err(error) => Problem::failed(&error).into_response(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn operations() -> Vec<(String, String, Value)> {
        let document = serde_json::to_value(document()).unwrap();
        let mut all = Vec::new();
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                all.push((path.clone(), method.clone(), operation.clone()));
            }
        }
        all
    }

    #[test]
    fn operations_are_named_described_and_tagged() {
        let mut ids = std::collections::BTreeSet::new();
        for (path, method, operation) in operations() {
            let name = format!("{method} {path}");
            let id = operation["operationId"].as_str().unwrap_or_else(|| panic!("{name} has no id"));
            assert!(id.contains('_') && ids.insert(id.to_owned()), "{name}: {id} is no <verb>_<resource> of its own");
            assert!(operation["summary"].as_str().is_some_and(|text| !text.is_empty()), "{name} has no summary");
            assert_eq!(operation["tags"].as_array().map(Vec::len), Some(1), "{name} has not one tag");
            let responses = operation["responses"].as_object().unwrap();
            assert!(responses.contains_key("500") && responses.contains_key("429"), "{name} does not name refusals");
        }
    }

    #[test]
    fn operations_on_something_named_may_answer_that_it_is_not_there() {
        for (path, method, operation) in operations() {
            if path.contains('{') {
                assert!(operation["responses"].get("404").is_some(), "{method} {path} has no 404");
            }
        }
    }
}
