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

    pub(crate) fn add(&mut self, row: usize, column: usize) {
        if let Some(count) = self.counts.get_mut(row * self.width + column) {
            *count += 1;
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

/// One person's place on two days (the number of stages stands for outside the chain), and whether an interval ended
/// before the first.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Places {
    pub(crate) first: usize,
    pub(crate) second: usize,
    pub(crate) before: bool,
}

impl Places {
    pub(crate) fn of(rows: &StageRows, range: std::ops::Range<usize>, days: (Day, Day), outside: usize) -> Self {
        let (from, to) = (days.0.0, days.1.0);
        let mut places = Self { first: outside, second: outside, before: false };
        let intervals = rows.from[range.clone()].iter().zip(&rows.to[range.clone()]);
        for ((start, end), stage) in intervals.zip(&rows.stages[range]) {
            if *start <= from && from < *end {
                places.first = usize::from(*stage);
            }
            if *start <= to && to < *end {
                places.second = usize::from(*stage);
            }
            places.before |= *end <= from;
        }
        places
    }
}

/// What one pass over all intervals tells about two days.
#[derive(Debug)]
pub(crate) struct Passage {
    pub(crate) flow: FlowReport,
    /// Who was in the chain on any day up to the second.
    pub(crate) ever: i64,
}

pub(crate) fn passage(history: &History, from: Day, to: Day) -> Result<Passage, AssetError> {
    if from > to {
        return Err(AssetError::Reversed { from, to });
    }
    let n_stages = history.stages.len();
    let mut matrix = Matrix::new(&history.stages, &history.stages);
    let (mut outside, mut ever) = (Outside::default(), 0);
    history.for_each_rows(&mut |rows| {
        for (_, range) in rows.by_consumer() {
            // Sorted by first day: a person's first row tells when they first came.
            ever += i64::from(rows.from[range.start] <= to.0);
            let places = Places::of(rows, range, (from, to), n_stages);
            if (places.first, places.second) == (n_stages, n_stages) {
                continue;
            }
            matrix.add(places.first, places.second);
            if places.first == n_stages {
                *(if places.before { &mut outside.lost } else { &mut outside.never }) += 1;
            }
        }
    })?;
    let cells = matrix.cells(&history.stages, &history.stages);
    Ok(Passage { flow: FlowReport { cells, outside }, ever })
}

/// The flow matrix from the end of `from` to the end of `to`.
pub fn flow(history: &History, from: Day, to: Day) -> Result<FlowReport, AssetError> {
    Ok(passage(history, from, to)?.flow)
}
