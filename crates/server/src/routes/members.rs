//! Who has which role in a brand.

mod delete;
mod document;
mod list;
mod set;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;

/// The operations.
pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::default().routes(routes!(list::list_members)).routes(routes!(set::set_member, delete::delete_member))
}
