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

/// Refuses a log that lost more than its last transaction can have. `log` is the file's content, `catalog` reads that of the file
/// that it belongs to.
pub(super) fn check(path: &Path, log: &[u8], catalog: impl FnOnce() -> Vec<u8>) -> Result<(), CatalogError> {
    if log.len() <= HEADER {
        return Ok(());
    }
    let (header, frames) = log.split_at(HEADER);
    let magic = word(header, 0);
    let mut sum = Sum { big_endian: magic & 1 == 1, first: 0, second: 0 };
    sum.take(&header[..24]);
    let page = word(header, 8) as usize;
    let sound =
        magic & !1 == MAGIC && sum.is(word(header, 24), word(header, 28)) && page.is_power_of_two() && page >= 512;
    if !sound {
        if is_told_already(frames, &catalog()) {
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

/// Whether a catalog's file holds all that the transactions of a log say whose header is lost.
///
/// SQLite begins a log anew by writing over its header, once all of it has been brought to the catalog and that was synced. A power cut
/// before the new header lasts may leave neither header; what stands behind it is the old log, of which nothing is needed any
/// more.
fn is_told_already(frames: &[u8], catalog: &[u8]) -> bool {
    let page = match catalog.get(16..18).and_then(|bytes| bytes.try_into().ok()).map(u16::from_be_bytes) {
        Some(1) => 1 << 16,
        Some(page) if page.is_power_of_two() && page >= 512 => usize::from(page),
        _ => return false,
    };
    let Some(salts) = frames.get(8..16) else { return false };
    let of_one_log = frames.chunks_exact(FRAME_HEADER + page).take_while(|frame| &frame[8..16] == salts);
    let (mut pages, mut open, mut size) = (BTreeMap::new(), Vec::new(), 0);
    for frame in of_one_log {
        open.push((word(frame, 0), &frame[FRAME_HEADER..]));
        if word(frame, 4) != 0 {
            size = word(frame, 4);
            pages.extend(open.drain(..));
        }
    }
    let held = |number: u32| catalog.chunks_exact(page).nth((number as usize).checked_sub(1)?);
    size > 0 && pages.into_iter().all(|(number, content)| number > size || held(number) == Some(content))
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

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: usize = 512;

    /// A frame of a page that holds one byte throughout; `size` is that of the catalog after its transaction, 0 within it.
    fn frame(number: u32, size: u32, salt: u8, content: u8) -> Vec<u8> {
        let mut frame = [number.to_be_bytes(), size.to_be_bytes()].concat();
        frame.extend([salt; 8]);
        frame.extend([0; 8]);
        frame.extend([content; PAGE]);
        frame
    }

    fn catalog(contents: &[u8]) -> Vec<u8> {
        let mut catalog: Vec<u8> = contents.iter().flat_map(|content| [*content; PAGE]).collect();
        catalog[16..18].copy_from_slice(&(PAGE as u16).to_be_bytes());
        catalog
    }

    #[test]
    fn a_log_without_its_header_is_let_go_if_the_catalog_says_all_of_it() {
        // Two transactions: page 2 is 7, then 8 and page 3 is 9. Then the beginning of one that was never finished, and an older log.
        let log = [frame(2, 2, 5, 7), frame(2, 0, 5, 8), frame(3, 3, 5, 9), frame(3, 0, 5, 1), frame(2, 3, 4, 6)];
        let passes = |log: &[Vec<u8>], contents: &[u8]| {
            let bytes = [vec![0; HEADER], log.concat()].concat();
            check(Path::new("log"), &bytes, || catalog(contents)).is_ok()
        };
        assert!(passes(&log, &[0, 8, 9]));
        for other in [&[0, 7, 9][..], &[0, 8, 8], &[0, 8]] {
            assert!(!passes(&log, other), "{other:?}");
        }
        // Nothing says how far an unfinished transaction goes, or whose a lone page is.
        assert!(!passes(&log[1..2], &[0, 8, 9]));
        assert!(!passes(&[vec![5; 40]], &[0, 8, 9]));
    }
}
