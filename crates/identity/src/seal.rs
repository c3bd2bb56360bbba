//! Sealed contact values: the raw phone, mailbox or openid that reaches a person, readable with the seal key only.
//!
//! Bytes: format version (1), key version, nonce (24), XChaCha20-Poly1305 ciphertext and tag. Brand and type are
//! authenticated with it, so a sealed value cannot be moved to another brand or passed off as another type.

use std::fmt;

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use databank_model::BrandSlug;
use zeroize::{Zeroize, Zeroizing};

use crate::id_type::IdType;

const FORMAT: u8 = 1;
const NONCE_BYTES: usize = 24;
const HEADER_BYTES: usize = 2 + NONCE_BYTES;

/// A brand's key for contact values, with its version: this key rotates.
pub struct SealKey {
    version: u8,
    bytes: [u8; 32],
}

/// A sealed value could not be made or read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// Too short, or of a format that this version does not know.
    #[error("not a sealed value of a known format")]
    Format,
    /// Sealed under another version of the key.
    #[error("value is sealed under key version {found}, not {expected}")]
    KeyVersion {
        /// Version in the sealed value.
        found: u8,
        /// Version of the key that was tried.
        expected: u8,
    },
    /// Another key, brand or type, or the bytes were changed.
    #[error("sealed value does not open with this key, brand and type")]
    Refused,
}

/// The key version of a sealed value, to choose the key by; `None` when it is none.
pub fn sealed_key_version(sealed: &[u8]) -> Option<u8> {
    match sealed {
        [FORMAT, version, ..] => Some(*version),
        _ => None,
    }
}

impl SealKey {
    /// Takes over the bytes of a key.
    pub fn new(version: u8, bytes: [u8; 32]) -> Self {
        Self { version, bytes }
    }

    /// Which of the brand's seal keys this is.
    pub fn version(&self) -> u8 {
        self.version
    }

    /// The bytes, to be wrapped by the master key.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.bytes
    }

    /// Seals a value. `fill_random` fills the nonce: it must be a cryptographic source.
    pub fn seal(
        &self,
        brand: &BrandSlug,
        id_type: &IdType,
        value: &str,
        mut fill_random: impl FnMut(&mut [u8]),
    ) -> Vec<u8> {
        let mut nonce = XNonce::default();
        fill_random(&mut nonce);
        let bound = self.bound(brand, id_type);
        let ciphertext = self
            .cipher()
            .encrypt(&nonce, Payload { msg: value.as_bytes(), aad: &bound })
            .expect("an id is far below the cipher's limit of 256 GiB");
        let mut sealed = Vec::with_capacity(HEADER_BYTES + ciphertext.len());
        sealed.extend([FORMAT, self.version]);
        sealed.extend(nonce);
        sealed.extend(ciphertext);
        sealed
    }

    /// Opens a value sealed for this brand and type; the text is wiped when dropped.
    pub fn open(&self, brand: &BrandSlug, id_type: &IdType, sealed: &[u8]) -> Result<Zeroizing<String>, SealError> {
        let found = sealed_key_version(sealed).ok_or(SealError::Format)?;
        if found != self.version {
            return Err(SealError::KeyVersion { found, expected: self.version });
        }
        let nonce = sealed.get(2..HEADER_BYTES).ok_or(SealError::Format)?;
        let ciphertext = sealed.get(HEADER_BYTES..).ok_or(SealError::Format)?;
        let bound = self.bound(brand, id_type);
        let opened = self
            .cipher()
            .decrypt(XNonce::from_slice(nonce), Payload { msg: ciphertext, aad: &bound })
            .map_err(|_| SealError::Refused)?;
        String::from_utf8(opened).map(Zeroizing::new).map_err(|error| {
            error.into_bytes().zeroize();
            SealError::Refused
        })
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&self.bytes.into())
    }

    /// What a sealed value is bound to. Neither slugs nor type names hold a zero byte, so the parts cannot shift.
    fn bound(&self, brand: &BrandSlug, id_type: &IdType) -> Vec<u8> {
        let mut bound = vec![FORMAT, self.version];
        bound.extend(brand.as_str().as_bytes());
        bound.push(0);
        bound.extend(id_type.name().as_bytes());
        bound
    }
}

impl Drop for SealKey {
    fn drop(&mut self) {
        self.bytes.zeroize();
    }
}

impl fmt::Debug for SealKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealKey(version {}, redacted)", self.version)
    }
}
