//! `GET /brands/{brand}/selections/{id}`

use axum::Json;
use axum::extract::State;
use databank_access::Action;

use super::find;
use crate::app::App;
use crate::caller::Caller;
use crate::extract::FromPath;
use crate::problem::{Missing, Problem, Refused};
use crate::wire::selections::SelectionDocument;

/// A saved selection
#[utoipa::path(
    get, path = "/brands/{brand}/selections/{id}", tag = "selections", operation_id = "get_selection",
    params(
        ("brand" = String, Path, description = "The brand"),
        ("id" = i64, Path, description = "The selection's number")
    ),
    responses((status = 200, description = "The selection", body = SelectionDocument), Refused, Missing)
)]
pub(crate) async fn get_selection(
    State(app): State<App>,
    caller: Caller,
    FromPath((brand, id)): FromPath<(String, i64)>,
) -> Result<Json<SelectionDocument>, Problem> {
    let slug = app.authorize(&caller, &brand, Action::AssetsRead).await?;
    Ok(Json(find(&app, &slug, id).await?.into()))
}
