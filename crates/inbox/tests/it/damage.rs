//! Torn and changed bytes, every one of them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use databank_inbox::InboxError;

use crate::{all, entry, open};

type Held = BTreeMap<String, Vec<String>>;

fn copy(from: &Path) -> tempfile::TempDir {
    let to = tempfile::tempdir().unwrap();
    for file in fs::read_dir(from).unwrap().flatten() {
        fs::copy(file.path(), to.path().join(file.file_name())).unwrap();
    }
    to
}

/// An inbox of three files, as it is while it is open, or closed; and what it holds.
async fn made(is_closed: bool) -> (tempfile::TempDir, Held) {
    let place = tempfile::tempdir().unwrap();
    let inbox = open(place.path()).unwrap();
    for number in 0..16 {
        inbox.append(entry("a", &format!("body {number}"))).await.unwrap();
    }
    let held = all(&inbox).unwrap();
    if is_closed {
        drop(inbox);
        return (place, held);
    }
    (copy(place.path()), held)
}

fn files(directory: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(directory).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    files
}

/// What an inbox gives whose file has these bytes.
fn with(place: &Path, file: &Path, bytes: &[u8]) -> Result<Held, InboxError> {
    let place = copy(place);
    fs::write(place.path().join(file.file_name().unwrap()), bytes).unwrap();
    all(&open(place.path())?)
}

/// All but the last record.
fn without_last(held: &Held) -> Held {
    let mut held = held.clone();
    held.get_mut("a").unwrap().pop();
    held
}

#[tokio::test]
async fn every_byte_that_changed_is_found_and_named() {
    for is_closed in [false, true] {
        let (place, held) = made(is_closed).await;
        let files = files(place.path());
        assert!(files.len() >= 3);
        for (number, file) in files.iter().enumerate() {
            let bytes = fs::read(file).unwrap();
            let is_last = number + 1 == files.len();
            for at in 0..bytes.len() {
                let mut changed = bytes.clone();
                changed[at] ^= 1 << (at % 8);
                match with(place.path(), file, &changed) {
                    Err(InboxError::Damaged { path, .. }) => assert_eq!(path.file_name(), file.file_name()),
                    Err(other) => panic!("{number} {at}: {other}"),
                    // The mark of a closed file tells nothing itself.
                    Ok(found) if is_closed => assert!(is_last && found == held, "{number} {at}"),
                    // Of a file that nobody closed, the last record may be one that nobody was answered.
                    Ok(found) => assert!(is_last && found == without_last(&held), "{number} {at}: {found:?}"),
                }
            }
        }
    }
}

#[tokio::test]
async fn a_file_cut_anywhere_loses_what_was_not_answered_at_most() {
    let (place, held) = made(false).await;
    let files = files(place.path());
    let last = fs::read(files.last().unwrap()).unwrap();
    for file in &files {
        let bytes = fs::read(file).unwrap();
        for length in 0..bytes.len() {
            let found = with(place.path(), file, &bytes[..length]);
            if bytes == last {
                // Nothing is behind it that would tell; records go one after the other, none is changed.
                if let Ok(found) = found {
                    let kept = found.get("a").cloned().unwrap_or_default();
                    assert_eq!(kept, held["a"][..kept.len()], "{length}");
                }
            } else {
                assert!(matches!(found, Err(InboxError::Damaged { .. })), "{} {length}", file.display());
            }
        }
    }
}

#[tokio::test]
async fn a_torn_group_goes_before_anything_is_written_behind_it() {
    for is_closed in [false, true] {
        let (place, held) = made(is_closed).await;
        let last = files(place.path()).pop().unwrap();
        let mut bytes = fs::read(&last).unwrap();
        let begins: Vec<usize> = (0..bytes.len()).filter(|at| bytes[*at..].starts_with(b"DBi1")).collect();
        let record = bytes[begins[0]..begins[1]].to_vec();
        // Two records of one group, of which the first did not reach the disk.
        let mut broken = record.clone();
        broken[30] ^= 1;
        bytes.extend([broken, record].concat());
        fs::write(&last, bytes).unwrap();
        let inbox = open(place.path()).unwrap();
        assert_eq!(all(&inbox).unwrap(), held);
        // As long as what it is written over.
        inbox.append(entry("a", "body xx")).await.unwrap();
        let place = copy(place.path());
        let mut expected = held;
        expected.get_mut("a").unwrap().push("body xx".to_owned());
        assert_eq!(all(&open(place.path()).unwrap()).unwrap(), expected);
    }
}

#[tokio::test]
async fn a_file_that_is_lost_or_another_ones_is_found() {
    let (place, _) = made(true).await;
    let files = files(place.path());
    let lost = copy(place.path());
    fs::remove_file(lost.path().join(files[1].file_name().unwrap())).unwrap();
    assert!(matches!(open(lost.path()), Err(InboxError::Damaged { .. })));
    let (one, other) = (fs::read(&files[0]).unwrap(), fs::read(&files[1]).unwrap());
    assert!(matches!(with(place.path(), &files[0], &other), Err(InboxError::Damaged { .. })));
    assert!(matches!(with(place.path(), &files[1], &one), Err(InboxError::Damaged { .. })));
}
