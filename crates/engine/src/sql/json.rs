//! Rows of an answer as JSON.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Float64Type, Int64Type, TimeUnit, UInt64Type};
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::error::DataFusionError;
use serde_json::{Map, Value};

use super::Answer;
use crate::EngineError;

/// Rows of an answer as JSON objects in column order: whole numbers and floats as numbers, decimals, days and instants as
/// text, binary as hex, NULL as null.
pub fn rows_as_json(answer: &Answer) -> Result<Vec<Map<String, Value>>, EngineError> {
    let mut rows = Vec::new();
    for batch in &answer.batches {
        rows.extend(batch_as_json(batch)?);
    }
    Ok(rows)
}

/// Rows of a batch as JSON objects, as [`rows_as_json`] gives them.
pub fn batch_as_json(batch: &RecordBatch) -> Result<Vec<Map<String, Value>>, EngineError> {
    let mut rows = vec![Map::new(); batch.num_rows()];
    for (field, column) in batch.schema().fields().iter().zip(batch.columns()) {
        let column = plain(column).map_err(DataFusionError::from)?;
        for (row, object) in rows.iter_mut().enumerate() {
            let value = if column.is_null(row) { Value::Null } else { cell(&column, row)? };
            object.insert(field.name().clone(), value);
        }
    }
    Ok(rows)
}

/// Dictionaries and views as the plain columns that they stand for.
fn plain(column: &ArrayRef) -> Result<ArrayRef, datafusion::arrow::error::ArrowError> {
    match column.data_type() {
        DataType::Dictionary(_, value) => cast(column, value),
        DataType::Utf8View | DataType::LargeUtf8 => cast(column, &DataType::Utf8),
        _ => Ok(Arc::clone(column)),
    }
}

fn cell(column: &ArrayRef, row: usize) -> Result<Value, EngineError> {
    let number = |one: ArrayRef| -> Option<Value> {
        let one = cast(&one, &DataType::Int64).ok()?;
        Some(Value::from(one.as_primitive::<Int64Type>().value(0)))
    };
    let one = column.slice(row, 1);
    let value = match column.data_type() {
        DataType::Utf8 => Value::from(column.as_string::<i32>().value(row)),
        DataType::Boolean => Value::from(column.as_boolean().value(row)),
        DataType::UInt64 => Value::from(column.as_primitive::<UInt64Type>().value(row)),
        data_type if data_type.is_integer() => number(one).unwrap_or(Value::Null),
        DataType::Float64 | DataType::Float32 => {
            let float = cast(&one, &DataType::Float64).map_err(DataFusionError::from)?;
            // JSON has no NaN and no infinity: null says "no number".
            serde_json::Number::from_f64(float.as_primitive::<Float64Type>().value(0))
                .map_or(Value::Null, Value::Number)
        }
        DataType::Timestamp(..) => {
            // Whatever zone it is shown in, it is the same instant.
            let utc = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
            let one = cast(&one, &utc).map_err(DataFusionError::from)?;
            let options = FormatOptions::default().with_timestamp_tz_format(Some("%Y-%m-%dT%H:%M:%S%.fZ"));
            let formatter = ArrayFormatter::try_new(&one, &options).map_err(DataFusionError::from)?;
            Value::from(formatter.value(0).to_string())
        }
        _ => {
            let formatter = ArrayFormatter::try_new(&one, &FormatOptions::default()).map_err(DataFusionError::from)?;
            Value::from(formatter.value(0).to_string())
        }
    };
    Ok(value)
}
