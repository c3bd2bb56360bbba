//! `GET /brands`: the brands that the caller sees.

use axum::Json;
use axum::extract::State;

use super::document::BrandDocument;
use crate::app::App;
use crate::caller::Caller;
use crate::extract::FromQuery;
use crate::page::{Page, PageQuery};
use crate::problem::{Problem, Refused};

/// List the brands
///
/// Those that the caller has a role in, by slug.
#[utoipa::path(
    get,
    path = "/brands",
    operation_id = "list_brands",
    tag = "brands",
    params(PageQuery),
    responses((status = 200, description = "A page of brands", body = Page<BrandDocument>), Refused)
)]
pub(crate) async fn list_brands(
    State(app): State<App>,
    caller: Caller,
    FromQuery(query): FromQuery<PageQuery>,
) -> Result<Json<Page<BrandDocument>>, Problem> {
    let (limit, after) = (query.limit()?, query.after::<String>()?);
    let all = app.installation().catalog.brands().list().await?;
    let seen = all.into_iter().filter(|brand| caller.principal.sees(&brand.slug)).collect();
    let page = Page::of_sorted(seen, after.as_ref(), limit, |brand| brand.slug.to_string());
    let mut items = Vec::with_capacity(page.items.len());
    for brand in page.items {
        items.push(BrandDocument::of(&app, &caller, brand).await?);
    }
    Ok(Json(Page { items, next_page: page.next_page }))
}
