//! Making files survive a power cut: the file, then the directory that names it.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::LakeError;

/// Syncs a directory, so that names made in it last.
pub fn sync_directory(path: &Path) -> Result<(), LakeError> {
    File::open(path).and_then(|directory| directory.sync_all()).map_err(LakeError::io("sync directory", path))
}

/// Syncs a finished file that someone else wrote.
pub fn sync_file(path: &Path) -> Result<(), LakeError> {
    File::open(path).and_then(|file| file.sync_all()).map_err(LakeError::io("sync", path))
}

/// Directories that this process has synced: what lay in one at that time has its name for good.
static SYNCED: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// Makes a directory with its parents; they survive a power cut if they are to last.
pub fn make_directory(path: &Path, lasts: bool) -> Result<(), LakeError> {
    if lasts { create_directory(path) } else { std::fs::create_dir_all(path).map_err(LakeError::io("create", path)) }
}

/// Makes a directory with its parents, each synced into the one that names it.
///
/// One that is there already may have been made by a process that was killed before it synced the name. So the first time
/// that this process comes by, the directory that names it is synced as if it were new.
pub fn create_directory(path: &Path) -> Result<(), LakeError> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    if path.is_dir() {
        let Some(parent) = parent.filter(|parent| !synced().contains(*parent)) else { return Ok(()) };
        create_directory(parent)?;
        return match sync_names(parent) {
            // Somebody else's directory above ours: whoever may not read it did not make what lies in it.
            Err(LakeError::Io { source, .. }) if source.kind() == std::io::ErrorKind::PermissionDenied => Ok(()),
            outcome => outcome,
        };
    }
    if let Some(parent) = parent {
        create_directory(parent)?;
    }
    match std::fs::create_dir(path) {
        Ok(()) => {}
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(LakeError::io("create directory", path)(error)),
    }
    parent.map_or(Ok(()), sync_names)
}

fn synced() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    SYNCED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Syncs a directory, and remembers that what lies in it now has its name for good.
fn sync_names(path: &Path) -> Result<(), LakeError> {
    sync_directory(path)?;
    synced().insert(path.to_owned());
    Ok(())
}

/// Makes a file's age count from now.
#[expect(clippy::disallowed_methods, reason = "file times are compared with file times, not with ours")]
pub fn touch(path: &Path) -> Result<(), LakeError> {
    let file = File::options().append(true).open(path).map_err(LakeError::io("open", path))?;
    file.set_modified(std::time::SystemTime::now()).map_err(LakeError::io("touch", path))
}

/// Writes a small file whole under a name that nothing has yet: until it is synced it bears another, which nobody reads and
/// whoever comes next writes over.
pub fn write_new(path: &Path, bytes: &[u8]) -> Result<(), LakeError> {
    let mut unfinished = path.as_os_str().to_owned();
    unfinished.push(format!(".{UNFINISHED}"));
    let unfinished = PathBuf::from(unfinished);
    let mut file = File::create(&unfinished).map_err(LakeError::io("create", &unfinished))?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(LakeError::io("write", &unfinished))?;
    name_new(&unfinished, path).map_err(LakeError::io("name", path))?;
    path.parent().map_or(Ok(()), sync_directory)
}

/// What the name of a file ends with until it is whole. One writer writes a table, so that a name is never contended; what
/// a crash left under one is written over.
pub(crate) const UNFINISHED: &str = "unfinished";

/// Gives a synced file a name that nothing has yet, in place of the one that it was written under.
pub(crate) fn name_new(unfinished: &Path, path: &Path) -> std::io::Result<()> {
    let named = std::fs::hard_link(unfinished, path);
    std::fs::remove_file(unfinished).ok();
    named
}

/// Writes a small file whole: a temporary name, synced, then renamed over the final one.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), LakeError> {
    let temporary = path.with_extension("tmp");
    let mut file = File::create(&temporary).map_err(LakeError::io("create", &temporary))?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(LakeError::io("write", &temporary))?;
    std::fs::rename(&temporary, path).map_err(LakeError::io("rename", path))?;
    path.parent().map_or(Ok(()), sync_directory)
}
