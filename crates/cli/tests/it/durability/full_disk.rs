//! A disk that is full: small real file systems as the data directory.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use super::collected::{Outcome, Shop};
use super::{Copied, Deed, tell};
use crate::Place;
use crate::one_state::{HEADER, MAPPING, rows};
use crate::serve::Serving;

/// A mounted file system, until it is dropped.
struct Mounted(PathBuf);

impl Mounted {
    /// Mounts one; `None`, told on standard error, where this process may not.
    #[expect(clippy::print_stderr, reason = "a skipped test says so loudly")]
    fn new(arguments: &[&str], at: &Path) -> Option<Self> {
        fs::create_dir_all(at).unwrap();
        let mounted = Command::new("mount").args(arguments).arg(at).stdin(Stdio::null()).output();
        match mounted {
            Ok(output) if output.status.success() => Some(Self(at.to_owned())),
            outcome => {
                eprintln!("SKIPPED: a file system cannot be mounted here ({arguments:?}): {outcome:?}");
                None
            }
        }
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        let unmounted = Command::new("umount").arg(&self.0).status();
        assert!(unmounted.is_ok_and(|status| status.success()) || thread::panicking(), "{} stays", self.0.display());
    }
}

/// Takes all the room that there is.
fn fill(ballast: &Path) {
    let mut file = fs::File::create(ballast).unwrap();
    for size in [1 << 16, 1 << 12, 1] {
        let block = vec![1_u8; size];
        while file.write_all(&block).is_ok() {}
    }
    file.sync_all().ok();
}

fn deposits_after_room_was_made(place: &Place) {
    let own = || Copied { place, data: place.data.clone() };
    fs::write(place.path("mixed.toml"), MAPPING).unwrap();
    let all = rows(1200);
    for (folder, rows) in [("first", &all[..500]), ("second", &all[500..])] {
        fs::create_dir(place.path(folder)).unwrap();
        fs::write(place.path(folder).join("rows.csv"), HEADER.to_owned() + &rows.concat()).unwrap();
    }
    assert_eq!(place.run(["brand", "add", "acme"]).code, Some(0));
    assert_eq!(place.run(["import", "--brand=acme", "--mapping=mixed.toml", "first"]).code, Some(0));
    let key = place.json(&["key", "create", "--brand=acme", "--kind=api"]);
    let key = key["key"].as_str().unwrap().to_owned();

    let serving = Serving::start(place);
    let assets = || serving.get_with_key("/api/v1/brands/acme/assets", &key);
    let answer = assets();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let body = |answer: &str| answer.split_once("\r\n\r\n").unwrap().1.to_owned();
    let trend = ["trend", "--brand=acme", "--from=2025-06-01", "--to=2025-12-28"];
    let trended = place.run(trend);
    assert_eq!(trended.code, Some(0), "{trended:?}");
    let ballast = place.data.join("ballast");
    fill(&ballast);
    for _ in 0..3 {
        let refused = place.run(Deed::Deposit.arguments());
        assert_eq!((refused.code, refused.stdout.as_str()), (Some(1), ""), "{refused:?}");
        let says = "there is no room left on the disk; free some and do it again";
        assert!(refused.stderr.contains(says), "{refused:?}");
        // Whoever only asks is answered, here and there.
        let answered = assets();
        assert!(answered.starts_with("HTTP/1.1 200"), "{answered}");
        assert_eq!(body(&answered), body(&answer));
        let trend = place.run(trend);
        assert_eq!((trend.code, &trend.stdout), (Some(0), &trended.stdout), "{trend:?}");
        // SQL is written to the audit log before it is answered, so it waits for room.
        let unrecorded = place.run(["sql", "--brand=acme", "select 1"]);
        assert_eq!((unrecorded.code, unrecorded.stdout.as_str()), (Some(1), ""), "{unrecorded:?}");
    }
    fs::remove_file(&ballast).unwrap();
    // The same once more, in the same process.
    let done = place.run(Deed::Deposit.arguments());
    assert_eq!(done.code, Some(0), "{done:?}");
    let clean = Place::in_memory();
    assert_eq!(clean.run(["brand", "add", "acme"]).code, Some(0));
    for name in ["mixed.toml", "first/rows.csv", "second/rows.csv"] {
        fs::create_dir_all(clean.path(name).parent().unwrap()).unwrap();
        fs::copy(place.path(name), clean.path(name)).unwrap();
    }
    for folder in ["first", "second"] {
        assert_eq!(clean.run(["import", "--brand=acme", "--mapping=mixed.toml", folder]).code, Some(0));
    }
    assert!(own().state("after a full disk") == Copied { place: &clean, data: clean.data.clone() }.state("clean"));
    assert_eq!(serving.end("TERM").code, Some(0));
}

