//! Why a command did not do what was asked, and the exit code that says so.

use std::error::Error;

use databank_access::AccessError;
use databank_assets::AssetError;
use databank_catalog::{CatalogError, KeyringError};
use databank_collector::CollectError;
use databank_deposit::DepositError;
use databank_deposit::mapping::MappingError;
use databank_engine::EngineError;
use databank_history::HistoryError;
use databank_world::WorldError;

use crate::printer::PrintError;

use databank_server::IdentityError;
use databank_server::lacks_room;
pub(crate) use databank_server::with_causes;

/// Why a command did not do what was asked. The text is for the user: what was attempted, on what, what would be
/// right; in lower case, without `error:` before it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CommandError {
    /// Used wrongly.
    #[error("{0}")]
    Usage(String),
    /// What was given (a file, a name, a key) cannot be used.
    #[error("{0}")]
    BadInput(String),
    /// A privacy threshold or a permission forbids it.
    #[error("{0}")]
    Refused(String),
    /// Something broke.
    #[error("{0}")]
    Failed(String),
    /// Nobody reads the output any more.
    #[error("nobody reads the output any more")]
    OutputClosed,
}

impl CommandError {
    /// A failure told with all its causes.
    pub(crate) fn failed(error: &(dyn Error + 'static)) -> Self {
        Self::Failed(with_causes(error))
    }

    /// What the process tells its caller.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            // Whatever was being read or written then: nothing is wrong with what was given.
            Self::BadInput(text) if lacks_room(text) => 1,
            // Whoever stopped reading has what they wanted.
            Self::OutputClosed => 0,
            Self::Failed(_) => 1,
            Self::Usage(_) | Self::BadInput(_) => 2,
            Self::Refused(_) => 3,
        }
    }

    /// What the user reads; nothing when there is nobody to read it.
    pub(crate) fn message(&self) -> Option<String> {
        match self {
            Self::OutputClosed => None,
            Self::BadInput(text) | Self::Failed(text) if lacks_room(text) => {
                Some(format!("{text}; there is no room left on the disk; free some and do it again"))
            }
            // All that SQLite says when it cannot make the files that it needs beside its own, or when syncing fails.
            Self::Failed(text) if text.contains("unable to open database file") || text.contains("disk I/O error") => {
                Some(format!("{text}; see whether there is room left on the disk, and whether you may write there"))
            }
            Self::Usage(text) | Self::BadInput(text) | Self::Refused(text) | Self::Failed(text) => Some(text.clone()),
        }
    }
}

impl From<PrintError> for CommandError {
    fn from(error: PrintError) -> Self {
        match error {
            PrintError::Closed => Self::OutputClosed,
            PrintError::Io(_) | PrintError::Encode { .. } => Self::failed(&error),
        }
    }
}

impl From<CatalogError> for CommandError {
    fn from(error: CatalogError) -> Self {
        let text = with_causes(&error);
        match error {
            CatalogError::BrandNotFound { .. } => Self::BadInput(format!("{text}; `databank brand list` shows all")),
            CatalogError::UserNotFound { .. } => Self::BadInput(format!("{text}; `databank user list` shows all")),
            CatalogError::BrandExists { .. }
            | CatalogError::UserExists { .. }
            | CatalogError::LastOwner
            | CatalogError::NotFound { .. }
            | CatalogError::JobEnded { .. }
            | CatalogError::SettingFixed { .. }
            | CatalogError::WrongMasterKey { .. } => Self::BadInput(text),
            CatalogError::Unsound { .. } => Self::Failed(format!("{text}; `databank doctor` says what mends it")),
            CatalogError::Open { .. }
            | CatalogError::NewerSchema { .. }
            | CatalogError::NewerFormat { .. }
            | CatalogError::Conflict { .. }
            | CatalogError::DepositNotFound { .. }
            | CatalogError::Unbalanced { .. }
            | CatalogError::Damaged { .. }
            | CatalogError::Database { .. } => Self::Failed(text),
        }
    }
}

impl From<AccessError> for CommandError {
    fn from(error: AccessError) -> Self {
        let text = with_causes(&error);
        match error {
            AccessError::Invalid { field, message } => {
                Self::BadInput(format!("{}: {message}", field.replace('_', " ")))
            }
            AccessError::NotSignedIn => Self::Refused(text),
            AccessError::Random { .. } | AccessError::Hashing { .. } => Self::Failed(text),
            AccessError::Catalog(error) => error.into(),
        }
    }
}

