//! Stage rule sets of a brand.

mod check;
mod get;
mod list;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;

/// The operations.
pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(list::list_rules))
        .routes(routes!(get::get_rules))
        .routes(routes!(check::check_rules))
}
