//! What went wrong below, as its caller may read it. Wrong questions are told; what broke is only logged.

use std::error::Error;

use databank_access::{AccessError, Denied, SignInError};
use databank_assets::AssetError;
use databank_catalog::{CatalogError, KeyringError};
use databank_collector::CollectError;
use databank_consumers::ConsumerError;
use databank_deposit::DepositError;
use databank_engine::EngineError;
use databank_history::HistoryError;
use databank_lake::LakeError;

use super::{Code, Problem};
use crate::installation::AddBrandError;

/// An error and its causes, each of which says only its own level.
pub fn with_causes(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let level = cause.to_string();
        if !text.ends_with(&level) {
            text.push_str(": ");
            text.push_str(&level);
        }
        source = cause.source();
    }
    text
}

/// Whether an error's text, with its causes, ends in a disk or a quota that is full: as the system says it, or SQLite. The
/// libraries on the way keep no more of it than the text.
pub fn lacks_room(text: &str) -> bool {
    ["(os error 28)", "(os error 122)", "database or disk is full"].iter().any(|full| text.contains(full))
}

impl Problem {
    /// A failure that only the log learns of, with all its causes.
    pub fn failed(error: &(dyn Error + 'static)) -> Self {
        Self::internal(with_causes(error))
    }
}

impl From<CatalogError> for Problem {
    fn from(error: CatalogError) -> Self {
        match &error {
            CatalogError::BrandNotFound { .. }
            | CatalogError::DepositNotFound { .. }
            | CatalogError::UserNotFound { .. }
            | CatalogError::NotFound { .. } => Self::not_found(),
            CatalogError::BrandExists { .. }
            | CatalogError::SettingFixed { .. }
            | CatalogError::Conflict { .. }
            | CatalogError::UserExists { .. }
            | CatalogError::LastOwner
            | CatalogError::JobEnded { .. } => Self::conflict(error.to_string()),
            _ => Self::failed(&error),
        }
    }
}

impl From<CollectError> for Problem {
    fn from(error: CollectError) -> Self {
        match error {
            CollectError::Catalog(error) => error.into(),
            CollectError::Deposit(error) => error.into(),
            error => Self::failed(&error),
        }
    }
}

impl From<Denied> for Problem {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::NotFound => Self::not_found(),
            Denied::Forbidden { action } => {
                Self::new(Code::Forbidden, format!("you may not do this: it takes the right {action}"))
            }
            Denied::ConfirmationNeeded => {
                Self::new(Code::ConfirmationNeeded, "confirm your password first: POST /api/v1/session/confirm")
            }
            Denied::PasswordChangeNeeded => Self::new(
                Code::PasswordChangeNeeded,
                "choose a password of your own first: POST /api/v1/session/password",
            ),
        }
    }
}

impl From<AccessError> for Problem {
    fn from(error: AccessError) -> Self {
        match error {
            AccessError::NotSignedIn => Self::not_signed_in(),
            AccessError::Invalid { field, message } => Self::invalid_field(field, message),
            AccessError::Catalog(error) => error.into(),
            AccessError::Random { .. } | AccessError::Hashing { .. } => Self::failed(&error),
        }
    }
}

impl From<SignInError> for Problem {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::Wrong => Self::new(Code::WrongCredentials, "the user name or the password is wrong"),
            SignInError::TooMany { retry_after_s } => {
                Self::new(Code::TooManyRequests, "too many attempts; wait, then try again").retry_after(retry_after_s)
            }
            SignInError::Failed(error) => error.into(),
        }
    }
}

impl From<KeyringError> for Problem {
    fn from(error: KeyringError) -> Self {
        Self::failed(&error)
    }
}

impl From<AddBrandError> for Problem {
    fn from(error: AddBrandError) -> Self {
        match error {
            AddBrandError::BadName => Self::invalid_field("name", "must be a text of one line"),
            AddBrandError::Keyring(error) => error.into(),
            AddBrandError::Catalog(error) => error.into(),
        }
    }
}

impl From<LakeError> for Problem {
    fn from(error: LakeError) -> Self {
        Self::failed(&error)
    }
}

impl From<EngineError> for Problem {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::UnknownBrand { .. } => Self::not_found(),
            EngineError::BadQuestion { message } => Self::invalid(message),
            EngineError::NoSuchVersion { .. } => Self::invalid_field("vault_version", error.to_string()),
            EngineError::TimeLimit { .. } | EngineError::MemoryLimit { .. } => Self::invalid(error.to_string()),
            EngineError::Catalog(error) => error.into(),
            EngineError::Query(_)
            | EngineError::Worker { .. }
            | EngineError::Lake(_)
            | EngineError::BadVersion { .. } => Self::failed(&error),
        }
    }
}

impl From<HistoryError> for Problem {
    fn from(error: HistoryError) -> Self {
        match error {
            HistoryError::BadRules { .. } => Self::invalid(error.to_string()),
            HistoryError::Engine(error) => error.into(),
            HistoryError::Catalog(error) => error.into(),
            HistoryError::Lake(_)
            | HistoryError::Arrow(_)
            | HistoryError::IdentityMap { .. }
            | HistoryError::Unwritable { .. } => Self::failed(&error),
        }
    }
}

impl From<AssetError> for Problem {
    fn from(error: AssetError) -> Self {
        match error {
            AssetError::Reversed { .. }
            | AssetError::TooLong { .. }
            | AssetError::UnknownStage { .. }
            | AssetError::NeverInChain => Self::invalid(error.to_string()),
            AssetError::History(error) => error.into(),
            AssetError::Engine(error) => error.into(),
        }
    }
}

impl From<ConsumerError> for Problem {
    fn from(error: ConsumerError) -> Self {
        match error {
            ConsumerError::NotAnId | ConsumerError::BadType { .. } | ConsumerError::BadValue { .. } => {
                Self::invalid(error.to_string())
            }
            ConsumerError::Engine(error) => error.into(),
            ConsumerError::History(error) => error.into(),
            ConsumerError::Keys { .. }
            | ConsumerError::StoredIdType { .. }
            | ConsumerError::Arrow(_)
            | ConsumerError::Lake(_) => Self::failed(&error),
        }
    }
}

impl From<DepositError> for Problem {
    fn from(error: DepositError) -> Self {
        match error {
            DepositError::Mapping(_)
            | DepositError::BadRequest { .. }
            | DepositError::TooManyRejects { .. }
            | DepositError::Query { .. } => Self::invalid(with_causes(&error)),
            DepositError::Canceled | DepositError::GaveWay => Self::conflict(error.to_string()),
            DepositError::Engine(error) => error.into(),
            DepositError::History(error) => error.into(),
            DepositError::Catalog(error) => error.into(),
            DepositError::SlotFull { .. }
            | DepositError::Uneven { .. }
            | DepositError::Seal { .. }
            | DepositError::Unwritten { .. }
            | DepositError::StoredIdType { .. }
            | DepositError::Resolve(_)
            | DepositError::Arrow(_)
            | DepositError::Lake(_) => Self::failed(&error),
        }
    }
}
