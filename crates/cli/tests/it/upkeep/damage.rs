//! Damage of every kind in every kind of stored file: it is found and named, and no answer is wrong.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{Said, cases, doctor, files, is_long, said, shop};
use crate::numbers::Numbers;
use crate::one_state::people;
use crate::{Finished, Place};

/// A change of a file's bytes.
#[derive(Debug, Clone, Copy)]
enum Damage {
    Flip { at: usize, bit: u8 },
    Truncate { at: usize },
    Zero { page: usize },
}

impl Damage {
    fn any(numbers: &mut Numbers, length: usize) -> Self {
        let at = numbers.below(length as u64) as usize;
        match numbers.below(4) {
            0 => Self::Truncate { at },
            1 => Self::Zero { page: at / 4096 },
            _ => Self::Flip { at, bit: numbers.below(8) as u8 },
        }
    }

    /// The damaged bytes; none when they are the same.
    fn done_to(self, whole: &[u8]) -> Option<Vec<u8>> {
        let mut bytes = whole.to_vec();
        match self {
            Self::Flip { at, bit } => bytes[at] ^= 1 << bit,
            Self::Truncate { at } => bytes.truncate(at),
            Self::Zero { page } => {
                let end = bytes.len().min(page * 4096 + 4096);
                bytes[page * 4096..end].fill(0);
            }
        }
        (bytes != whole).then_some(bytes)
    }
}

/// Which kind of file it is: all kinds are damaged, however few files one has.
fn kind(name: &Path) -> String {
    let parts: Vec<String> = name.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    let ending = name.extension().map(|ending| ending.to_string_lossy().into_owned()).unwrap_or_default();
    match parts.as_slice() {
        [vaults, _, table, log, _] if vaults == "vaults" && log == "_delta_log" => format!("{table} log {ending}"),
        [vaults, _, index, run] if vaults == "vaults" && index == "index" => {
            format!("index {}", run.split('-').next().unwrap_or_default())
        }
        [vaults, _, table, ..] if vaults == "vaults" => format!("{table} {ending}"),
        _ => parts.join("/"),
    }
}

/// Asks everything, or in a short run every other question by turns. Each answer must be right, or an error that names a file and prints no result.
fn ask(place: &Place, right: &Said, what: &str) -> usize {
    let mut wrong = 0;
    let turns = if is_long() { 1 } else { 2 };
    for (question, answer) in super::QUESTIONS.iter().zip(&right.answers).skip(what.len() % turns).step_by(turns) {
        let finished = place.run(question.iter().chain(&["--format", "json", "--quiet"]));
        match finished.code {
            Some(0) => {
                let said: Value = serde_json::from_str(&finished.stdout).unwrap();
                assert_eq!(said, *answer, "{what}: {question:?}");
            }
            _ => {
                wrong += 1;
                assert_names_a_file(&finished, what);
            }
        }
    }
    wrong
}

#[track_caller]
fn assert_names_a_file(finished: &Finished, what: &str) {
    assert_eq!(finished.stdout, "", "{what}: {finished:?}");
    assert!(finished.stderr.contains("data/") && !finished.stderr.contains("panicked"), "{what}: {finished:?}");
}

/// What the doctor must say: a damage of this file, or of the log that it is part of. A byte of a log entry that says nothing of any
/// file, such as which program wrote it, is no damage to what is stored: then the doctor says so, and every answer must be right.
/// Returns whether there is damage.
#[track_caller]
fn assert_doctor_names(place: &Place, name: &Path, what: &str) -> bool {
    let (code, found) = doctor(place, &[]);
    if code == Some(0) && what.contains("_delta_log") {
        return false;
    }
    assert_eq!(code, Some(1), "{what}: {found:#}");
    let path = place.data.join(name);
    let told = found["findings"].as_array().unwrap().iter().any(|finding| {
        let about = finding["path"].as_str().unwrap();
        let within = path.starts_with(about) && about != place.data.to_str().unwrap();
        finding["severity"] == "damage" && within && finding["mend"].is_string()
    });
    assert!(told, "{what}: {found:#}");
    true
}

