//! Sums of a file's blocks: which bytes of it are still those that were written.
//!
//! A sum over a whole file would have to be taken over the whole file to read one page of it. So a file has a sum for each
//! block, the first 32 bits of its BLAKE3 hash, computed while it is written at some gigabytes a second; a reader
//! compares those blocks that it is about to use, once in a process. Blocks of data files have 64 KiB: what is asked of one, a page or the tracks
//! of a row group, is seldom much more. Those of runs have 256 KiB, and so had those of data files before; how many sums there are
//! tells which. The sums of a data file stand in the table's log beside its name, those of a run in
//! the run ([`crate::runs`]); what both are named by is in the catalog.

use std::fmt::Write as _;
use std::io::{Read, Write};
use std::path::Path;

use blake3::Hasher;

use crate::LakeError;

/// Bytes of a block of a data file.
pub const BLOCK_BYTES: u64 = 64 * 1024;
/// Bytes of a block of a run, of what names a content, and of data files from before blocks were smaller.
pub const LARGE_BLOCK_BYTES: u64 = 256 * 1024;

/// The sums of a file's blocks, in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockSums {
    sums: Vec<u32>,
    block_bytes: u64,
}

impl BlockSums {
    /// The sum of a block.
    pub fn get(&self, block: usize) -> Option<u32> {
        self.sums.get(block).copied()
    }

    /// How many blocks there are.
    pub fn len(&self) -> usize {
        self.sums.len()
    }

    /// Whether there is none, as of a file without a byte.
    pub fn is_empty(&self) -> bool {
        self.sums.is_empty()
    }

    /// Bytes of a block; the last may have fewer.
    pub fn block_bytes(&self) -> u64 {
        self.block_bytes
    }

    /// Those of a data file of so many bytes as its table's log has them: eight hexadecimal digits a block. The error says what is wrong with
    /// them.
    pub fn of_file(text: &str, file_bytes: u64) -> Result<Self, String> {
        let wrong = || "not eight hexadecimal digits a block".to_owned();
        if !text.len().is_multiple_of(8) || !text.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(wrong());
        }
        let words = (0..text.len()).step_by(8).map(|at| text.get(at..at + 8));
        let sums: Option<Vec<u32>> = words.map(|word| u32::from_str_radix(word?, 16).ok()).collect();
        let sums = sums.ok_or_else(wrong)?;
        // One block is the same whatever it could have been.
        let fits = |block_bytes: &u64| file_bytes.div_ceil(*block_bytes) == sums.len() as u64;
        match [BLOCK_BYTES, LARGE_BLOCK_BYTES].into_iter().find(fits) {
            Some(block_bytes) => Ok(Self { sums, block_bytes }),
            None => Err(format!("for {} blocks, which {file_bytes} bytes do not have", sums.len())),
        }
    }

    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        self.sums.iter().flat_map(|sum| sum.to_le_bytes()).collect()
    }

    /// Those of a run.
    pub(crate) fn of_run(bytes: &[u8]) -> Self {
        let sums = bytes.chunks_exact(4).filter_map(|word| word.try_into().ok()).map(u32::from_le_bytes).collect();
        Self { sums, block_bytes: LARGE_BLOCK_BYTES }
    }
}

impl std::fmt::Display for BlockSums {
    /// Eight hexadecimal digits a block.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.sums.iter().try_for_each(|sum| write!(f, "{sum:08x}"))
    }
}

/// Sums what passes through, block by block.
#[derive(Debug)]
pub struct BlockSummer {
    block_bytes: u64,
    done: Vec<u32>,
    open: Hasher,
    open_bytes: u64,
}

impl BlockSummer {
    /// For blocks of so many bytes.
    pub fn new(block_bytes: u64) -> Self {
        Self { block_bytes, done: Vec::new(), open: Hasher::new(), open_bytes: 0 }
    }

    /// Takes the file's next bytes.
    pub fn update(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let room = (self.block_bytes - self.open_bytes) as usize;
            let (now, later) = bytes.split_at(room.min(bytes.len()));
            self.open.update(now);
            self.open_bytes += now.len() as u64;
            if self.open_bytes == self.block_bytes {
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
        BlockSums { sums: self.done, block_bytes: self.block_bytes }
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
        Self { file, summer: BlockSummer::new(BLOCK_BYTES) }
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
#[derive(Debug)]
pub struct ContentNamer {
    summer: BlockSummer,
    bytes: u64,
}

impl Default for ContentNamer {
    fn default() -> Self {
        Self { summer: BlockSummer::new(LARGE_BLOCK_BYTES), bytes: 0 }
    }
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
    let mut buffer = vec![0; LARGE_BLOCK_BYTES as usize];
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

    fn summed(block_bytes: u64, pieces: &[&[u8]]) -> BlockSums {
        let mut summer = BlockSummer::new(block_bytes);
        for piece in pieces {
            summer.update(piece);
        }
        summer.finish()
    }

    #[test]
    fn sums_do_not_depend_on_how_the_bytes_come_and_read_as_they_write() {
        let bytes: Vec<u8> = (0..LARGE_BLOCK_BYTES * 2 + 77).map(|at| (at * 31 % 251) as u8).collect();
        let length = bytes.len() as u64;
        for (block_bytes, blocks) in [(BLOCK_BYTES, 9), (LARGE_BLOCK_BYTES, 3)] {
            let whole = summed(block_bytes, &[&bytes]);
            assert_eq!((whole.len(), whole.block_bytes()), (blocks, block_bytes));
            for piece in [1_000, 65_535, 65_536, 262_143, 262_144, 262_145] {
                assert_eq!(summed(block_bytes, &bytes.chunks(piece).collect::<Vec<_>>()), whole);
            }
            // How many there are tells of how many bytes each is.
            assert_eq!(BlockSums::of_file(&whole.to_string(), length), Ok(whole.clone()));
            let error = BlockSums::of_file(&whole.to_string(), length - 78 + LARGE_BLOCK_BYTES * 2).unwrap_err();
            assert_eq!(
                error,
                format!("for {blocks} blocks, which {} bytes do not have", length - 78 + LARGE_BLOCK_BYTES * 2)
            );
        }
        let of_run = summed(LARGE_BLOCK_BYTES, &[&bytes]);
        assert_eq!(BlockSums::of_run(&of_run.to_bytes()), of_run);
        for wrong in ["1234567", "1234567g", "+1234567"] {
            assert!(BlockSums::of_file(wrong, 7).is_err(), "{wrong}");
        }
        // Of what has one block, all sizes are one.
        let small = summed(LARGE_BLOCK_BYTES, &[&bytes[..100]]).to_string();
        assert_eq!(BlockSums::of_file(&small, 100), Ok(summed(BLOCK_BYTES, &[&bytes[..100]])));
        assert!(BlockSums::of_file("", 0).is_ok_and(|sums| sums.is_empty()));
    }
}
