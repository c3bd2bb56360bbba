//! The ledger of an input: what was read of its files, each record once however many blocks scan it.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::files::InputFile;
use super::unreadable::{Found, SinkSlot, UnreadableRow};

/// The most ignored JSON keys that are remembered.
const IGNORED_KEYS: usize = 100;

/// Counts what was read of one input.
///
/// Several blocks, or one self-join, may scan the same files. The ledger keeps per file how many records were counted so
/// far, so that each record is counted, and each unreadable one reported, by the scan that reaches it first.
#[derive(Debug)]
pub struct InputLedger {
    table: Arc<str>,
    files: Vec<FileLedger>,
    ignored_keys: Mutex<BTreeSet<String>>,
    sink: SinkSlot,
}

/// What was read of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileCount {
    /// The file, relative to the import's path.
    pub file: Arc<str>,
    /// Records read, unreadable ones included.
    pub records: u64,
    /// Unreadable records.
    pub unreadable: u64,
    /// Bytes of the file consumed so far, as it lies on disk.
    pub bytes_read: u64,
    /// The size of the file on disk.
    pub bytes: u64,
}

#[derive(Debug)]
struct FileLedger {
    file: Arc<str>,
    bytes: u64,
    position: Arc<AtomicU64>,
    counts: Mutex<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    records: u64,
    unreadable: u64,
}

impl InputLedger {
    pub(crate) fn new(table: &str, files: &[InputFile], sink: SinkSlot) -> Self {
        let ledger = |file: &InputFile| FileLedger {
            file: Arc::clone(&file.name),
            bytes: file.bytes,
            position: Arc::default(),
            counts: Mutex::default(),
        };
        Self { table: table.into(), files: files.iter().map(ledger).collect(), ignored_keys: Mutex::default(), sink }
    }

    /// Returns the table name of the input.
    pub fn table(&self) -> &str {
        &self.table
    }

    /// Returns the records read so far, unreadable ones included.
    pub fn records(&self) -> u64 {
        self.files.iter().map(|file| lock(&file.counts).records).sum()
    }

    /// Returns the unreadable records found so far.
    pub fn unreadable(&self) -> u64 {
        self.files.iter().map(|file| lock(&file.counts).unreadable).sum()
    }

    /// Returns the bytes of the files consumed so far, as they lie on disk.
    pub fn bytes_read(&self) -> u64 {
        self.files.iter().map(|file| file.position.load(Ordering::Relaxed)).sum()
    }

    /// Returns the size of the files on disk.
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
    }

    /// Returns the counts of each file, in the order they are read.
    pub fn files(&self) -> Vec<FileCount> {
        let count = |file: &FileLedger| {
            let counts = lock(&file.counts);
            FileCount {
                file: Arc::clone(&file.file),
                records: counts.records,
                unreadable: counts.unreadable,
                bytes_read: file.position.load(Ordering::Relaxed),
                bytes: file.bytes,
            }
        };
        self.files.iter().map(count).collect()
    }

    /// Returns keys of JSON lines that are no column because the sampled lines lack them (at most 100).
    pub fn ignored_keys(&self) -> Vec<String> {
        lock(&self.ignored_keys).iter().cloned().collect()
    }

    pub(crate) fn ignore_key(&self, key: &str) {
        let mut keys = lock(&self.ignored_keys);
        if keys.len() < IGNORED_KEYS && !keys.contains(key) {
            keys.insert(key.to_owned());
        }
    }

    /// Returns the counter of the bytes consumed of a file.
    pub(crate) fn position(&self, file_index: usize) -> Arc<AtomicU64> {
        self.files.get(file_index).map(|file| Arc::clone(&file.position)).unwrap_or_default()
    }

    /// Counts the records of a file up to `ordinal`, and reports those of `found` that no other scan has.
    pub(crate) fn count(&self, file_index: usize, ordinal: u64, found: Vec<Found>) {
        let Some(file) = self.files.get(file_index) else { return };
        let fresh: Vec<Found> = {
            let mut counts = lock(&file.counts);
            let counted = counts.records;
            counts.records = counted.max(ordinal);
            let fresh: Vec<Found> = found.into_iter().filter(|row| row.ordinal > counted).collect();
            counts.unreadable += fresh.len() as u64;
            fresh
        };
        // The sink may wait for its reader, so it is called without the lock.
        let Some(sink) = self.sink.get().filter(|_| !fresh.is_empty()) else { return };
        for Found { line, code, message, raw, .. } in fresh {
            let (table, file) = (Arc::clone(&self.table), Arc::clone(&file.file));
            sink.unreadable(UnreadableRow { table, file, line, code, message, raw });
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
