//! Status spans as a canonical list: per kind sorted, without overlap, without touching.

use databank_model::Day;
use databank_model::rules::StatusKind;

use crate::input::StatusSpan;
use crate::program::{Program, status_bit};

/// Writes the canonical form of the spans whose kind the program asks for: members first, then fans, by day.
pub(crate) fn canonical(program: &Program, spans: &[StatusSpan], out: &mut Vec<StatusSpan>) {
    out.clear();
    for span in spans {
        let to = span.to.min(Day::OPEN_END);
        if program.statuses & status_bit(span.kind) != 0 && span.from < to {
            out.push(StatusSpan { to, ..*span });
        }
    }
    out.sort_unstable_by_key(|span| (span.kind, span.from));
    out.dedup_by(|next, last| {
        let joined = next.kind == last.kind && next.from <= last.to;
        if joined {
            last.to = last.to.max(next.to);
        }
        joined
    });
}

/// The first day on which two canonical lists disagree about some status.
pub(crate) fn first_difference(ours: &[StatusSpan], theirs: &[StatusSpan]) -> Option<Day> {
    let of_kind = |spans: &[StatusSpan], kind: StatusKind| {
        let start = spans.partition_point(|span| span.kind < kind);
        let end = spans.partition_point(|span| span.kind <= kind);
        start..end
    };
    let by_kind = StatusKind::ALL.into_iter().filter_map(|kind| {
        let ours = ours[of_kind(ours, kind)].iter().flat_map(|span| [span.from, span.to]);
        let theirs = theirs[of_kind(theirs, kind)].iter().flat_map(|span| [span.from, span.to]);
        first_differing_boundary(ours, theirs)
    });
    by_kind.min()
}

/// Membership toggles at each boundary, so two lists part at the earlier of the first two that differ.
fn first_differing_boundary(mut ours: impl Iterator<Item = Day>, mut theirs: impl Iterator<Item = Day>) -> Option<Day> {
    loop {
        match (ours.next(), theirs.next()) {
            (None, None) => return None,
            (Some(day), None) | (None, Some(day)) => return Some(day),
            (Some(our), Some(their)) if our != their => return Some(our.min(their)),
            (Some(_), Some(_)) => {}
        }
    }
}
