//! Power cuts: at any call, with any part of what was not synced lost.

use std::collections::HashSet;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::disk::{Disk, Loss, listing, restore};
use super::shim::{How, Shim};
use super::trace::{Change, Trace};
use super::{Before, Copied, Deed, cases, is_long, spread, tell};
use crate::numbers::Numbers;
use crate::{Place, finish};

/// What is lost at a moment: some way each, or all ways in the long run.
fn losses(moment: usize) -> Vec<Loss> {
    let chance = |number: usize| Loss::Any((moment * 64 + number) as u64);
    if is_long() {
        let mut all = vec![Loss::All, Loss::Bytes, Loss::BytesToZeros, Loss::Names];
        all.extend((0..3).map(chance));
        return all;
    }
    let ways = [chance(0), Loss::Bytes, chance(1), Loss::All, chance(2), Loss::BytesToZeros, chance(3), Loss::Names];
    vec![ways[moment % ways.len()]]
}

/// Cuts the power after some numbers of calls. Gives how many different states of the disk were looked at.
fn cut(before: &Before, mut disk: Disk, trace: &Trace, moments: &[usize], what: &str) -> usize {
    let done_at = trace.until_output().unwrap_or(usize::MAX);
    let mut seen = HashSet::new();
    let mut applied = 0;
    for moment in moments {
        trace.calls[applied..*moment].iter().for_each(|call| disk.apply(call));
        applied = *moment;
        let done = *moment >= done_at;
        for loss in losses(*moment) {
            let left = disk.after(loss);
            let mut hasher = DefaultHasher::new();
            (&left, done).hash(&mut hasher);
            if !seen.insert(hasher.finish()) {
                continue;
            }
            let found = Copied { place: &before.place, data: before.place.path("cut") };
            restore(&left, &found.data);
            let last = trace.calls.get(moment.saturating_sub(1)).map(|call| &call.change);
            let last = last.map(|change| format!("{change:?}").chars().take(120).collect::<String>());
            before.assert_whole(&found, done, &format!("{what}: cut after call {moment} ({last:?}), lost {loss:?}"));
        }
    }
    seen.len()
}

/// The moments of a trace: some of all, and each around what publishes.
fn moments(trace: &Trace, few: usize, offset: usize) -> Vec<usize> {
    let mut moments = spread(trace.calls.len(), few, offset);
    if let Some(done) = trace.until_output() {
        moments.extend([done, trace.calls.len()]);
    }
    let publishing = trace.calls.iter().rposition(|call| matches!(&call.change, Change::Link(..)));
    if let (Some(last_entry), false) = (publishing, is_long()) {
        // From the last log entry through the catalog's row.
        moments.extend((last_entry..trace.calls.len().min(last_entry + 8)).step_by(2));
    }
    moments.sort_unstable();
    moments.dedup();
    moments
}

fn cut_during(deed: Deed, few: usize) {
    let shim = Shim::new();
    let before = Before::new(deed);
    let data = before.copy("traced");
    let disk = Disk::of(data.path());
    let (finished, trace) = shim.trace(data.command(deed.arguments()), data.path());
    assert_eq!(finished.code, Some(0), "{finished:?}");
    let looked_at = cut(&before, disk, &trace, &moments(&trace, few, 1), &format!("{deed:?}"));
    tell(&format!("{deed:?}: {} calls, {looked_at} different states after a power cut", trace.calls.len()));
}

#[test]
fn a_deposit_survives_a_power_cut_at_any_call() {
    cut_during(Deed::Deposit, 14);
}

#[test]
fn a_switch_of_rules_survives_a_power_cut_at_any_call() {
    cut_during(Deed::Rules, 8);
}

#[test]
fn a_rebuild_survives_a_power_cut_at_any_call() {
    cut_during(Deed::Rebuild, 5);
}

#[test]
fn a_compaction_survives_a_power_cut_at_any_call() {
    cut_during(Deed::Compact, 8);
}

/// What a killed or failed run left unsynced must not carry what a later run calls done.
fn cut_after_an_unfinished_run(how: How, choose: fn(&Trace, usize) -> Vec<usize>, few: usize) {
    let shim = Shim::new();
    let before = Before::new(Deed::Deposit);
    let whole = before.copy("whole");
    let (_, clean) = shim.trace(whole.command(before.deed.arguments()), whole.path());
    for (round, at) in choose(&clean, few).into_iter().enumerate() {
        let data = before.copy("unfinished");
        let mut disk = Disk::of(data.path());
        let (first, unfinished) = shim.fail(data.command(before.deed.arguments()), data.path(), at, how);
        unfinished.calls.iter().for_each(|call| disk.apply(call));
        // The second half of a killed write is not in the trace; nor is it on the disk.
        assert!(disk.after(Loss::Nothing) == listing(data.path()), "the calls do not explain what is there");
        let (second, finished) = shim.trace(data.command(before.deed.arguments()), data.path());
        assert_eq!(second.code, Some(0), "{how:?} at call {at}, then again: {second:?}");
        let mut moments = vec![finished.until_output().unwrap()];
        if is_long() {
            let mut chance = Numbers::new(at as u64);
            moments.extend((0..3).map(|_| 1 + chance.below(finished.calls.len() as u64) as usize));
        } else {
            moments.push(1 + (round * 37) % finished.calls.len());
        }
        moments.sort_unstable();
        let what = format!("{how:?} at call {at} (exit {:?}), and the run after it", first.code);
        // All that was not synced is lost: whoever says "done" has synced it.
        cut(&before, disk.clone(), &finished, &moments, &what);
        let mut end = disk;
        finished.calls.iter().for_each(|call| end.apply(call));
        let found = Copied { place: &before.place, data: before.place.path("cut") };
        restore(&end.after(Loss::All), &found.data);
        before.assert_whole(&found, true, &format!("{what}, all lost at its end"));
    }
}

