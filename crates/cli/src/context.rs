//! What every command works on: one open data directory.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use databank_access::{Access, AccessSettings};
use databank_catalog::{Catalog, KeyOrigin, Keyring};
use databank_server::{Clock, Installation};

use crate::commands::CommandError;
use crate::data_directory::DataDirectory;
use crate::printer::Printer;

/// An open data directory. One per owner process; every command that it runs shares it.
#[derive(Debug)]
pub(crate) struct Context {
    /// The data directory with its catalog and its key; the server works on the same.
    pub(crate) installation: Arc<Installation>,
    /// Users, keys and the audit log.
    pub(crate) access: Access,
    user: String,
    key_file: PathBuf,
}

impl Context {
    /// Opens the data directory for the process that owns it.
    pub(crate) async fn open(
        data: DataDirectory,
        key_file: &Path,
        clock: Clock,
        printer: &Printer,
    ) -> Result<Self, CommandError> {
        let catalog = Catalog::open_alone(&data.catalog()).await?;
        let (keyring, origin) = Keyring::open(&catalog, data.path(), key_file).await?;
        if let KeyOrigin::Created(path) = origin {
            let path = path.display();
            printer
                .warn(&format!("made the master key {path}; keep a copy of it: without it nobody can read the data"))
                .await;
        }
        // Only the owner gets here, so whatever still runs was left by an owner that was killed.
        let interrupted = catalog.deposits().fail_interrupted(clock.now()).await?;
        if interrupted > 0 {
            tracing::warn!(interrupted, "closed deposits that an earlier process left unfinished");
        }
        let interrupted = catalog.jobs().interrupt_running(clock.now()).await?;
        if interrupted > 0 {
            tracing::warn!(interrupted, "ended jobs that an earlier process left unfinished");
        }
        catalog.idempotency().abandon_unanswered().await?;
        clear(&data.path().join("spill"))?;
        clear(&data.path().join(databank_upkeep::backup::ASIDE))?;
        let access = Access::new(catalog.clone(), AccessSettings::default());
        let installation = Installation::new(data.path().to_owned(), catalog, keyring, clock).await;
        let installation = Arc::new(installation.map_err(|error| CommandError::failed(&error))?);
        Ok(Self { installation, access, user: system_user(), key_file: key_file.to_owned() })
    }

    /// Who runs commands here, by the operating system's name. Only processes of the same user reach the owner.
    pub(crate) fn user(&self) -> &str {
        &self.user
    }

    /// Refuses another process's command when the key file that it names would not have opened this directory.
    pub(crate) fn check_key_file(&self, key_file: &Path) -> Result<(), CommandError> {
        if key_file != self.key_file {
            Keyring::load(key_file, self.installation.keyring.fingerprint())?;
        }
        Ok(())
    }
}

/// Deletes what killed processes left: it may hold rows in clear, of brands that are gone since.
fn clear(directory: &Path) -> Result<(), CommandError> {
    match std::fs::remove_dir_all(directory) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(CommandError::Failed(format!("failed to clear {}: {error}", directory.display())))
        }
        _ => Ok(()),
    }
}

/// The name of this process's user, as far as its environment tells.
pub(crate) fn system_user() -> String {
    let names = ["USER", "LOGNAME"].into_iter().filter_map(|name| std::env::var(name).ok());
    names.map(|name| name.trim().to_owned()).find(|name| !name.is_empty()).unwrap_or_else(|| "unknown".to_owned())
}
