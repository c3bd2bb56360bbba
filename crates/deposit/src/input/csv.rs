//! Delimited text.

mod record;

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use encoding_rs::Encoding;
use rustc_hash::{FxHashMap, FxHashSet};

use super::batch::BatchBuilder;
use super::decode::{open_text, stream_error};
use super::files::InputFile;
use super::reader::{Findings, RowReader};
use super::types::{ColumnBuilder, ColumnType, Value};
use super::unreadable::{Found, UnreadableCode, raw_text};
use super::window::{Window, line_length};
use super::{InputError, MOST_COLUMNS, RAW_BYTES, RECORD_BYTES};
pub(crate) use record::Dialect;
use record::{Field, Scan};

/// How often the bytes of a file may be looked through in vain, on average, for the end of records that have none.
const LOOKED_AGAIN: u64 = 16;

/// What is looked through in vain before that counts.
const LOOKED_FREE: u64 = 16 * RECORD_BYTES as u64;

/// What is said of a line that is given up with its neighbors.
const GIVEN_UP: &str = "one of very many lines among which quotes are opened and never closed; double a quote inside a \
                        quoted field, or set quote = \"\" if the file does not quote";

/// How the files of a CSV input are written.
#[derive(Debug, Clone)]
pub(crate) struct CsvFormat {
    pub(crate) dialect: Dialect,
    pub(crate) header: bool,
    pub(crate) nulls: Vec<String>,
    pub(crate) encoding: Option<&'static Encoding>,
}

/// A file opened at its first record, with the names in its header (none without a header, or in an empty file).
pub(crate) struct OpenedCsv {
    window: Window,
    line: u64,
    pub(crate) header: Option<Vec<String>>,
}

impl CsvFormat {
    /// Opens a file and reads its header.
    pub(crate) fn open(&self, file: &InputFile, position: Arc<AtomicU64>) -> Result<OpenedCsv, InputError> {
        let mut opened =
            OpenedCsv { window: Window::new(open_text(file, self.encoding, position)?), line: 1, header: None };
        // The start of a text in another encoding may still decode to a byte order mark.
        opened.window.fill().map_err(|error| stream_error(file, 0, error))?;
        if opened.window.data().starts_with(b"\xEF\xBB\xBF") {
            opened.window.consume(3);
        }
        if self.header {
            opened.header = self.read_header(file, &mut opened)?;
        }
        Ok(opened)
    }

    fn read_header(&self, file: &InputFile, opened: &mut OpenedCsv) -> Result<Option<Vec<String>>, InputError> {
        let refuse = |reason: String| InputError::Columns { file: file.name.to_string(), reason };
        let mut fields = Vec::new();
        loop {
            let window = &mut opened.window;
            match self.dialect.scan(window.data(), window.at_end(), &mut fields, MOST_COLUMNS) {
                Scan::NeedMore => window.fill().map_err(|error| stream_error(file, 0, error))?,
                Scan::Blank { length } if window.at_end() && length == window.data().len() => return Ok(None),
                Scan::Blank { length } => {
                    window.consume(length);
                    opened.line += 1;
                }
                Scan::Broken { code, .. } => return Err(refuse(bad_header(code, opened.line))),
                Scan::Record { fields: count, .. } if count > MOST_COLUMNS => {
                    return Err(refuse(too_many_columns(count)));
                }
                Scan::Record { length, lines, .. } => {
                    let data = window.data().get(..length).unwrap_or_default();
                    let text = std::str::from_utf8(data).map_err(|_| refuse(bad_text(self.encoding)))?;
                    let name = |field: &Field| self.field_text(text, field, &mut String::new()).to_owned();
                    let names: Vec<String> = fields.iter().map(name).collect();
                    if names.iter().any(|name| name.contains('\0')) {
                        let hint = "the header holds NUL bytes; if the file is UTF-16, set encoding = \"utf-16le\"";
                        return Err(refuse(hint.into()));
                    }
                    window.consume(length);
                    opened.line += lines;
                    return Ok(Some(names));
                }
            }
        }
    }

