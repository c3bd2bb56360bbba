//! Rows that were refused: kept with a code, a reason and the row itself, until they are repaired.

use std::fmt::Write as _;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringArray};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use serde_json::{Map, Value};

use crate::DepositError;

/// Why one row was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowError {
    /// The row, within its batch.
    pub row: usize,
    /// Stable code, such as `bad_time`.
    pub code: &'static str,
    /// The column at fault.
    pub field: Option<String>,
    /// What is wrong and what would be right.
    pub message: String,
}

impl RowError {
    pub(crate) fn new(row: usize, code: &'static str, field: &str, message: impl Into<String>) -> Self {
        Self { row, code, field: Some(field.to_owned()), message: message.into() }
    }
}

/// A refused row as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    /// Block kind and number, such as `events 1`; the input's name for an unreadable line.
    pub block: String,
    /// The declared source that sent it; `None` for the deposit's own.
    pub source: Option<Arc<str>>,
    /// File, relative to what was imported.
    pub file: Option<String>,
    /// Line (Parquet: row) where the record begins.
    pub line: Option<i64>,
    /// Stable code.
    pub code: String,
    /// The column at fault.
    pub field: Option<String>,
    /// What is wrong.
    pub message: String,
    /// The row: a JSON object of canonical columns, `{"_raw": "…"}` for an unreadable line, or `{"_event": "…", …}` for a
    /// tracked event ([`crate::live`]). A row that should have
    /// repaired a stored reject names it under `_reject`.
    pub row: String,
}

/// Names of the columns that a mapping adds for our own use; they are not part of the canonical row.
pub(crate) const FILE: &str = "_file";
pub(crate) const LINE: &str = "_line";
pub(crate) const UNCONVERTIBLE: &str = "_unconvertible";
/// Names the stored reject that a corrected row repairs.
pub(crate) const REJECT: &str = "_reject";

/// The rows of a batch named by errors, as they are kept.
pub(crate) fn rejects_of(batch: &RecordBatch, block: &str, errors: &[RowError]) -> Result<Vec<Reject>, DepositError> {
    if errors.is_empty() {
        return Ok(Vec::new());
    }
    let mut texts = Vec::with_capacity(batch.num_columns());
    for (field, column) in batch.schema().fields().iter().zip(batch.columns()) {
        texts.push((field.name().clone(), texts_of(column)?));
    }
    let value = |name: &str, row: usize| {
        let (_, column) = texts.iter().find(|(held, _)| held == name)?;
        column.is_valid(row).then(|| column.as_string::<i32>().value(row).to_owned())
    };
    let kept = errors.iter().map(|error| {
        let mut object = Map::new();
        for (name, column) in &texts {
            let held = column.is_valid(error.row).then(|| column.as_string::<i32>().value(error.row));
            let is_ours = [FILE, LINE, UNCONVERTIBLE].contains(&name.as_str());
            if is_ours || (name == REJECT && held.is_none()) {
                continue;
            }
            object.insert(name.clone(), held.map_or(Value::Null, Value::from));
        }
        Reject {
            block: block.to_owned(),
            source: None,
            file: value(FILE, error.row),
            line: value(LINE, error.row).and_then(|text| text.parse().ok()),
            code: error.code.to_owned(),
            field: error.field.clone(),
            message: error.message.clone(),
            row: Value::Object(object).to_string(),
        }
    });
    Ok(kept.collect())
}

/// A column as texts, whatever it holds: a row is also refused for a value that has no text, such as an instant beyond the
/// calendar, and is kept all the same.
pub(crate) fn texts_of(column: &ArrayRef) -> Result<ArrayRef, DepositError> {
    if let Ok(texts) = cast(column, &DataType::Utf8) {
        return Ok(texts);
    }
    if column.data_type().is_temporal() {
        // The count of days, milliseconds … since 1970 always has a text.
        let is_short = matches!(column.data_type(), DataType::Date32 | DataType::Time32(_));
        let count = cast(column, if is_short { &DataType::Int32 } else { &DataType::Int64 })?;
        return Ok(cast(&count, &DataType::Utf8)?);
    }
    let options = FormatOptions::default();
    let formatter = ArrayFormatter::try_new(column.as_ref(), &options)?;
    let text = |row: usize| column.is_valid(row).then(|| formatter.value(row).to_string());
    Ok(Arc::new((0..column.len()).map(text).collect::<StringArray>()))
}

/// The first 60 characters of a text, for a message.
pub(crate) fn excerpt(text: &str) -> String {
    let mut short: String = text.chars().take(60).collect();
    if short.len() < text.len() {
        let _ = write!(short, "…");
    }
    short
}
