//! Copying files so that they last, and knowing what was copied.

use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;

use databank_lake::durable::{create_directory, sync_directory};

use crate::{Progress, UpkeepError};

/// Bytes copied at a time.
const PIECE: usize = 1 << 20;

/// Copies a file and syncs it; returns its length and hash. The directory that names it is synced later, with all others.
pub(crate) fn copy(from: &Path, to: &Path, progress: &mut dyn Progress) -> Result<(u64, String), UpkeepError> {
    if let Some(parent) = to.parent() {
        create_directory(parent)?;
    }
    let mut source = File::open(from).map_err(UpkeepError::io("open", from))?;
    let mut target = File::create(to).map_err(UpkeepError::io("create", to))?;
    let copied =
        pass(&mut source, from, &mut |piece| target.write_all(piece).map_err(UpkeepError::io("write", to)), progress)?;
    target.sync_all().map_err(UpkeepError::io("sync", to))?;
    Ok(copied)
}

/// The length and hash of a file.
pub(crate) fn look(path: &Path, progress: &mut dyn Progress) -> Result<(u64, String), UpkeepError> {
    let mut source = File::open(path).map_err(UpkeepError::io("open", path))?;
    pass(&mut source, path, &mut |_| Ok(()), progress)
}

fn pass(
    source: &mut File,
    path: &Path,
    each: &mut dyn FnMut(&[u8]) -> Result<(), UpkeepError>,
    progress: &mut dyn Progress,
) -> Result<(u64, String), UpkeepError> {
    let mut hasher = blake3::Hasher::new();
    let mut buffer = vec![0; PIECE];
    let mut length = 0;
    loop {
        let read = match source.read(&mut buffer) {
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            read => read.map_err(UpkeepError::io("read", path))?,
        };
        let piece = buffer.get(..read).unwrap_or_default();
        if piece.is_empty() {
            return Ok((length, hasher.finalize().to_string()));
        }
        hasher.update(piece);
        each(piece)?;
        length += read as u64;
        progress.done(read as u64);
    }
}

/// Syncs a directory and all below it, so that the names in them last.
pub(crate) fn sync_tree(directory: &Path) -> Result<(), UpkeepError> {
    for entry in std::fs::read_dir(directory).map_err(UpkeepError::io("list", directory))?.flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            sync_tree(&entry.path())?;
        }
    }
    Ok(sync_directory(directory)?)
}
