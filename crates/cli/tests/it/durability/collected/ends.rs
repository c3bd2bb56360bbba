//! A server that is told to end while it is sent events.

use std::path::Path;
use std::time::{Duration, Instant};

use super::{OFTEN, Shop};
use crate::Place;
use crate::durability::{cases, tell};
use crate::numbers::Numbers;
use crate::serve::Serving;

/// Files below a directory that somebody began to write and did not finish.
fn unfinished(directory: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(directory).unwrap().map(Result::unwrap) {
        let (path, name) = (entry.path(), entry.file_name().into_string().unwrap());
        if path.is_dir() {
            found.extend(unfinished(&path));
        } else if [".tmp", ".new", ".part", "#"].iter().any(|mark| name.contains(mark)) {
            found.push(path.display().to_string());
        }
    }
    found
}

#[test]
fn told_to_end_it_loses_nothing_and_leaves_nothing_half_done() {
    let rounds = cases(10, 100);
    let place = Place::with_brand();
    let shop = Shop::of(&place);
    let mut chance = Numbers::new(18);
    let mut longest = Duration::ZERO;
    for round in 0..rounds {
        let serving = Serving::start_with(&place, if round % 3 == 0 { &[] } else { OFTEN });
        let (senders, are_over) = shop.senders(&serving, round as u64);
        are_over.recv_timeout(Duration::from_millis(chance.below(700))).ok();
        let begun = Instant::now();
        let ended = serving.end(if round % 2 == 0 { "TERM" } else { "INT" });
        longest = longest.max(begun.elapsed());
        assert_eq!(ended.code, Some(0), "{ended:?}");
        for sender in senders {
            sender.join().unwrap();
        }
        assert_eq!(unfinished(&place.data), Vec::<String>::new());
    }
    let judged = shop.judge(&place);
    assert_eq!(judged.later, 0, "a server that can write refuses nothing");
    assert!(judged.ok > 0);
    tell(&format!(
        "{rounds} ends of a server under load: {} events, {} sendings answered, {} not: none lost, none twice; the longest \
         took {longest:.1?}",
        judged.events, judged.ok, judged.unknown
    ));
}
