//! What stops an input: the file as a whole cannot be trusted.

use std::io;

/// Why an input cannot be read at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InputError {
    /// A pattern matched nothing.
    #[error(
        "input {table:?}: no file matches {pattern:?} in {base}; put the file there or correct `path` in the mapping"
    )]
    NoFile {
        /// The input's table name.
        table: String,
        /// The pattern as the mapping spells it.
        pattern: String,
        /// The directory that was searched.
        base: String,
    },
    /// A pattern is not a usable glob.
    #[error("input {table:?}: {pattern:?} is not a usable file pattern: {reason}")]
    BadPattern {
        /// The input's table name.
        table: String,
        /// The pattern as the mapping spells it.
        pattern: String,
        /// What is wrong with it.
        reason: String,
    },
    /// An input matches more files than one import takes.
    #[error("input {table:?}: {pattern:?} matches more than {limit} files; import them in several steps")]
    TooManyFiles {
        /// The input's table name.
        table: String,
        /// The pattern as the mapping spells it.
        pattern: String,
        /// The most files an input may have.
        limit: usize,
    },
    /// The options of an input contradict each other or its format.
    #[error("input {table:?}: {reason}")]
    BadOptions {
        /// The input's table name.
        table: String,
        /// What is wrong and what would be right.
        reason: String,
    },
    /// Every file of an input is empty (`empty_file`).
    #[error("{file}: the file is empty, and so is every other file of input {table:?}")]
    EmptyFile {
        /// The input's table name.
        table: String,
        /// The first file.
        file: String,
    },
    /// The operating system refused to read a file.
    #[error("{file}: cannot be read")]
    Io {
        /// The file.
        file: String,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A compressed file is cut or damaged.
    #[error("{file}: the file is cut or damaged after line {line}; get a whole copy and import again")]
    Damaged {
        /// The file.
        file: String,
        /// The last line that was read.
        line: u64,
        /// What the decompressor said.
        #[source]
        source: io::Error,
    },
    /// The file is of a kind that is not read.
    #[error("{file}: this is {found}; {hint}")]
    WrongKind {
        /// The file.
        file: String,
        /// What the first bytes say.
        found: &'static str,
        /// What to do about it.
        hint: &'static str,
    },
    /// A compressed file unpacks to an absurd size.
    #[error("{file}: unpacks to more than {limit_gib} GiB and more than 1000 times its size; it is refused as a bomb")]
    Bomb {
        /// The file.
        file: String,
        /// The size from which the ratio counts.
        limit_gib: u64,
    },
    /// The columns of a file are not those of its input.
    #[error("{file}: {reason}")]
    Columns {
        /// The file.
        file: String,
        /// Which columns, and what would be right.
        reason: String,
    },
    /// A Parquet file is damaged.
    #[error("{file}: not a readable Parquet file: {reason}")]
    Parquet {
        /// The file.
        file: String,
        /// What the reader said.
        reason: String,
    },
}
