//! Stage counts of a brand: on a day, and day by day.

mod get;
mod trend;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;

/// The operations.
pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::default().routes(routes!(get::get_assets)).routes(routes!(trend::get_trend))
}
