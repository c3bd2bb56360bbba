//! Sorted streams of events, merged into one.
//!
//! A stream holds one batch. The stream whose next row comes first is on top of a heap; picked rows are gathered and
//! copied together, so that a column is copied in one go and no row is looked at more than once. Streams whose batches
//! and pages would not fit into the budget together are merged in passes, smallest first.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;

use arrow::array::RecordBatch;
use databank_lake::runs::Key;
use databank_lake::{FileReader, OpenFile, Part, Table};

use super::spill::{BATCH_BYTES, Run, RunReader, Scratch, batch_rows};
use super::stale::{Places, Sieve};
use crate::DepositError;
use crate::rows::interleave_rows;
use crate::uniform::{Repeated, Uniform};

/// A row's place among the rows of its partition: consumer (anonymous rows last), instant, key.
pub(super) type Order = (u64, i64, Key);

/// What a merge may take at a time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Budget {
    /// Streams at most.
    pub(super) streams: usize,
    /// Bytes of their batches and pages, about.
    pub(super) bytes: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self { streams: 64, bytes: 64 << 20 }
    }
}

/// Sorted rows that go into a merge.
#[derive(Debug)]
pub(super) enum Input<'a> {
    /// Row groups of a data file.
    File { file: OpenFile, row_groups: Vec<usize>, rows: usize, sieve: Option<Sieve<'a>> },
    /// Rows on the side.
    Run { run: Run, sieve: Option<Sieve<'a>> },
    /// What an earlier pass left; nobody else reads it.
    Pass(Run),
}

impl<'a> Input<'a> {
    fn rows(&self) -> usize {
        match self {
            Self::File { rows, .. } => *rows,
            Self::Run { run, .. } | Self::Pass(run) => run.rows,
        }
    }

    fn row_bytes(&self) -> usize {
        match self {
            Self::File { file, .. } => file.row_bytes(),
            Self::Run { run, .. } | Self::Pass(run) => run.row_bytes,
        }
    }

    /// Memory of a stream: its batch, one before it whose rows are not copied yet, and pages.
    fn bytes(&self) -> usize {
        let pages = match self {
            Self::File { file, .. } => file.page_bytes(),
            Self::Run { .. } | Self::Pass(_) => 0,
        };
        2 * BATCH_BYTES + pages
    }

    /// What its rows have in common, as far as it is known.
    fn uniform(&self) -> Uniform {
        match self {
            Self::File { .. } => Uniform::unknown(&Table::Events.schema()),
            Self::Run { run, .. } | Self::Pass(run) => run.uniform(),
        }
    }

    fn open(&self, batch_rows: usize) -> Result<Option<Stream<'a>>, DepositError> {
        let (source, sieve) = match self {
            Self::File { file, row_groups, sieve, .. } => {
                let schema = Table::Events.schema();
                let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
                let part = Part { row_groups: row_groups.clone(), rows: None, batch_rows };
                (Source::File(Box::new(file.read(&names, part)?)), *sieve)
            }
            Self::Run { run, sieve } => (Source::Run(Box::new(run.open()?)), *sieve),
            Self::Pass(run) => (Source::Run(Box::new(run.open()?)), None),
        };
        Stream::open(source, sieve)
    }
}

#[derive(Debug)]
enum Source {
    File(Box<FileReader>),
    Run(Box<RunReader>),
    /// Nothing is left, and nothing held.
    Ended,
}

impl Source {
    fn next(&mut self) -> Result<Option<RecordBatch>, DepositError> {
        let batch = match self {
            Self::File(reader) => reader.next().transpose()?,
            Self::Run(reader) => reader.next().transpose()?,
            Self::Ended => None,
        };
        // Files of another writer may have notes in their schema.
        let named = |batch: RecordBatch| RecordBatch::try_new(Table::Events.schema(), batch.columns().to_vec());
        Ok(batch.map(named).transpose()?)
    }
}

/// A sorted stream at a row.
#[derive(Debug)]
struct Stream<'a> {
    source: Source,
    sieve: Option<Sieve<'a>>,
    batch: RecordBatch,
    places: Places,
    kept: Option<Vec<u32>>,
    at: usize,
}

impl<'a> Stream<'a> {
    /// At its first row; `None` when it has none.
    fn open(source: Source, sieve: Option<Sieve<'a>>) -> Result<Option<Self>, DepositError> {
        let batch = RecordBatch::new_empty(Table::Events.schema());
        let places = Places::of(&batch)?;
        let mut stream = Self { source, sieve, batch, places, kept: None, at: 0 };
        Ok(stream.next_batch()?.then_some(stream))
    }

    fn next_batch(&mut self) -> Result<bool, DepositError> {
        while let Some(batch) = self.source.next()? {
            self.places = Places::of(&batch)?;
            self.kept = self.sieve.map(|sieve| sieve.kept(&batch, &self.places)).transpose()?.flatten();
            self.batch = batch;
            self.at = 0;
            if self.rows() > 0 {
                return Ok(true);
            }
        }
        self.source = Source::Ended;
        self.batch = RecordBatch::new_empty(Table::Events.schema());
        Ok(false)
    }

