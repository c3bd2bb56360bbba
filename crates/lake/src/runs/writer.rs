//! Writing one run.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::filter::{Filter, MOST_RECORDS};
use super::{HEADER, Key, MAGIC, Run, hash_of, number_of};
use crate::LakeError;
use crate::durable::create_directory;
use crate::sums::{BlockSummer, LARGE_BLOCK_BYTES, name_of};

/// Bytes summed and written at a time.
const BLOCK: usize = 256 * 1024;

/// Whether keys will be looked up in a run before it is opened again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Filtered {
    /// Some will: their absence is told by a filter.
    Yes,
    /// None will.
    No,
}

/// Writes one run. Keys must come in strictly ascending order.
#[derive(Debug)]
pub struct RunWriter<const V: usize> {
    /// Its name before it is known what it holds.
    path: PathBuf,
    file: File,
    head: [u8; HEADER],
    summer: BlockSummer,
    block: Vec<u8>,
    count: u64,
    last: Option<u128>,
    expected: u64,
    filter: Option<Filter>,
}

impl<const V: usize> RunWriter<V> {
    /// Starts a run of exactly `count` records; its name is `stem`, what names its content, and `.run`.
    pub fn create(stem: &Path, count: u64) -> Result<Self, LakeError> {
        Self::with_filter(stem, count, Filtered::Yes)
    }

    /// As [`RunWriter::create`], with a filter of its keys or without.
    pub(super) fn with_filter(stem: &Path, count: u64, filter: Filtered) -> Result<Self, LakeError> {
        let path = &stem.with_extension("part");
        if let Some(parent) = path.parent() {
            create_directory(parent)?;
        }
        let file = File::create(path).map_err(LakeError::io("create", path))?;
        let mut writer = Self {
            path: path.to_owned(),
            file,
            head: [0_u8; HEADER],
            summer: BlockSummer::new(LARGE_BLOCK_BYTES),
            block: Vec::with_capacity(BLOCK + Run::<V>::WIDTH),
            count: 0,
            last: None,
            expected: count,
            filter: (filter == Filtered::Yes && count <= MOST_RECORDS).then(|| Filter::new(count)),
        };
        writer.head[..8].copy_from_slice(MAGIC);
        writer.head[8..16].copy_from_slice(&count.to_le_bytes());
        writer.head[16..20].copy_from_slice(&(V as u32).to_le_bytes());
        writer.block.extend_from_slice(&writer.head);
        Ok(writer)
    }

    /// Adds a record.
    pub fn push(&mut self, key: &Key, value: &[u8; V]) -> Result<(), LakeError> {
        self.follow(u128::from_be_bytes(*key))?;
        self.block.extend_from_slice(key);
        self.block.extend_from_slice(value);
        self.write_full_block()
    }

    /// Adds a record as another run holds it: its key, then its value.
    pub(super) fn push_record(&mut self, record: &[u8]) -> Result<(), LakeError> {
        debug_assert_eq!(record.len(), Run::<V>::WIDTH);
        self.follow(number_of(record))?;
        self.block.extend_from_slice(record);
        self.write_full_block()
    }

    fn follow(&mut self, key: u128) -> Result<(), LakeError> {
        if self.last.is_some_and(|last| last >= key) {
            return Err(LakeError::Damaged { path: self.path.clone(), reason: "keys out of order".into() });
        }
        self.last = Some(key);
        self.count += 1;
        if let Some(filter) = &mut self.filter {
            filter.insert(key);
        }
        Ok(())
    }

    fn write_full_block(&mut self) -> Result<(), LakeError> {
        if self.block.len() < BLOCK { Ok(()) } else { self.write_block() }
    }

    fn write_block(&mut self) -> Result<(), LakeError> {
        self.summer.update(&self.block);
        self.file.write_all(&self.block).map_err(LakeError::io("write", &self.path))?;
        self.block.clear();
        Ok(())
    }

    /// Closes the run. It is not synced yet.
    pub fn finish(mut self) -> Result<Run<V>, LakeError> {
        if self.count != self.expected {
            return Err(LakeError::Damaged { path: self.path, reason: "record count differs".into() });
        }
        self.write_block()?;
        let sums = self.summer.finish().to_bytes();
        let hash = hash_of(&self.head, &sums);
        let path = self.path;
        let tail = [sums.as_slice(), hash.as_bytes()].concat();
        self.file.write_all(&tail).map_err(LakeError::io("write", &path))?;
        let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let named = path.with_file_name(format!("{stem}-{}.run", name_of(&hash)));
        std::fs::rename(&path, &named).map_err(LakeError::io("name", &path))?;
        let mut run = Run::open(&named)?;
        run.is_synced = false;
        if let Some(filter) = self.filter {
            _ = run.filter.set(filter);
        }
        // A merge that follows at once would else sum again what was summed just now.
        run.file.trust();
        Ok(run)
    }
}
