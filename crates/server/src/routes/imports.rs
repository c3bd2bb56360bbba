//! Deposits.

mod create;
mod document;
mod get;
mod list;
mod preview;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;

pub(crate) use document::ImportDocument;

/// The operations.
pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(list::list_imports, create::create_import))
        .routes(routes!(preview::preview_import))
        .routes(routes!(get::get_import))
}
