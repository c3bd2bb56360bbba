//! Rejects out to a file that people correct, and back in.
//!
//! The file is JSON lines or CSV (by its ending): canonical columns as the mapping gave them, and beside them what is wrong
//! (`_code`, `_field`, `_message`), where it came from (`_source_file`, `_source_line`) and how it is read again (`_reject`, `_block`,
//! `_columns`, `_mapping`). An unreadable line has no canonical columns: its text is in `_raw`, to be filled in by hand.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::{Path, PathBuf};

use databank_engine::BrandReader;
use databank_model::BrandSlug;
use futures::future::BoxFuture;
use serde_json::{Map, Value};

use crate::DepositError;
use crate::brand::reject_store::{StoredReject, read_rejects, seal_kind};
use crate::import::{ImportContext, ImportProgress, ImportReport, ImportRequest, import, unwrap_keys};
use crate::mapping::{BlockKind, Mapping};

/// The name that a command line gives this mapping.
pub const MAPPING_NAME: &str = "rejects";

/// The rejects of a brand with their rows opened, in order of file and line.
pub fn list<'a>(
    context: &'a ImportContext<'a>,
    slug: &'a BrandSlug,
) -> BoxFuture<'a, Result<Vec<StoredReject>, DepositError>> {
    Box::pin(async move {
        let reader = BrandReader::open(context.catalog, &context.data_directory, slug).await?;
        let keys = unwrap_keys(context, &reader)?;
        let kind = seal_kind();
        read_rejects(&reader, &|sealed| {
            let opened = keys.seal.open(slug, &kind, sealed);
            opened.map(|text| text.to_string()).map_err(|e| DepositError::Seal { reason: e.to_string() })
        })
        .await
    })
}

fn object_of(stored: &StoredReject) -> Map<String, Value> {
    let mut object = Map::new();
    object.insert("_reject".to_owned(), Value::from(stored.id.as_str()));
    object.insert("_block".to_owned(), Value::from(stored.reject.block.as_str()));
    object.insert("_code".to_owned(), Value::from(stored.reject.code.as_str()));
    object.insert("_field".to_owned(), stored.reject.field.as_deref().map_or(Value::Null, Value::from));
    object.insert("_message".to_owned(), Value::from(stored.reject.message.as_str()));
    object.insert("_source_file".to_owned(), stored.reject.file.as_deref().map_or(Value::Null, Value::from));
    object.insert("_source_line".to_owned(), stored.reject.line.map_or(Value::Null, Value::from));
    if let Ok(Value::Object(row)) = serde_json::from_str::<Value>(&stored.reject.row) {
        // Which columns the row had: in CSV an empty cell does not tell a NULL, which unsets, from a column of other rows.
        let had: Value = row.keys().filter(|name| !name.starts_with('_')).map(String::as_str).collect();
        object.insert("_columns".to_owned(), Value::from(had.to_string()));
        for (name, value) in row {
            // The mapping travels as text, so that CSV can hold it.
            let value = if name == "_mapping" { Value::from(value.to_string()) } else { value };
            object.insert(name, value);
        }
    }
    object
}

/// Writes rejects to a file; returns how many.
pub fn export(rejects: &[StoredReject], path: &Path) -> Result<usize, DepositError> {
    let failed = |source| databank_lake::LakeError::Io { action: "write", path: path.to_owned(), source };
    let mut out = Vec::new();
    let objects: Vec<Map<String, Value>> = rejects.iter().map(object_of).collect();
    let is_csv = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("csv"));
    if is_csv {
        let names: BTreeSet<&String> = objects.iter().flat_map(Map::keys).collect();
        // What people correct comes first, what the machine needs last.
        let (ours, theirs): (Vec<&String>, Vec<&String>) = names.into_iter().partition(|name| name.starts_with('_'));
        let names: Vec<&String> = theirs.into_iter().chain(ours).collect();
        let mut writer = csv::Writer::from_writer(&mut out);
        let bad = |e: csv::Error| failed(std::io::Error::other(e));
        writer.write_record(names.iter().map(|name| name.as_str())).map_err(bad)?;
        for object in &objects {
            let cells = names.iter().map(|name| match object.get(*name) {
                None | Some(Value::Null) => String::new(),
                Some(Value::String(text)) => text.clone(),
                Some(other) => other.to_string(),
            });
            writer.write_record(cells).map_err(bad)?;
        }
        writer.flush().map_err(failed)?;
        drop(writer);
    } else {
        for object in &objects {
            serde_json::to_writer(&mut out, object).map_err(|e| failed(e.into()))?;
            out.write_all(b"\n").map_err(failed)?;
        }
    }
    write_private(path, &out).map_err(failed)?;
    Ok(rejects.len())
}

