//! JSON lines: one object per line.

mod object;

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use encoding_rs::Encoding;
use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::value::RawValue;

use super::batch::BatchBuilder;
use super::decode::{open_text, stream_error};
use super::files::InputFile;
use super::ledger::InputLedger;
use super::reader::{Findings, RowReader};
use super::types::{ColumnType, Value};
use super::unreadable::{Found, UnreadableCode, raw_text};
use super::window::Window;
use super::{FIELD_BYTES, InputError, MOST_COLUMNS, RAW_BYTES, RECORD_BYTES};
use object::{parse_object, text};

/// How many lines of each file are looked at for its keys.
const SAMPLE_LINES: usize = 1000;

/// How many bytes of all files together are looked at for keys.
const SAMPLE_BYTES: usize = 64 << 20;

/// A line of a file, or what is wrong with it.
enum Line {
    End,
    /// The length of the line with its end, at the start of the window.
    Whole(usize),
    /// A line beyond the record limit, already skipped; its beginning.
    TooLong(String),
}

/// Splits a stream into lines that end with `\n`.
struct Lines {
    window: Window,
}

impl Lines {
    fn open(
        file: &InputFile,
        encoding: Option<&'static Encoding>,
        position: Arc<AtomicU64>,
    ) -> Result<Self, InputError> {
        let mut window = Window::new(open_text(file, encoding, position)?);
        window.fill().map_err(|error| stream_error(file, 0, error))?;
        if window.data().starts_with(b"\xEF\xBB\xBF") {
            window.consume(3);
        }
        Ok(Self { window })
    }

    fn next(&mut self) -> std::io::Result<Line> {
        let mut too_long = None;
        loop {
            let data = self.window.data();
            let at_end = self.window.at_end();
            let length = memchr::memchr(b'\n', data).map(|at| at + 1).or_else(|| at_end.then_some(data.len()));
            match (length, too_long.take()) {
                (Some(length), Some(raw)) => {
                    self.window.consume(length);
                    return Ok(Line::TooLong(raw));
                }
                (Some(0), None) => return Ok(Line::End),
                (Some(length), None) if length <= RECORD_BYTES => return Ok(Line::Whole(length)),
                (Some(length), None) => {
                    let raw = raw_text(data.get(..length).unwrap_or_default());
                    self.window.consume(length);
                    return Ok(Line::TooLong(raw));
                }
                (None, None) if data.len() <= RECORD_BYTES => {}
                (None, raw) => {
                    too_long = Some(raw.unwrap_or_else(|| raw_text(data.get(..=RAW_BYTES).unwrap_or(data))));
                    let count = data.len();
                    self.window.consume(count);
                }
            }
            self.window.fill()?;
        }
    }
}

/// Finds the keys of the first lines of all files, in the order they appear.
pub(crate) fn sample_keys(files: &[InputFile], encoding: Option<&'static Encoding>) -> Result<Vec<String>, InputError> {
    let mut keys = Vec::new();
    let mut known = FxHashSet::default();
    let mut bytes = 0;
    for file in files {
        let mut lines = Lines::open(file, encoding, Arc::default())?;
        let mut is_first = true;
        for _ in 0..SAMPLE_LINES {
            if bytes > SAMPLE_BYTES {
                return Ok(keys);
            }
            let length = match lines.next().map_err(|error| stream_error(file, 0, error))? {
                Line::End => break,
                Line::TooLong(_) => continue,
                Line::Whole(length) => length,
            };
            bytes += length;
            let line = std::str::from_utf8(lines.window.data().get(..length).unwrap_or_default()).unwrap_or_default();
            if is_first && line.trim_start().starts_with('[') {
                return Err(InputError::WrongKind {
                    file: file.name.to_string(),
                    found: "a JSON array",
                    hint: "write one object per line (`jq -c '.[]'` does it)",
                });
            }
            is_first &= line.trim().is_empty();
            if let Ok(object) = parse_object(line) {
                for (key, _) in object.0 {
                    if !known.contains(key.as_ref()) && keys.len() < MOST_COLUMNS {
                        known.insert(key.to_string());
                        keys.push(key.into_owned());
                    }
                }
            }
            lines.window.consume(length);
        }
    }
    Ok(keys)
}

/// Reads the rows of one file of JSON lines.
pub(crate) struct JsonlReader {
    file: InputFile,
    columns: Arc<[(String, ColumnType)]>,
    by_name: FxHashMap<String, usize>,
    /// Where keys that are no column are remembered; nowhere if the input lists its columns.
    ignored: Option<Arc<InputLedger>>,
    lines: Lines,
    encoding: Option<&'static Encoding>,
    line: u64,
    ordinal: u64,
    builder: BatchBuilder,
    findings: Findings,
}

/// A cell of a JSON line.
#[derive(Clone)]
enum Cell<'a> {
    Missing,
    Text(Option<Cow<'a, str>>),
    Value(Value),
}

