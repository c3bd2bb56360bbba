//! Who was a member or a fan from when to when.
//!
//! Intervals are keyed (consumer, kind, programme), half-open [join, leave) in days and judged at the end of the day. Rows
//! of `memberships` win over events for their consumer and programme.

use databank_model::Day;
use databank_stages::StatusSpan;

use crate::extract::StatusEvent;
use crate::source::Membership;

/// Spans by consumer, in ascending order of consumer.
pub(crate) fn spans(events: &mut [StatusEvent], memberships: &[Membership]) -> Vec<(u32, StatusSpan)> {
    // Field order makes this (consumer, kind, programme, instant, leaving first).
    events.sort_unstable();
    let mut spans = Vec::new();
    for group in events.chunk_by(|a, b| (a.consumer, a.kind, a.programme) == (b.consumer, b.kind, b.programme)) {
        let Some(head) = group.first() else { continue };
        if head.kind == Membership::KIND && is_stated(memberships, head.consumer, head.programme) {
            continue;
        }
        let mut open: Option<Day> = None;
        for event in group {
            let day = Day(event.day);
            match (event.joins, open) {
                (true, None) => open = Some(day),
                (false, Some(from)) => {
                    push(&mut spans, head.consumer, StatusSpan { kind: head.kind, from, to: day });
                    open = None;
                }
                (true, Some(_)) | (false, None) => {}
            }
        }
        if let Some(from) = open {
            push(&mut spans, head.consumer, StatusSpan { kind: head.kind, from, to: Day::OPEN_END });
        }
    }
    for stay in memberships {
        let span = StatusSpan { kind: Membership::KIND, from: stay.joined, to: stay.left };
        push(&mut spans, stay.consumer, span);
    }
    spans.sort_by_key(|(consumer, _)| *consumer);
    spans
}

fn push(spans: &mut Vec<(u32, StatusSpan)>, consumer: u32, span: StatusSpan) {
    if span.from < span.to {
        spans.push((consumer, span));
    }
}

/// Whether `memberships` (sorted by consumer and programme) states this consumer's stays in this programme.
fn is_stated(memberships: &[Membership], consumer: u32, programme: u64) -> bool {
    memberships.binary_search_by(|stay| (stay.consumer, stay.programme).cmp(&(consumer, programme))).is_ok()
}
