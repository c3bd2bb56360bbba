//! Directories whose names survive a power cut.

use std::fs::{DirBuilder, File};
use std::io::{self, ErrorKind};
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;

/// Makes a directory for its owner's eyes only, with its parents, where they are absent; and makes all of their names last.
pub fn make_private_directory(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)?;
    // Also when it was there: whoever made it may have been killed before its name lasted.
    std::path::absolute(path)?.parent().map_or(Ok(()), sync_names)
}

/// Syncs a directory and all above it, so that every name on the way lasts.
pub(crate) fn sync_names(directory: &Path) -> io::Result<()> {
    for ancestor in directory.ancestors() {
        match File::open(ancestor).and_then(|opened| opened.sync_all()) {
            // Somebody else's directory: whoever may not read it did not make what lies in it.
            Err(error) if error.kind() == ErrorKind::PermissionDenied => return Ok(()),
            outcome => outcome?,
        }
    }
    Ok(())
}