    /// Returns a field without its doubled quotes, which `scratch` has room for.
    fn field_text<'t>(&self, record: &'t str, field: &Field, scratch: &'t mut String) -> &'t str {
        let text = record.get(field.start..field.end).unwrap_or_default();
        let (true, Some(quote)) = (field.escaped, self.dialect.quote.map(char::from)) else { return text };
        scratch.clear();
        let mut was_quote = false;
        for character in text.chars() {
            was_quote = character == quote && !was_quote;
            if !was_quote {
                scratch.push(character);
            }
        }
        scratch
    }

    /// Returns whether a text means NULL.
    fn is_null(&self, text: &str) -> bool {
        match self.nulls.as_slice() {
            // The usual list is only the empty text.
            [only] if only.is_empty() => text.is_empty(),
            nulls => nulls.iter().any(|null| null == text),
        }
    }
}

/// Says that there are more columns than anybody has, and why that may be.
pub(crate) fn too_many_columns(count: usize) -> String {
    format!(
        "it has {count} columns, more than {MOST_COLUMNS}; set `delimiter` to what separates its fields, or split it"
    )
}

fn bad_header(code: UnreadableCode, line: u64) -> String {
    let what = match code {
        UnreadableCode::BadQuote => {
            "holds a quote that is never closed, or text after a closing quote; correct it, or set quote = \"\""
        }
        _ => {
            "has a name of more than 1 MiB, or more than 16 MiB in all; set `delimiter` and `quote` to what the file uses"
        }
    };
    format!("its header, on line {line}, {what}")
}

fn bad_text(encoding: Option<&'static Encoding>) -> String {
    match encoding {
        Some(encoding) => format!("bytes that are not {}; correct `encoding`", encoding.name()),
        None => "bytes that are not UTF-8; set `encoding`, for example \"gb18030\"".into(),
    }
}

/// Reads the rows of one CSV file.
pub(crate) struct CsvReader {
    file: InputFile,
    format: CsvFormat,
    columns: Arc<[(String, ColumnType)]>,
    /// Per column of the table, the position of its field in this file.
    positions: Vec<usize>,
    /// The columns of the table that are not text.
    typed: Vec<usize>,
    window: Window,
    line: u64,
    ordinal: u64,
    /// Bytes that were read, and bytes that were looked through for an end of a record that has none.
    consumed: u64,
    looked: u64,
    /// How far lines are given up without being looked at again.
    given_up: u64,
    fields: Vec<Field>,
    values: Vec<Value>,
    scratch: String,
    builder: BatchBuilder,
    findings: Findings,
}

impl CsvReader {
    /// Makes a reader of an opened file; its header must name exactly the table's columns.
    pub(crate) fn new(
        file: &InputFile,
        format: &CsvFormat,
        opened: OpenedCsv,
        columns: &Arc<[(String, ColumnType)]>,
        projection: (&SchemaRef, &[usize]),
    ) -> Result<Self, InputError> {
        let positions = match &opened.header {
            Some(header) => positions(file, header, columns)?,
            None => (0..columns.len()).collect(),
        };
        let is_typed = |&index: &usize| columns.get(index).is_some_and(|(_, kind)| *kind != ColumnType::Text);
        Ok(Self {
            file: file.clone(),
            format: format.clone(),
            positions,
            typed: (0..columns.len()).filter(is_typed).collect(),
            window: opened.window,
            line: opened.line,
            ordinal: 0,
            consumed: 0,
            looked: 0,
            given_up: 0,
            fields: Vec::new(),
            values: vec![Value::Null; columns.len()],
            scratch: String::new(),
            builder: BatchBuilder::new(Arc::clone(projection.0), columns, projection.1),
            findings: Findings::default(),
            columns: Arc::clone(columns),
        })
    }

