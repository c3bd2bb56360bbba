//! The lock that makes a process the owner of a data directory.

use std::fmt;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

const FILE_NAME: &str = "owner.lock";

/// A holder's description is a number and a few words.
const MAX_HOLDER_BYTES: u64 = 256;

/// The lock, held until it is dropped or the process dies.
#[derive(Debug)]
pub(crate) struct OwnerLock {
    file: File,
}

/// What became of an attempt to take the lock.
#[derive(Debug)]
pub(crate) enum Attempt {
    /// This process is the owner now.
    Owner(OwnerLock),
    /// Another process is.
    Held(Holder),
}

/// The process that holds the lock, as it described itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Holder {
    description: String,
}

impl Holder {
    /// Whether it said that it runs this command.
    pub(crate) fn runs(&self, command: &str) -> bool {
        self.description.trim().split_once(' ').is_some_and(|(_, running)| running == command)
    }
}

impl fmt::Display for Holder {
    /// `process 123 (databank import)`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.description.trim().split_once(' ') {
            Some((pid, command)) => write!(f, "process {pid} (databank {command})"),
            // It has the lock but has not written yet.
            None => f.write_str("another process"),
        }
    }
}

impl OwnerLock {
    /// Takes the lock if nobody holds it.
    pub(crate) fn try_acquire(data_dir: &Path, command: &str) -> io::Result<Attempt> {
        let path = data_dir.join(FILE_NAME);
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false).mode(0o600);
        let mut file = options.open(path)?;
        match file.try_lock() {
            Ok(()) => {
                // Only for whoever waits to read. On a full disk there is no room for it, and much to do without it.
                let described = file.set_len(0).and_then(|()| writeln!(file, "{} {command}", std::process::id()));
                if let Err(error) = described {
                    tracing::debug!(%error, "the lock does not say who holds it");
                }
                Ok(Attempt::Owner(Self { file }))
            }
            Err(TryLockError::WouldBlock) => {
                let mut bytes = Vec::new();
                file.rewind()?;
                file.take(MAX_HOLDER_BYTES).read_to_end(&mut bytes)?;
                let description = String::from_utf8_lossy(&bytes).into_owned();
                Ok(Attempt::Held(Holder { description }))
            }
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

impl Drop for OwnerLock {
    fn drop(&mut self) {
        // Only tidiness: what the file says counts while it is locked.
        self.file.set_len(0).ok();
        // A process that was just begun beside this one may have the file open for another moment.
        self.file.unlock().ok();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_learns_who_the_first_is_and_gets_the_lock_after_it() {
        let directory = tempfile::tempdir().unwrap();
        let Attempt::Owner(first) = OwnerLock::try_acquire(directory.path(), "import").unwrap() else {
            panic!("nobody held it");
        };
        let Attempt::Held(holder) = OwnerLock::try_acquire(directory.path(), "assets").unwrap() else {
            panic!("the first holds it");
        };
        assert_eq!(holder.to_string(), format!("process {} (databank import)", std::process::id()));
        drop(first);
        assert!(matches!(OwnerLock::try_acquire(directory.path(), "assets").unwrap(), Attempt::Owner(_)));
    }
}
