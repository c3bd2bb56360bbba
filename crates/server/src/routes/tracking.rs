//! Tracking: what became of a brand's events, and what the brand says of their names and of links.

mod counts;
mod settings;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;

/// The operations.
pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(counts::get_tracking_counts))
        .routes(routes!(settings::get_tracking, settings::put_tracking))
}
