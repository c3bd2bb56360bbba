//! From the bytes of a request to its events.
//!
//! What is wrong with the whole refuses the whole, before anything of it is kept: an encoding that cannot be undone, bytes that
//! are no JSON. What is wrong with one event is found when that event is read.

use std::borrow::Cow;
use std::io::Read as _;

use serde::Deserialize;
use serde_json::value::RawValue;

/// How large requests may be.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of a body when it is unpacked.
    pub unpacked_bytes: usize,
    /// Events of a batch.
    pub events: usize,
    /// How deep brackets may stand within one another in a body. Beyond, nothing reads it.
    pub depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { unpacked_bytes: 16 << 20, events: 2_500, depth: 127 }
    }
}

/// A body that is refused whole.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RefusedBody {
    /// Nothing, or nothing but white space.
    #[error("the body is empty; send a JSON object")]
    Empty,
    /// The encoding is none that is understood.
    #[error("content encoding {0:?} is not understood; send gzip or none")]
    UnknownEncoding(String),
    /// The encoding cannot be undone.
    #[error("the body is not the gzip that it says it is: {0}")]
    BadEncoding(&'static str),
    /// Larger than a body may be.
    #[error("the body has more than {0} bytes")]
    TooLarge(usize),
    /// Bytes that are no UTF-8.
    #[error("the body is not UTF-8: byte {0} begins no character")]
    BadUtf8(usize),
    /// Text that is no JSON object.
    #[error("the body is not a JSON object: {0}")]
    BadJson(String),
    /// Brackets within brackets.
    #[error("brackets stand more than {0} deep in the body")]
    TooDeep(usize),
    /// More events than a batch may have.
    #[error("the batch has {events} events; send at most {most} at a time")]
    TooManyEvents {
        /// How many it has.
        events: usize,
        /// How many it may have.
        most: usize,
    },
}

impl RefusedBody {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty_body",
            Self::UnknownEncoding(_) => "unsupported_encoding",
            Self::BadEncoding(_) => "bad_encoding",
            Self::TooLarge(_) => "body_too_large",
            Self::BadUtf8(_) => "bad_utf8",
            Self::BadJson(_) => "bad_json",
            Self::TooDeep(_) => "too_deep",
            Self::TooManyEvents { .. } => "too_many_events",
        }
    }

    /// Status of the answer.
    pub fn status(&self) -> u16 {
        match self {
            Self::UnknownEncoding(_) => 415,
            Self::TooLarge(_) | Self::TooManyEvents { .. } => 413,
            _ => 400,
        }
    }
}

/// What is called: the word of the path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CallKind {
    /// Who somebody is.
    Identify,
    /// What somebody did.
    Track,
    /// A page that was seen.
    Page,
    /// A screen that was seen.
    Screen,
    /// What somebody belongs to.
    Group,
    /// That two ids are one person's.
    Alias,
    /// Many of these.
    Batch,
}

impl CallKind {
    /// The word of its path.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Identify => "identify",
            Self::Track => "track",
            Self::Page => "page",
            Self::Screen => "screen",
            Self::Group => "group",
            Self::Alias => "alias",
            Self::Batch => "batch",
        }
    }

    /// The call of a path's last word, whole or in one letter; `import` is a batch and `merge` an alias.
    pub fn of_path(word: &str) -> Option<Self> {
        Some(match word {
            "identify" | "i" => Self::Identify,
            "track" | "t" => Self::Track,
            "page" | "p" => Self::Page,
            "screen" | "s" => Self::Screen,
            "group" | "g" => Self::Group,
            "alias" | "a" | "merge" => Self::Alias,
            "batch" | "b" | "import" => Self::Batch,
            _ => return None,
        })
    }
}

/// A request's events, as they were written.
#[derive(Debug, Clone, Default)]
pub struct Request<'a> {
    /// The key that the body names.
    pub write_key: Option<Cow<'a, str>>,
    /// When the sender sent it, by the sender's clock, as written.
    pub sent_at: Option<&'a str>,
    /// What holds of every event of a batch that does not say otherwise; JSON.
    pub context: Option<&'a str>,
    /// The events; JSON each.
    pub events: Vec<&'a str>,
}

