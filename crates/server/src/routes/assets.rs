//! Stage counts of a brand: on a day, and day by day; and of which versions of its vault they can be had.

mod get;
mod trend;
mod versions;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;

/// The operations.
pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(get::get_assets))
        .routes(routes!(trend::get_trend))
        .routes(routes!(versions::list_versions))
}
