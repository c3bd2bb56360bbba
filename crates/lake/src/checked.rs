//! Reading a file so that damaged bytes are an error and never a value.
//!
//! Before bytes of a block are used, the block is compared with its sum ([`crate::sums`]). What was found whole stays so for
//! this process as long as the file keeps its size and time: a server that reads a page again pays nothing. What changes
//! on the disk without anybody's writing, under a process that has read it already, is found by `databank doctor`.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::ops::Range;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use bytes::Bytes;
use parquet::errors::ParquetError;
use parquet::file::reader::{ChunkReader, Length};
use rustix::buffer::spare_capacity;
use rustix::io::{Errno, pread};

use crate::sums::{BlockSums, sum_of};
use crate::{DataFile, LakeError};

/// A file whose blocks are compared with their sums before they are used. Clones share the open file.
#[derive(Debug, Clone)]
pub struct CheckedFile {
    path: Arc<PathBuf>,
    file: Arc<File>,
    length: u64,
    checks: Option<Arc<Checks>>,
    by_blocks: bool,
}

/// The sums of one file, and which blocks this process has found whole.
#[derive(Debug)]
struct Checks {
    sums: BlockSums,
    whole: Vec<AtomicU64>,
}

impl Checks {
    fn new(sums: BlockSums) -> Self {
        let words = sums.len().div_ceil(64);
        Self { sums, whole: (0..words).map(|_| AtomicU64::new(0)).collect() }
    }

    fn is_whole(&self, block: usize) -> bool {
        self.whole.get(block / 64).is_some_and(|word| word.load(Ordering::Relaxed) >> (block % 64) & 1 == 1)
    }

    fn set_whole(&self, block: usize) {
        if let Some(word) = self.whole.get(block / 64) {
            word.fetch_or(1 << (block % 64), Ordering::Relaxed);
        }
    }
}

/// Which file it was: another one, or a changed one, is looked at anew.
#[derive(Debug, PartialEq, Eq)]
struct Look {
    device: u64,
    inode: u64,
    length: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

/// Files that are remembered at a time; beyond, all are forgotten.
const REMEMBERED: usize = 1 << 16;

/// What this process has looked at. One for the process: requests open the same files again and again.
static KNOWN: LazyLock<Mutex<HashMap<PathBuf, (Look, Arc<Checks>)>>> = LazyLock::new(Mutex::default);

impl CheckedFile {
    /// Opens a data file as its table's log names it. One of a deposit from before there were sums is read unchecked.
    pub fn open(file: &DataFile) -> Result<Self, LakeError> {
        let damaged = |reason: String| LakeError::Damaged { path: file.path.clone(), reason };
        let opened = File::open(&file.path).map_err(LakeError::io("open", &file.path))?;
        let length = opened.metadata().map_err(LakeError::io("stat", &file.path))?.len();
        let Some(sums) = &file.sums else { return Ok(Self::unchecked(&file.path, opened, length)) };
        if i64::try_from(length) != Ok(file.size_bytes) {
            return Err(damaged(format!("it has {length} bytes, not {} as when it was written", file.size_bytes)));
        }
        let read = || BlockSums::of_file(sums, length).map_err(|e| damaged(format!("the log's sums of it are {e}")));
        Self::checked(&file.path, opened, length, read)
    }

    /// A file without sums.
    pub(crate) fn unchecked(path: &Path, file: File, length: u64) -> Self {
        Self { path: Arc::new(path.to_owned()), file: Arc::new(file), length, checks: None, by_blocks: false }
    }

