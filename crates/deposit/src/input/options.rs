//! How the files of an input are to be read, as a mapping declares it.

use encoding_rs::Encoding;

use super::ColumnType;

/// A file format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// Delimited text.
    Csv,
    /// One JSON object per line.
    Jsonl,
    /// Apache Parquet.
    Parquet,
}

impl Format {
    /// Returns the name a mapping uses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Jsonl => "jsonl",
            Self::Parquet => "parquet",
        }
    }

    /// Returns the format of a name that a mapping uses.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Csv, Self::Jsonl, Self::Parquet].into_iter().find(|format| format.as_str() == name)
    }

    /// Guesses the format from a file's name; CSV unless the name says otherwise.
    pub(crate) fn of_name(name: &str) -> Self {
        let name = plain_name(name);
        if has_ending(&name, &[".jsonl", ".ndjson", ".json"]) {
            Self::Jsonl
        } else if has_ending(&name, &[".parquet", ".pq"]) {
            Self::Parquet
        } else {
            Self::Csv
        }
    }
}

/// Returns whether a name ends with one of several endings.
pub(crate) fn has_ending(name: &str, endings: &[&str]) -> bool {
    endings.iter().any(|ending| name.ends_with(ending))
}

/// Returns a file's name in lower case and without the ending of a compression.
pub(crate) fn plain_name(name: &str) -> String {
    let name = name.to_lowercase();
    let plain = [".gz", ".zst", ".zstd"].iter().find_map(|end| name.strip_suffix(end));
    plain.map_or(name.clone(), str::to_owned)
}

/// The options of one input. What is not given has the default of its format.
#[derive(Debug, Clone, Default)]
pub struct InputOptions {
    /// The format; by the file's name unless given.
    pub format: Option<Format>,
    /// Whether the first record of a CSV file names its columns (yes unless given).
    pub header: Option<bool>,
    /// The columns of a CSV file without a header, or the keys of JSON lines that are wanted.
    pub columns: Option<Vec<String>>,
    /// The delimiter of CSV: comma unless given, TAB for `.tsv`.
    pub delimiter: Option<u8>,
    /// The quote of CSV: `"` unless given, `Some(None)` for none.
    pub quote: Option<Option<u8>>,
    /// The texts that mean NULL in CSV (`[""]` unless given).
    pub null: Option<Vec<String>>,
    /// The character encoding (UTF-8 unless given).
    pub encoding: Option<&'static Encoding>,
    /// The types of columns that are not text, in declared order.
    pub types: Vec<(String, ColumnType)>,
}
