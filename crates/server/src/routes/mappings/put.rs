//! `PUT /brands/{brand}/mappings/{name}`: a mapping, to be used again.

use axum::Json;
use axum::extract::State;
use databank_access::Action;
use databank_catalog::SavedMapping;
use databank_deposit::mapping::Mapping;
use serde::Deserialize;
use utoipa::ToSchema;

use super::document::MappingDocument;
use crate::app::App;
use crate::audit::Deed;
use crate::caller::Caller;
use crate::extract::{FromBody, FromPath};
use crate::imports::{is_built_in, of_mapping};
use crate::problem::{BadBody, Conflicting, Missing, Problem, Refused};

/// The longest name, in characters.
const MOST_CHARACTERS: usize = 80;

/// A mapping to save.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MappingText)]
pub(crate) struct MappingText {
    /// Its text, TOML.
    text: String,
}

/// Save a mapping
///
/// In place of the brand's one of that name. It must parse; whether it compiles depends on the files it is used for.
#[utoipa::path(
    put,
    path = "/brands/{brand}/mappings/{name}",
    operation_id = "put_mapping",
    tag = "imports",
    params(
        ("brand" = String, Path, description = "The brand's slug", example = "acme"),
        ("name" = String, Path, description = "The mapping's name", example = "orders")
    ),
    request_body = MappingText,
    responses((status = 200, description = "The mapping", body = MappingDocument), BadBody, Conflicting, Missing, Refused)
)]
pub(crate) async fn put_mapping(
    State(app): State<App>,
    caller: Caller,
    FromPath((brand, name)): FromPath<(String, String)>,
    FromBody(MappingText { text }): FromBody<MappingText>,
) -> Result<Json<MappingDocument>, Problem> {
    let brand = app.authorize(&caller, &brand, Action::ImportsWrite).await?;
    let is_name = |name: &str| name.trim() == name && (1..=MOST_CHARACTERS).contains(&name.chars().count());
    if !is_name(&name) || name.chars().any(char::is_control) {
        let message = format!("must be 1 to {MOST_CHARACTERS} characters, without spaces around them");
        return Err(Problem::invalid_field("name", message));
    }
    if is_built_in(&name) {
        return Err(Problem::conflict(format!("{name:?} comes with the program; save yours under another name")));
    }
    Mapping::parse(&text, &name).map_err(|error| of_mapping(&error, &[]))?;
    let mapping =
        SavedMapping { brand: brand.clone(), name, text, updated_by: caller.name(), updated_at: app.now_us() };
    let saved = app.installation().catalog.saved_mappings().put(mapping).await?;
    app.record(&caller, Deed::new("mapping.save").in_brand(&brand).on(&saved.name)).await?;
    Ok(Json(MappingDocument::saved(saved)))
}
