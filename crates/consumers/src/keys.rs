//! A brand's keys, for as long as one question needs them.

use databank_catalog::{Brand, KeyPurpose, Keyring, KeyringError};
use databank_identity::{IdKey, SealKey, Tokenizer};
use databank_model::BrandSlug;

use crate::ConsumerError;

/// Makes tokens of one brand's ids and opens its sealed values.
#[derive(Debug)]
pub struct ConsumerKeys {
    pub(crate) brand: BrandSlug,
    pub(crate) tokenizer: Tokenizer,
    pub(crate) seal: SealKey,
}

impl ConsumerKeys {
    /// Unwraps a brand's keys.
    pub fn unwrap(keyring: &Keyring, brand: &Brand) -> Result<Self, ConsumerError> {
        let failed = |e: KeyringError| ConsumerError::Keys { reason: e.to_string() };
        let id = keyring.unwrap(&brand.slug, KeyPurpose::Id, &brand.wrapped_id_key).map_err(failed)?;
        let seal = keyring.unwrap(&brand.slug, KeyPurpose::Seal, &brand.wrapped_seal_key).map_err(failed)?;
        Ok(Self::new(brand.slug.clone(), &IdKey::new(*id.as_bytes()), SealKey::new(1, *seal.as_bytes())))
    }

    /// Takes over keys that are open already.
    pub fn new(brand: BrandSlug, id: &IdKey, seal: SealKey) -> Self {
        Self { brand, tokenizer: Tokenizer::new(id), seal }
    }
}
