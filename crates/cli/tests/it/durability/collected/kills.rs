//! `kill -9`.

use std::time::Duration;

use super::{OFTEN, Shop};
use crate::Place;
use crate::durability::{cases, tell};
use crate::numbers::Numbers;
use crate::serve::Serving;

#[test]
fn whatever_is_killed_an_answered_event_is_there_once() {
    let rounds = cases(10, 1000);
    let place = Place::with_brand();
    let shop = Shop::of(&place);
    let mut chance = Numbers::new(5);
    for round in 0..rounds {
        // So small that kills meet deposits and the housekeeping after them, or so large that all stays in the inbox.
        let serving = Serving::start_with(&place, if round % 3 == 0 { &[] } else { OFTEN });
        let (senders, are_over) = shop.senders(&serving, round as u64);
        are_over.recv_timeout(Duration::from_millis(chance.below(700))).ok();
        if round % 4 == 0 {
            // Somebody looks: a view is made of what waits.
            place.run(["assets", "--brand", "acme"]);
        }
        serving.end("KILL");
        for sender in senders {
            sender.join().unwrap();
        }
    }
    let judged = shop.judge(&place);
    assert_eq!(judged.later, 0, "a server that can write refuses nothing");
    assert!(judged.ok > 0 && judged.unknown > 0);
    tell(&format!(
        "{rounds} kills of a server: {} events, {} sendings answered, {} not: none lost, none twice",
        judged.events, judged.ok, judged.unknown
    ));
}
