//! Who did what.

mod document;
mod list;
mod list_of_brand;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;

/// The operations.
pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::default().routes(routes!(list::list_audit)).routes(routes!(list_of_brand::list_brand_audit))
}
