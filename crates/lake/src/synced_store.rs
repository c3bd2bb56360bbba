//! The file system as Delta writes to it: what has a name has its bytes, and what is told to be written lasts.
//!
//! Delta's own store for local files is atomic but not durable: it syncs nothing. After a power cut a log entry might be
//! there by name and hold nothing, or half of it, and no later version of the table could be opened. Here a file is
//! written under a name that nobody reads, synced, given its name, and the directory is synced.

use std::fmt;
use std::path::PathBuf;

use async_trait::async_trait;
use deltalake_core::logstore::object_store::local::LocalFileSystem;
use deltalake_core::logstore::object_store::path::Path;
use deltalake_core::logstore::object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore, PutMode,
    PutMultipartOptions, PutOptions, PutPayload, PutResult, RenameOptions, Result, UploadPart,
};
use futures::stream::BoxStream;

use crate::durable::{UNFINISHED, name_new, sync_directory, sync_file};

/// Local files whose writes last.
#[derive(Debug)]
pub(crate) struct SyncedStore {
    files: LocalFileSystem,
}

/// A file that is written under another name.
#[derive(Debug)]
struct Staged {
    written: PathBuf,
    named: PathBuf,
    mode: PutMode,
}

/// A file that comes in parts.
#[derive(Debug)]
struct SyncedUpload {
    upload: Box<dyn MultipartUpload>,
    staged: Staged,
}

fn failed(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Generic { store: "synced local files", source: Box::new(error) }
}

impl SyncedStore {
    /// All of the machine's files.
    pub(crate) fn new() -> Self {
        Self { files: LocalFileSystem::new() }
    }

    fn stage(&self, location: &Path, mode: PutMode) -> Result<(Path, Staged)> {
        let aside = Path::from(format!("{location}.{UNFINISHED}"));
        let written = self.files.path_to_filesystem(&aside)?;
        Ok((aside, Staged { written, named: self.files.path_to_filesystem(location)?, mode }))
    }
}

impl Staged {
    /// Gives the file its name, once its bytes last, and makes the name last.
    fn publish(&self) -> Result<()> {
        sync_file(&self.written).map_err(failed)?;
        if self.mode == PutMode::Create {
            name_new(&self.written, &self.named).map_err(|source| match source.kind() {
                std::io::ErrorKind::AlreadyExists => {
                    Error::AlreadyExists { path: self.named.display().to_string(), source: Box::new(source) }
                }
                _ => failed(source),
            })?;
        } else {
            std::fs::rename(&self.written, &self.named).map_err(failed)?;
        }
        self.named.parent().map_or(Ok(()), sync_directory).map_err(failed)
    }
}

#[async_trait]
impl MultipartUpload for SyncedUpload {
    fn put_part(&mut self, data: PutPayload) -> UploadPart {
        self.upload.put_part(data)
    }

    async fn complete(&mut self) -> Result<PutResult> {
        let result = self.upload.complete().await?;
        self.staged.publish()?;
        Ok(result)
    }

    async fn abort(&mut self) -> Result<()> {
        self.upload.abort().await
    }
}

#[async_trait]
impl ObjectStore for SyncedStore {
    async fn put_opts(&self, location: &Path, payload: PutPayload, options: PutOptions) -> Result<PutResult> {
        let (aside, staged) = self.stage(location, options.mode.clone())?;
        let options = PutOptions { mode: PutMode::Overwrite, ..options };
        let result = self.files.put_opts(&aside, payload, options).await?;
        staged.publish()?;
        Ok(result)
    }

    async fn put_multipart_opts(
        &self,
        location: &Path,
        options: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        let (aside, staged) = self.stage(location, PutMode::Overwrite)?;
        let upload = self.files.put_multipart_opts(&aside, options).await?;
        Ok(Box::new(SyncedUpload { upload, staged }))
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        self.files.get_opts(location, options).await
    }

    fn delete_stream(&self, locations: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        self.files.delete_stream(locations)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.files.list(prefix)
    }

    fn list_with_offset(&self, prefix: Option<&Path>, offset: &Path) -> BoxStream<'static, Result<ObjectMeta>> {
        self.files.list_with_offset(prefix, offset)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.files.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.files.copy_opts(from, to, options).await
    }

    async fn rename_opts(&self, from: &Path, to: &Path, options: RenameOptions) -> Result<()> {
        self.files.rename_opts(from, to, options).await
    }
}

impl fmt::Display for SyncedStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("synced local files")
    }
}
