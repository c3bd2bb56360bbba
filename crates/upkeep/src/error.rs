//! What can go wrong with back-ups and checks.

use std::path::{Path, PathBuf};

use databank_catalog::{CatalogError, KeyringError};
use databank_engine::EngineError;
use databank_lake::LakeError;

/// A back-up, a restore or a check that did not come to its end.
#[derive(Debug, thiserror::Error)]
pub enum UpkeepError {
    /// What was asked for cannot be done so.
    #[error("{message}")]
    BadRequest {
        /// What is wrong and what would be right.
        message: String,
    },
    /// A file of a back-up is not what was written.
    #[error("{} is damaged: {reason}; use another back-up", path.display())]
    DamagedBackup {
        /// The file.
        path: PathBuf,
        /// What does not fit.
        reason: String,
    },
    /// A file that is stored is not what was written.
    #[error("{} is damaged: {reason}; `databank doctor` says what mends it", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What does not fit.
        reason: String,
    },
    /// The operating system refused a file operation.
    #[error("failed to {action} {}", path.display())]
    Io {
        /// What was attempted.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// Control data failed.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// The master key is not the one.
    #[error(transparent)]
    Keyring(#[from] KeyringError),
    /// A vault failed.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// Files of a vault failed.
    #[error(transparent)]
    Lake(#[from] LakeError),
}

impl UpkeepError {
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { action, path, source }
    }

    pub(crate) fn bad(message: impl Into<String>) -> Self {
        Self::BadRequest { message: message.into() }
    }
}
