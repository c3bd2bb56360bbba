//! What a row says, as a hash; and the keys that make it count once.
//!
//! All hashes are keyed by the brand, so that nothing can be learnt from a key, and two brands' keys never meet.

use std::cell::RefCell;

use databank_identity::IdKey;
use databank_lake::runs::Key;

/// Makes keys for one brand.
#[derive(Clone)]
pub struct Keyer {
    key: [u8; 32],
}

impl std::fmt::Debug for Keyer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keyer(..)")
    }
}

/// The parts of a row, each told apart from the next whatever it holds.
#[derive(Debug, Default)]
pub struct Parts {
    bytes: Vec<u8>,
}

impl Parts {
    /// Starts over.
    pub fn clear(&mut self) {
        self.bytes.clear();
    }

    /// Adds a word, as [`Parts::add`] adds its eight bytes.
    pub fn add_word(&mut self, tag: u8, word: [u8; 8]) {
        let mut part = [0; 13];
        part[0] = tag;
        part[1..5].copy_from_slice(&8_u32.to_le_bytes());
        part[5..].copy_from_slice(&word);
        self.bytes.extend_from_slice(&part);
    }

    /// Adds a part under a tag; an absent value is not added at all.
    pub fn add(&mut self, tag: u8, value: &[u8]) {
        let [a, b, c, d] = (value.len() as u32).to_le_bytes();
        self.bytes.extend_from_slice(&[tag, a, b, c, d]);
        self.bytes.extend_from_slice(value);
    }
}

thread_local! {
    /// Where the parts of a key are joined: made once, and not for each row.
    static JOINED: RefCell<Parts> = RefCell::default();
}

impl Keyer {
    /// A keyer under a key derived from the brand's id key.
    pub fn new(key: &IdKey) -> Self {
        Self { key: blake3::derive_key("databank 2026 event keys", key.as_bytes()) }
    }

    /// A key of a text that must not be kept itself.
    pub fn of_text(&self, text: &str) -> Key {
        self.hash(b"text", &[text.as_bytes()])
    }

    fn hash(&self, domain: &[u8], parts: &[&[u8]]) -> Key {
        JOINED.with_borrow_mut(|joined| {
            joined.clear();
            joined.add(0, domain);
            for part in parts {
                joined.add(1, part);
            }
            self.of_parts(joined)
        })
    }

    /// Key of an event that names itself.
    pub fn of_event_id(&self, source: &str, event_id: &str) -> Key {
        self.hash(b"event", &[source.as_bytes(), event_id.as_bytes()])
    }

    /// Key of the `ordinal`-th of identical rows of one source.
    pub fn of_content(&self, source: &str, content: &Key, revision: Option<i64>, ordinal: u32) -> Key {
        let revision = revision.map(i64::to_le_bytes);
        let revision = revision.as_ref().map_or(&[][..], |bytes| bytes.as_slice());
        self.hash(b"row", &[source.as_bytes(), content, revision, &ordinal.to_le_bytes()])
    }

    /// Business key of an order line, over all sources.
    pub fn of_order_line(&self, order_id: &str, line_id: &str, behavior: &str) -> Key {
        self.hash(b"line", &[order_id.as_bytes(), line_id.as_bytes(), behavior.as_bytes()])
    }

    /// What a row says.
    pub fn of_parts(&self, parts: &Parts) -> Key {
        let hash = blake3::keyed_hash(&self.key, &parts.bytes);
        let mut key = [0; 16];
        key.copy_from_slice(&hash.as_bytes()[..16]);
        key
    }
}

/// The eight bytes of a content hash that are kept to tell a repeat from a conflict.
pub fn short(content: &Key) -> u64 {
    content.first_chunk::<8>().map_or(0, |bytes| u64::from_le_bytes(*bytes))
}
