//! `GET /brands/{brand}/imports/{deposit}`: one import.

use axum::Json;
use axum::extract::State;
use databank_access::Action;
use databank_model::DepositId;

use super::document::ImportDocument;
use crate::app::App;
use crate::caller::Caller;
use crate::extract::FromPath;
use crate::problem::{Missing, Problem, Refused};

/// Show an import
#[utoipa::path(
    get,
    path = "/brands/{brand}/imports/{deposit}",
    operation_id = "get_import",
    tag = "imports",
    params(
        ("brand" = String, Path, description = "The brand's slug", example = "acme"),
        ("deposit" = String, Path, description = "The deposit, as lists name it", example = "d12")
    ),
    responses((status = 200, description = "The import", body = ImportDocument), Missing, Refused)
)]
pub(crate) async fn get_import(
    State(app): State<App>,
    caller: Caller,
    FromPath((brand, deposit)): FromPath<(String, String)>,
) -> Result<Json<ImportDocument>, Problem> {
    let brand = app.authorize(&caller, &brand, Action::ImportsRead).await?;
    let deposit: DepositId = deposit.parse().map_err(|_| Problem::not_found())?;
    Ok(Json(app.installation().catalog.deposits().get(deposit, &brand).await?.into()))
}
