//! How a request is written down.
//!
//! ```text
//! magic 4 · length of the rest 4 · sum of the rest 16 ·
//! sequence 8 · group 8 · received 8 · events 4 · brand 1+n · facts 2+n · body
//! ```
//!
//! All numbers are little-endian. The sum is the first half of a BLAKE3 hash. A group is what was synced at a time; a record
//! names the first sequence of its own, which tells what a crash may have torn from what was answered.

use databank_model::BrandSlug;

use crate::InboxError;

const MAGIC: [u8; 4] = *b"DBi1";
/// Magic, length and sum.
pub(crate) const HEAD: usize = 4 + 4 + 16;
/// Sequence, group, received, events, and the two lengths.
const FIXED: usize = 8 + 8 + 8 + 4 + 1 + 2;
/// Bytes of a record at most.
pub(crate) const MAX_BYTES: usize = 64 << 20;

/// A request to keep.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Whose it is.
    pub brand: BrandSlug,
    /// When it came, µs UTC.
    pub received_us: i64,
    /// How many events it has.
    pub events: u32,
    /// What the body does not say itself: which source, from where. At most 65,535 bytes; the reader's own format.
    pub facts: Vec<u8>,
    /// What was sent.
    pub body: Vec<u8>,
}

impl Entry {
    /// What it takes in the journal.
    pub(crate) fn bytes(&self) -> usize {
        HEAD + FIXED + self.brand.as_str().len() + self.facts.len() + self.body.len()
    }

    pub(crate) fn check(&self) -> Result<(), InboxError> {
        let bytes = self.bytes();
        if bytes > MAX_BYTES || self.facts.len() > usize::from(u16::MAX) {
            return Err(InboxError::TooLarge { bytes });
        }
        Ok(())
    }
}

/// A request as it was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Its number; later ones have greater ones.
    pub sequence: u64,
    /// When it came, µs UTC.
    pub received_us: i64,
    /// How many events it has.
    pub events: u32,
    /// What the body does not say itself.
    pub facts: Vec<u8>,
    /// What was sent.
    pub body: Vec<u8>,
}

/// A record's own data beside facts and body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) sequence: u64,
    pub(crate) group: u64,
    pub(crate) received_us: i64,
    pub(crate) events: u32,
    /// `None` for the mark that a file was closed.
    pub(crate) brand: Option<BrandSlug>,
    /// Bytes of the whole record.
    pub(crate) bytes: usize,
}

/// Why bytes are no record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NoRecord(pub(crate) &'static str);

/// Appends a record.
pub(crate) fn write(out: &mut Vec<u8>, entry: &Entry, sequence: u64, group: u64) {
    let (brand, facts) = (entry.brand.as_str(), entry.facts.as_slice());
    write_parts(out, [sequence, group, entry.received_us as u64], entry.events, brand, facts, &entry.body);
}

/// Appends the mark that nothing follows.
pub(crate) fn write_seal(out: &mut Vec<u8>, sequence: u64) {
    write_parts(out, [sequence, sequence, 0], 0, "", &[], &[]);
}

fn write_parts(out: &mut Vec<u8>, numbers: [u64; 3], events: u32, brand: &str, facts: &[u8], body: &[u8]) {
    let length = FIXED + brand.len() + facts.len() + body.len();
    out.reserve(HEAD + length);
    out.extend_from_slice(&MAGIC);
    out.extend_from_slice(&(length as u32).to_le_bytes());
    let sum_at = out.len();
    out.extend_from_slice(&[0; 16]);
    let rest_at = out.len();
    for number in numbers {
        out.extend_from_slice(&number.to_le_bytes());
    }
    out.extend_from_slice(&events.to_le_bytes());
    out.push(brand.len() as u8);
    out.extend_from_slice(brand.as_bytes());
    out.extend_from_slice(&(facts.len() as u16).to_le_bytes());
    out.extend_from_slice(facts);
    out.extend_from_slice(body);
    let sum = out.get(rest_at..).map(sum_of).unwrap_or_default();
    if let Some(place) = out.get_mut(sum_at..rest_at) {
        place.copy_from_slice(&sum);
    }
}

/// The sum of some bytes.
pub(crate) fn sum_of(bytes: &[u8]) -> [u8; 16] {
    let mut sum = [0; 16];
    sum.copy_from_slice(&blake3::hash(bytes).as_bytes()[..16]);
    sum
}

/// Reads the record that bytes begin with: its data, facts and body.
pub(crate) fn read(bytes: &[u8]) -> Result<(Head, &[u8], &[u8]), NoRecord> {
    let mut rest = bytes;
    if take(&mut rest, 4)? != MAGIC {
        return Err(NoRecord("no record begins here"));
    }
    let length = u32::from_le_bytes(number(&mut rest)?) as usize;
    let sum: [u8; 16] = number(&mut rest)?;
    if length > MAX_BYTES {
        return Err(NoRecord("the record's length is beyond any record's"));
    }
    let mut rest = take(&mut rest, length)?;
    if sum_of(rest) != sum {
        return Err(NoRecord("the record's bytes do not have its sum"));
    }
    let sequence = u64::from_le_bytes(number(&mut rest)?);
    let group = u64::from_le_bytes(number(&mut rest)?);
    let received_us = i64::from_le_bytes(number(&mut rest)?);
    let events = u32::from_le_bytes(number(&mut rest)?);
    let [brand] = number(&mut rest)?;
    let brand = take(&mut rest, usize::from(brand))?;
    let brand = match brand {
        [] => None,
        text => {
            let text = std::str::from_utf8(text).ok().and_then(|text| text.parse().ok());
            Some(text.ok_or(NoRecord("the record names no brand"))?)
        }
    };
    let facts = usize::from(u16::from_le_bytes(number(&mut rest)?));
    let facts = take(&mut rest, facts)?;
    Ok((Head { sequence, group, received_us, events, brand, bytes: HEAD + length }, facts, rest))
}

/// Where in some bytes the next record might begin, after the first of them.
pub(crate) fn next_magic(bytes: &[u8]) -> Option<usize> {
    memchr::memmem::find(bytes.get(1..)?, &MAGIC).map(|at| at + 1)
}

fn take<'b>(rest: &mut &'b [u8], length: usize) -> Result<&'b [u8], NoRecord> {
    let (taken, left) = rest.split_at_checked(length).ok_or(NoRecord("the file ends within a record"))?;
    *rest = left;
    Ok(taken)
}

fn number<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N], NoRecord> {
    take(rest, N)?.try_into().map_err(|_| NoRecord("the file ends within a record"))
}
