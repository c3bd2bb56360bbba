//! `POST /brands/{brand}/rejects/replay`: refused events read again, as they came or repaired.

use axum::Json;
use axum::extract::State;
use databank_access::Action;

use crate::app::App;
use crate::audit::Deed;
use crate::blocking::to_the_end;
use crate::caller::Caller;
use crate::extract::{FromBody, FromPath};
use crate::problem::{BadBody, Missing, Problem, Refused};
use crate::wire::rejects::{ReplayQuestion, ReplayedDocument};

/// Read refused events again
///
/// Events that were tracked and refused are read as if they came now with the time at which they came, by the names that the
/// brand's tracking settings have now, after steps that repair them. What is accepted, or known already, leaves the rejects;
/// what is refused again stays as it was. Rows of files are not meant: export them, correct the file and import it. The answer
/// tells the first twenty events one by one; reading them is put down in the audit log.
#[utoipa::path(
    post, path = "/brands/{brand}/rejects/replay", tag = "rejects", operation_id = "replay_rejects",
    params(("brand" = String, Path, description = "The brand's slug", example = "acme")),
    request_body = ReplayQuestion,
    responses((status = 200, description = "What became of them", body = ReplayedDocument), Missing, BadBody, Refused)
)]
pub(crate) async fn replay_rejects(
    State(app): State<App>,
    caller: Caller,
    FromPath(brand): FromPath<String>,
    FromBody(question): FromBody<ReplayQuestion>,
) -> Result<Json<ReplayedDocument>, Problem> {
    let brand = app.authorize(&caller, &brand, Action::ImportsWrite).await?;
    let (dry_run, steps) = (question.dry_run, question.steps.len());
    let replay = question.replay()?;
    to_the_end(async move {
        let replayed = app.installation().replay_rejects(&brand, replay, dry_run).await?;
        let deed = Deed::new(if dry_run { "rejects.try" } else { "rejects.replay" }).in_brand(&brand);
        let deed = deed.with("steps", steps).with("read", replayed.read).with("accepted", replayed.accepted);
        app.record(&caller, deed).await?;
        Ok(Json(replayed.into()))
    })
    .await
}
