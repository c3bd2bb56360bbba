//! Which files make up a brand's vault at one vault version.

use std::path::{Path, PathBuf};

use databank_engine::BrandReader;
use databank_lake::{CheckedFile, DataFile, LakeError, Table, runs, sums};

use crate::BoxFuture;

/// A stored file, and how its content is checked.
#[derive(Debug, Clone)]
pub struct StoredFile {
    /// Where it is, seen from the vault's directory, with `/` between parts.
    pub relative: String,
    /// What it is.
    pub kind: FileKind,
}

/// Kinds of files of a vault.
#[derive(Debug, Clone)]
pub enum FileKind {
    /// Rows of a table.
    Data(Table, Box<DataFile>),
    /// An entry or a checkpoint of a table's log. What they say together is checked when the table is opened.
    Log(Table),
    /// A look-up run.
    Run,
    /// The map from profiles to consumers.
    IdentityMap,
}

impl StoredFile {
    /// Reads every byte and compares it with what was written. Says whether there was anything to compare with.
    pub fn check(&self, vault: &Path) -> Result<bool, LakeError> {
        let path = vault.join(&self.relative);
        match &self.kind {
            FileKind::Data(_, file) => CheckedFile::open(&DataFile { path, ..file.as_ref().clone() })?.check_all(),
            FileKind::Log(_) => Ok(false),
            FileKind::Run => runs::verify_file(&path).map(|()| true),
            FileKind::IdentityMap => sums::read_named(&path).map(|_| is_named_by_content(&self.relative)),
        }
    }

    /// What names its content for ever: the same name in an earlier back-up is the same file. None for log files, which are
    /// small and compared themselves.
    pub fn content_name(&self) -> Option<String> {
        match &self.kind {
            FileKind::Data(_, file) => file.sums.as_ref().map(|sums| format!("{}:{sums}", file.size_bytes)),
            FileKind::Run | FileKind::IdentityMap => is_named_by_content(&self.relative).then(|| self.relative.clone()),
            FileKind::Log(_) => None,
        }
    }
}

fn is_named_by_content(relative: &str) -> bool {
    let stem = Path::new(relative).file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    stem.rsplit_once('-').is_some_and(|(_, name)| name.len() == 32)
}

/// The files of the vault version that a reader reads, but for those of its tables' logs.
pub fn of_content(reader: &BrandReader) -> BoxFuture<'_, Result<Vec<StoredFile>, databank_engine::EngineError>> {
    Box::pin(async move {
        let mut files = of_indexes(reader);
        for table in Table::ALL {
            files.extend(of_table(table, reader.files(table).await?.files));
        }
        Ok(files)
    })
}

/// The data files of a table.
pub fn of_table(table: Table, files: Vec<DataFile>) -> impl Iterator<Item = StoredFile> {
    files.into_iter().map(move |file| StoredFile {
        relative: format!("{}/{}", table.name(), file.relative),
        kind: FileKind::Data(table, Box::new(file)),
    })
}

/// The look-up runs and the identity map of a vault version.
pub fn of_indexes(reader: &BrandReader) -> Vec<StoredFile> {
    let runs = reader.state.indexes.values().flatten();
    let runs = runs.map(|name| StoredFile { relative: format!("index/{name}"), kind: FileKind::Run });
    let map = reader.state.identity_map.iter();
    let map = map.map(|name| StoredFile { relative: name.clone(), kind: FileKind::IdentityMap });
    runs.chain(map).collect()
}

/// The files of a table's log up to the version that the vault version names, so that nothing later is among them.
pub fn of_log(reader: &BrandReader, table: Table) -> std::io::Result<Vec<StoredFile>> {
    let Some(named) = reader.table_version(table) else { return Ok(Vec::new()) };
    let directory = reader.vault.log_directory(table);
    let mut files = Vec::new();
    let mut last_checkpoint: Option<i64> = None;
    for entry in std::fs::read_dir(&directory)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        let Some(version) = version_of(&name).filter(|version| *version <= named) else { continue };
        if name.contains(".checkpoint.") {
            last_checkpoint = last_checkpoint.max(Some(version));
        }
        files.push(name);
    }
    // The hint is left out when it leads beyond.
    if hinted_version(&directory.join("_last_checkpoint")).is_some_and(|version| Some(version) <= last_checkpoint) {
        files.push("_last_checkpoint".to_owned());
    }
    files.sort();
    let name_of = |name: String| format!("{}/_delta_log/{name}", table.name());
    Ok(files.into_iter().map(|name| StoredFile { relative: name_of(name), kind: FileKind::Log(table) }).collect())
}

/// The version in a log file's name: `00000000000000000012.json`.
pub(crate) fn version_of(name: &str) -> Option<i64> {
    let (number, ending) = name.split_once('.')?;
    let known = number.len() == 20 && (ending == "json" || ending.starts_with("checkpoint."));
    known.then(|| number.parse().ok())?
}

fn hinted_version(path: &Path) -> Option<i64> {
    let hint: serde_json::Value = serde_json::from_slice(&std::fs::read(path).ok()?).ok()?;
    hint.get("version")?.as_i64()
}

/// Every file under a directory, seen from it. None when there is no such directory.
pub(crate) fn walk(directory: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![directory.to_owned()];
    while let Some(next) = open.pop() {
        let entries = match std::fs::read_dir(&next) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            entries => entries?,
        };
        for entry in entries {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                open.push(entry.path());
            } else if let Ok(relative) = entry.path().strip_prefix(directory) {
                found.push(relative.to_owned());
            }
        }
    }
    found.sort();
    Ok(found)
}
