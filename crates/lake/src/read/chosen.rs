//! Reading the rows that some numbers choose.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array, AsArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int64Type};
use parquet::arrow::arrow_reader::RowSelection;
use parquet::file::metadata::{PageIndexPolicy, ParquetMetaData};
use parquet::file::page_index::column_index::ColumnIndexMetaData;
use rustc_hash::FxHashSet;

use super::{FileReader, open};
use crate::{DataFile, LakeError};

/// Some numbers among very many: most of the others are told apart by one bit of a table that stays in a near cache.
#[derive(Debug)]
pub struct Numbers {
    set: FxHashSet<i64>,
    /// The same, in order.
    ascending: Vec<i64>,
    bits: Vec<u64>,
    /// The table has two to the power of so many bits.
    log_bits: u32,
}

impl Numbers {
    /// These numbers.
    pub fn new(numbers: impl IntoIterator<Item = i64>) -> Self {
        let set: FxHashSet<i64> = numbers.into_iter().collect();
        let mut ascending: Vec<i64> = set.iter().copied().collect();
        ascending.sort_unstable();
        // Sixteen bits a number: one in sixteen of the others is looked up in vain.
        let log_bits = (set.len() * 16).next_power_of_two().ilog2().clamp(16, 24);
        let mut bits = vec![0; (1 << log_bits) / 64];
        for number in &set {
            let bit = Self::bit_of(*number, log_bits);
            bits[bit / 64] |= 1 << (bit % 64);
        }
        Self { set, ascending, bits, log_bits }
    }

    /// The golden ratio spreads neighbors.
    fn bit_of(number: i64, log_bits: u32) -> usize {
        ((number as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - log_bits)) as usize
    }

    /// Whether it is one of them; about a nanosecond for one that is not.
    pub fn contains(&self, number: i64) -> bool {
        let bit = Self::bit_of(number, self.log_bits);
        self.bits[bit / 64] >> (bit % 64) & 1 == 1 && self.set.contains(&number)
    }

    /// Whether one of them lies within these bounds, both included.
    fn touch(&self, least: i64, greatest: i64) -> bool {
        let first = self.ascending.partition_point(|number| *number < least);
        self.ascending.get(first).is_some_and(|number| *number <= greatest)
    }
}

/// Which rows of a file to read: those whose whole number in one column is wanted; a row without one never is. Others'
/// columns are not decoded.
#[derive(Debug, Clone)]
pub struct RowChoice {
    column: &'static str,
    wanted: Arc<Numbers>,
}

impl RowChoice {
    /// Rows with one of these numbers in `column`, which may be read or not.
    pub fn new(column: &'static str, numbers: impl IntoIterator<Item = i64>) -> Self {
        Self { column, wanted: Arc::new(Numbers::new(numbers)) }
    }

    /// The column.
    pub fn column(&self) -> &'static str {
        self.column
    }

    /// Whether rows with this number are chosen.
    pub fn contains(&self, number: i64) -> bool {
        self.wanted.contains(number)
    }
}

/// Does what [`read_file`](super::read_file) does, for the chosen rows only.
///
/// Twice over the file: the column of the choice, without the pages whose bounds rule the numbers out; then of the others
/// only the pages that hold chosen rows, by their places.
pub fn read_chosen(
    file: &DataFile,
    columns: &[&str],
    dictionary: &[&str],
    choice: &RowChoice,
) -> Result<FileReader, LakeError> {
    let path = &file.path;
    let failed = || LakeError::parquet("read", path);
    let builder = open(file, &[choice.column], &[], PageIndexPolicy::Optional)?;
    let possible = possible_rows(builder.metadata(), choice);
    let rows = builder.metadata().file_metadata().num_rows().max(0) as usize;
    let reader = match possible.as_slice() {
        // From the first page to the last: by places, each page would be a system call.
        [all] if all.len() == rows => super::read_file(file, &[choice.column], &[])?.reader,
        _ => builder.with_row_selection(selection(possible.clone(), rows)).build().map_err(failed())?,
    };
    let mut places = possible.into_iter().flatten();
    let mut chosen: Vec<Range<usize>> = Vec::new();
    for batch in reader {
        let batch = batch.map_err(LakeError::arrow(path))?;
        let numbers = cast(batch.column(0), &DataType::Int64).map_err(LakeError::arrow(path))?;
        let numbers = numbers.as_primitive::<Int64Type>();
        for ((row, value), place) in numbers.values().iter().enumerate().zip(&mut places) {
            if choice.wanted.contains(*value) && numbers.is_valid(row) {
                add(&mut chosen, place..place + 1);
            }
        }
    }
    let reader = open(file, columns, dictionary, PageIndexPolicy::Optional)?
        .with_row_selection(selection(chosen, rows))
        .build()
        .map_err(failed())?;
    Ok(FileReader { path: path.clone(), reader })
}

fn selection(ranges: Vec<Range<usize>>, rows: usize) -> RowSelection {
    RowSelection::from_consecutive_ranges(ranges.into_iter(), rows)
}

/// Adds a range after the others.
fn add(ranges: &mut Vec<Range<usize>>, range: Range<usize>) {
    match ranges.last_mut() {
        Some(last) if last.end == range.start => last.end = range.end,
        _ => ranges.push(range),
    }
}

/// The rows of pages that may hold a chosen one, by the bounds that pages have, ascending.
fn possible_rows(metadata: &ParquetMetaData, choice: &RowChoice) -> Vec<Range<usize>> {
    let mut possible = Vec::new();
    let mut before = 0;
    for (place, group) in metadata.row_groups().iter().enumerate() {
        let rows = group.num_rows().max(0) as usize;
        let column = group.columns().iter().position(|column| column.column_path().string() == choice.column);
        let pages = column.and_then(|column| {
            let ColumnIndexMetaData::INT64(bounds) = metadata.column_index()?.get(place)?.get(column)? else {
                return None;
            };
            Some((bounds, metadata.offset_index()?.get(place)?.get(column)?.page_locations()))
        });
        match pages {
            None => add(&mut possible, before..before + rows),
            Some((bounds, pages)) => {
                for (number, page) in pages.iter().enumerate() {
                    let start = page.first_row_index.max(0) as usize;
                    let end = pages.get(number + 1).map_or(rows, |next| next.first_row_index.max(0) as usize);
                    let may_hold = match (bounds.min_value(number), bounds.max_value(number)) {
                        (Some(least), Some(greatest)) => choice.wanted.touch(*least, *greatest),
                        // All its rows are without a number.
                        _ => false,
                    };
                    if may_hold && start < end {
                        add(&mut possible, before + start..before + end);
                    }
                }
            }
        }
        before += rows;
    }
    possible
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_found_alone_and_within_bounds() {
        let numbers = Numbers::new([7, -3, 1 << 40, 7]);
        assert!([7, -3, 1 << 40].iter().all(|number| numbers.contains(*number)));
        assert!((0..100_000).filter(|number| numbers.contains(*number)).eq([7]));
        for (least, greatest, touches) in [
            (-3, -3, true),
            (-2, 6, false),
            (7, 9, true),
            (0, 7, true),
            (8, (1 << 40) - 1, false),
            (i64::MIN, -4, false),
        ] {
            assert_eq!(numbers.touch(least, greatest), touches, "{least}..={greatest}");
        }
        assert!(!Numbers::new([]).touch(i64::MIN, i64::MAX));
    }
}
