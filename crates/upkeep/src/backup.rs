//! Taking a back-up beside whatever runs.
//!
//! The catalog is copied at one moment; the files that the copy names are immutable, and are linked aside at once, so that a
//! deposit that ends meanwhile may delete them. Only when one is gone before it was linked is everything begun again, on a
//! newer copy. Then the links are checked and copied at leisure, into a directory whose name says that it is unfinished.
//! Its manifest comes last, and after it its name: a back-up of that name is whole.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::{DirBuilder, File, TryLockError};
use std::io::ErrorKind;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use databank_catalog::Catalog;
use databank_engine::BrandReader;
use databank_lake::durable::{create_directory, sync_directory};
use databank_lake::{LakeError, Table, Vault};
use databank_model::BrandSlug;

use crate::copying::{copy, look, sync_tree};
use crate::inventory::{self, StoredFile};
use crate::manifest::{self, BrandContent, FORMAT, FileContent, Manifest};
use crate::{BoxFuture, Progress, UpkeepError};

/// Where in a data directory files are linked aside.
pub const ASIDE: &str = "backing-up";

/// What the name of a back-up that is not whole ends in.
const UNFINISHED: &str = "unfinished";

/// Tries to find all files of one moment in their places. Each takes milliseconds, and a deposit ends seldom.
const ATTEMPTS: usize = 100;

/// What is backed up, and where to.
#[derive(Debug)]
pub struct BackupRequest<'a> {
    /// The open catalog.
    pub catalog: &'a Catalog,
    /// The data directory.
    pub data_directory: &'a Path,
    /// A directory for back-ups, outside the data directory. Unchanged files of an earlier one in it are linked.
    pub to: &'a Path,
    /// The brands; all when there is none.
    pub brands: &'a [BrandSlug],
    /// Now, µs UTC.
    pub now_us: i64,
    /// The program's version.
    pub program: &'a str,
}

/// A back-up that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backup {
    /// Where it is.
    pub path: PathBuf,
    /// What it holds.
    pub manifest: Manifest,
    /// Bytes that were copied; the rest was linked to an earlier back-up.
    pub copied_bytes: u64,
}

/// A directory that goes away when the work ends, however it ends.
struct Aside(PathBuf);

impl Drop for Aside {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}

/// Takes a back-up.
pub fn back_up<'a>(
    request: BackupRequest<'a>,
    progress: &'a mut dyn Progress,
) -> BoxFuture<'a, Result<Backup, UpkeepError>> {
    Box::pin(async move {
        let to = request.to;
        refuse_within(request.data_directory, to)?;
        create_directory(to)?;
        let _turn = take_turn(to)?;
        remove_unfinished(to)?;
        let name = free_name(to, request.now_us);
        let unfinished = to.join(format!("{name}.{UNFINISHED}"));
        // For its owner's eyes only, as a data directory is.
        DirBuilder::new().mode(0o700).create(&unfinished).map_err(UpkeepError::io("create directory", &unfinished))?;
        let aside = Aside(request.data_directory.join(ASIDE).join(&name));

        progress.phase("finding files", None);
        let (catalog, moment) = gather(&request, &unfinished, &aside.0).await?;
        let fingerprint = catalog.meta().master_key_fingerprint().await?.unwrap_or_default();
        catalog.close().await?;

        let before = Before::of_newest(to)?;
        let all = moment.files.iter().map(|file| file.bytes).sum();
        progress.phase("copying", Some(all));
        let mut files = Vec::new();
        let mut copied_bytes = 0;
        for file in &moment.files {
            file.check(&aside.0, request.data_directory)?;
            let (content, copied) = file.take(&aside.0, &unfinished, &before, progress)?;
            copied_bytes += copied;
            files.push(content);
        }
        let (bytes, blake3) = look(&unfinished.join(CATALOG), &mut Silent)?;
        files.push(FileContent { path: CATALOG.to_owned(), bytes, blake3, content: None });
        copied_bytes += bytes;
        files.sort_by(|a, b| a.path.cmp(&b.path));
        let manifest = Manifest {
            format: FORMAT,
            databank: request.program.to_owned(),
            created_at: request.now_us,
            key_fingerprint: fingerprint,
            brands: moment.brands,
            files,
        };

        progress.phase("finishing", None);
        File::open(unfinished.join(CATALOG))
            .and_then(|file| file.sync_all())
            .map_err(UpkeepError::io("sync", &unfinished))?;
        sync_tree(&unfinished)?;
        databank_lake::durable::write_whole(&unfinished.join(manifest::FILE_NAME), &manifest.to_bytes())?;
        let path = to.join(&name);
        std::fs::rename(&unfinished, &path).map_err(UpkeepError::io("name", &path))?;
        sync_directory(to)?;
        Ok(Backup { path, manifest, copied_bytes })
    })
}

