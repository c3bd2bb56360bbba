//! Who moved from which stage to which between two days.

use std::collections::BTreeMap;

use databank_history::StageRows;
use databank_model::Day;

use crate::{AssetError, AssetQuestion};

/// Consumers who stood in `from` on the first day and in `to` on the second. `None` is outside the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlowCell {
    /// Stage on the first day.
    pub from: Option<String>,
    /// Stage on the second day.
    pub to: Option<String>,
    /// How many.
    pub consumers: i64,
}

/// Of those who came from outside the chain: had they ever been in it before the first day?
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Outside {
    /// Never before.
    pub never: i64,
    /// Once in it, lost by the first day.
    pub lost: i64,
}

/// The flow matrix between two days, cells of 0 left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlowReport {
    /// Cells by (from, to), outside first, then shallowest first.
    pub cells: Vec<FlowCell>,
    /// Splits the row that comes from outside.
    pub outside: Outside,
}

impl FlowReport {
    /// Consumers who were in the chain on the first day and stand deeper on the second.
    pub fn deepened(&self, depth_of: impl Fn(&str) -> Option<usize>) -> i64 {
        let deeper = |cell: &&FlowCell| match (cell.from.as_deref(), cell.to.as_deref()) {
            (Some(from), Some(to)) => depth_of(from) < depth_of(to),
            _ => false,
        };
        self.cells.iter().filter(deeper).map(|cell| cell.consumers).sum()
    }
}

/// One person's place on two days, and whether an interval ended before the first.
fn places(rows: &StageRows, range: std::ops::Range<usize>, from: i32, to: i32) -> (Option<u8>, Option<u8>, bool) {
    let (mut first, mut second, mut before) = (None, None, false);
    for row in range {
        let (start, end) = (rows.from[row], rows.to[row]);
        if start <= from && from < end {
            first = Some(rows.stages[row]);
        }
        if start <= to && to < end {
            second = Some(rows.stages[row]);
        }
        before |= end <= from;
    }
    (first, second, before)
}

/// The flow matrix from the end of `from` to the end of `to`.
pub fn flow(question: &AssetQuestion, from: Day, to: Day) -> Result<FlowReport, AssetError> {
    if from > to {
        let message = format!("--from {from} is after --to {to}");
        return Err(AssetError::BadQuestion { message });
    }
    let mut matrix: BTreeMap<(Option<u8>, Option<u8>), i64> = BTreeMap::new();
    let mut outside = Outside::default();
    question.history.for_each_rows(&mut |rows| {
        let mut start = 0;
        while start < rows.len() {
            let consumer = rows.consumers[start];
            let mut end = start + 1;
            while end < rows.len() && rows.consumers[end] == consumer {
                end += 1;
            }
            let (first, second, before) = places(rows, start..end, from.0, to.0);
            if first.is_some() || second.is_some() {
                *matrix.entry((first, second)).or_default() += 1;
                if first.is_none() {
                    *(if before { &mut outside.lost } else { &mut outside.never }) += 1;
                }
            }
            start = end;
        }
    })?;
    // Deepest stages have the smallest index: outside first, then from the shallowest up.
    let place = |stage: Option<u8>| stage.map_or(0, |index| 256 - usize::from(index));
    let mut entries: Vec<_> = matrix.into_iter().collect();
    entries.sort_by_key(|((first, second), _)| (place(*first), place(*second)));
    let code = |stage: Option<u8>| stage.and_then(|i| question.history.stages.get(usize::from(i)).cloned());
    let cells = entries
        .into_iter()
        .map(|((first, second), consumers)| FlowCell { from: code(first), to: code(second), consumers })
        .collect();
    Ok(FlowReport { cells, outside })
}
