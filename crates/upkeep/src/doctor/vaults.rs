//! One brand's vault: every table's log, every data file, every look-up run, and what nothing names.

use std::collections::BTreeSet;
use std::path::Path;

use databank_engine::{BrandReader, EngineError};
use databank_history::source::load_identity;
use databank_lake::{LakeError, Table, read_file};
use databank_model::BrandSlug;

use super::{Examination, Patient, Severity, Told, quoted, with_causes};
use crate::Progress;
use crate::inventory::{self, FileKind, StoredFile, version_of};

/// Looks at a vault. Says whether no damage was found.
pub(super) async fn examine(
    patient: &Patient<'_>,
    brand: &BrandSlug,
    examination: &mut Examination,
    progress: &mut dyn Progress,
) -> bool {
    let before = examination.damages();
    let reader = match BrandReader::open(patient.catalog, patient.data_directory, brand).await {
        Ok(reader) => reader,
        Err(error) => {
            let told = Told {
                brand: Some(brand.clone()),
                found: with_causes(&error),
                means: "the brand cannot be read at all".to_owned(),
                mend: Some(patient.restore()),
            };
            examination.add(Severity::Damage, &patient.data_directory.join(crate::backup::CATALOG), told);
            return false;
        }
    };
    let vault = Vault { patient, brand, directory: reader.vault.directory() };
    let mut files = inventory::of_indexes(&reader);
    for table in Table::ALL {
        match reader.files(table).await {
            Ok(snapshot) => files.extend(inventory::of_table(table, snapshot.files)),
            Err(error) => vault.log_damage(&reader, table, &error, examination),
        }
    }
    let sizes = files.iter().filter_map(|file| std::fs::metadata(vault.directory.join(&file.relative)).ok());
    progress.phase(&format!("{brand}: reading every file"), Some(sizes.map(|metadata| metadata.len()).sum()));
    for file in &files {
        vault.check(file, examination);
        progress.done(std::fs::metadata(vault.directory.join(&file.relative)).map_or(0, |metadata| metadata.len()));
    }
    if let Some(name) = &reader.state.identity_map
        && let Err(error) = load_identity(vault.directory, Some(name))
        && !examination.findings.iter().any(|finding| finding.path.ends_with(name.as_str()))
    {
        let file = StoredFile { relative: name.clone(), kind: FileKind::IdentityMap };
        vault.damage(&file, with_causes(&error), examination);
    }
    vault.unnamed(&files, examination);
    examination.damages() == before
}

struct Vault<'a> {
    patient: &'a Patient<'a>,
    brand: &'a BrandSlug,
    directory: &'a Path,
}