/// A failed deposit leaves as much room as there was.
fn gives_its_room_back(place: &Place) {
    let used = || {
        let told = Command::new("du").args(["-s", "-B1"]).arg(&place.data).output().unwrap();
        String::from_utf8(told.stdout).unwrap().split_whitespace().next().unwrap().parse::<u64>().unwrap()
    };
    let before = used();
    let big = rows(60_000);
    fs::write(place.path("big.csv"), HEADER.to_owned() + &big.concat()).unwrap();
    let refused = place.run(["import", "--brand=acme", "--mapping=mixed.toml", "--chunk-rows=5000", "big.csv"]);
    assert_eq!(refused.code, Some(1), "{refused:?}");
    assert!(refused.stderr.contains("there is no room left on the disk"), "{refused:?}");
    let after = used();
    assert!(after < before + 200_000, "{before} bytes were in use, {after} are");
    let asked = place.run(["assets", "--brand=acme"]);
    assert_eq!(asked.code, Some(0), "{asked:?}");
    let small = place.run(Deed::Deposit.arguments());
    assert_eq!(small.code, Some(0), "{small:?}");
}

#[test]
fn a_deposit_waits_for_room_in_memory() {
    let place = Place::new();
    if let Some(_mounted) = Mounted::new(&["-t", "tmpfs", "-o", "size=4m", "none"], &place.data) {
        deposits_after_room_was_made(&place);
        gives_its_room_back(&place);
    }
}

#[test]
fn a_deposit_waits_for_room_on_a_disk() {
    let place = Place::new();
    let image = place.path("disk");
    fs::File::create(&image).unwrap().set_len(6 << 20).unwrap();
    // Blocks as they are on disks: with smaller ones SQLite's shared memory has holes, and who writes into one when there is no
    // room is killed by the system.
    let made = Command::new("mkfs.ext4").args(["-q", "-F", "-m0", "-b4096"]).arg(&image).stdin(Stdio::null()).output();
    if !made.as_ref().is_ok_and(|output| output.status.success()) {
        eprintln!("SKIPPED: no ext4 can be made here: {made:?}");
        return;
    }
    if let Some(_mounted) = Mounted::new(&["-o", "loop", image.to_str().unwrap()], &place.data) {
        deposits_after_room_was_made(&place);
        gives_its_room_back(&place);
    }
}

/// How often a request is sent at most until room is missed, or found again.
const MANY: usize = 100_000;

#[test]
fn tracked_events_wait_for_room() {
    let place = Place::new();
    let Some(_mounted) = Mounted::new(&["-t", "tmpfs", "-o", "size=24m", "none"], &place.data) else { return };
    assert_eq!(place.run(["brand", "add", "acme"]).code, Some(0));
    let shop = Shop::of(&place);
    let key = place.json(&["key", "create", "--brand=acme", "--kind=api"])["key"].as_str().unwrap().to_owned();
    let serving = Serving::start_with(&place, &["--deposit-events", "2000", "--deposit-seconds", "1"]);
    let reads = || {
        let answer = serving.get_with_key("/api/v1/brands/acme/assets", &key);
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    };
    let (senders, _are_over) = shop.senders(&serving, 3);
    let mut filled = Vec::new();
    for round in 0..3 {
        assert_eq!(shop.send_until_taken(&serving.address, MANY).1, Outcome::Ok, "there is room");
        reads();
        let ballast = place.data.join(format!("ballast-{round}"));
        fill(&ballast);
        let taken_meanwhile = (0..MANY).find(|_| {
            fill(&place.data.join("more"));
            shop.send_until_taken(&serving.address, 1).1 == Outcome::Later
        });
        filled.push(taken_meanwhile.expect("a full disk is told"));
        reads();
        for name in [&ballast, &place.data.join("more")] {
            fs::remove_file(name).unwrap();
        }
    }
    assert_eq!(shop.send_until_taken(&serving.address, MANY).1, Outcome::Ok, "room is found without a restart");
    reads();
    assert_eq!(serving.end("TERM").code, Some(0));
    for sender in senders {
        sender.join().unwrap();
    }
    let judged = shop.judge(&place);
    assert!(judged.later > 0);
    tell(&format!(
        "a disk full three times under tracked events: {} events, {} sendings answered, {} told to come later; none lost, \
         none twice; {filled:?} were taken before it was told",
        judged.events, judged.ok, judged.later
    ));
}
