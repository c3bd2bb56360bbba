//! Status spans as a canonical list: per kind sorted, without overlap, without touching.

use databank_model::Day;

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
