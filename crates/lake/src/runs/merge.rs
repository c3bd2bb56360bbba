//! Reading runs in key order, and merging several into one.

use std::path::Path;

use super::writer::Filtered;
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

    /// The key of the next record; `None` at the end.
    fn key(&mut self) -> Result<Option<u128>, LakeError> {
        let rest = self.rest()?;
        Ok((!rest.is_empty()).then(|| number_of(rest)))
    }

    /// The next record, of which the key is known.
    fn record(&self) -> &[u8] {
        self.block.get(self.used..self.used + Run::<V>::WIDTH).unwrap_or_default()
    }

    /// Passes over the first bytes of the rest.
    pub(super) fn pass(&mut self, bytes: usize) {
        self.used = (self.used + bytes).min(self.block.len());
    }
}

/// Merges runs, the oldest first, into a new one; of a key that several hold the newest value is kept.
pub(super) fn merge<const V: usize>(runs: &[Run<V>], path: &Path, filter: Filtered) -> Result<Run<V>, LakeError> {
    // The head of a run states its length, which is known when no two hold the same key: most hold new keys only.
    let most = runs.iter().map(Run::len).sum();
    let mut writer = RunWriter::<V>::with_filter(path, most, filter)?;
    let mut count = 0;
    merge_records(runs, &mut |record| {
        count += 1;
        writer.push_record(record)
    })?;
    if count < most {
        writer = RunWriter::<V>::with_filter(path, count, filter)?;
        merge_records(runs, &mut |record| writer.push_record(record))?;
    }
    writer.finish()
}

/// Gives every record of a merge, in key order. There are few runs: the least of their keys is found by looking at all.
fn merge_records<const V: usize>(
    runs: &[Run<V>],
    emit: &mut impl FnMut(&[u8]) -> Result<(), LakeError>,
) -> Result<(), LakeError> {
    let mut heads = Vec::with_capacity(runs.len());
    for run in runs {
        let mut cursor = Cursor::new(run);
        if let Some(key) = cursor.key()? {
            heads.push((key, cursor));
        }
    }
    let mut last = None;
    loop {
        // Of one key the newest record comes first, and those after it are not given.
        let newest_least = |least: (usize, u128), (place, key): (usize, u128)| {
            if key <= least.1 { (place, key) } else { least }
        };
        let keys = heads.iter().map(|(key, _)| *key).enumerate();
        let Some((place, key)) = keys.reduce(newest_least) else { return Ok(()) };
        let Some((held, cursor)) = heads.get_mut(place) else { return Ok(()) };
        if last != Some(key) {
            emit(cursor.record())?;
            last = Some(key);
        }
        cursor.pass(Run::<V>::WIDTH);
        match cursor.key()? {
            Some(next) => *held = next,
            None => drop(heads.remove(place)),
        }
    }
}
