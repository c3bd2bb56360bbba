//! Rows of tracked events as columns: the canonical ones, as a mapping would give them, and what is known beside them.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayBuilder, ArrayRef, BooleanArray, Int64Array, Int64Builder, RecordBatch, StringBuilder,
    TimestampMicrosecondArray,
};
use arrow::compute::{filter, filter_record_batch};
use arrow::datatypes::{Field, Schema};
use databank_identity::IdType;
use databank_tracking::event::Row;

use crate::DepositError;
use crate::brand::arrivals::Arrival;
use crate::events::columns::TEXTS;
use crate::events::convert::Beside;

/// Columns of ids: a type has as many as a row has ids of it.
#[derive(Debug, Default)]
pub(super) struct IdColumns(Vec<(IdType, StringBuilder)>);

impl IdColumns {
    /// Adds a row, the `row`-th.
    pub(super) fn push(&mut self, row: usize, ids: Vec<(IdType, String)>) {
        for (id_type, id) in ids {
            let is_free = |(held, column): &(IdType, StringBuilder)| *held == id_type && column.len() <= row;
            let place = self.0.iter().position(is_free).unwrap_or_else(|| {
                self.0.push((id_type, StringBuilder::new()));
                self.0.len() - 1
            });
            if let Some((_, column)) = self.0.get_mut(place) {
                pad(column, row);
                column.append_value(id);
            }
        }
    }

    /// The columns, of so many rows.
    pub(super) fn finish(&mut self, rows: usize) -> impl Iterator<Item = (String, ArrayRef)> + '_ {
        self.0.drain(..).map(move |(id_type, mut column)| {
            pad(&mut column, rows);
            (format!("id.{id_type}"), Arc::new(column.finish()) as ArrayRef)
        })
    }
}

fn pad(column: &mut StringBuilder, rows: usize) {
    (column.len()..rows).for_each(|_| column.append_null());
}

/// Rows of events.
#[derive(Debug, Default)]
pub(super) struct EventColumns {
    event_ids: StringBuilder,
    instants: Vec<i64>,
    behaviors: StringBuilder,
    texts: [StringBuilder; TEXTS.len()],
    revisions: Int64Builder,
    quantities: Int64Builder,
    amounts: StringBuilder,
    currencies: StringBuilder,
    ratings: StringBuilder,
    properties: StringBuilder,
    flags: Vec<i64>,
    said_at: Int64Builder,
    ids: IdColumns,
    pub(super) arrivals: Vec<Arrival>,
}

impl EventColumns {
    /// Adds a row that happened at an instant.
    pub(super) fn push(&mut self, arrival: Arrival, row: Row, ts_us: i64, flags: i64, event_id: &str) {
        let place = self.instants.len();
        self.event_ids.append_value(event_id);
        self.instants.push(ts_us);
        self.behaviors.append_value(&row.behavior);
        let texts = [
            row.channel, row.store_id, row.item_id, row.category, row.order_id, row.line_id, row.campaign, row.content,
            row.creator, row.touchpoint, row.keyword,
        ];
        for (column, text) in self.texts.iter_mut().zip(texts) {
            column.append_option(text);
        }
        self.revisions.append_option(row.revision);
        self.quantities.append_option(row.quantity);
        self.amounts.append_option(row.amount);
        self.currencies.append_option(row.currency);
        self.ratings.append_option(row.rating);
        self.properties.append_value(&row.properties);
        self.flags.push(flags);
        self.said_at.append_option(row.said_us);
        self.ids.push(place, row.ids);
        self.arrivals.push(arrival);
    }

    /// All rows; `None` without any.
    pub(super) fn finish(mut self) -> Result<Option<EventRows>, DepositError> {
        let rows = self.instants.len();
        if rows == 0 {
            return Ok(None);
        }
        let instants = TimestampMicrosecondArray::from(self.instants).with_timezone("UTC");
        let mut columns: Vec<(String, ArrayRef)> = vec![
            ("event_id".to_owned(), Arc::new(self.event_ids.finish())),
            ("ts".to_owned(), Arc::new(instants)),
            ("behavior".to_owned(), Arc::new(self.behaviors.finish())),
        ];
        let texts =
            TEXTS.iter().zip(&mut self.texts).map(|(name, column)| (*name, Arc::new(column.finish()) as ArrayRef));
        let others: [(&str, ArrayRef); 5] = [
            ("revision", Arc::new(self.revisions.finish())),
            ("quantity", Arc::new(self.quantities.finish())),
            ("amount", Arc::new(self.amounts.finish())),
            ("currency", Arc::new(self.currencies.finish())),
            ("rating", Arc::new(self.ratings.finish())),
        ];
        let given = texts.chain(others).filter(|(_, column)| column.null_count() < rows);
        columns.extend(given.map(|(name, column)| (name.to_owned(), column)));
        columns.extend(self.ids.finish(rows));
        let (properties, flags) = (self.properties.finish(), Int64Array::from(self.flags));
        let beside = Beside { properties, flags, said_at: self.said_at.finish() };
        Ok(Some(EventRows { raw: batch_of(columns)?, beside, arrivals: self.arrivals }))
    }
}

/// A batch of named columns. Names may repeat: a row may have two ids of a type.
pub(super) fn batch_of(columns: Vec<(String, ArrayRef)>) -> Result<RecordBatch, DepositError> {
    let fields: Vec<Field> =
        columns.iter().map(|(name, column)| Field::new(name, column.data_type().clone(), true)).collect();
    let arrays = columns.into_iter().map(|(_, column)| column).collect();
    Ok(RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays)?)
}

/// Rows of events, to be converted.
#[derive(Debug)]
pub(super) struct EventRows {
    pub(super) raw: RecordBatch,
    pub(super) beside: Beside,
    /// Row by row.
    pub(super) arrivals: Vec<Arrival>,
}

impl EventRows {
    /// The rows that are wanted.
    pub(super) fn kept(self, keep: &[bool]) -> Result<Self, DepositError> {
        use arrow::array::AsArray;
        let mask = BooleanArray::from(keep.to_vec());
        let Beside { properties, flags, said_at } = self.beside;
        let beside = Beside {
            properties: filter(&properties, &mask)?.as_string::<i32>().clone(),
            flags: filter(&flags, &mask)?.as_primitive().clone(),
            said_at: filter(&said_at, &mask)?.as_primitive().clone(),
        };
        let kept = self.arrivals.iter().zip(keep).filter(|(_, keep)| **keep).map(|(arrival, _)| *arrival);
        Ok(Self { raw: filter_record_batch(&self.raw, &mask)?, beside, arrivals: kept.collect() })
    }
}
