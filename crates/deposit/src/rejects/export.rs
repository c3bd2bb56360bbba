//! Rejects out, to a file or a stream.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use serde_json::{Map, Value};

use super::read::{RejectFilter, RejectReader};
use crate::DepositError;
use crate::brand::reject_store::StoredReject;

/// How an export is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportFormat {
    /// One table with the columns of all rows.
    Csv,
    /// One object for each row.
    Jsonl,
}

impl ExportFormat {
    /// By a file's name: JSON lines unless it ends in `.csv`.
    pub fn of_path(path: &Path) -> Self {
        let is_csv = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("csv"));
        if is_csv { Self::Csv } else { Self::Jsonl }
    }

    /// The ending of its files' names.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Jsonl => "jsonl",
        }
    }
}

/// A reject as an exported row.
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

/// Writes the rejects that fit a filter; returns how many. One row at a time is in memory, and for CSV the names of all
/// columns.
pub fn export(
    reader: &RejectReader,
    filter: &RejectFilter,
    format: ExportFormat,
    out: &mut dyn Write,
) -> Result<u64, DepositError> {
    let mut count = 0;
    match format {
        ExportFormat::Csv => {
            let names = column_names(reader, filter)?;
            let mut writer = csv::Writer::from_writer(out);
            if !names.is_empty() {
                writer.write_record(&names).map_err(unwritten)?;
            }
            reader.each(filter, &mut |stored| {
                count += 1;
                let mut object = object_of(&stored);
                let cells = names.iter().map(|name| match object.remove(name) {
                    None | Some(Value::Null) => String::new(),
                    Some(Value::String(text)) => text,
                    Some(other) => other.to_string(),
                });
                writer.write_record(cells).map_err(unwritten)
            })?;
            writer.flush().map_err(unwritten)?;
        }
        ExportFormat::Jsonl => {
            reader.each(filter, &mut |stored| {
                count += 1;
                serde_json::to_writer(&mut *out, &object_of(&stored)).map_err(unwritten)?;
                out.write_all(b"\n").map_err(unwritten)
            })?;
            out.flush().map_err(unwritten)?;
        }
    }
    Ok(count)
}

fn unwritten(error: impl Into<std::io::Error>) -> DepositError {
    DepositError::Unwritten { source: error.into() }
}

/// The columns of all rows: what people correct comes first, what the machine needs last.
fn column_names(reader: &RejectReader, filter: &RejectFilter) -> Result<Vec<String>, DepositError> {
    let mut names = BTreeSet::new();
    reader.each(filter, &mut |stored| {
        for (name, _) in object_of(&stored) {
            if !names.contains(&name) {
                names.insert(name);
            }
        }
        Ok(())
    })?;
    let (ours, theirs): (Vec<String>, Vec<String>) = names.into_iter().partition(|name| name.starts_with('_'));
    Ok(theirs.into_iter().chain(ours).collect())
}

/// Writes the rejects that fit a filter to a file that only its owner may read: opened rows hold contacts in clear. Whole or
/// not at all, except to what is no file, such as a pipe.
pub fn export_to_file(reader: &RejectReader, filter: &RejectFilter, path: &Path) -> Result<u64, DepositError> {
    use std::os::unix::fs::OpenOptionsExt;
    let failed =
        |source| DepositError::from(databank_lake::LakeError::Io { action: "write", path: path.to_owned(), source });
    let told = |error| match error {
        DepositError::Unwritten { source } => failed(source),
        other => other,
    };
    let format = ExportFormat::of_path(path);
    let write = |file: File| -> Result<(u64, File), DepositError> {
        let mut out = BufWriter::new(file);
        let count = export(reader, filter, format, &mut out).map_err(told)?;
        let file = out.into_inner().map_err(|error| failed(error.into_error()))?;
        Ok((count, file))
    };
    if std::fs::metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
        let file = File::options().write(true).open(path).map_err(failed)?;
        return Ok(write(file)?.0);
    }
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    let part = path.with_file_name(name);
    let mut options = File::options();
    let file = options.write(true).create(true).truncate(true).mode(0o600).open(&part).map_err(failed)?;
    let (count, file) = write(file)?;
    file.sync_all().map_err(failed)?;
    std::fs::rename(&part, path).map_err(failed)?;
    Ok(count)
}