/// The catalog's name in a data directory and in a back-up.
pub(crate) const CATALOG: &str = "catalog.sqlite";

fn refuse_within(data_directory: &Path, to: &Path) -> Result<(), UpkeepError> {
    let resolved = |path: &Path| path.ancestors().find_map(|ancestor| ancestor.canonicalize().ok());
    let (data, target) = (resolved(data_directory), resolved(to));
    if let (Some(data), Some(target)) = (data, target)
        && target.starts_with(&data)
    {
        let to = to.display();
        return Err(UpkeepError::bad(format!("{to} lies inside the data directory; a back-up belongs elsewhere")));
    }
    if to.join(CATALOG).exists_as_file() && !to.join(manifest::FILE_NAME).exists_as_file() {
        return Err(UpkeepError::bad(format!("{} is a data directory; name a directory for back-ups", to.display())));
    }
    Ok(())
}

/// A question that the standard library answers too freely: an error is no answer.
trait AsFile {
    fn exists_as_file(&self) -> bool;
}

impl AsFile for PathBuf {
    fn exists_as_file(&self) -> bool {
        std::fs::metadata(self).is_ok_and(|metadata| metadata.is_file())
    }
}

/// A lock that is given back by saying so: closing the file would not do while a process that was just begun beside it (a
/// query of its own) still has all of this one's files open.
struct Turn(File);

impl Drop for Turn {
    fn drop(&mut self) {
        self.0.unlock().ok();
    }
}

/// One back-up at a time into a directory: another's unfinished one must not be taken for a leftover.
fn take_turn(to: &Path) -> Result<Turn, UpkeepError> {
    let path = to.join("backup.lock");
    let file =
        File::options().create(true).truncate(false).write(true).open(&path).map_err(UpkeepError::io("open", &path))?;
    match file.try_lock() {
        Ok(()) => Ok(Turn(file)),
        Err(TryLockError::WouldBlock) => {
            Err(UpkeepError::bad(format!("another back-up is being written to {}", to.display())))
        }
        Err(TryLockError::Error(error)) => Err(UpkeepError::io("lock", &path)(error)),
    }
}

/// Removes what was cut short.
fn remove_unfinished(to: &Path) -> Result<(), UpkeepError> {
    for entry in std::fs::read_dir(to).map_err(UpkeepError::io("list", to))?.flatten() {
        let path = entry.path();
        let ours = entry.file_name().to_string_lossy().starts_with(manifest::PREFIX);
        if ours && path.extension().is_some_and(|ending| ending == UNFINISHED) {
            std::fs::remove_dir_all(&path).map_err(UpkeepError::io("delete", &path))?;
        }
    }
    Ok(())
}

/// A name by the moment, to the second; a further one in the same second gets a number.
fn free_name(to: &Path, now_us: i64) -> String {
    let moment = chrono::DateTime::from_timestamp_micros(now_us).unwrap_or_default();
    let base = format!("{}{}", manifest::PREFIX, moment.format("%Y%m%dT%H%M%SZ"));
    let names = std::iter::once(base.clone()).chain((2_u32..).map(|number| format!("{base}-{number:04}")));
    let mut free = names.filter(|name| !matches!(to.join(name).try_exists(), Ok(true)));
    free.next().unwrap_or(base)
}

/// One moment of an installation.
struct Moment {
    brands: Vec<BrandContent>,
    files: Vec<Linked>,
}

/// A file, linked aside.
struct Linked {
    /// Seen from the data directory.
    path: String,
    bytes: u64,
    vault: Option<(String, StoredFile)>,
}

