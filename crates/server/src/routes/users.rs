//! Who may sign in, and with which roles.

mod change;
mod create;
mod document;
mod get;
mod list;
mod reset_password;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;

/// The operations.
pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(list::list_users, create::create_user))
        .routes(routes!(get::get_user, change::change_user))
        .routes(routes!(reset_password::reset_user_password))
}
