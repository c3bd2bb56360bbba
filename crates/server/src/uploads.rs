//! Files that were sent and wait to be imported.
//!
//! An upload lies at `<data>/uploads/<brand>/<32 hex digits>/<name>`, readable by the owner of the process only. The folder
//! is ours; of the name that its sender gave only what cannot be mistaken for a path is left. It goes when an import of it
//! is done, or after [`KEPT_US`]; [`sweep`] sees to that.
//!
//! - `store`: from a request's body to disk. `name`: names. `stage`: what an import reads. `sweep`: what goes.

mod name;
mod stage;
mod store;
mod sweep;

use std::path::PathBuf;

use databank_catalog::{Upload, UploadId};
use databank_model::BrandSlug;

use crate::installation::Installation;
use crate::problem::Problem;

pub(crate) use name::safe_name;
pub(crate) use stage::stage;
pub(crate) use store::{look_at, store, too_large};
pub(crate) use sweep::{clear_leftovers, sweep};

/// How long an upload is kept that nobody imports.
pub(crate) const KEPT_US: i64 = 24 * 60 * 60 * 1_000_000;

/// The most uploads of one import.
pub(crate) const MOST_AT_ONCE: usize = 1000;

/// A brand's upload of this id.
pub(crate) async fn find(installation: &Installation, brand: &BrandSlug, id: &str) -> Result<Upload, Problem> {
    let number: i64 = id.parse().map_err(|_| Problem::not_found())?;
    let found = installation.catalog.uploads().find(brand, UploadId(number)).await?;
    found.ok_or_else(Problem::not_found)
}

/// Uploads that a request names. One that is not there is a mistake in the request.
pub(crate) async fn find_all(
    installation: &Installation,
    brand: &BrandSlug,
    ids: &[String],
) -> Result<Vec<Upload>, Problem> {
    if ids.is_empty() || ids.len() > MOST_AT_ONCE {
        return Err(Problem::invalid_field("uploads", format!("name 1 to {MOST_AT_ONCE} uploads")));
    }
    let mut uploads: Vec<Upload> = Vec::with_capacity(ids.len());
    for id in ids {
        let upload = find(installation, brand, id).await.map_err(|problem| match problem.code {
            crate::problem::Code::NotFound => {
                Problem::invalid_field("uploads", format!("{id:?} is not there (any more): upload the file again"))
            }
            _ => problem,
        })?;
        if uploads.iter().any(|held| held.name == upload.name) {
            let message =
                format!("two of them are called {:?}: rename one, so that each line has one place", upload.name);
            return Err(Problem::invalid_field("uploads", message));
        }
        uploads.push(upload);
    }
    Ok(uploads)
}

/// Where an upload lies.
pub(crate) fn path_of(installation: &Installation, upload: &Upload) -> PathBuf {
    installation.data_directory.join(&upload.path)
}

/// Forgets an upload, its file first: a row without a file can be swept, a file without a row only at the next start.
pub(crate) async fn forget(installation: &Installation, upload: &Upload) -> Result<(), Problem> {
    if let Some(folder) = path_of(installation, upload).parent() {
        match tokio::fs::remove_dir_all(folder).await {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(Problem::failed(&error)),
            _ => {}
        }
    }
    installation.catalog.uploads().remove(&upload.brand, upload.id).await?;
    Ok(())
}