    /// Reads one record into the batch. Returns whether there was one.
    fn read_record(&mut self) -> Result<bool, InputError> {
        loop {
            let data = self.window.data();
            if data.is_empty() && self.window.at_end() {
                return Ok(false);
            }
            if self.consumed < self.given_up {
                self.break_off(UnreadableCode::BadQuote, GIVEN_UP.into())?;
                return Ok(true);
            }
            match self.format.dialect.scan(data, self.window.at_end(), &mut self.fields, self.columns.len() + 1) {
                Scan::NeedMore => self.fill()?,
                Scan::Blank { length } => {
                    self.window.consume(length);
                    self.line += 1;
                }
                Scan::Broken { code, looked } => {
                    self.break_off_all(code, looked)?;
                    return Ok(true);
                }
                Scan::Record { fields, lines, .. } if fields != self.columns.len() => {
                    let expected = self.columns.len();
                    let few = if fields < expected { "few" } else { "many" };
                    let message = format!("{fields} fields where there are {expected} columns: too {few}");
                    // Of a record over several lines none may pass for a record of its own: it is what somebody wrote
                    // into a field, or a quote that swallowed its neighbours. Each is kept.
                    let first = self.line;
                    self.break_off(UnreadableCode::RaggedRow, message)?;
                    for _ in 1..lines {
                        let message =
                            format!("inside the record that begins on line {first}, which has too {few} fields");
                        self.break_off(UnreadableCode::RaggedRow, message)?;
                    }
                    return Ok(true);
                }
                Scan::Record { length, lines, .. } => {
                    self.ordinal += 1;
                    if let Err((code, message)) = self.push(length) {
                        let raw = raw_text(self.window.data().get(..length).unwrap_or_default());
                        self.findings.push(Found { ordinal: self.ordinal, line: self.line, code, message, raw });
                    }
                    self.window.consume(length);
                    self.consumed += length as u64;
                    self.line += lines;
                    return Ok(true);
                }
            }
        }
    }

    /// Puts the record at hand into the batch, or says why not.
    fn push(&mut self, length: usize) -> Result<(), (UnreadableCode, String)> {
        let data = self.window.data().get(..length).unwrap_or_default();
        let Ok(record) = std::str::from_utf8(data) else {
            return Err((UnreadableCode::BadEncoding, bad_text(self.format.encoding)));
        };
        if memchr::memchr(0, data).is_some() {
            let hint = "a NUL byte: the line is damaged, or the file is UTF-16 without a byte order mark";
            return Err((UnreadableCode::NulByte, hint.into()));
        }
        let (format, fields, positions) = (&self.format, &self.fields, &self.positions);
        let field_of = |index: usize| positions.get(index).and_then(|&position| fields.get(position));
        let scratch = &mut self.scratch;
        for &index in &self.typed {
            let (Some((name, column_type)), Some(field)) = (self.columns.get(index), field_of(index)) else { continue };
            let text = format.field_text(record, field, scratch);
            let value = if format.is_null(text) { Some(Value::Null) } else { column_type.value(text) };
            let value = value.ok_or_else(|| {
                let shown: String = text.chars().take(100).collect();
                (UnreadableCode::BadType, format!("column {name:?}: {shown:?} is not a {column_type}"))
            })?;
            if let Some(slot) = self.values.get_mut(index) {
                *slot = value;
            }
        }
        let values = &self.values;
        self.builder.push(self.line, length, |index, builder| match builder {
            ColumnBuilder::Text(builder) => {
                let text = field_of(index).map_or("", |field| format.field_text(record, field, scratch));
                if format.is_null(text) { builder.append_null() } else { builder.append_value(text) }
            }
            other => other.value(values.get(index).copied().unwrap_or(Value::Null)),
        });
        Ok(())
    }

    /// Gives up the record at hand, whose end was not found in the next `looked` bytes, and goes to the line after its
    /// first line.
    ///
    /// A file can be made such that from every line of it the end of a record is looked for as far as a record may reach.
    /// Once that has been in vain too often, none of the lines that were looked through is looked at again: all of them are
    /// given up, the good ones among them too, and each is kept.
    fn break_off_all(&mut self, code: UnreadableCode, looked: usize) -> Result<(), InputError> {
        let end = self.consumed + looked as u64;
        self.looked += looked as u64;
        self.break_off(code, broken_message(code))?;
        if self.looked > LOOKED_FREE + LOOKED_AGAIN * self.consumed {
            self.given_up = end;
        }
        Ok(())
    }

