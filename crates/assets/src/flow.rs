//! Who moved from which stage to which between two days.

use databank_history::{History, StageRows};
use databank_model::Day;

use crate::AssetError;

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

/// Counts by stage on one side and stage on another; beside the stages there is a place for outside the chain.
#[derive(Debug, Clone)]
pub(crate) struct Matrix {
    counts: Vec<i64>,
    width: usize,
}

impl Matrix {
    pub(crate) fn new(rows: &[String], columns: &[String]) -> Self {
        let width = columns.len() + 1;
        Self { counts: vec![0; (rows.len() + 1) * width], width }
    }

    pub(crate) fn add(&mut self, row: usize, column: usize, consumers: i64) {
        if let Some(count) = self.counts.get_mut(row * self.width + column) {
            *count += consumers;
        }
    }

    fn get(&self, row: usize, column: usize) -> i64 {
        self.counts.get(row * self.width + column).copied().unwrap_or(0)
    }

    /// The cells that are not 0, outside first, then the shallowest first. Stages are listed deepest first.
    pub(crate) fn cells(&self, rows: &[String], columns: &[String]) -> Vec<FlowCell> {
        let mut cells = Vec::new();
        for row in (0..=rows.len()).rev() {
            for column in (0..=columns.len()).rev() {
                let consumers = self.get(row, column);
                if consumers != 0 {
                    let (from, to) = (rows.get(row).cloned(), columns.get(column).cloned());
                    cells.push(FlowCell { from, to, consumers });
                }
            }
        }
        cells
    }
}

/// One person's place on two days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Places {
    /// Stage on the first day; the number of stages stands for outside the chain.
    pub(crate) first: u8,
    /// Stage on the second day.
    pub(crate) second: u8,
    /// Whether an interval ended before the first day, or on it.
    pub(crate) before: bool,
    /// Whether an interval began before the second day, or on it.
    pub(crate) ever: bool,
}

impl Places {
    /// Hands over everybody: the first of their rows, and their places. One loop without a branch inside a person's rows.
    pub(crate) fn for_each(rows: &StageRows, days: (Day, Day), n_stages: usize, mut take: impl FnMut(usize, Self)) {
        let (from, to, outside) = (days.0.0, days.1.0, n_stages as u8);
        let nowhere = Self { first: outside, second: outside, before: false, ever: false };
        let n_rows = rows.len();
        let (consumers, stages) = (&rows.consumers[..n_rows], &rows.stages[..n_rows]);
        let (starts, ends) = (&rows.from[..n_rows], &rows.to[..n_rows]);
        let (mut places, mut own, mut present) = (nowhere, 0, consumers.first().copied());
        for row in 0..n_rows {
            if Some(consumers[row]) != present {
                take(own, places);
                (places, own, present) = (nowhere, row, Some(consumers[row]));
            }
            let (start, end, stage) = (starts[row], ends[row], stages[row]);
            places.first = if start <= from && from < end { stage } else { places.first };
            places.second = if start <= to && to < end { stage } else { places.second };
            places.before |= end <= from;
            places.ever |= start <= to;
        }
        if n_rows > 0 {
            take(own, places);
        }
    }
}

/// What one pass over all intervals tells about two days.
#[derive(Debug)]
pub(crate) struct Passage {
    pub(crate) flow: FlowReport,
    /// Who was in the chain on any day up to the second.
    pub(crate) ever: i64,
}

/// Counts everybody by their places: a row of the table for each stage on the first day, those outside apart by whether they
/// had ever been in it; beside it, how many had been in the chain by the second day.
///
/// Says what [`Places::for_each`] says, without a branch at a person's end, which no processor could guess: every row adds
/// to the cell of what is known by it, the last row of a person one and any other nothing.
fn tally(rows: &StageRows, days: (Day, Day), n_stages: usize) -> (Vec<i64>, i64) {
    let (from, to, outside, width) = (days.0.0, days.1.0, n_stages as u8, n_stages + 1);
    let mut counts = vec![0_i64; (width + 1) * width];
    let n_rows = rows.len();
    let (consumers, stages) = (&rows.consumers[..n_rows], &rows.stages[..n_rows]);
    let (starts, ends) = (&rows.from[..n_rows], &rows.to[..n_rows]);
    let mut ever_in_all = 0;
    let (mut first, mut second, mut before, mut ever) = (outside, outside, false, false);
    for row in 0..n_rows {
        let (start, end, stage) = (starts[row], ends[row], stages[row]);
        first = if start <= from && from < end { stage } else { first };
        second = if start <= to && to < end { stage } else { second };
        before |= end <= from;
        ever |= start <= to;
        let is_last = consumers.get(row + 1) != Some(&consumers[row]);
        let cell = (usize::from(first) + usize::from((first == outside) & before)) * width + usize::from(second);
        if let Some(count) = counts.get_mut(cell) {
            *count += i64::from(is_last);
        }
        ever_in_all += i64::from(is_last & ever);
        first = if is_last { outside } else { first };
        second = if is_last { outside } else { second };
        before &= !is_last;
        ever &= !is_last;
    }
    (counts, ever_in_all)
}

pub(crate) fn passage(history: &History, from: Day, to: Day) -> Result<Passage, AssetError> {
    if from > to {
        return Err(AssetError::Reversed { from, to });
    }
    let stages = &history.stages;
    let n_stages = stages.len();
    let parts = history.map_rows(&|rows| tally(rows, (from, to), n_stages))?;
    let mut matrix = Matrix::new(stages, stages);
    let (mut outside, mut ever) = (Outside::default(), 0);
    for (counts, part_ever) in &parts {
        ever += part_ever;
        for (row, cells) in counts.chunks(n_stages + 1).enumerate() {
            for (second, count) in cells.iter().enumerate() {
                if row >= n_stages && second == n_stages {
                    continue;
                }
                matrix.add(row.min(n_stages), second, *count);
                if row >= n_stages {
                    *(if row == n_stages { &mut outside.never } else { &mut outside.lost }) += *count;
                }
            }
        }
    }
    let cells = matrix.cells(stages, stages);
    Ok(Passage { flow: FlowReport { cells, outside }, ever })
}

/// The flow matrix from the end of `from` to the end of `to`.
pub fn flow(history: &History, from: Day, to: Day) -> Result<FlowReport, AssetError> {
    Ok(passage(history, from, to)?.flow)
}
