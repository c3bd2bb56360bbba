use super::*;

const PAGE: usize = 512;

/// A log as SQLite writes it: its header, and frames of (page, size of the catalog after its transaction or 0 within it, byte that
/// the page holds throughout).
fn log(salt: u8, logs_before: u32, frames: &[(u32, u32, u8)]) -> Vec<Vec<u8>> {
    let big_endian = cfg!(target_endian = "big");
    let mut header = [MAGIC | u32::from(big_endian), VERSION, PAGE as u32, logs_before].map(u32::to_be_bytes).concat();
    header.extend([salt; 8]);
    let mut sum = Sum::new(big_endian);
    sum.take(&header);
    header.extend([sum.first, sum.second].map(u32::to_be_bytes).concat());
    let frames = frames.iter().map(|(number, size, content)| {
        let mut frame = [number.to_be_bytes(), size.to_be_bytes()].concat();
        sum.take(&frame);
        sum.take(&[*content; PAGE]);
        frame.extend([salt; 8]);
        frame.extend([sum.first, sum.second].map(u32::to_be_bytes).concat());
        frame.extend([*content; PAGE]);
        frame
    });
    [header].into_iter().chain(frames).collect()
}

fn catalog(contents: &[u8]) -> Vec<u8> {
    let mut catalog: Vec<u8> = contents.iter().flat_map(|content| [*content; PAGE]).collect();
    catalog[16..18].copy_from_slice(&(PAGE as u16).to_be_bytes());
    catalog
}

fn passes(log: &[Vec<u8>], contents: &[u8]) -> bool {
    check(Path::new("log"), &log.concat(), || catalog(contents)).is_ok()
}

/// Frames behind a header that a power cut took.
fn headless(frames: &[Vec<u8>]) -> Vec<Vec<u8>> {
    [&[vec![0; HEADER]], frames].concat()
}

#[test]
fn a_log_without_its_header_is_let_go_if_the_catalog_says_all_of_it() {
    // Two transactions: page 2 is 7, then 8 and page 3 is 9. Then the beginning of one that was never finished, and an older log.
    let whole = log(5, 3, &[(2, 2, 7), (2, 0, 8), (3, 3, 9), (3, 0, 1)]);
    assert!(passes(&whole, &[0, 1, 1]));
    let older = log(4, 2, &[(2, 3, 6), (3, 3, 6), (2, 3, 6), (2, 3, 6), (2, 3, 6)]);
    let left = headless(&[&whole[1..], &older[5..]].concat());
    assert!(passes(&left, &[0, 8, 9]));
    for other in [&[0, 7, 9][..], &[0, 8, 8], &[0, 8]] {
        assert!(!passes(&left, other), "{other:?}");
        assert!(!passes(&left[..4], other), "{other:?}");
    }
    // The first transaction alone: its one frame says that it began the log.
    assert!(passes(&left[..2], &[0, 7]));
    assert!(!passes(&left[..2], &[0, 8]));
    // A frame that is not the one that was written, amid others.
    let mut damaged = left;
    damaged[2][9] ^= 1;
    assert!(!passes(&damaged, &[0, 8, 9]));
}

#[test]
fn a_log_without_its_header_is_let_go_if_no_transaction_in_it_ever_ended() {
    // Killed within its first transaction: in any of its frames, or in the middle of the last, which would have ended it.
    let whole = log(5, 0, &[(2, 0, 8), (3, 3, 9)]);
    let mut torn = whole[2].clone();
    torn[FRAME_HEADER + 100..].fill(0);
    let older = log(4, 2, &[(2, 3, 6), (3, 3, 6), (2, 3, 6), (3, 3, 6)]);
    let ends = [vec![], vec![whole[2][..40].to_vec()], vec![torn], vec![older[2].clone(), older[3].clone()]];
    for end in ends {
        assert!(passes(&headless(&[&whole[1..2], &end[..]].concat()), &[0, 1, 1]));
    }
    assert!(passes(&headless(&[whole[1][..40].to_vec()]), &[0, 1, 1]));
    let single = log(5, 0, &[(2, 2, 8)]);
    let mut torn = single[1].clone();
    torn[FRAME_HEADER + 100..].fill(0);
    assert!(passes(&headless(&[torn]), &[0, 1]));
    // Where it did end, the catalog has to say it.
    assert!(!passes(&headless(&whole[1..]), &[0, 1, 1]));
    assert!(!passes(&headless(&single[1..]), &[0, 1]));
}

#[test]
fn whole_transactions_behind_a_damaged_frame_are_missed() {
    let mut whole = log(5, 3, &[(2, 2, 7), (2, 2, 8), (2, 2, 9)]);
    assert!(passes(&whole, &[0, 1]));
    // The last may be torn; with one behind it, it was synced.
    whole[3][FRAME_HEADER] ^= 1;
    assert!(passes(&whole, &[0, 1]));
    whole[2][FRAME_HEADER] ^= 1;
    assert!(!passes(&whole, &[0, 1]));
}
