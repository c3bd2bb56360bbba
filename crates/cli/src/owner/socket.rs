//! The owner's Unix socket.
//!
//! A socket's file appears with the process's default mode, and between its appearance and a change of mode anybody
//! could connect. So it is made in a directory that only its user may enter, given its mode there, and then moved to
//! its place; moving also replaces the socket that a killed owner left.
//!
//! A socket's address holds some hundred bytes of path. A longer one is named by way of the open directory, as
//! `/proc/self/fd/N/…`, which is always short (on Linux; elsewhere a long path is refused by the system).

use std::fs::{DirBuilder, File, Permissions};
use std::io::{self, ErrorKind};
use std::os::fd::AsRawFd;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use tokio::net::{UnixListener, UnixStream};

const FILE_NAME: &str = "owner.sock";
/// Where a new socket is made. Only the holder of the lock makes one, so the name is never contended.
const WORKSHOP: &str = ".owner-new";
/// The longest path that every Unix takes as an address.
const MAX_ADDRESS_BYTES: usize = 100;

/// A path to a socket that is short enough, as long as this value lives.
struct Address {
    path: PathBuf,
    _directory: Option<File>,
}

impl Address {
    fn new(directory: &Path, name: &str) -> io::Result<Self> {
        let path = directory.join(name);
        if path.as_os_str().len() <= MAX_ADDRESS_BYTES {
            return Ok(Self { path, _directory: None });
        }
        let opened = File::open(directory)?;
        let path = PathBuf::from(format!("/proc/self/fd/{}/{name}", opened.as_raw_fd()));
        Ok(Self { path, _directory: Some(opened) })
    }
}

/// The owner's end.
#[derive(Debug)]
pub(crate) struct OwnerSocket {
    /// Takes connections.
    pub(crate) listener: UnixListener,
    path: PathBuf,
    user: u32,
}

impl OwnerSocket {
    /// Makes the socket, in place of one that a killed owner may have left. For the holder of the lock.
    pub(crate) fn make(data_dir: &Path) -> io::Result<Self> {
        let workshop = data_dir.join(WORKSHOP);
        match std::fs::remove_dir_all(&workshop) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        DirBuilder::new().mode(0o700).create(&workshop)?;
        let address = Address::new(&workshop, FILE_NAME)?;
        let listener = UnixListener::bind(&address.path)?;
        let made = workshop.join(FILE_NAME);
        std::fs::set_permissions(&made, Permissions::from_mode(0o600))?;
        let user = std::fs::metadata(&made)?.uid();
        let path = data_dir.join(FILE_NAME);
        std::fs::rename(&made, &path)?;
        std::fs::remove_dir(&workshop)?;
        Ok(Self { listener, path, user })
    }

    /// Whether the process at the other end belongs to the owner's user (or to the administrator).
    pub(crate) fn may_connect(&self, stream: &UnixStream) -> bool {
        stream.peer_cred().is_ok_and(|peer| peer.uid() == self.user || peer.uid() == 0)
    }
}

impl Drop for OwnerSocket {
    /// Takes the socket away while the lock is still held: later, it might be the next owner's.
    fn drop(&mut self) {
        std::fs::remove_file(&self.path).ok();
    }
}

/// Connects to the owner. `None` when nobody listens: the owner has just begun, is about to end, or was killed.
pub(crate) async fn connect(data_dir: &Path) -> io::Result<Option<UnixStream>> {
    let address = Address::new(data_dir, FILE_NAME)?;
    match UnixStream::connect(&address.path).await {
        Ok(stream) => Ok(Some(stream)),
        Err(error) if nobody_listens(error.kind()) => Ok(None),
        Err(error) => Err(error),
    }
}

/// A listener that closes resets the connections that wait in its line; the connecting side learns that while it
/// still connects, or later.
fn nobody_listens(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::NotFound | ErrorKind::ConnectionRefused | ErrorKind::ConnectionReset | ErrorKind::BrokenPipe
    )
}
