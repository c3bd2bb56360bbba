//! Writing a deposit's rows as sorted data files.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BinaryArray, BooleanArray, Int64Array, RecordBatch, StringArray, StringBuilder,
    TimestampMicrosecondArray, UInt32Array,
};
use arrow::datatypes::TimestampMicrosecondType;
use databank_identity::{Assignment, IdType};
use databank_lake::runs::Key;
use databank_lake::{DataFile, FileWriter, Table, Vault};
use databank_model::{ConsumerId, ProfileId, SlotRange};

use super::by_profile::ByProfile;
use super::relocate::HOT;
use super::settle::Settled;
use super::{BrandDeposit, DepositFacts};
use crate::DepositError;
use crate::masters::MasterRow;
use crate::people::NewProfile;
use crate::people::links::NewLink;
use crate::rows::take_rows;

/// Rows handed to a file writer at a time.
const WRITE_ROWS: usize = 64 * 1024;
/// Rows of masters that are gathered row by row, about 150 bytes each, before they become columns.
const MASTER_ROWS: usize = 16 * 1024;

/// Where a row lies, and its place there: by consumer (people before anonymous rows), instant and key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    /// Number of the partition.
    pub(super) partition: usize,
    consumer: u64,
    ts_us: i64,
    key: Key,
    pub(super) row: u32,
}

impl Place {
    /// Whether two lie in one partition.
    pub(super) fn is_beside(&self, other: &Self) -> bool {
        self.partition == other.partition
    }

    /// The place of a row among partitions.
    pub(super) fn of(partitions: &[SlotRange], consumer: Option<ConsumerId>, ts_us: i64, key: Key, row: u32) -> Self {
        // An anonymous row has no slot of its own: its key spreads such rows evenly.
        let slot = consumer.map_or(key[0], ConsumerId::slot);
        let partition = partitions.iter().position(|range| range.contains(slot)).unwrap_or(0);
        Self { partition, consumer: consumer.map_or(u64::MAX, |c| u64::from(c.0)), ts_us, key, row }
    }
}

/// Writes rows of a whole event batch to one file for each partition, in their order.
pub(super) fn write_sorted(
    vault: &Vault,
    partitions: &[SlotRange],
    events: &RecordBatch,
    mut places: Vec<Place>,
) -> Result<Vec<DataFile>, DepositError> {
    places.sort_unstable();
    let mut files = Vec::new();
    for group in places.chunk_by(Place::is_beside) {
        let Some(range) = group.first().and_then(|place| partitions.get(place.partition)) else { continue };
        let slots = range.to_string();
        let mut writer = vault.create_file(Table::Events, &[slots.as_str(), HOT])?;
        for slice in group.chunks(WRITE_ROWS) {
            let rows: UInt32Array = slice.iter().map(|place| place.row).collect::<Vec<_>>().into();
            writer.write(&with_touchpoints(&take_rows(events, &rows)?)?)?;
        }
        files.push(writer.finish()?);
    }
    Ok(files)
}

impl BrandDeposit {
    /// Writes the rows of an only chunk under their consumers.
    pub(super) fn write_at_once(&mut self, settled: &Settled, assignment: &Assignment) -> Result<(), DepositError> {
        let (events, places) = self.placed(settled, assignment)?;
        let files = write_sorted(&self.reader.vault, &self.partitions, &events, places)?;
        self.added_events.extend(files);
        Ok(())
    }

    /// Puts the rows of a chunk aside, under the consumers that the vault knew before this deposit.
    pub(super) fn put_aside(&mut self, settled: &Settled) -> Result<(), DepositError> {
        let (events, places) = self.placed(settled, &self.assignment)?;
        self.chunks.push(&self.partitions, &events, places)
    }

    /// Settled rows as the vault keeps them, in no order and with such touchpoints as were given, and their places.
    fn placed(&self, settled: &Settled, assignment: &Assignment) -> Result<(RecordBatch, Vec<Place>), DepositError> {
        let n_rows = settled.columns.num_rows();
        let instants = settled.columns.column(0).as_primitive::<TimestampMicrosecondType>().clone();
        let consumers: Vec<Option<ConsumerId>> = settled
            .profiles
            .iter()
            .enumerate()
            .map(|(row, profile)| profile.map(|profile| assignment.consumer_of(profile, instants.value(row))))
            .collect();
        let received = match &settled.received_us {
            None => TimestampMicrosecondArray::from_value(self.facts.now_us, n_rows),
            Some(received_us) => TimestampMicrosecondArray::from(received_us.clone()),
        };
        let made: BTreeMap<&str, ArrayRef> = BTreeMap::from([
            ("event_key", Arc::new(BinaryArray::from_iter_values(settled.keys.iter())) as ArrayRef),
            ("source", Arc::new(repeated(&settled.sources, n_rows))),
            ("received_at", Arc::new(received.with_timezone("UTC"))),
            ("profile", Arc::new(numbers(settled.profiles.iter().map(|p| p.map(|ProfileId(n)| n))))),
            ("consumer", Arc::new(numbers(consumers.iter().map(|c| c.map(|ConsumerId(n)| n))))),
            ("deposit", Arc::new(Int64Array::from_value(self.facts.deposit.0, n_rows))),
        ]);
        let schema = Table::Events.schema();
        let columns = schema
            .fields()
            .iter()
            .filter_map(|field| {
                let name = field.name().as_str();
                made.get(name).cloned().or_else(|| settled.columns.column_by_name(name).cloned())
            })
            .collect();
        let events = RecordBatch::try_new(schema, columns)?;
        let places = (0..n_rows)
            .map(|row| Place::of(&self.partitions, consumers[row], instants.value(row), settled.keys[row], row as u32))
            .collect();
        Ok((events, places))
    }
}