/// Copies the catalog and links all that it names aside; begins again when something had gone already.
async fn gather(
    request: &BackupRequest<'_>,
    unfinished: &Path,
    aside: &Path,
) -> Result<(Catalog, Moment), UpkeepError> {
    let path = unfinished.join(CATALOG);
    let mut missing = None;
    for _ in 0..ATTEMPTS {
        for leftover in [aside.to_owned(), path.clone()] {
            let removed =
                if leftover.is_dir() { std::fs::remove_dir_all(&leftover) } else { std::fs::remove_file(&leftover) };
            if let Err(error) = removed
                && error.kind() != ErrorKind::NotFound
            {
                return Err(UpkeepError::io("delete", &leftover)(error));
            }
        }
        request.catalog.copy_to(&path).await?;
        let copied = Catalog::open(&path).await?;
        leave_out(&copied, request.brands).await?;
        match link_all(&copied, request.data_directory, aside).await? {
            Ok(moment) => {
                check_logs(&copied, &moment, request.data_directory, aside).await?;
                return Ok((copied, moment));
            }
            Err(gone) => {
                let changed = versions(&copied).await? != versions(request.catalog).await?;
                copied.close().await?;
                // Nobody deletes what the newest version names, so it is lost.
                if !changed && missing.replace(gone.clone()) == Some(gone.clone()) {
                    return Err(UpkeepError::Damaged { path: gone, reason: "it is not there".to_owned() });
                }
            }
        }
    }
    Err(UpkeepError::bad("the brands change too fast to be backed up; try again when fewer deposits end"))
}

/// Takes other brands out of a copied catalog. Sessions stay until a restore ends them all.
async fn leave_out(copied: &Catalog, brands: &[BrandSlug]) -> Result<(), UpkeepError> {
    let all: Vec<BrandSlug> = copied.brands().list().await?.into_iter().map(|brand| brand.slug).collect();
    for brand in brands {
        copied.brands().get(brand).await?;
    }
    if brands.is_empty() {
        return Ok(());
    }
    for brand in all.iter().filter(|brand| !brands.contains(brand)) {
        copied.brands().erase(brand).await?;
    }
    copied.scrub().await?;
    Ok(())
}

/// Newest vault version of each brand.
async fn versions(catalog: &Catalog) -> Result<BTreeMap<BrandSlug, i64>, UpkeepError> {
    let mut found = BTreeMap::new();
    for brand in catalog.brands().list().await? {
        let version = catalog.vault_versions().latest(&brand.slug).await?;
        found.insert(brand.slug, version.map_or(0, |version| version.sequence));
    }
    Ok(found)
}

/// Links what a catalog names; the inner error is the first file that is not there.
async fn link_all(
    catalog: &Catalog,
    data_directory: &Path,
    aside: &Path,
) -> Result<Result<Moment, PathBuf>, UpkeepError> {
    let mut moment = Moment { brands: Vec::new(), files: Vec::new() };
    for brand in catalog.brands().list().await? {
        let reader = BrandReader::open(catalog, data_directory, &brand.slug).await?;
        let vault = format!("vaults/{}", brand.slug);
        // The runs first: they are what a deposit's end deletes.
        let mut files = inventory::of_indexes(&reader);
        for table in Table::ALL {
            match inventory::of_log(&reader, table) {
                Ok(log) => files.extend(log),
                Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Err(reader.vault.log_directory(table))),
                Err(error) => return Err(UpkeepError::io("list", &reader.vault.log_directory(table))(error)),
            }
        }
        for file in &files {
            if let Some(gone) = link(&mut moment, data_directory, aside, &vault, file)? {
                return Ok(Err(gone));
            }
        }
        for table in Table::ALL {
            for file in inventory::of_table(table, reader.files(table).await?.files) {
                if let Some(gone) = link(&mut moment, data_directory, aside, &vault, &file)? {
                    return Ok(Err(gone));
                }
            }
        }
        for upload in uploads(catalog, &brand.slug).await? {
            let target = aside.join(&upload);
            // One that was swept since is nobody's loss.
            if let Some(bytes) = link_file(&data_directory.join(&upload), &target)? {
                moment.files.push(Linked { path: upload, bytes, vault: None });
            }
        }
        moment.brands.push(BrandContent { vault_version: reader.sequence(), brand: brand.slug });
    }
    Ok(Ok(moment))
}

/// Links one file of a vault aside; gives its path when it is not there.
fn link(
    moment: &mut Moment,
    data_directory: &Path,
    aside: &Path,
    vault: &str,
    file: &StoredFile,
) -> Result<Option<PathBuf>, UpkeepError> {
    let path = format!("{vault}/{}", file.relative);
    let from = data_directory.join(&path);
    let Some(bytes) = link_file(&from, &aside.join(&path))? else { return Ok(Some(from)) };
    moment.files.push(Linked { path, bytes, vault: Some((vault.to_owned(), file.clone())) });
    Ok(None)
}

