//! Sums of a file's blocks: which bytes of it are still those that were written.
//!
//! A sum over a whole file would have to be taken over the whole file to read one page of it. So a file has a sum for each
//! block of 256 KiB, the first 32 bits of its BLAKE3 hash, computed while it is written at some gigabytes a second; a reader
//! compares those blocks that it is about to use, once in a process. The sums of a data file stand in the table's log beside its name, those of a run in
//! the run ([`crate::runs`]); what both are named by is in the catalog.

use std::fmt::Write as _;
use std::io::{Read, Write};
use std::path::Path;

use blake3::Hasher;

use crate::LakeError;

/// Bytes of a block.
pub const BLOCK_BYTES: u64 = 256 * 1024;

/// The sums of a file's blocks, in their order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BlockSums(Vec<u32>);

impl BlockSums {
    /// The sum of a block.
    pub fn get(&self, block: usize) -> Option<u32> {
        self.0.get(block).copied()
    }

    /// How many blocks there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none, as of a file without a byte.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a file of so many bytes has so many blocks.
    pub fn fit(&self, file_bytes: u64) -> bool {
        self.0.len() as u64 == file_bytes.div_ceil(BLOCK_BYTES)
    }

    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        self.0.iter().flat_map(|sum| sum.to_le_bytes()).collect()
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Self {
        Self(bytes.chunks_exact(4).filter_map(|word| word.try_into().ok()).map(u32::from_le_bytes).collect())
    }
}

impl std::fmt::Display for BlockSums {
    /// Eight hexadecimal digits a block.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|sum| write!(f, "{sum:08x}"))
    }
}

impl std::str::FromStr for BlockSums {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || "not eight hexadecimal digits a block".to_owned();
        if !text.len().is_multiple_of(8) || !text.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(wrong());
        }
        let words = (0..text.len()).step_by(8).map(|at| text.get(at..at + 8));
        let sums = words.map(|word| u32::from_str_radix(word?, 16).ok()).collect::<Option<_>>();
        sums.map(Self).ok_or_else(wrong)
    }
}

/// Sums what passes through, block by block.
#[derive(Debug, Default)]
pub struct BlockSummer {
    done: Vec<u32>,
    open: Hasher,
    open_bytes: u64,
}

impl BlockSummer {
    /// Takes the file's next bytes.
    pub fn update(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let room = (BLOCK_BYTES - self.open_bytes) as usize;
            let (now, later) = bytes.split_at(room.min(bytes.len()));
            self.open.update(now);
            self.open_bytes += now.len() as u64;
            if self.open_bytes == BLOCK_BYTES {
                self.done.push(short(&std::mem::take(&mut self.open).finalize()));
                self.open_bytes = 0;
            }
            bytes = later;
        }
    }

    /// The sums of all that was taken.
    pub fn finish(mut self) -> BlockSums {
        if self.open_bytes > 0 {
            self.done.push(short(&self.open.finalize()));
        }
        BlockSums(self.done)
    }
}

fn short(hash: &blake3::Hash) -> u32 {
    let [a, b, c, d, ..] = *hash.as_bytes();
    u32::from_le_bytes([a, b, c, d])
}

/// The sum of one block.
pub(crate) fn sum_of(block: &[u8]) -> u32 {
    short(&blake3::hash(block))
}

/// A file that sums what is written to it.
#[derive(Debug)]
pub(crate) struct SummingFile {
    file: std::fs::File,
    summer: BlockSummer,
}

impl SummingFile {
    pub(crate) fn new(file: std::fs::File) -> Self {
        Self { file, summer: BlockSummer::default() }
    }

    pub(crate) fn finish(self) -> (std::fs::File, BlockSums) {
        (self.file, self.summer.finish())
    }
}

impl Write for SummingFile {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.summer.update(bytes.get(..written).unwrap_or_default());
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}

/// Works out what names a content: 32 hexadecimal digits of a hash over its length and the sums of its blocks.
#[derive(Debug, Default)]
pub struct ContentNamer {
    summer: BlockSummer,
    bytes: u64,
}

impl ContentNamer {
    /// Takes the content's next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.summer.update(bytes);
        self.bytes += bytes.len() as u64;
    }

    /// What names all that was taken.
    pub fn finish(self) -> String {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.bytes.to_le_bytes());
        hasher.update(&self.summer.finish().to_bytes());
        name_of(&hasher.finalize())
    }
}

/// What names a content, by [`ContentNamer`].
pub fn content_name(bytes: &[u8]) -> String {
    let mut namer = ContentNamer::default();
    namer.update(bytes);
    namer.finish()
}

/// What names a file's content, by [`ContentNamer`].
pub fn content_name_of(path: &Path) -> Result<String, LakeError> {
    let mut file = std::fs::File::open(path).map_err(LakeError::io("open", path))?;
    let mut namer = ContentNamer::default();
    let mut buffer = vec![0; BLOCK_BYTES as usize];
    loop {
        let read = file.read(&mut buffer).map_err(LakeError::io("read", path))?;
        match buffer.get(..read) {
            None | Some([]) => return Ok(namer.finish()),
            Some(piece) => namer.update(piece),
        }
    }
}

/// Reads a small file whole. One whose name ends in what names its content (`000000000012-0123….map`) must hold that.
pub fn read_named(path: &Path) -> Result<Vec<u8>, LakeError> {
    let bytes = std::fs::read(path).map_err(LakeError::io("read", path))?;
    let stem = path.file_stem().map(|stem| stem.to_string_lossy()).unwrap_or_default();
    match stem.rsplit_once('-') {
        Some((_, name)) if name.len() == 32 && name != content_name(&bytes) => Err(LakeError::Damaged {
            path: path.to_owned(),
            reason: "its content is not what its name is of".to_owned(),
        }),
        _ => Ok(bytes),
    }
}

pub(crate) fn name_of(hash: &blake3::Hash) -> String {
    hash.as_bytes().iter().take(16).fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_do_not_depend_on_how_the_bytes_come_and_read_as_they_write() {
        let bytes: Vec<u8> = (0..BLOCK_BYTES * 2 + 77).map(|at| (at * 31 % 251) as u8).collect();
        let whole = {
            let mut summer = BlockSummer::default();
            summer.update(&bytes);
            summer.finish()
        };
        for piece in [1_000, 262_143, 262_144, 262_145] {
            let mut summer = BlockSummer::default();
            bytes.chunks(piece).for_each(|piece| summer.update(piece));
            assert_eq!(summer.finish(), whole);
        }
        assert_eq!(whole.len(), 3);
        assert!(whole.fit(bytes.len() as u64) && !whole.fit(BLOCK_BYTES * 2));
        assert_eq!(whole.to_string().parse(), Ok(whole.clone()));
        assert_eq!(BlockSums::from_bytes(&whole.to_bytes()), whole);
        for wrong in ["1234567", "1234567g", "+1234567"] {
            assert!(wrong.parse::<BlockSums>().is_err(), "{wrong}");
        }
    }
}
