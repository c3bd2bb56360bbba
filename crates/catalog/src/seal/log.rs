//! The write-ahead log that a killed owner left.
//!
//! SQLite takes from it what fits its running sum, and drops all from the first frame that does not, without a word. After a
//! power cut that is right for the last transaction, which nobody was told of. Transactions before it were synced: where
//! one of them does not fit, the log is damaged, and opening it would lose what was acknowledged.

use std::collections::BTreeMap;
use std::path::Path;

use crate::CatalogError;

use super::unsound;

const HEADER: usize = 32;
const FRAME_HEADER: usize = 24;
const MAGIC: u32 = 0x377f_0682;
const VERSION: u32 = 3_007_000;

/// Refuses a log that lost more than its last transaction can have. `log` is the file's content, `catalog` reads that of the file
/// that it belongs to.
pub(super) fn check(path: &Path, log: &[u8], catalog: impl FnOnce() -> Vec<u8>) -> Result<(), CatalogError> {
    if log.len() <= HEADER {
        return Ok(());
    }
    let (header, frames) = log.split_at(HEADER);
    let magic = word(header, 0);
    let mut sum = Sum::new(magic & 1 == 1);
    sum.take(&header[..24]);
    let page = word(header, 8) as usize;
    let sound =
        magic & !1 == MAGIC && sum.is(word(header, 24), word(header, 28)) && page.is_power_of_two() && page >= 512;
    if !sound {
        if says_nothing_new(frames, &catalog()) {
            let path = path.display();
            tracing::warn!(%path, "the catalog's log has no header and nothing that the catalog does not say");
            return Ok(());
        }
        return Err(unsound(path, "its header is not the one that was written"));
    }
    let salts = &header[16..24];
    let mut bad_at = None;
    let mut commits_lost = 0;
    for (number, frame) in frames.chunks_exact(FRAME_HEADER + page).enumerate() {
        let of_this_log = &frame[8..16] == salts;
        if bad_at.is_none() {
            sum.take(&frame[..8]);
            sum.take(&frame[FRAME_HEADER..]);
            if !of_this_log || !sum.is(word(frame, 16), word(frame, 20)) {
                bad_at = Some(HEADER + number * (FRAME_HEADER + page));
            }
        }
        // The last frame of a transaction says how large the file is after it.
        commits_lost += usize::from(bad_at.is_some() && of_this_log && word(frame, 4) != 0);
    }
    match bad_at {
        Some(at) if commits_lost > 1 => Err(unsound(
            path,
            &format!("the frame at byte {at} is not the one that was written, and whole transactions follow it"),
        )),
        Some(at) if commits_lost == 1 => {
            let path = path.display();
            tracing::warn!(%path, at, "the last transaction in the catalog's log is not whole and was taken back");
            Ok(())
        }
        _ => Ok(()),
    }
}

fn word(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).and_then(|bytes| bytes.try_into().ok()).map_or(0, u32::from_be_bytes)
}

/// Whether a log whose header is lost has no whole transaction that the catalog's file does not hold.
///
/// SQLite begins a log by writing over its header: once all of the old log was brought to the catalog and that was synced, or where
/// its owner was killed before it had written a whole transaction. A power cut before the new header lasts may leave neither header
/// whole. What stands behind it is the old log, whose frames were synced, and of which nothing is needed any more: its transactions
/// are in the catalog, and what its end never came of was never acknowledged.
fn says_nothing_new(frames: &[u8], catalog: &[u8]) -> bool {
    let page = match catalog.get(16..18).and_then(|bytes| bytes.try_into().ok()).map(u16::from_be_bytes) {
        Some(1) => 1 << 16,
        Some(page) if page.is_power_of_two() && page >= 512 => usize::from(page),
        _ => return false,
    };
    let (mut pages, mut open, mut size) = (BTreeMap::new(), Vec::new(), 0);
    let mut frames = frames.chunks_exact(FRAME_HEADER + page);
    let mut before: Option<&[u8]> = None;
    for frame in frames.by_ref() {
        if before.is_some_and(|before| salts(before) != salts(frame)) {
            break;
        }
        let fits = before.map_or_else(|| begins_a_log(frame, page), |before| follows(before, frame));
        before = Some(frame);
        open.push((word(frame, 0), &frame[FRAME_HEADER..]));
        // The last frame of a transaction; one that was torn while it was written ends none.
        if word(frame, 4) != 0 && fits {
            size = word(frame, 4);
            pages.extend(open.drain(..));
        }
    }
    // A frame amid the others whose salts are not theirs was not left by a power cut.
    let interrupted = before.is_some_and(|first| frames.any(|frame| salts(frame) == salts(first)));
    let held = |number: u32| catalog.chunks_exact(page).nth((number as usize).checked_sub(1)?);
    !interrupted && pages.into_iter().all(|(number, content)| number > size || held(number) == Some(content))
}

fn salts(frame: &[u8]) -> &[u8] {
    &frame[8..16]
}

/// Whether a frame's sum goes on from that of the frame before it.
fn follows(before: &[u8], frame: &[u8]) -> bool {
    let mut sum = Sum::of(before);
    sum.take(&frame[..8]);
    sum.take(&frame[FRAME_HEADER..]);
    sum == Sum::of(frame)
}

/// Whether there is a header that a frame follows: its salts are in the frame, and only the count of logs before it is free.
fn begins_a_log(frame: &[u8], page: usize) -> bool {
    let mut sum = Sum::of(frame);
    sum.take_back(&frame[FRAME_HEADER..]);
    sum.take_back(&frame[..8]);
    sum.take_back(salts(frame));
    let mut header = Sum::new(sum.big_endian);
    header.take(&[(MAGIC | u32::from(sum.big_endian)).to_be_bytes(), VERSION.to_be_bytes()].concat());
    header.take(&[(page as u32).to_be_bytes(), [0; 4]].concat());
    sum.first == header.first
}

/// SQLite's running sum of a log.
#[derive(PartialEq, Eq)]
struct Sum {
    big_endian: bool,
    first: u32,
    second: u32,
}

impl Sum {
    fn new(big_endian: bool) -> Self {
        Self { big_endian, first: 0, second: 0 }
    }

    /// The sum that a frame says, in a log of this machine.
    fn of(frame: &[u8]) -> Self {
        Self { big_endian: cfg!(target_endian = "big"), first: word(frame, 16), second: word(frame, 20) }
    }

    fn take(&mut self, bytes: &[u8]) {
        for [one, other] in pairs(self.big_endian, bytes) {
            self.first = self.first.wrapping_add(one).wrapping_add(self.second);
            self.second = self.second.wrapping_add(other).wrapping_add(self.first);
        }
    }

    /// The sum before these bytes were taken.
    fn take_back(&mut self, bytes: &[u8]) {
        for [one, other] in pairs(self.big_endian, bytes).rev() {
            self.second = self.second.wrapping_sub(other).wrapping_sub(self.first);
            self.first = self.first.wrapping_sub(one).wrapping_sub(self.second);
        }
    }

    fn is(&self, first: u32, second: u32) -> bool {
        (self.first, self.second) == (first, second)
    }
}

/// The words of bytes, as the sum takes them.
fn pairs(big_endian: bool, bytes: &[u8]) -> impl DoubleEndedIterator<Item = [u32; 2]> {
    let read = if big_endian { u32::from_be_bytes } else { u32::from_le_bytes };
    bytes.chunks_exact(8).map(move |pair| {
        let (one, other) = pair.split_at(4);
        [one, other].map(|word| word.try_into().map_or(0, read))
    })
}

#[cfg(test)]
mod tests;
