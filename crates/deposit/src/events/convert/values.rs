//! Times, behaviors, texts and properties of a batch.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, Date32Array, Int64Array, RecordBatch, StringArray, StringBuilder,
    TimestampMicrosecondArray,
};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use databank_model::{Behavior, BehaviorError, DayTeller};

use super::{Converter, Errors, FLAG_CLOCK};
use crate::DepositError;
use crate::events::columns::TEXTS;
use crate::events::time::Moments;
use crate::reject::RowError;
use crate::rows::empty_column;

/// Longest text of a column that is stored, in bytes.
const MAX_TEXT: usize = 32 * 1024;

/// Longest properties of a row that are stored, in bytes: SQL can make a text of any length from a short one.
const MAX_PROPERTIES: usize = 1 << 20;

/// Texts that name something: empty, they name nothing.
const KEYS: [&str; 2] = ["order_id", "line_id"];

impl Converter<'_> {
    pub(super) fn moments(
        &self,
        raw: &RecordBatch,
        errors: &mut Errors,
    ) -> Result<(ArrayRef, ArrayRef, ArrayRef), DepositError> {
        let n_rows = raw.num_rows();
        let (mut instants, mut days, mut flags) =
            (Vec::with_capacity(n_rows), Vec::with_capacity(n_rows), Vec::with_capacity(n_rows));
        let moments = match self.column(raw, "ts") {
            Some(column) => Moments::of(column)?,
            None => Moments::Texts(StringArray::new_null(n_rows)),
        };
        let mut teller = DayTeller::new(self.clocks.brand);
        for row in 0..n_rows {
            let (ts_us, day, flag) = match moments.at_with(row, &self.clocks, &mut teller) {
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

    pub(super) fn behaviors(&self, raw: &RecordBatch, errors: &mut Errors) -> Result<ArrayRef, DepositError> {
        let column = self.text_column(raw, "behavior")?.unwrap_or_else(|| StringArray::new_null(raw.num_rows()));
        let mut last = None;
        for (row, text) in column.iter().enumerate() {
            match text {
                // Files come in stretches of one behaviour: most rows need one comparison.
                Some(_) if text == last => {}
                Some(given) if Behavior::is_known(given) => last = text,
                Some(given) => {
                    let error = BehaviorError { text: given.to_owned() };
                    errors.add(RowError::new(row, "unknown_behavior", "behavior", error.to_string()));
                }
                None => errors.add(RowError::new(row, "unknown_behavior", "behavior", "behavior is missing")),
            }
        }
        Ok(Arc::new(column))
    }

    pub(super) fn texts(&self, raw: &RecordBatch, errors: &mut Errors) -> Result<Vec<ArrayRef>, DepositError> {
        TEXTS
            .iter()
            .map(|name| {
                let Some(column) = self.text_column(raw, name)? else {
                    return Ok(empty_column(&DataType::Utf8, raw.num_rows()));
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

    /// Properties as one JSON object, names in order, so that equal properties are equal texts. Numbers and booleans keep
    /// their type; everything else is text.
    pub(super) fn properties(&self, raw: &RecordBatch, errors: &mut Errors) -> Result<ArrayRef, DepositError> {
        let n_rows = raw.num_rows();
        if self.columns.properties.is_empty() {
            return Ok(empty_column(&DataType::Utf8, n_rows));
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

    pub(super) fn event_ids(
        &self,
        raw: &RecordBatch,
        errors: &mut Errors,
    ) -> Result<Option<StringArray>, DepositError> {
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
}
