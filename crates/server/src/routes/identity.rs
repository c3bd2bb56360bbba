//! OneID: why ids are one person, which joins were refused, and what people say against it.

mod conflicts;
mod explain;
mod unlink;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;

/// The operations.
pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(explain::explain_identity))
        .routes(routes!(unlink::unlink_identity))
        .routes(routes!(conflicts::list_identity_conflicts))
}

/// Bytes of an id at most.
const MAX_ID_BYTES: usize = 512;

fn check_size(field: &str, id: &str) -> Result<(), crate::problem::Problem> {
    if id.len() > MAX_ID_BYTES {
        return Err(crate::problem::Problem::invalid_field(field, format!("is longer than {MAX_ID_BYTES} bytes")));
    }
    Ok(())
}
