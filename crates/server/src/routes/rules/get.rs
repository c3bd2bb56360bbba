//! `GET /brands/{brand}/rules/{name}/{version}`

use axum::Json;
use axum::extract::State;
use databank_access::Action;
use databank_engine::BrandReader;
use databank_model::rules::RuleSet;

use super::list::is_active;
use crate::app::App;
use crate::caller::Caller;
use crate::extract::FromPath;
use crate::problem::{Missing, Problem, Refused};
use crate::wire::rules::{RuleSetDocument, RuleSetWithText, SavedRuleSet};

/// A saved rule set: its text, and what the text says
#[utoipa::path(
    get, path = "/brands/{brand}/rules/{name}/{version}", tag = "rules", operation_id = "get_rules",
    params(
        ("brand" = String, Path, description = "The brand"),
        ("name" = String, Path, description = "The rule set's name"),
        ("version" = u32, Path, description = "Its version, from 1")
    ),
    responses((status = 200, description = "The rule set", body = RuleSetWithText), Refused, Missing)
)]
pub(crate) async fn get_rules(
    State(app): State<App>,
    caller: Caller,
    FromPath((brand, name, version)): FromPath<(String, String, u32)>,
) -> Result<Json<RuleSetWithText>, Problem> {
    let slug = app.authorize(&caller, &brand, Action::AssetsRead).await?;
    let installation = app.installation();
    let saved = installation.catalog.rule_sets().get(&slug, &name, version).await?.ok_or_else(Problem::not_found)?;
    let reader = BrandReader::open(&installation.catalog, &installation.data_directory, &slug).await?;
    let parsed = RuleSet::parse(&saved.text).map_err(|error| Problem::failed(&error))?;
    let SavedRuleSet { name, version, active, created_at } =
        SavedRuleSet::new(&saved, is_active(&reader, &saved.name, saved.version));
    let rule_set = RuleSetDocument::from(&parsed);
    Ok(Json(RuleSetWithText { name, version, active, created_at, text: saved.text, rule_set }))
}