/// Writes a file that only its owner may read: opened rows hold contacts in clear. Whole or not at all, except to what is
/// no file, such as a pipe.
fn write_private(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt;
    if std::fs::metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
        return std::fs::write(path, bytes);
    }
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    let part = path.with_file_name(name);
    let mut file = std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&part)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&part, path)
}

/// One way in which corrected rows are read again: their block and their mapping.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Group {
    mapping: String,
    block: String,
}

/// Imports an exported file after correction. Rows that are accepted (or were there already) leave the brand's rejects.
pub fn import_corrected<'a>(
    context: &'a ImportContext<'a>,
    slug: &'a BrandSlug,
    paths: &'a [PathBuf],
    progress: &'a mut (dyn ImportProgress + 'a),
) -> BoxFuture<'a, Result<ImportReport, DepositError>> {
    Box::pin(async move {
        let groups = groups_of(paths)?;
        let mut merged: Option<ImportReport> = None;
        for (mapping, blocks) in by_mapping(groups) {
            // Rows of an import with --brands name their brand, and may name one that is not this.
            let by_column = blocks.iter().any(|(_, columns)| columns.contains("brand"));
            let mapping = mapping_of(&mapping, &blocks, by_column.then_some(slug), paths)?;
            let request = ImportRequest { brands: vec![slug.clone()], by_column, mapping, paths: paths.to_vec() };
            let report = Box::pin(import(context, &request, progress)).await?;
            merged = Some(match merged {
                None => report,
                Some(before) => merge(before, report),
            });
        }
        merged.ok_or_else(|| DepositError::BadRequest {
            message: "no rows with _block and _mapping; give a file that `databank rejects --export` wrote".to_owned(),
        })
    })
}

fn by_mapping(groups: BTreeMap<Group, BTreeSet<String>>) -> BTreeMap<String, Vec<(String, BTreeSet<String>)>> {
    let mut by: BTreeMap<String, Vec<(String, BTreeSet<String>)>> = BTreeMap::new();
    for (group, columns) in groups {
        by.entry(group.mapping).or_default().push((group.block, columns));
    }
    by
}

fn merge(mut before: ImportReport, later: ImportReport) -> ImportReport {
    before.deposit = later.deposit;
    before.total.add(later.total);
    for (block, counts) in later.blocks {
        before.blocks.entry(block).or_default().add(counts);
    }
    for (brand, counts) in later.brands {
        before.brands.entry(brand).or_default().add(counts);
    }
    before.sequences.extend(later.sequences);
    before.first_rejects.extend(later.first_rejects);
    before
}

