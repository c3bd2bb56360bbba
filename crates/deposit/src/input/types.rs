//! Column types of text inputs, and how their values are read.

use std::fmt;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanBuilder, Date32Builder, Decimal128Builder, Float64Builder, Int64Builder, StringBuilder,
    TimestampMicrosecondBuilder,
};
use arrow::compute::kernels::cast_utils::{Parser, parse_decimal, string_to_datetime};
use arrow::datatypes::{DataType, Date32Type, Decimal128Type, TimeUnit};
use chrono::Utc;

/// The type of a column of a text input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ColumnType {
    /// Text as it is written.
    Text,
    /// A 64-bit integer.
    Integer,
    /// A 64-bit floating-point number.
    Double,
    /// True or false.
    Boolean,
    /// A calendar day.
    Date,
    /// A local time without an offset.
    Timestamp,
    /// An instant: a time with its offset.
    TimestampTz,
    /// A decimal number of (precision, scale).
    Decimal(u8, i8),
}

impl ColumnType {
    /// Returns the type that a mapping names, in any case.
    pub fn parse(name: &str) -> Option<Self> {
        let name = name.trim().to_ascii_lowercase();
        match name.as_str() {
            "text" | "string" | "varchar" | "char" | "utf8" => Some(Self::Text),
            "bigint" | "int" | "integer" | "smallint" | "tinyint" | "int64" | "long" => Some(Self::Integer),
            "double" | "double precision" | "float" | "real" | "float64" => Some(Self::Double),
            "boolean" | "bool" => Some(Self::Boolean),
            "date" => Some(Self::Date),
            "timestamp" | "datetime" => Some(Self::Timestamp),
            "timestamptz" | "timestamp with time zone" => Some(Self::TimestampTz),
            _ => Self::parse_decimal_type(&name),
        }
    }

    fn parse_decimal_type(name: &str) -> Option<Self> {
        let inner = name.strip_prefix("decimal").or_else(|| name.strip_prefix("numeric"))?.trim();
        let inner = inner.strip_prefix('(')?.strip_suffix(')')?;
        let (precision, scale) = inner.split_once(',').unwrap_or((inner, "0"));
        let (precision, scale): (u8, i8) = (precision.trim().parse().ok()?, scale.trim().parse().ok()?);
        let valid = (1..=38).contains(&precision) && scale >= 0 && scale.unsigned_abs() <= precision;
        valid.then_some(Self::Decimal(precision, scale))
    }

    /// Returns the type of the column's arrays.
    pub fn data_type(self) -> DataType {
        match self {
            Self::Text => DataType::Utf8,
            Self::Integer => DataType::Int64,
            Self::Double => DataType::Float64,
            Self::Boolean => DataType::Boolean,
            Self::Date => DataType::Date32,
            Self::Timestamp => DataType::Timestamp(TimeUnit::Microsecond, None),
            Self::TimestampTz => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
            Self::Decimal(precision, scale) => DataType::Decimal128(precision, scale),
        }
    }

    /// Reads a value; nothing if the text is none of this type. Spaces around it do not count.
    pub(crate) fn value(self, text: &str) -> Option<Value> {
        let trimmed = text.trim();
        match self {
            Self::Text => None,
            Self::Integer => trimmed.parse().ok().map(Value::Integer),
            Self::Double => trimmed.parse().ok().filter(|number: &f64| number.is_finite()).map(Value::Double),
            Self::Boolean => boolean(trimmed).map(Value::Boolean),
            Self::Date => Date32Type::parse(trimmed).map(Value::Date),
            Self::Timestamp => instant(trimmed, false).map(Value::Timestamp),
            Self::TimestampTz => instant(trimmed, true).map(Value::Timestamp),
            Self::Decimal(precision, scale) => decimal(trimmed, precision, scale).map(Value::Decimal),
        }
    }
}

impl fmt::Display for ColumnType {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text => formatter.write_str("text"),
            Self::Integer => formatter.write_str("bigint"),
            Self::Double => formatter.write_str("double"),
            Self::Boolean => formatter.write_str("boolean"),
            Self::Date => formatter.write_str("date"),
            Self::Timestamp => formatter.write_str("timestamp without an offset"),
            Self::TimestampTz => formatter.write_str("timestamp with an offset"),
            Self::Decimal(precision, scale) => write!(formatter, "decimal({precision}, {scale})"),
        }
    }
}

fn boolean(text: &str) -> Option<bool> {
    let is = |words: &[&str]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    if is(&["true", "t", "yes", "y", "1"]) {
        Some(true)
    } else if is(&["false", "f", "no", "n", "0"]) {
        Some(false)
    } else {
        None
    }
}