/// Undoes the encoding of a body, up to a limit. A body that begins like gzip is taken for it: senders forget to say so.
pub fn unpack<'a>(body: &'a [u8], encoding: Option<&str>, limits: &Limits) -> Result<Cow<'a, [u8]>, RefusedBody> {
    let is_gzip = |bytes: &[u8]| bytes.starts_with(&[0x1f, 0x8b]);
    let encoding = encoding.map(|text| text.trim().to_ascii_lowercase()).unwrap_or_default();
    match encoding.as_str() {
        "gzip" | "x-gzip" => {}
        "" | "identity" if is_gzip(body) => {}
        "" | "identity" if body.len() > limits.unpacked_bytes => {
            return Err(RefusedBody::TooLarge(limits.unpacked_bytes));
        }
        "" | "identity" => return Ok(Cow::Borrowed(body)),
        _ => return Err(RefusedBody::UnknownEncoding(encoding.chars().take(40).collect())),
    }
    if body.is_empty() {
        return Err(RefusedBody::Empty);
    }
    let mut unpacked = Vec::new();
    let mut decoder = flate2::bufread::GzDecoder::new(body);
    let most = limits.unpacked_bytes as u64 + 1;
    decoder.by_ref().take(most).read_to_end(&mut unpacked).map_err(|_| RefusedBody::BadEncoding("it breaks off"))?;
    if unpacked.len() > limits.unpacked_bytes {
        return Err(RefusedBody::TooLarge(limits.unpacked_bytes));
    }
    if !decoder.into_inner().is_empty() {
        return Err(RefusedBody::BadEncoding("something follows it"));
    }
    if is_gzip(&unpacked) {
        return Err(RefusedBody::BadEncoding("it is packed twice"));
    }
    Ok(Cow::Owned(unpacked))
}

/// The parts of a batch that are read; the rest is nobody's business here.
#[derive(Deserialize)]
struct Whole<'a> {
    #[serde(borrow, default)]
    batch: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "writeKey")]
    write_key: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "sentAt")]
    sent_at: Option<&'a RawValue>,
    #[serde(borrow, default)]
    context: Option<&'a RawValue>,
}

/// Reads an unpacked body.
pub fn read<'a>(body: &'a [u8], call: CallKind, limits: &Limits) -> Result<Request<'a>, RefusedBody> {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    let text = std::str::from_utf8(body).map_err(|error| RefusedBody::BadUtf8(error.valid_up_to()))?;
    let text = text.trim_matches([' ', '\t', '\r', '\n']);
    if text.is_empty() {
        return Err(RefusedBody::Empty);
    }
    if depth_of(text) > limits.depth {
        return Err(RefusedBody::TooDeep(limits.depth));
    }
    let bad = |error: &serde_json::Error| RefusedBody::BadJson(error.to_string());
    if !text.starts_with('{') {
        // An array or a text may be good JSON, and is nothing that an SDK sends.
        return Err(match serde_json::from_str::<&RawValue>(text) {
            Ok(_) => RefusedBody::BadJson("it is something else".to_owned()),
            Err(error) => bad(&error),
        });
    }
    let whole: Whole<'a> = serde_json::from_str(text).map_err(|error| bad(&error))?;
    let text_of = |raw: Option<&'a RawValue>| {
        let raw = raw.filter(|raw| raw.get().starts_with('"'))?;
        serde_json::from_str::<Text<'a>>(raw.get()).ok().map(|text| text.0)
    };
    let plain = |raw: Option<&'a RawValue>| raw.map(RawValue::get).filter(|text| *text != "null");
    let mut request = Request {
        write_key: text_of(whole.write_key),
        sent_at: plain(whole.sent_at),
        context: plain(whole.context),
        events: Vec::new(),
    };
    match (call, whole.batch) {
        (CallKind::Batch, None) => {
            return Err(RefusedBody::BadJson("a batch needs its events under \"batch\"".to_owned()));
        }
        (CallKind::Batch, Some(events)) => {
            if !events.get().starts_with('[') {
                return Err(RefusedBody::BadJson("\"batch\" is not an array".to_owned()));
            }
            let events: Vec<&'a RawValue> = serde_json::from_str(events.get()).map_err(|error| bad(&error))?;
            if events.len() > limits.events {
                return Err(RefusedBody::TooManyEvents { events: events.len(), most: limits.events });
            }
            request.events = events.into_iter().map(RawValue::get).collect();
        }
        // The body is the event; its context is its own.
        (_, _) => {
            request.context = None;
            request.events.push(text);
        }
    }
    Ok(request)
}

/// A text without a copy where nothing in it is escaped.
#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

/// How deep brackets stand within one another, whether or not they match.
fn depth_of(text: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let (mut in_text, mut is_escaped) = (false, false);
    for byte in text.bytes() {
        if in_text {
            match byte {
                _ if is_escaped => is_escaped = false,
                b'\\' => is_escaped = true,
                b'"' => in_text = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => in_text = true,
            b'[' | b'{' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

#[cfg(test)]
mod tests;
