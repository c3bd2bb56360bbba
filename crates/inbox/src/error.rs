//! What can go wrong with an inbox.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use databank_lake::LakeError;

/// A failed operation on an inbox. All who waited for one write are told of it.
#[derive(Debug, Clone, thiserror::Error)]
pub enum InboxError {
    /// The disk has no room. Nothing was kept of the request; it may be sent again.
    #[error("the disk of {} is full", path.display())]
    Full {
        /// The inbox's directory.
        path: PathBuf,
    },
    /// More waits to be synced, or to be deposited, than may wait. Nothing was kept of the request.
    #[error("the inbox holds as much as it may: {what}")]
    Crowded {
        /// What there is too much of.
        what: &'static str,
    },
    /// The request is larger than a record can be.
    #[error("{bytes} bytes are more than a record can hold")]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
    /// Bytes that were accepted have changed.
    #[error(
        "{} is damaged at byte {offset}: {what}; restore the file from a copy, or set it aside to lose what it holds and go on",
        path.display()
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Where.
        offset: u64,
        /// What is wrong.
        what: &'static str,
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
        source: Arc<io::Error>,
    },
    /// The inbox is being closed.
    #[error("the inbox is closed")]
    Closed,
}

impl InboxError {
    /// An I/O error; one for lack of room says so.
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self + use<> {
        let path = path.to_owned();
        move |source| match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                Self::Full { path: path.parent().map_or_else(|| path.clone(), Path::to_owned) }
            }
            _ => Self::Io { action, path, source: Arc::new(source) },
        }
    }

    /// Whether the same request may succeed a little later.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Full { .. } | Self::Crowded { .. } | Self::Io { .. } | Self::Closed => true,
            Self::TooLarge { .. } | Self::Damaged { .. } => false,
        }
    }
}

impl From<LakeError> for InboxError {
    fn from(error: LakeError) -> Self {
        match error {
            LakeError::Io { action, path, source } => Self::io(action, &path)(source),
            other => Self::Io { action: "write", path: PathBuf::new(), source: Arc::new(io::Error::other(other)) },
        }
    }
}
