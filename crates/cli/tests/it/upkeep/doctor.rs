//! What the doctor finds, and that what it prints mends it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use super::{Said, assert_sound, backup, doctor, files, restore, said, shop};
use crate::serve::Serving;
use crate::{Place, finish};

/// The one finding about a file, which bears all four texts.
#[track_caller]
fn finding(place: &Place, ending: &str) -> Value {
    let (_, found) = doctor(place, &[]);
    let about: Vec<&Value> = found["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| finding["path"].as_str().unwrap().ends_with(ending))
        .collect();
    assert_eq!(about.len(), 1, "{ending}: {found:#}");
    for text in ["found", "means", "mend"] {
        assert!(about[0][text].as_str().is_some_and(|text| !text.is_empty()), "{found:#}");
    }
    about[0].clone()
}

/// Runs what the doctor printed, in a shell.
fn mend(place: &Place, finding: &Value, backups: &str) {
    let program = PathBuf::from(env!("CARGO_BIN_EXE_databank"));
    let text = finding["mend"].as_str().unwrap().replace("DIRECTORY_OF_BACKUPS", backups);
    let mut command = place.command([""]);
    let environment: Vec<_> =
        command.get_envs().filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned()))).collect();
    command = Command::new("/bin/sh");
    let path = format!("{}:/usr/bin:/bin", program.parent().unwrap().display());
    command.env_clear().envs(environment).env("PATH", path).current_dir(place.directory.path()).args(["-c", &text]);
    let finished = finish(command);
    assert_eq!(finished.code, Some(0), "{text}: {finished:?}");
}

/// The first stored file of a part of the vault.
fn a_file(place: &Place, part: &str, ending: &str) -> PathBuf {
    let vault = place.data.join("vaults/acme");
    let of_part = |name: &PathBuf| {
        let text = name.to_string_lossy();
        text.starts_with(part)
            && text.ends_with(ending)
            && (part.contains("_delta_log") || !text.contains("_delta_log"))
    };
    let newest = doctor(place, &[]).1;
    assert_eq!(
        newest["findings"].as_array().map(|all| all.iter().filter(|f| f["severity"] == "damage").count()),
        Some(0)
    );
    let names: Vec<PathBuf> = files(&vault).into_keys().filter(of_part).collect();
    // Files of earlier versions lie there for a day: one that the newest names is found by what its loss says.
    for name in names.into_iter().rev() {
        let path = vault.join(&name);
        let aside = place.path("aside");
        fs::rename(&path, &aside).unwrap();
        let (code, _) = doctor(place, &[]);
        fs::rename(&aside, &path).unwrap();
        if code == Some(1) {
            return path;
        }
    }
    panic!("no file of {part} is named");
}

fn flip(path: &PathBuf, at: usize) {
    let mut bytes = fs::read(path).unwrap();
    let at = if path.extension().is_some_and(|ending| ending == "json") {
        // Of a log entry a byte that says something: how many rows a file has.
        let text = String::from_utf8_lossy(&bytes).into_owned();
        text.find("numRecords").unwrap() + "numRecords\\\":".len()
    } else {
        at.min(bytes.len() - 1)
    };
    bytes[at] ^= 1;
    fs::write(path, bytes).unwrap();
}

#[test]
fn a_whole_installation_is_found_sound_also_through_a_server() {
    let place = shop();
    assert_sound(&place);
    let serving = Serving::start(&place);
    assert_sound(&place);
    let text = place.run(["doctor"]);
    assert_eq!(text.code, Some(0));
    assert!(text.stdout.contains("looked at 1 brand and ") && text.stdout.contains(": 0 damage"), "{text:?}");
    backup(&place, "backups");
    assert_eq!(serving.end("TERM").code, Some(0));
    assert_sound(&place);
    let actions = place.json(&["audit"]);
    let actions: Vec<&str> =
        actions.as_array().unwrap().iter().map(|entry| entry["action"].as_str().unwrap()).collect();
    assert_eq!(actions.iter().filter(|action| **action == "doctor").count(), 4, "{actions:?}");
}

