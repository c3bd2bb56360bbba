//! `GET /brands/{brand}/consumers/{consumer}/events`

use axum::Json;
use axum::extract::State;
use databank_access::Action;
use databank_consumers::EventCursor;

use crate::app::App;
use crate::audit::Deed;
use crate::caller::Caller;
use crate::extract::{FromPath, FromQuery};
use crate::histories::blocking;
use crate::page::{Page, PageQuery, cursor};
use crate::problem::{Missing, Problem, Refused};
use crate::wire::consumers::EventDocument;

/// What a consumer did, newest first
///
/// That somebody looked is noted in the audit log.
#[utoipa::path(
    get, path = "/brands/{brand}/consumers/{consumer}/events", tag = "consumers", operation_id = "list_consumer_events",
    params(
        ("brand" = String, Path, description = "The brand"),
        ("consumer" = u32, Path, description = "The consumer's number within the brand"),
        PageQuery
    ),
    responses((status = 200, description = "A page of events", body = Page<EventDocument>), Refused, Missing)
)]
pub(crate) async fn list_consumer_events(
    State(app): State<App>,
    caller: Caller,
    FromPath((brand, number)): FromPath<(String, u32)>,
    FromQuery(query): FromQuery<PageQuery>,
) -> Result<Json<Page<EventDocument>>, Problem> {
    let slug = app.authorize(&caller, &brand, Action::ConsumersRead).await?;
    let limit = query.limit()?;
    let after: Option<(i64, [u8; 16])> = query.after()?;
    let installation = app.installation();
    let reader = installation.reader(&slug, None).await?;
    let desk = app.histories().desk(reader).await?;
    let consumer = desk.consumer_of(number).ok_or_else(Problem::not_found)?;
    app.record_look(&caller, Deed::new("consumers.events").in_brand(&slug).with("consumer", consumer.0)).await?;
    let before = after.map(|(ts_us, key)| EventCursor { ts_us, key });
    let found = blocking(move || desk.events(consumer, before, limit)).await??;
    Ok(Json(Page {
        items: found.events.into_iter().map(EventDocument::from).collect(),
        next_page: found.next.and_then(|at| cursor(&(at.ts_us, at.key))),
    }))
}
