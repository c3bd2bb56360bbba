//! `POST /v1/{call}`: events in bodies.

use std::time::Duration;

use axum::Json;
use axum::body::to_bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use databank_collector::{Body, Incoming};
use databank_tracking::body::CallKind;

use super::key;
use super::reply::Refusal;
use crate::app::App;

/// Bytes of a body as it comes.
const BODY_BYTES: usize = 4 << 20;
/// How long a body may take to come.
const BODY_TIME: Duration = Duration::from_secs(30);

/// Takes the events of a body.
pub(super) async fn take(
    State(app): State<App>,
    Path(call): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: axum::body::Body,
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
    // One that does not say how large it is may be as large as any.
    let _room = app.places().room(of_key, length.unwrap_or(BODY_BYTES))?;
    let body = match tokio::time::timeout(BODY_TIME, to_bytes(body, BODY_BYTES)).await {
        Ok(Ok(body)) => body,
        // Nothing else is wrong with a body that ends too late than that there is more of it, or that its sender left.
        Ok(Err(_)) => return Err(Refusal::too_large(BODY_BYTES)),
        Err(_) => return Err(Refusal::too_slow()),
    };
    let encoding = headers.get(header::CONTENT_ENCODING).map(|value| value.to_str().unwrap_or("?").to_owned());
    let turn = match &known {
        Some(key) => Some(app.places().turn(&key.id).await?),
        None => None,
    };
    let body = Body::open(call, encoding, body.into(), turn.is_some()).await?;
    let key = match (known, body.write_key()) {
        (Some(key), None) => key,
        (Some(key), in_body) if in_body == beside.as_deref() => key,
        (_, in_body) => key::of(&app, beside.as_deref(), in_body).await?,
    };
    let _turn = match turn {
        Some(turn) => turn,
        None => app.places().turn(&key.id).await?,
    };
    let incoming = Incoming { source: key.source.into(), brand: key.brand, body, received_us: app.now_us() };
    let answer = app.installation().collector.take(incoming).await?;
    app.metrics().collected(&answer);
    Ok(Json(answer).into_response())
}