#[test]
fn what_is_derived_from_events_is_mended_by_the_rebuild_that_is_printed() {
    let place = shop();
    let before = without_versions(&said(&place));
    for table in ["stages", "stage_days"] {
        for (part, ending, gone) in [(table, ".parquet", false), (table, ".parquet", true), ("log", ".json", false)] {
            let part = if part == "log" { format!("{table}/_delta_log") } else { part.to_owned() };
            let path = a_file(&place, &part, ending);
            if gone {
                fs::remove_file(&path).unwrap();
            } else {
                flip(&path, 60);
            }
            let told = if part.ends_with("_delta_log") { "_delta_log" } else { path.to_str().unwrap() };
            let found = finding(&place, told);
            assert_eq!((&found["severity"], &found["brand"]), (&"damage".into(), &"acme".into()));
            mend(&place, &found, "");
            assert_sound(&place);
            assert_eq!(without_versions(&said(&place)), before, "{table} {ending}");
        }
    }
}

/// A rebuild is a version of its own.
fn without_versions(said: &Said) -> Said {
    let mut said = said.clone();
    for answer in &mut said.answers {
        if let Some(version) = answer.get_mut("vault_version") {
            *version = Value::Null;
        }
    }
    said
}

#[test]
fn what_is_not_derived_is_mended_by_the_restore_that_is_printed() {
    let place = shop();
    let before = said(&place);
    backup(&place, "backups");
    let backups = place.path("backups");
    let restored = Place { data: place.path("data-restored"), ..place.beside("x") };
    for (part, ending) in [
        ("events", ".parquet"),
        ("profiles", ".parquet"),
        ("masters", ".parquet"),
        ("rejects", ".parquet"),
        ("identity_log", ".parquet"),
        ("events/_delta_log", ".json"),
        ("index", ".run"),
        ("identity", ".map"),
    ] {
        let path = a_file(&place, part, ending);
        let whole = fs::read(&path).unwrap();
        flip(&path, 100);
        let told = if part.ends_with("_delta_log") { "events/_delta_log" } else { path.to_str().unwrap() };
        let found = finding(&place, told);
        assert_eq!(found["severity"], "damage");
        mend(&place, &found, backups.to_str().unwrap());
        assert_sound(&restored);
        assert_eq!(said(&restored), before, "{part}");
        fs::remove_dir_all(&restored.data).unwrap();
        fs::write(&path, whole).unwrap();
    }
    // The catalog: nothing opens, but the doctor.
    let catalog = place.data.join("catalog.sqlite");
    flip(&catalog, 5000);
    place.run(["brand", "list"]).refused(1, "catalog.sqlite is damaged: its bytes are not those that were there");
    let found = finding(&place, "catalog.sqlite");
    mend(&place, &found, backups.to_str().unwrap());
    assert_eq!(said(&restored), before);
}

#[test]
fn what_lies_open_or_belongs_to_nobody_is_told_with_the_command() {
    let place = shop();
    fs::set_permissions(&place.data, fs::Permissions::from_mode(0o755)).unwrap();
    fs::create_dir_all(place.data.join("vaults/gone/events")).unwrap();
    fs::write(place.data.join("vaults/acme/events/notes.txt"), "mine").unwrap();
    fs::write(place.data.join("core 12"), "dump").unwrap();
    let (code, found) = doctor(&place, &[]);
    assert_eq!(code, Some(0), "nothing is damaged: {found:#}");
    let data = place.data.to_str().unwrap().to_owned();
    for (ending, severity) in
        [(data.as_str(), "warning"), ("vaults/gone", "warning"), ("notes.txt", "note"), ("core 12", "note")]
    {
        let found = finding(&place, ending);
        assert_eq!(found["severity"], severity, "{found:#}");
        mend(&place, &found, "");
    }
    let (_, found) = doctor(&place, &[]);
    let left = found["findings"].as_array().unwrap().iter().filter(|finding| !finding["mend"].is_null()).count();
    assert_eq!(left, 0, "{found:#}");
}

#[test]
fn a_wrong_key_is_told_as_such() {
    let place = shop();
    fs::write(place.path("other.key"), format!("{:064x}\n", 0x1234_5678_9abc_u64)).unwrap();
    fs::set_permissions(place.path("other.key"), fs::Permissions::from_mode(0o600)).unwrap();
    let finished = place.run(["doctor", "--format", "json", "--key-file", "other.key"]);
    assert_eq!(finished.code, Some(1));
    let found: Value = serde_json::from_str(&finished.stdout).unwrap();
    let text = found["findings"][0]["found"].as_str().unwrap();
    assert!(text.contains("fingerprint"), "{found:#}");
    assert!(found["findings"][0]["mend"].as_str().unwrap().contains("--key-file FILE"), "{found:#}");
    // The same installation, its key given, is well.
    assert_sound(&place);
    restore(&place.beside("x"), "nowhere").refused(2, "there is no back-up");
}
