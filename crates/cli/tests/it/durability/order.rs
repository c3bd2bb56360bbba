//! The order of writes, from the calls that the real binary made.

use serde_json::Value;

use super::disk::{Disk, Loss, listing};
use super::shim::Shim;
use super::trace::Change;
use super::{Before, Deed};

/// The data files that a Delta log entry brings in, as paths below the data directory.
fn named_files(entry: &str, text: &[u8]) -> Vec<String> {
    let (table, _) = entry.split_once("/_delta_log/").unwrap();
    let text = std::str::from_utf8(text).unwrap();
    let actions = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    actions.filter_map(|action| Some(format!("{table}/{}", action["add"]["path"].as_str()?))).collect()
}

/// What need not last: it belongs to the run that is under way, or is a copy of what a log says.
fn is_scratch(path: &str) -> bool {
    path.contains("/scratch-") || path.contains('#') || path.ends_with("/_delta_log/_files")
}

fn assert_order(deed: Deed) {
    let shim = Shim::new();
    let before = Before::new(deed);
    let data = before.data();
    let mut disk = Disk::of(data.path());
    let (finished, trace) = shim.trace(data.command(deed.arguments()), data.path());
    assert_eq!(finished.code, Some(0), "{finished:?}");

    let (mut entries, mut files, mut published, mut told) = (Vec::new(), 0, false, false);
    for call in &trace.calls {
        match &call.change {
            // A log entry gets its name: whatever it names must last by now.
            Change::Link(from, to) | Change::Rename(from, to)
                if to.contains("/_delta_log/") && to.strip_suffix(".json").is_some() =>
            {
                for file in named_files(to, disk.bytes(from)) {
                    assert!(disk.lasts(&file), "{file} is named by {to} before it lasts");
                    files += 1;
                }
                entries.push(to.clone());
            }
            // The catalog is told: whatever it may name must last by now.
            Change::Write(path, ..) if path == "catalog.sqlite-wal" && !entries.is_empty() && !published => {
                published = true;
                for entry in &entries {
                    assert!(disk.lasts(entry), "{entry} is published before it lasts");
                }
                for (path, _) in disk.after(Loss::Nothing) {
                    let is_index = path.contains("/index/") || path.contains("/identity/");
                    assert!(!is_index || is_scratch(&path) || disk.lasts(&path), "{path} is published before it lasts");
                }
            }
            // The user is told: all must last by now.
            Change::Output if !told => {
                told = true;
                assert!(published, "it was told before it was published");
                for (path, _) in disk.after(Loss::Nothing) {
                    let counts = path.starts_with("vaults/") || path.starts_with("catalog.sqlite");
                    assert!(!counts || is_scratch(&path) || disk.lasts(&path), "{path} does not last when all is told");
                }
            }
            _ => {}
        }
        disk.apply(call);
    }
    assert!(told && entries.len() >= 2 && files >= 2, "{} entries, {files} files", entries.len());
    // Nothing was changed that the shim did not see.
    assert!(disk.after(Loss::Nothing) == listing(data.path()), "the calls do not explain what is there");
}

#[test]
fn a_deposit_syncs_files_then_entries_then_the_catalog_and_only_then_says_so() {
    assert_order(Deed::Deposit);
}

#[test]
fn a_switch_of_rules_syncs_files_then_entries_then_the_catalog_and_only_then_says_so() {
    assert_order(Deed::Rules);
}

#[test]
fn a_compaction_syncs_files_then_entries_then_the_catalog_and_only_then_says_so() {
    assert_order(Deed::Compact);
}
