//! `GET /v1/pixel.gif` and `GET /v1/click`: one event in an address.

use axum::extract::{RawQuery, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use databank_collector::{Answer, Body, Incoming};
use databank_tracking::body::CallKind;
use databank_tracking::pixel::{Pixel, is_text, read_query, unreadable};

use super::key;
use super::reply::Refusal;
use crate::app::App;
use crate::limits::MAX_URI_BYTES;

/// The smallest picture there is: one transparent point.
const GIF: &[u8] = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;";

/// Takes the event of a pixel's address. Whatever is wrong with it, a page shows no broken picture.
pub(super) async fn pixel(State(app): State<App>, RawQuery(query): RawQuery) -> Result<Response, Refusal> {
    let query = query.unwrap_or_default();
    if query.len() > MAX_URI_BYTES {
        return Err(too_long());
    }
    if let Err(refusal) = take(&app, &query, parameters(&query)).await {
        tracing::debug!(?refusal, "refused a pixel");
    }
    let head = [(header::CONTENT_TYPE, "image/gif"), (header::CACHE_CONTROL, "no-store, max-age=0")];
    Ok((head, GIF).into_response())
}

fn too_long() -> Refusal {
    let message = format!("the address is longer than {MAX_URI_BYTES} bytes");
    Refusal::new(StatusCode::URI_TOO_LONG, "address_too_long", message)
}

/// Names and values, percent signs undone.
fn parameters(query: &str) -> Vec<(String, String)> {
    form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}

/// Takes the event of an address: of one that cannot be read the address itself, which is refused and kept.
async fn take(app: &App, query: &str, parameters: Vec<(String, String)>) -> Result<Answer, Refusal> {
    let pairs = parameters.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let kept = |code: &str| {
        let named = parameters.iter().rev().find(|(name, value)| name == "writeKey" && !value.is_empty());
        Pixel { write_key: named.map(|(_, key)| key.clone()), event: unreadable(code, query) }
    };
    let read = match read_query(pairs) {
        Ok(read) if is_text(query) => read,
        Ok(_) => kept("bad_encoding"),
        Err(refused) => kept(refused.code),
    };
    let key = key::of(app, None, read.write_key.as_deref()).await?;
    let _turn = app.places().turn(&key.id).await?;
    let incoming = Incoming {
        source: key.source.into(),
        brand: key.brand,
        body: Body::plain(CallKind::Track, with_id(read.event).into_bytes()),
        received_us: app.now_us(),
    };
    let answer = app.installation().collector.take(incoming).await?;
    app.metrics().collected(&answer);
    Ok(answer)
}

/// An event with an id of its own. A browser fetches a picture once for each time that it is shown, and never again: two that
/// say the same are two.
fn with_id(event: String) -> String {
    match event.strip_prefix('{') {
        Some(rest) if !event.contains("\"messageId\"") => {
            let crate::request::RequestId(id) = crate::request::RequestId::new();
            let comma = if rest.trim_start().starts_with('}') { "" } else { "," };
            format!("{{\"messageId\":\"pixel-{id}\"{comma}{rest}")
        }
        _ => event,
    }
}

/// Takes the event of a link's address, and leads on to where the link leads: to hosts that the brand has named, and nowhere
/// else.
pub(super) async fn click(State(app): State<App>, RawQuery(query): RawQuery) -> Result<Response, Refusal> {
    let query = query.unwrap_or_default();
    if query.len() > MAX_URI_BYTES {
        return Err(too_long());
    }
    let mut all = parameters(&query);
    let is_target = |(name, _): &(String, String)| name == "url";
    let Some(place) = all.iter().position(is_target) else {
        return Err(Refusal::new(StatusCode::BAD_REQUEST, "no_url", "url, where the link leads, is missing"));
    };
    let (_, url) = all.swap_remove(place);
    let named = all.iter().find(|(name, _)| name == "writeKey").map(|(_, value)| value.clone());
    let key = key::of(&app, None, named.as_deref()).await?;
    let target = super::links::target(&app, &key.brand, &url).await?;
    if !all.iter().any(|(name, _)| name == "event" || name == "type") {
        all.push(("event".to_owned(), "ad_click".to_owned()));
    }
    all.push(("context.page.url".to_owned(), target.clone()));
    // Whoever clicked wants to get there, whatever becomes of the event.
    if let Err(refusal) = take(&app, &query, all).await {
        tracing::debug!(?refusal, "refused a click");
    }
    Ok((StatusCode::FOUND, [(header::LOCATION, target)]).into_response())
}
