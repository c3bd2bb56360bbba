//! Why a world was not written.

use std::path::{Path, PathBuf};

/// Why a world was not written.
#[derive(Debug, thiserror::Error)]
pub enum WorldError {
    /// The plan cannot be met.
    #[error("{reason}")]
    BadPlan {
        /// What is wrong and what would be right.
        reason: String,
    },
    /// There is something in the directory already.
    #[error("{} is not empty; name a new directory, or empty this one first", .path.display())]
    NotEmpty {
        /// The directory.
        path: PathBuf,
    },
    /// A file could not be written.
    #[error("failed to write {}", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Rows could not be encoded.
    #[error("failed to encode {table}")]
    Parquet {
        /// Of what.
        table: String,
        /// Why.
        source: parquet::errors::ParquetError,
    },
    /// Columns do not fit together.
    #[error("failed to put the columns of {table} together")]
    Arrow {
        /// Of what.
        table: String,
        /// Why.
        source: arrow::error::ArrowError,
    },
    /// A thread ended before its work did.
    #[error("a thread that makes persons broke down")]
    Broken,
}

impl WorldError {
    pub(crate) fn io(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { path, source }
    }

    pub(crate) fn parquet(table: &str) -> impl FnOnce(parquet::errors::ParquetError) -> Self {
        let table = table.to_owned();
        move |source| Self::Parquet { table, source }
    }

    pub(crate) fn arrow(table: &str) -> impl FnOnce(arrow::error::ArrowError) -> Self {
        let table = table.to_owned();
        move |source| Self::Arrow { table, source }
    }
}
