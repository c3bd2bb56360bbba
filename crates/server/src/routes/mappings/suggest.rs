//! `POST /brands/{brand}/mappings/suggest`: a mapping proposed for files.

use axum::Json;
use axum::extract::State;
use databank_access::Action;
use databank_deposit::suggest::{SuggestSettings, suggest};
use databank_engine::reader::{DEFAULT_CURRENCY, DEFAULT_ZONE};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::blocking::blocking;
use crate::caller::Caller;
use crate::extract::{FromBody, FromPath};
use crate::imports::of_deposit;
use crate::problem::{BadBody, Missing, Problem, Refused};
use crate::uploads::{find_all, stage};

/// Files that need a mapping.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MappingQuestion)]
pub(crate) struct MappingQuestion {
    /// Ids of uploads.
    #[schema(example = json!(["7"]))]
    uploads: Vec<String>,
}

/// A proposed mapping.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MappingSuggestion)]
pub(crate) struct MappingSuggestion {
    /// Its text, TOML. It parses and compiles over the files.
    text: String,
    /// What was guessed, and should be looked at.
    notes: Vec<String>,
}

/// Propose a mapping
///
/// From the files' headers and first rows, Chinese or English. A beginning to look over and change, not a decision.
#[utoipa::path(
    post,
    path = "/brands/{brand}/mappings/suggest",
    operation_id = "suggest_mapping",
    tag = "imports",
    params(("brand" = String, Path, description = "The brand's slug", example = "acme")),
    request_body = MappingQuestion,
    responses((status = 200, description = "The proposal", body = MappingSuggestion), BadBody, Missing, Refused)
)]
pub(crate) async fn suggest_mapping(
    State(app): State<App>,
    caller: Caller,
    FromPath(brand): FromPath<String>,
    FromBody(asked): FromBody<MappingQuestion>,
) -> Result<Json<MappingSuggestion>, Problem> {
    let brand = app.authorize(&caller, &brand, Action::ImportsWrite).await?;
    let installation = app.installation();
    let known = installation.catalog.brands().get(&brand).await?;
    let uploads = find_all(installation, &brand, &asked.uploads).await?;
    let settings = SuggestSettings {
        timezone: known.timezone.map_or_else(|| DEFAULT_ZONE.to_owned(), |zone| zone.to_string()),
        currency: known.currency.map_or_else(|| DEFAULT_CURRENCY.to_owned(), |currency| currency.to_string()),
        now_us: app.now_us(),
    };
    let staged = stage(installation, &brand, &uploads, None)?;
    let _place = app.place_to_look().await?;
    let suggested = blocking(move || suggest(&staged.paths, &settings)).await?;
    let suggested = suggested.map_err(|error| of_deposit(error, &uploads))?;
    Ok(Json(MappingSuggestion { text: suggested.text, notes: suggested.notes }))
}