    /// Gives up the line at hand and goes to the next one.
    fn break_off(&mut self, code: UnreadableCode, message: String) -> Result<(), InputError> {
        self.ordinal += 1;
        let mut raw = None;
        loop {
            let data = self.window.data();
            let at_end = self.window.at_end();
            let line = line_length(data, at_end).or_else(|| at_end.then_some(data.len()));
            if raw.is_none() && (line.is_some() || data.len() > RAW_BYTES) {
                raw = Some(raw_text(data.get(..line.unwrap_or(data.len())).unwrap_or_default()));
            }
            if let Some(length) = line {
                self.window.consume(length);
                self.consumed += length as u64;
                break;
            }
            if raw.is_some() {
                // A carriage return at the very end may be half of a line end.
                let length = data.len() - usize::from(data.last() == Some(&b'\r'));
                self.window.consume(length);
                self.consumed += length as u64;
            }
            self.fill()?;
        }
        let found = Found { ordinal: self.ordinal, line: self.line, code, message, raw: raw.unwrap_or_default() };
        self.findings.push(found);
        self.line += 1;
        Ok(())
    }

    fn fill(&mut self) -> Result<(), InputError> {
        self.window.fill().map_err(|error| stream_error(&self.file, self.line.saturating_sub(1), error))
    }
}

impl RowReader for CsvReader {
    fn next_batch(&mut self) -> Result<Option<RecordBatch>, InputError> {
        while !self.builder.is_full() && !self.findings.is_full() {
            if !self.read_record()? {
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

fn broken_message(code: UnreadableCode) -> String {
    match code {
        UnreadableCode::BadQuote => {
            "a quote that is never closed, or text after a closing quote; double a quote inside a quoted field, or set \
             quote = \"\" if the file does not quote"
        }
        _ => "a field of more than 1 MiB, or a row of more than 16 MiB",
    }
    .into()
}

/// Finds the table's columns in a file's header, and refuses a header that lacks, adds or repeats some.
pub(crate) fn positions(
    file: &InputFile,
    header: &[String],
    columns: &[(String, ColumnType)],
) -> Result<Vec<usize>, InputError> {
    let mut by_name: FxHashMap<&str, usize> = FxHashMap::default();
    for (position, name) in header.iter().enumerate() {
        by_name.insert(name, position);
    }
    let known: FxHashSet<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
    let missing: Vec<&str> =
        columns.iter().map(|(name, _)| name.as_str()).filter(|name| !by_name.contains_key(name)).collect();
    let extra: Vec<&str> = header.iter().map(String::as_str).filter(|name| !known.contains(name)).collect();
    if let Some(name) = repeated(header) {
        return Err(repeated_column(file, name));
    }
    if missing.is_empty() && extra.is_empty() {
        return Ok(columns.iter().filter_map(|(name, _)| by_name.get(name.as_str()).copied()).collect());
    }
    let (missing, extra) = (first_names(&missing), first_names(&extra));
    let differences = match (missing.is_empty(), extra.is_empty()) {
        (false, true) => format!("missing {missing}"),
        (true, _) => format!("extra {extra}"),
        (false, false) => format!("missing {missing}, extra {extra}"),
    };
    let reason = format!(
        "its columns are not those of the first file of this input: {differences}; correct the file, or make it an input \
         of its own"
    );
    Err(InputError::Columns { file: file.name.to_string(), reason })
}

/// Names for a message, which must stay one that people read: the first twenty of them.
pub(crate) fn first_names(names: &[&str]) -> String {
    const SHOWN: usize = 20;
    match names {
        [] => String::new(),
        names if names.len() <= SHOWN => format!("{names:?}"),
        names => format!("{:?} and {} more", names.get(..SHOWN).unwrap_or_default(), names.len() - SHOWN),
    }
}

/// Returns a name that occurs twice.
pub(crate) fn repeated(names: &[String]) -> Option<&str> {
    let mut seen = FxHashSet::default();
    names.iter().find(|name| !seen.insert(name.as_str())).map(String::as_str)
}

pub(crate) fn repeated_column(file: &InputFile, name: &str) -> InputError {
    let reason = format!("two columns are called {name:?}; rename one, or use header = false and `columns`");
    InputError::Columns { file: file.name.to_string(), reason }
}