#[test]
fn what_a_killed_deposit_left_unsynced_carries_nothing() {
    // Near the end, where log entries are written that nothing names yet.
    let choose = |trace: &Trace, few: usize| {
        let after_links = trace.calls.iter().filter(|call| matches!(call.change, Change::Link(..)));
        let at: Vec<usize> = after_links.map(|call| call.number + 1).collect();
        if is_long() {
            // From the first call on: a log of the catalog whose first transaction never ended is among what is left.
            return (1..=trace.count()).step_by(trace.count().div_ceil(400)).collect();
        }
        at.into_iter().rev().take(few).collect()
    };
    cut_after_an_unfinished_run(How::Kill, choose, 3);
}

#[test]
fn what_a_failed_sync_lost_carries_nothing() {
    let choose = |trace: &Trace, few: usize| {
        let syncs: Vec<usize> =
            trace.calls.iter().filter(|call| matches!(call.change, Change::Sync(_))).map(|call| call.number).collect();
        spread(syncs.len(), few, 3).into_iter().map(|place| syncs[place - 1]).collect()
    };
    cut_after_an_unfinished_run(How::Eio, choose, 5);
}

#[test]
fn the_first_command_leaves_a_directory_that_can_be_opened_or_made_anew() {
    let shim = Shim::new();
    let place = Place::in_memory();
    let root = place.directory.path().canonicalize().unwrap();
    let mut disk = Disk::of(&root);
    let (finished, trace) = shim.trace(place.command(["brand", "add", "acme", "--quiet"]), &root);
    assert_eq!(finished.code, Some(0), "{finished:?}");
    let done_at = trace.until_output().unwrap();
    let mut moments = spread(trace.calls.len(), cases(10, usize::MAX), 2);
    moments.push(done_at);
    moments.sort_unstable();
    let mut applied = 0;
    for moment in moments {
        trace.calls[applied..moment].iter().for_each(|call| disk.apply(call));
        applied = moment;
        let mut ways = losses(moment);
        if moment == done_at {
            ways.push(Loss::All);
        }
        for loss in ways {
            let what = format!("cut after call {moment}, lost {loss:?}");
            let found = Place::in_memory();
            restore(&disk.after(loss), found.directory.path());
            fs::set_permissions(found.directory.path(), std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
            private(&found);
            let again = found.run(["brand", "add", "acme"]);
            let exists = again.code == Some(2) && again.stderr.contains("brand acme exists already");
            assert!(exists || (again.code == Some(0) && moment < done_at), "{what}: {again:?}");
            let listed = finish(found.command(["brand", "list", "--format", "json"]));
            assert_eq!(listed.code, Some(0), "{what}: {listed:?}");
            assert!(listed.stdout.contains("acme"), "{what}: {listed:?}");
        }
    }
}

#[test]
fn an_erased_brand_does_not_come_back() {
    let shim = Shim::new();
    let before = Before::new(Deed::Deposit);
    let data = before.copy("erased");
    let mut disk = Disk::of(data.path());
    let (finished, trace) = shim.trace(data.command(&["brand", "erase", "acme", "--yes"]), data.path());
    assert_eq!(finished.code, Some(0), "{finished:?}");
    trace.calls[..trace.until_output().unwrap()].iter().for_each(|call| disk.apply(call));
    for loss in [Loss::All, Loss::Names, Loss::Any(1), Loss::Any(2)] {
        let left = disk.after(loss);
        let of_brand: Vec<&String> = left.keys().filter(|path| path.starts_with("vaults/acme")).collect();
        assert!(of_brand.is_empty(), "lost {loss:?}: {of_brand:?}");
    }
}

/// Modes are no part of what the shim writes down: a key's file is for its owner's eyes.
fn private(place: &Place) {
    use std::os::unix::fs::PermissionsExt;
    if let Ok(entries) = fs::read_dir(place.path("config/databank")) {
        for entry in entries.flatten() {
            fs::set_permissions(entry.path(), fs::Permissions::from_mode(0o600)).unwrap();
        }
    }
}
