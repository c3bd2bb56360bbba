//! Reading runs in key order, and merging two into one.

use std::path::Path;

use super::{Run, RunWriter, number_of};
use crate::LakeError;

/// Bytes read at a time.
const BLOCK: usize = 256 * 1024;

/// The records of a run in key order, a block of whole records at a time.
#[derive(Debug)]
pub(super) struct Cursor<'a, const V: usize> {
    run: &'a Run<V>,
    block: Vec<u8>,
    used: usize,
    next: u64,
}

impl<'a, const V: usize> Cursor<'a, V> {
    /// Before the first record.
    pub(super) fn new(run: &'a Run<V>) -> Self {
        Self { run, block: Vec::new(), used: 0, next: 0 }
    }

    /// What is left of the present block, or else the next one; empty at the end.
    pub(super) fn rest(&mut self) -> Result<&[u8], LakeError> {
        if self.used == self.block.len() {
            let count = (self.run.count - self.next).min((BLOCK / Run::<V>::WIDTH) as u64);
            self.run.read_records(self.next, count as usize, &mut self.block)?;
            self.next += count;
            self.used = 0;
        }
        Ok(self.block.get(self.used..).unwrap_or_default())
    }

    /// Passes over the first bytes of the rest.
    pub(super) fn pass(&mut self, bytes: usize) {
        self.used = (self.used + bytes).min(self.block.len());
    }
}

/// Merges two runs into a new one; a key that both hold keeps the newer value.
pub(super) fn merge<const V: usize>(older: &Run<V>, newer: &Run<V>, path: &Path) -> Result<Run<V>, LakeError> {
    // The head of a run states its length, which is known when there is no key in both: most runs hold new keys only.
    let most = older.count + newer.count;
    let mut writer = RunWriter::<V>::create(path, most)?;
    let mut count = 0;
    merge_records(older, newer, &mut |record| {
        count += 1;
        writer.push_record(record)
    })?;
    if count < most {
        writer = RunWriter::<V>::create(path, count)?;
        merge_records(older, newer, &mut |record| writer.push_record(record))?;
    }
    writer.finish()
}

/// Gives every record of a merge, in key order.
fn merge_records<const V: usize>(
    older: &Run<V>,
    newer: &Run<V>,
    emit: &mut impl FnMut(&[u8]) -> Result<(), LakeError>,
) -> Result<(), LakeError> {
    let width = Run::<V>::WIDTH;
    let (mut left, mut right) = (Cursor::new(older), Cursor::new(newer));
    loop {
        let (old, new) = (left.rest()?, right.rest()?);
        if old.is_empty() || new.is_empty() {
            // What is left of one comes as it is.
            let (old_bytes, new_bytes) = (old.len(), new.len());
            old.chunks_exact(width).chain(new.chunks_exact(width)).try_for_each(&mut *emit)?;
            if old_bytes + new_bytes == 0 {
                return Ok(());
            }
            left.pass(old_bytes);
            right.pass(new_bytes);
            continue;
        }
        let (mut old, mut new) = (old.chunks_exact(width), new.chunks_exact(width));
        let (old_records, new_records) = (old.len(), new.len());
        let (mut a, mut b) = (old.next(), new.next());
        let (mut old_left, mut new_left) = (old_records, new_records);
        while let (Some(old_record), Some(new_record)) = (a, b) {
            let (old_key, new_key) = (number_of(old_record), number_of(new_record));
            if old_key < new_key {
                emit(old_record)?;
            } else {
                emit(new_record)?;
                b = new.next();
                new_left -= 1;
            }
            if old_key <= new_key {
                a = old.next();
                old_left -= 1;
            }
        }
        left.pass((old_records - old_left) * width);
        right.pass((new_records - new_left) * width);
    }
}