    fn rows(&self) -> usize {
        self.kept.as_ref().map_or(self.places.rows(), Vec::len)
    }

    fn row(&self) -> usize {
        match &self.kept {
            Some(kept) => kept.get(self.at).map_or(0, |row| *row as usize),
            None => self.at,
        }
    }

    fn order(&self) -> Order {
        self.places.order(self.row())
    }
}

/// Takes batches of merged rows.
type Emit<'e> = dyn FnMut(&RecordBatch) -> Result<(), DepositError> + 'e;

/// Merges all inputs, in passes where they are too many.
pub(super) fn merge(
    mut inputs: Vec<Input<'_>>,
    budget: Budget,
    scratch: &mut Scratch,
    emit: &mut Emit<'_>,
) -> Result<(), DepositError> {
    loop {
        let fan_in = fan_in(&inputs, budget);
        if inputs.len() <= fan_in {
            return merge_at_once(&inputs, emit);
        }
        // Just so many at first that full passes remain, and the smallest: most rows are then copied once.
        inputs.sort_by_key(|input| Reverse(input.rows()));
        let at_first = (inputs.len() - fan_in + 1).min(fan_in);
        let smallest = inputs.split_off(inputs.len() - at_first);
        let mut writer = scratch.create(shared(&smallest))?;
        merge_at_once(&smallest, &mut |batch| writer.write(batch))?;
        inputs.push(Input::Pass(writer.finish()?));
    }
}

/// How many of the inputs may be open together.
fn fan_in(inputs: &[Input<'_>], budget: Budget) -> usize {
    let mut costs: Vec<usize> = inputs.iter().map(Input::bytes).collect();
    costs.sort_unstable_by_key(|cost| Reverse(*cost));
    let mut left = budget.bytes;
    let fitting = costs.iter().take_while(|cost| {
        let fits = left >= **cost;
        left = left.saturating_sub(**cost);
        fits
    });
    // Two must be open for anything to be merged.
    fitting.count().clamp(2, budget.streams.max(2))
}

/// What the rows of all inputs have in common.
fn shared(inputs: &[Input<'_>]) -> Uniform {
    let all = inputs.iter().map(Input::uniform).reduce(|one, other| one.shared_with(&other));
    all.unwrap_or_else(|| Uniform::unknown(&Table::Events.schema()))
}

fn merge_at_once(inputs: &[Input<'_>], emit: &mut Emit<'_>) -> Result<(), DepositError> {
    let row_bytes = inputs.iter().map(Input::row_bytes).max().unwrap_or(1);
    let (read_rows, emit_rows) = (batch_rows(row_bytes), 4 * batch_rows(row_bytes));
    let known = shared(inputs).repeated(emit_rows)?;
    let mut streams = Vec::with_capacity(inputs.len());
    for input in inputs {
        streams.extend(input.open(read_rows)?);
    }
    let mut heap: BinaryHeap<Reverse<(Order, usize)>> =
        streams.iter().enumerate().map(|(number, stream)| Reverse((stream.order(), number))).collect();
    // Batches that picked rows lie in, and which of them is each stream's present one.
    let mut held: Vec<RecordBatch> = streams.iter().map(|stream| stream.batch.clone()).collect();
    let mut present: Vec<usize> = (0..streams.len()).collect();
    let mut picks: Vec<(usize, usize)> = Vec::with_capacity(emit_rows);
    while let Some(mut top) = heap.peek_mut() {
        let number = top.0.1;
        let (Some(stream), Some(place)) = (streams.get_mut(number), present.get_mut(number)) else { break };
        picks.push((*place, stream.row()));
        stream.at += 1;
        if stream.at < stream.rows() {
            *top = Reverse((stream.order(), number));
        } else if stream.next_batch()? {
            *place = held.len();
            held.push(stream.batch.clone());
            *top = Reverse((stream.order(), number));
        } else {
            PeekMut::pop(top);
        }
        if picks.len() >= emit_rows {
            emit_picked(&held, &mut picks, &known, emit)?;
            held = streams.iter().map(|stream| stream.batch.clone()).collect();
            present = (0..streams.len()).collect();
        }
    }
    emit_picked(&held, &mut picks, &known, emit)?;
    drop(streams);
    inputs.iter().try_for_each(|input| if let Input::Pass(run) = input { run.delete() } else { Ok(()) })
}

fn emit_picked(
    held: &[RecordBatch],
    picks: &mut Vec<(usize, usize)>,
    known: &Repeated,
    emit: &mut Emit<'_>,
) -> Result<(), DepositError> {
    if picks.is_empty() {
        return Ok(());
    }
    let batches: Vec<&RecordBatch> = held.iter().collect();
    emit(&interleave_rows(&batches, picks, known)?)?;
    picks.clear();
    Ok(())
}