impl Vault<'_> {
    /// Reads every byte of a file, and every row of it when that was asked for.
    fn check(&self, file: &StoredFile, examination: &mut Examination) {
        examination.files += 1;
        examination.bytes +=
            std::fs::metadata(self.directory.join(&file.relative)).map_or(0, |metadata| metadata.len());
        match file.check(self.directory) {
            Ok(summed) => {
                examination.without_sums += u64::from(!summed);
                if (self.patient.deep || !summed)
                    && let FileKind::Data(table, data) = &file.kind
                    && let Some(found) = undecodable(*table, data)
                {
                    self.damage(file, found, examination);
                }
            }
            Err(LakeError::Damaged { reason, .. }) => self.damage(file, reason, examination),
            Err(LakeError::Io { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => {
                self.damage(file, "it is not there".to_owned(), examination);
            }
            Err(error) => self.damage(file, with_causes(&error), examination),
        }
    }

    fn damage(&self, file: &StoredFile, found: String, examination: &mut Examination) {
        let (means, mend) = match &file.kind {
            FileKind::Data(table, data) => (Self::meaning(*table, data.rows), self.mend(*table)),
            FileKind::Log(table) => (Self::meaning(*table, 0), self.mend(*table)),
            FileKind::Run => (
                "ids and events are looked up in it: nothing can be deposited until it is mended; reports are not touched"
                    .to_owned(),
                self.patient.restore(),
            ),
            FileKind::IdentityMap => {
                ("it says who is one person: questions about people are refused".to_owned(), self.patient.restore())
            }
        };
        let told = Told { brand: Some(self.brand.clone()), found, means, mend: Some(mend) };
        examination.add(Severity::Damage, &self.directory.join(&file.relative), told);
    }

    fn meaning(table: Table, rows: i64) -> String {
        let rows = if rows > 0 { format!("{rows} rows of {} ", table.name()) } else { format!("{} ", table.name()) };
        match table {
            Table::Stages | Table::StageDays => {
                format!("{rows}cannot be read: reports from the stored history are refused; it is derived from events")
            }
            Table::Events | Table::Masters | Table::Profiles | Table::IdentityLog | Table::Rejects => {
                format!("{rows}cannot be read: what needs them is refused until a back-up is restored")
            }
        }
    }

    fn mend(&self, table: Table) -> String {
        match table {
            Table::Stages | Table::StageDays => self.patient.rebuild(self.brand),
            Table::Events | Table::Masters | Table::Profiles | Table::IdentityLog | Table::Rejects => {
                self.patient.restore()
            }
        }
    }

    /// A table that does not open as it was published.
    fn log_damage(&self, reader: &BrandReader, table: Table, error: &EngineError, examination: &mut Examination) {
        let log = reader.vault.log_directory(table);
        let mut found = vec![with_causes(error)];
        for entry in std::fs::read_dir(&log).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if version_of(&name).is_some()
                && entry.path().extension().is_some_and(|extension| extension == "json")
                && let Some(line) = unreadable_line(&entry.path())
            {
                found.push(format!("line {line} of {name} is no JSON"));
            }
        }
        let told = Told {
            brand: Some(self.brand.clone()),
            found: found.join("; "),
            means: Self::meaning(table, 0),
            mend: Some(self.mend(table)),
        };
        examination.add(Severity::Damage, &log, told);
    }

    /// What lies in the vault and belongs to no part of its newest version.
    fn unnamed(&self, named: &[StoredFile], examination: &mut Examination) {
        let named: BTreeSet<&str> = named.iter().map(|file| file.relative.as_str()).collect();
        let (mut old, mut old_bytes) = (0_u64, 0_u64);
        let all = inventory::walk(self.directory).unwrap_or_default();
        for relative in all {
            let text = relative.to_string_lossy().into_owned();
            if named.contains(text.as_str()) || text.contains("/_delta_log/") {
                continue;
            }
            let path = self.directory.join(&relative);
            let ending = relative.extension().map(|ending| ending.to_string_lossy().into_owned()).unwrap_or_default();
            let ours = match text.split('/').next() {
                Some("index") => ending == "run" || ending == "part" || text.starts_with("index/scratch-"),
                Some("identity") => ending == "map" || ending == "tmp",
                Some(first) => ending == "parquet" && Table::ALL.iter().any(|table| table.name() == first),
                None => false,
            };
            if ours {
                old += 1;
                old_bytes += std::fs::metadata(&path).map_or(0, |metadata| metadata.len());
                continue;
            }
            let told = Told {
                brand: Some(self.brand.clone()),
                found: "nothing of databank's has this name".to_owned(),
                means: "it is not read, and is in no back-up".to_owned(),
                mend: Some(format!("rm {}", quoted(&path))),
            };
            examination.add(Severity::Note, &path, told);
        }
        if old > 0 {
            let told = Told {
                brand: Some(self.brand.clone()),
                found: format!("{old} files ({} MB) that the newest version does not name", old_bytes >> 20),
                means: "of earlier versions or of work that was cut short; later deposits and rebuilds delete them"
                    .to_owned(),
                mend: None,
            };
            examination.add(Severity::Note, self.directory, told);
        }
    }
}

/// Why a data file's rows cannot all be read; none when they can.
fn undecodable(table: Table, file: &databank_lake::DataFile) -> Option<String> {
    let schema = table.schema();
    let columns: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    let mut rows = 0;
    let batches = match read_file(file, &columns, &[]) {
        Ok(batches) => batches,
        Err(error) => return Some(with_causes(&error)),
    };
    for batch in batches {
        match batch {
            Ok(batch) => rows += batch.num_rows() as i64,
            Err(error) => return Some(format!("after row {rows}: {}", with_causes(&error))),
        }
    }
    (rows != file.rows).then(|| format!("it holds {rows} rows, not {} as the log says", file.rows))
}

/// The first line of a log entry that is no JSON.
fn unreadable_line(path: &Path) -> Option<usize> {
    let Ok(text) = std::fs::read_to_string(path) else { return Some(1) };
    let wrong = |line: &str| serde_json::from_str::<serde_json::Value>(line).is_err();
    text.lines().position(wrong).map(|line| line + 1)
}
