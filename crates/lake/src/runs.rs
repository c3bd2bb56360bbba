//! Sorted runs: immutable files of fixed-size records under uniformly spread 16-byte keys.
//!
//! A vault's look-up indexes (token to profile, event key to content, order line to revision) are a handful of such runs.
//! They are derived: each can be rebuilt from the tables. Keys are keyed hashes, so they are spread evenly, and a few
//! keys are found by interpolation with about one read each, many by one sequential merge. Memory is O(probes), never
//! O(run). Fine to about 10^9 records in a run.
//!
//! A newer run overrides older ones: [`RunSet::find`] asks the newest first.
//!
//! File, version 2: magic and version (8 bytes), record count (8), value width (4), zeros (12), records of 16 + width bytes
//! in ascending key order, the sums of the blocks of all that ([`crate::sums`], 4 bytes each), then the BLAKE3 hash of head
//! and sums (32). The file's name ends in the first half of that hash: a name that the catalog holds is of one content, and
//! a run in another's place is found. Version 1 has no sums and a hash of all before it; it is read, no longer written.

mod filter;
mod merge;
mod set;
mod writer;

use std::fs::File;
use std::io::{BufReader, Read};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::sums::{BlockSums, LARGE_BLOCK_BYTES, name_of, sum_of};
use crate::{CheckedFile, LakeError};
use filter::{Filter, MOST_RECORDS};
use merge::Cursor;
pub use set::{RunSet, delete_unnamed_runs};
pub use writer::RunWriter;

/// A key: 16 bytes of a keyed hash.
pub type Key = [u8; 16];

/// The index that leads from an id's token to its profile number ([`TOKEN_VALUE`] bytes, little endian).
pub const TOKEN_INDEX: &str = "tokens";
/// What the index of tokens holds of each.
pub const TOKEN_VALUE: usize = 4;

const MAGIC: &[u8; 8] = b"DBRUN\0\0\x02";
const MAGIC_1: &[u8; 8] = b"DBRUN\0\0\x01";
const HEADER: usize = 32;
const HASH: usize = 32;
/// Bytes read around an interpolated position.
const WINDOW: usize = 8 * 1024;
/// Below this many records for each probe, one pass over the run is cheaper than seeking.
const SEEK_RATIO: u64 = 256;

/// One sorted run, open for reading.
#[derive(Debug)]
pub struct Run<const V: usize> {
    path: PathBuf,
    file: CheckedFile,
    count: u64,
    /// Made when it is written, or when it is first read as a whole.
    filter: OnceLock<Filter>,
    /// Whether it survives a power cut.
    is_synced: bool,
}

impl<const V: usize> Run<V> {
    const WIDTH: usize = 16 + V;

    /// Opens a run and checks its name, head, sums and length. Records are compared with the sums when they are read; those of
    /// version 1 by [`Run::verify`] alone.
    pub fn open(path: &Path) -> Result<Self, LakeError> {
        let file = File::open(path).map_err(LakeError::io("open", path))?;
        let length = file.metadata().map_err(LakeError::io("stat", path))?.len();
        let head = Head::read(path, &file, length)?;
        if head.width != V as u32 {
            return Err(damaged(path, "not a run of this kind"));
        }
        let file = match head.sums_at {
            None => CheckedFile::unchecked(path, file, length),
            Some(at) => {
                let sums = read_sums(path, &file, at, length)?;
                CheckedFile::checked(path, file, at, || Ok(sums))?
            }
        };
        Ok(Self { path: path.to_owned(), file, count: head.count, filter: OnceLock::new(), is_synced: true })
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

    /// Reads every byte and compares it with its sum.
    pub fn verify(&self) -> Result<(), LakeError> {
        verify_file(&self.path)
    }

    fn read_records(&self, first: u64, count: usize, buffer: &mut Vec<u8>) -> Result<(), LakeError> {
        buffer.resize(count * Self::WIDTH, 0);
        let offset = HEADER as u64 + first * Self::WIDTH as u64;
        self.file.read_exact_at(buffer, offset)
    }

    /// Looks up keys that come in ascending order; calls `found(probe index, value)` for each that is there.
    pub fn find(&self, probes: &[Key], found: &mut dyn FnMut(usize, &[u8; V])) -> Result<(), LakeError> {
        let Some(filter) = self.filter.get() else { return self.find_among(probes, found) };
        let (places, likely): (Vec<usize>, Vec<Key>) =
            probes.iter().copied().enumerate().filter(|(_, probe)| filter.may_hold(probe)).unzip();
        self.find_among(&likely, &mut |index, value| {
            if let Some(place) = places.get(index) {
                found(*place, value);
            }
        })
    }

    fn find_among(&self, probes: &[Key], found: &mut dyn FnMut(usize, &[u8; V])) -> Result<(), LakeError> {
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
        let mut cursor = Cursor::new(self);
        let mut probes = probes.iter().map(|probe| u128::from_be_bytes(*probe)).enumerate().peekable();
        // All of it is read anyway, but for what lies behind the last probe.
        let mut filter = (self.filter.get().is_none() && self.count <= MOST_RECORDS).then(|| Filter::new(self.count));
        loop {
            let block = cursor.rest()?;
            let bytes = block.len();
            for record in block.chunks_exact(Self::WIDTH) {
                let key = number_of(record);
                if let Some(filter) = &mut filter {
                    filter.insert(key);
                }
                while let Some((index, probe)) = probes.next_if(|(_, probe)| *probe <= key) {
                    if let (true, Some(value)) = (probe == key, value_of(record)) {
                        found(index, value);
                    }
                }
            }
            if bytes == 0 {
                if let Some(filter) = filter {
                    // Whoever was quicker made the same.
                    _ = self.filter.set(filter);
                }
                return Ok(());
            }
            if filter.is_none() && probes.peek().is_none() {
                return Ok(());
            }
            cursor.pass(bytes);
        }
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
                let target = u128::from_be_bytes(*probe);
                let record = keys.clone().find(|record| number_of(record) >= target);
                return Ok(record.filter(|record| number_of(record) == target).and_then(value_of).copied());
            }
        }
        Ok(None)
    }
}

