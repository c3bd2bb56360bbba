//! Reading a brand's rejects. Which ones are meant is decided by the columns that are stored in clear; the sealed rows are
//! read and opened only of those that are asked for.

use std::collections::{BTreeMap, BinaryHeap};
use std::ops::ControlFlow;
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
const CLEAR: [&str; 7] = ["reject", "source", "file", "line", "code", "field", "message"];

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
            Ok(ControlFlow::Continue(()))
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
        // The greatest of those kept is on top, to make room for lesser ones; one more than asked for tells whether others
        // follow.
        let most = limit.saturating_add(1);
        let mut first: BinaryHeap<(RejectKey, Place)> = BinaryHeap::new();
        let mut total = 0;
        self.matching(filter, &mut |clear, row, place| {
            total += 1;
            let key = clear.key(row);
            if after.is_some_and(|after| key <= *after) {
                return;
            }
            if first.len() < most || first.peek().is_some_and(|(greatest, _)| key < *greatest) {
                first.push((key, place));
                if first.len() > most {
                    first.pop();
                }
            }
        })?;
        let mut chosen = first.into_sorted_vec();
        let has_more = chosen.len() > limit;
        chosen.truncate(limit);
        let next = chosen.last().filter(|_| has_more).map(|(key, _)| key.clone());
        let mut rejects = self.opened(chosen.iter().map(|(_, place)| *place).collect())?;
        rejects.sort_by_cached_key(key_of);
        Ok(RejectPage { rejects, next, total })
    }

    /// All that fit a filter, opened, one after the other as they are stored.
    pub fn each(
        &self,
        filter: &RejectFilter,
        each: &mut dyn FnMut(StoredReject) -> Result<(), DepositError>,
    ) -> Result<(), DepositError> {
        self.each_while(filter, &mut |stored| each(stored).map(ControlFlow::Continue))
    }

    /// The same, until somebody breaks off.
    pub(super) fn each_while(
        &self,
        filter: &RejectFilter,
        each: &mut dyn FnMut(StoredReject) -> Result<ControlFlow<()>, DepositError>,
    ) -> Result<(), DepositError> {
        let schema = Table::Rejects.schema();
        let names: Vec<&str> = schema.fields().iter().map(|f| f.name().as_str()).collect();
        self.scan(&names, &mut |batch, _| {
            let clear = Clear { batch };
            for row in (0..batch.num_rows()).filter(|row| clear.fits(filter, *row)) {
                if each(self.open_row(&clear, row)?)?.is_break() {
                    return Ok(ControlFlow::Break(()));
                }
            }
            Ok(ControlFlow::Continue(()))
        })
    }

    fn matching(
        &self,
        filter: &RejectFilter,
        each: &mut dyn FnMut(&Clear<'_>, usize, Place),
    ) -> Result<(), DepositError> {
        self.scan(&CLEAR, &mut |batch, (file, first)| {
            let clear = Clear { batch };
            for row in (0..batch.num_rows()).filter(|row| clear.fits(filter, *row)) {
                each(&clear, row, (file, first + row));
            }
            Ok(ControlFlow::Continue(()))
        })
    }

    /// Reads columns of all files; with each batch comes the place of its first row.
    fn scan(
        &self,
        columns: &[&str],
        each: &mut dyn FnMut(&RecordBatch, Place) -> Result<ControlFlow<()>, DepositError>,
    ) -> Result<(), DepositError> {
        for (index, file) in self.stored.files.iter().enumerate() {
            let mut first = 0;
            for batch in read_file(file, columns, &[])? {
                let batch = batch?;
                if each(&batch, (index, first))?.is_break() {
                    return Ok(());
                }
                first += batch.num_rows();
            }
        }
        Ok(())
    }

    /// Reads and opens the rows at these places.
    fn opened(&self, mut places: Vec<Place>) -> Result<Vec<StoredReject>, DepositError> {
        places.sort_unstable();
        let schema = Table::Rejects.schema();
        let names: Vec<&str> = schema.fields().iter().map(|f| f.name().as_str()).collect();
        let mut rejects = Vec::with_capacity(places.len());
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
                    rejects.push(self.open_row(&clear, row)?);
                }
            }
        }
        Ok(rejects)
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
