//! The write-ahead log that a killed owner left.
//!
//! SQLite takes from it what fits its running sum, and drops all from the first frame that does not, without a word. After a
//! power cut that is right for the last transaction, which nobody was told of. Transactions before it were synced: where
//! one of them does not fit, the log is damaged, and opening it would lose what was acknowledged.

use std::path::Path;

use crate::CatalogError;

use super::unsound;

const HEADER: usize = 32;
const FRAME_HEADER: usize = 24;
const MAGIC: u32 = 0x377f_0682;

/// Refuses a log that lost more than its last transaction can have. `log` is the file's content.
pub(super) fn check(path: &Path, log: &[u8]) -> Result<(), CatalogError> {
    if log.len() <= HEADER {
        return Ok(());
    }
    let word =
        |bytes: &[u8], at: usize| bytes.get(at..at + 4).and_then(|b| b.try_into().ok()).map_or(0, u32::from_be_bytes);
    let (header, frames) = log.split_at(HEADER);
    let magic = word(header, 0);
    let mut sum = Sum { big_endian: magic & 1 == 1, first: 0, second: 0 };
    sum.take(&header[..24]);
    let page = word(header, 8) as usize;
    let sound =
        magic & !1 == MAGIC && sum.is(word(header, 24), word(header, 28)) && page.is_power_of_two() && page >= 512;
    if !sound {
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

/// SQLite's running sum of a log.
struct Sum {
    big_endian: bool,
    first: u32,
    second: u32,
}

impl Sum {
    fn take(&mut self, bytes: &[u8]) {
        let read = if self.big_endian { u32::from_be_bytes } else { u32::from_le_bytes };
        for pair in bytes.chunks_exact(8) {
            let (one, other) = pair.split_at(4);
            let [one, other] = [one, other].map(|word| word.try_into().map_or(0, read));
            self.first = self.first.wrapping_add(one).wrapping_add(self.second);
            self.second = self.second.wrapping_add(other).wrapping_add(self.first);
        }
    }

    fn is(&self, first: u32, second: u32) -> bool {
        (self.first, self.second) == (first, second)
    }
}
