//! Requests from their bytes to what they say, as the server reads them.

mod bad_events;
mod bad_input;
mod json_suite;
mod people;
mod properties;
mod rows;
mod sdks;

use std::borrow::Cow;
use std::sync::LazyLock;

use databank_identity::IdType;
use databank_tracking::body::{CallKind, Limits, RefusedBody, Request, read, unpack};
use databank_tracking::event::{Envelope, Link, Moment, Names, Refused, Row, Said, Traits, interpret};
use serde_json::{Value, json};

/// 2026-11-22T05:10:20Z.
const RECEIVED_US: i64 = 1_795_324_220_000_000;

static NAMES: LazyLock<Names> = LazyLock::new(Names::default);

/// What each event of a body says.
fn all(call: CallKind, body: &[u8]) -> Result<Vec<Result<Said, Refused>>, RefusedBody> {
    let limits = Limits::default();
    let unpacked: Cow<'_, [u8]> = unpack(body, None, &limits)?;
    let request: Request<'_> = read(&unpacked, call, &limits)?;
    let envelope = Envelope::new(call, &request, RECEIVED_US);
    Ok(request.events.iter().map(|event| interpret(event, &envelope, &NAMES)).collect())
}

/// What an event alone in its batch says.
fn said(event: &str) -> Result<Said, Refused> {
    let body = format!("{{\"batch\":[{event}]}}");
    all(CallKind::Batch, body.as_bytes()).unwrap().pop().unwrap()
}

/// The event's code and field, if it is refused.
fn refusal(event: &str) -> Option<(&'static str, Option<String>)> {
    said(event).err().map(|refused| (refused.code, refused.field))
}

/// Code of a refused event.
#[track_caller]
fn code(event: &str) -> &'static str {
    match said(event) {
        Err(refused) => refused.code,
        Ok(said) => panic!("taken: {event}: {said:?}"),
    }
}

/// A tracked event of somebody, with these properties.
fn track(name: &str, properties: &Value) -> String {
    json!({"type": "track", "userId": "u1", "event": name, "properties": properties}).to_string()
}

/// A tracked event whose properties are written by hand.
fn track_raw(name: &str, properties: &str) -> String {
    format!(r#"{{"type":"track","userId":"u1","event":"{name}","properties":{properties}}}"#)
}

/// An event of somebody with further fields written by hand.
fn with(fields: &str) -> String {
    format!(r#"{{"type":"track","userId":"u1","event":"x",{fields}}}"#)
}

#[track_caller]
fn rows(event: &str) -> Vec<Row> {
    match said(event) {
        Ok(Said::Events(rows)) => rows,
        other => panic!("{event}: {other:?}"),
    }
}

#[track_caller]
fn row(event: &str) -> Row {
    let mut rows = rows(event);
    assert_eq!(rows.len(), 1, "{event}");
    rows.pop().unwrap()
}

#[track_caller]
fn traits(event: &str) -> Traits {
    match said(event) {
        Ok(Said::Traits(traits)) => traits,
        other => panic!("{event}: {other:?}"),
    }
}

#[track_caller]
fn link(event: &str) -> Link {
    match said(event) {
        Ok(Said::Link(link)) => link,
        other => panic!("{event}: {other:?}"),
    }
}

/// Ids as `type:value`.
fn shown(ids: &[(IdType, String)]) -> Vec<String> {
    ids.iter().map(|(id_type, value)| format!("{id_type}:{value}")).collect()
}
