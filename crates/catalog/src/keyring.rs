//! The master key, and the brand keys that it wraps.
//!
//! The master key lives in a file outside the data directory, so that a copy of the data alone tells nobody who its
//! people are. The catalog remembers only the key's fingerprint; another key, or none, refuses to open.

mod file;
mod wrap;

use std::fmt;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::{Catalog, CatalogError};

pub use wrap::{BrandKey, KeyPurpose, WrappedKey};

/// The master key file, or a wrapped key, cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyringError {
    /// The platform names no configuration directory for this user.
    #[error("this user has no configuration directory; name the master key file with --key-file")]
    NoDefaultPath,
    /// The key file lies within the data directory, where every copy of the data would take it along.
    #[error("the master key file {} lies inside the data directory; keep it elsewhere", path.display())]
    InsideData {
        /// The key file.
        path: PathBuf,
    },
    /// The data directory was made with a key, and the key file is not there.
    #[error(
        "the master key file {} is missing; this data directory was made with the key of fingerprint {fingerprint}",
        path.display()
    )]
    Missing {
        /// The key file.
        path: PathBuf,
        /// The fingerprint that is needed.
        fingerprint: String,
    },
    /// Others than its owner may use the key file.
    #[error("the master key file {} may be read by others (mode {mode:03o}); make it private (mode 600)", path.display())]
    TooOpen {
        /// The key file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The file holds no key.
    #[error("the master key file {} is damaged: {reason}", path.display())]
    Damaged {
        /// The key file.
        path: PathBuf,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The key file holds another key than the one the data directory was made with.
    #[error(
        "the master key file {} holds the key of fingerprint {found}; this data directory was made with {expected}",
        path.display()
    )]
    Wrong {
        /// The key file.
        path: PathBuf,
        /// The fingerprint that is needed.
        expected: String,
        /// The fingerprint of the key in the file.
        found: String,
    },
    /// The key file cannot be read or made.
    #[error("failed to {action} master key file {}", path.display())]
    Io {
        /// What was attempted.
        action: &'static str,
        /// The key file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A brand's key does not open with this master key.
    #[error("the {purpose} key of brand {brand} does not open with this master key")]
    Unwrap {
        /// The brand.
        brand: databank_model::BrandSlug,
        /// Which of its keys.
        purpose: KeyPurpose,
    },
    /// The system gave no randomness.
    #[error("the system gave no random bytes: {reason}")]
    Random {
        /// What it said.
        reason: String,
    },
    /// The catalog failed.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
}

/// Where an opened master key came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyOrigin {
    /// The file was there.
    Existing,
    /// The file was made now; its user must be told to keep a copy.
    Created(PathBuf),
}

/// The master key.
pub struct Keyring {
    master: Zeroizing<[u8; 32]>,
    fingerprint: String,
}

impl Keyring {
    /// Opens the master key of a data directory, and makes it at first use.
    ///
    /// A new key is made only when the catalog knows no fingerprint yet. `data_dir` must exist.
    pub async fn open(catalog: &Catalog, data_dir: &Path, key_file: &Path) -> Result<(Self, KeyOrigin), KeyringError> {
        file::refuse_inside(data_dir, key_file)?;
        let expected = catalog.meta().master_key_fingerprint().await?;
        if let Some(expected) = expected {
            return Ok((Self::load(key_file, &expected)?, KeyOrigin::Existing));
        }
        let (master, origin) = match file::read(key_file)? {
            Some(master) => (master, KeyOrigin::Existing),
            None => file::create(key_file)?,
        };
        let keyring = Self::from_master(master);
        // Before anything is sealed with it, so that no power cut leaves data whose key is gone.
        file::make_last(key_file)?;
        catalog.meta().fix_master_key_fingerprint(&keyring.fingerprint).await?;
        Ok((keyring, origin))
    }

    /// Reads a key file that must hold the key of that fingerprint.
    pub fn load(key_file: &Path, expected_fingerprint: &str) -> Result<Self, KeyringError> {
        let Some(master) = file::read(key_file)? else {
            return Err(KeyringError::Missing {
                path: key_file.to_owned(),
                fingerprint: expected_fingerprint.to_owned(),
            });
        };
        let keyring = Self::from_master(master);
        if keyring.fingerprint == expected_fingerprint {
            Ok(keyring)
        } else {
            Err(KeyringError::Wrong {
                path: key_file.to_owned(),
                expected: expected_fingerprint.to_owned(),
                found: keyring.fingerprint,
            })
        }
    }

    /// What tells this key from another without giving it away: 16 hex digits.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    fn from_master(master: Zeroizing<[u8; 32]>) -> Self {
        let derived = blake3::derive_key("databank 2026-11-22 master key fingerprint", master.as_slice());
        let fingerprint = hex::encode(&derived[..8]);
        Self { master, fingerprint }
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keyring").field("fingerprint", &self.fingerprint).finish_non_exhaustive()
    }
}

/// Where the master key is kept unless the user says otherwise: `databank/master.key` in the configuration directory.
pub fn default_key_file() -> Result<PathBuf, KeyringError> {
    let base = directories::BaseDirs::new().ok_or(KeyringError::NoDefaultPath)?;
    Ok(base.config_dir().join("databank").join("master.key"))
}

/// Fills a new key with the system's randomness.
fn random_bytes<const N: usize>() -> Result<Zeroizing<[u8; N]>, KeyringError> {
    let mut bytes = Zeroizing::new([0_u8; N]);
    getrandom::fill(bytes.as_mut_slice()).map_err(|error| KeyringError::Random { reason: error.to_string() })?;
    Ok(bytes)
}
