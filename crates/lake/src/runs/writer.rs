//! Writing one run.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::{HEADER, Key, MAGIC, Run, number_of};
use crate::LakeError;
use crate::durable::{create_directory, sync_directory};

/// Bytes hashed and written at a time: BLAKE3 hashes many kilobytes at once several times faster than one record.
const BLOCK: usize = 256 * 1024;

/// Writes one run. Keys must come in strictly ascending order.
#[derive(Debug)]
pub struct RunWriter<const V: usize> {
    path: PathBuf,
    file: File,
    hasher: blake3::Hasher,
    block: Vec<u8>,
    count: u64,
    last: Option<u128>,
    expected: u64,
}

impl<const V: usize> RunWriter<V> {
    /// Starts a run of exactly `count` records.
    pub fn create(path: &Path, count: u64) -> Result<Self, LakeError> {
        if let Some(parent) = path.parent() {
            create_directory(parent)?;
        }
        let file = File::create(path).map_err(LakeError::io("create", path))?;
        let mut writer = Self {
            path: path.to_owned(),
            file,
            hasher: blake3::Hasher::new(),
            block: Vec::with_capacity(BLOCK + Run::<V>::WIDTH),
            count: 0,
            last: None,
            expected: count,
        };
        let mut header = [0_u8; HEADER];
        header[..8].copy_from_slice(MAGIC);
        header[8..16].copy_from_slice(&count.to_le_bytes());
        header[16..20].copy_from_slice(&(V as u32).to_le_bytes());
        writer.block.extend_from_slice(&header);
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
        Ok(())
    }

    fn write_full_block(&mut self) -> Result<(), LakeError> {
        if self.block.len() < BLOCK { Ok(()) } else { self.write_block() }
    }

    fn write_block(&mut self) -> Result<(), LakeError> {
        self.hasher.update(&self.block);
        self.file.write_all(&self.block).map_err(LakeError::io("write", &self.path))?;
        self.block.clear();
        Ok(())
    }

    /// Closes and syncs the run.
    pub fn finish(mut self) -> Result<Run<V>, LakeError> {
        if self.count != self.expected {
            return Err(LakeError::Damaged { path: self.path, reason: "record count differs".into() });
        }
        self.write_block()?;
        let hash = *self.hasher.finalize().as_bytes();
        let path = self.path;
        self.file.write_all(&hash).map_err(LakeError::io("write", &path))?;
        self.file.sync_all().map_err(LakeError::io("sync", &path))?;
        if let Some(directory) = path.parent() {
            sync_directory(directory)?;
        }
        Run::open(&path)
    }
}
