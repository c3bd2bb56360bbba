//! One batch of mapped rows to typed columns.
//!
//! A row that does not convert is refused by itself, with the column, the value and what would be right: never a silent
//! default, never the whole batch.
//!
//! - `ids`: ids of rows, as tokens.
//! - `values`: times, behaviors, texts and properties.
//! - `numbers`: whole numbers, money and ratings.

mod ids;
mod numbers;
mod values;

use std::cell::RefCell;
use std::sync::{Arc, LazyLock};

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Float64Array, Int64Array, RecordBatch, StringArray,
    TimestampMicrosecondArray,
};
use arrow::compute::{cast, filter_record_batch};
use arrow::datatypes::{DataType, FieldRef, Int64Type, Schema, SchemaRef, TimeUnit};
use databank_identity::{IdType, KnownIds};
use databank_model::Currency;

use super::columns::Columns;
use super::content::{Keyer, Parts};
use super::texts::texts_of;
use super::time::Clocks;
use crate::DepositError;
use crate::reject::{RowError, UNCONVERTIBLE, excerpt};
use crate::rows::empty_column;
pub(crate) use ids::RowIds;
pub use ids::{Identities, RowIdentity};

/// Bit of `flags`: a wall-clock time that was shown twice or never.
pub const FLAG_CLOCK: i64 = 4;

/// Rows that converted.
#[derive(Debug)]
pub struct Staged {
    /// The mapped rows themselves, for rejects found later.
    pub raw: RecordBatch,
    /// Event columns under [`staged_schema`].
    pub columns: RecordBatch,
    /// Their own ids, where the mapping gives them.
    pub event_ids: Option<StringArray>,
    /// Ids of people.
    pub identities: Identities,
    /// Types of the id columns.
    pub id_types: Arc<Vec<IdType>>,
    /// What each row says.
    pub contents: Vec<[u8; 16]>,
}

/// The event columns that conversion makes: all but keys, people, source and deposit.
pub fn staged_schema() -> SchemaRef {
    static STAGED: LazyLock<SchemaRef> = LazyLock::new(|| {
        let all = databank_lake::Table::Events.schema();
        let made_later = ["event_key", "source", "received_at", "profile", "consumer", "deposit"];
        let is_made = |field: &&FieldRef| !made_later.contains(&field.name().as_str());
        Arc::new(Schema::new(all.fields().iter().filter(is_made).cloned().collect::<Vec<_>>()))
    });
    Arc::clone(&STAGED)
}

/// What conversion of a block needs to know.
#[derive(Debug)]
pub struct Converter<'a> {
    /// Places of columns.
    pub columns: &'a Columns,
    /// Types of the id columns, as in `columns.ids`.
    pub id_types: Arc<Vec<IdType>>,
    /// Zones and the import's own time.
    pub clocks: Clocks,
    /// Currency of amounts that name none.
    pub currency: Currency,
    /// Whether an event without a person is kept.
    pub keep_anonymous: bool,
    /// The brand's tokens. What it remembers changes nothing but the time that a batch takes.
    pub known: &'a RefCell<KnownIds>,
    /// The brand's keys.
    pub keyer: &'a Keyer,
}

/// The errors of a batch, at most one for a row.
#[derive(Debug)]
struct Errors {
    of_row: Vec<bool>,
    list: Vec<RowError>,
}

impl Errors {
    fn add(&mut self, error: RowError) {
        if let Some(seen @ false) = self.of_row.get_mut(error.row) {
            *seen = true;
            self.list.push(error);
        }
    }
}

/// What is known of tracked events beside what they say in canonical columns. Row by row.
#[derive(Debug)]
pub struct Beside {
    /// Properties, JSON objects.
    pub properties: StringArray,
    /// Bits of `flags`.
    pub flags: Int64Array,
    /// When the sender says that it happened, µs UTC, where the event's own time depends on when it came: what an event says must
    /// be the same whenever it is sent again. NULL: as the event's time.
    pub said_at: Int64Array,
}

