//! Worlds, written and read again.

mod bytes;
mod truth;

use std::fs::File;
use std::path::{Path, PathBuf};

use arrow::array::RecordBatch;
use databank_world::{WorldPlan, WorldReport, write};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use tempfile::TempDir;

fn plan(events: u64, seed: u64, threads: usize) -> WorldPlan {
    WorldPlan { events, brands: 3, seed, until: "2026-10-31".parse().unwrap(), threads }
}

fn written(plan: &WorldPlan) -> (TempDir, WorldReport) {
    let directory = tempfile::tempdir().unwrap();
    let report = write(plan, directory.path(), &|_| {}).unwrap();
    (directory, report)
}

/// All files below a directory, by path.
fn files_below(directory: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut ahead = vec![directory.to_owned()];
    while let Some(folder) = ahead.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { ahead.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    found
}

fn rows_of(path: &Path) -> Vec<RecordBatch> {
    let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(path).unwrap()).unwrap().build().unwrap();
    reader.map(Result::unwrap).collect()
}
