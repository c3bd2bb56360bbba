//! `POST /brands/{brand}/selections`

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use databank_access::Action;
use databank_assets::{AssetError, people};
use databank_catalog::NewSelection;
use databank_history::Entity;

use crate::app::App;
use crate::audit::Deed;
use crate::caller::Caller;
use crate::extract::{FromBody, FromPath};
use crate::histories::blocking;
use crate::idempotency::IdempotencyKey;
use crate::problem::{BadBody, Conflicting, Missing, Problem, Refused};
use crate::questions::period_problem;
use crate::wire::selections::{NewSelectionDocument, SelectionDocument};

/// Longest name, in characters.
const MAX_NAME: usize = 100;

/// What is wrong with a definition, said of its parts.
pub(super) fn told(error: AssetError) -> Problem {
    match error {
        AssetError::UnknownStage { .. } | AssetError::NeverInChain => {
            Problem::invalid_field("definition.all[0].flow", error.to_string())
        }
        other => period_problem(other, ["definition.all[0].flow.between[0]", "definition.all[0].flow.between[1]"]),
    }
}

/// Saves a selection: a name for the people that a definition means
///
/// The definition is kept, not the people: it is counted now, and whoever asks for its people later gets those of then.
#[utoipa::path(
    post, path = "/brands/{brand}/selections", tag = "selections", operation_id = "create_selection",
    params(("brand" = String, Path, description = "The brand"), IdempotencyKey),
    request_body = NewSelectionDocument,
    responses(
        (status = 201, description = "The selection", body = SelectionDocument), Refused, Missing, BadBody, Conflicting
    )
)]
pub(crate) async fn create_selection(
    State(app): State<App>,
    caller: Caller,
    FromPath(brand): FromPath<String>,
    FromBody(new): FromBody<NewSelectionDocument>,
) -> Result<(StatusCode, Json<SelectionDocument>), Problem> {
    let slug = app.authorize(&caller, &brand, Action::SelectionsWrite).await?;
    let name = new.name.trim().to_owned();
    if name.is_empty() || name.chars().count() > MAX_NAME {
        return Err(Problem::invalid_field("name", format!("must have 1 to {MAX_NAME} characters")));
    }
    let condition = new.definition.condition()?;
    let rules = new.definition.rules.as_deref();
    let question = app.histories().question(app.installation(), &slug, rules, Entity::Brand).await?;
    let (rule_set, vault_version) = (question.history.rules.to_string(), question.reader.sequence());
    let counted = blocking(move || people(&question.history, &condition, 0)).await?.map_err(told)?;
    let selection = NewSelection {
        brand: slug.clone(),
        name,
        definition: serde_json::to_value(&new.definition).map_err(|error| Problem::failed(&error))?,
        rule_set,
        consumers: counted.consumers,
        vault_version,
        created_by: caller.name(),
        created_at: app.now_us(),
    };
    let saved = app.installation().catalog.selections().add(selection).await?;
    app.record(&caller, Deed::new("selections.create").in_brand(&slug).on(&saved.id)).await?;
    Ok((StatusCode::CREATED, Json(saved.into())))
}
