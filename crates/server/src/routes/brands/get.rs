//! `GET /brands/{brand}`: one brand.

use axum::Json;
use axum::extract::State;
use databank_access::Action;

use super::document::BrandDocument;
use crate::app::App;
use crate::caller::Caller;
use crate::extract::FromPath;
use crate::problem::{Missing, Problem, Refused};

/// Show a brand
#[utoipa::path(
    get,
    path = "/brands/{brand}",
    operation_id = "get_brand",
    tag = "brands",
    params(("brand" = String, Path, description = "The brand's slug", example = "acme")),
    responses((status = 200, description = "The brand", body = BrandDocument), Missing, Refused)
)]
pub(crate) async fn get_brand(
    State(app): State<App>,
    caller: Caller,
    FromPath(brand): FromPath<String>,
) -> Result<Json<BrandDocument>, Problem> {
    let slug = app.authorize(&caller, &brand, Action::AssetsRead).await?;
    let brand = app.installation().catalog.brands().get(&slug).await?;
    Ok(Json(BrandDocument::of(&app, &caller, brand).await?))
}
