//! Files that wait to be imported.

mod create;
mod delete;
mod document;
mod get;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;

/// The operations.
pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(create::create_upload))
        .routes(routes!(get::get_upload, delete::delete_upload))
}