impl From<KeyringError> for CommandError {
    fn from(error: KeyringError) -> Self {
        let text = with_causes(&error);
        match error {
            KeyringError::NoDefaultPath
            | KeyringError::InsideData { .. }
            | KeyringError::Missing { .. }
            | KeyringError::TooOpen { .. }
            | KeyringError::Damaged { .. }
            | KeyringError::Wrong { .. } => Self::BadInput(text),
            KeyringError::Io { .. } | KeyringError::Unwrap { .. } | KeyringError::Random { .. } => Self::Failed(text),
            KeyringError::Catalog(error) => error.into(),
        }
    }
}

impl From<CollectError> for CommandError {
    fn from(error: CollectError) -> Self {
        match error {
            CollectError::Deposit(error) => error.into(),
            CollectError::Catalog(error) => error.into(),
            error => Self::failed(&error),
        }
    }
}

impl From<IdentityError> for CommandError {
    fn from(error: IdentityError) -> Self {
        match error {
            IdentityError::Question(wrong) => Self::BadInput(wrong.to_string()),
            IdentityError::Collect(error) => error.into(),
            IdentityError::Deposit(error) => error.into(),
            error => Self::failed(&error),
        }
    }
}

impl From<EngineError> for CommandError {
    fn from(error: EngineError) -> Self {
        let text = with_causes(&error);
        match error {
            EngineError::UnknownBrand { .. }
            | EngineError::NoSuchVersion { .. }
            | EngineError::BadQuestion { .. }
            | EngineError::TimeLimit { .. }
            | EngineError::MemoryLimit { .. } => Self::BadInput(text),
            EngineError::Query(_)
            | EngineError::Worker { .. }
            | EngineError::Lake(_)
            | EngineError::BadVersion { .. } => Self::Failed(text),
            EngineError::Catalog(error) => error.into(),
        }
    }
}

impl From<HistoryError> for CommandError {
    fn from(error: HistoryError) -> Self {
        let text = with_causes(&error);
        match error {
            HistoryError::BadRules { .. } => Self::BadInput(text),
            HistoryError::Engine(error) => error.into(),
            HistoryError::Catalog(error) => error.into(),
            HistoryError::Lake(_)
            | HistoryError::Arrow(_)
            | HistoryError::IdentityMap { .. }
            | HistoryError::Unwritable { .. } => Self::Failed(text),
        }
    }
}

impl From<AssetError> for CommandError {
    fn from(error: AssetError) -> Self {
        match error {
            AssetError::Reversed { .. }
            | AssetError::TooLong { .. }
            | AssetError::UnknownStage { .. }
            | AssetError::NeverInChain => Self::BadInput(error.to_string()),
            AssetError::History(error) => error.into(),
            AssetError::Engine(error) => error.into(),
        }
    }
}

impl From<DepositError> for CommandError {
    fn from(error: DepositError) -> Self {
        let text = with_causes(&error);
        match error {
            // Of a mapping's errors this one is the machine's.
            DepositError::Mapping(MappingError::Engine { .. })
            | DepositError::SlotFull { .. }
            | DepositError::Seal { .. }
            | DepositError::Unwritten { .. }
            | DepositError::Canceled
            | DepositError::GaveWay
            | DepositError::Uneven { .. }
            | DepositError::StoredIdType { .. }
            | DepositError::Resolve(_)
            | DepositError::Arrow(_)
            | DepositError::Lake(_) => Self::Failed(text),
            DepositError::Mapping(_)
            | DepositError::BadRequest { .. }
            | DepositError::TooManyRejects { .. }
            | DepositError::Query { .. } => Self::BadInput(text),
            DepositError::Engine(error) => error.into(),
            DepositError::History(error) => error.into(),
            DepositError::Catalog(error) => error.into(),
        }
    }
}

impl From<WorldError> for CommandError {
    fn from(error: WorldError) -> Self {
        let text = with_causes(&error);
        match error {
            WorldError::BadPlan { .. } | WorldError::NotEmpty { .. } => Self::BadInput(text),
            WorldError::Io { .. } | WorldError::Parquet { .. } | WorldError::Arrow { .. } | WorldError::Broken => {
                Self::Failed(text)
            }
        }
    }
}