/// Which groups a corrected file holds, and which columns each of them fills.
fn groups_of(paths: &[PathBuf]) -> Result<BTreeMap<Group, BTreeSet<String>>, DepositError> {
    let mut groups: BTreeMap<Group, BTreeSet<String>> = BTreeMap::new();
    for path in paths {
        let bad = |reason: String| DepositError::BadRequest { message: format!("{}: {reason}", path.display()) };
        let text = std::fs::read_to_string(path).map_err(|e| bad(e.to_string()))?;
        let mut add = |object: &Map<String, Value>| {
            let text_of = |name: &str| object.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
            let (mapping, block) = (text_of("_mapping"), text_of("_block"));
            if block.is_empty() || mapping.is_empty() {
                return;
            }
            let columns = groups.entry(Group { mapping, block }).or_default();
            // Only those that are still there: who renames a wrong column does not want it back.
            let had: Vec<String> = serde_json::from_str(&text_of("_columns")).unwrap_or_default();
            columns.extend(had.into_iter().filter(|name| object.contains_key(name)));
            columns.extend(
                object.iter().filter(|(_, value)| **value != Value::String(String::new())).map(|(n, _)| n.clone()),
            );
        };
        if path.extension().is_some_and(|e| e.eq_ignore_ascii_case("csv")) {
            let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
            let names = reader.headers().map_err(|e| bad(e.to_string()))?.clone();
            for record in reader.records() {
                let record = record.map_err(|e| bad(e.to_string()))?;
                let object = names.iter().zip(record.iter()).map(|(n, v)| (n.to_owned(), Value::from(v))).collect();
                add(&object);
            }
        } else {
            for (line, text) in text.lines().enumerate().filter(|(_, text)| !text.trim().is_empty()) {
                let object = serde_json::from_str(text).map_err(|e| bad(format!("line {}: {e}", line + 1)))?;
                add(&object);
            }
        }
    }
    Ok(groups)
}

/// The mapping that reads a corrected file's rows of one original mapping again.
fn mapping_of(
    original: &str,
    blocks: &[(String, BTreeSet<String>)],
    brand: Option<&BrandSlug>,
    paths: &[PathBuf],
) -> Result<Mapping, DepositError> {
    let bad = |message: &str| DepositError::BadRequest { message: message.to_owned() };
    let settings: Value = serde_json::from_str(original).map_err(|_| bad("_mapping was changed; export again"))?;
    let setting = |name: &str| settings.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let quoted = |text: &str| Value::from(text).to_string();
    let is_csv = paths.first().and_then(|p| p.extension()).is_some_and(|e| e.eq_ignore_ascii_case("csv"));
    let mut toml = format!(
        "name = \"rejects\"\nsource = {}\ntimezone = {}\ncurrency = {}\nmissing_id = {}\n",
        quoted(&setting("source")),
        quoted(&setting("timezone")),
        quoted(&setting("currency")),
        quoted(&setting("missing_id")),
    );
    let format = if is_csv { "csv" } else { "jsonl" };
    let columns: BTreeSet<&String> = blocks.iter().flat_map(|(_, columns)| columns).collect();
    let listed: Vec<String> = columns.iter().map(|name| quoted(name)).collect();
    toml.push_str(&format!("[inputs]\nrejects = {{ path = \"*\", format = \"{format}\""));
    if !is_csv {
        toml.push_str(&format!(", columns = [{}]", listed.join(", ")));
    }
    toml.push_str(" }\n");
    for (block, columns) in blocks {
        // An unreadable line has no columns but those that somebody fills in, as an event.
        let kind = match block.split(' ').next() {
            Some("input") => "events",
            first => first.unwrap_or_default(),
        };
        if !BlockKind::ALL.iter().any(|known| known.as_str() == kind) {
            return Err(bad(&format!("_block names no block kind: {kind:?}")));
        }
        let mut selected: Vec<String> = columns
            .iter()
            .filter(|name| !name.starts_with('_') || name.as_str() == "_reject")
            .map(|name| format!("\"{}\"", name.replace('"', "\"\"")))
            .collect();
        if let Some(brand) = brand.filter(|_| !columns.contains("brand")) {
            selected.push(format!("'{brand}' as brand"));
        }
        let text = |text: &str| text.replace('\'', "''");
        let sql = format!(
            "select {} from rejects where _block = '{}' and _mapping = '{}'",
            selected.join(", "),
            text(block),
            text(original)
        );
        toml.push_str(&format!("[[{kind}]]\nsql = {}\n", quoted(&sql)));
    }
    Ok(Mapping::parse(&toml, MAPPING_NAME)?)
}
