//! `GET /users`: everybody who may sign in.

use axum::Json;
use axum::extract::State;
use databank_access::Action;

use super::document::UserDocument;
use crate::app::App;
use crate::caller::Caller;
use crate::extract::FromQuery;
use crate::page::{Page, PageQuery};
use crate::problem::{Problem, Refused};

/// List the users
///
/// By name. For those who manage the installation.
#[utoipa::path(
    get,
    path = "/users",
    operation_id = "list_users",
    tag = "users",
    params(PageQuery),
    responses((status = 200, description = "A page of users", body = Page<UserDocument>), Refused)
)]
pub(crate) async fn list_users(
    State(app): State<App>,
    caller: Caller,
    FromQuery(query): FromQuery<PageQuery>,
) -> Result<Json<Page<UserDocument>>, Problem> {
    app.authorize_installation(&caller, Action::InstallationManage)?;
    let (limit, after) = (query.limit()?, query.after::<String>()?);
    let part = app.access().list_users(after.as_deref(), limit as u64).await?;
    Ok(Json(Page::of_part(part.items, part.next.as_ref()).map(UserDocument::from)))
}
