//! Signing in and out.

mod change_password;
mod confirm;
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
        .routes(routes!(create::create_session, get::get_session, delete::delete_session))
        .routes(routes!(confirm::confirm_session))
        .routes(routes!(change_password::change_session_password))
}
