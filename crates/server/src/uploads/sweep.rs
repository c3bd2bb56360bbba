//! What goes: uploads that nobody imported, and what a crash left.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::{KEPT_US, forget};
use crate::app::App;
use crate::blocking::blocking;
use crate::problem::Problem;

/// Uploads looked at in one go.
const AT_ONCE: u64 = 10_000;

/// Forgets uploads that are older than a day, but for those of brands with jobs: one of them may be at work.
pub(crate) async fn sweep(app: &App, now_us: i64) -> Result<(), Problem> {
    let installation = app.installation();
    let old = installation.catalog.uploads().list_older(now_us.saturating_sub(KEPT_US), AT_ONCE).await?;
    for upload in old {
        if app.jobs().running(&upload.brand).is_empty() {
            forget(installation, &upload).await?;
        }
    }
    Ok(())
}

/// Removes folders that no upload lies in. For the start of a server: later one may be in the making.
pub(crate) async fn clear_leftovers(app: &App) -> Result<(), Problem> {
    let installation = app.installation();
    let mut known = BTreeSet::new();
    for upload in installation.catalog.uploads().list_older(i64::MAX, u64::from(u32::MAX)).await? {
        known.extend(Path::new(&upload.path).parent().map(|folder| installation.data_directory.join(folder)));
    }
    let root = installation.data_directory.join("uploads");
    let removed = blocking(move || remove_others(&root, &known)).await?;
    removed.map_err(|error| Problem::failed(&error))
}

fn remove_others(root: &Path, known: &BTreeSet<PathBuf>) -> std::io::Result<()> {
    for brand in folders_in(root)? {
        for folder in folders_in(&brand)? {
            if !known.contains(&folder) {
                std::fs::remove_dir_all(&folder)?;
            }
        }
    }
    Ok(())
}

fn folders_in(path: &Path) -> std::io::Result<Vec<PathBuf>> {
    let entries = match std::fs::read_dir(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut folders = Vec::new();
    for entry in entries {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            folders.push(entry.path());
        }
    }
    Ok(folders)
}
