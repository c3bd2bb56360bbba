//! One partition's history brought up to date after a deposit: only consumers of whom something is new are swept again.
//!
//! That is whoever the deposit's rows are about, whose rows came from or went to somebody else, and who bought in an order
//! that a refund names. Each is swept from the first event on, by the tracks of those consumers alone (decision 016).

use arrow::array::AsArray;
use arrow::datatypes::Int64Type;
use databank_lake::{DataFile, RowChoice, read_chosen};
use databank_model::SlotRange;
use rustc_hash::FxHashSet;

use crate::history::Entity;
use crate::partition::Partition;
use crate::refunds::Refunds;
use crate::rows::StageRows;
use crate::{HistoryError, HistorySource, RuleProgram};

/// What a history is extended by, the same for all partitions.
pub(crate) struct Extension<'a> {
    /// Events, memberships and partitions as they will be.
    pub(crate) source: &'a HistorySource,
    pub(crate) program: &'a RuleProgram,
    pub(crate) refunds: &'a Refunds,
    /// The rows of the deposit.
    pub(crate) news: &'a RowChoice,
    /// Consumers whose rows came from, or went to, somebody else.
    pub(crate) disturbed: &'a FxHashSet<u32>,
}

/// An extended partition.
#[derive(Debug)]
pub(crate) enum Extended {
    /// The deposit did not touch it.
    Unchanged,
    /// Its history now.
    Changed(Box<Changed>),
    /// So much of it is new that sweeping it anew costs less.
    SweepAnew,
}

/// The history of a partition after an extension, and the work it took.
#[derive(Debug)]
pub(crate) struct Changed {
    pub(crate) rows: StageRows,
    /// Events read.
    pub(crate) events: u64,
    /// Consumers swept.
    pub(crate) swept: u64,
}

impl Extension<'_> {
    /// Extends what is held of a partition, if anything is. `news_files` are those that may hold rows of the deposit.
    pub(crate) fn extend(
        &self,
        range: SlotRange,
        is_held: bool,
        held: impl FnOnce() -> Result<StageRows, HistoryError>,
        news_files: &[DataFile],
    ) -> Result<Extended, HistoryError> {
        let files = self.source.files_of(range);
        let rows_of = |files: &[DataFile]| files.iter().map(|file| file.rows).sum::<i64>();
        // All of it is new, as in a first deposit.
        if !files.is_empty() && rows_of(&files) == rows_of(news_files) && !is_held {
            return Ok(Extended::SweepAnew);
        }
        let in_range = |consumer: &&u32| range.contains((**consumer >> 24) as u8);
        let mut touched: Vec<u32> =
            self.disturbed.iter().chain(&self.refunds.buyers).filter(in_range).copied().collect();
        let n_news = self.read_news(news_files, &mut touched)?;
        if n_news == 0 && touched.is_empty() {
            return Ok(Extended::Unchanged);
        }
        // Reading the old rows in order costs less than a search for half of them.
        if n_news.saturating_mul(2) > rows_of(&files) as u64 {
            return Ok(Extended::SweepAnew);
        }
        touched.sort_unstable();
        touched.dedup();
        let Self { source, program, refunds, .. } = *self;
        let consumers = Some(touched.as_slice());
        let swept = Partition { source, range, program, entity: &Entity::Brand, refunds, consumers }.sweep()?;
        let changed = Changed {
            rows: held()?.with(&swept.rows, &touched),
            events: n_news + swept.events,
            swept: touched.len() as u64,
        };
        Ok(Extended::Changed(Box::new(changed)))
    }

    /// Adds whose the deposit's rows are; returns how many rows there are.
    fn read_news(&self, files: &[DataFile], consumers: &mut Vec<u32>) -> Result<u64, HistoryError> {
        let mut n = 0;
        for file in files {
            for batch in read_chosen(file, &["consumer"], &[], self.news)? {
                let batch = batch?;
                n += batch.num_rows() as u64;
                let column = batch.column(0).as_primitive::<Int64Type>();
                for consumer in column.iter().flatten() {
                    let consumer = consumer as u32;
                    if consumers.last() != Some(&consumer) {
                        consumers.push(consumer);
                    }
                }
            }
        }
        Ok(n)
    }
}