impl Converter<'_> {
    /// Converts a batch: the rows that are right, and why the others are not.
    pub fn convert(&self, raw: &RecordBatch) -> Result<(Staged, Vec<RowError>), DepositError> {
        self.convert_with(raw, None)
    }

    /// The same of tracked events.
    pub fn convert_with(
        &self,
        raw: &RecordBatch,
        beside: Option<&Beside>,
    ) -> Result<(Staged, Vec<RowError>), DepositError> {
        let n_rows = raw.num_rows();
        let mut errors = Errors { of_row: vec![false; n_rows], list: Vec::new() };
        refuse_unconvertible(raw, &mut |error| errors.add(error))?;
        for (name, message) in &self.columns.unknown {
            (0..n_rows).for_each(|row| errors.add(RowError::new(row, "unknown_column", name, message.clone())));
        }
        let (ts, day, flags) = self.moments(raw, &mut errors)?;
        let behavior = self.behaviors(raw, &mut errors)?;
        let identities = self.identities(raw, &mut errors)?;
        let texts = self.texts(raw, &mut errors)?;
        let revision = self.whole_numbers(raw, "revision", &mut errors)?;
        let quantity = self.quantities(raw, &mut errors)?;
        let (amount, currency) = self.amounts(raw, &mut errors)?;
        let rating = self.ratings(raw, &mut errors)?;
        let (properties, flags) = match beside {
            None => (self.properties(raw, &mut errors)?, flags),
            Some(Beside { properties, flags: known, .. }) => {
                let flags = arrow::compute::kernels::bitwise::bitwise_or(flags.as_primitive::<Int64Type>(), known)?;
                (Arc::new(properties.clone()) as ArrayRef, Arc::new(flags) as ArrayRef)
            }
        };
        let event_ids = self.event_ids(raw, &mut errors)?;

        let mut arrays: Vec<ArrayRef> = vec![ts, day, behavior];
        let mut texts = texts.into_iter();
        let schema = staged_schema();
        for field in schema.fields().iter().skip(3) {
            arrays.push(match field.name().as_str() {
                "revision" => Arc::clone(&revision),
                "quantity" => Arc::clone(&quantity),
                "amount_minor" => Arc::clone(&amount),
                "currency" => Arc::clone(&currency),
                "rating" => Arc::clone(&rating),
                "properties" => Arc::clone(&properties),
                "flags" => Arc::clone(&flags),
                _ => texts.next().unwrap_or_else(|| empty_column(&DataType::Utf8, n_rows)),
            });
        }
        let columns = RecordBatch::try_new(schema, arrays)?;
        let keep: Vec<bool> = errors.of_row.iter().map(|bad| !bad).collect();
        let staged = if errors.list.is_empty() {
            Staged {
                raw: raw.clone(),
                columns,
                event_ids,
                identities,
                id_types: Arc::clone(&self.id_types),
                contents: Vec::new(),
            }
        } else {
            let mask = BooleanArray::from(keep.clone());
            let event_ids = match event_ids {
                None => None,
                Some(ids) => Some(arrow::compute::filter(&ids, &mask)?.as_string::<i32>().clone()),
            };
            Staged {
                raw: filter_record_batch(raw, &mask)?,
                columns: filter_record_batch(&columns, &mask)?,
                event_ids,
                identities: identities.kept(&keep),
                id_types: Arc::clone(&self.id_types),
                contents: Vec::new(),
            }
        };
        let said_at = match beside {
            None => None,
            Some(Beside { said_at, .. }) if staged.columns.num_rows() == n_rows => Some(said_at.clone()),
            Some(Beside { said_at, .. }) => {
                let kept = arrow::compute::filter(said_at, &BooleanArray::from(keep))?;
                Some(kept.as_primitive::<Int64Type>().clone())
            }
        };
        let contents = self.contents(&staged, said_at.as_ref());
        Ok((Staged { contents, ..staged }, errors.list))
    }

    fn column<'b>(&self, raw: &'b RecordBatch, name: &str) -> Option<&'b ArrayRef> {
        self.columns.place(name).map(|index| raw.column(index))
    }

    fn text_column(&self, raw: &RecordBatch, name: &str) -> Result<Option<StringArray>, DepositError> {
        match self.column(raw, name) {
            None => Ok(None),
            Some(column) => Ok(Some(texts_of(column)?)),
        }
    }
    /// What each row says: every canonical column but `event_id` and `revision`, and every id.
    fn contents(&self, staged: &Staged, said_at: Option<&Int64Array>) -> Vec<[u8; 16]> {
        let schema = staged.columns.schema();
        let said: Vec<(u8, Said<'_>)> = schema
            .fields()
            .iter()
            .zip(staged.columns.columns())
            .enumerate()
            .filter(|(_, (field, column))| {
                !["day", "revision", "flags"].contains(&field.name().as_str()) && column.null_count() < column.len()
            })
            .filter_map(|(tag, (_, column))| Some((tag as u8, Said::of(column)?)))
            .collect();
        let mut parts = Parts::default();
        (0..staged.columns.num_rows())
            .map(|row| {
                parts.clear();
                for (tag, column) in &said {
                    match (column, said_at.filter(|said_at| said_at.is_valid(row))) {
                        // Of the instants, the only one.
                        (Said::Instant(_), Some(said_at)) => parts.add_word(*tag, said_at.value(row).to_le_bytes()),
                        _ => column.add_to(&mut parts, *tag, row),
                    }
                }
                for id in staged.identities.of(row) {
                    let name = self.id_types.get(usize::from(id.column)).map_or("", IdType::name);
                    parts.add(100, name.as_bytes());
                    parts.add(101, &id.token.0);
                }
                self.keyer.of_parts(&parts)
            })
            .collect()
    }
}

