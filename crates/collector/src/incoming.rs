//! Requests as they come, and what is kept beside them.

use std::borrow::Cow;
use std::sync::Arc;

use databank_inbox::Record;
use databank_model::BrandSlug;
use databank_tracking::body::{CallKind, Limits, RefusedBody, read, unpack};
use serde::{Deserialize, Serialize};

use crate::CollectError;
use crate::collector::sized;

/// A request's body: as it came, which is what is kept, and unpacked for all who read it.
#[derive(Debug, Clone)]
pub struct Body {
    call: CallKind,
    encoding: Option<String>,
    packed: Vec<u8>,
    /// `None` when it came so, or is to be unpacked again.
    unpacked: Option<Vec<u8>>,
    write_key: Option<String>,
}

impl Body {
    /// A body that came as text and names no key.
    pub fn plain(call: CallKind, text: Vec<u8>) -> Self {
        Self { call, encoding: None, packed: text, unpacked: None, write_key: None }
    }

    /// Unpacks what came under an encoding that its sender names. One that has its turn stays unpacked until it is taken. One whose
    /// key is not known yet is read for it, and then waits for its turn as small as it came: nobody may make a server hold a
    /// thousand times what was sent.
    pub async fn open(
        call: CallKind,
        encoding: Option<String>,
        packed: Vec<u8>,
        has_turn: bool,
    ) -> Result<Self, CollectError> {
        let bytes = packed.len();
        let work = move || {
            let limits = Limits::default();
            let text = unpack(&packed, encoding.as_deref(), &limits)?;
            // Most SDKs that authorize by the head repeat the key in the body, at its end.
            let may_name_one = !has_turn || memchr::memmem::find(&text, b"\"writeKey\"").is_some();
            let write_key =
                if may_name_one { read(&text, call, &limits)?.write_key.map(Cow::into_owned) } else { None };
            let unpacked = match text {
                Cow::Owned(unpacked) if has_turn => Some(unpacked),
                _ => None,
            };
            let write_key = write_key.filter(|key| !key.is_empty());
            Ok(Self { call, encoding, packed, unpacked, write_key })
        };
        sized(bytes, work).await?
    }

    /// What was called.
    pub(crate) fn call(&self) -> CallKind {
        self.call
    }

    /// The key that it names, if it had to be read or says that it names one.
    pub fn write_key(&self) -> Option<&str> {
        self.write_key.as_deref()
    }

    /// Its text.
    pub(crate) fn text(&self) -> Result<Cow<'_, [u8]>, RefusedBody> {
        match &self.unpacked {
            Some(unpacked) => Ok(Cow::Borrowed(unpacked)),
            None => unpack(&self.packed, self.encoding.as_deref(), &Limits::default()),
        }
    }

    /// How many bytes are at hand.
    pub(crate) fn bytes(&self) -> usize {
        self.unpacked.as_ref().unwrap_or(&self.packed).len()
    }

    pub(crate) fn into_packed(self) -> Vec<u8> {
        self.packed
    }
}

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Incoming {
    /// Whose key sent it.
    pub brand: BrandSlug,
    /// The declared source: the key's name.
    pub source: Arc<str>,
    /// The body.
    pub body: Body,
    /// When it came, µs UTC.
    pub received_us: i64,
}

/// What a request's body does not say itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Facts {
    #[serde(rename = "s")]
    pub(crate) source: String,
    #[serde(rename = "c")]
    pub(crate) call: String,
    #[serde(rename = "e", default, skip_serializing_if = "Option::is_none")]
    pub(crate) encoding: Option<String>,
}

impl Facts {
    pub(crate) fn of(incoming: &Incoming) -> Self {
        Self {
            source: incoming.source.to_string(),
            call: incoming.body.call.as_str().to_owned(),
            encoding: incoming.body.encoding.clone(),
        }
    }

    /// Two texts and a word: there is nothing in it that could not be written.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// The facts of a record, and what was called; `None` where they are none.
    pub(crate) fn read(record: &Record) -> Option<(Self, CallKind)> {
        let facts: Self = serde_json::from_slice(&record.facts).ok()?;
        let call = CallKind::of_path(&facts.call)?;
        Some((facts, call))
    }
}
