//! The catalog at rest is sealed: what its file holds is written down when it is closed, and compared when it is opened.
//!
//! SQLite has sums for its write-ahead log and none for its file. The owner of a data directory is alone with it, so the
//! file changes only between its first write and its end: before that write the seal is broken (deleted, durably), after
//! the last connection is closed it is made again. After a crash there is no seal; then SQLite's own check of its structure
//! is asked for, and the rows that answers depend on have sums of their own (`row_sum`).

mod log;

use std::fs::File;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use crate::CatalogError;

const FORMAT: &str = "databank-catalog-seal-1";

/// What was found of a catalog's file before it is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found {
    /// No catalog yet.
    Nothing,
    /// It is what its seal says.
    Sealed,
    /// There is no seal: its last owner was ended by force, or it was of an earlier program.
    Unsealed,
}

/// The seal's file: beside the catalog, named after it.
pub(crate) fn path_of(catalog: &Path) -> PathBuf {
    catalog.with_extension("seal")
}

/// The write-ahead log's file.
fn log_of(catalog: &Path) -> PathBuf {
    let mut log = catalog.as_os_str().to_owned();
    log.push("-wal");
    PathBuf::from(log)
}

/// Compares a catalog's file with its seal.
pub(crate) fn check(catalog: &Path) -> Result<Found, CatalogError> {
    let sealed = match std::fs::read_to_string(path_of(catalog)) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let log = log_of(catalog);
            if let Ok(bytes) = std::fs::read(&log) {
                log::check(&log, &bytes, || std::fs::read(catalog).unwrap_or_default())?;
                // Its writer may have been killed before it synced its last transaction, or the name of the log, which SQLite
                // syncs where it makes one and then never again. Others are to stand on both.
                let synced = File::open(&log).and_then(|file| file.sync_all()).and_then(|()| sync_directory(&log));
                synced.map_err(|error| unsound(&log, &format!("it cannot be synced: {error}")))?;
            }
            let there = std::fs::metadata(catalog).is_ok_and(|metadata| metadata.len() > 0);
            return Ok(if there { Found::Unsealed } else { Found::Nothing });
        }
        Err(error) if error.kind() == ErrorKind::InvalidData => String::new(),
        Err(error) => return Err(unsound(&path_of(catalog), &format!("it cannot be read: {error}"))),
    };
    if !is_seal(&sealed) {
        let seal = path_of(catalog);
        return Err(unsound(&seal, "it is not the seal that was written"));
    }
    for beside in ["-wal", "-journal"] {
        let mut log = catalog.as_os_str().to_owned();
        log.push(beside);
        if std::fs::metadata(&log).is_ok_and(|metadata| metadata.len() > 0) {
            return Err(unsound(Path::new(&log), "it was not there when the catalog was closed"));
        }
    }
    if text_of(catalog)? == sealed {
        Ok(Found::Sealed)
    } else {
        Err(unsound(catalog, "its bytes are not those that were there when it was closed"))
    }
}

/// Removes the seal, durably: from now on the file may change.
pub(crate) fn break_it(catalog: &Path) -> Result<(), CatalogError> {
    let seal = path_of(catalog);
    match std::fs::remove_file(&seal) {
        Ok(()) => sync_parent(&seal),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(unsound(&seal, &format!("it cannot be removed: {error}"))),
    }
}

/// Seals a catalog that nobody has open. One with a log beside it still is open, and is left unsealed.
pub(crate) fn make(catalog: &Path) -> Result<(), CatalogError> {
    if std::fs::metadata(log_of(catalog)).is_ok_and(|metadata| metadata.len() > 0) {
        return Ok(());
    }
    let text = text_of(catalog)?;
    let seal = path_of(catalog);
    let new = seal.with_extension("seal-new");
    let write = || {
        let mut file = File::create(&new)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()
    };
    // The log was deleted when the catalog was closed: that has to last before a seal says that there is none.
    let named = write().and_then(|()| sync_directory(&seal)).and_then(|()| std::fs::rename(&new, &seal));
    named.map_err(|error| unsound(&seal, &format!("it cannot be written: {error}")))?;
    sync_parent(&seal)
}

/// Syncs the directory that names a file.
fn sync_directory(path: &Path) -> std::io::Result<()> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(parent).and_then(|directory| directory.sync_all())
}

fn sync_parent(path: &Path) -> Result<(), CatalogError> {
    sync_directory(path).map_err(|error| unsound(path, &format!("its directory cannot be synced: {error}")))
}

/// Format, bytes, hash of the file, and what tells a damaged seal from a damaged catalog.
fn text_of(catalog: &Path) -> Result<String, CatalogError> {
    let mut hasher = blake3::Hasher::new();
    let hashed = File::open(catalog).and_then(|mut file| std::io::copy(&mut file, &mut hasher));
    let bytes = hashed.map_err(|error| unsound(catalog, &format!("it cannot be read: {error}")))?;
    let said = format!("{FORMAT} {bytes} {}", hasher.finalize());
    Ok(format!("{said} {}\n", blake3::hash(said.as_bytes())))
}

fn is_seal(text: &str) -> bool {
    let parts = text.strip_suffix('\n').and_then(|line| line.rsplit_once(' '));
    parts.is_some_and(|(said, check)| said.starts_with(FORMAT) && check == blake3::hash(said.as_bytes()).to_string())
}

pub(crate) fn unsound(path: &Path, reason: &str) -> CatalogError {
    CatalogError::Unsound { path: path.to_owned(), reason: reason.to_owned() }
}

/// The sum of a row: of all that it says, so that a changed row is an error and never an answer.
pub(crate) fn row_sum(said: &serde_json::Value) -> String {
    hex::encode(&blake3::hash(said.to_string().as_bytes()).as_bytes()[..16])
}

/// Refuses a row that does not say what its sum was taken of. Rows of earlier programs have none.
pub(crate) fn require(what: &'static str, said: &serde_json::Value, sum: Option<&str>) -> Result<(), CatalogError> {
    match sum {
        Some(sum) if sum != row_sum(said) => {
            Err(CatalogError::Damaged { what, detail: format!("it does not say what was written: {said}") })
        }
        _ => Ok(()),
    }
}