/// A staged column, its type told once and not for each row.
enum Said<'a> {
    Text(&'a StringArray),
    Whole(&'a Int64Array),
    Real(&'a Float64Array),
    Instant(&'a TimestampMicrosecondArray),
}

impl<'a> Said<'a> {
    fn of(column: &'a ArrayRef) -> Option<Self> {
        let said = match column.data_type() {
            DataType::Utf8 => Self::Text(column.as_string()),
            DataType::Int64 => Self::Whole(column.as_primitive()),
            DataType::Float64 => Self::Real(column.as_primitive()),
            DataType::Timestamp(TimeUnit::Microsecond, _) => Self::Instant(column.as_primitive()),
            other => {
                debug_assert!(false, "staged columns have no {other}");
                return None;
            }
        };
        Some(said)
    }

    /// Adds the value of a row, if it has one.
    fn add_to(&self, parts: &mut Parts, tag: u8, row: usize) {
        match self {
            Self::Text(column) if column.is_valid(row) => parts.add(tag, column.value(row).as_bytes()),
            Self::Whole(column) if column.is_valid(row) => parts.add_word(tag, column.value(row).to_le_bytes()),
            Self::Real(column) if column.is_valid(row) => parts.add_word(tag, column.value(row).to_le_bytes()),
            Self::Instant(column) if column.is_valid(row) => parts.add_word(tag, column.value(row).to_le_bytes()),
            _ => {}
        }
    }
}

/// Rows in which the mapping's own SQL could not convert a value.
pub(crate) fn refuse_unconvertible(raw: &RecordBatch, refuse: &mut dyn FnMut(RowError)) -> Result<(), DepositError> {
    let Some(column) = raw.column_by_name(UNCONVERTIBLE) else { return Ok(()) };
    let column = cast(column, &DataType::Utf8)?;
    for (row, text) in column.as_string::<i32>().iter().enumerate() {
        if let Some(text) = text {
            refuse(RowError { row, code: "unconvertible", field: None, message: excerpt(text) });
        }
    }
    Ok(())
}
