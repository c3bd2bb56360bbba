//! Whose events they are: the key that a request names.

use axum::http::{HeaderMap, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use databank_access::WriteKey;

use super::reply::Refusal;
use crate::app::App;

/// The key of a request's head: the user name of Basic authorization, or a Bearer token.
fn in_head(headers: &HeaderMap) -> Result<Option<String>, Refusal> {
    let Some(value) = headers.get(header::AUTHORIZATION) else { return Ok(None) };
    let (scheme, rest) = value.to_str().ok().and_then(|text| text.split_once(' ')).ok_or_else(Refusal::no_key)?;
    let rest = rest.trim();
    if scheme.eq_ignore_ascii_case("bearer") {
        return Ok(Some(rest.to_owned()));
    }
    if !scheme.eq_ignore_ascii_case("basic") {
        return Err(Refusal::no_key());
    }
    let decoded =
        STANDARD.decode(rest).ok().and_then(|bytes| String::from_utf8(bytes).ok()).ok_or_else(Refusal::no_key)?;
    let name = decoded.split(':').next().unwrap_or_default();
    // Some SDKs send the head of a key that they do not have.
    Ok(Some(name.to_owned()).filter(|name| !name.is_empty()))
}

/// The key that a request names beside its body: in its head, or as `writeKey` of its address, which is all that a browser lets
/// a page say that is being left (`sendBeacon`).
pub(super) fn beside_body(headers: &HeaderMap, query: Option<&str>) -> Result<Option<String>, Refusal> {
    let parameters = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    let in_address = parameters.filter(|(name, value)| name == "writeKey" && !value.is_empty()).map(|(_, value)| value);
    let mut named = in_head(headers)?;
    for key in in_address {
        if named.as_ref().is_some_and(|other| *other != key) {
            return Err(Refusal::two_keys());
        }
        named = Some(key.into_owned());
    }
    Ok(named)
}

/// The key that a request goes by, given those that it names beside its body and in it.
pub(super) async fn of(app: &App, beside: Option<&str>, in_body: Option<&str>) -> Result<WriteKey, Refusal> {
    let named = match (beside, in_body.filter(|key| !key.is_empty())) {
        (Some(beside), Some(body)) if beside != body => return Err(Refusal::two_keys()),
        (Some(key), _) | (None, Some(key)) => key,
        (None, None) => return Err(Refusal::no_key()),
    };
    Ok(app.access().write_key(named, app.now_us()).await?)
}
