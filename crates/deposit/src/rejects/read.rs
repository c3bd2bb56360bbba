//! Reading a brand's rejects. Which ones are meant is decided by the columns that are stored in clear; the sealed rows are
//! read and opened only of those that are asked for.

use std::collections::{BTreeMap, BinaryHeap};
use std::ops::Range;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{Int64Type, TimestampMicrosecondType};
use databank_engine::BrandReader;
use databank_identity::{IdType, SealKey};
use databank_lake::{OpenFile, Part, Table, TableSnapshot, read_file};
use databank_model::BrandSlug;
use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};

use crate::DepositError;
use crate::brand::reject_store::{StoredReject, seal_kind, take_message};
use crate::import::{ImportContext, unwrap_keys};
use crate::reject::Reject;

/// The columns that say which rejects are meant.
const CLEAR: [&str; 8] = ["reject", "source", "block", "file", "line", "code", "field", "message"];

/// Rows opened at a time.
const BATCH_ROWS: usize = 1024;

/// Which rejects are meant: those that fit everything that is given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RejectFilter {
    /// Their code.
    pub code: Option<String>,
    /// The declared source of the import that refused them.
    pub source: Option<String>,
    /// The file that they came from.
    pub file: Option<String>,
    /// A text in their file's name, column or message, in any case. What a message quotes of its row is sealed with the
    /// row, and so is not searched.
    pub text: Option<String>,
}

/// Where a reject stands in the order of rejects: by file, line and id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RejectKey {
    /// Its file.
    pub file: Option<String>,
    /// Its line.
    pub line: Option<i64>,
    /// Its id.
    pub id: String,
}

/// Some rejects in order.
#[derive(Debug, Clone)]
pub struct RejectPage {
    /// The rejects, opened.
    pub rejects: Vec<StoredReject>,
    /// The last of them, when others follow.
    pub next: Option<RejectKey>,
    /// How many fit the filter in all.
    pub total: u64,
}

/// How many rejects there are of what.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RejectSummary {
    /// All.
    pub total: u64,
    /// By code, most first.
    pub by_code: Vec<(String, u64)>,
    /// By source, most first.
    pub by_source: Vec<(String, u64)>,
}

/// The rejects of one vault version. Its methods read files: call them where a thread may block.
#[derive(Debug)]
pub struct RejectReader {
    slug: BrandSlug,
    stored: TableSnapshot,
    seal: SealKey,
    kind: IdType,
    /// Its files may be there for as long as it is.
    _reader: BrandReader,
}

/// A reject's place in the stored files: which file, which row of it.
type Place = (usize, usize);

/// Some rejects in the order of their keys.
#[derive(Debug)]
pub(super) struct Chosen<K> {
    pub(super) keys: Vec<K>,
    pub(super) places: Vec<Place>,
    /// Whether others follow.
    pub(super) has_more: bool,
}

impl RejectReader {
    /// Opens the rejects of a reader: of a vault version, or of that and of what came since.
    pub fn open<'a>(context: &'a ImportContext<'a>, reader: BrandReader) -> BoxFuture<'a, Result<Self, DepositError>> {
        Box::pin(async move {
            let seal = unwrap_keys(context, &reader)?.seal;
            let stored = reader.files(Table::Rejects).await?;
            Ok(Self { slug: reader.brand.slug.clone(), stored, seal, kind: seal_kind(), _reader: reader })
        })
    }

    /// Counts them by code and source.
    pub fn summary(&self) -> Result<RejectSummary, DepositError> {
        let mut summary = RejectSummary::default();
        let (mut by_code, mut by_source) = (BTreeMap::new(), BTreeMap::new());
        self.scan(&["source", "code"], &mut |batch, _| {
            let clear = Clear { batch };
            for row in 0..batch.num_rows() {
                summary.total += 1;
                count(&mut by_code, clear.text("code", row));
                count(&mut by_source, clear.text("source", row));
            }
            Ok(())
        })?;
        summary.by_code = most_first(by_code);
        summary.by_source = most_first(by_source);
        Ok(summary)
    }

