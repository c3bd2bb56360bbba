//! The data directory: where it is, whether it is one, what lies where in it.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use databank_catalog::make_private_directory;

use crate::commands::CommandError;

/// The control data: who has it is in use.
const CATALOG: &str = "catalog.sqlite";

/// Names that may lie in a directory that is not in use yet. SQLite's own are what a power cut during the first command left of a
/// catalog that had no name yet: SQLite deletes them when it makes one.
const UNRELATED: [&str; 6] =
    ["owner.lock", "owner.sock", "lost+found", "catalog.sqlite-journal", "catalog.sqlite-wal", "catalog.sqlite-shm"];

/// A directory that holds an installation, or that may become one.
#[derive(Debug, Clone)]
pub(crate) struct DataDirectory {
    path: PathBuf,
}

impl DataDirectory {
    /// Opens the directory, which must be there.
    pub(crate) fn open(path: &Path) -> Result<Self, CommandError> {
        match std::fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => {}
            Ok(_) => return Err(CommandError::BadInput(format!("{} is not a directory", path.display()))),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let path = path.display();
                return Err(CommandError::BadInput(format!(
                    "there is no data directory {path}; name one with --data, or make it with `databank brand add`"
                )));
            }
            Err(error) => return Err(unreadable(path, &error)),
        }
        if let Some(reason) = databank_upkeep::restore::unfinished(path) {
            return Err(CommandError::Failed(reason));
        }
        let directory = Self { path: path.to_owned() };
        directory.refuse_foreign_files()?;
        Ok(directory)
    }

    /// Opens the directory; makes it, for its owner's eyes only, when it is absent.
    pub(crate) fn open_or_make(path: &Path) -> Result<Self, CommandError> {
        let in_use = path.join(CATALOG).try_exists().unwrap_or(false);
        if !in_use {
            make_private_directory(path).map_err(|error| {
                CommandError::Failed(format!("failed to make directory {}: {error}", path.display()))
            })?;
        }
        Self::open(path)
    }

    /// The directory itself.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The control data.
    pub(crate) fn catalog(&self) -> PathBuf {
        self.path.join(CATALOG)
    }

    /// A mistyped `--data` must not spread files over somebody's home directory.
    fn refuse_foreign_files(&self) -> Result<(), CommandError> {
        let unreadable = |error: std::io::Error| unreadable(&self.path, &error);
        let in_use = self.catalog().try_exists().map_err(unreadable)?;
        if in_use {
            return Ok(());
        }
        for entry in std::fs::read_dir(&self.path).map_err(unreadable)? {
            let name = entry.map_err(unreadable)?.file_name();
            let name = name.to_string_lossy();
            if !name.starts_with('.') && !UNRELATED.contains(&&*name) {
                return Err(CommandError::BadInput(format!(
                    "{} is no data directory: it holds {name:?} and no catalog; name an empty or new one with --data",
                    self.path.display()
                )));
            }
        }
        Ok(())
    }
}

fn unreadable(path: &Path, error: &std::io::Error) -> CommandError {
    CommandError::Failed(format!("failed to read data directory {}: {error}", path.display()))
}
