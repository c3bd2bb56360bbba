//! `POST /brands/{brand}/consumers/lookup`

use axum::Json;
use axum::extract::State;
use databank_access::Action;
use databank_consumers::ConsumerError;

use crate::app::App;
use crate::audit::Deed;
use crate::caller::Caller;
use crate::extract::{FromBody, FromPath};
use crate::histories::{blocking, keys_of};
use crate::problem::{BadBody, Missing, Problem, Refused};
use crate::wire::consumers::{LookUp, LookedUp};

/// Longest text that is looked at.
const MAX_ID_BYTES: usize = 1024;

fn told(error: ConsumerError) -> Problem {
    match error {
        ConsumerError::NotAnId | ConsumerError::BadType { .. } | ConsumerError::BadValue { .. } => {
            Problem::invalid_field("id", error.to_string())
        }
        other => other.into(),
    }
}

/// Whose an id is
///
/// The id stands in the body, never in the address, and in no log; the audit log notes the number that was found.
#[utoipa::path(
    post, path = "/brands/{brand}/consumers/lookup", tag = "consumers", operation_id = "lookup_consumer",
    params(("brand" = String, Path, description = "The brand")),
    request_body = LookUp,
    responses((status = 200, description = "The consumer", body = LookedUp), Refused, Missing, BadBody)
)]
pub(crate) async fn lookup_consumer(
    State(app): State<App>,
    caller: Caller,
    FromPath(brand): FromPath<String>,
    FromBody(LookUp { id }): FromBody<LookUp>,
) -> Result<Json<LookedUp>, Problem> {
    let slug = app.authorize(&caller, &brand, Action::ConsumersRead).await?;
    if id.len() > MAX_ID_BYTES {
        return Err(Problem::invalid_field("id", format!("is longer than {MAX_ID_BYTES} bytes")));
    }
    let installation = app.installation();
    let mut tries = 0;
    let found = loop {
        let reader = installation.reader(&slug, None).await?;
        let sequence = reader.sequence();
        let keys = keys_of(installation, &reader.brand)?;
        let desk = app.histories().desk(reader).await?;
        let id = id.clone();
        match blocking(move || desk.look_up(&keys, &id)).await? {
            Err(ConsumerError::Lake(error)) if tries < 3 => {
                // A deposit that ends merges the index that its predecessor named.
                tries += 1;
                let newest = installation.catalog.vault_versions().latest(&slug).await?;
                if newest.is_none_or(|version| version.sequence == sequence) {
                    return Err(error.into());
                }
            }
            answer => break answer.map_err(told)?,
        }
    };
    let number = found.map(|consumer| consumer.0);
    app.record(&caller, Deed::new("consumers.lookup").in_brand(&slug).with("consumer", number)).await?;
    number.map(|consumer| Json(LookedUp { consumer })).ok_or_else(Problem::not_found)
}