    /// A file with sums of its first `length` bytes, which are asked for when this process does not know the file.
    pub(crate) fn checked(
        path: &Path,
        file: File,
        length: u64,
        sums: impl FnOnce() -> Result<BlockSums, LakeError>,
    ) -> Result<Self, LakeError> {
        let metadata = file.metadata().map_err(LakeError::io("stat", path))?;
        let look = Look {
            device: metadata.dev(),
            inode: metadata.ino(),
            length: metadata.len(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
        };
        let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        let checks = match known.get(path) {
            Some((before, checks)) if *before == look => Arc::clone(checks),
            _ => {
                let checks = Arc::new(Checks::new(sums()?));
                if known.len() >= REMEMBERED {
                    known.clear();
                }
                known.insert(path.to_owned(), (look, Arc::clone(&checks)));
                checks
            }
        };
        Ok(Self {
            path: Arc::new(path.to_owned()),
            file: Arc::new(file),
            length,
            checks: Some(checks),
            by_blocks: false,
        })
    }

    /// For whoever lets go of what was read before reading on: a range comes with the blocks that it lies in, which have to be read
    /// anyway to be compared, and so are read once.
    pub(crate) fn by_blocks(self) -> Self {
        Self { by_blocks: true, ..self }
    }

    /// Takes all blocks for whole: this process has just written and synced them.
    pub(crate) fn trust(&self) {
        if let Some(checks) = &self.checks {
            checks.whole.iter().for_each(|word| word.store(u64::MAX, Ordering::Relaxed));
        }
    }

    /// Its bytes that may be read.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Fills a buffer from a place of the file.
    pub fn read_exact_at(&self, buffer: &mut [u8], offset: u64) -> Result<(), LakeError> {
        self.ensure(offset..offset + buffer.len() as u64)?;
        self.file.read_exact_at(buffer, offset).map_err(LakeError::io("read", &self.path))
    }

    /// Reads a range.
    pub fn read_range(&self, range: Range<u64>) -> Result<Bytes, LakeError> {
        let length = range.end.saturating_sub(range.start);
        if range.end > self.length {
            return Err(self.damaged(format!("it ends at {}, before byte {}", self.length, range.end)));
        }
        if let Some(checks) = self.checks.as_ref().filter(|_| self.by_blocks && length > 0) {
            let block_bytes = checks.sums.block_bytes();
            let (first, end) = (range.start / block_bytes, range.end.div_ceil(block_bytes));
            if (first..end).any(|block| !checks.is_whole(block as usize)) {
                let start = first * block_bytes;
                let blocks_length = (end * block_bytes).min(self.length).saturating_sub(start);
                let buffer = self.read_new(start, blocks_length as usize)?;
                for (block, bytes) in (first..end).zip(buffer.chunks(block_bytes as usize)) {
                    self.compare(checks, block, bytes)?;
                    checks.set_whole(block as usize);
                }
                let before = (range.start - start) as usize;
                return Ok(Bytes::from(buffer).slice(before..before + length as usize));
            }
        }
        self.ensure(range.clone())?;
        Ok(self.read_new(range.start, length as usize)?.into())
    }

    /// Reads into new room, which is not filled with zeros first.
    fn read_new(&self, start: u64, length: usize) -> Result<Vec<u8>, LakeError> {
        let mut buffer = Vec::with_capacity(length.max(1));
        let failed = |error: io::Error| LakeError::io("read", &self.path)(error);
        while buffer.len() < length {
            let offset = start + buffer.len() as u64;
            match pread(self.file.as_ref(), spare_capacity(&mut buffer), offset) {
                Ok(0) => return Err(failed(io::ErrorKind::UnexpectedEof.into())),
                Ok(_) | Err(Errno::INTR) => {}
                Err(error) => return Err(failed(error.into())),
            }
        }
        buffer.truncate(length);
        Ok(buffer)
    }

    /// Compares the blocks of a range with their sums, but for those that this process knows to be whole.
    fn ensure(&self, range: Range<u64>) -> Result<(), LakeError> {
        let Some(checks) = &self.checks else { return Ok(()) };
        let mut buffer = Vec::new();
        let block_bytes = checks.sums.block_bytes();
        for block in range.start / block_bytes..range.end.min(self.length).div_ceil(block_bytes) {
            if !checks.is_whole(block as usize) {
                self.check(checks, block, &mut buffer)?;
                checks.set_whole(block as usize);
            }
        }
        Ok(())
    }

    fn check(&self, checks: &Checks, block: u64, buffer: &mut Vec<u8>) -> Result<(), LakeError> {
        let start = block * checks.sums.block_bytes();
        let end = (start + checks.sums.block_bytes()).min(self.length);
        buffer.resize((end - start) as usize, 0);
        self.file.read_exact_at(buffer, start).map_err(LakeError::io("read", &self.path))?;
        self.compare(checks, block, buffer)
    }

    /// Compares a block's bytes with their sum.
    fn compare(&self, checks: &Checks, block: u64, bytes: &[u8]) -> Result<(), LakeError> {
        if checks.sums.get(block as usize) == Some(sum_of(bytes)) {
            return Ok(());
        }
        let start = block * checks.sums.block_bytes();
        let last = start + (bytes.len() as u64).saturating_sub(1);
        Err(self.damaged(format!("bytes {start} to {last} are not those that were written")))
    }

    /// Compares every block with its sum, whatever this process knows. Says whether there are sums to compare with.
    pub fn check_all(&self) -> Result<bool, LakeError> {
        let Some(checks) = &self.checks else { return Ok(false) };
        let mut buffer = Vec::new();
        for block in 0..checks.sums.len() as u64 {
            self.check(checks, block, &mut buffer)?;
        }
        Ok(true)
    }

    fn damaged(&self, reason: String) -> LakeError {
        LakeError::Damaged { path: self.path.as_ref().clone(), reason }
    }
}

/// Reads on from a place.
#[derive(Debug)]
pub struct CheckedReader {
    file: CheckedFile,
    offset: u64,
}

impl Read for CheckedReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.file.length.saturating_sub(self.offset);
        let take = left.min(buffer.len() as u64) as usize;
        let Some(buffer) = buffer.get_mut(..take) else { return Ok(0) };
        self.file.read_exact_at(buffer, self.offset).map_err(io::Error::other)?;
        self.offset += take as u64;
        Ok(take)
    }
}

impl Length for CheckedFile {
    fn len(&self) -> u64 {
        self.length
    }
}

impl ChunkReader for CheckedFile {
    type T = BufReader<CheckedReader>;

    fn get_read(&self, start: u64) -> Result<Self::T, ParquetError> {
        Ok(BufReader::new(CheckedReader { file: self.clone(), offset: start }))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes, ParquetError> {
        self.read_range(start..start.saturating_add(length as u64))
            .map_err(|error| ParquetError::External(Box::new(error)))
    }
}
