//! What can go wrong.

use databank_catalog::CatalogError;

/// It could not be done.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    /// The session or key does not hold: unknown, ended, revoked or expired.
    #[error("not signed in")]
    NotSignedIn,
    /// A value cannot be what it is meant to be.
    #[error("{message}")]
    Invalid {
        /// Which value.
        field: &'static str,
        /// What is wrong, and what would be right.
        message: String,
    },
    /// The system gave no randomness.
    #[error("the system gave no random bytes: {reason}")]
    Random {
        /// What it said.
        reason: String,
    },
    /// A password could not be hashed or compared.
    #[error("failed to hash a password: {reason}")]
    Hashing {
        /// What went wrong.
        reason: String,
    },
    /// The catalog failed, or refused.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
}

impl AccessError {
    pub(crate) fn invalid(field: &'static str, error: &impl ToString) -> Self {
        Self::Invalid { field, message: error.to_string() }
    }
}

/// A password was not taken.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// It is not that user's, or there is no such user, or they may not sign in: nobody learns which.
    #[error("wrong user name or password")]
    Wrong,
    /// Too many failed before it.
    #[error("too many attempts; try again in {retry_after_s} seconds")]
    TooMany {
        /// How long to wait.
        retry_after_s: u64,
    },
    /// Something else.
    #[error(transparent)]
    Failed(#[from] AccessError),
}

impl From<CatalogError> for SignInError {
    fn from(error: CatalogError) -> Self {
        Self::Failed(error.into())
    }
}
