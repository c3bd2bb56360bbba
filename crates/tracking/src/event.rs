//! From one event to what it says.
//!
//! An event says what a consumer did ([`Row`]s of the events table, one for each line of an order), what is so about a
//! consumer ([`Traits`]), or that two ids are one consumer's ([`Link`]). Or it is [`Refused`], with a code, the field and
//! what would be right: never a silent default, and never a guess about money, ids or time.
//!
//! - [`names`]: names of events and the behaviors that they are.
//! - `time`: what a sender's clock says and what is believed of it.
//! - `ids`: who it was.
//! - `acts`: rows; `lines`: the lines of their orders; `columns`: from fields to columns; `properties`: all that is left.
//! - `people`: traits and links.
//! - `json`, `decimal`: values as they were written.
//!
//! Ids are as they were written: the importer normalizes them, judges them and makes tokens of them.

mod acts;
mod columns;
mod decimal;
mod flags;
mod ids;
mod json;
mod lines;
pub mod names;
mod people;
mod properties;
mod refused;
mod time;

use databank_identity::IdType;

pub use flags::Flags;
pub use names::Names;
pub use refused::Refused;
pub use time::{Moment, UNSAID};

use crate::body::{CallKind, Request};
use ids::Context;
use json::{Bounds, Object, Value, parse};

/// What an event says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// Somebody did something.
    Events(Vec<Row>),
    /// Something is so about somebody.
    Traits(Traits),
    /// Ids are one consumer's.
    Link(Link),
}

/// A row of the events table, in the words of the canonical columns. Texts that the event does not give are `None`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The sender's own id of the event, and `:1`, `:2`, … for the lines of an order. `None`: derived by the importer.
    pub event_id: Option<String>,
    /// When it happened.
    pub moment: Moment,
    /// When the sender says that it happened, where `moment` depends on when it was received: µs UTC, and [`UNSAID`] where
    /// it says nothing. What an event says is the same whenever it is sent again.
    pub said_us: Option<i64>,
    /// What was done; one that the importer knows.
    pub behavior: String,
    /// Who did it, as written, with at least one id.
    pub ids: Vec<(IdType, String)>,
    /// Where it was done.
    pub channel: Option<String>,
    /// The store.
    pub store_id: Option<String>,
    /// The product.
    pub item_id: Option<String>,
    /// Category of the product.
    pub category: Option<String>,
    /// The order.
    pub order_id: Option<String>,
    /// The line of the order.
    pub line_id: Option<String>,
    /// Version of the line: a higher one replaces.
    pub revision: Option<i64>,
    /// Pieces; positive.
    pub quantity: Option<i64>,
    /// Money of the line in major units: a plain, exact decimal, not negative.
    pub amount: Option<String>,
    /// Currency of the amount, as its ISO 4217 code. `None`: the brand's.
    pub currency: Option<String>,
    /// Stars of a review, from 0 to 5: a plain decimal.
    pub rating: Option<String>,
    /// The marketing activity.
    pub campaign: Option<String>,
    /// The piece of content.
    pub content: Option<String>,
    /// Who made the content.
    pub creator: Option<String>,
    /// The touchpoint, where the event names it.
    pub touchpoint: Option<String>,
    /// What was searched for.
    pub keyword: Option<String>,
    /// All that is left: one JSON object, its names in order, numbers as they were written.
    pub properties: String,
    /// What is odd about it.
    pub flags: Flags,
}

/// Facts about a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Traits {
    /// The sender's own id of the event.
    pub event_id: Option<String>,
    /// From when on they are so.
    pub moment: Moment,
    /// As [`Row::said_us`].
    pub said_us: Option<i64>,
    /// Ids of the person, as written: all of them are one person's.
    pub ids: Vec<(IdType, String)>,
    /// Names and values, names in order. `None` unsets; the empty text is a value; what is missing stays as it was.
    pub attributes: Vec<(String, Option<String>)>,
    /// What is odd about it.
    pub flags: Flags,
}

/// Ids that are one person's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The sender's own id of the event.
    pub event_id: Option<String>,
    /// Since when it is known.
    pub moment: Moment,
    /// As [`Row::said_us`].
    pub said_us: Option<i64>,
    /// The ids, as written. A single one links nothing: an alias of itself.
    pub ids: Vec<(IdType, String)>,
    /// What is odd about it.
    pub flags: Flags,
}

/// What holds of every event of a request.
#[derive(Debug)]
pub struct Envelope<'a> {
    call: CallKind,
    received_us: i64,
    sent_us: Option<i64>,
    context: Result<Object<'a>, Refused>,
}

/// Bytes of a batch's own context: it is repeated with every event.
const MAX_BATCH_CONTEXT: usize = 8 << 10;

