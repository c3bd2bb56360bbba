//! Flows between stages, and the people in them.

use utoipa_axum::router::OpenApiRouter;

use crate::app::App;

/// The operations.
pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::default()
}
