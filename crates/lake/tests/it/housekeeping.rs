//! What may go, and what somebody may still need.

use std::collections::HashSet;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use arrow::array::{ArrayRef, Date32Array, Int64Array, RecordBatch, StringArray};
use databank_lake::{Change, DataFile, Table, Vault};

const TABLE: Table = Table::StageDays;

fn file(vault: &Vault, entered: i64) -> DataFile {
    let columns: Vec<ArrayRef> = vec![
        Arc::new(StringArray::from(vec![None::<&str>])),
        Arc::new(StringArray::from(vec!["A"])),
        Arc::new(Date32Array::from(vec![1])),
        Arc::new(Int64Array::from(vec![entered])),
        Arc::new(Int64Array::from(vec![0])),
    ];
    let mut writer = vault.create_file(TABLE, &["aipl@1", "brand", "000-255"]).unwrap();
    writer.write(&RecordBatch::try_new(TABLE.schema(), columns).unwrap()).unwrap();
    writer.finish().unwrap()
}

/// Makes everything under a directory two days old.
#[expect(clippy::disallowed_methods, reason = "file times are what this is about")]
fn age(directory: &Path) {
    let then = SystemTime::now() - Duration::from_hours(48);
    for entry in std::fs::read_dir(directory).unwrap().flatten() {
        if entry.path().is_dir() {
            age(&entry.path());
        } else {
            File::options().append(true).open(entry.path()).unwrap().set_modified(then).unwrap();
        }
    }
}

fn is_there(path: &Path) -> bool {
    path.try_exists().unwrap()
}

fn names(files: &[DataFile]) -> HashSet<String> {
    files.iter().map(|file| file.relative.clone()).collect()
}

/// A table of `n` versions, each of which replaces the file of the one before.
async fn replaced(vault: &Vault, n: i64) -> Vec<HashSet<String>> {
    let mut held = Vec::new();
    let mut versions = Vec::new();
    for number in 0..n {
        let added = vec![file(vault, number)];
        versions.push(names(&added));
        let change = Change { removed: std::mem::replace(&mut held, added.clone()), added };
        // The first commit makes the table, so that version 0 is its making.
        assert_eq!(vault.commit(TABLE, &change, None, None).await.unwrap().version, number + 1);
    }
    versions
}

#[tokio::test]
async fn a_version_opens_as_long_as_it_may_be_named() {
    let directory = tempfile::tempdir().unwrap();
    let vault = Vault::at(directory.path().to_owned());
    let versions = replaced(&vault, 120).await;
    let log = directory.path().join("stage_days/_delta_log");
    let is_of_delta = |entry: &std::fs::DirEntry| entry.file_name() != "_files";
    let entries = || std::fs::read_dir(&log).unwrap().flatten().filter(is_of_delta).count();
    assert!(!is_there(&log.join("_last_checkpoint")), "Delta keeps house by itself");

    // Checkpoints come where they are asked for, and not too often.
    for version in [15, 60, 70, 115] {
        vault.checkpoint(TABLE, version).await.unwrap();
    }
    let checkpoint = |version: i64| log.join(format!("{version:020}.checkpoint.parquet"));
    assert!(checkpoint(60).is_file() && checkpoint(115).is_file());
    assert!(!checkpoint(15).is_file() && !checkpoint(70).is_file());

    vault.shorten_log(TABLE, 90).unwrap();
    assert_eq!(entries(), 121 + 3, "nothing is old enough to go");
    age(&log);
    vault.shorten_log(TABLE, 90).unwrap();
    assert_eq!(entries(), 121 - 60 + 3, "entries before the checkpoint of version 60");
    for version in [90, 100, 115, 120] {
        let snapshot = vault.snapshot(TABLE, version).await.unwrap();
        assert_eq!(names(&snapshot.files), versions[version as usize - 1], "version {version}");
    }
    // Taking back a commit that no vault version names works from what is left.
    let back = vault.take_back(TABLE, Some(118)).await.unwrap().unwrap();
    assert_eq!(names(&vault.snapshot(TABLE, back).await.unwrap().files), versions[117]);
}

#[tokio::test]
async fn a_file_goes_a_day_after_it_left_and_not_a_day_after_it_was_written() {
    let directory = tempfile::tempdir().unwrap();
    let vault = Vault::at(directory.path().to_owned());
    let old = file(&vault, 1);
    vault.commit(TABLE, &Change { removed: vec![], added: vec![old.clone()] }, None, None).await.unwrap();
    let never_committed = file(&vault, 2);
    age(directory.path());
    let new = file(&vault, 3);
    let version =
        vault.commit(TABLE, &Change { removed: vec![old.clone()], added: vec![new.clone()] }, None, None).await;
    let present = [vault.snapshot(TABLE, version.unwrap().version).await.unwrap()];

    assert_eq!(vault.delete_unnamed_files(&present).unwrap(), 1);
    assert!(!is_there(&never_committed.path) && is_there(&old.path), "a reader of the last version still has its file");
    age(directory.path());
    assert_eq!(vault.delete_unnamed_files(&present).unwrap(), 1);
    assert!(!is_there(&old.path) && is_there(&new.path));
}

