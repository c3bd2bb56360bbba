//! What an import reads: its uploads, side by side in one folder, under their names.

use std::path::PathBuf;

use databank_catalog::Upload;
use databank_deposit::mapping::Mapping;
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
