use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::process::Stdio;

use serde_json::json;

use crate::{Finished, Place, finished};

/// What the owner answers to one request line.
fn answer(place: &Place, request: &serde_json::Value) -> String {
    let mut stream = UnixStream::connect(place.data.join("owner.sock")).unwrap();
    writeln!(stream, "{request}").unwrap();
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line).unwrap();
    line
}

#[test]
fn the_second_process_goes_through_the_first() {
    let place = Place::with_brand();
    let holding = place.hold();
    let lock = std::fs::read_to_string(place.data.join("owner.lock")).unwrap();
    assert_eq!(lock, format!("{} hold\n", holding.pid()));
    let mode = place.data.join("owner.sock").metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);

    // The same result, the same errors, the same exit codes as from a process on its own.
    assert_eq!(place.json(&["brand", "add", "other"])["brand"], "other");
    assert_eq!(place.json(&["brand", "list"]).as_array().unwrap().len(), 2);
    place.run(["brand", "add", "acme"]).refused(2, "brand acme exists already");
    place.run(["brand", "erase", "acme"]).refused(2, "add --yes");
    assert_eq!(place.json(&["brand", "erase", "other", "--yes"])["erased"], true);

    assert_eq!(holding.finish().code, Some(0));
    assert!(!place.data.join("owner.sock").try_exists().unwrap());
    assert_eq!(place.json(&["brand", "list"]).as_array().unwrap().len(), 1);
}

/// Starts a process for each command line, all at once, and waits until all have succeeded.
fn all_at_once(place: &Place, lines: impl Iterator<Item = Vec<String>>) {
    let started: Vec<_> = lines
        .map(|line| {
            let mut command = place.command(line);
            command.stdout(Stdio::piped()).stderr(Stdio::piped());
            command.spawn().unwrap()
        })
        .collect();
    for child in started {
        let finished = finished(child);
        assert_eq!((finished.code, finished.stderr.as_str()), (Some(0), ""), "{finished:?}");
    }
}

#[test]
fn many_processes_at_once_all_get_their_answer() {
    let place = Place::with_brand();
    let line = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>();
    all_at_once(&place, (0..12).map(|number| line(&["brand", "add", &format!("brand-{number}")])));
    assert_eq!(place.json(&["brand", "list"]).as_array().unwrap().len(), 13);
    // Owners that live as briefly as this meet newcomers at every moment of their end.
    for _ in 0..8 {
        all_at_once(&place, (0..24).map(|_| line(&["brand", "list"])));
    }
}

#[test]
fn the_owner_ends_after_the_commands_that_it_runs_for_others() {
    let place = Place::with_brand();
    let mut owner = place.hold();
    let guest = place.hold();
    owner.release();
    // The owner's own command is over, the guest's is not: newcomers are still served, by the same process.
    assert_eq!(place.json(&["brand", "list"]).as_array().unwrap().len(), 1);
    let lock = std::fs::read_to_string(place.data.join("owner.lock")).unwrap();
    assert_eq!(lock, format!("{} hold\n", owner.pid()));

    assert_eq!(guest.finish().code, Some(0));
    assert_eq!(owner.finish().code, Some(0));
}

#[test]
fn a_killed_owner_fails_its_guests_and_is_replaced() {
    let place = Place::with_brand();
    let owner = place.hold();
    let guest = place.hold();
    let pid = owner.pid();
    owner.kill();
    let Finished { code, stderr, .. } = guest.finish();
    assert_eq!(code, Some(1));
    assert!(stderr.starts_with(&format!("error: process {pid}, which ran this command, ended before")), "{stderr}");

    assert!(place.data.join("owner.sock").try_exists().unwrap(), "it is left behind");
    let next = place.hold();
    assert_eq!(place.json(&["brand", "list"]).as_array().unwrap().len(), 1);
    assert_eq!(next.finish().code, Some(0));
}

#[test]
fn a_killed_guest_does_not_keep_the_owner() {
    let place = Place::with_brand();
    let owner = place.hold();
    place.hold().kill();
    assert_eq!(owner.finish().code, Some(0));
}

#[test]
fn another_version_is_refused_with_the_reason() {
    let place = Place::with_brand();
    let holding = place.hold();
    let line = answer(&place, &json!({ "version": "0.0.0-other", "command": "whatever that version says" }));
    assert!(line.contains("refused") && line.contains("this is databank 0.0.0-other"), "{line}");
    for nonsense in [json!({}), json!([1, 2]), json!("GET / HTTP/1.1")] {
        let line = answer(&place, &nonsense);
        assert!(line.contains("refused") && line.contains("not one of databank's"), "{line}");
    }
    assert_eq!(place.json(&["brand", "list"]).as_array().unwrap().len(), 1, "the owner is well");
    assert_eq!(holding.finish().code, Some(0));
}

#[test]
fn a_silent_connection_does_not_keep_the_owner() {
    let place = Place::with_brand();
    let holding = place.hold();
    let silent = UnixStream::connect(place.data.join("owner.sock")).unwrap();
    assert_eq!(holding.finish().code, Some(0));
    drop(silent);
}

#[test]
fn a_data_directory_with_a_long_path_is_served_too() {
    let mut place = Place::new();
    place.data = place.path(&"long-".repeat(40)).join("data");
    assert_eq!(place.run(["brand", "add", "acme"]).code, Some(0));
    let holding = place.hold();
    assert_eq!(place.json(&["brand", "list"]).as_array().unwrap().len(), 1);
    assert_eq!(holding.finish().code, Some(0));
}

#[test]
fn the_callers_directory_counts_and_not_the_owners() {
    let place = Place::with_brand();
    let holding = place.hold();
    std::fs::create_dir(place.path("sub")).unwrap();
    let mut command = place.command(["brand", "list", "--data", "../data", "--format", "json"]);
    command.current_dir(place.path("sub"));
    let listed = crate::finish(command);
    assert_eq!(listed.code, Some(0), "{listed:?}");
    assert_eq!(holding.finish().code, Some(0));
}
