//! A table that is filled row by row.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, Date32Builder, Int64Builder, ListBuilder, RecordBatch, StringBuilder, TimestampMicrosecondBuilder,
};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};

use super::Table;
use crate::WorldError;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Column {
    Text,
    Whole,
    Day,
    Instant,
    Texts,
}

/// A value of a row.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Cell<'a> {
    Text(&'a str),
    Whole(i64),
    Day(i32),
    Instant(i64),
    Texts(&'a [String]),
    Null,
}

enum Builder {
    Text(StringBuilder),
    Whole(Int64Builder),
    Day(Date32Builder),
    Instant(TimestampMicrosecondBuilder),
    Texts(ListBuilder<StringBuilder>),
}

impl Builder {
    fn of(column: Column) -> Self {
        match column {
            Column::Text => Self::Text(StringBuilder::new()),
            Column::Whole => Self::Whole(Int64Builder::new()),
            Column::Day => Self::Day(Date32Builder::new()),
            Column::Instant => Self::Instant(TimestampMicrosecondBuilder::new().with_timezone("UTC")),
            Column::Texts => Self::Texts(ListBuilder::new(StringBuilder::new())),
        }
    }

    fn push(&mut self, cell: Cell<'_>) {
        match (self, cell) {
            (Self::Text(column), Cell::Text(text)) => column.append_value(text),
            (Self::Whole(column), Cell::Whole(number)) => column.append_value(number),
            (Self::Day(column), Cell::Day(day)) => column.append_value(day),
            (Self::Instant(column), Cell::Instant(ts_us)) => column.append_value(ts_us),
            (Self::Texts(column), Cell::Texts(texts)) => {
                for text in texts {
                    column.values().append_value(text);
                }
                column.append(true);
            }
            (Self::Text(column), _) => column.append_null(),
            (Self::Whole(column), _) => column.append_null(),
            (Self::Day(column), _) => column.append_null(),
            (Self::Instant(column), _) => column.append_null(),
            (Self::Texts(column), _) => column.append(false),
        }
    }

    fn finish(&mut self) -> ArrayRef {
        match self {
            Self::Text(column) => Arc::new(column.finish()),
            Self::Whole(column) => Arc::new(column.finish()),
            Self::Day(column) => Arc::new(column.finish()),
            Self::Instant(column) => Arc::new(column.finish()),
            Self::Texts(column) => Arc::new(column.finish()),
        }
    }
}

/// The columns of a table.
fn schema_of(table: &Table) -> SchemaRef {
    let fields = table.columns.iter().map(|(name, column)| {
        let data_type = match column {
            Column::Text => DataType::Utf8,
            Column::Whole => DataType::Int64,
            Column::Day => DataType::Date32,
            Column::Instant => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
            Column::Texts => DataType::List(Arc::new(Field::new_list_field(DataType::Utf8, true))),
        };
        Field::new(*name, data_type, true)
    });
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}

/// Rows of a table, while they are gathered.
pub(crate) struct Sheet {
    file: &'static str,
    schema: SchemaRef,
    columns: Vec<Builder>,
}

impl Sheet {
    pub(crate) fn new(table: &Table) -> Self {
        let columns = table.columns.iter().map(|(_, column)| Builder::of(*column)).collect();
        Self { file: table.file, schema: schema_of(table), columns }
    }

    /// Adds a row; a value that is none of its column's kind becomes NULL.
    pub(crate) fn push(&mut self, row: &[Cell<'_>]) {
        debug_assert_eq!(row.len(), self.columns.len(), "a value for each column of {}", self.file);
        for (column, cell) in self.columns.iter_mut().zip(row) {
            column.push(*cell);
        }
    }

    pub(crate) fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    pub(crate) fn finish(mut self) -> Result<RecordBatch, WorldError> {
        let columns = self.columns.iter_mut().map(Builder::finish).collect();
        RecordBatch::try_new(self.schema, columns).map_err(WorldError::arrow(self.file))
    }
}
