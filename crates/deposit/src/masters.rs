//! Mapped rows of masters blocks (consumers, items, stores, campaigns, memberships) to attributes with their history.
//!
//! Each attribute of each key holds the value with the greatest (valid_from, deposit): an old file imported late never
//! overwrites newer facts. NULL unsets; an attribute that a file does not have is left alone.

use std::cell::RefCell;

use arrow::array::{Array, AsArray, RecordBatch, StringArray};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use databank_identity::{IdType, KnownIds};
use databank_model::Day;

use crate::DepositError;
use crate::events::columns::Columns;
use crate::events::content::{Keyer, Parts};
use crate::events::convert::{RowIdentity, RowIds, refuse_unconvertible};
use crate::events::time::{Clocks, Moment, Moments};
use crate::mapping::BlockKind;
use crate::reject::{RowError, excerpt};

/// One row of a master, converted.
#[derive(Debug, Clone)]
pub struct MasterRow {
    /// Row of the batch.
    pub row: usize,
    /// Key; `None` for consumers, who are known by their ids.
    pub key: Option<String>,
    /// Ids, strongest first; empty but for consumers and memberships.
    pub ids: Vec<RowIdentity>,
    /// When it became true.
    pub valid_from_us: i64,
    /// Attribute and value, in the order of names.
    pub attributes: Vec<(String, Option<String>)>,
    /// What makes it count once: what it says, or for a tracked event the event's own id.
    pub content: [u8; 16],
    /// Eight bytes of what it says, where that is not what makes it count once; else 0.
    pub said: u64,
}

/// The name of a kind in the table and in SQL, and the column that is its key.
pub fn kind_of(kind: BlockKind) -> Option<(&'static str, Option<&'static str>)> {
    match kind {
        BlockKind::Events => None,
        BlockKind::Consumers => Some(("consumers", None)),
        BlockKind::Items => Some(("items", Some("item_id"))),
        BlockKind::Stores => Some(("stores", Some("store_id"))),
        BlockKind::Campaigns => Some(("campaigns", Some("campaign"))),
        BlockKind::Memberships => Some(("memberships", Some("programme"))),
    }
}

/// What conversion of a masters block needs to know.
#[derive(Debug)]
pub struct MasterConverter<'a> {
    /// Kind of the block.
    pub kind: BlockKind,
    /// Places of columns.
    pub columns: &'a Columns,
    /// The mapping's declared date for the block.
    pub declared: Option<&'a str>,
    /// Zones and the import's own time.
    pub clocks: Clocks,
    /// The brand's tokens. What it remembers changes nothing but the time that a batch takes.
    pub known: &'a RefCell<KnownIds>,
    /// The brand's keys.
    pub keyer: &'a Keyer,
}

