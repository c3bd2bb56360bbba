//! `GET /brands/{brand}/rules`

use axum::Json;
use axum::extract::State;
use databank_access::Action;
use databank_engine::BrandReader;

use crate::app::App;
use crate::caller::Caller;
use crate::extract::{FromPath, FromQuery};
use crate::page::{Page, PageQuery};
use crate::problem::{Missing, Problem, Refused};
use crate::wire::rules::SavedRuleSet;

/// Saved rule sets, every version, by name
#[utoipa::path(
    get, path = "/brands/{brand}/rules", tag = "rules", operation_id = "list_rules",
    params(("brand" = String, Path, description = "The brand"), PageQuery),
    responses((status = 200, description = "A page of rule sets", body = Page<SavedRuleSet>), Refused, Missing)
)]
pub(crate) async fn list_rules(
    State(app): State<App>,
    caller: Caller,
    FromPath(brand): FromPath<String>,
    FromQuery(query): FromQuery<PageQuery>,
) -> Result<Json<Page<SavedRuleSet>>, Problem> {
    let slug = app.authorize(&caller, &brand, Action::AssetsRead).await?;
    let (limit, after) = (query.limit()?, query.after::<(String, u32)>()?);
    let installation = app.installation();
    let reader = BrandReader::open(&installation.catalog, &installation.data_directory, &slug).await?;
    let saved = installation.catalog.rule_sets().list(&slug).await?;
    let all = saved.iter().map(|one| SavedRuleSet::new(one, is_active(&reader, &one.name, one.version))).collect();
    Ok(Json(Page::of_sorted(all, after.as_ref(), limit, |one: &SavedRuleSet| (one.name.clone(), one.version))))
}

/// Whether the brand's history is of these rules: those that its vault names, the preset `aipl@1` before its first
/// deposit.
pub(super) fn is_active(reader: &BrandReader, name: &str, version: u32) -> bool {
    match &reader.state.rules {
        Some(active) => active.name == name && active.version == i64::from(version),
        None => name == databank_history::history::DEFAULT_RULES && version == 1,
    }
}
