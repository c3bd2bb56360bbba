//! Who was a member or a fan from when to when.
//!
//! Intervals are keyed (consumer, kind, programme), half-open [join, leave) in days and judged at the end of the day. Rows
//! of `memberships` win over events for their consumer and programme.

use databank_model::Day;
use databank_stages::StatusSpan;

use crate::chunk::StatusEvent;
use crate::source::Membership;

/// Adds the spans of one person.
pub(crate) fn add_spans(events: &mut [StatusEvent], memberships: &[Membership], spans: &mut Vec<StatusSpan>) {
    // Field order makes this (kind, programme, instant, leaving first).
    events.sort_unstable();
    let mut push = |span: StatusSpan| {
        if span.from < span.to {
            spans.push(span);
        }
    };
    for group in events.chunk_by(|a, b| (a.kind, a.programme) == (b.kind, b.programme)) {
        let Some(StatusEvent { kind, programme, .. }) = group.first().copied() else { continue };
        if kind == Membership::KIND && memberships.iter().any(|stay| stay.programme == programme) {
            continue;
        }
        let mut open: Option<Day> = None;
        for event in group {
            let day = Day(event.day);
            match (event.joins, open) {
                (true, None) => open = Some(day),
                (false, Some(from)) => {
                    push(StatusSpan { kind, from, to: day });
                    open = None;
                }
                (true, Some(_)) | (false, None) => {}
            }
        }
        if let Some(from) = open {
            push(StatusSpan { kind, from, to: Day::OPEN_END });
        }
    }
    for stay in memberships {
        push(StatusSpan { kind: Membership::KIND, from: stay.joined, to: stay.left });
    }
}
