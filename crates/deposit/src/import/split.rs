//! Rows of several brands in one stream: each to its own, gathered until they are worth a conversion.
//!
//! A batch of twenty brands holds a few hundred rows of each. Converting has costs by the batch, so rows wait here until
//! their brand has a batch of its own. Within a brand they stay in the order of the stream.

use arrow::array::{RecordBatch, UInt32Array};
use databank_model::BrandSlug;
use rustc_hash::FxHashMap;

use crate::DepositError;
use crate::events::texts::texts_of;
use crate::input::BATCH_ROWS;
use crate::rows::{join_rows, size_bytes, take_rows};

/// Bytes of waiting rows over all brands, beyond which the brand with the most goes first.
const WAITING_BYTES: usize = 48 << 20;

/// Rows of one brand that wait.
#[derive(Debug, Default)]
struct Waiting {
    parts: Vec<RecordBatch>,
    rows: usize,
    bytes: usize,
}

/// Sorts rows out by the brand that they name.
#[derive(Debug)]
pub(super) struct Split {
    places: FxHashMap<String, usize>,
    waiting: Vec<Waiting>,
    /// Rows of the present batch by brand; kept for its memory.
    rows: Vec<Vec<u32>>,
}

impl Split {
    /// A split among these brands, who are known by their place from here on.
    pub(super) fn new<'a>(brands: impl Iterator<Item = &'a BrandSlug>) -> Self {
        let (mut places, mut waiting, mut rows) = (FxHashMap::default(), Vec::new(), Vec::new());
        for (place, slug) in brands.enumerate() {
            places.insert(slug.to_string(), place);
            waiting.push(Waiting::default());
            rows.push(Vec::new());
        }
        Self { places, waiting, rows }
    }

    /// Takes the rows of a batch; returns those that name no brand of the split.
    pub(super) fn add(&mut self, batch: &RecordBatch) -> Result<Vec<usize>, DepositError> {
        let missing = || DepositError::BadRequest { message: "--brands needs a brand column".to_owned() };
        let column = texts_of(batch.column_by_name("brand").ok_or_else(missing)?)?;
        let mut unnamed = Vec::new();
        self.rows.iter_mut().for_each(Vec::clear);
        for (row, text) in column.iter().enumerate() {
            let place = text.and_then(|text| self.places.get(text));
            match place.and_then(|place| self.rows.get_mut(*place)) {
                Some(rows) => rows.push(row as u32),
                None => unnamed.push(row),
            }
        }
        for (waiting, rows) in self.waiting.iter_mut().zip(&self.rows).filter(|(_, rows)| !rows.is_empty()) {
            // Copied, not sliced from one sorted batch: a brand with few rows would keep the memory of all the others'.
            let part = if rows.len() == batch.num_rows() {
                batch.clone()
            } else {
                take_rows(batch, &UInt32Array::from(rows.clone()))?
            };
            waiting.rows += part.num_rows();
            waiting.bytes += size_bytes(&part);
            waiting.parts.push(part);
        }
        Ok(unnamed)
    }

    /// A brand whose rows fill a batch, or who must make room for others.
    pub(super) fn next_full(&self) -> Option<usize> {
        let full = self.waiting.iter().position(|waiting| waiting.rows >= BATCH_ROWS);
        let is_crowded = || self.waiting.iter().map(|waiting| waiting.bytes).sum::<usize>() > WAITING_BYTES;
        let most = || (0..self.waiting.len()).max_by_key(|place| self.waiting.get(*place).map(|w| w.bytes));
        full.or_else(|| if is_crowded() { most() } else { None })
    }

    /// Takes what waits of a brand.
    pub(super) fn take(&mut self, place: usize) -> Result<Option<RecordBatch>, DepositError> {
        let waiting = self.waiting.get_mut(place).map(std::mem::take).unwrap_or_default();
        let Some(first) = waiting.parts.first() else { return Ok(None) };
        Ok(Some(join_rows(&first.schema(), &waiting.parts)?))
    }

    /// How many rows of a brand wait.
    pub(super) fn waiting(&self, place: usize) -> u64 {
        self.waiting.get(place).map_or(0, |waiting| waiting.rows as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{ArrayRef, AsArray, Int64Array, StringArray};
    use arrow::datatypes::Int64Type;
    use std::sync::Arc;

    fn batch(brands: &[Option<&str>], first: i64) -> RecordBatch {
        let brand: ArrayRef = Arc::new(brands.iter().copied().collect::<StringArray>());
        let numbers = Int64Array::from_iter_values(first..first + brands.len() as i64);
        RecordBatch::try_from_iter([("brand", brand), ("number", Arc::new(numbers) as ArrayRef)]).unwrap()
    }

    fn numbers(batch: Option<RecordBatch>) -> Vec<i64> {
        batch.map_or_else(Vec::new, |batch| batch.column(1).as_primitive::<Int64Type>().values().to_vec())
    }

    #[test]
    fn rows_wait_in_the_order_of_the_stream_until_their_brand_has_a_batch() {
        let slugs: Vec<BrandSlug> = ["a", "b"].map(|slug| slug.parse().unwrap()).into();
        let mut split = Split::new(slugs.iter());
        assert_eq!(split.add(&batch(&[Some("b"), Some("a"), None, Some("b"), Some("A")], 0)).unwrap(), [2, 4]);
        assert_eq!(split.add(&batch(&[Some("b"); 3], 5)).unwrap(), Vec::<usize>::new());
        assert_eq!((split.waiting(0), split.waiting(1), split.next_full()), (1, 5, None));
        assert_eq!(numbers(split.take(1).unwrap()), [0, 3, 5, 6, 7]);
        assert_eq!(numbers(split.take(1).unwrap()), Vec::<i64>::new());
        assert_eq!(split.waiting(1), 0);
        split.add(&batch(&vec![Some("a"); BATCH_ROWS], 8)).unwrap();
        assert_eq!(split.next_full(), Some(0));
        assert_eq!(split.take(0).unwrap().unwrap().num_rows(), BATCH_ROWS + 1);
        assert_eq!(split.next_full(), None);
    }
}
