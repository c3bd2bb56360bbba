//! A file of records, and what a crash may leave of it.
//!
//! A file begins with a head that is synced before the file has its name: its own first sequence, that of the file before
//! it, and where that one ends. Nothing of a file behind that end was ever answered: it is what was there when a write or a
//! sync failed, after which a new file was begun. Of the last file, the last group may be torn. Any other byte that has
//! changed is damage.

use std::path::{Path, PathBuf};

use databank_lake::durable;

use crate::InboxError;
use crate::record::{self, Head, sum_of};

const MAGIC: [u8; 4] = *b"DBs1";
/// Bytes before the first record.
pub(crate) const START: u64 = 4 + 16 + 3 * 8;
const SUFFIX: &str = ".inbox";

/// The file before another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Previous {
    pub(crate) first: u64,
    pub(crate) end: u64,
}

/// No file was there before.
const NONE: Previous = Previous { first: u64::MAX, end: u64::MAX };

/// A file found in the inbox.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) first: u64,
    pub(crate) path: PathBuf,
    /// `None` when nothing was there before it.
    pub(crate) previous: Option<Previous>,
}

/// A record in a file.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) offset: u64,
    pub(crate) head: Head,
}

pub(crate) fn path_of(directory: &Path, first: u64) -> PathBuf {
    directory.join(format!("{first:020}{SUFFIX}"))
}

/// Makes a file without records, durably.
pub(crate) fn create(directory: &Path, first: u64, previous: Option<Previous>) -> Result<PathBuf, InboxError> {
    let previous = previous.unwrap_or(NONE);
    let mut rest = Vec::new();
    for number in [first, previous.first, previous.end] {
        rest.extend_from_slice(&number.to_le_bytes());
    }
    let head = [&MAGIC[..], &sum_of(&rest), &rest].concat();
    let path = path_of(directory, first);
    if let Err(error) = durable::write_new(&path, &head) {
        // It may have got its name and failed after that.
        fs_err::remove_file(&path).ok();
        return Err(error.into());
    }
    Ok(path)
}

/// The files of an inbox, oldest first, each known to follow the one before.
pub(crate) fn list(directory: &Path) -> Result<Vec<Found>, InboxError> {
    let mut found = Vec::new();
    for entry in fs_err::read_dir(directory).map_err(InboxError::io("list", directory))? {
        let path = entry.map_err(InboxError::io("list", directory))?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if let Some(first) = name.strip_suffix(SUFFIX).and_then(|text| text.parse::<u64>().ok()) {
            let previous = read_head(&path, first)?;
            found.push(Found { first, path, previous });
        }
    }
    found.sort_by_key(|file: &Found| file.first);
    in_line(found)
}

/// The files of which each names the one before it. One that nobody names and that has no record was begun in vain.
fn in_line(mut found: Vec<Found>) -> Result<Vec<Found>, InboxError> {
    let mut line: Vec<Found> = Vec::new();
    while let Some(file) = found.pop() {
        let named = line.last().map(|later| (later.previous.map(|previous| previous.first), &later.path));
        match named {
            None => line.push(file),
            Some((previous, _)) if previous == Some(file.first) => line.push(file),
            Some(_) if is_empty(&file.path)? => {}
            Some((_, path)) => {
                let what = "the file that it says stands before it is not there";
                return Err(InboxError::Damaged { path: path.clone(), offset: 0, what });
            }
        }
    }
    line.reverse();
    Ok(line)
}

fn is_empty(path: &Path) -> Result<bool, InboxError> {
    Ok(fs_err::metadata(path).map_err(InboxError::io("look at", path))?.len() <= START)
}

fn read_head(path: &Path, first: u64) -> Result<Option<Previous>, InboxError> {
    use std::io::Read as _;
    let mut head = [0; START as usize];
    let damaged = |what| InboxError::Damaged { path: path.to_owned(), offset: 0, what };
    let mut file = fs_err::File::open(path).map_err(InboxError::io("open", path))?;
    file.read_exact(&mut head).map_err(|_| damaged("the file ends within its head"))?;
    let (magic, rest) = head.split_at(MAGIC.len());
    let (sum, rest) = rest.split_at(16);
    let mut numbers = rest.as_chunks::<8>().0.iter().map(|bytes| u64::from_le_bytes(*bytes));
    let (own, previous) = (numbers.next(), numbers.next().zip(numbers.next()));
    if magic != MAGIC || sum_of(rest) != sum || own != Some(first) {
        return Err(damaged("the file's head has changed"));
    }
    Ok(previous.map(|(first, end)| Previous { first, end }).filter(|previous| *previous != NONE))
}

/// What is in a file: its records, and where they end.
#[derive(Debug)]
pub(crate) struct Scanned {
    pub(crate) places: Vec<Place>,
    pub(crate) end: u64,
    /// It ends in the mark of a file that was closed: all of it was synced.
    pub(crate) sealed: bool,
}

/// Reads a file through. `end` is where its records are known to end; `None` for the last file, whose last group may be
/// torn.
pub(crate) fn scan(path: &Path, first: u64, end: Option<u64>) -> Result<Scanned, InboxError> {
    let bytes = fs_err::read(path).map_err(InboxError::io("read", path))?;
    let damaged = |offset: u64, what| InboxError::Damaged { path: path.to_owned(), offset, what };
    let known = end.map_or(bytes.len(), |end| end as usize);
    let bytes = bytes.get(..known).ok_or_else(|| damaged(bytes.len() as u64, "the file has been cut"))?;
    let mut scanned = Scanned { places: Vec::new(), end: START, sealed: false };
    let mut next = first;
    while let Some(rest) = bytes.get(scanned.end as usize..).filter(|rest| !rest.is_empty()) {
        match record::read(rest) {
            Ok((head, _, _)) if head.sequence >= next => {
                next = head.sequence + 1;
                let offset = scanned.end;
                scanned.end += head.bytes as u64;
                scanned.sealed = head.brand.is_none();
                scanned.places.push(Place { offset, head });
            }
            Ok(_) => return Err(damaged(scanned.end, "the record's sequence was there before")),
            Err(broken) if end.is_some() || is_answered(rest, next) => return Err(damaged(scanned.end, broken.0)),
            Err(_) => {
                scanned.sealed = false;
                break;
            }
        }
    }
    Ok(scanned)
}

/// Whether what begins with a broken record was answered: a record of a later group follows.
fn is_answered(broken: &[u8], next: u64) -> bool {
    let mut rest = broken;
    while let Some(at) = record::next_magic(rest) {
        rest = rest.get(at..).unwrap_or_default();
        if let Ok((head, _, _)) = record::read(rest) {
            // A group begins with the sequence after the last one before it. The broken record has that sequence or is
            // in the group before; one that follows it in the same group names no greater sequence.
            return head.group > next;
        }
    }
    false
}
