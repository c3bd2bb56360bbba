//! Keeping a data directory: back-ups, their restoring, and the doctor.
//!
//! Apart from the commands, so that a page or a schedule can call the same; apart from the vaults, because it is about all
//! that an installation stores.
//!
//! - [`inventory`]: which files make up a brand's vault at a vault version. Back-up and doctor go by the same list.
//! - [`backup`]: a consistent copy beside running deposits: the catalog at one moment, and the files that it names.
//! - [`manifest`]: what a back-up says of itself, with a hash of each file.
//! - [`restore`]: a back-up into an empty data directory; what is cut short is refused by everybody until it is whole.
//! - [`doctor`]: everything stored, checked; each damage with what it means and the command that mends it.
//!
//! To check a new kind of stored file: name it in [`inventory`] when it belongs to a vault version (it is then backed up and
//! checked), else add a file to `doctor/`.
//!
//! Invariants: a back-up holds no byte that does not fit its sum; a back-up is whole or has another name; a restored directory
//! is whole or refuses to open; the doctor changes nothing. The master key is in no back-up.

pub mod backup;
mod copying;
pub mod doctor;
mod error;
pub mod inventory;
pub mod manifest;
pub mod restore;

pub use error::UpkeepError;

/// A future of known size and type, so that callers do not compile it again.
pub(crate) type BoxFuture<'a, T> = std::pin::Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Told how far a long work is.
pub trait Progress: Send {
    /// What is done now, and how many bytes it is about, when that is known.
    fn phase(&mut self, text: &str, bytes: Option<u64>);
    /// So many more bytes are done.
    fn done(&mut self, bytes: u64);
}
