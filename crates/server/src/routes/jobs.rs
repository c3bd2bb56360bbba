//! Long work: how far it is, how it ended.

use utoipa_axum::router::OpenApiRouter;

use crate::app::App;

/// The operations.
pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::default()
}
