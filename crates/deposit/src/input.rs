//! Inputs: files as streaming SQL tables.
//!
//! An [`InputTable`] is one table of a mapping: the files its pattern matched, in the order of their names, read as one
//! stream of rows. Columns are text unless the input's `types` say otherwise (Parquet columns keep their own types), and
//! every row also has `_file` (the file's name relative to the import's path) and `_line` (1-based; the physical line
//! its record begins on, or the row number in a Parquet file).
//!
//! What is decided here, because files leave it open:
//!
//! - **One bad line costs one line.** A record that cannot be read is an [`UnreadableRow`] with a stable
//!   [`UnreadableCode`], its line and its raw text (at most 64 KiB), handed to the [`UnreadableSink`]; it is counted in
//!   the [`InputLedger`]. When the *structure* of a CSV record is broken (ragged, bad quote, too long), reading resumes
//!   on the line after the record's first line, so an unbalanced quote can never swallow good lines.
//! - **A bad file stops the import.** Wrong, missing, extra or duplicate columns, damaged compression or a damaged
//!   Parquet file are an [`InputError`] that names the file.
//! - **NULL** is a field whose text is in the input's `null` list, quoted or not. The list is `[""]` unless given, so an
//!   empty field is NULL; a given list replaces it.
//! - **Blank lines** of CSV and JSON lines are skipped and not counted.
//! - **NUL bytes** in CSV make the line unreadable (`nul_byte`): they are damage or an undeclared UTF-16 file. JSON's
//!   `\u0000` and NUL in Parquet text become U+FFFD, since many tools cannot store NUL.
//! - **Encodings** are never guessed: UTF-8, or a byte order mark, or what the input declares.
//! - **JSON columns** are the input's `columns` if given, else the keys of the first 1000 lines of each file and the keys
//!   of `types`. Later keys are ignored but remembered: see [`InputLedger::ignored_keys`].
//! - **Empty**: files with only a header give no rows; when all files of an input have 0 bytes it is an error.
//!
//! Memory is bounded by [`BATCH_ROWS`] rows or [`BATCH_BYTES`] of text per batch, a few batches per running scan.

mod batch;
mod csv;
mod decode;
mod error;
mod files;
mod inspect;
mod jsonl;
mod ledger;
mod options;
mod parquet;
mod provider;
mod reader;
mod sniff;
mod table;
mod types;
mod unreadable;
mod window;

pub use databank_engine::guarded::{FILE_COLUMN, LINE_COLUMN};
pub use error::InputError;
pub use inspect::{Inspection, inspect, inspect_with};
pub use ledger::{FileCount, InputLedger};
pub use options::{Format, InputOptions};
pub use provider::InputTable;
pub use types::ColumnType;
pub use unreadable::{SinkSlot, UnreadableCode, UnreadableRow, UnreadableSink};

pub(crate) use files::{InputFile, find_files, given_files};

/// The most rows a batch holds.
pub const BATCH_ROWS: usize = 8192;

/// About how many bytes of text a batch holds at most, whatever the length of the rows.
pub const BATCH_BYTES: usize = 1 << 20;

/// The longest field (or JSON value) that is read.
pub const FIELD_BYTES: usize = 1 << 20;

/// The longest record that is read.
pub const RECORD_BYTES: usize = 16 << 20;

/// The most columns of an input, and keys of one JSON line. More are a file that is read with the wrong delimiter.
pub const MOST_COLUMNS: usize = 10_000;

/// The longest name of a column, in bytes.
pub const NAME_BYTES: usize = 1024;

/// The most raw text kept of an unreadable record.
pub const RAW_BYTES: usize = 64 << 10;
