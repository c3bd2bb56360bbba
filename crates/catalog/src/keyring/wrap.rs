//! Brand keys, and their wrapping by the master key.

use std::fmt;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use databank_model::BrandSlug;
use zeroize::Zeroizing;

use super::{Keyring, KeyringError, random_bytes};

/// First byte of a wrapped key: how it is wrapped.
const FORMAT: u8 = 1;
const NONCE_LEN: usize = 24;

/// What a brand key is for. A key wrapped for one purpose does not open for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyPurpose {
    /// Tokens of ids. Never rotates: tokens could not be matched any more.
    Id,
    /// Sealed raw values. Rotates.
    Seal,
}

impl KeyPurpose {
    fn as_str(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Seal => "seal",
        }
    }
}

impl fmt::Display for KeyPurpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A brand's key in the clear. Wiped from memory when dropped, never shown.
#[derive(Clone)]
pub struct BrandKey(Zeroizing<[u8; 32]>);

impl BrandKey {
    /// Makes a new key.
    pub fn generate() -> Result<Self, KeyringError> {
        random_bytes().map(Self)
    }

    /// A key of known bytes.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The key's bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for BrandKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BrandKey(..)")
    }
}

/// A brand's key, encrypted with the master key: safe to store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrappedKey(Vec<u8>);

impl WrappedKey {
    /// A wrapped key as it was stored.
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// What to store.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

impl Keyring {
    /// Encrypts a brand's key for storage.
    pub fn wrap(&self, brand: &BrandSlug, purpose: KeyPurpose, key: &BrandKey) -> Result<WrappedKey, KeyringError> {
        let nonce = random_bytes::<NONCE_LEN>()?;
        let aad = associated_data(brand, purpose);
        let payload = Payload { msg: key.as_bytes(), aad: &aad };
        let sealed = self
            .cipher()
            .encrypt(XNonce::from_slice(nonce.as_slice()), payload)
            .expect("32 bytes are within the cipher's limit");
        let mut bytes = Vec::with_capacity(1 + NONCE_LEN + sealed.len());
        bytes.push(FORMAT);
        bytes.extend_from_slice(nonce.as_slice());
        bytes.extend_from_slice(&sealed);
        Ok(WrappedKey(bytes))
    }

    /// Decrypts a brand's key. Fails for another brand's, another purpose's or another master key's.
    pub fn unwrap(
        &self,
        brand: &BrandSlug,
        purpose: KeyPurpose,
        wrapped: &WrappedKey,
    ) -> Result<BrandKey, KeyringError> {
        self.open_wrapped(brand, purpose, wrapped).ok_or_else(|| KeyringError::Unwrap { brand: brand.clone(), purpose })
    }

    fn open_wrapped(&self, brand: &BrandSlug, purpose: KeyPurpose, wrapped: &WrappedKey) -> Option<BrandKey> {
        let body = wrapped.0.strip_prefix(&[FORMAT])?;
        let (nonce, sealed) = body.split_at_checked(NONCE_LEN)?;
        let aad = associated_data(brand, purpose);
        let opened = self.cipher().decrypt(XNonce::from_slice(nonce), Payload { msg: sealed, aad: &aad }).ok()?;
        let opened = Zeroizing::new(opened);
        let bytes = <[u8; 32]>::try_from(opened.as_slice()).ok()?;
        Some(BrandKey::from_bytes(bytes))
    }

    /// The master key itself encrypts nothing; a key derived from it for this one use does.
    fn cipher(&self) -> XChaCha20Poly1305 {
        let key = Zeroizing::new(blake3::derive_key("databank 2026-11-22 wrap brand keys", self.master.as_slice()));
        XChaCha20Poly1305::new(key.as_slice().into())
    }
}

/// Binds a wrapped key to its place. No slug contains a zero byte, so two places never give the same bytes.
fn associated_data(brand: &BrandSlug, purpose: KeyPurpose) -> Vec<u8> {
    let mut bytes = brand.as_str().as_bytes().to_vec();
    bytes.push(0);
    bytes.extend_from_slice(purpose.as_str().as_bytes());
    bytes
}
