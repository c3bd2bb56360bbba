//! What an input's files hold: their format, columns and types, settled before anything is planned.

use std::io::Read;
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, FieldRef, Schema, SchemaRef};
use encoding_rs::Encoding;

use super::csv::{CsvFormat, CsvReader, Dialect, first_names, positions, repeated, repeated_column, too_many_columns};
use super::files::InputFile;
use super::jsonl::{JsonlReader, sample_keys};
use super::ledger::InputLedger;
use super::options::{has_ending, plain_name};
use super::parquet::{self, ParquetReader};
use super::reader::RowReader;
use super::types::ColumnType;
use super::window::line_bytes;
use super::{FILE_COLUMN, Format, InputError, InputOptions, LINE_COLUMN, MOST_COLUMNS, NAME_BYTES};

/// The columns of a text input with their types.
type TextColumns = Arc<[(String, ColumnType)]>;

/// How the files of an input are read.
#[derive(Debug, Clone)]
pub(crate) enum Source {
    Csv {
        format: CsvFormat,
        columns: TextColumns,
    },
    Jsonl {
        encoding: Option<&'static Encoding>,
        columns: TextColumns,
        /// Whether the input lists the keys it wants, so that others are no surprise.
        listed: bool,
    },
    Parquet {
        columns: Vec<FieldRef>,
    },
}

impl Source {
    /// Looks into the files of an input and settles how they are read.
    pub(crate) fn settle(table: &str, files: &[InputFile], options: &InputOptions) -> Result<Self, InputError> {
        let Some(first) = files.iter().find(|file| file.bytes > 0) else {
            let file = files.first().map_or_else(String::new, |file| file.name.to_string());
            return Err(InputError::EmptyFile { table: table.into(), file });
        };
        let format = match options.format {
            Some(format) => format,
            None if has_parquet_magic(first)? => Format::Parquet,
            None => Format::of_name(&first.name),
        };
        check_options(table, format, options)?;
        match format {
            Format::Csv => Self::settle_csv(table, files, first, options),
            Format::Jsonl => Self::settle_jsonl(table, files, options),
            Format::Parquet => Self::settle_parquet(files),
        }
    }

    fn settle_csv(
        table: &str,
        files: &[InputFile],
        first: &InputFile,
        options: &InputOptions,
    ) -> Result<Self, InputError> {
        let bad = |reason: &str| InputError::BadOptions { table: table.into(), reason: reason.into() };
        let is_tabbed = has_ending(&plain_name(&first.name), &[".tsv"]);
        let default_delimiter = if is_tabbed { b'\t' } else { b',' };
        let dialect = Dialect {
            delimiter: options.delimiter.unwrap_or(default_delimiter),
            quote: options.quote.unwrap_or(Some(b'"')),
        };
        if dialect.quote == Some(dialect.delimiter) {
            return Err(bad("`delimiter` and `quote` are the same character; give two different ones"));
        }
        let header = options.header.unwrap_or(true);
        let nulls = options.null.clone().unwrap_or_else(|| vec![String::new()]);
        let format = CsvFormat { dialect, header, nulls, encoding: options.encoding };
        let names = match (&options.columns, header) {
            (Some(names), false) => names.clone(),
            (None, false) => return Err(bad("`header = false` needs `columns`, the names of its columns in order")),
            (Some(_), true) => {
                return Err(bad("`columns` is only for `header = false`; a header already names the columns"));
            }
            (None, true) => Vec::new(),
        };
        if !header {
            let columns = text_columns(table, first, names, &options.types)?;
            return Ok(Self::Csv { format, columns });
        }
        let mut settled: Option<TextColumns> = None;
        for file in files {
            let Some(names) = format.open(file, Arc::default())?.header else { continue };
            match &settled {
                Some(columns) => drop(positions(file, &names, columns)?),
                None => settled = Some(text_columns(table, file, names, &options.types)?),
            }
        }
        let Some(columns) = settled else {
            return Err(InputError::EmptyFile { table: table.into(), file: first.name.to_string() });
        };
        Ok(Self::Csv { format, columns })
    }

