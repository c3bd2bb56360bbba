//! Sorted runs: immutable files of fixed-size records under uniformly spread 16-byte keys.
//!
//! A vault's look-up indexes (token to profile, event key to content, order line to revision) are a handful of such runs.
//! They are derived: each can be rebuilt from the tables. Keys are keyed hashes, so they are spread evenly, and a few
//! keys are found by interpolation with about one read each, many by one sequential merge. Memory is O(probes), never
//! O(run). Fine to about 10^9 records in a run.
//!
//! A newer run overrides older ones: [`RunSet::find`] asks the newest first.
//!
//! File: magic and version (8 bytes), record count (8), value width (4), zeros (12), records of 16 + width bytes in
//! ascending key order, then the BLAKE3 hash of all before it (32).

use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use crate::LakeError;
use crate::durable::{create_directory, sync_directory};

/// A key: 16 bytes of a keyed hash.
pub type Key = [u8; 16];

const MAGIC: &[u8; 8] = b"DBRUN\0\0\x01";
const HEADER: usize = 32;
const HASH: usize = 32;
/// Bytes read around an interpolated position.
const WINDOW: usize = 8 * 1024;
/// Below this many records for each probe, one pass over the run is cheaper than seeking.
const SEEK_RATIO: u64 = 256;

/// Writes one run. Keys must come in strictly ascending order.
#[derive(Debug)]
pub struct RunWriter<const V: usize> {
    path: PathBuf,
    file: BufWriter<File>,
    hasher: blake3::Hasher,
    count: u64,
    last: Option<Key>,
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
            file: BufWriter::with_capacity(1 << 20, file),
            hasher: blake3::Hasher::new(),
            count: 0,
            last: None,
            expected: count,
        };
        let mut header = [0_u8; HEADER];
        header[..8].copy_from_slice(MAGIC);
        header[8..16].copy_from_slice(&count.to_le_bytes());
        header[16..20].copy_from_slice(&(V as u32).to_le_bytes());
        writer.put(&header)?;
        Ok(writer)
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), LakeError> {
        self.hasher.update(bytes);
        self.file.write_all(bytes).map_err(LakeError::io("write", &self.path))
    }

    /// Adds a record.
    pub fn push(&mut self, key: &Key, value: &[u8; V]) -> Result<(), LakeError> {
        if self.last.is_some_and(|last| last >= *key) {
            return Err(LakeError::Damaged { path: self.path.clone(), reason: "keys out of order".into() });
        }
        self.last = Some(*key);
        self.count += 1;
        self.put(key)?;
        self.put(value)
    }

    /// Closes and syncs the run.
    pub fn finish(mut self) -> Result<Run<V>, LakeError> {
        if self.count != self.expected {
            return Err(LakeError::Damaged { path: self.path, reason: "record count differs".into() });
        }
        let hash = *self.hasher.finalize().as_bytes();
        let path = self.path;
        self.file.write_all(&hash).map_err(LakeError::io("write", &path))?;
        let file = self.file.into_inner().map_err(|e| LakeError::io("write", &path)(e.into_error()))?;
        file.sync_all().map_err(LakeError::io("sync", &path))?;
        if let Some(directory) = path.parent() {
            sync_directory(directory)?;
        }
        Run::open(&path)
    }
}

/// One sorted run, open for reading.
#[derive(Debug)]
pub struct Run<const V: usize> {
    path: PathBuf,
    file: File,
    count: u64,
}

impl<const V: usize> Run<V> {
    const WIDTH: usize = 16 + V;

    /// Opens a run and checks its head and length (its hash is checked by [`Run::verify`]).
    pub fn open(path: &Path) -> Result<Self, LakeError> {
        let file = File::open(path).map_err(LakeError::io("open", path))?;
        let damaged = |reason: &str| LakeError::Damaged { path: path.to_owned(), reason: reason.to_owned() };
        let mut header = [0_u8; HEADER];
        file.read_exact_at(&mut header, 0).map_err(LakeError::io("read", path))?;
        let word = |at: usize| header.get(at..at + 8).and_then(|b| b.try_into().ok()).map_or(0, u64::from_le_bytes);
        let (count, width) = (word(8), word(16) & u64::from(u32::MAX));
        if &header[..8] != MAGIC || width != V as u64 {
            return Err(damaged("not a run of this kind"));
        }
        let length = file.metadata().map_err(LakeError::io("stat", path))?.len();
        let wanted = count.checked_mul(Self::WIDTH as u64).and_then(|n| n.checked_add((HEADER + HASH) as u64));
        if wanted != Some(length) {
            return Err(damaged("its length is not what its head says"));
        }
        Ok(Self { path: path.to_owned(), file, count })
    }

