//! Mappings: the built-in ones, a brand's own, and proposals.

mod delete;
mod document;
mod list;
mod put;
mod suggest;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;

/// The operations.
pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(list::list_mappings))
        .routes(routes!(suggest::suggest_mapping))
        .routes(routes!(put::put_mapping, delete::delete_mapping))
}
