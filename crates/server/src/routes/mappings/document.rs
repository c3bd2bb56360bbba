//! A mapping as answers show it.

use databank_catalog::SavedMapping;
use serde::Serialize;
use utoipa::ToSchema;

use crate::clock::rfc3339;

/// A mapping.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Mapping)]
pub(crate) struct MappingDocument {
    /// Its name.
    #[schema(example = "orders")]
    pub(super) name: String,
    /// Whether it comes with the program, and so cannot be changed.
    built_in: bool,
    /// Its text, TOML.
    text: String,
    /// When it was saved; null for those that come with the program.
    #[schema(format = DateTime)]
    updated_at: Option<String>,
}

impl MappingDocument {
    pub(super) fn built_in(name: &str, text: &str) -> Self {
        Self { name: name.to_owned(), built_in: true, text: text.to_owned(), updated_at: None }
    }

    pub(super) fn saved(saved: SavedMapping) -> Self {
        Self { name: saved.name, built_in: false, text: saved.text, updated_at: Some(rfc3339(saved.updated_at)) }
    }
}
