//! The slow way, for a leaf whose matches a cancellation touches: every match counts on a stretch of days, and the
//! leaf holds where enough stretches overlap.

use databank_model::rules::Threshold;

use crate::input::Event;
use crate::program::Program;
use crate::sweep::{Subject, Turn};

/// Room to work in.
#[derive(Debug, Default)]
pub(crate) struct Overlaps {
    /// Stretches of one order: (order, from, to).
    by_order: Vec<(u64, i32, i32)>,
    /// Days where the number of stretches changes, and by how much.
    steps: Vec<(i32, i32)>,
}

/// The leaves that some cancellation inside their window touches.
pub(crate) fn touched_leaves(program: &Program, events: &[Event]) -> u64 {
    let mut touched = 0u64;
    for event in events {
        let (day, until) = (event.day.0, event.cancelled_from.0);
        if until <= day || until >= day.saturating_add(program.max_within) {
            continue;
        }
        for (leaf, counter) in program.counters.iter().enumerate() {
            if until < day.saturating_add(counter.within) {
                touched |= event.bits & (1 << leaf);
            }
        }
    }
    touched
}

/// Writes the days on which the leaf begins and stops to hold.
pub(crate) fn turns_of(
    program: &Program,
    leaf: usize,
    events: &[Event],
    overlaps: &mut Overlaps,
    turns: &mut Vec<Turn>,
) {
    let within = program.counters[leaf].within;
    let matching = events.iter().filter(|event| event.bits & (1 << leaf) != 0);
    let stretches = matching.filter_map(|event| {
        let to = event.day.0.saturating_add(within).min(event.cancelled_from.0);
        (event.day.0 < to).then_some((event.order, event.day.0, to))
    });
    overlaps.steps.clear();
    let mut step = |from: i32, to: i32| overlaps.steps.extend([(from, 1), (to, -1)]);
    match program.threshold(leaf) {
        None => {}
        Some(Threshold::Count(_)) => stretches.for_each(|(_, from, to)| step(from, to)),
        Some(Threshold::DistinctDays(_)) => {
            // The events of one day count as long as the last of them does.
            let mut open: Option<(i32, i32)> = None;
            for (_, from, to) in stretches {
                match &mut open {
                    Some((day, until)) if *day == from => *until = to.max(*until),
                    _ => {
                        if let Some((from, to)) = open.replace((from, to)) {
                            step(from, to);
                        }
                    }
                }
            }
            if let Some((from, to)) = open {
                step(from, to);
            }
        }
        Some(Threshold::Orders(_)) => {
            overlaps.by_order.clear();
            overlaps.by_order.extend(stretches.filter(|(order, ..)| *order != 0));
            overlaps.by_order.sort_unstable();
            let mut open: Option<(u64, i32, i32)> = None;
            for (order, from, to) in overlaps.by_order.iter().copied() {
                match &mut open {
                    Some((last, _, until)) if *last == order && from <= *until => *until = to.max(*until),
                    _ => {
                        if let Some((_, from, to)) = open.replace((order, from, to)) {
                            step(from, to);
                        }
                    }
                }
            }
            if let Some((_, from, to)) = open {
                step(from, to);
            }
        }
    }
    overlaps.steps.sort_unstable();
    let needed = program.counters[leaf].needed as i32;
    let (mut count, mut held) = (0, false);
    for (i, (day, change)) in overlaps.steps.iter().enumerate() {
        count += change;
        let day_is_over = overlaps.steps.get(i + 1).is_none_or(|(next, _)| next != day);
        if day_is_over && (count >= needed) != held {
            held = !held;
            turns.push(Turn { day: *day, subject: Subject::Leaf(leaf as u8), holds: held });
        }
    }
}