    fn settle_jsonl(table: &str, files: &[InputFile], options: &InputOptions) -> Result<Self, InputError> {
        let listed = options.columns.is_some();
        let names = if let Some(names) = &options.columns {
            names.clone()
        } else {
            let mut names = sample_keys(files, options.encoding)?;
            let declared = options.types.iter().map(|(name, _)| name);
            let unseen: Vec<String> = declared.filter(|name| !names.contains(name)).cloned().collect();
            names.extend(unseen);
            names
        };
        let Some(first) = files.first() else { return Ok(Self::Parquet { columns: Vec::new() }) };
        let columns = text_columns(table, first, names, &options.types)?;
        Ok(Self::Jsonl { encoding: options.encoding, columns, listed })
    }

    fn settle_parquet(files: &[InputFile]) -> Result<Self, InputError> {
        let mut settled: Option<Vec<FieldRef>> = None;
        for file in files {
            let columns = parquet::columns(file)?;
            let names: Vec<String> = columns.iter().map(|column| column.name().clone()).collect();
            let Some(expected) = &settled else {
                check_names(file, &names)?;
                settled = Some(columns);
                continue;
            };
            let known: Vec<_> = expected.iter().map(|column| (column.name().clone(), ColumnType::Text)).collect();
            for (column, position) in expected.iter().zip(positions(file, &names, &known)?) {
                let Some(found) = columns.get(position) else { continue };
                if found.data_type() != column.data_type() {
                    let (name, found, wanted) = (column.name(), found.data_type(), column.data_type());
                    let reason = format!(
                        "column {name:?} is {found} here and {wanted} in the first file of this input; make it an input \
                         of its own and cast the column there"
                    );
                    return Err(InputError::Columns { file: file.name.to_string(), reason });
                }
            }
        }
        Ok(Self::Parquet { columns: settled.unwrap_or_default() })
    }

    /// Returns the schema of the table: its columns, then `_file` and `_line`.
    pub(crate) fn schema(&self) -> SchemaRef {
        let mut fields: Vec<FieldRef> = match self {
            Self::Csv { columns, .. } | Self::Jsonl { columns, .. } => {
                columns.iter().map(|(name, kind)| Arc::new(Field::new(name, kind.data_type(), true))).collect()
            }
            Self::Parquet { columns } => columns.clone(),
        };
        fields.push(Arc::new(Field::new(FILE_COLUMN, DataType::Utf8, true)));
        fields.push(Arc::new(Field::new(LINE_COLUMN, DataType::Int64, true)));
        Arc::new(Schema::new(fields))
    }

    /// Opens one file for a scan of `projection`, indexes into the schema.
    pub(crate) fn read(
        &self,
        file: &InputFile,
        file_index: usize,
        ledger: &Arc<InputLedger>,
        projection: (&SchemaRef, &[usize]),
    ) -> Result<Box<dyn RowReader>, InputError> {
        let position = ledger.position(file_index);
        Ok(match self {
            Self::Csv { format, columns } => {
                let opened = format.open(file, position)?;
                if format.header && opened.header.is_none() {
                    return Ok(Box::new(Nothing));
                }
                Box::new(CsvReader::new(file, format, opened, columns, projection)?)
            }
            Self::Jsonl { encoding, columns, listed } => {
                let ignored = (!listed).then(|| Arc::clone(ledger));
                Box::new(JsonlReader::open(file, *encoding, position, columns, projection, ignored)?)
            }
            Self::Parquet { columns } => Box::new(ParquetReader::open(file, position, columns, projection)?),
        })
    }

    /// Estimates the bytes of one row by the beginning of the first file that has rows.
    pub(crate) fn row_bytes(&self, files: &[InputFile]) -> Result<u64, InputError> {
        let Some(first) = files.iter().find(|file| file.bytes > 0) else { return Ok(0) };
        match self {
            Self::Csv { format: CsvFormat { encoding, .. }, .. } | Self::Jsonl { encoding, .. } => {
                line_bytes(first, *encoding)
            }
            Self::Parquet { .. } => parquet::row_bytes(first),
        }
    }

