//! `POST /v1/{call}`: events in bodies.

use std::time::Duration;

use axum::Json;
use axum::body::{Body, to_bytes};
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use databank_access::WriteKey;
use databank_collector::Incoming;
use databank_tracking::body::{CallKind, Limits, read, unpack};

use super::key;
use super::reply::Refusal;
use crate::app::App;

/// Bytes of a body as it comes.
const BODY_BYTES: usize = 4 << 20;
/// Bytes that a body takes up which does not say how many it has.
const UNTOLD_BYTES: usize = 256 << 10;
/// How long a body may take to come.
const BODY_TIME: Duration = Duration::from_secs(30);

/// Takes the events of a body.
pub(super) async fn take(
    State(app): State<App>,
    Path(call): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    let call = CallKind::of_path(&call).ok_or_else(Refusal::not_found)?;
    let length = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if length.is_some_and(|length| length > BODY_BYTES) {
        return Err(Refusal::too_large(BODY_BYTES));
    }
    let beside = key::beside_body(&headers, query.as_deref())?;
    let known = match &beside {
        Some(named) => Some(key::of(&app, Some(named), None).await?),
        None => None,
    };
    let of_key = known.as_ref().map(|key| key.id.as_str());
    let _room = app.places().room(of_key, length.unwrap_or(UNTOLD_BYTES))?;
    let body = match tokio::time::timeout(BODY_TIME, to_bytes(body, BODY_BYTES)).await {
        Ok(Ok(body)) => body,
        // Nothing else is wrong with a body that ends too late than that there is more of it, or that its sender left.
        Ok(Err(_)) => return Err(Refusal::too_large(BODY_BYTES)),
        Err(_) => return Err(Refusal::too_slow()),
    };
    let encoding = headers.get(header::CONTENT_ENCODING).map(|value| value.to_str().unwrap_or("?").to_owned());
    let key = checked(&app, known, beside.as_deref(), (&body, encoding.as_deref(), call)).await?;
    let _turn = app.places().turn(&key.id).await?;
    let incoming = Incoming {
        source: key.source.into(),
        brand: key.brand,
        call,
        encoding,
        body: body.into(),
        received_us: app.now_us(),
    };
    let answer = app.installation().collector.take(incoming).await?;
    app.metrics().collected(&answer);
    Ok(Json(answer).into_response())
}

/// The key, once it is clear that the body names no other.
async fn checked(
    app: &App,
    known: Option<WriteKey>,
    beside: Option<&str>,
    (body, encoding, call): (&[u8], Option<&str>, CallKind),
) -> Result<WriteKey, Refusal> {
    let refused = |error| Refusal::from(databank_collector::CollectError::from(error));
    let unpacked = unpack(body, encoding, &Limits::default()).map_err(refused)?;
    // Most SDKs that authorize by the head repeat the key in the body, at its end.
    let names_one = memchr::memmem::find(&unpacked, b"\"writeKey\"").is_some();
    match known {
        Some(key) if !names_one => Ok(key),
        known => {
            let request = read(&unpacked, call, &Limits::default()).map_err(refused)?;
            let in_body = request.write_key.as_deref().filter(|key| !key.is_empty());
            match (known, in_body) {
                (Some(key), None) => Ok(key),
                (Some(key), Some(body)) if beside == Some(body) => Ok(key),
                (_, in_body) => key::of(app, beside, in_body).await,
            }
        }
    }
}