impl JsonlReader {
    pub(crate) fn open(
        file: &InputFile,
        encoding: Option<&'static Encoding>,
        position: Arc<AtomicU64>,
        columns: &Arc<[(String, ColumnType)]>,
        projection: (&SchemaRef, &[usize]),
        ignored: Option<Arc<InputLedger>>,
    ) -> Result<Self, InputError> {
        Ok(Self {
            file: file.clone(),
            by_name: columns.iter().enumerate().map(|(index, (name, _))| (name.clone(), index)).collect(),
            ignored,
            lines: Lines::open(file, encoding, position)?,
            encoding,
            line: 0,
            ordinal: 0,
            builder: BatchBuilder::new(Arc::clone(projection.0), columns, projection.1),
            findings: Findings::default(),
            columns: Arc::clone(columns),
        })
    }

    /// Reads one line. Returns whether there was one.
    fn read_line(&mut self) -> Result<bool, InputError> {
        let next = self.lines.next().map_err(|error| stream_error(&self.file, self.line, error))?;
        self.line += 1;
        let (code, message, raw) = match next {
            Line::End => return Ok(false),
            Line::TooLong(raw) => (UnreadableCode::FieldTooLong, "a line of more than 16 MiB".to_owned(), raw),
            Line::Whole(length) => {
                let data = self.lines.window.data().get(..length).unwrap_or_default();
                if data.trim_ascii().is_empty() {
                    self.lines.window.consume(length);
                    return Ok(true);
                }
                let pushed =
                    push(data, self.line, &self.columns, &self.by_name, self.ignored.as_deref(), &mut self.builder);
                let bad = pushed.err().map(|(code, message)| (code, message, raw_text(data)));
                self.lines.window.consume(length);
                match bad {
                    Some((UnreadableCode::BadEncoding, _, raw)) => {
                        let name = self.encoding.map_or("UTF-8", Encoding::name);
                        (UnreadableCode::BadEncoding, format!("bytes that are not {name}"), raw)
                    }
                    Some(bad) => bad,
                    None => {
                        self.ordinal += 1;
                        return Ok(true);
                    }
                }
            }
        };
        self.ordinal += 1;
        self.findings.push(Found { ordinal: self.ordinal, line: self.line, code, message, raw });
        Ok(true)
    }
}

/// Puts a line into the batch, or says why not.
fn push(
    data: &[u8],
    line: u64,
    columns: &[(String, ColumnType)],
    by_name: &FxHashMap<String, usize>,
    ignored: Option<&InputLedger>,
    builder: &mut BatchBuilder,
) -> Result<(), (UnreadableCode, String)> {
    let bad_json = |message: String| (UnreadableCode::BadJson, message);
    let record = std::str::from_utf8(data).map_err(|_| (UnreadableCode::BadEncoding, String::new()))?;
    let object = parse_object(record).map_err(bad_json)?;
    let mut cells = vec![Cell::Missing; columns.len()];
    let mut others: FxHashSet<&str> = FxHashSet::default();
    for (key, value) in &object.0 {
        let index = by_name.get(key.as_ref()).copied().unwrap_or(usize::MAX);
        let is_new = if let (Some(cell), Some((name, column_type))) = (cells.get_mut(index), columns.get(index)) {
            let is_new = matches!(cell, Cell::Missing);
            *cell = read_cell(value, name, *column_type)?;
            is_new
        } else {
            if let Some(ledger) = ignored {
                ledger.ignore_key(key);
            }
            others.insert(key)
        };
        if !is_new {
            return Err(bad_json(format!("the key {key:?} occurs twice")));
        }
    }
    builder.push(line, data.len(), |index, column| match cells.get(index) {
        Some(Cell::Text(text)) => column.text(text.as_deref()),
        Some(Cell::Value(value)) => column.value(*value),
        Some(Cell::Missing) | None => column.value(Value::Null),
    });
    Ok(())
}

fn read_cell<'a>(
    value: &'a RawValue,
    name: &str,
    column_type: ColumnType,
) -> Result<Cell<'a>, (UnreadableCode, String)> {
    if value.get().len() > FIELD_BYTES {
        return Err((UnreadableCode::FieldTooLong, format!("the value of {name:?} is longer than 1 MiB")));
    }
    let text = text(value).map_err(|error| (UnreadableCode::BadJson, format!("the value of {name:?}: {error}")))?;
    match (column_type, text) {
        (ColumnType::Text, text) => Ok(Cell::Text(text)),
        (_, None) => Ok(Cell::Value(Value::Null)),
        (column_type, Some(text)) => column_type.value(&text).map(Cell::Value).ok_or_else(|| {
            let shown: String = text.chars().take(100).collect();
            (UnreadableCode::BadType, format!("column {name:?}: {shown:?} is not a {column_type}"))
        }),
    }
}

impl RowReader for JsonlReader {
    fn next_batch(&mut self) -> Result<Option<RecordBatch>, InputError> {
        while !self.builder.is_full() && !self.findings.is_full() {
            if !self.read_line()? {
                if self.builder.is_empty() && self.findings.is_empty() {
                    return Ok(None);
                }
                break;
            }
        }
        Ok(Some(self.builder.finish(&self.file.name)))
    }

    fn report(&mut self) -> (u64, Vec<Found>) {
        (self.ordinal, self.findings.take())
    }
}