/// Links a file; none when it is not there. Returns its length.
fn link_file(from: &Path, to: &Path) -> Result<Option<u64>, UpkeepError> {
    if let Some(parent) = to.parent() {
        std::fs::create_dir_all(parent).map_err(UpkeepError::io("create directory", parent))?;
    }
    match std::fs::hard_link(from, to) {
        Ok(()) => std::fs::metadata(to).map(|metadata| Some(metadata.len())).map_err(UpkeepError::io("stat", to)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(UpkeepError::io("link", from)(error)),
    }
}

/// A brand's uploads, by their paths seen from the data directory.
async fn uploads(catalog: &Catalog, brand: &BrandSlug) -> Result<BTreeSet<String>, UpkeepError> {
    let all = catalog.uploads().list_older(i64::MAX, u64::from(u32::MAX)).await?;
    Ok(all.into_iter().filter(|upload| upload.brand == *brand).map(|upload| upload.path).collect())
}

/// Opens every table from the links alone: what was copied of its log says what was published.
async fn check_logs(
    catalog: &Catalog,
    moment: &Moment,
    data_directory: &Path,
    aside: &Path,
) -> Result<(), UpkeepError> {
    for brand in &moment.brands {
        let mut reader = BrandReader::open(catalog, data_directory, &brand.brand).await?;
        reader.vault = Vault::at(aside.join("vaults").join(brand.brand.as_str()));
        for table in Table::ALL {
            reader.files(table).await?;
        }
    }
    Ok(())
}

impl Linked {
    /// Compares a file with its sums; the error names it where it lies, not the link.
    fn check(&self, aside: &Path, data_directory: &Path) -> Result<(), UpkeepError> {
        let Some((vault, file)) = &self.vault else { return Ok(()) };
        match file.check(&aside.join(vault)) {
            Err(LakeError::Damaged { reason, .. }) => {
                Err(UpkeepError::Damaged { path: data_directory.join(&self.path), reason })
            }
            checked => Ok(checked.map(|_| ())?),
        }
    }

    /// Copies the file, or links it to the same in an earlier back-up. Returns what the manifest says of it, and how many bytes
    /// were copied.
    fn take(
        &self,
        aside: &Path,
        unfinished: &Path,
        before: &Before,
        progress: &mut dyn Progress,
    ) -> Result<(FileContent, u64), UpkeepError> {
        let content = self.vault.as_ref().and_then(|(_, file)| file.content_name());
        let target = unfinished.join(&self.path);
        if let Some(earlier) = before.same(&self.path, self.bytes, content.as_deref()) {
            let from = before.path.join(&self.path);
            // Read again: a link to a damaged file would pass the damage on.
            let whole =
                look(&from, progress).is_ok_and(|(bytes, hash)| bytes == earlier.bytes && hash == earlier.blake3);
            if whole && link_file(&from, &target)?.is_some() {
                return Ok((earlier.clone(), 0));
            }
        }
        let (bytes, blake3) = copy(&aside.join(&self.path), &target, progress)?;
        Ok((FileContent { path: self.path.clone(), bytes, blake3, content }, bytes))
    }
}

/// The newest back-up that was there before.
struct Before {
    path: PathBuf,
    files: HashMap<String, FileContent>,
}

impl Before {
    fn of_newest(to: &Path) -> Result<Self, UpkeepError> {
        // One that cannot be read is not gone by; it is the restore's to refuse it.
        let found = manifest::list(to)?.into_iter().rev().find_map(|path| Some((Manifest::read(&path).ok()?, path)));
        Ok(found.map_or_else(
            || Self { path: PathBuf::new(), files: HashMap::new() },
            |(manifest, path)| {
                let files = manifest.files.into_iter().map(|file| (file.path.clone(), file)).collect();
                Self { path, files }
            },
        ))
    }

    fn same(&self, path: &str, bytes: u64, content: Option<&str>) -> Option<&FileContent> {
        let earlier = self.files.get(path)?;
        (content.is_some() && earlier.content.as_deref() == content && earlier.bytes == bytes).then_some(earlier)
    }
}

/// Nobody looks on.
pub(crate) struct Silent;

impl Progress for Silent {
    fn phase(&mut self, _text: &str, _bytes: Option<u64>) {}
    fn done(&mut self, _bytes: u64) {}
}