/// What the head of a run says.
struct Head {
    bytes: [u8; HEADER],
    count: u64,
    width: u32,
    /// Where the sums of its blocks are; none in version 1.
    sums_at: Option<u64>,
}

fn damaged(path: &Path, reason: &str) -> LakeError {
    LakeError::Damaged { path: path.to_owned(), reason: reason.to_owned() }
}

impl Head {
    fn read(path: &Path, file: &File, length: u64) -> Result<Self, LakeError> {
        let mut bytes = [0_u8; HEADER];
        if length < (HEADER + HASH) as u64 {
            return Err(damaged(path, "it is shorter than any run"));
        }
        file.read_exact_at(&mut bytes, 0).map_err(LakeError::io("read", path))?;
        let word = |at: usize| bytes.get(at..at + 8).and_then(|b| b.try_into().ok()).map_or(0, u64::from_le_bytes);
        let (count, width) = (word(8), word(16) as u32);
        let (magic, zeros) = (&bytes[..8], &bytes[20..]);
        if (magic != MAGIC && magic != MAGIC_1) || zeros.iter().any(|byte| *byte != 0) {
            return Err(damaged(path, "not a run of this program"));
        }
        let records = count.checked_mul(16 + u64::from(width)).and_then(|bytes| bytes.checked_add(HEADER as u64));
        let sums_at = records.filter(|_| magic == MAGIC);
        let sums_bytes = sums_at.map_or(0, |bytes| bytes.div_ceil(LARGE_BLOCK_BYTES) * 4);
        if records.and_then(|bytes| bytes.checked_add(sums_bytes + HASH as u64)) != Some(length) {
            return Err(damaged(path, "its length is not what its head says"));
        }
        Ok(Self { bytes, count, width, sums_at })
    }
}

/// Reads the sums of a run of version 2, and holds them against head, hash and name.
fn read_sums(path: &Path, file: &File, at: u64, length: u64) -> Result<BlockSums, LakeError> {
    let head = Head::read(path, file, length)?;
    let mut tail = vec![0_u8; (length - at) as usize];
    file.read_exact_at(&mut tail, at).map_err(LakeError::io("read", path))?;
    let (sums, stored) = tail.split_at(tail.len() - HASH);
    let hash = hash_of(&head.bytes, sums);
    if hash.as_bytes() != stored {
        return Err(damaged(path, "the hash of its head and sums is not the one that was written"));
    }
    if !path.file_stem().is_some_and(|stem| stem.to_string_lossy().ends_with(&name_of(&hash))) {
        return Err(damaged(path, "its content is that of a run of another name"));
    }
    Ok(BlockSums::of_run(sums))
}

fn hash_of(head: &[u8; HEADER], sums: &[u8]) -> blake3::Hash {
    let mut hasher = blake3::Hasher::new();
    hasher.update(head);
    hasher.update(sums);
    hasher.finalize()
}

