//! Who moved between two days, and who they are.

mod get;
mod people;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;

/// The operations.
pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::default().routes(routes!(get::get_flow)).routes(routes!(people::list_flow_people))
}
