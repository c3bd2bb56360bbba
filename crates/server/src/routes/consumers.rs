//! Single consumers of a brand.

mod events;
mod get;
mod look_up;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;

/// The operations.
pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(look_up::lookup_consumer))
        .routes(routes!(get::get_consumer))
        .routes(routes!(events::list_consumer_events))
}
