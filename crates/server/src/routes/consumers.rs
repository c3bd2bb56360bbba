//! Single consumers.

use utoipa_axum::router::OpenApiRouter;

use crate::app::App;

/// The operations.
pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::default()
}