/// Events that each have a touchpoint if they can. They get it when they are written: until then it would be moved and stored
/// beside the columns that it follows from.
pub(super) fn with_touchpoints(events: &RecordBatch) -> Result<RecordBatch, DepositError> {
    let schema = events.schema();
    let mut columns = events.columns().to_vec();
    if let Some(column) = columns.get_mut(schema.index_of("touchpoint")?) {
        *column = touchpoints(events);
    }
    Ok(RecordBatch::try_new(schema, columns)?)
}

/// Touchpoints, by default `channel/behavior`. Not part of what a row says: a mapping that comes to name them states the same
/// rows.
fn touchpoints<'a>(columns: &'a RecordBatch) -> ArrayRef {
    let text = |name: &str| -> Option<&'a StringArray> { columns.column_by_name(name)?.as_string_opt::<i32>() };
    let (given, channels, behaviors) = (text("touchpoint"), text("channel"), text("behavior"));
    let of = |column: Option<&'a StringArray>, row: usize| {
        column.filter(|column| column.is_valid(row)).map(|column| column.value(row))
    };
    let mut touchpoints = StringBuilder::with_capacity(columns.num_rows(), columns.num_rows() * 12);
    for row in 0..columns.num_rows() {
        match (of(given, row), of(channels, row), of(behaviors, row)) {
            (Some(given), ..) => touchpoints.append_value(given),
            (None, Some(channel), Some(behavior)) => {
                touchpoints.write_str(channel).ok();
                touchpoints.write_char('/').ok();
                touchpoints.append_value(behavior);
            }
            (None, None, behavior) => touchpoints.append_option(behavior),
            (None, Some(_), None) => touchpoints.append_null(),
        }
    }
    Arc::new(touchpoints.finish())
}

/// Texts, each for so many rows, `rows` in all.
fn repeated(texts: &[(Arc<str>, usize)], rows: usize) -> StringArray {
    let bytes = texts.iter().map(|(text, rows)| text.len() * rows).sum();
    let mut column = StringBuilder::with_capacity(rows, bytes);
    for (text, rows) in texts {
        (0..*rows).for_each(|_| column.append_value(text));
    }
    column.finish()
}

fn numbers(values: impl Iterator<Item = Option<u32>>) -> Int64Array {
    values.map(|value| value.map(i64::from)).collect()
}

