//! `GET /brands/{brand}/consumers/{consumer}`

use axum::Json;
use axum::extract::State;
use databank_access::Action;
use databank_history::Entity;

use crate::app::App;
use crate::audit::Deed;
use crate::caller::Caller;
use crate::extract::FromPath;
use crate::histories::{blocking, keys_of};
use crate::problem::{Missing, Problem, Refused};
use crate::wire::consumers::{ConsumerDocument, IdDocument, StayDocument};

/// One consumer: masked ids, attributes, stages, sums
///
/// The number of any of a consumer's profiles leads to the consumer. That somebody looked is noted in the audit log.
#[utoipa::path(
    get, path = "/brands/{brand}/consumers/{consumer}", tag = "consumers", operation_id = "get_consumer",
    params(
        ("brand" = String, Path, description = "The brand"),
        ("consumer" = u32, Path, description = "The consumer's number within the brand")
    ),
    responses((status = 200, description = "The consumer", body = ConsumerDocument), Refused, Missing)
)]
pub(crate) async fn get_consumer(
    State(app): State<App>,
    caller: Caller,
    FromPath((brand, number)): FromPath<(String, u32)>,
) -> Result<Json<ConsumerDocument>, Problem> {
    let slug = app.authorize(&caller, &brand, Action::ConsumersRead).await?;
    let question = app.histories().question(app.installation(), &slug, None, Entity::Brand).await?;
    let keys = keys_of(app.installation(), &question.reader.brand)?;
    let desk = app.histories().desk(question.reader.clone()).await?;
    let consumer = desk.consumer_of(number).ok_or_else(Problem::not_found)?;
    app.record(&caller, Deed::new("consumers.read").in_brand(&slug).with("consumer", consumer.0)).await?;
    blocking(move || {
        let ids = desk.ids(&keys, &[consumer])?.remove(&consumer).unwrap_or_default();
        let stays = question.history.stays_of(consumer)?;
        let today = question.default_day();
        let stage = stays.iter().find(|stay| stay.from <= today && today < stay.to).map(|stay| stay.stage.clone());
        Ok(Json(ConsumerDocument {
            consumer: consumer.0,
            ids: ids.iter().map(IdDocument::from).collect(),
            attributes: desk.attributes(consumer)?.into_iter().map(Into::into).collect(),
            stage,
            rule_set: question.history.rules.to_string(),
            history: stays.into_iter().map(StayDocument::from).collect(),
            vault_version: question.reader.sequence(),
            totals: desk.totals(consumer)?.into(),
        }))
    })
    .await?
}
