//! The way back in: a corrected export becomes a mapping of its own and is imported.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;

use databank_model::BrandSlug;
use futures::future::BoxFuture;
use serde_json::{Map, Value};

use super::MAPPING_NAME;
use crate::DepositError;
use crate::import::{ImportContext, ImportProgress, ImportReport, ImportRequest, import};
use crate::input::RECORD_BYTES;
use crate::mapping::{BlockKind, Mapping};

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
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
        let bad = |reason: String| DepositError::BadRequest { message: format!("{name}: {reason}") };
        let file = std::fs::File::open(path).map_err(|e| bad(e.to_string()))?;
        let mut text = BufReader::new(file);
        skip_mark(&mut text).map_err(|e| bad(e.to_string()))?;
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
            let mut reader = csv::Reader::from_reader(text);
            let names = reader.headers().map_err(|e| bad(e.to_string()))?.clone();
            for record in reader.records() {
                let record = record.map_err(|e| bad(e.to_string()))?;
                let object = names.iter().zip(record.iter()).map(|(n, v)| (n.to_owned(), Value::from(v))).collect();
                add(&object);
            }
        } else {
            let mut line = Vec::new();
            for number in 1_u64.. {
                line.clear();
                let most = RECORD_BYTES as u64 + 1;
                let length = text.by_ref().take(most).read_until(b'\n', &mut line).map_err(|e| bad(e.to_string()))?;
                if length == 0 {
                    break;
                }
                if length > RECORD_BYTES {
                    return Err(bad(format!("line {number} is longer than {RECORD_BYTES} bytes")));
                }
                if !line.trim_ascii().is_empty() {
                    let object = serde_json::from_slice(&line).map_err(|e| bad(format!("line {number}: {e}")))?;
                    add(&object);
                }
            }
        }
    }
    Ok(groups)
}

/// Skips the byte order mark that spreadsheets write.
fn skip_mark(text: &mut BufReader<std::fs::File>) -> std::io::Result<()> {
    let mark = b"\xEF\xBB\xBF";
    if text.fill_buf()?.starts_with(mark) {
        text.consume(mark.len());
    }
    Ok(())
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