    /// The first `limit` rejects after a key that fit a filter.
    pub fn page(
        &self,
        filter: &RejectFilter,
        after: Option<&RejectKey>,
        limit: usize,
    ) -> Result<RejectPage, DepositError> {
        let (chosen, total) = self.least(filter, after, limit, |clear, row| Some(clear.key(row)))?;
        let next = chosen.has_more.then(|| chosen.keys.last().cloned()).flatten();
        let mut rejects = Vec::with_capacity(chosen.places.len());
        self.each_at(chosen.places, &mut |stored| {
            rejects.push(stored);
            Ok(())
        })?;
        rejects.sort_by_cached_key(key_of);
        Ok(RejectPage { rejects, next, total })
    }

    /// All that fit a filter, opened, one after the other as they are stored.
    pub fn each(
        &self,
        filter: &RejectFilter,
        each: &mut dyn FnMut(StoredReject) -> Result<(), DepositError>,
    ) -> Result<(), DepositError> {
        let schema = Table::Rejects.schema();
        let names: Vec<&str> = schema.fields().iter().map(|f| f.name().as_str()).collect();
        self.scan(&names, &mut |batch, _| {
            let clear = Clear { batch };
            let mut fitting = (0..batch.num_rows()).filter(|row| clear.fits(filter, *row));
            fitting.try_for_each(|row| each(self.open_row(&clear, row)?))
        })
    }

    /// The first `limit` rejects of a block after an id that fit a filter, in the order of their ids.
    pub(super) fn of_block(
        &self,
        block: &str,
        filter: &RejectFilter,
        after: Option<&String>,
        limit: usize,
    ) -> Result<Chosen<String>, DepositError> {
        let id = |clear: &Clear<'_>, row| Some(clear.text("reject", row)?.to_owned());
        let key = |clear: &Clear<'_>, row| if clear.text("block", row) == Some(block) { id(clear, row) } else { None };
        Ok(self.least(filter, after, limit, key)?.0)
    }

    /// The first `limit` after a key of the rejects that fit a filter and have a key, and how many of these there are in all.
    fn least<K: Ord>(
        &self,
        filter: &RejectFilter,
        after: Option<&K>,
        limit: usize,
        key: impl Fn(&Clear<'_>, usize) -> Option<K>,
    ) -> Result<(Chosen<K>, u64), DepositError> {
        // The greatest of those kept is on top, to make room for lesser ones; one more than asked for tells whether others
        // follow.
        let most = limit.saturating_add(1);
        let mut first: BinaryHeap<(K, Place)> = BinaryHeap::new();
        let mut total = 0;
        self.scan(&CLEAR, &mut |batch, (file, first_row)| {
            let clear = Clear { batch };
            for row in (0..batch.num_rows()).filter(|row| clear.fits(filter, *row)) {
                let Some(key) = key(&clear, row) else { continue };
                total += 1;
                if after.is_some_and(|after| key <= *after) {
                    continue;
                }
                if first.len() < most || first.peek().is_some_and(|(greatest, _)| key < *greatest) {
                    first.push((key, (file, first_row + row)));
                    if first.len() > most {
                        first.pop();
                    }
                }
            }
            Ok(())
        })?;
        let mut chosen = first.into_sorted_vec();
        let has_more = chosen.len() > limit;
        chosen.truncate(limit);
        let (keys, places) = chosen.into_iter().unzip();
        Ok((Chosen { keys, places, has_more }, total))
    }

    /// Reads columns of all files; with each batch comes the place of its first row.
    fn scan(
        &self,
        columns: &[&str],
        each: &mut dyn FnMut(&RecordBatch, Place) -> Result<(), DepositError>,
    ) -> Result<(), DepositError> {
        for (index, file) in self.stored.files.iter().enumerate() {
            let mut first = 0;
            for batch in read_file(file, columns, &[])? {
                let batch = batch?;
                each(&batch, (index, first))?;
                first += batch.num_rows();
            }
        }
        Ok(())
    }

    /// Reads and opens the rows at these places, one after the other as they are stored.
    pub(super) fn each_at(
        &self,
        mut places: Vec<Place>,
        each: &mut dyn FnMut(StoredReject) -> Result<(), DepositError>,
    ) -> Result<(), DepositError> {
        places.sort_unstable();
        let schema = Table::Rejects.schema();
        let names: Vec<&str> = schema.fields().iter().map(|f| f.name().as_str()).collect();
        for of_file in places.chunk_by(|left, right| left.0 == right.0) {
            let Some(stored) = of_file.first().and_then(|(file, _)| self.stored.files.get(*file)) else { continue };
            let file = OpenFile::open(stored)?;
            let part = Part {
                row_groups: file.row_groups("line").iter().map(|group| group.place).collect(),
                rows: Some(ranges(of_file.iter().map(|(_, row)| *row))),
                batch_rows: BATCH_ROWS,
            };
            for batch in file.read(&names, part)? {
                let batch = batch?;
                let clear = Clear { batch: &batch };
                for row in 0..batch.num_rows() {
                    each(self.open_row(&clear, row)?)?;
                }
            }
        }
        Ok(())
    }

    fn open_row(&self, clear: &Clear<'_>, row: usize) -> Result<StoredReject, DepositError> {
        let text = |name: &str| clear.text(name, row).map(str::to_owned);
        let sealed = clear.batch.column_by_name("row").map(AsArray::as_binary::<i32>);
        let sealed = sealed.filter(|rows| rows.is_valid(row)).map(|rows| rows.value(row)).unwrap_or_default();
        let opened = self.seal.open(&self.slug, &self.kind, sealed);
        let opened = opened.map_err(|error| DepositError::Seal { reason: error.to_string() })?;
        let (message, opened) =
            take_message(&opened).unwrap_or_else(|| (text("message").unwrap_or_default(), opened.to_string()));
        let received = clear.batch.column_by_name("received_at").map(AsArray::as_primitive::<TimestampMicrosecondType>);
        Ok(StoredReject {
            id: text("reject").unwrap_or_default(),
            source: text("source").unwrap_or_default(),
            received_at_us: received.map_or(0, |instants| instants.value(row)),
            reject: Reject {
                block: text("block").unwrap_or_default(),
                source: None,
                file: text("file"),
                line: clear.line(row),
                code: text("code").unwrap_or_default(),
                field: text("field"),
                message,
                row: opened,
            },
        })
    }
}

/// Where a reject stands among others.
fn key_of(stored: &StoredReject) -> RejectKey {
    RejectKey { file: stored.reject.file.clone(), line: stored.reject.line, id: stored.id.clone() }
}

fn count(counts: &mut BTreeMap<String, u64>, text: Option<&str>) {
    let text = text.unwrap_or_default();
    if let Some(count) = counts.get_mut(text) {
        *count += 1;
    } else {
        counts.insert(text.to_owned(), 1);
    }
}

fn most_first(counts: BTreeMap<String, u64>) -> Vec<(String, u64)> {
    let mut counts: Vec<(String, u64)> = counts.into_iter().collect();
    counts.sort_by(|left, right| right.1.cmp(&left.1).then_with(|| left.0.cmp(&right.0)));
    counts
}

/// Ascending rows as ranges.
fn ranges(rows: impl Iterator<Item = usize>) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for row in rows {
        match ranges.last_mut() {
            Some(last) if last.end == row => last.end += 1,
            _ => ranges.push(row..row + 1),
        }
    }
    ranges
}

