//! Two histories of the same people beside each other: what other rules would make of them.

use databank_history::History;
use databank_model::Day;

use crate::flow::Matrix;
use crate::{AssetError, FlowCell};

/// Everybody who is in the chain on a day by either of two histories, by where each of them puts them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Classified {
    /// Cells that are not 0, outside first, then shallowest first: `from` by the first history, `to` by the second.
    pub cells: Vec<FlowCell>,
}

/// Lays two histories of one vault version beside each other on one day. Holds 5 bytes for each consumer in the chain.
pub fn classify(before: &History, after: &History, day: Day) -> Result<Classified, AssetError> {
    let (old, new) = (standing(before, day)?, standing(after, day)?);
    let mut matrix = Matrix::new(&before.stages, &after.stages);
    let (mut old, mut new) = (old.peekable(), new.peekable());
    loop {
        let (left, right) = (old.peek().copied(), new.peek().copied());
        let consumer = match (left, right) {
            (None, None) => break,
            (Some((left, _)), Some((right, _))) => left.min(right),
            (Some((one, _)), None) | (None, Some((one, _))) => one,
        };
        let at = |held: Option<(u32, u8)>, outside: usize| {
            held.filter(|(of, _)| *of == consumer).map_or(outside, |(_, stage)| usize::from(stage))
        };
        matrix.add(at(left, before.stages.len()), at(right, after.stages.len()), 1);
        old.next_if(|(of, _)| *of == consumer);
        new.next_if(|(of, _)| *of == consumer);
    }
    Ok(Classified { cells: matrix.cells(&before.stages, &after.stages) })
}

/// Who is in the chain on a day, in the order of their numbers, and in which stage.
fn standing(history: &History, day: Day) -> Result<impl Iterator<Item = (u32, u8)>, AssetError> {
    let mut partitions: Vec<(Vec<u32>, Vec<u8>)> = history.map_rows(&|rows| {
        let (mut consumers, mut stages) = (Vec::new(), Vec::new());
        for row in 0..rows.len() {
            if rows.from[row] <= day.0 && day.0 < rows.to[row] {
                consumers.push(rows.consumers[row]);
                stages.push(rows.stages[row]);
            }
        }
        (consumers, stages)
    })?;
    // A consumer is never split over two partitions, and partitions are ranges of numbers.
    partitions.sort_unstable_by_key(|(consumers, _)| consumers.first().copied());
    Ok(partitions.into_iter().flat_map(|(consumers, stages)| consumers.into_iter().zip(stages)))
}