impl<'a> Envelope<'a> {
    /// Reads what a request says of all of its events. What is wrong with that refuses each of them.
    pub fn new(call: CallKind, request: &Request<'a>, received_us: i64) -> Self {
        let bounds = Bounds { bytes: MAX_BATCH_CONTEXT, ..Bounds::OF_EVENTS };
        let sent_us = request.sent_at.and_then(|text| parse(text, &bounds).ok());
        let context = match request.context.map(|text| parse(text, &bounds)) {
            None => Ok(Object::default()),
            Some(Ok(parsed)) => match parsed.value {
                Value::Object(context) => Ok(context),
                Value::Array(values) if values.is_empty() => Ok(Object::default()),
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::Array(_) => {
                    Err(Refused::whole("not_an_object", "the context of the batch is no JSON object"))
                }
            },
            Some(Err(refused)) => Err(refused),
        };
        let context = context.map_err(|refused| refused.within("context").within("batch"));
        Self { call, received_us, sent_us: sent_us.and_then(|parsed| time::sent_at_us(&parsed.value)), context }
    }
}

/// The types of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum EventType {
    Identify,
    Track,
    Page,
    Screen,
    Group,
    Alias,
}

impl EventType {
    /// The type that an event names, else the one of the path that it was sent to.
    fn of(event: &Object<'_>, call: CallKind) -> Result<Self, Refused> {
        let unknown = |message: &str| Refused::new("unknown_type", "type", message);
        match event.get("type") {
            None => match call {
                CallKind::Identify => Ok(Self::Identify),
                CallKind::Track => Ok(Self::Track),
                CallKind::Page => Ok(Self::Page),
                CallKind::Screen => Ok(Self::Screen),
                CallKind::Group => Ok(Self::Group),
                CallKind::Alias => Ok(Self::Alias),
                CallKind::Batch => Err(unknown("type is missing; one of identify, track, page, screen, group, alias")),
            },
            Some(given) => match given.text() {
                Some("identify") => Ok(Self::Identify),
                Some("track") => Ok(Self::Track),
                Some("page") => Ok(Self::Page),
                Some("screen") => Ok(Self::Screen),
                Some("group") => Ok(Self::Group),
                Some("alias" | "merge") => Ok(Self::Alias),
                _ => {
                    let mut written = String::new();
                    given.write(&mut written);
                    let written = refused::excerpt(&written);
                    Err(unknown(&format!("type {written} is none of identify, track, page, screen, group, alias")))
                }
            },
        }
    }
}

/// What every kind of event has.
#[derive(Debug)]
struct Common {
    event_id: Option<String>,
    moment: Moment,
    said_us: Option<i64>,
    flags: Flags,
}

/// Reads one event, JSON as [`crate::body::read`] gives it.
pub fn interpret(event: &str, envelope: &Envelope<'_>, names: &Names) -> Result<Said, Refused> {
    let parsed = parse(event, &Bounds::OF_EVENTS)?;
    let Value::Object(event) = &parsed.value else {
        return Err(Refused::whole("not_an_object", "the event is no JSON object"));
    };
    if let Some(refused) = unreadable(event) {
        return Err(refused);
    }
    let of_batch = envelope.context.as_ref().map_err(Clone::clone)?;
    let context = Context { own: event.part("context")?, of_batch };
    let event_type = EventType::of(event, envelope.call)?;
    let mut flags = Flags::NONE;
    if parsed.had_nul {
        flags |= Flags::NUL_REPLACED;
    }
    if parsed.had_twins {
        flags |= Flags::TWIN_NAMES;
    }
    let event_id = event_id(event)?;
    let (moment, said_us) = time::moment(event, envelope.sent_us, envelope.received_us, &mut flags)?;
    let mut common = Common { event_id, moment, said_us, flags };
    match event_type {
        EventType::Track | EventType::Page | EventType::Screen => {
            let ids = ids::of_event(event, &context, &mut common.flags)?;
            acts::rows(event_type, event, &context, ids, common, names).map(Said::Events)
        }
        EventType::Identify => people::identify(event, &context, common).map(Said::Traits),
        EventType::Group => people::group(event, &context, common).map(Said::Traits),
        EventType::Alias => people::alias(event, common).map(Said::Link),
    }
}

/// What may be wrong with the address of a pixel.
const OF_ADDRESSES: [(&str, &str); 4] = [
    ("bad_encoding", "the address holds percent signs or Base64 that stand for no text"),
    ("bad_utf8", "data holds no UTF-8"),
    ("bad_json", "data holds no JSON object"),
    ("size_violation", "the parameters are too many bytes"),
];

/// Why an event is refused that stands for an address ([`crate::pixel::unreadable`]).
fn unreadable(event: &Object<'_>) -> Option<Refused> {
    if event.get("type").is_some() {
        return None;
    }
    let told = event.get("unreadable")?.object()?.text("code")?;
    let (code, message) = OF_ADDRESSES.iter().find(|(code, _)| *code == told)?;
    Some(Refused::whole(code, *message))
}

/// Bytes that an event's id may have.
const MAX_EVENT_ID: usize = 255;

fn event_id(event: &Object<'_>) -> Result<Option<String>, Refused> {
    let bad = |message: &str| Refused::new("bad_event_id", "messageId", message);
    match event.only("messageId")? {
        None => Ok(None),
        Some(Value::Text(text)) if text.is_empty() => Ok(None),
        Some(Value::Text(text)) if text.len() > MAX_EVENT_ID => Err(bad("messageId has more than 255 bytes")),
        Some(Value::Text(text)) => Ok(Some(text.clone().into_owned())),
        Some(Value::Number(number)) if ids::whole(number).is_some() => Ok(Some((*number).to_owned())),
        Some(_) => Err(bad("messageId is no text")),
    }
}
