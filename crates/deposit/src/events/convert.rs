//! One batch of mapped rows to typed columns.
//!
//! A row that does not convert is refused by itself, with the column, the value and what would be right: never a silent
//! default, never the whole batch.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray,
    StringBuilder, TimestampMicrosecondArray, new_null_array,
};
use arrow::compute::{cast, filter_record_batch};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use databank_identity::{IdType, Token, Tokenizer, Unusable, normalize};
use databank_model::{Behavior, Currency, MoneyError, parse_minor};

use super::columns::{Columns, IdColumn, TEXTS};
use super::content::{Keyer, Parts};
use super::time::{Clocks, Moments};
use crate::DepositError;
use crate::reject::{RowError, UNCONVERTIBLE, excerpt};

/// Bit of `flags`: a wall-clock time that was shown twice or never.
pub const FLAG_CLOCK: i64 = 4;

/// Longest text of a column that is stored, in bytes.
const MAX_TEXT: usize = 32 * 1024;

/// Longest properties of a row that are stored, in bytes: SQL can make a text of any length from a short one.
const MAX_PROPERTIES: usize = 1 << 20;

/// Texts that name something: empty, they name nothing.
const KEYS: [&str; 2] = ["order_id", "line_id"];

/// One id on a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowIdentity {
    /// Place of its type among the block's id columns.
    pub column: u16,
    /// Its token.
    pub token: Token,
    /// The normal form, where its type is contactable or hashable and a new profile would need it.
    pub value: Option<Box<str>>,
}

/// Ids of many rows, strongest first within a row.
#[derive(Debug, Clone, Default)]
pub struct Identities {
    ends: Vec<u32>,
    entries: Vec<RowIdentity>,
}

impl Identities {
    /// The ids of a row.
    pub fn of(&self, row: usize) -> &[RowIdentity] {
        let start = if row == 0 { 0 } else { self.ends.get(row - 1).copied().unwrap_or(0) as usize };
        let end = self.ends.get(row).copied().unwrap_or(0) as usize;
        self.entries.get(start..end).unwrap_or_default()
    }

    /// Adds a row.
    pub fn push(&mut self, ids: impl IntoIterator<Item = RowIdentity>) {
        self.entries.extend(ids);
        self.ends.push(self.entries.len() as u32);
    }

    fn kept(&self, keep: &[bool]) -> Self {
        let mut kept = Self::default();
        for (row, keep) in keep.iter().enumerate() {
            if *keep {
                kept.push(self.of(row).iter().cloned());
            }
        }
        kept
    }
}

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
    let all = databank_lake::Table::Events.schema();
    let made_later = ["event_key", "source", "received_at", "profile", "consumer", "deposit"];
    let fields: Vec<Field> =
        all.fields().iter().filter(|f| !made_later.contains(&f.name().as_str())).map(|f| f.as_ref().clone()).collect();
    Arc::new(Schema::new(fields))
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
    /// The brand's tokens.
    pub tokenizer: &'a Tokenizer,
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

