//! What every format's reader gives.

use arrow::array::RecordBatch;

use super::unreadable::Found;
use super::{InputError, RAW_BYTES};

/// When the texts of unreadable records in memory reach this, they are handed on.
const FOUND_BYTES: usize = 64 * RAW_BYTES;

/// Reads one file, batch by batch.
pub(crate) trait RowReader {
    /// Returns the next rows; none when the file is done. A batch may be empty when there is something to report.
    fn next_batch(&mut self) -> Result<Option<RecordBatch>, InputError>;

    /// Returns how many records were read so far, and the unreadable ones among them since the last call.
    fn report(&mut self) -> (u64, Vec<Found>);
}

/// Collects unreadable records between two batches.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    rows: Vec<Found>,
    bytes: usize,
}

impl Findings {
    pub(crate) fn push(&mut self, found: Found) {
        self.bytes += found.raw.len() + found.message.len() + size_of::<Found>();
        self.rows.push(found);
    }

    pub(crate) fn is_full(&self) -> bool {
        self.bytes >= FOUND_BYTES
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    pub(crate) fn take(&mut self) -> Vec<Found> {
        self.bytes = 0;
        std::mem::take(&mut self.rows)
    }
}