/// Files that the newest version does not name are nobody's loss: they lie there for readers of the version before.
fn named(place: &Place) -> BTreeMap<PathBuf, Vec<u8>> {
    let to = place.path("named");
    place.json(&["backup", "--to", to.to_str().unwrap()]);
    let backup = fs::read_dir(&to).unwrap().map(|e| e.unwrap().path()).find(|p| p.is_dir()).unwrap();
    let of_backup = files(&backup);
    files(&place.data)
        .into_iter()
        .filter(|(name, _)| of_backup.contains_key(name) || name.ends_with("catalog.seal"))
        .collect()
}

#[test]
fn damage_of_every_kind_of_file_is_found_named_and_never_served() {
    let place = shop();
    let all = named(&place);
    let right = said(&place);
    let all: BTreeMap<PathBuf, Vec<u8>> =
        all.into_keys().map(|name| (name.clone(), fs::read(place.data.join(&name)).unwrap())).collect();
    let mut by_kind: BTreeMap<String, Vec<&PathBuf>> = BTreeMap::new();
    for (name, bytes) in &all {
        if !bytes.is_empty() {
            by_kind.entry(kind(name)).or_default().push(name);
        }
    }
    assert!(by_kind.len() >= 21, "{:?}", by_kind.keys());
    let mut numbers = Numbers(20_261_127);
    let mut refused = 0;
    for (kind, names) in &by_kind {
        for case in 0..cases(1, 500) {
            let name = names[numbers.below(names.len() as u64) as usize];
            let whole = &all[name];
            let damage = Damage::any(&mut numbers, whole.len());
            let Some(bytes) = damage.done_to(whole) else { continue };
            let what = format!("{kind}, case {case}: {damage:?} of {}", name.display());
            fs::write(place.data.join(name), bytes).unwrap();
            let is_damage = assert_doctor_names(&place, name, &what);
            let now = ask(&place, &right, &what);
            assert!(is_damage || now == 0, "{what}: {now} questions were refused");
            refused += now;
            fs::write(place.data.join(name), whole).unwrap();
            // An owner that opened a whole catalog may have written to it: the doctor's own entry in the audit log.
            if is_long() && !kind.starts_with("catalog") {
                assert_eq!(people(&place), right.people, "{what}: mended");
            }
            for catalog in ["catalog.sqlite", "catalog.seal"] {
                fs::write(place.data.join(catalog), &all[Path::new(catalog)]).unwrap();
            }
        }
    }
    // Of a short run\'s questions every other one.
    assert!(refused > by_kind.len() / 3, "damage that no question meets: {refused}");
}

#[test]
fn a_file_in_anothers_place_is_found() {
    let place = shop();
    let all = named(&place);
    let right = said(&place);
    let mut by_kind: BTreeMap<String, Vec<&PathBuf>> = BTreeMap::new();
    for name in all.keys().filter(|name| name.starts_with("vaults")) {
        by_kind.entry(kind(name)).or_default().push(name);
    }
    let mut swapped = 0;
    for (kind, names) in by_kind.iter().filter(|(kind, _)| cases(0, 1) > 0 || kind.len() % 2 == 0) {
        let [one, .., other] = names.as_slice() else { continue };
        if all[*one] == all[*other] || other.ends_with("_last_checkpoint") {
            continue;
        }
        let (one_path, other_path) = (place.data.join(one), place.data.join(other));
        fs::write(&one_path, &all[*other]).unwrap();
        fs::write(&other_path, &all[*one]).unwrap();
        let what = format!("{kind}: {} and {} swapped", one.display(), other.display());
        let is_damage = assert_doctor_names(&place, other, &what);
        let refused = ask(&place, &right, &what);
        assert!(is_damage || refused == 0, "{what}: {refused} questions were refused");
        fs::write(&one_path, &all[*one]).unwrap();
        fs::write(&other_path, &all[*other]).unwrap();
        swapped += 1;
    }
    assert!(swapped > 3, "{swapped}");
    assert_eq!(people(&place), right.people);
}
