//! The brands of the installation.

mod create;
mod document;
mod get;
mod list;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;

/// The operations.
pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::default().routes(routes!(list::list_brands, create::create_brand)).routes(routes!(get::get_brand))
}
