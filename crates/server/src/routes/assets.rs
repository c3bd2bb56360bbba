//! Stage counts, trends and flows of a brand.

mod flow;
mod get;
mod overview;
mod people;
mod trend;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(get::get_assets))
        .routes(routes!(trend::get_trend))
        .routes(routes!(flow::get_flow))
        .routes(routes!(people::list_flow_people))
        .routes(routes!(overview::get_overview))
}
