//! A back-up into an empty data directory.
//!
//! The first thing written is a mark that the directory is not whole ([`MARK`]): whoever opens a data directory refuses one
//! that bears it. Files follow, each compared with its hash; the catalog comes last. When all is there, synced and opened, the
//! mark goes. Cut short at any moment, the same restore begun again goes on: files that are whole stay.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use databank_catalog::{Catalog, KeyPurpose, Keyring};
use databank_engine::BrandReader;
use databank_lake::Table;
use databank_lake::durable::{create_directory, sync_directory, write_whole};
use serde::{Deserialize, Serialize};

use crate::backup::{CATALOG, Silent};
use crate::copying::{copy, look, sync_tree};
use crate::manifest::{self, FileContent, Manifest};
use crate::{BoxFuture, Progress, UpkeepError};

/// The file that says that a data directory is being restored and is not whole.
pub const MARK: &str = "restoring.json";

/// The mark before it has its name.
const MARK_BEGUN: &str = "restoring.tmp";

/// A back-up, found and read.
#[derive(Debug)]
pub struct Source {
    /// Where it is.
    pub path: PathBuf,
    /// What it holds.
    pub manifest: Manifest,
}

/// What [`MARK`] says.
#[derive(Debug, Serialize, Deserialize)]
struct Mark {
    /// Where the back-up was.
    from: PathBuf,
    /// What names it.
    backup: String,
}

impl Source {
    /// The back-up at a path, or the newest in a directory of back-ups.
    pub fn find(from: &Path) -> Result<Self, UpkeepError> {
        if !from.is_dir() {
            return Err(UpkeepError::bad(format!("there is no back-up at {}", from.display())));
        }
        let itself = from.join(manifest::FILE_NAME).is_file().then(|| from.to_owned());
        let path = match itself {
            Some(path) => path,
            None => manifest::list(from)?.pop().ok_or_else(|| {
                UpkeepError::bad(format!("{} holds no whole back-up: none has {}", from.display(), manifest::FILE_NAME))
            })?,
        };
        let manifest = Manifest::read(&path)?;
        for file in &manifest.files {
            if file.path.split('/').any(|part| part.is_empty() || part == "." || part == "..") {
                return Err(UpkeepError::bad(format!("{} names a file outside it: {}", path.display(), file.path)));
            }
        }
        Ok(Self { path, manifest })
    }
}

/// Why a data directory must not be opened, when a restore into it was cut short.
pub fn unfinished(data_directory: &Path) -> Option<String> {
    let bytes = match std::fs::read(data_directory.join(MARK)) {
        // Cut short while the mark itself was written.
        Err(error) if error.kind() == ErrorKind::NotFound => match std::fs::metadata(data_directory.join(MARK_BEGUN)) {
            Ok(_) => Vec::new(),
            Err(_) => return None,
        },
        bytes => bytes.unwrap_or_default(),
    };
    let from =
        serde_json::from_slice::<Mark>(&bytes).map_or_else(|_| "DIR".to_owned(), |m| m.from.display().to_string());
    let data = data_directory.display();
    Some(format!(
        "a restore into {data} was cut short, so it is not whole; `databank restore --from {from}` goes on with it, or delete {data}"
    ))
}

