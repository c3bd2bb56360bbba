//! Making files survive a power cut: the file, then the directory that names it.

use std::fs::File;
use std::io::Write;
use std::path::Path;

use crate::LakeError;

/// Syncs a directory, so that names made in it last.
pub fn sync_directory(path: &Path) -> Result<(), LakeError> {
    File::open(path).and_then(|directory| directory.sync_all()).map_err(LakeError::io("sync directory", path))
}

/// Syncs a finished file that someone else wrote.
pub fn sync_file(path: &Path) -> Result<(), LakeError> {
    File::open(path).and_then(|file| file.sync_all()).map_err(LakeError::io("sync", path))
}

/// Makes a directory with its parents, each synced into the one that names it.
pub fn create_directory(path: &Path) -> Result<(), LakeError> {
    if path.is_dir() {
        return Ok(());
    }
    if let Some(parent) = path.parent().filter(|p| !p.as_os_str().is_empty()) {
        create_directory(parent)?;
    }
    match std::fs::create_dir(path) {
        Ok(()) => {}
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(LakeError::io("create directory", path)(error)),
    }
    match path.parent().filter(|p| !p.as_os_str().is_empty()) {
        Some(parent) => sync_directory(parent),
        None => Ok(()),
    }
}

/// Makes a file's age count from now.
#[expect(clippy::disallowed_methods, reason = "file times are compared with file times, not with ours")]
pub fn touch(path: &Path) -> Result<(), LakeError> {
    let file = File::options().append(true).open(path).map_err(LakeError::io("open", path))?;
    file.set_modified(std::time::SystemTime::now()).map_err(LakeError::io("touch", path))
}

/// Writes a small file whole: a temporary name, synced, then renamed over the final one.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), LakeError> {
    let temporary = path.with_extension("tmp");
    let mut file = File::create(&temporary).map_err(LakeError::io("create", &temporary))?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(LakeError::io("write", &temporary))?;
    std::fs::rename(&temporary, path).map_err(LakeError::io("rename", path))?;
    path.parent().map_or(Ok(()), sync_directory)
}