impl Converter<'_> {
    /// Converts a batch: the rows that are right, and why the others are not.
    pub fn convert(&self, raw: &RecordBatch) -> Result<(Staged, Vec<RowError>), DepositError> {
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
        let properties = self.properties(raw, &mut errors)?;
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
                _ => texts.next().unwrap_or_else(|| new_null_array(&DataType::Utf8, n_rows)),
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
        let contents = self.contents(&staged);
        Ok((Staged { contents, ..staged }, errors.list))
    }

    fn column<'b>(&self, raw: &'b RecordBatch, name: &str) -> Option<&'b ArrayRef> {
        self.columns.place(name).map(|index| raw.column(index))
    }

    fn text_column(&self, raw: &RecordBatch, name: &str) -> Result<Option<StringArray>, DepositError> {
        match self.column(raw, name) {
            None => Ok(None),
            Some(column) => Ok(Some(cast(column, &DataType::Utf8)?.as_string::<i32>().clone())),
        }
    }

    fn moments(&self, raw: &RecordBatch, errors: &mut Errors) -> Result<(ArrayRef, ArrayRef, ArrayRef), DepositError> {
        let n_rows = raw.num_rows();
        let (mut instants, mut days, mut flags) =
            (Vec::with_capacity(n_rows), Vec::with_capacity(n_rows), Vec::with_capacity(n_rows));
        let moments = match self.column(raw, "ts") {
            Some(column) => Moments::of(column)?,
            None => Moments::Texts(StringArray::new_null(n_rows)),
        };
        for row in 0..n_rows {
            let (ts_us, day, flag) = match moments.at(row, &self.clocks) {
                Some(Ok(moment)) => (moment.ts_us, moment.day.0, if moment.adjusted { FLAG_CLOCK } else { 0 }),
                Some(Err(bad)) => {
                    errors.add(RowError::new(row, bad.code(), "ts", bad.message(&moments.text(row))));
                    (0, 0, 0)
                }
                None => {
                    errors.add(RowError::new(row, "bad_time", "ts", "ts is missing"));
                    (0, 0, 0)
                }
            };
            instants.push(ts_us);
            days.push(day);
            flags.push(flag);
        }
        let instants = TimestampMicrosecondArray::from(instants).with_timezone("UTC");
        Ok((Arc::new(instants), Arc::new(Date32Array::from(days)), Arc::new(Int64Array::from(flags))))
    }

    fn behaviors(&self, raw: &RecordBatch, errors: &mut Errors) -> Result<ArrayRef, DepositError> {
        let column = self.text_column(raw, "behavior")?.unwrap_or_else(|| StringArray::new_null(raw.num_rows()));
        let mut last = None;
        for (row, text) in column.iter().enumerate() {
            match text {
                // Files come in stretches of one behaviour: most rows need one comparison.
                Some(_) if text == last => {}
                Some(given) => match given.parse::<Behavior>() {
                    Ok(_) => last = text,
                    Err(error) => errors.add(RowError::new(row, "unknown_behavior", "behavior", error.to_string())),
                },
                None => errors.add(RowError::new(row, "unknown_behavior", "behavior", "behavior is missing")),
            }
        }
        Ok(Arc::new(column))
    }

    fn identities(&self, raw: &RecordBatch, errors: &mut Errors) -> Result<Identities, DepositError> {
        let ids = RowIds::read(raw, &self.columns.ids)?;
        let mut identities = Identities::default();
        for row in 0..raw.num_rows() {
            let read = ids.of_row(row, self.tokenizer);
            match read {
                Ok(found) if found.is_empty() && !self.keep_anonymous => {
                    let given: Vec<&str> = self.columns.ids.iter().map(|c| c.name.as_str()).collect();
                    let message = if given.is_empty() {
                        "no id column; give at least one id.<type>, or set missing_id = \"anonymous\"".to_owned()
                    } else {
                        format!("no usable id in {}; empty and placeholder values are none", given.join(", "))
                    };
                    errors.add(RowError {
                        row,
                        code: "no_identity",
                        field: given.first().map(|n| (*n).to_owned()),
                        message,
                    });
                    identities.push([]);
                }
                Ok(found) => identities.push(found),
                Err(error) => {
                    errors.add(RowError { row, ..error });
                    identities.push([]);
                }
            }
        }
        Ok(identities)
    }

    fn texts(&self, raw: &RecordBatch, errors: &mut Errors) -> Result<Vec<ArrayRef>, DepositError> {
        TEXTS
            .iter()
            .map(|name| {
                let Some(column) = self.text_column(raw, name)? else {
                    return Ok(new_null_array(&DataType::Utf8, raw.num_rows()));
                };
                let longest = column.value_data().len();
                if longest > MAX_TEXT {
                    for (row, text) in column.iter().enumerate() {
                        if text.is_some_and(|text| text.len() > MAX_TEXT) {
                            let message = format!("{name} is longer than {MAX_TEXT} bytes");
                            errors.add(RowError::new(row, "field_too_long", name, message));
                        }
                    }
                }
                // An order without a number is no order: rows that leave it empty must not become one another's repeats.
                if KEYS.contains(name) && column.iter().any(|text| text == Some("")) {
                    return Ok(Arc::new(column.iter().map(|t| t.filter(|t| !t.is_empty())).collect::<StringArray>()));
                }
                Ok(Arc::new(column) as ArrayRef)
            })
            .collect()
    }

    fn whole_numbers(&self, raw: &RecordBatch, name: &str, errors: &mut Errors) -> Result<ArrayRef, DepositError> {
        let Some(column) = self.text_column(raw, name)? else {
            return Ok(new_null_array(&DataType::Int64, raw.num_rows()));
        };
        let numbers = column.iter().enumerate().map(|(row, text)| {
            let text = text?.trim();
            let whole = parse_minor(text, 0).ok();
            if whole.is_none() {
                let message = format!("{:?} is not a whole number", excerpt(text));
                errors.add(RowError::new(row, "bad_number", name, message));
            }
            whole
        });
        Ok(Arc::new(numbers.collect::<Int64Array>()))
    }

    fn quantities(&self, raw: &RecordBatch, errors: &mut Errors) -> Result<ArrayRef, DepositError> {
        let numbers = self.whole_numbers(raw, "quantity", errors)?;
        for (row, number) in numbers.as_primitive::<arrow::datatypes::Int64Type>().iter().enumerate() {
            if number.is_some_and(|number| number <= 0) {
                let message = "quantity is not positive; returns are refunds with positive quantities";
                errors.add(RowError::new(row, "bad_quantity", "quantity", message));
            }
        }
        Ok(numbers)
    }

    fn amounts(&self, raw: &RecordBatch, errors: &mut Errors) -> Result<(ArrayRef, ArrayRef), DepositError> {
        let n_rows = raw.num_rows();
        let amounts = self.text_column(raw, "amount")?;
        let currencies = self.text_column(raw, "currency")?;
        let mut minor = Vec::with_capacity(n_rows);
        let mut codes = StringBuilder::new();
        for row in 0..n_rows {
            let named = currencies.as_ref().filter(|c| c.is_valid(row)).map(|c| c.value(row));
            let currency = match named {
                None => self.currency,
                Some(text) => match text.parse::<Currency>() {
                    Ok(currency) => currency,
                    Err(error) => {
                        errors.add(RowError::new(row, "bad_currency", "currency", error.to_string()));
                        self.currency
                    }
                },
            };
            let text = amounts.as_ref().filter(|a| a.is_valid(row)).map(|a| a.value(row).trim());
            let amount = text.and_then(|text| match parse_minor(text, currency.digits()) {
                Ok(amount) if amount < 0 => {
                    let message = "amount is negative; a refund is a refund event with a positive amount";
                    errors.add(RowError::new(row, "negative_amount", "amount", message));
                    None
                }
                Ok(amount) => Some(amount),
                Err(error) => {
                    let code = match error {
                        MoneyError::NotANumber => "bad_number",
                        MoneyError::TooManyDecimals => "too_many_decimals",
                        MoneyError::OutOfRange => "number_out_of_range",
                    };
                    let message = format!("{:?} in {currency}: {error}", excerpt(text));
                    errors.add(RowError::new(row, code, "amount", message));
                    None
                }
            });
            minor.push(amount);
            // A currency without an amount would say nothing.
            codes.append_option(amount.map(|_| currency.as_str().to_owned()));
        }
        Ok((Arc::new(Int64Array::from(minor)), Arc::new(codes.finish())))
    }

    fn ratings(&self, raw: &RecordBatch, errors: &mut Errors) -> Result<ArrayRef, DepositError> {
        let Some(column) = self.text_column(raw, "rating")? else {
            return Ok(new_null_array(&DataType::Float64, raw.num_rows()));
        };
        let ratings = column.iter().enumerate().map(|(row, text)| {
            let text = text?.trim();
            let rating = text.parse::<f64>().ok().filter(|rating| (0.0..=5.0).contains(rating));
            if rating.is_none() {
                let message = format!("{:?} is not a rating from 0 to 5; scale it in the mapping", excerpt(text));
                errors.add(RowError::new(row, "bad_rating", "rating", message));
            }
            rating
        });
        Ok(Arc::new(ratings.collect::<Float64Array>()))
    }

    /// Properties as one JSON object, names in order, so that equal properties are equal texts. Numbers and booleans keep
    /// their type; everything else is text.
    fn properties(&self, raw: &RecordBatch, errors: &mut Errors) -> Result<ArrayRef, DepositError> {
        let n_rows = raw.num_rows();
        if self.columns.properties.is_empty() {
            return Ok(new_null_array(&DataType::Utf8, n_rows));
        }
        let mut columns = Vec::new();
        for (index, name) in &self.columns.properties {
            let column = raw.column(*index);
            let bare = column.data_type().is_integer() || column.data_type() == &DataType::Boolean;
            let name = serde_json::Value::from(name.as_str()).to_string();
            columns.push((name, bare, cast(column, &DataType::Utf8)?.as_string::<i32>().clone()));
        }
        let mut objects = StringBuilder::new();
        let mut object = String::new();
        for row in 0..n_rows {
            object.clear();
            for (name, bare, column) in &columns {
                if column.is_null(row) {
                    continue;
                }
                object.push(if object.is_empty() { '{' } else { ',' });
                object.push_str(name);
                object.push(':');
                if *bare {
                    object.push_str(column.value(row));
                } else {
                    object.push_str(&serde_json::Value::from(column.value(row)).to_string());
                }
            }
            if object.len() > MAX_PROPERTIES {
                let message = format!("the properties of the row are longer than {MAX_PROPERTIES} bytes");
                errors.add(RowError { row, code: "field_too_long", field: None, message });
                objects.append_null();
            } else if object.is_empty() {
                objects.append_null();
            } else {
                object.push('}');
                objects.append_value(&object);
            }
        }
        Ok(Arc::new(objects.finish()))
    }

    fn event_ids(&self, raw: &RecordBatch, errors: &mut Errors) -> Result<Option<StringArray>, DepositError> {
        let Some(column) = self.text_column(raw, "event_id")? else { return Ok(None) };
        for (row, text) in column.iter().enumerate() {
            match text {
                Some(text) if text.is_empty() || text.len() > 255 => {
                    let message = "event_id must have 1 to 255 characters";
                    errors.add(RowError::new(row, "bad_event_id", "event_id", message));
                }
                Some(_) => {}
                None => {
                    let message = "event_id is missing; leave the column out to have keys made from the rows";
                    errors.add(RowError::new(row, "bad_event_id", "event_id", message));
                }
            }
        }
        Ok(Some(column))
    }

    /// What each row says: every canonical column but `event_id` and `revision`, and every id.
    fn contents(&self, staged: &Staged) -> Vec<[u8; 16]> {
        let schema = staged.columns.schema();
        let said: Vec<(u8, &ArrayRef)> = schema
            .fields()
            .iter()
            .zip(staged.columns.columns())
            .enumerate()
            .filter(|(_, (field, column))| {
                !["day", "revision", "flags"].contains(&field.name().as_str()) && column.null_count() < column.len()
            })
            .map(|(tag, (_, column))| (tag as u8, column))
            .collect();
        let mut parts = Parts::default();
        (0..staged.columns.num_rows())
            .map(|row| {
                parts.clear();
                for (tag, column) in &said {
                    if column.is_valid(row) {
                        add_value(&mut parts, *tag, column, row);
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

fn add_value(parts: &mut Parts, tag: u8, column: &ArrayRef, row: usize) {
    use arrow::datatypes::{Float64Type, Int64Type, TimestampMicrosecondType};
    match column.data_type() {
        DataType::Utf8 => parts.add(tag, column.as_string::<i32>().value(row).as_bytes()),
        DataType::Int64 => parts.add(tag, &column.as_primitive::<Int64Type>().value(row).to_le_bytes()),
        DataType::Float64 => parts.add(tag, &column.as_primitive::<Float64Type>().value(row).to_le_bytes()),
        DataType::Timestamp(TimeUnit::Microsecond, _) => {
            parts.add(tag, &column.as_primitive::<TimestampMicrosecondType>().value(row).to_le_bytes());
        }
        other => debug_assert!(false, "staged columns have no {other}"),
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

/// Id columns of a batch as texts.
#[derive(Debug)]
pub(crate) struct RowIds<'a> {
    columns: Vec<(&'a IdColumn, StringArray)>,
}

impl<'a> RowIds<'a> {
    pub(crate) fn read(raw: &RecordBatch, ids: &'a [IdColumn]) -> Result<Self, DepositError> {
        let columns = ids
            .iter()
            .map(|id| Ok((id, cast(raw.column(id.index), &DataType::Utf8)?.as_string::<i32>().clone())))
            .collect::<Result<_, DepositError>>()?;
        Ok(Self { columns })
    }

    /// The usable ids of a row, strongest first; an id that is damaged refuses the row.
    pub(crate) fn of_row(&self, row: usize, tokenizer: &Tokenizer) -> Result<Vec<RowIdentity>, RowError> {
        let mut found = Vec::with_capacity(self.columns.len());
        for (place, (id, column)) in self.columns.iter().enumerate() {
            if column.is_null(row) {
                continue;
            }
            let normal = match normalize(&id.id_type, column.value(row)) {
                Ok(normal) => normal,
                Err(Unusable::NullLike) => continue,
                Err(bad) if bad.code() == "placeholder_id" => continue,
                Err(bad) => return Err(RowError::new(row, "bad_id", &id.name, bad.to_string())),
            };
            let token = tokenizer.token(&id.id_type, &normal);
            let needed = id.id_type.contactable() || id.id_type.hashable();
            let value = needed.then(|| normal.as_ref().into());
            found.push(RowIdentity { column: place as u16, token, value });
        }
        Ok(found)
    }
}
