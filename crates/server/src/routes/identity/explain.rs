//! `POST /brands/{brand}/identity/explain`

use axum::Json;
use axum::extract::State;
use databank_access::Action;

use super::check_size;
use crate::app::App;
use crate::audit::Deed;
use crate::caller::Caller;
use crate::extract::{FromBody, FromPath};
use crate::problem::{BadBody, Missing, Problem, Refused};
use crate::wire::identity::{ExplainQuestion, ExplanationDocument};

/// Why an id is whose it is
///
/// The small graph of its person: ids, and links with what became of each. The id stands in the body, never in the address, and in
/// no log; the audit log notes the number that was found.
#[utoipa::path(
    post, path = "/brands/{brand}/identity/explain", tag = "identity", operation_id = "explain_identity",
    params(("brand" = String, Path, description = "The brand")),
    request_body = ExplainQuestion,
    responses((status = 200, description = "The person", body = ExplanationDocument), Refused, Missing, BadBody)
)]
pub(crate) async fn explain_identity(
    State(app): State<App>,
    caller: Caller,
    FromPath(brand): FromPath<String>,
    FromBody(ExplainQuestion { id, with }): FromBody<ExplainQuestion>,
) -> Result<Json<ExplanationDocument>, Problem> {
    let slug = app.authorize(&caller, &brand, Action::ConsumersRead).await?;
    check_size("id", &id)?;
    check_size("with", with.as_deref().unwrap_or_default())?;
    let explained = app.installation().explain_identity(&slug, id, with).await;
    let number = explained.as_ref().ok().map(|explained| explained.consumer);
    app.record(&caller, Deed::new("identity.explain").in_brand(&slug).with("consumer", number)).await?;
    Ok(Json(explained?))
}
