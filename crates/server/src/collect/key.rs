//! Whose events they are: the key that a request names.

use axum::http::{HeaderMap, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use databank_access::WriteKey;

use super::reply::Refusal;
use crate::app::App;

/// The key of a request's head: the user name of Basic authorization, or a Bearer token.
pub(super) fn in_head(headers: &HeaderMap) -> Result<Option<String>, Refusal> {
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

/// The key that a request goes by, given those that its head and its body name.
pub(super) async fn of(app: &App, in_head: Option<&str>, in_body: Option<&str>) -> Result<WriteKey, Refusal> {
    let named = match (in_head, in_body.filter(|key| !key.is_empty())) {
        (Some(head), Some(body)) if head != body => return Err(Refusal::two_keys()),
        (Some(key), _) | (None, Some(key)) => key,
        (None, None) => return Err(Refusal::no_key()),
    };
    Ok(app.access().write_key(named, app.now_us()).await?)
}
