//! `DELETE /brands/{brand}/mappings/{name}`: a mapping that is of no more use.

use axum::extract::State;
use axum::http::StatusCode;
use databank_access::Action;

use crate::app::App;
use crate::audit::Deed;
use crate::caller::Caller;
use crate::extract::FromPath;
use crate::problem::{Missing, Problem, Refused};

/// Delete a mapping
///
/// One of the brand's own. What was imported by it stays.
#[utoipa::path(
    delete,
    path = "/brands/{brand}/mappings/{name}",
    operation_id = "delete_mapping",
    tag = "imports",
    params(
        ("brand" = String, Path, description = "The brand's slug", example = "acme"),
        ("name" = String, Path, description = "The mapping's name", example = "orders")
    ),
    responses((status = 204, description = "It is gone"), Missing, Refused)
)]
pub(crate) async fn delete_mapping(
    State(app): State<App>,
    caller: Caller,
    FromPath((brand, name)): FromPath<(String, String)>,
) -> Result<StatusCode, Problem> {
    let brand = app.authorize(&caller, &brand, Action::ImportsWrite).await?;
    if !app.installation().catalog.saved_mappings().remove(&brand, &name).await? {
        return Err(Problem::not_found());
    }
    app.record(&caller, Deed::new("mapping.delete").in_brand(&brand).on(&name)).await?;
    Ok(StatusCode::NO_CONTENT)
}
