//! What can go wrong with a vault's files.

use std::path::PathBuf;

/// A failed operation on a vault.
#[derive(Debug, thiserror::Error)]
pub enum LakeError {
    /// The operating system refused a file operation.
    #[error("failed to {action} {}", path.display())]
    Io {
        /// What was attempted: "write", "sync" ….
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// Delta refused to open or commit.
    #[error("failed to {action} table {table}")]
    Delta {
        /// What was attempted.
        action: &'static str,
        /// The table.
        table: &'static str,
        /// Why.
        #[source]
        source: Box<deltalake_core::DeltaTableError>,
    },
    /// A table's log could not be read: an entry is lost or damaged.
    #[error("failed to read the table log {} at version {version}", path.display())]
    Log {
        /// The log's directory.
        path: PathBuf,
        /// The version asked for.
        version: i64,
        /// Why.
        #[source]
        source: Box<deltalake_core::DeltaTableError>,
    },
    /// A data file could not be written or read.
    #[error("failed to {action} data file {}", path.display())]
    Parquet {
        /// What was attempted.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: parquet::errors::ParquetError,
    },
    /// Columns did not fit together.
    #[error("failed to handle columns of {}", path.display())]
    Arrow {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: arrow::error::ArrowError,
    },
    /// A stored file does not say what it was written with.
    #[error("{} is damaged: {reason}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What does not fit.
        reason: String,
    },
}

impl LakeError {
    /// What a failed call on a path becomes: `action` is what was attempted, such as `open`.
    pub fn io(action: &'static str, path: &std::path::Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { action, path, source }
    }

    pub(crate) fn delta(
        action: &'static str,
        table: &'static str,
    ) -> impl FnOnce(deltalake_core::DeltaTableError) -> Self {
        move |source| Self::Delta { action, table, source: Box::new(source) }
    }

    pub(crate) fn parquet(
        action: &'static str,
        path: &std::path::Path,
    ) -> impl FnOnce(parquet::errors::ParquetError) -> Self {
        let path = path.to_owned();
        move |source| Self::Parquet { action, path, source }
    }

    pub(crate) fn arrow(path: &std::path::Path) -> impl FnOnce(arrow::error::ArrowError) -> Self {
        let path = path.to_owned();
        move |source| Self::Arrow { path, source }
    }
}
