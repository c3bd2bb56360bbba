//! The master key's file: a comment and 64 hex digits, for its owner's eyes only.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::{KeyOrigin, KeyringError, random_bytes};
use crate::private_directory::sync_names;

const COMMENT: &str = "# Databank master key. Keep a copy in a safe place: without it the data cannot be read.\n";

/// A key file is a few lines; anything larger was named by mistake.
const MAX_FILE_BYTES: u64 = 4096;

/// Refuses a key file that a copy of the data directory would contain.
pub(super) fn refuse_inside(data_dir: &Path, key_file: &Path) -> Result<(), KeyringError> {
    let data_dir = data_dir.canonicalize().map_err(io("look up the data directory of", key_file))?;
    if resolve(key_file)?.starts_with(&data_dir) {
        return Err(KeyringError::InsideData { path: key_file.to_owned() });
    }
    Ok(())
}

/// The path with links followed, as far as it exists.
fn resolve(path: &Path) -> Result<PathBuf, KeyringError> {
    let absolute = std::path::absolute(path).map_err(io("look up", path))?;
    for ancestor in absolute.ancestors() {
        match ancestor.canonicalize() {
            Ok(existing) => {
                let rest = absolute.strip_prefix(ancestor).unwrap_or(Path::new(""));
                return Ok(existing.join(rest));
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(io("look up", path)(error)),
        }
    }
    Ok(absolute)
}

/// Reads the key; `None` when there is no such file.
pub(super) fn read(path: &Path) -> Result<Option<Zeroizing<[u8; 32]>>, KeyringError> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(io("open", path)(error)),
    };
    let metadata = file.metadata().map_err(io("read", path))?;
    let damaged = |reason| KeyringError::Damaged { path: path.to_owned(), reason };
    if !metadata.is_file() {
        return Err(damaged("it is not a file"));
    }
    let mode = metadata.mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(KeyringError::TooOpen { path: path.to_owned(), mode });
    }
    let mut text = Zeroizing::new(String::new());
    file.take(MAX_FILE_BYTES).read_to_string(&mut text).map_err(io("read", path))?;

    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let (Some(digits), None) = (lines.next(), lines.next()) else {
        return Err(damaged("it should hold one line of 64 hex digits"));
    };
    let mut key = Zeroizing::new([0_u8; 32]);
    hex::decode_to_slice(digits, key.as_mut_slice())
        .map_err(|_| damaged("it should hold one line of 64 hex digits"))?;
    // A sample key, or a file that a crash left blank, protects nothing.
    if key.iter().all(|byte| *byte == key[0]) {
        return Err(damaged("its key is not random"));
    }
    Ok(Some(key))
}

/// Makes the key file with a new key. When another process makes it at the same moment, its key is taken.
pub(super) fn create(path: &Path) -> Result<(Zeroizing<[u8; 32]>, KeyOrigin), KeyringError> {
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    DirBuilder::new().recursive(true).mode(0o700).create(directory).map_err(io("make the directory of", path))?;

    let key = random_bytes::<32>()?;
    // Written whole under another name and then linked, so that nobody ever reads half a key.
    let suffix = random_bytes::<8>()?;
    let temporary = directory.join(format!(".master.key.{}", hex::encode(suffix.as_slice())));
    let linked = write_private(&temporary, &key).and_then(|()| std::fs::hard_link(&temporary, path));
    let removed = std::fs::remove_file(&temporary);
    match linked {
        Ok(()) => {
            removed.map_err(io("tidy up beside", path))?;
            Ok((key, KeyOrigin::Created(path.to_owned())))
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => match read(path)? {
            Some(theirs) => Ok((theirs, KeyOrigin::Existing)),
            None => Err(io("make", path)(error)),
        },
        Err(error) => Err(io("make", path)(error)),
    }
}

/// Syncs a key file that a data directory is about to depend on, with every name on the way to it: whoever made them may
/// have been killed before they lasted.
pub(super) fn make_last(path: &Path) -> Result<(), KeyringError> {
    let failed = || io("sync", path);
    File::open(path).and_then(|file| file.sync_all()).map_err(failed())?;
    let absolute = std::path::absolute(path).map_err(failed())?;
    absolute.parent().map_or(Ok(()), sync_names).map_err(failed())
}

fn write_private(path: &Path, key: &Zeroizing<[u8; 32]>) -> std::io::Result<()> {
    let digits = Zeroizing::new(hex::encode(key.as_slice()));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(COMMENT.as_bytes())?;
    file.write_all(digits.as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()
}

fn io(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> KeyringError {
    let path = path.to_owned();
    move |source| KeyringError::Io { action, path, source }
}