#[test]
fn maps_that_are_named_or_young_stay() {
    let directory = tempfile::tempdir().unwrap();
    let vault = Vault::at(directory.path().to_owned());
    vault.delete_unnamed_maps(&HashSet::new()).unwrap();
    let map = |number: i64| directory.path().join(format!("identity/{number:012}.map"));
    std::fs::create_dir(directory.path().join("identity")).unwrap();
    for number in 1..=2 {
        std::fs::write(map(number), "x").unwrap();
    }
    age(directory.path());
    std::fs::write(map(3), "x").unwrap();
    vault.delete_unnamed_maps(&HashSet::from(["identity/000000000002.map".to_owned()])).unwrap();
    assert!(!is_there(&map(1)) && is_there(&map(2)) && is_there(&map(3)));
}

#[tokio::test]
async fn what_no_commit_took_goes_with_the_vault_that_wrote_it() {
    let directory = tempfile::tempdir().unwrap();
    let vault = Vault::at(directory.path().to_owned());
    let [taken, left] = [file(&vault, 1), file(&vault, 2)];
    let begun = vault.create_file(TABLE, &["aipl@1", "brand", "000-255"]).unwrap();
    vault.commit(TABLE, &Change { removed: vec![], added: vec![taken.clone()] }, None, None).await.unwrap();
    let clone = vault.clone();
    drop(vault);
    assert!(is_there(&left.path), "a clone may yet commit it");
    drop((clone, begun));
    assert!(is_there(&taken.path) && !is_there(&left.path));
    let data = || std::fs::read_dir(taken.path.parent().unwrap()).unwrap().count();
    assert_eq!(data(), 1, "the file that was begun is gone too");
}

#[tokio::test]
async fn a_table_whose_first_entry_was_never_written_is_made_by_the_next_commit() {
    let directory = tempfile::tempdir().unwrap();
    let vault = Vault::at(directory.path().to_owned());
    // Killed, or out of room, before the first log entry had its name.
    let log = directory.path().join("stage_days/_delta_log");
    std::fs::create_dir_all(&log).unwrap();
    std::fs::write(log.join(format!("{:020}.json.unfinished", 0)), "{\"protocol").unwrap();
    assert_eq!(vault.take_back(TABLE, None).await.unwrap(), None);
    let added = vec![file(&vault, 1)];
    let version =
        vault.commit(TABLE, &Change { removed: vec![], added: added.clone() }, None, None).await.unwrap().version;
    assert_eq!(names(&vault.snapshot(TABLE, version).await.unwrap().files), names(&added));
}

#[tokio::test]
async fn a_checkpoint_keeps_all_that_the_log_said_of_a_file() {
    let directory = tempfile::tempdir().unwrap();
    let vault = Vault::at(directory.path().join("vault"));
    let mut content = String::new();
    for number in 0..60 {
        let change = Change { added: vec![file(&vault, number)], removed: Vec::new() };
        content = vault.commit(TABLE, &change, None, None).await.unwrap().content;
    }
    let before = vault.snapshot(TABLE, 60).await.unwrap();
    assert_eq!(before.content_name(), content);
    vault.checkpoint(TABLE, 60).await.unwrap();
    age(directory.path());
    vault.shorten_log(TABLE, 60).unwrap();
    assert!(!is_there(&vault.log_directory(TABLE).join("00000000000000000003.json")), "the checkpoint stands for it");
    let after = vault.snapshot(TABLE, 60).await.unwrap();
    assert!(after.files.iter().all(|file| file.sums.is_some()));
    assert_eq!(after.content_name(), content);
    // What takes commits back names the same files again.
    let change = Change { added: vec![file(&vault, 99)], removed: before.files.clone() };
    vault.commit(TABLE, &change, None, Some(&content)).await.unwrap();
    let version = vault.take_back(TABLE, Some(60)).await.unwrap().unwrap();
    assert_eq!(vault.snapshot(TABLE, version).await.unwrap().content_name(), content);
}

#[tokio::test]
async fn nothing_is_built_on_a_log_that_says_something_else() {
    let directory = tempfile::tempdir().unwrap();
    let vault = Vault::at(directory.path().join("vault"));
    let change = Change { added: vec![file(&vault, 1)], removed: Vec::new() };
    let content = vault.commit(TABLE, &change, None, None).await.unwrap().content;
    let entry = vault.log_directory(TABLE).join("00000000000000000001.json");
    let text = std::fs::read_to_string(&entry).unwrap();
    let fewer = text.replace(r#"\"numRecords\":1"#, r#"\"numRecords\":2"#);
    assert_ne!(text, fewer);
    std::fs::write(&entry, fewer).unwrap();
    let more = Change { added: vec![file(&vault, 2)], removed: Vec::new() };
    let error = vault.commit(TABLE, &more, None, Some(&content)).await.unwrap_err();
    assert!(error.to_string().contains("_delta_log is damaged"), "{error}");
}
