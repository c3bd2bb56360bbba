//! `POST /brands/{brand}/identity/unlink`

use axum::Json;
use axum::extract::State;
use databank_access::Action;
use databank_deposit::oneid::unlink::Unlink;

use super::check_size;
use crate::app::App;
use crate::audit::Deed;
use crate::blocking::to_the_end;
use crate::caller::Caller;
use crate::extract::{FromBody, FromPath};
use crate::problem::{BadBody, Conflicting, Missing, Problem, Refused};
use crate::wire::identity::{UnlinkQuestion, UnlinkedDocument};

/// Say that two ids are not one person's
///
/// Links between exactly these ids count for nothing from then on, whatever rows say, and on every past day both people are who
/// they would be without. `undo` takes it back. The audit log notes how many pairs of ids it was said of, and no id.
#[utoipa::path(
    post, path = "/brands/{brand}/identity/unlink", tag = "identity", operation_id = "unlink_identity",
    params(("brand" = String, Path, description = "The brand")),
    request_body = UnlinkQuestion,
    responses(
        (status = 200, description = "What came of it", body = UnlinkedDocument), Refused, Missing, BadBody, Conflicting
    )
)]
pub(crate) async fn unlink_identity(
    State(app): State<App>,
    caller: Caller,
    FromPath(brand): FromPath<String>,
    FromBody(UnlinkQuestion { id, from, undo }): FromBody<UnlinkQuestion>,
) -> Result<Json<UnlinkedDocument>, Problem> {
    let slug = app.authorize(&caller, &brand, Action::ImportsWrite).await?;
    check_size("id", &id)?;
    check_size("from", from.as_deref().unwrap_or_default())?;
    let said = Unlink { id, from, undo, by: caller.name() };
    to_the_end(async move {
        let unlinked = app.installation().unlink_identity(&slug, said).await?;
        let deed = Deed::new(if undo { "identity.relink" } else { "identity.unlink" }).in_brand(&slug);
        app.record(&caller, deed.with("pairs", unlinked.pairs)).await?;
        Ok(Json(UnlinkedDocument { pairs: unlinked.pairs, vault_version: unlinked.sequence }))
    })
    .await
}