/// Gathers rows of `masters` into one file.
#[derive(Debug)]
pub(super) struct MasterWriter {
    sorted: ByProfile,
    rows: Vec<(&'static str, Option<String>, Option<ProfileId>, String, Option<String>, i64)>,
    /// Who stated them, each for how many rows in their order.
    sources: Vec<(Arc<str>, usize)>,
    /// Attributes seen, by kind.
    pub(super) attributes: BTreeMap<String, BTreeSet<String>>,
    /// Whether a membership came: statuses of the history change.
    pub(super) has_memberships: bool,
}

impl Default for MasterWriter {
    fn default() -> Self {
        let sorted = ByProfile::new(Table::Masters);
        Self { sorted, rows: Vec::new(), sources: Vec::new(), attributes: BTreeMap::new(), has_memberships: false }
    }
}

impl MasterWriter {
    /// Takes a row. `scratch` is a directory for what does not fit into memory.
    pub(super) fn add(
        &mut self,
        scratch: &Path,
        facts: &DepositFacts,
        (kind, source): (&'static str, &Arc<str>),
        row: &MasterRow,
        profile: Option<ProfileId>,
    ) -> Result<(), DepositError> {
        self.has_memberships |= kind == "memberships";
        let names = self.attributes.entry(kind.to_owned()).or_default();
        for (name, value) in &row.attributes {
            if !names.contains(name) {
                names.insert(name.clone());
            }
            self.rows.push((kind, row.key.clone(), profile, name.clone(), value.clone(), row.valid_from_us));
        }
        match self.sources.last_mut() {
            Some((last, rows)) if last == source => *rows += row.attributes.len(),
            _ => self.sources.push((Arc::clone(source), row.attributes.len())),
        }
        if self.rows.len() >= MASTER_ROWS { self.gather(scratch, facts) } else { Ok(()) }
    }

    fn gather(&mut self, scratch: &Path, facts: &DepositFacts) -> Result<(), DepositError> {
        let (rows, sources) = (std::mem::take(&mut self.rows), std::mem::take(&mut self.sources));
        if rows.is_empty() {
            return Ok(());
        }
        let instants = TimestampMicrosecondArray::from_iter_values(rows.iter().map(|r| r.5)).with_timezone("UTC");
        let columns: Vec<ArrayRef> = vec![
            Arc::new(StringArray::from_iter_values(rows.iter().map(|r| r.0))),
            Arc::new(rows.iter().map(|r| r.1.as_deref()).collect::<StringArray>()),
            Arc::new(numbers(rows.iter().map(|r| r.2.map(|p| p.0)))),
            Arc::new(StringArray::from_iter_values(rows.iter().map(|r| r.3.as_str()))),
            Arc::new(rows.iter().map(|r| r.4.as_deref()).collect::<StringArray>()),
            Arc::new(instants),
            Arc::new(repeated(&sources, rows.len())),
            Arc::new(Int64Array::from_value(facts.deposit.0, rows.len())),
        ];
        self.sorted.push(RecordBatch::try_new(Table::Masters.schema(), columns)?, scratch)
    }

    /// Writes the file; `None` without rows.
    pub(super) fn finish(
        &mut self,
        vault: &Vault,
        scratch: &Path,
        facts: &DepositFacts,
    ) -> Result<Option<DataFile>, DepositError> {
        self.gather(scratch, facts)?;
        self.sorted.finish(vault)
    }
}

/// Gathers the profiles first seen in a deposit into one file.
#[derive(Debug)]
pub(super) struct ProfileWriter {
    sorted: ByProfile,
}

impl Default for ProfileWriter {
    fn default() -> Self {
        Self { sorted: ByProfile::new(Table::Profiles) }
    }
}

impl ProfileWriter {
    /// Takes profiles. `scratch` is a directory for what does not fit into memory.
    pub(super) fn add(
        &mut self,
        scratch: &Path,
        facts: &DepositFacts,
        profiles: &[NewProfile],
    ) -> Result<(), DepositError> {
        for slice in profiles.chunks(WRITE_ROWS) {
            let columns: Vec<ArrayRef> = vec![
                Arc::new(numbers(slice.iter().map(|p| Some(p.profile.0)))),
                Arc::new(BinaryArray::from_iter_values(slice.iter().map(|p| p.token.0))),
                Arc::new(StringArray::from_iter_values(slice.iter().map(|p| p.id_type.name()))),
                Arc::new(slice.iter().map(|p| Some(p.alias)).collect::<BooleanArray>()),
                Arc::new(slice.iter().map(|p| p.sealed.as_deref()).collect::<BinaryArray>()),
                Arc::new(Int64Array::from_value(facts.deposit.0, slice.len())),
            ];
            self.sorted.push(RecordBatch::try_new(Table::Profiles.schema(), columns)?, scratch)?;
        }
        Ok(())
    }

    /// Writes the file; `None` without rows.
    pub(super) fn finish(&mut self, vault: &Vault) -> Result<Option<DataFile>, DepositError> {
        self.sorted.finish(vault)
    }
}

/// Writes the links that a deposit brought, as they come.
#[derive(Debug, Default)]
pub(crate) struct LinkWriter {
    writer: Option<FileWriter>,
}

impl LinkWriter {
    /// Adds links, which name their types by number among `types`.
    pub(crate) fn write(
        &mut self,
        vault: &Vault,
        facts: &DepositFacts,
        links: &[NewLink],
        types: &[IdType],
        sources: &[Arc<str>],
    ) -> Result<(), DepositError> {
        if links.is_empty() {
            return Ok(());
        }
        let writer = match &mut self.writer {
            Some(writer) => writer,
            None => self.writer.insert(vault.create_file(Table::IdentityLog, &[])?),
        };
        let name = |number: u16| types.get(usize::from(number)).map(IdType::name);
        let name_of = |number: u16| sources.get(usize::from(number)).map_or("", AsRef::as_ref);
        for slice in links.chunks(WRITE_ROWS) {
            let instants = TimestampMicrosecondArray::from_iter_values(slice.iter().map(|l| l.ts_us));
            let columns: Vec<ArrayRef> = vec![
                Arc::new(BinaryArray::from_iter_values(slice.iter().map(|l| l.tokens[0].0))),
                Arc::new(slice.iter().map(|l| name(l.types[0])).collect::<StringArray>()),
                Arc::new(BinaryArray::from_iter_values(slice.iter().map(|l| l.tokens[1].0))),
                Arc::new(slice.iter().map(|l| name(l.types[1])).collect::<StringArray>()),
                Arc::new(instants.with_timezone("UTC")),
                Arc::new(StringArray::from_iter_values(slice.iter().map(|l| name_of(l.source)))),
                Arc::new(Int64Array::from_value(facts.deposit.0, slice.len())),
                Arc::new(StringArray::from_iter_values(slice.iter().map(|l| l.rule.as_str()))),
            ];
            writer.write(&RecordBatch::try_new(Table::IdentityLog.schema(), columns)?)?;
        }
        Ok(())
    }

    pub(crate) fn finish(&mut self) -> Result<Option<DataFile>, DepositError> {
        Ok(self.writer.take().map(FileWriter::finish).transpose()?)
    }
}
