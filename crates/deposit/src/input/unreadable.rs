//! Records that could not be read: what is kept of them, and where it goes.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use super::RAW_BYTES;

/// Why a record could not be read. The text form is stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum UnreadableCode {
    /// Too few or too many fields.
    RaggedRow,
    /// Bytes that are not text in the file's encoding.
    BadEncoding,
    /// A field or a row beyond the length limit.
    FieldTooLong,
    /// Not one JSON object, or one with repeated keys or nested too deep.
    BadJson,
    /// A quote that is never closed, or text after a closing quote.
    BadQuote,
    /// A value that is not of its column's declared type.
    BadType,
    /// A NUL byte.
    NulByte,
}

impl UnreadableCode {
    /// Returns the stable text of the code.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RaggedRow => "ragged_row",
            Self::BadEncoding => "bad_encoding",
            Self::FieldTooLong => "field_too_long",
            Self::BadJson => "bad_json",
            Self::BadQuote => "bad_quote",
            Self::BadType => "bad_type",
            Self::NulByte => "nul_byte",
        }
    }
}

impl fmt::Display for UnreadableCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// One record that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadableRow {
    /// The table name of the input.
    pub table: Arc<str>,
    /// The file, relative to the import's path.
    pub file: Arc<str>,
    /// The 1-based physical line on which the record begins.
    pub line: u64,
    /// Why.
    pub code: UnreadableCode,
    /// The same for people: what was found and what would be right.
    pub message: String,
    /// The text of the record, at most 64 KiB, with U+FFFD where its bytes are no text.
    pub raw: String,
}

/// Takes unreadable records as they are found.
///
/// It is called on a reading thread, which waits for it: a sink that is slow slows the reading, and none of its rows pile
/// up in memory.
pub trait UnreadableSink: Send + Sync {
    /// Takes one record.
    fn unreadable(&self, row: UnreadableRow);
}

/// Holds the sink of an opened mapping; without one, unreadable records are only counted.
#[derive(Clone, Default)]
pub struct SinkSlot(Arc<RwLock<Option<Arc<dyn UnreadableSink>>>>);

impl SinkSlot {
    /// Sets the sink that takes the records found from now on.
    pub fn set(&self, sink: Arc<dyn UnreadableSink>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some(sink);
    }

    pub(crate) fn get(&self) -> Option<Arc<dyn UnreadableSink>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl fmt::Debug for SinkSlot {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("SinkSlot").field(&self.get().is_some()).finish()
    }
}

/// An unreadable record before it is known whether an earlier scan already reported it.
#[derive(Debug)]
pub(crate) struct Found {
    /// The 1-based number of the record in its file.
    pub(crate) ordinal: u64,
    pub(crate) line: u64,
    pub(crate) code: UnreadableCode,
    pub(crate) message: String,
    pub(crate) raw: String,
}

/// Returns at most 64 KiB of a record's bytes as text, without its line end.
pub(crate) fn raw_text(bytes: &[u8]) -> String {
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
    let mut end = bytes.len().min(RAW_BYTES);
    // Never cuts a character in two: steps back over at most three continuation bytes.
    while end < bytes.len() && end > RAW_BYTES - 4 && bytes.get(end).is_some_and(|byte| byte & 0xC0 == 0x80) {
        end -= 1;
    }
    String::from_utf8_lossy(bytes.get(..end).unwrap_or_default()).into_owned()
}
