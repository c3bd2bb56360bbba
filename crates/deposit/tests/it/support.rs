//! One way to run a mapping over files and to write down what came out.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use arrow::array::RecordBatch;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use databank_deposit::input::{FileCount, UnreadableRow, UnreadableSink};
use databank_deposit::mapping::{
    CompiledBlock, Mapping, MappingError, MappingOptions, OpenedMapping, UNCONVERTIBLE_COLUMN,
};
use futures::TryStreamExt;

/// What came out of a mapping.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// Per block its rows, sorted: values between `|`, NULL as `-`, and ` ! why` behind rows that did not convert.
    pub(crate) blocks: Vec<Vec<String>>,
    /// Per block the names of its columns.
    pub(crate) columns: Vec<Vec<String>>,
    pub(crate) unreadable: Vec<UnreadableRow>,
    /// The counts of all files of all inputs.
    pub(crate) files: Vec<FileCount>,
    pub(crate) ignored_keys: Vec<String>,
}

#[derive(Default)]
struct Collected(Mutex<Vec<UnreadableRow>>);

impl UnreadableSink for Collected {
    fn unreadable(&self, row: UnreadableRow) {
        self.0.lock().unwrap().push(row);
    }
}

/// Files by name, in a directory that is gone afterwards.
pub(crate) type Files<'f> = &'f [(&'f str, &'f [u8])];

pub(crate) fn directory(files: Files<'_>) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path = directory.path().join(name);
        fs_err::create_dir_all(path.parent().unwrap()).unwrap();
        fs_err::write(path, bytes).unwrap();
    }
    directory
}

/// Runs a mapping over a directory of files.
pub(crate) fn run(files: Files<'_>, mapping: &str) -> Result<Outcome, String> {
    let directory = directory(files);
    run_paths(&[directory.path().to_owned()], mapping, 256 << 20)
}

pub(crate) fn run_paths(paths: &[PathBuf], mapping: &str, memory_bytes: usize) -> Result<Outcome, String> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let outcome = runtime.block_on(async {
        let mapping = Mapping::parse(mapping, "test.toml")?;
        let options = MappingOptions { memory_bytes, temp_dir: None };
        let opened = OpenedMapping::open(&mapping, paths, &options).await?;
        let sink = Arc::new(Collected::default());
        opened.set_unreadable_sink(sink.clone());
        let mut outcome = Outcome::default();
        for block in opened.blocks() {
            outcome.columns.push(block.columns().fields().iter().map(|field| field.name().clone()).collect());
            outcome.blocks.push(read(block).await?);
        }
        outcome.files = opened.inputs().iter().flat_map(|ledger| ledger.files()).collect();
        outcome.ignored_keys = opened.inputs().iter().flat_map(|ledger| ledger.ignored_keys()).collect();
        outcome.unreadable = std::mem::take(&mut sink.0.lock().unwrap());
        outcome.unreadable.sort_by(|left, right| (&left.file, left.line).cmp(&(&right.file, right.line)));
        Ok::<_, MappingError>(outcome)
    });
    outcome.map_err(|error| {
        let mut text = error.to_string();
        let mut source = std::error::Error::source(&error);
        while let Some(cause) = source {
            write!(text, ": {cause}").unwrap();
            source = cause.source();
        }
        text
    })
}

async fn read(block: &CompiledBlock) -> Result<Vec<String>, MappingError> {
    let mut stream = block.stream()?;
    let mut rows = Vec::new();
    while let Some(batch) = stream.try_next().await.map_err(|error| block.explain(error))? {
        write_rows(&batch, &mut rows);
    }
    rows.sort();
    Ok(rows)
}

fn write_rows(batch: &RecordBatch, rows: &mut Vec<String>) {
    let options = FormatOptions::default().with_null("-");
    let schema = batch.schema();
    let columns: Vec<_> = batch
        .columns()
        .iter()
        .zip(schema.fields())
        .map(|(column, field)| (field.name().as_str(), ArrayFormatter::try_new(column, &options).unwrap()))
        .collect();
    for row in 0..batch.num_rows() {
        let own = columns.iter().filter(|(name, _)| !name.starts_with('_'));
        let values: Vec<_> = own.map(|(_, column)| column.value(row).to_string()).collect();
        let mut text = values.join("|");
        let (_, reason) = columns.iter().find(|(name, _)| *name == UNCONVERTIBLE_COLUMN).unwrap();
        let reason = reason.value(row).to_string();
        if reason != "-" {
            write!(text, " ! {reason}").unwrap();
        }
        rows.push(text);
    }
}

/// A mapping of one input `t` and one block.
pub(crate) fn one_block(input: &str, sql: &str) -> String {
    format!("name = \"test\"\n[inputs]\nt = {input}\n[[events]]\nsql = '''{sql}'''\n")
}

/// Runs one query over one input, and compares its rows and then the unreadable records, one per line.
#[track_caller]
pub(crate) fn check(files: Files<'_>, input: &str, sql: &str, expected: &str) {
    let outcome = run(files, &one_block(input, sql)).unwrap();
    assert_eq!(written(&outcome), trimmed(expected), "{outcome:#?}");
}

/// Runs one query over one input that must be refused with a message holding each of `parts`.
#[track_caller]
pub(crate) fn check_refused(files: Files<'_>, input: &str, sql: &str, parts: &[&str]) {
    let error = run(files, &one_block(input, sql)).expect_err("it must be refused");
    for part in parts {
        assert!(error.contains(part), "{part:?} is not in {error:?}");
    }
}

pub(crate) fn written(outcome: &Outcome) -> String {
    let rows = outcome.blocks.iter().flatten().cloned();
    let unreadable = outcome.unreadable.iter().map(|row| format!("{}:{} {}", row.file, row.line, row.code));
    rows.chain(unreadable).collect::<Vec<_>>().join("\n")
}

pub(crate) fn trimmed(text: &str) -> String {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub(crate) fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::stream::encode_all(bytes, 1).unwrap()
}
