//! Keys of programs.

mod create;
mod document;
mod list;
mod revoke;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;

/// The operations.
pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::default().routes(routes!(list::list_keys, create::create_key)).routes(routes!(revoke::revoke_key))
}