    /// Where the run is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// How many records it holds.
    pub fn len(&self) -> u64 {
        self.count
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Reads every byte and compares the hash.
    pub fn verify(&self) -> Result<(), LakeError> {
        let mut hasher = blake3::Hasher::new();
        let mut reader = BufReader::with_capacity(1 << 20, &self.file);
        std::io::Seek::seek(&mut reader, std::io::SeekFrom::Start(0)).map_err(LakeError::io("read", &self.path))?;
        let mut left = HEADER as u64 + self.count * Self::WIDTH as u64;
        let mut buffer = vec![0_u8; 1 << 16];
        while left > 0 {
            let take = left.min(buffer.len() as u64) as usize;
            reader.read_exact(&mut buffer[..take]).map_err(LakeError::io("read", &self.path))?;
            hasher.update(&buffer[..take]);
            left -= take as u64;
        }
        let mut stored = [0_u8; HASH];
        reader.read_exact(&mut stored).map_err(LakeError::io("read", &self.path))?;
        if hasher.finalize() == stored {
            Ok(())
        } else {
            Err(LakeError::Damaged { path: self.path.clone(), reason: "its hash does not fit its content".into() })
        }
    }

    /// All records in key order.
    pub fn records(&self) -> Result<Records<'_, V>, LakeError> {
        Ok(Records { run: self, buffer: Vec::new(), at: 0, next: 0 })
    }

    fn read_records(&self, first: u64, count: usize, buffer: &mut Vec<u8>) -> Result<(), LakeError> {
        buffer.resize(count * Self::WIDTH, 0);
        let offset = HEADER as u64 + first * Self::WIDTH as u64;
        self.file.read_exact_at(buffer, offset).map_err(LakeError::io("read", &self.path))
    }

    /// Looks up keys that come in ascending order; calls `found(probe index, value)` for each that is there.
    pub fn find(&self, probes: &[Key], found: &mut dyn FnMut(usize, &[u8; V])) -> Result<(), LakeError> {
        if self.count == 0 || probes.is_empty() {
            return Ok(());
        }
        if self.count / (probes.len() as u64) < SEEK_RATIO {
            return self.find_by_merge(probes, found);
        }
        let mut buffer = Vec::new();
        for (index, probe) in probes.iter().enumerate() {
            if let Some(value) = self.find_one(probe, &mut buffer)? {
                found(index, &value);
            }
        }
        Ok(())
    }

    fn find_by_merge(&self, probes: &[Key], found: &mut dyn FnMut(usize, &[u8; V])) -> Result<(), LakeError> {
        let mut records = self.records()?;
        let mut present = records.next().transpose()?;
        for (index, probe) in probes.iter().enumerate() {
            while present.is_some_and(|(key, _)| key < *probe) {
                present = records.next().transpose()?;
            }
            match present {
                Some((key, value)) if key == *probe => found(index, &value),
                Some(_) => {}
                None => break,
            }
        }
        Ok(())
    }

    fn find_one(&self, probe: &Key, buffer: &mut Vec<u8>) -> Result<Option<[u8; V]>, LakeError> {
        let window = (WINDOW / Self::WIDTH).max(1) as u64;
        let (mut low, mut high) = (0_u64, self.count); // the key, if present, is within low..high
        let (mut low_key, mut high_key) = (0_u64, u64::MAX);
        let target = prefix_of(probe);
        let mut by_interpolation = 0;
        while low < high {
            // Interpolate while it helps; a run of adversarial keys falls back to halving.
            let span = high - low;
            let guess = if by_interpolation < 4 && high_key > low_key {
                let share = (target.saturating_sub(low_key)) as f64 / (high_key - low_key) as f64;
                low + ((span as f64 * share.clamp(0.0, 1.0)) as u64).min(span - 1)
            } else {
                low + span / 2
            };
            by_interpolation += 1;
            let first = guess.saturating_sub(window / 2).max(low);
            let last = (first + window).min(high);
            self.read_records(first, (last - first) as usize, buffer)?;
            let keys = buffer.chunks_exact(Self::WIDTH);
            let (Some(head), Some(tail)) = (keys.clone().next(), keys.clone().next_back()) else { return Ok(None) };
            if probe.as_slice() < &head[..16] {
                (high, high_key) = (first, prefix_of(head));
            } else if probe.as_slice() > &tail[..16] {
                (low, low_key) = (last, prefix_of(tail));
            } else {
                let records: Vec<&[u8]> = keys.collect();
                let place = records.binary_search_by(|record| record[..16].cmp(probe.as_slice()));
                return Ok(place.ok().and_then(|i| records.get(i)?.get(16..)?.try_into().ok()));
            }
        }
        Ok(None)
    }
}

