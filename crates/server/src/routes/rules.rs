//! Stage rule sets of a brand.

mod check;
mod create;
mod get;
mod list;
mod preview;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;

/// The operations.
pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(list::list_rules, create::create_rules))
        .routes(routes!(get::get_rules))
        .routes(routes!(check::check_rules))
        .routes(routes!(preview::preview_rules))
}
