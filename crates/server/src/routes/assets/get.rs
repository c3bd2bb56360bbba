//! `GET /brands/{brand}/assets`

use axum::Json;
use axum::extract::State;
use databank_access::Action;
use databank_assets::report;

use crate::app::App;
use crate::caller::Caller;
use crate::extract::{FromPath, FromQuery};
use crate::histories::blocking;
use crate::problem::{Missing, Problem, Refused, Unfit};
use crate::questions::{AsOfQuery, day, entity};
use crate::wire::assets::AssetsDocument;

/// Stage counts and asset metrics of a day
#[utoipa::path(
    get, path = "/brands/{brand}/assets", tag = "assets", operation_id = "get_assets",
    params(("brand" = String, Path, description = "The brand"), AsOfQuery),
    responses((status = 200, description = "The day's assets", body = AssetsDocument), Refused, Missing, Unfit)
)]
pub(crate) async fn get_assets(
    State(app): State<App>,
    caller: Caller,
    FromPath(brand): FromPath<String>,
    FromQuery(query): FromQuery<AsOfQuery>,
) -> Result<Json<AssetsDocument>, Problem> {
    let slug = app.authorize(&caller, &brand, Action::AssetsRead).await?;
    let as_of = query.as_of.as_deref().map(|text| day("as_of", text)).transpose()?;
    let entity = entity(query.entity.as_deref())?;
    let (version, rules) = (query.vault_version, query.rules.as_deref());
    let question = app.histories().question_at(app.installation(), &slug, version, rules, entity).await?;
    blocking(move || {
        let report = report(&question, as_of.unwrap_or_else(|| question.default_day()))?;
        Ok(Json(AssetsDocument::new(&question, report)))
    })
    .await?
}
