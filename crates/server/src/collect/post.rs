//! `POST /v1/{call}`: events in bodies.

use std::time::Duration;

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use databank_collector::{Body, Incoming};
use databank_tracking::body::CallKind;
use futures::StreamExt as _;

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
    let body = in_time(whole(body, length.unwrap_or_default()), BODY_TIME).await?;
    let encoding = headers.get(header::CONTENT_ENCODING).map(|value| value.to_str().unwrap_or("?").to_owned());
    let turn = match &known {
        Some(key) => Some(app.places().turn(&key.id).await?),
        None => None,
    };
    let body = Body::open(call, encoding, body, turn.is_some()).await?;
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

/// All of a body, of which its sender says that it has so many bytes.
async fn whole(body: axum::body::Body, said: usize) -> Result<Vec<u8>, Refusal> {
    let mut parts = body.into_data_stream();
    let mut whole = Vec::with_capacity(said.min(BODY_BYTES));
    while let Some(part) = parts.next().await {
        // Lengths of its parts that are none, or a sender that left.
        let part = part.map_err(|_| Refusal::broken())?;
        if part.len() > BODY_BYTES - whole.len() {
            return Err(Refusal::too_large(BODY_BYTES));
        }
        whole.extend_from_slice(&part);
    }
    Ok(whole)
}

/// The same, unless it takes too long.
async fn in_time(body: impl Future<Output = Result<Vec<u8>, Refusal>>, time: Duration) -> Result<Vec<u8>, Refusal> {
    tokio::time::timeout(time, body).await.unwrap_or_else(|_| Err(Refusal::too_slow(time)))
}

#[cfg(test)]
mod tests {
    use futures::stream;

    use super::*;

    fn slow() -> axum::body::Body {
        let begun = stream::iter([Ok::<_, std::io::Error>("{\"batch\":["), Ok("{}")]);
        axum::body::Body::from_stream(begun.chain(stream::pending()))
    }

    #[tokio::test]
    async fn bad_h13_a_body_that_does_not_come_is_not_waited_for() {
        let refused = in_time(whole(slow(), 0), Duration::ZERO).await.unwrap_err().into_response();
        assert_eq!(refused.status(), 408);
        assert_eq!(refused.headers()[header::CONNECTION], "close");
        // Nor is it given up before its time.
        let mut read = Box::pin(in_time(whole(slow(), 0), BODY_TIME));
        assert!(futures::poll!(&mut read).is_pending());
        assert_eq!(BODY_TIME, Duration::from_secs(30));
    }

    #[tokio::test]
    async fn bad_h4_a_body_is_read_up_to_its_bound_and_no_further() {
        for (parts, said, is_taken) in [
            (vec![BODY_BYTES], BODY_BYTES, true),
            (vec![BODY_BYTES - 1, 1], 0, true),
            (vec![BODY_BYTES, 1], usize::MAX, false),
        ] {
            let bytes: usize = parts.iter().sum();
            let parts = parts.into_iter().map(|bytes| Ok::<_, std::io::Error>(vec![b' '; bytes]));
            // What comes behind a part that is too much is not asked for.
            let never = stream::pending();
            let body = if is_taken {
                stream::iter(parts).left_stream()
            } else {
                stream::iter(parts).chain(never).right_stream()
            };
            let read = whole(axum::body::Body::from_stream(body), said).await;
            match read {
                Ok(read) => assert_eq!((read.len(), is_taken), (bytes, true)),
                Err(refusal) => assert_eq!((refusal.into_response().status().as_u16(), is_taken), (413, false)),
            }
        }
    }
}
