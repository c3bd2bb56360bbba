//! An upload as answers show it.

use databank_catalog::Upload;
use databank_deposit::input::{Format, Inspection};
use serde::Serialize;
use utoipa::ToSchema;

use crate::clock::rfc3339;

/// A file that waits to be imported, and what can be seen of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Upload)]
pub(crate) struct UploadDocument {
    /// Its id.
    #[schema(example = "7")]
    id: String,
    /// What its sender calls it, without what could be mistaken for a path.
    #[schema(example = "orders-2026-10.csv")]
    name: String,
    /// How long it is.
    bytes: i64,
    /// When it was sent.
    #[schema(format = DateTime)]
    created_at: String,
    /// Its format.
    #[schema(example = "csv")]
    format: &'static str,
    /// How it seems to be written: its character encoding, where it is not UTF-8.
    #[schema(example = "gb18030")]
    encoding: Option<String>,
    /// What is between its fields, of CSV.
    #[schema(example = ",")]
    delimiter: Option<char>,
    /// Whether its first line names the columns, of CSV.
    header: Option<bool>,
    /// Its columns.
    columns: Vec<String>,
    /// Its first rows as texts; null where there is no value.
    rows: Vec<Vec<Option<String>>>,
    /// What could not be read of what was looked at.
    unreadable: Vec<UnreadableDocument>,
}

/// A line that could not be read.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UnreadableLine)]
pub(crate) struct UnreadableDocument {
    /// Where it begins.
    line: u64,
    /// What is wrong with it.
    message: String,
}

impl UploadDocument {
    pub(super) fn of(upload: &Upload, seen: Inspection) -> Self {
        let is_csv = seen.format == Format::Csv;
        let line =
            |row: databank_deposit::input::UnreadableRow| UnreadableDocument { line: row.line, message: row.message };
        Self {
            id: upload.id.to_string(),
            name: upload.name.clone(),
            bytes: upload.bytes,
            created_at: rfc3339(upload.created_at),
            format: seen.format.as_str(),
            encoding: seen.options.encoding.map(|encoding| encoding.name().to_lowercase()),
            delimiter: is_csv.then(|| char::from(seen.options.delimiter.unwrap_or(b','))),
            header: is_csv.then_some(seen.options.header.unwrap_or(true)),
            columns: seen.columns.into_iter().map(|(name, _)| name).collect(),
            rows: seen.rows,
            unreadable: seen.unreadable.into_iter().map(line).collect(),
        }
    }
}
