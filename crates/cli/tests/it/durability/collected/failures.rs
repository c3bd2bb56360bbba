//! A call of the system fails while events come: it is answered 503, and the next try succeeds in the same process.

use super::{OFTEN, Outcome, Shop};
use crate::Place;
use crate::durability::shim::{How, Shim};
use crate::durability::{is_long, tell};
use crate::serve::Serving;

/// Requests of each run.
const REQUESTS: usize = 20;
/// How often a request is sent at most: one call fails, and one group of requests with it.
const TRIES: usize = 3;

/// Lets one call of a server fail, for numbers that are `step` apart, until it makes so few calls that none fails.
fn fail_each(how: How, step: usize, from: usize) {
    let shim = Shim::new();
    let place = Place::with_brand();
    let shop = Shop::of(&place);
    let (mut at, step) = if is_long() { (1, 1) } else { (from, step) };
    let (mut starts_failed, mut refused) = (0, 0);
    loop {
        let mut command = Serving::command(&place);
        command.args(OFTEN);
        let log = shim.fail_at(&mut command, &place.data, at, how);
        let Some(serving) = Serving::try_start_by(command) else {
            // The failure was in its start, which it said.
            std::fs::remove_file(&log).unwrap();
            starts_failed += 1;
            at += step;
            continue;
        };
        for request in 0..REQUESTS {
            let (times, outcome) = shop.send_until_taken(&serving.address, TRIES);
            assert_eq!(outcome, Outcome::Ok, "{how:?} at call {at} of a server, request {request}, sent {times} times");
            refused += times - 1;
        }
        let ended = serving.end("TERM");
        assert_eq!(ended.code, Some(0), "{how:?} at call {at}: {ended:?}");
        if Shim::take(&log).count() < at {
            break;
        }
        at += step;
    }
    let judged = shop.judge(&place);
    tell(&format!(
        "a server that is sent events, {how:?}: up to call {at}, {starts_failed} starts failed, {refused} requests were refused \
         once; {} events, none lost, none twice",
        judged.events
    ));
    assert!(how == How::Short || refused > 0);
}

#[test]
fn a_request_meets_an_io_error_and_is_taken_the_next_time() {
    fail_each(How::Eio, 5, 3);
}

#[test]
fn a_request_meets_a_disk_that_is_full_for_a_moment_and_is_taken_the_next_time() {
    fail_each(How::Enospc, 5, 4);
}

#[test]
fn a_request_of_which_half_is_written_is_written_whole() {
    fail_each(How::Short, 19, 7);
}
