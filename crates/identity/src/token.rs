//! Tokens: what is kept instead of an id. Only the holder of the brand's key can tell which value a token is of.

use std::fmt;

use hmac::{Hmac, Mac};
use md5::Md5;
use sha2::{Digest, Sha256};
use zeroize::Zeroize;

use crate::id_type::{Form, IdType};

/// A brand's identity key. It never rotates: another key would make every person a stranger.
pub struct IdKey([u8; 32]);

impl IdKey {
    /// Takes over the bytes of a key.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes, to be wrapped by the master key.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl Drop for IdKey {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for IdKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IdKey(redacted)")
    }
}

/// The pseudonym of one value of one type within one brand: the first 16 bytes of
/// HMAC-SHA256(key, type ‖ 0 ‖ normal form).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Token(pub [u8; 16]);

impl Token {
    /// The slot of the profile that the token gets. It is the first byte, so that a log that is sorted by token is
    /// sorted by slot.
    pub fn slot(self) -> u8 {
        self.0[0]
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Makes tokens under one brand's key.
///
/// The two blocks that HMAC spends on the key are hashed once, here; a token of a usual value then costs two
/// compressions of SHA-256. Keep it no longer than the brand is open: its state stands for the key.
#[derive(Clone)]
pub struct Tokenizer {
    keyed: Hmac<Sha256>,
}

impl fmt::Debug for Tokenizer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tokenizer(redacted)")
    }
}

impl Tokenizer {
    /// Prepares a key.
    pub fn new(key: &IdKey) -> Self {
        Self { keyed: Hmac::new_from_slice(&key.0).expect("HMAC takes keys of any length") }
    }

    /// The token of a value in its normal form (see [`crate::normalize`]).
    pub fn token(&self, id_type: &IdType, normal: &str) -> Token {
        let mut mac = self.keyed.clone();
        mac.update(id_type.name().as_bytes());
        mac.update(&[0]);
        mac.update(normal.as_bytes());
        let digest = mac.finalize().into_bytes();
        let mut token = [0; 16];
        token.copy_from_slice(&digest[..16]);
        Token(token)
    }

    /// A number that only who holds the key can know.
    pub(crate) fn secret_number(&self) -> u64 {
        let mut mac = self.keyed.clone();
        // No type's name is empty, so that no token is made of the same bytes.
        mac.update(b"\0secret number");
        mac.finalize().into_bytes().first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes))
    }

    /// The tokens under which digests of this value will arrive: `phone_sha256` and `phone_md5` of `138…`,
    /// `86138…`, `+86138…`, and so on. Empty for types that are not hashable.
    ///
    /// They are made while the clear value is at hand; later nobody could.
    pub fn alias_tokens(&self, id_type: &IdType, normal: &str) -> Vec<(IdType, Token)> {
        let (Some(sha256_type), Some(md5_type)) = (id_type.sha256_type(), id_type.md5_type()) else {
            return Vec::new();
        };
        let forms = hashed_forms(id_type.form(), normal);
        let mut aliases = Vec::with_capacity(2 * forms.len());
        let mut hex_digest = [0; 64];
        for form in forms {
            let sha256 = hex_text(&Sha256::digest(&form), &mut hex_digest);
            aliases.push((sha256_type.clone(), self.token(&sha256_type, sha256)));
            let md5 = hex_text(&Md5::digest(&form), &mut hex_digest);
            aliases.push((md5_type.clone(), self.token(&md5_type, md5)));
        }
        aliases
    }
}

fn hex_text<'b>(digest: &[u8], buffer: &'b mut [u8; 64]) -> &'b str {
    let hex = &mut buffer[..2 * digest.len()];
    hex::encode_to_slice(digest, hex).expect("the digest's hex has the slice's length");
    std::str::from_utf8(hex).expect("hex is ASCII")
}

/// What other parties hash, from a normal form.
fn hashed_forms(form: Form, normal: &str) -> Vec<String> {
    let mut forms = match form {
        Form::Phone => match normal.strip_prefix('+') {
            Some(digits) => vec![normal.to_owned(), digits.to_owned()],
            None => vec![normal.to_owned(), format!("86{normal}"), format!("+86{normal}")],
        },
        Form::Mac => {
            let compact = normal.replace(':', "");
            vec![normal.to_owned(), normal.to_ascii_uppercase(), compact.to_ascii_uppercase(), compact]
        }
        Form::Imei | Form::Idfa | Form::Oaid | Form::AndroidId | Form::DeviceId => {
            vec![normal.to_owned(), normal.to_ascii_lowercase(), normal.to_ascii_uppercase()]
        }
        Form::Email | Form::Plain | Form::Md5 | Form::Sha256 => vec![normal.to_owned()],
    };
    forms.sort_unstable();
    forms.dedup();
    forms
}