/// Reads a time whose offset is present or absent as required: a local time must not pass for an instant.
fn instant(text: &str, with_offset: bool) -> Option<i64> {
    let clock = text.get(10..).unwrap_or_default();
    let has_offset = clock.contains(['Z', 'z', '+', '-']) || clock.trim_start().contains(' ');
    if has_offset != with_offset {
        return None;
    }
    string_to_datetime(&Utc, text).ok().map(|time| time.timestamp_micros())
}

/// Reads a decimal without rounding: digits beyond the scale are refused unless they are zeros.
fn decimal(text: &str, precision: u8, scale: i8) -> Option<i128> {
    let mantissa = text.split(['e', 'E']).next().unwrap_or_default();
    if mantissa.len() == text.len() {
        let digits = text.split_once('.').map_or("", |(_, digits)| digits);
        if digits.trim_end_matches('0').len() > usize::from(scale.unsigned_abs()) {
            return None;
        }
    }
    parse_decimal::<Decimal128Type>(text, precision, scale).ok()
}

/// A value of a column that is not text.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Value {
    Null,
    Integer(i64),
    Double(f64),
    Boolean(bool),
    Date(i32),
    Timestamp(i64),
    Decimal(i128),
}

/// Builds the array of one column.
pub(crate) enum ColumnBuilder {
    Text(StringBuilder),
    Integer(Int64Builder),
    Double(Float64Builder),
    Boolean(BooleanBuilder),
    Date(Date32Builder),
    Timestamp(TimestampMicrosecondBuilder),
    Decimal(Decimal128Builder),
}

impl ColumnBuilder {
    pub(crate) fn new(column_type: ColumnType, rows: usize) -> Self {
        let data_type = column_type.data_type();
        match column_type {
            ColumnType::Text => Self::Text(StringBuilder::with_capacity(rows, rows * 12)),
            ColumnType::Integer => Self::Integer(Int64Builder::with_capacity(rows)),
            ColumnType::Double => Self::Double(Float64Builder::with_capacity(rows)),
            ColumnType::Boolean => Self::Boolean(BooleanBuilder::with_capacity(rows)),
            ColumnType::Date => Self::Date(Date32Builder::with_capacity(rows)),
            ColumnType::Timestamp | ColumnType::TimestampTz => {
                Self::Timestamp(TimestampMicrosecondBuilder::with_capacity(rows).with_data_type(data_type))
            }
            ColumnType::Decimal(..) => Self::Decimal(Decimal128Builder::with_capacity(rows).with_data_type(data_type)),
        }
    }

    /// Appends a text, or NULL.
    pub(crate) fn text(&mut self, text: Option<&str>) {
        match (self, text) {
            (Self::Text(builder), Some(text)) => builder.append_value(text),
            (Self::Text(builder), None) => builder.append_null(),
            (other, _) => other.value(Value::Null),
        }
    }

    /// Appends a value; one of another type than the column's is NULL, which the readers never ask for.
    pub(crate) fn value(&mut self, value: Value) {
        match (self, value) {
            (Self::Integer(builder), Value::Integer(value)) => builder.append_value(value),
            (Self::Double(builder), Value::Double(value)) => builder.append_value(value),
            (Self::Boolean(builder), Value::Boolean(value)) => builder.append_value(value),
            (Self::Date(builder), Value::Date(value)) => builder.append_value(value),
            (Self::Timestamp(builder), Value::Timestamp(value)) => builder.append_value(value),
            (Self::Decimal(builder), Value::Decimal(value)) => builder.append_value(value),
            (Self::Text(builder), _) => builder.append_null(),
            (Self::Integer(builder), _) => builder.append_null(),
            (Self::Double(builder), _) => builder.append_null(),
            (Self::Boolean(builder), _) => builder.append_null(),
            (Self::Date(builder), _) => builder.append_null(),
            (Self::Timestamp(builder), _) => builder.append_null(),
            (Self::Decimal(builder), _) => builder.append_null(),
        }
    }

    pub(crate) fn finish(&mut self) -> ArrayRef {
        match self {
            Self::Text(builder) => Arc::new(builder.finish()),
            Self::Integer(builder) => Arc::new(builder.finish()),
            Self::Double(builder) => Arc::new(builder.finish()),
            Self::Boolean(builder) => Arc::new(builder.finish()),
            Self::Date(builder) => Arc::new(builder.finish()),
            Self::Timestamp(builder) => Arc::new(builder.finish()),
            Self::Decimal(builder) => Arc::new(builder.finish()),
        }
    }
}
