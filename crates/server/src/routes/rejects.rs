//! What was refused, and why.

mod export;
mod list;
mod open;
mod replay;
mod summary;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;

/// The operations.
pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(summary::get_rejects_summary))
        .routes(routes!(list::list_rejects))
        .routes(routes!(export::export_rejects))
        .routes(routes!(replay::replay_rejects))
}