/// Reads every byte of a run, whatever its values are, and compares it with its sum.
pub fn verify_file(path: &Path) -> Result<(), LakeError> {
    let file = File::open(path).map_err(LakeError::io("open", path))?;
    let length = file.metadata().map_err(LakeError::io("stat", path))?.len();
    match Head::read(path, &file, length)?.sums_at {
        Some(at) => {
            let mut buffer = Vec::new();
            let sums = read_sums(path, &file, at, length)?;
            for block in 0..sums.len() as u64 {
                let start = block * LARGE_BLOCK_BYTES;
                let end = (start + LARGE_BLOCK_BYTES).min(at);
                buffer.resize((end - start) as usize, 0);
                file.read_exact_at(&mut buffer, start).map_err(LakeError::io("read", path))?;
                if sums.get(block as usize) != Some(sum_of(&buffer)) {
                    return Err(damaged(
                        path,
                        &format!("bytes {start} to {} are not those that were written", end - 1),
                    ));
                }
            }
            Ok(())
        }
        None => verify_whole(path, &file, length),
    }
}

/// The hash of a run of version 1.
fn verify_whole(path: &Path, file: &File, length: u64) -> Result<(), LakeError> {
    let mut hasher = blake3::Hasher::new();
    let mut reader = BufReader::with_capacity(1 << 20, file);
    std::io::Seek::rewind(&mut reader).map_err(LakeError::io("read", path))?;
    let hashed = std::io::copy(&mut Read::by_ref(&mut reader).take(length - HASH as u64), &mut hasher);
    hashed.map_err(LakeError::io("read", path))?;
    let mut stored = [0_u8; HASH];
    reader.read_exact(&mut stored).map_err(LakeError::io("read", path))?;
    if hasher.finalize() == stored { Ok(()) } else { Err(damaged(path, "its hash does not fit its content")) }
}

fn prefix_of(record: &[u8]) -> u64 {
    record.get(..8).and_then(|b| b.try_into().ok()).map_or(0, u64::from_be_bytes)
}

/// The key of a record as a number, which orders as its bytes do.
fn number_of(record: &[u8]) -> u128 {
    record.first_chunk::<16>().map_or(0, |key| u128::from_be_bytes(*key))
}

fn value_of<const V: usize>(record: &[u8]) -> Option<&[u8; V]> {
    record.get(16..)?.first_chunk()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(number: u64) -> Key {
        blake3::hash(&number.to_le_bytes()).as_bytes()[..16].try_into().unwrap()
    }

    #[test]
    fn a_run_of_version_1_is_read_and_verified_whole() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("t-000000000003.run");
        let mut bytes = [MAGIC_1.as_slice(), &2_u64.to_le_bytes(), &4_u32.to_le_bytes(), &[0; 12]].concat();
        for n in [7_u128, 9] {
            bytes.extend(n.to_be_bytes());
            bytes.extend([n as u8; 4]);
        }
        bytes.extend(blake3::hash(&bytes).as_bytes());
        std::fs::write(&path, &bytes).unwrap();
        let names = ["t-000000000003.run".to_owned()];
        let mut set = RunSet::<4>::open(directory.path(), "t", &names).unwrap();
        assert_eq!(set.find(&[9_u128.to_be_bytes()]).unwrap(), [Some([9; 4])]);
        verify_file(&path).unwrap();
        set.push(&[(8_u128.to_be_bytes(), [8; 4])]).unwrap();
        assert!(set.names().iter().all(|name| name.starts_with("t-00000000000")), "{:?}", set.names());
        bytes[40] ^= 1;
        std::fs::write(&path, &bytes).unwrap();
        assert!(verify_file(&path).is_err());
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
            let read = Run::<4>::open(&path).and_then(|run| run.read_records(0, 2, &mut Vec::new()));
            let error = read.and_then(|()| verify_file(&path)).expect_err(&format!("byte {at}"));
            assert!(error.to_string().contains(".run"), "{error}");
            assert!(verify_file(&path).is_err(), "byte {at}");
        }
        std::fs::write(&path, &whole).unwrap();
        verify_file(&path).unwrap();
        // Whole, but not what the name is of.
        let other = path.with_file_name(format!("t-000000000000-{}.run", "0".repeat(32)));
        std::fs::rename(&path, &other).unwrap();
        assert!(Run::<4>::open(&other).is_err());
        std::fs::write(&path, &whole[..whole.len() - 1]).unwrap();
        assert!(Run::<4>::open(&path).is_err());
    }
}