/// The columns of a batch of rejects that are stored in clear.
struct Clear<'a> {
    batch: &'a RecordBatch,
}

impl Clear<'_> {
    fn text(&self, name: &str, row: usize) -> Option<&str> {
        let column = self.batch.column_by_name(name)?.as_string::<i32>();
        column.is_valid(row).then(|| column.value(row))
    }

    fn line(&self, row: usize) -> Option<i64> {
        let column = self.batch.column_by_name("line")?.as_primitive::<Int64Type>();
        column.is_valid(row).then(|| column.value(row))
    }

    fn key(&self, row: usize) -> RejectKey {
        RejectKey {
            file: self.text("file", row).map(str::to_owned),
            line: self.line(row),
            id: self.text("reject", row).unwrap_or_default().to_owned(),
        }
    }

    fn fits(&self, filter: &RejectFilter, row: usize) -> bool {
        let is = |name: &str, wanted: &Option<String>| {
            wanted.as_deref().is_none_or(|wanted| self.text(name, row) == Some(wanted))
        };
        is("code", &filter.code)
            && is("source", &filter.source)
            && is("file", &filter.file)
            && filter.text.as_deref().is_none_or(|wanted| {
                let wanted = wanted.to_lowercase();
                let searched = ["file", "field", "message", "code", "source"];
                searched
                    .iter()
                    .filter_map(|name| self.text(name, row))
                    .any(|text| text.to_lowercase().contains(&wanted))
            })
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn neighboring_rows_are_one_range() {
        assert_eq!(super::ranges([1, 2, 3, 7, 9, 10].into_iter()), [1..4, 7..8, 9..11]);
    }
}
