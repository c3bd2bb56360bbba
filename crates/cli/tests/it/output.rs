use std::fs::File;
use std::process::Stdio;

use crate::{Place, finished};

#[test]
fn nobody_reading_is_a_quiet_end() {
    let place = Place::with_brand();
    let holding = place.hold();
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut through_the_owner = place.command(["brand", "list"]);
    through_the_owner.stdout(writer).stderr(Stdio::piped());
    let ended = finished(through_the_owner.spawn().unwrap());
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""));
    assert_eq!(holding.finish().code, Some(0));

    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut alone = place.command(["brand", "list"]);
    alone.stdout(writer).stderr(Stdio::piped());
    let ended = finished(alone.spawn().unwrap());
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""));
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_a_failure() {
    let place = Place::with_brand();
    let mut command = place.command(["brand", "list"]);
    command.stdout(File::options().write(true).open("/dev/full").unwrap()).stderr(Stdio::piped());
    finished(command.spawn().unwrap()).refused(1, "failed to write to standard output");
}
