//! From a request's body to disk.

use std::io::ErrorKind;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use axum::body::Body;
use databank_catalog::{NewUpload, Upload};
use databank_deposit::input::{Inspection, inspect};
use databank_lake::sums::ContentNamer;
use databank_model::BrandSlug;
use futures::StreamExt;
use tokio::io::AsyncWriteExt;

use super::safe_name;
use crate::app::App;
use crate::blocking::blocking;
use crate::installation::Installation;
use crate::problem::{Code, Problem};

/// Rows that are shown of a file.
pub(crate) const SHOWN_ROWS: usize = 20;

/// A folder that goes again unless it is kept, whatever ends the request.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    kept: bool,
}

impl Folder {
    /// Makes a folder of ours for a brand.
    pub(super) fn make(installation: &Installation, brand: &BrandSlug) -> Result<Self, Problem> {
        let mut bytes = [0_u8; 16];
        getrandom::fill(&mut bytes).map_err(|error| Problem::internal(format!("no randomness: {error}")))?;
        let path = installation.uploads(brand).join(hex::encode(bytes));
        let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&path);
        made.map_err(|error| unwritten(&error))?;
        Ok(Self { path, kept: false })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    fn keep(mut self) {
        self.kept = true;
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !self.kept
            && let Err(error) = std::fs::remove_dir_all(&self.path)
        {
            tracing::warn!(%error, "failed to remove a folder of uploads; the next start does");
        }
    }
}

/// Why a file could not be written, as its sender may read it.
fn unwritten(error: &std::io::Error) -> Problem {
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            Problem::disk_full("the server's disk is full; nothing was kept of the file")
        }
        _ => Problem::failed(error),
    }
}

/// Takes a file in: to disk as it comes, looked at, put down. Nothing is left of one that does not get so far.
pub(crate) async fn store(
    app: &App,
    brand: &BrandSlug,
    (name, by): (&str, String),
    body: Body,
) -> Result<(Upload, Inspection), Problem> {
    let installation = app.installation();
    let name = safe_name(name);
    let folder = Folder::make(installation, brand)?;
    let path = folder.path().join(&name);
    let (bytes, content) = write(&path, body, app.settings().max_upload_bytes).await?;
    let inspected = look_at(app, path.clone()).await?;
    let relative = path.strip_prefix(&installation.data_directory).unwrap_or(&path);
    let new = NewUpload {
        brand: brand.clone(),
        name,
        bytes: bytes.cast_signed(),
        path: relative.to_string_lossy().into_owned(),
        created_by: by,
        created_at: app.now_us(),
        content,
    };
    let upload = installation.catalog.uploads().add(new).await?;
    folder.keep();
    Ok((upload, inspected))
}

/// Looks at a file that lies on disk. A look may take hundreds of megabytes, so that only a few are taken at once.
pub(crate) async fn look_at(app: &App, path: PathBuf) -> Result<Inspection, Problem> {
    let _place = app.place_to_look().await?;
    match blocking(move || inspect(&path, SHOWN_ROWS)).await {
        Ok(Ok(inspected)) => Ok(inspected),
        Ok(Err(error)) => Err(Problem::invalid(crate::problem::with_causes(&error))),
        // A reader that breaks down met a file that is made to do so.
        Err(broken) => {
            tracing::warn!(cause = broken.cause, "a file broke its reader");
            Err(Problem::invalid("the file is damaged: it cannot be read"))
        }
    }
}

/// Writes a body to a new file; returns its length and what names its content.
async fn write(path: &Path, body: Body, most: u64) -> Result<(u64, String), Problem> {
    let mut options = std::fs::OpenOptions::new();
    let file = options.write(true).create_new(true).mode(0o600).open(path).map_err(|error| unwritten(&error))?;
    let mut file = tokio::io::BufWriter::with_capacity(1 << 18, tokio::fs::File::from_std(file));
    let mut pieces = body.into_data_stream();
    let mut bytes = 0_u64;
    let mut namer = ContentNamer::default();
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(|_| Problem::malformed("the file did not arrive whole"))?;
        bytes += piece.len() as u64;
        if bytes > most {
            return Err(too_large(most));
        }
        namer.update(&piece);
        file.write_all(&piece).await.map_err(|error| unwritten(&error))?;
    }
    file.flush().await.map_err(|error| unwritten(&error))?;
    Ok((bytes, namer.finish()))
}

/// The file is larger than an upload may be.
pub(crate) fn too_large(most: u64) -> Problem {
    let detail = format!("the file is larger than {most} bytes; compress it (gzip, zstd) or upload it in parts");
    Problem::new(Code::TooLarge, detail)
}