fn prefix_of(record: &[u8]) -> u64 {
    record.get(..8).and_then(|b| b.try_into().ok()).map_or(0, u64::from_be_bytes)
}

/// The records of a run in key order.
#[derive(Debug)]
pub struct Records<'a, const V: usize> {
    run: &'a Run<V>,
    buffer: Vec<u8>,
    at: usize,
    next: u64,
}

impl<const V: usize> Iterator for Records<'_, V> {
    type Item = Result<(Key, [u8; V]), LakeError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.at >= self.buffer.len() {
            let left = self.run.count - self.next;
            if left == 0 {
                return None;
            }
            let take = left.min(1 << 15) as usize;
            if let Err(error) = self.run.read_records(self.next, take, &mut self.buffer) {
                self.next = self.run.count;
                return Some(Err(error));
            }
            self.next += take as u64;
            self.at = 0;
        }
        let record = self.buffer.get(self.at..self.at + 16 + V)?;
        self.at += 16 + V;
        let (key, value) = record.split_at(16);
        Some(Ok((key.try_into().ok()?, value.try_into().ok()?)))
    }
}

/// The runs of one index, oldest first.
#[derive(Debug)]
pub struct RunSet<const V: usize> {
    directory: PathBuf,
    prefix: &'static str,
    runs: Vec<Run<V>>,
    next_number: u64,
}

impl<const V: usize> RunSet<V> {
    /// Opens the named runs (file names, oldest first) of an index.
    pub fn open(directory: &Path, prefix: &'static str, names: &[String]) -> Result<Self, LakeError> {
        let runs = names.iter().map(|name| Run::open(&directory.join(name))).collect::<Result<Vec<_>, _>>()?;
        let number = |path: &Path| {
            let name = path.file_name()?.to_str()?.strip_prefix(prefix)?.strip_prefix('-')?.strip_suffix(".run")?;
            name.parse::<u64>().ok()
        };
        // Numbers left by a crash are passed over, so that a file is never written twice under one name.
        let on_disk = std::fs::read_dir(directory).into_iter().flatten().flatten();
        let next_number = on_disk.filter_map(|entry| number(&entry.path())).max().map_or(0, |n| n + 1);
        Ok(Self { directory: directory.to_owned(), prefix, runs, next_number })
    }

    /// The file names, oldest first, for the catalog.
    pub fn names(&self) -> Vec<String> {
        let name = |run: &Run<V>| run.path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        self.runs.iter().map(name).collect()
    }

    /// Records over all runs (an overridden one counts again).
    pub fn len(&self) -> u64 {
        self.runs.iter().map(Run::len).sum()
    }

    /// Whether no run holds a record.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Looks up keys in ascending order; the newest run that holds a key answers.
    pub fn find(&self, probes: &[Key]) -> Result<Vec<Option<[u8; V]>>, LakeError> {
        let mut answers = vec![None; probes.len()];
        for run in self.runs.iter().rev() {
            run.find(probes, &mut |index, value| {
                if let Some(answer @ None) = answers.get_mut(index) {
                    *answer = Some(*value);
                }
            })?;
        }
        Ok(answers)
    }

    /// Adds a run of records in strictly ascending key order. Merges the newest runs while each is no larger than the one
    /// after it times two, so that an index of n records has O(log n) runs.
    pub fn push(&mut self, records: &[(Key, [u8; V])]) -> Result<(), LakeError> {
        if records.is_empty() {
            return Ok(());
        }
        let path = self.directory.join(self.file_name());
        self.next_number += 1;
        let mut writer = RunWriter::<V>::create(&path, records.len() as u64)?;
        for (key, value) in records {
            writer.push(key, value)?;
        }
        self.runs.push(writer.finish()?);
        while let [.., older, newer] = self.runs.as_slice()
            && older.len() <= newer.len() * 2
        {
            let path = self.directory.join(self.file_name());
            self.next_number += 1;
            let merged = merge(older, newer, &path)?;
            self.runs.truncate(self.runs.len() - 2);
            self.runs.push(merged);
        }
        Ok(())
    }

    fn file_name(&self) -> String {
        format!("{}-{:012}.run", self.prefix, self.next_number)
    }
}

fn merge<const V: usize>(older: &Run<V>, newer: &Run<V>, path: &Path) -> Result<Run<V>, LakeError> {
    // Counted first: the head of a run states its length.
    let mut count = 0;
    merge_records(older, newer, &mut |_, _| {
        count += 1;
        Ok(())
    })?;
    let mut writer = RunWriter::<V>::create(path, count)?;
    merge_records(older, newer, &mut |key, value| writer.push(key, value))?;
    writer.finish()
}

