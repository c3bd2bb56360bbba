//! `kill -9` at any moment of a back-up or a restore.

use std::fs;
use std::process::Stdio;
use std::time::{Duration, Instant};

use super::{assert_sound, backup, cases, files, restore, said, shop};
use crate::numbers::Numbers;
use crate::{Finished, Place};

/// Runs a command and ends it by force after a time; none when it ended by itself.
fn killed(place: &Place, args: &[&str], after: Duration) -> Option<()> {
    let mut command = place.command(args);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let begun = Instant::now();
    // The moment is what this is about, not a wait for something.
    while begun.elapsed() < after {
        std::thread::park_timeout(after.saturating_sub(begun.elapsed()));
    }
    let ended = child.try_wait().unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    ended.is_none().then_some(())
}

/// Moments over all of a run and a little more.
fn moments(numbers: &mut Numbers, whole: Duration, count: u64) -> Vec<Duration> {
    let most = whole.as_micros() as u64 * 11 / 10;
    (0..count).map(|_| Duration::from_micros(numbers.below(most.max(1)))).collect()
}

#[test]
fn a_restore_killed_at_any_moment_refuses_or_is_whole_and_goes_on_to_the_same_end() {
    let place = shop();
    let right = said(&place);
    backup(&place, "backups");
    let from = place.path("backups");
    let args = ["restore", "--from", from.to_str().unwrap()];
    let begun = Instant::now();
    let clean = place.beside("clean");
    assert_eq!(clean.run(args).code, Some(0));
    let whole = begun.elapsed();
    let expected = files(&clean.data.join("vaults"));

    let mut numbers = Numbers(17);
    let mut cut_short = 0;
    let count = cases(10, 66);
    for (case, after) in moments(&mut numbers, whole, count).into_iter().enumerate() {
        let other = place.beside(&format!("killed{case}"));
        let mut done = killed(&other, &args, after).is_none();
        // Killed again while it goes on, now and then.
        if case % 3 == 0 && !done {
            done = killed(&other, &args, after / 2).is_none();
        }
        let asked = other.run(["brand", "list"]);
        let Finished { code, stderr, .. } = &asked;
        match code {
            Some(0) => {}
            Some(1) => {
                cut_short += 1;
                assert!(stderr.contains("was cut short, so it is not whole"), "{after:?}: {asked:?}");
            }
            // Nothing was written yet.
            _ => assert!(
                !done && (stderr.contains("there is no data directory") || files(&other.data).is_empty()),
                "{asked:?}"
            ),
        }
        if *code != Some(0) || !other.data.join("vaults").is_dir() {
            if other.data.join("catalog.sqlite").is_file() && !other.data.join("restoring.json").is_file() {
                // `brand list` in a directory that held nothing made an empty installation of it.
                fs::remove_dir_all(&other.data).unwrap();
            }
            let finished = restore(&other, "backups");
            assert_eq!(finished.code, Some(0), "{after:?}: {finished:?}");
        }
        assert!(files(&other.data.join("vaults")) == expected, "{after:?}");
        assert_sound(&other);
        if case % 5 == 0 {
            assert_eq!(said(&other), right, "{after:?}");
        }
        fs::remove_dir_all(&other.data).unwrap();
    }
    assert!(cut_short > 0, "no kill met a restore at work");
}

#[test]
fn a_backup_killed_at_any_moment_leaves_no_half_one_and_the_next_is_whole() {
    let place = shop();
    let right = said(&place);
    let to = place.path("backups");
    let args = ["backup", "--to", to.to_str().unwrap()];
    let begun = Instant::now();
    assert_eq!(place.run(args).code, Some(0));
    let whole = begun.elapsed();
    fs::remove_dir_all(&to).unwrap();

    let mut numbers = Numbers(18);
    let count = cases(10, 66);
    let mut met = 0;
    for (case, after) in moments(&mut numbers, whole, count).into_iter().enumerate() {
        // Every other time a whole one is there already.
        if case % 2 == 1 {
            backup(&place, "backups");
        }
        met += u64::from(killed(&place, &args, after).is_some());
        let other = place.beside("restored");
        let found = restore(&other, "backups");
        match found.code {
            Some(0) => assert_sound(&other),
            _ => assert!(case % 2 == 0 && found.code == Some(2), "{after:?}: {found:?}"),
        }
        fs::remove_dir_all(&other.data).ok();
        assert_sound(&place);
        if case % 4 == 0 {
            backup(&place, "backups");
            assert_eq!(restore(&other, "backups").code, Some(0));
            assert_eq!(said(&other), right, "{after:?}");
            fs::remove_dir_all(&other.data).unwrap();
        }
        let names: Vec<_> = fs::read_dir(&to).into_iter().flatten().map(|entry| entry.unwrap().file_name()).collect();
        let unfinished = names.iter().filter(|name| name.to_string_lossy().contains("unfinished")).count();
        assert!(unfinished <= 1, "{names:?}");
        fs::remove_dir_all(&to).ok();
        assert!(!place.data.join("backing-up").join("x").try_exists().unwrap());
    }
    assert!(met > 0, "no kill met a back-up at work");
}