    /// Estimates the bytes of the files' rows in memory, to choose between ways to join.
    pub(crate) fn bytes_in_memory(&self, files: &[InputFile]) -> u64 {
        let expansion = |file: &InputFile| match self {
            Self::Parquet { .. } => 6,
            _ if plain_name(&file.name) != file.name.to_lowercase() => 8,
            _ => 2,
        };
        files.iter().map(|file| file.bytes.saturating_mul(expansion(file))).sum()
    }
}

/// The rows of an empty file.
struct Nothing;

impl RowReader for Nothing {
    fn next_batch(&mut self) -> Result<Option<arrow::array::RecordBatch>, InputError> {
        Ok(None)
    }

    fn report(&mut self) -> (u64, Vec<super::unreadable::Found>) {
        (0, Vec::new())
    }
}

pub(crate) fn has_parquet_magic(file: &InputFile) -> Result<bool, InputError> {
    let mut head = Vec::new();
    let io = |source| InputError::Io { file: file.name.to_string(), source };
    fs_err::File::open(&file.path).and_then(|opened| opened.take(4).read_to_end(&mut head)).map_err(io)?;
    Ok(head == b"PAR1")
}

/// Refuses options that mean nothing for the format, since they are a misunderstanding.
fn check_options(table: &str, format: Format, options: &InputOptions) -> Result<(), InputError> {
    let csv_only = [
        ("header", options.header.is_some()),
        ("delimiter", options.delimiter.is_some()),
        ("quote", options.quote.is_some()),
        ("null", options.null.is_some()),
    ];
    let text_only = [
        ("columns", options.columns.is_some()),
        ("encoding", options.encoding.is_some()),
        ("types", !options.types.is_empty()),
    ];
    let foreign = match format {
        Format::Csv => None,
        Format::Jsonl => csv_only.iter().find(|option| option.1),
        Format::Parquet => csv_only.iter().chain(&text_only).find(|option| option.1),
    };
    foreign.map_or(Ok(()), |(name, _)| {
        let reason = format!(
            "`{name}` is no option of {} files; leave it out, or set `format` to what the files are",
            format.as_str()
        );
        Err(InputError::BadOptions { table: table.into(), reason })
    })
}

fn check_names(file: &InputFile, names: &[String]) -> Result<(), InputError> {
    if names.len() > MOST_COLUMNS {
        return Err(InputError::Columns { file: file.name.to_string(), reason: too_many_columns(names.len()) });
    }
    if let Some(name) = names.iter().find(|name| name.len() > NAME_BYTES) {
        let begin: String = name.chars().take(40).collect();
        let reason = format!(
            "a column's name has {} bytes, more than {NAME_BYTES}: it begins with {begin:?}; if the file has no header, set \
             header = false and `columns`",
            name.len()
        );
        return Err(InputError::Columns { file: file.name.to_string(), reason });
    }
    if let Some(name) = repeated(names) {
        return Err(repeated_column(file, name));
    }
    if let Some(name) = names.iter().find(|name| [FILE_COLUMN, LINE_COLUMN].contains(&name.as_str())) {
        let reason = format!("a column is called {name:?}, which every input already has; rename it in the file");
        return Err(InputError::Columns { file: file.name.to_string(), reason });
    }
    Ok(())
}

fn text_columns(
    table: &str,
    file: &InputFile,
    names: Vec<String>,
    types: &[(String, ColumnType)],
) -> Result<TextColumns, InputError> {
    check_names(file, &names)?;
    if let Some((name, _)) = types.iter().find(|(name, _)| !names.contains(name)) {
        let has = first_names(&names.iter().map(String::as_str).collect::<Vec<_>>());
        let reason = format!("`types` names column {name:?}, which {} lacks; it has {has}", file.name);
        return Err(InputError::BadOptions { table: table.into(), reason });
    }
    let type_of =
        |name: &String| types.iter().find(|(typed, _)| typed == name).map_or(ColumnType::Text, |(_, kind)| *kind);
    Ok(names.into_iter().map(|name| (type_of(&name), name)).map(|(kind, name)| (name, kind)).collect())
}