/// Takes the records of a merge, in key order.
type Emit<'a, const V: usize> = dyn FnMut(&Key, &[u8; V]) -> Result<(), LakeError> + 'a;

fn merge_records<const V: usize>(older: &Run<V>, newer: &Run<V>, emit: &mut Emit<'_, V>) -> Result<(), LakeError> {
    let (mut left, mut right) = (older.records()?, newer.records()?);
    let (mut a, mut b) = (left.next().transpose()?, right.next().transpose()?);
    loop {
        match (a, b) {
            (None, None) => return Ok(()),
            (Some((key, value)), None) => {
                emit(&key, &value)?;
                a = left.next().transpose()?;
            }
            (Some((old_key, old_value)), Some((new_key, _))) if old_key < new_key => {
                emit(&old_key, &old_value)?;
                a = left.next().transpose()?;
            }
            (old, Some((new_key, new_value))) => {
                emit(&new_key, &new_value)?;
                if old.is_some_and(|(key, _)| key == new_key) {
                    a = left.next().transpose()?;
                }
                b = right.next().transpose()?;
            }
        }
    }
}

/// Deletes the index files of a directory that no name in `kept` mentions: those of unfinished and merged-away runs.
pub fn delete_unnamed_runs(directory: &Path, kept: &[String]) -> Result<(), LakeError> {
    for entry in std::fs::read_dir(directory).into_iter().flatten().flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if path.extension().is_some_and(|e| e == "run") && !kept.contains(&name) {
            std::fs::remove_file(&path).map_err(LakeError::io("delete", &path))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    fn key(number: u64) -> Key {
        blake3::hash(&number.to_le_bytes()).as_bytes()[..16].try_into().unwrap()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn a_set_of_runs_answers_as_a_map_does(
            pushes in prop::collection::vec(prop::collection::btree_map(0_u64..4000, 0_u32..9, 1..300), 1..7),
            probes in prop::collection::vec(0_u64..5000, 1..60),
            skewed in any::<bool>(),
        ) {
            let directory = tempfile::tempdir().unwrap();
            // Skewed keys share their first bytes: interpolation must fall back, not fail.
            let key_of = |n: u64| if skewed { u128::from(n).to_be_bytes() } else { key(n) };
            let mut set = RunSet::<4>::open(directory.path(), "t", &[]).unwrap();
            let mut model = BTreeMap::new();
            for push in &pushes {
                let mut records: Vec<_> = push.iter().map(|(n, v)| (key_of(*n), v.to_le_bytes())).collect();
                records.sort_unstable();
                set.push(&records).unwrap();
                model.extend(records);
            }
            let set = RunSet::<4>::open(directory.path(), "t", &set.names()).unwrap();
            let mut probes: Vec<Key> = probes.into_iter().map(key_of).collect();
            probes.sort_unstable();
            let wanted: Vec<_> = probes.iter().map(|k| model.get(k).copied()).collect();
            prop_assert_eq!(set.find(&probes).unwrap(), wanted);
            for probe in probes {
                prop_assert_eq!(set.find(&[probe]).unwrap()[0], model.get(&probe).copied());
            }
        }
    }

    #[test]
    fn a_seek_into_a_long_run_finds_what_is_there() {
        let directory = tempfile::tempdir().unwrap();
        let mut records: Vec<_> = (0..300_000_u64).map(|n| (key(n), (n as u32).to_le_bytes())).collect();
        records.sort_unstable();
        let mut set = RunSet::<4>::open(directory.path(), "t", &[]).unwrap();
        set.push(&records).unwrap();
        for n in (0..300_000).step_by(1009) {
            assert_eq!(set.find(&[key(n)]).unwrap()[0], Some((n as u32).to_le_bytes()));
            assert_eq!(set.find(&[key(n + 300_000)]).unwrap()[0], None);
        }
    }

    #[test]
    fn a_damaged_run_is_named() {
        let directory = tempfile::tempdir().unwrap();
        let mut set = RunSet::<4>::open(directory.path(), "t", &[]).unwrap();
        set.push(&[(key(1).min(key(2)), [0; 4]), (key(1).max(key(2)), [1; 4])]).unwrap();
        let path = directory.path().join(&set.names()[0]);
        let whole = std::fs::read(&path).unwrap();
        for at in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[at] ^= 1;
            std::fs::write(&path, &bytes).unwrap();
            let verdict = Run::<4>::open(&path).and_then(|run| run.verify());
            assert!(verdict.is_err(), "byte {at}");
        }
        std::fs::write(&path, &whole[..whole.len() - 1]).unwrap();
        assert!(Run::<4>::open(&path).is_err());
    }
}
