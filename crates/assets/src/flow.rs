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

/// Rows that are gone through side by side.
const BLOCK: usize = 1024;

/// Counts everybody by their places: a row of the table for each stage on the first day, those outside apart by whether they
/// had ever been in it, and none for who is outside on both; beside it, how many had been in the chain by the second day.
///
/// Says what [`Places::for_each`] says, a block of rows at a time: most rows hold both days, or neither, and are told apart
/// without looking at their neighbors; the person's other rows are looked at where a row holds one of the days.
fn tally(rows: &StageRows, days: (Day, Day), n_stages: usize) -> (Vec<i64>, i64) {
    let (from, to, width) = (days.0.0, days.1.0, n_stages + 1);
    let mut counts = vec![0_i64; (width + 1) * width];
    let mut ever = 0;
    let mut add = |row: usize, column: usize, consumers: i64| {
        if let Some(count) = counts.get_mut(row * width + column) {
            *count += consumers;
        }
    };
    // Of a row that holds both days its stage, and whether it holds one of them.
    let (mut stays, mut crosses) = ([0_u8; BLOCK], [0_u8; BLOCK]);
    let mut before = None;
    for start in (0..rows.len()).step_by(BLOCK) {
        let block = start..(start + BLOCK).min(rows.len());
        let (stays, crosses) = (&mut stays[..block.len()], &mut crosses[..block.len()]);
        let (starts, ends) = (&rows.from[block.clone()], &rows.to[block.clone()]);
        let (stages, consumers) = (&rows.stages[block.clone()], &rows.consumers[block.clone()]);
        let of_rows = starts.iter().zip(ends).zip(stages);
        for ((stay, crosses), ((start, end), stage)) in stays.iter_mut().zip(&mut *crosses).zip(of_rows) {
            let (first, second) = (holds(*start, *end, from), holds(*start, *end, to));
            *stay = *stage | u8::from(first & second).wrapping_sub(1);
            *crosses = u8::from(first ^ second);
        }
        // A person's first row begins first.
        let is_first = |consumer: u32| before != Some(consumer);
        ever += i64::from(starts.first().zip(consumers.first()).is_some_and(|(start, c)| is_first(*c) && *start <= to));
        let pairs = consumers.iter().zip(consumers.get(1..).unwrap_or_default());
        let later = pairs.zip(starts.get(1..).unwrap_or_default());
        ever += i64::from(later.map(|((last, own), start)| u32::from(last != own && *start <= to)).sum::<u32>());
        before = consumers.last().copied();
        for stage in 0..n_stages as u8 {
            // As many bytes as one of them can count.
            let of_stage = |part: &[u8]| part.iter().map(|stay| u8::from(*stay == stage)).sum::<u8>();
            let stay = usize::from(stage);
            add(stay, stay, stays.chunks(255).map(|part| i64::from(of_stage(part))).sum());
        }
        for (eight, crossing) in crosses.chunks(8).enumerate().filter(|(_, eight)| eight.iter().any(|c| *c != 0)) {
            for (place, _) in crossing.iter().enumerate().filter(|(_, crosses)| **crosses != 0) {
                if let Some((row, column)) = crossing_cell(rows, start + eight * 8 + place, (from, to), n_stages) {
                    add(row, column, 1);
                }
            }
        }
    }
    (counts, ever)
}

/// Whether a stay holds a day: one comparison in place of two.
fn holds(start: i32, end: i32, day: i32) -> bool {
    (day.wrapping_sub(start) as u32) < end.wrapping_sub(start) as u32
}

/// The cell of a person of whom a row holds one of the two days; none where the row that holds the first day tells of both.
fn crossing_cell(rows: &StageRows, row: usize, days: (i32, i32), n_stages: usize) -> Option<(usize, usize)> {
    let (from, to) = days;
    let (own, stage) = (rows.consumers[row], usize::from(rows.stages[row]));
    let is_own = |other: &usize| rows.consumers.get(*other) == Some(&own);
    if rows.from[row] <= from {
        let mut later = (row + 1..).take_while(is_own);
        let second = later.find(|other| holds(rows.from[*other], rows.to[*other], to));
        return Some((stage, second.map_or(n_stages, |other| usize::from(rows.stages[other]))));
    }
    // The latest stay that had begun by the first day: it held it, or was lost by then.
    let earlier = (0..row).rev().take_while(is_own).find(|other| rows.from[*other] <= from);
    match earlier {
        Some(other) if from < rows.to[other] => None,
        earlier => Some((n_stages + usize::from(earlier.is_some()), stage)),
    }
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
