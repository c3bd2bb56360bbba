//! The N-th call fails: an input error, a full disk, half a write.

use super::shim::{How, Shim};
use super::{Before, Deed, is_long, tell};
use crate::serve::Serving;

/// Lets one call of a deed fail, for numbers that are `step` apart, until the deed makes so few calls that none fails.
fn fail_each(deed: Deed, how: How, step: usize, from: usize) {
    let shim = Shim::new();
    let before = Before::new(deed);
    let (mut at, step) = if is_long() { (1, 1) } else { (from, step) };
    let (mut absorbed, mut failed) = (0, 0);
    loop {
        let data = before.copy("failing");
        let (finished, trace) = shim.fail(data.command(deed.arguments()), data.path(), at, how);
        // A killed process did not write down the call that it was killed at.
        if trace.count() < at && finished.code.is_some() {
            assert_eq!(finished.code, Some(0), "nothing failed: {finished:?}");
            break;
        }
        let call = trace.calls.iter().find(|call| call.number == at).map(|call| &call.change);
        let what = format!(
            "{deed:?}, {how:?} at call {at} ({})",
            call.map(|call| format!("{call:?}").chars().take(100).collect::<String>()).unwrap_or_default()
        );
        assert!(!finished.stderr.contains("panicked"), "{what}: {finished:?}");
        match (how, finished.code) {
            // What does not matter to the deed, such as tidying up, may fail.
            (_, Some(0)) => absorbed += 1,
            (How::Kill, None) => failed += 1,
            (How::Short, _) => panic!("{what}: half a write is no error: {finished:?}"),
            (_, code) => {
                assert_eq!(code, Some(1), "{what}: {finished:?}");
                let errors: Vec<&str> = finished.stderr.lines().filter(|line| line.starts_with("error: ")).collect();
                assert_eq!(errors.len(), 1, "{what}: {finished:?}");
                if matches!(how, How::Enospc | How::Full) {
                    let told = ["no room left on the disk; free some", "see whether there is room left on the disk"];
                    assert!(told.iter().any(|told| errors[0].contains(told)), "{what}: {errors:?}");
                }
                failed += 1;
            }
        }
        let done = finished.code == Some(0) || !finished.stdout.is_empty();
        before.assert_whole(&data, done, &what);
        at += step;
    }
    tell(&format!("{deed:?}, {how:?}: up to call {at}, {failed} runs failed, {absorbed} went on"));
    assert!(how == How::Short || failed > 0);
}

/// A call fails in a server; whatever became of that, the same deposit succeeds in the same process.
fn fail_in_a_server(how: How, step: usize, from: usize) {
    let shim = Shim::new();
    let before = Before::new(Deed::Deposit);
    let (mut at, step) = if is_long() { (1, 1) } else { (from, step) };
    let (mut failed, mut absorbed) = (0, 0);
    loop {
        let data = before.copy("failing");
        let mut command = Serving::command(&before.place);
        command.env("DATABANK_DATA", data.path());
        let log = shim.fail_at(&mut command, data.path(), at, how);
        let Some(serving) = Serving::try_start_by(command) else {
            // The failure was in its start, which it said.
            std::fs::remove_file(&log).unwrap();
            at += step;
            continue;
        };
        let what = format!("{how:?} at call {at} of a server");
        let first = data.run(before.deed.arguments());
        let calls = Shim::take(&log).count();
        match first.code {
            Some(0) => absorbed += 1,
            code => {
                assert_eq!(code, Some(1), "{what}: {first:?}");
                failed += 1;
            }
        }
        if calls < at {
            assert_eq!(first.code, Some(0), "nothing failed: {first:?}");
            break;
        }
        before.assert_whole(&data, first.code == Some(0), &what);
        assert_eq!(serving.end("TERM").code, Some(0), "{what}");
        at += step;
    }
    tell(&format!("a server, {how:?}: up to call {at}, {failed} deposits failed, {absorbed} went on"));
}

#[test]
fn a_server_in_which_the_nth_call_failed_deposits_the_same_afterwards() {
    fail_in_a_server(How::Enospc, 59, 31);
}

#[test]
fn a_server_in_which_the_nth_call_failed_with_an_io_error_deposits_the_same_afterwards() {
    fail_in_a_server(How::Eio, 83, 70);
}

#[test]
fn a_deposit_whose_nth_call_fails_with_an_io_error() {
    fail_each(Deed::Deposit, How::Eio, 17, 3);
}

#[test]
fn a_deposit_whose_nth_call_finds_no_room() {
    fail_each(Deed::Deposit, How::Enospc, 29, 10);
}

#[test]
fn a_deposit_on_a_disk_that_is_full_from_the_nth_call_on() {
    fail_each(Deed::Deposit, How::Full, 23, 5);
}

#[test]
fn a_deposit_whose_nth_write_is_short() {
    fail_each(Deed::Deposit, How::Short, 31, 4);
}

#[test]
fn a_deposit_killed_at_its_nth_call() {
    fail_each(Deed::Deposit, How::Kill, 23, 11);
}

#[test]
fn a_switch_of_rules_whose_nth_call_fails_with_an_io_error() {
    fail_each(Deed::Rules, How::Eio, 19, 6);
}

#[test]
fn a_switch_of_rules_on_a_disk_that_is_full_from_the_nth_call_on() {
    fail_each(Deed::Rules, How::Full, 29, 2);
}

#[test]
fn a_switch_of_rules_killed_at_its_nth_call() {
    fail_each(Deed::Rules, How::Kill, 29, 9);
}

#[test]
fn a_rebuild_whose_nth_call_fails_with_an_io_error() {
    fail_each(Deed::Rebuild, How::Eio, 29, 8);
}

#[test]
fn a_compaction_whose_nth_call_fails_with_an_io_error() {
    fail_each(Deed::Compact, How::Eio, 23, 6);
}

#[test]
fn a_compaction_on_a_disk_that_is_full_from_the_nth_call_on() {
    fail_each(Deed::Compact, How::Full, 31, 3);
}

#[test]
fn a_compaction_killed_at_its_nth_call() {
    fail_each(Deed::Compact, How::Kill, 29, 9);
}