impl MasterConverter<'_> {
    /// Converts a batch: the rows that are right, and why the others are not.
    pub fn convert(&self, raw: &RecordBatch) -> Result<(Vec<MasterRow>, Vec<RowError>), DepositError> {
        let mut errors: Vec<Option<RowError>> = vec![None; raw.num_rows()];
        refuse_unconvertible(raw, &mut |error| {
            let row = error.row;
            if let Some(slot @ None) = errors.get_mut(row) {
                *slot = Some(error);
            }
        })?;
        let ids = RowIds::read(raw, &self.columns.ids, &mut self.known.borrow_mut())?;
        let mut texts: Vec<(String, StringArray)> = Vec::new();
        for (index, name) in &self.columns.attributes {
            let column = cast(raw.column(*index), &DataType::Utf8)?.as_string::<i32>().clone();
            texts.push((name.clone(), column));
        }
        let moments = self.columns.place("valid_from").map(|index| Moments::of(raw.column(index))).transpose()?;
        let mut rows = Vec::with_capacity(raw.num_rows());
        for (row, error) in errors.iter_mut().enumerate() {
            if error.is_none() {
                match self.convert_row(row, &ids, &texts, moments.as_ref()) {
                    Ok(converted) => rows.push(converted),
                    Err(refused) => *error = Some(refused),
                }
            }
        }
        Ok((rows, errors.into_iter().flatten().collect()))
    }

    fn convert_row(
        &self,
        row: usize,
        ids: &RowIds<'_>,
        texts: &[(String, StringArray)],
        moments: Option<&Moments>,
    ) -> Result<MasterRow, RowError> {
        if let Some((name, message)) = self.columns.unknown.first() {
            return Err(RowError::new(row, "unknown_column", name, message.clone()));
        }
        let text = |name: &str| {
            let (_, column) = texts.iter().find(|(held, _)| held == name)?;
            column.is_valid(row).then(|| column.value(row))
        };
        let key_column = kind_of(self.kind).and_then(|(_, key)| key);
        let of_people = matches!(self.kind, BlockKind::Consumers | BlockKind::Memberships);
        let mut found = Vec::new();
        if of_people {
            ids.of_row(row, &mut self.known.borrow_mut(), &mut found)?;
        }
        if of_people && found.is_empty() {
            let message = "no usable id.<type>; empty and placeholder values are none";
            return Err(RowError { row, code: "no_identity", field: None, message: message.into() });
        }
        let valid_from = self.valid_from(row, moments)?;
        let mut attributes: Vec<(String, Option<String>)> = texts
            .iter()
            .filter(|(name, _)| name != "valid_from" && name != "brand" && Some(name.as_str()) != key_column)
            .map(|(name, column)| (name.clone(), column.is_valid(row).then(|| column.value(row).to_owned())))
            .collect();
        let mut key = None;
        if let Some(name) = key_column {
            let value = text(name).filter(|value| !value.is_empty());
            let missing = || RowError::new(row, "no_key", name, format!("{name} is missing"));
            key = Some(if self.kind == BlockKind::Memberships {
                let programme = value.unwrap_or_default();
                self.stay(row, programme, &mut attributes)?
            } else {
                value.ok_or_else(missing)?.to_owned()
            });
        }
        attributes.sort();
        let content = self.content(key.as_deref(), &found, valid_from.ts_us, &attributes);
        Ok(MasterRow { row, key, ids: found, valid_from_us: valid_from.ts_us, attributes, content, said: 0 })
    }

    fn valid_from(&self, row: usize, moments: Option<&Moments>) -> Result<Moment, RowError> {
        let missing = "valid_from is missing; give the column, or valid_from = \"YYYY-MM-DD\" in the block";
        let read = match (moments.and_then(|moments| moments.at(row, &self.clocks)), self.declared) {
            (Some(read), _) => read,
            (None, Some(text)) => self.clocks.text(text),
            (None, None) => return Err(RowError::new(row, "no_valid_from", "valid_from", missing)),
        };
        read.map_err(|bad| {
            let text = moments.map_or_else(|| self.declared.unwrap_or_default().to_owned(), |m| m.text(row));
            RowError::new(row, bad.code(), "valid_from", bad.message(&text))
        })
    }

    /// A stay is known by its programme and first day; both days are kept as days of the brand.
    fn stay(
        &self,
        row: usize,
        programme: &str,
        attributes: &mut Vec<(String, Option<String>)>,
    ) -> Result<String, RowError> {
        let mut days: [Option<Day>; 2] = [None, None];
        for (name, day) in ["joined", "left"].iter().zip(&mut days) {
            let Some((_, value)) = attributes.iter_mut().find(|(held, _)| held == name) else { continue };
            let Some(text) = value.as_deref().filter(|text| !text.is_empty()) else {
                *value = None;
                continue;
            };
            // A membership may be booked to end in the future.
            let patient = Clocks { now_us: i64::MAX, ..self.clocks };
            let read =
                patient.text(text).map_err(|bad| RowError::new(row, bad.code(), name, bad.message(&excerpt(text))))?;
            *day = Some(read.day);
            *value = Some(read.day.to_string());
        }
        let [joined, left] = days;
        let Some(joined) = joined else {
            return Err(RowError::new(row, "bad_time", "joined", "joined is missing: the first day of the membership"));
        };
        if left.is_some_and(|left| left < joined) {
            return Err(RowError::new(row, "bad_time", "left", "left is before joined"));
        }
        attributes.push(("programme".to_owned(), Some(programme.to_owned())));
        Ok(format!("{programme}|{joined}"))
    }

    fn content(
        &self,
        key: Option<&str>,
        ids: &[RowIdentity],
        valid_from_us: i64,
        attributes: &[(String, Option<String>)],
    ) -> [u8; 16] {
        let mut parts = Parts::default();
        parts.add(1, kind_of(self.kind).map_or("", |(name, _)| name).as_bytes());
        if let Some(key) = key {
            parts.add(2, key.as_bytes());
        }
        for id in ids {
            let name = self.columns.ids.get(usize::from(id.column)).map_or("", |c| IdType::name(&c.id_type));
            parts.add(3, name.as_bytes());
            parts.add(4, &id.token.0);
        }
        parts.add(5, &valid_from_us.to_le_bytes());
        for (name, value) in attributes {
            parts.add(6, name.as_bytes());
            if let Some(value) = value {
                parts.add(7, value.as_bytes());
            }
        }
        self.keyer.of_parts(&parts)
    }
}
