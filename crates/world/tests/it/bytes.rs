//! The same plan, the same bytes.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use arrow::array::AsArray;

use crate::{files_below, plan, rows_of, written};

fn contents(directory: &Path) -> Vec<(String, Vec<u8>)> {
    let name = |path: &Path| path.strip_prefix(directory).unwrap().display().to_string();
    files_below(directory).iter().map(|path| (name(path), fs::read(path).unwrap())).collect()
}

#[test]
fn threads_change_no_byte_and_a_seed_changes_all_events() {
    let (one, report) = written(&plan(400_000, 11, 1));
    let (three, same_report) = written(&plan(400_000, 11, 3));
    assert_eq!(report, same_report);
    let (ours, theirs) = (contents(one.path()), contents(three.path()));
    assert_eq!(ours.len(), theirs.len());
    for ((our_name, our), (their_name, their)) in ours.iter().zip(&theirs) {
        assert_eq!(our_name, their_name);
        assert!(our == their, "{our_name} differs");
    }
    let (other, _) = written(&plan(400_000, 12, 3));
    let differing = contents(other.path()).iter().zip(&ours).filter(|(other, our)| other != our).count();
    assert!(differing + 2 >= ours.len(), "only {differing} files depend on the seed");
}

#[test]
fn a_world_has_as_many_rows_as_were_asked_for_and_says_what_they_are() {
    for events in [3_000, 200_000, 333_333] {
        let (directory, report) = written(&plan(events, 5, 2));
        let mut ids = BTreeSet::new();
        let mut rows = 0;
        let parts = files_below(&directory.path().join("events"));
        for batch in parts.iter().flat_map(|path| rows_of(path)) {
            rows += batch.num_rows() as u64;
            ids.extend(batch.column(0).as_string::<i32>().iter().map(|id| id.unwrap().to_owned()));
        }
        let totals = &report.totals;
        let till: u64 = rows_of(&directory.path().join("till.parquet")).iter().map(|b| b.num_rows() as u64).sum();
        assert_eq!(rows + till, events, "rows of {events}");
        assert_eq!(totals.rows, events);
        assert_eq!(totals.events + totals.duplicates + totals.rejected, events);
        assert_eq!(ids.len() as u64 + totals.duplicates + till, events, "only planted rows are sent twice");
        assert!(totals.late > 0 && totals.duplicates > 0 && totals.rejected > till, "{totals:?}");
        let bytes: u64 = files_below(directory.path()).iter().map(|path| fs::metadata(path).unwrap().len()).sum();
        assert_eq!(bytes, report.bytes);
    }
}

#[test]
fn progress_is_told_of_every_row() {
    let directory = tempfile::tempdir().unwrap();
    let told = std::sync::atomic::AtomicU64::new(0);
    let count = |rows| {
        told.fetch_add(rows, std::sync::atomic::Ordering::Relaxed);
    };
    databank_world::write(&plan(150_000, 1, 2), directory.path(), &count).unwrap();
    assert_eq!(told.into_inner(), 150_000);
}
