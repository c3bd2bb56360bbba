//! A look at a file: its format, its columns and its first rows, by the readers that an import uses.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::{Array, RecordBatch};
use arrow::datatypes::{DataType, Schema};
use arrow::util::display::{ArrayFormatter, FormatOptions};

use super::files::{InputFile, given_files};
use super::sniff::sniff;
use super::unreadable::{SinkSlot, UnreadableRow, UnreadableSink};
use super::{FILE_COLUMN, Format, InputError, InputOptions, InputTable, LINE_COLUMN};

/// The longest text that is shown of a value.
const SHOWN_CHARACTERS: usize = 500;

/// The most unreadable records that are shown.
const SHOWN_UNREADABLE: usize = 50;

/// The most batches that are read: a file may hold no row that can be read.
const MOST_BATCHES: usize = 16;

/// About how many bytes of rows are kept: thousands of columns would make gigabytes of them.
const KEPT_BYTES: usize = 16 << 20;

/// What a file holds, as far as it was looked at.
#[derive(Debug, Clone)]
pub struct Inspection {
    /// Its name.
    pub file: String,
    /// Its format.
    pub format: Format,
    /// How it seems to be written.
    pub options: InputOptions,
    /// Its columns and their types.
    pub columns: Vec<(String, DataType)>,
    /// Its first rows as texts; none for NULL.
    pub rows: Vec<Vec<Option<String>>>,
    /// What could not be read of what was looked at.
    pub unreadable: Vec<UnreadableRow>,
}

/// Looks at a file: its format, its columns and its first `rows` rows.
pub fn inspect(path: &Path, rows: usize) -> Result<Inspection, InputError> {
    let file = given_file(path)?;
    let (format, options) = sniff(&file)?;
    inspect_as(file, format, options, rows)
}

/// Looks at a file that is written as `options` say.
pub fn inspect_with(path: &Path, options: &InputOptions, rows: usize) -> Result<Inspection, InputError> {
    let file = given_file(path)?;
    let format = options.format.unwrap_or_else(|| Format::of_name(&file.name));
    inspect_as(file, format, options.clone(), rows)
}

fn given_file(path: &Path) -> Result<InputFile, InputError> {
    let found = given_files(&[path.to_owned()])?.into_iter().next();
    found.ok_or_else(|| InputError::EmptyFile { table: "file".into(), file: path.display().to_string() })
}

fn inspect_as(file: InputFile, format: Format, options: InputOptions, most: usize) -> Result<Inspection, InputError> {
    let name = file.name.to_string();
    let sink = SinkSlot::default();
    let kept = Arc::new(Kept::default());
    sink.set(Arc::clone(&kept) as Arc<dyn UnreadableSink>);
    let table = InputTable::open("file", vec![file], &options, sink)?;
    let own = |name: &str| name != FILE_COLUMN && name != LINE_COLUMN;
    let fields = table.columns().fields().iter().filter(|field| own(field.name()));
    let columns = fields.map(|field| (field.name().clone(), field.data_type().clone())).collect();
    let (mut rows, mut batches, mut room) = (Vec::new(), 0, KEPT_BYTES);
    table.read_rows(&mut |batch| {
        push_texts(batch, most, &mut rows, &mut room);
        batches += 1;
        rows.len() < most && batches < MOST_BATCHES && room > 0
    })?;
    let unreadable = std::mem::take(&mut *kept.0.lock().unwrap_or_else(PoisonError::into_inner));
    Ok(Inspection { file: name, format, options, columns, rows, unreadable })
}

/// Adds a batch's own values as texts, up to `most` rows and while there is room.
fn push_texts(batch: &RecordBatch, most: usize, rows: &mut Vec<Vec<Option<String>>>, room: &mut usize) {
    let schema: Arc<Schema> = batch.schema();
    let options = FormatOptions::default().with_display_error(true);
    let own = |name: &str| name != FILE_COLUMN && name != LINE_COLUMN;
    let columns: Vec<_> = batch
        .columns()
        .iter()
        .zip(schema.fields())
        .filter(|(_, field)| own(field.name()))
        .map(|(column, _)| (column, ArrayFormatter::try_new(column, &options).ok()))
        .collect();
    for row in 0..batch.num_rows().min(most.saturating_sub(rows.len())) {
        let text = |(column, shown): &(&Arc<dyn Array>, Option<ArrayFormatter<'_>>)| {
            let text = shown.as_ref().filter(|_| column.is_valid(row))?.value(row).to_string();
            Some(text.chars().take(SHOWN_CHARACTERS).collect())
        };
        let texts: Vec<Option<String>> = columns.iter().map(text).collect();
        let bytes = texts.iter().map(|text| size_of::<Option<String>>() + text.as_ref().map_or(0, String::len)).sum();
        rows.push(texts);
        *room = room.saturating_sub(bytes);
        if *room == 0 {
            return;
        }
    }
}

/// Keeps the first unreadable records.
#[derive(Default)]
struct Kept(Mutex<Vec<UnreadableRow>>);

impl UnreadableSink for Kept {
    fn unreadable(&self, row: UnreadableRow) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() < SHOWN_UNREADABLE {
            kept.push(row);
        }
    }
}
