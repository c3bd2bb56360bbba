//! `GET /brands/{brand}/members`: who has a role in a brand.

use axum::Json;
use axum::extract::State;
use databank_access::Action;

use super::document::MemberDocument;
use crate::app::App;
use crate::caller::Caller;
use crate::extract::{FromPath, FromQuery};
use crate::page::{Page, PageQuery};
use crate::problem::{Missing, Problem, Refused};

/// List a brand's members
///
/// By name; who has a role on every brand is among them.
#[utoipa::path(
    get,
    path = "/brands/{brand}/members",
    operation_id = "list_members",
    tag = "members",
    params(("brand" = String, Path, description = "The brand's slug", example = "acme"), PageQuery),
    responses((status = 200, description = "A page of members", body = Page<MemberDocument>), Missing, Refused)
)]
pub(crate) async fn list_members(
    State(app): State<App>,
    caller: Caller,
    FromPath(brand): FromPath<String>,
    FromQuery(query): FromQuery<PageQuery>,
) -> Result<Json<Page<MemberDocument>>, Problem> {
    let brand = app.authorize(&caller, &brand, Action::MembersManage).await?;
    let (limit, after) = (query.limit()?, query.after::<String>()?);
    let part = app.access().list_members(&brand, after.as_deref(), limit as u64).await?;
    Ok(Json(Page::of_part(part.items, part.next.as_ref()).map(MemberDocument::from)))
}
