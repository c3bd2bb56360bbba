//! What an import reads: its uploads, side by side in one folder, under their names.

use std::path::PathBuf;

use databank_catalog::Upload;
use databank_deposit::mapping::Mapping;
use databank_lake::sums::content_name_of;
use databank_model::BrandSlug;

use super::path_of;
use super::store::Folder;
use crate::installation::Installation;
use crate::problem::Problem;

/// Files as an import takes them. The folder goes with it.
#[derive(Debug)]
pub(crate) struct Staged {
    /// One folder, or the files of a mapping with one input.
    pub(crate) paths: Vec<PathBuf>,
    _folder: Folder,
}

/// Puts uploads side by side. They are linked, so that one that is deleted meanwhile is still read whole.
pub(crate) fn stage(
    installation: &Installation,
    brand: &BrandSlug,
    uploads: &[Upload],
    mapping: Option<&Mapping>,
) -> Result<Staged, Problem> {
    let folder = Folder::make(installation, brand)?;
    let mut files = Vec::with_capacity(uploads.len());
    for upload in uploads {
        let staged = folder.path().join(&upload.name);
        require_whole(installation, upload)?;
        std::fs::hard_link(path_of(installation, upload), &staged).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => {
                let message = format!("{:?} is not there any more: upload the file again", upload.name);
                Problem::invalid_field("uploads", message)
            }
            _ => Problem::failed(&error),
        })?;
        files.push(staged);
    }
    // With one input, the files are that input's, however they are called; with several, their names say whose.
    let by_name = mapping.is_some_and(|mapping| mapping.inputs.len() > 1);
    let paths = if by_name { vec![folder.path().to_owned()] } else { files };
    Ok(Staged { paths, _folder: folder })
}

/// Refuses a file that is not the one that was sent.
fn require_whole(installation: &Installation, upload: &Upload) -> Result<(), Problem> {
    let Some(content) = &upload.content else { return Ok(()) };
    match content_name_of(&path_of(installation, upload)) {
        Ok(name) if name != *content => {
            let message = format!("{:?} was damaged on the server's disk: upload the file again", upload.name);
            tracing::warn!(upload = %upload.id, path = upload.path, "an uploaded file was damaged");
            Err(Problem::invalid_field("uploads", message))
        }
        // One that is not there is told of where it is needed.
        _ => Ok(()),
    }
}
