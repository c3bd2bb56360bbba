//! `DELETE /brands/{brand}/selections/{id}`

use axum::extract::State;
use axum::http::StatusCode;
use databank_access::Action;
use databank_catalog::SelectionId;

use crate::app::App;
use crate::audit::Deed;
use crate::caller::Caller;
use crate::extract::FromPath;
use crate::problem::{Missing, Problem, Refused};

/// Forgets a selection
#[utoipa::path(
    delete, path = "/brands/{brand}/selections/{id}", tag = "selections", operation_id = "delete_selection",
    params(
        ("brand" = String, Path, description = "The brand"),
        ("id" = i64, Path, description = "The selection's number")
    ),
    responses((status = 204, description = "Forgotten"), Refused, Missing)
)]
pub(crate) async fn delete_selection(
    State(app): State<App>,
    caller: Caller,
    FromPath((brand, id)): FromPath<(String, i64)>,
) -> Result<StatusCode, Problem> {
    let slug = app.authorize(&caller, &brand, Action::SelectionsWrite).await?;
    if !app.installation().catalog.selections().remove(&slug, SelectionId(id)).await? {
        return Err(Problem::not_found());
    }
    app.record(&caller, Deed::new("selections.delete").in_brand(&slug).on(&id)).await?;
    Ok(StatusCode::NO_CONTENT)
}
