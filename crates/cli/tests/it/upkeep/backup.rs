//! Back-ups beside running deposits, and what they hold.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;

use serde_json::Value;

use super::{SIZES, Said, assert_sound, backup, doctor, files, restore, said, shop};
use crate::Place;
use crate::one_state::{import, rows, write};
use crate::serve::Serving;

#[test]
fn a_backup_beside_running_deposits_restores_to_what_was_said_at_its_version() {
    let place = Place::with_brand();
    let rows = rows(3000);
    for (number, part) in rows.chunks(250).enumerate() {
        write(&place, &format!("in{number}"), "rows.csv", part);
    }
    import(&place, "in0", SIZES);
    let serving = Serving::start(&place);
    // What the brand says at each version, told by the one that deposits.
    let mut told: BTreeMap<i64, Said> = BTreeMap::new();
    let mut taken: Vec<Value> = Vec::new();
    std::thread::scope(|scope| {
        let depositing = scope.spawn(|| {
            let mut told = BTreeMap::new();
            for number in 1..12 {
                import(&place, &format!("in{number}"), SIZES);
                let said = said(&place);
                let version = said.answers[0]["vault_version"].as_i64().unwrap();
                // A compaction of the server's own may come between two questions.
                if said.answers.iter().take(3).all(|answer| answer["vault_version"] == version) {
                    told.insert(version, said);
                }
            }
            told
        });
        while !depositing.is_finished() {
            taken.push(backup(&place, "backups"));
        }
        taken.push(backup(&place, "backups"));
        told = depositing.join().unwrap();
    });
    assert_sound(&place);
    assert_eq!(serving.end("TERM").code, Some(0));

    assert!(taken.len() > 2, "deposits ended before a back-up began");
    let versions: Vec<i64> =
        taken.iter().map(|backup| backup["brands"][0]["vault_version"].as_i64().unwrap()).collect();
    assert!(versions.is_sorted() && versions.last() >= Some(&12), "{versions:?}");
    // The last, and some that were taken in between.
    let mut restored = 0;
    for (number, backup) in taken.iter().enumerate().rev().step_by(taken.len().div_ceil(4)) {
        let Some(expected) = told.get(&versions[number]) else { continue };
        let other = place.beside(&format!("restored{number}"));
        let finished = restore(&other, backup["backup"].as_str().unwrap());
        assert_eq!(finished.code, Some(0), "{finished:?}");
        assert_eq!(said(&other), *expected, "version {}", versions[number]);
        assert_sound(&other);
        restored += 1;
    }
    assert!(restored > 0);
}

#[test]
fn a_restored_directory_holds_the_same_files_and_takes_deposits() {
    let place = shop();
    let before = said(&place);
    let taken = backup(&place, "backups");
    let other = place.beside("restored");
    assert_eq!(restore(&other, "backups").code, Some(0));
    let (ours, theirs) = (files(&place.data.join("vaults")), files(&other.data.join("vaults")));
    // Files of versions before lie on in ours for a day.
    assert!(
        theirs.len() > 30 && theirs.iter().all(|(name, bytes)| ours.get(name) == Some(bytes)),
        "{:?}",
        theirs.keys()
    );
    assert_eq!(said(&other), before);
    assert_sound(&other);
    assert_eq!(taken["brands"][0]["brand"], "acme");
    // What was deposited is known there: nothing counts twice.
    let again = import(&other, "in0", SIZES);
    assert_eq!((&again["accepted"], &again["duplicate"]), (&0.into(), &600.into()));
    let actions = |place: &Place| -> Vec<String> {
        let entries = place.json(&["audit"]);
        entries.as_array().unwrap().iter().map(|entry| entry["action"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(actions(&place).first().map(String::as_str), Some("backup"));
    assert!(actions(&other).contains(&"restore".to_owned()));
    assert_eq!(other.json(&["audit", "verify"])["whole"], true);
}

#[test]
fn what_did_not_change_is_linked_to_the_backup_before() {
    let place = shop();
    let first = backup(&place, "backups");
    let second = backup(&place, "backups");
    assert_eq!(first["bytes"], first["copied_bytes"]);
    assert!(second["copied_bytes"].as_u64() < first["copied_bytes"].as_u64(), "{second}");
    let path = |backup: &Value| place.path("x").join(backup["backup"].as_str().unwrap());
    let events = |backup: &Value| {
        let all = files(&path(backup).join("vaults/acme/events"));
        let name = all.keys().find(|name| name.extension().is_some_and(|e| e == "parquet")).unwrap().clone();
        path(backup).join("vaults/acme/events").join(name)
    };
    assert_eq!(fs::metadata(events(&first)).unwrap().ino(), fs::metadata(events(&second)).unwrap().ino());
    // The first may go: the second is whole without it.
    fs::remove_dir_all(path(&first)).unwrap();
    let other = place.beside("restored");
    assert_eq!(restore(&other, "backups").code, Some(0));
    assert_eq!(said(&other), said(&place));
    // A damaged earlier one does not pass its damage on.
    let damaged = events(&second);
    let mut bytes = fs::read(&damaged).unwrap();
    bytes[40] ^= 1;
    fs::write(&damaged, bytes).unwrap();
    backup(&place, "backups");
    let third = place.beside("restored-again");
    assert_eq!(restore(&third, "backups").code, Some(0));
    assert_sound(&third);
}

#[test]
fn one_brand_of_several_is_backed_up_alone() {
    let place = shop();
    assert_eq!(place.run(["brand", "add", "other"]).code, Some(0));
    let to = place.path("backups");
    place.json(&["backup", "--to", to.to_str().unwrap(), "--brand", "acme"]);
    let restored = place.beside("restored");
    assert_eq!(restore(&restored, "backups").code, Some(0));
    let brands = restored.json(&["brand", "list"]);
    assert_eq!(brands.as_array().unwrap().len(), 1, "{brands}");
    assert_eq!(said(&restored), said(&place));
    assert_sound(&restored);
    let unknown = place.run(["backup", "--to", "backups", "--brand", "nobody", "--quiet"]);
    unknown.refused(2, "there is no brand nobody");
}

#[test]
fn a_backup_refuses_places_that_are_none() {
    let place = shop();
    place.run(["backup", "--to", "data/backups", "--quiet"]).refused(2, "lies inside the data directory");
    assert!(!place.data.join("backups").try_exists().unwrap());
    let other = place.beside("other");
    assert_eq!(other.run(["brand", "add", "acme"]).code, Some(0));
    place.run(["backup", "--to", "other", "--quiet"]).refused(2, "is a data directory");
}

#[test]
fn a_damaged_file_is_in_no_backup() {
    let place = shop();
    let vault = place.data.join("vaults/acme");
    let name = files(&vault)
        .into_keys()
        .find(|name| name.starts_with("events") && name.extension().is_some_and(|e| e == "parquet"));
    let path = vault.join(name.unwrap());
    let mut bytes = fs::read(&path).unwrap();
    bytes[100] ^= 4;
    fs::write(&path, bytes).unwrap();
    let refused = place.run(["backup", "--to", "backups", "--quiet"]);
    refused.refused(1, &format!("{} is damaged: bytes 0 to", path.display()));
    // It leaves nothing that would be taken for a back-up, and nothing aside.
    restore(&place.beside("restored"), "backups").refused(2, "holds no whole back-up");
    assert_eq!(doctor(&place, &[]).0, Some(1));
    assert!(fs::read_dir(place.data.join("backing-up")).map_or(0, Iterator::count) == 0);
}