/// Restores a back-up into a data directory that is empty, or that the same restore left half-way. The caller keeps everybody
/// else out. `now_us` is the moment that its sessions end at. Returns the restored catalog, open.
pub fn restore<'a>(
    source: &'a Source,
    data_directory: &'a Path,
    key_file: &'a Path,
    progress: &'a mut dyn Progress,
) -> BoxFuture<'a, Result<Catalog, UpkeepError>> {
    Box::pin(async move {
        let manifest = &source.manifest;
        refuse_used(source, data_directory)?;
        // Before anything is written: without the key nobody could read what is restored.
        let keyring = Keyring::load(key_file, &manifest.key_fingerprint)?;
        let mark = Mark { from: source.path.clone(), backup: manifest.name() };
        let mark_path = data_directory.join(MARK);
        write_whole(&mark_path, &serde_json::to_vec(&mark).unwrap_or_default())?;

        progress.phase("restoring", Some(manifest.bytes()));
        let (catalogs, others): (Vec<&FileContent>, Vec<&FileContent>) =
            manifest.files.iter().partition(|file| file.path == CATALOG);
        for file in others {
            bring(source, file, data_directory, progress)?;
        }
        let catalog_path = data_directory.join(CATALOG);
        for leftover in ["catalog.sqlite", "catalog.sqlite-wal", "catalog.sqlite-shm", "catalog.seal"] {
            let path = data_directory.join(leftover);
            match std::fs::remove_file(&path) {
                Err(error) if error.kind() != ErrorKind::NotFound => {
                    return Err(UpkeepError::io("delete", &path)(error));
                }
                _ => {}
            }
        }
        for file in catalogs {
            bring(source, file, data_directory, progress)?;
        }
        progress.phase("checking", None);
        for brand in &manifest.brands {
            create_directory(&data_directory.join("vaults").join(brand.brand.as_str()))?;
        }
        sync_tree(data_directory)?;
        let catalog = Catalog::open_alone(&catalog_path).await?;
        for brand in &manifest.brands {
            // A back-up has the files of the newest version alone: those before cannot be read here.
            catalog.vault_versions().prune(&brand.brand, 1, i64::MAX).await?;
        }
        prove(&catalog, manifest, &keyring, data_directory).await?;
        // Whoever was signed in, or had been shut out since, signs in again.
        catalog.sessions().end_all().await?;
        std::fs::remove_file(&mark_path).map_err(UpkeepError::io("delete", &mark_path))?;
        sync_directory(data_directory)?;
        Ok(catalog)
    })
}

/// Refuses a directory in which something else is.
fn refuse_used(source: &Source, data_directory: &Path) -> Result<(), UpkeepError> {
    let data = data_directory.display();
    match std::fs::read(data_directory.join(MARK)) {
        Ok(bytes) => {
            let mark = serde_json::from_slice::<Mark>(&bytes).ok();
            // A mark that was itself cut short is of whoever writes it now.
            return match mark {
                Some(mark) if mark.backup != source.manifest.name() => Err(UpkeepError::bad(format!(
                    "a restore of {} into {data} was cut short; go on with that one, or delete {data}",
                    mark.from.display()
                ))),
                _ => Ok(()),
            };
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(UpkeepError::io("read", &data_directory.join(MARK))(error)),
    }
    for entry in std::fs::read_dir(data_directory).map_err(UpkeepError::io("list", data_directory))?.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if !name.starts_with("owner.") && !name.starts_with('.') && name != "lost+found" && name != MARK_BEGUN {
            return Err(UpkeepError::bad(format!(
                "{data} is not empty: it holds {name:?}; a back-up is restored into a new directory: name one with --data"
            )));
        }
    }
    Ok(())
}

/// Copies one file, unless it is there and whole already.
fn bring(
    source: &Source,
    file: &FileContent,
    data_directory: &Path,
    progress: &mut dyn Progress,
) -> Result<(), UpkeepError> {
    let (from, to) = (source.path.join(&file.path), data_directory.join(&file.path));
    let there = std::fs::metadata(&to).is_ok_and(|metadata| metadata.len() == file.bytes);
    if there && look(&to, &mut Silent).is_ok_and(|(_, hash)| hash == file.blake3) {
        progress.done(file.bytes);
        return Ok(());
    }
    let damaged = |reason: String| UpkeepError::DamagedBackup { path: from.clone(), reason };
    match std::fs::metadata(&from) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Err(damaged("it is not there".to_owned())),
        Ok(metadata) if metadata.len() != file.bytes => {
            return Err(damaged(format!("it has {} bytes, not {}", metadata.len(), file.bytes)));
        }
        _ => {}
    }
    let (_, hash) = copy(&from, &to, progress)?;
    if hash == file.blake3 { Ok(()) } else { Err(damaged("its bytes are not those that were written".to_owned())) }
}

/// Opens what was restored: every brand's keys with the master key, every table's log.
async fn prove(
    catalog: &Catalog,
    manifest: &Manifest,
    keyring: &Keyring,
    data_directory: &Path,
) -> Result<(), UpkeepError> {
    for brand in &manifest.brands {
        let reader = BrandReader::open(catalog, data_directory, &brand.brand).await?;
        keyring.unwrap(&brand.brand, KeyPurpose::Id, &reader.brand.wrapped_id_key)?;
        keyring.unwrap(&brand.brand, KeyPurpose::Seal, &reader.brand.wrapped_seal_key)?;
        for table in Table::ALL {
            reader.files(table).await?;
        }
    }
    Ok(())
}
