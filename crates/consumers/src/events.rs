//! What a consumer did, newest first.
//!
//! Events lie in one partition, in files sorted by (consumer, instant, key) with statistics on the consumer: the row groups
//! that may hold a consumer are known from footers, the rows from one column, and only those rows are decoded.

use std::collections::VecDeque;
use std::ops::Range;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::{Date32Type, Float64Type, Int64Type, TimestampMicrosecondType};
use databank_lake::{OpenFile, Part, RowGroup};
use databank_model::{ConsumerId, Day};

use crate::{ConsumerDesk, ConsumerError};

/// Rows decoded at a time.
const BATCH_ROWS: usize = 8 * 1024;

/// After which event a page ends: the next one is older.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct EventCursor {
    /// Its instant, µs UTC.
    pub ts_us: i64,
    /// Its key.
    pub key: [u8; 16],
}

/// One event.
#[derive(Debug, Clone, PartialEq)]
pub struct ConsumerEvent {
    /// Where it stands among the events of a consumer.
    pub at: EventCursor,
    /// Business day.
    pub day: Day,
    /// What was done.
    pub behavior: String,
    /// Where.
    pub channel: Option<String>,
    /// In which store.
    pub store_id: Option<String>,
    /// With which item.
    pub item_id: Option<String>,
    /// Of which category.
    pub category: Option<String>,
    /// In which order.
    pub order_id: Option<String>,
    /// How many.
    pub quantity: Option<i64>,
    /// For how much, in the currency's minor units.
    pub amount_minor: Option<i64>,
    /// In which currency.
    pub currency: Option<String>,
    /// How it was rated, of 5.
    pub rating: Option<f64>,
    /// Under which campaign.
    pub campaign: Option<String>,
    /// At which touchpoint.
    pub touchpoint: Option<String>,
    /// Who told it.
    pub source: String,
    /// What else was told, as a JSON object.
    pub properties: Option<String>,
}

/// Some events, newest first.
#[derive(Debug, Clone, PartialEq)]
pub struct EventPage {
    /// The events.
    pub events: Vec<ConsumerEvent>,
    /// Where to go on; `None` after the oldest.
    pub next: Option<EventCursor>,
}

const COLUMNS: [&str; 18] = [
    "event_key", "source", "ts", "day", "behavior", "channel", "store_id", "item_id", "category", "order_id",
    "quantity", "amount_minor", "currency", "rating", "campaign", "touchpoint", "properties", "consumer",
];

/// One consumer's rows of one file.
#[derive(Debug)]
pub(crate) struct Slice {
    file: OpenFile,
    row_groups: Vec<usize>,
    /// Counted over those row groups.
    rows: Range<usize>,
}

impl Slice {
    /// Hands over the named columns of some of the rows.
    pub(crate) fn read(
        &self,
        columns: &[&str],
        rows: Range<usize>,
        take: &mut dyn FnMut(&RecordBatch) -> Result<(), ConsumerError>,
    ) -> Result<(), ConsumerError> {
        let part = Part { row_groups: self.row_groups.clone(), rows: Some(vec![rows]), batch_rows: BATCH_ROWS };
        for batch in self.file.read(columns, part)? {
            take(&batch?)?;
        }
        Ok(())
    }

    /// Hands over the named columns of all of the rows.
    pub(crate) fn read_all(
        &self,
        columns: &[&str],
        take: &mut dyn FnMut(&RecordBatch) -> Result<(), ConsumerError>,
    ) -> Result<(), ConsumerError> {
        self.read(columns, self.rows.clone(), take)
    }
}

pub(crate) fn column<'a>(batch: &'a RecordBatch, name: &str) -> Result<&'a ArrayRef, ConsumerError> {
    let missing = || arrow::error::ArrowError::SchemaError(format!("events lack the column {name}"));
    Ok(batch.column_by_name(name).ok_or_else(missing)?)
}

impl ConsumerDesk {
    /// Where a consumer's events are.
    pub(crate) fn slices_of(&self, consumer: ConsumerId) -> Result<Vec<Slice>, ConsumerError> {
        let number = i64::from(consumer.0);
        let partition = self.reader.partitions().into_iter().find(|range| range.contains(consumer.slot()));
        let Some(name) = partition.map(|range| range.to_string()) else { return Ok(Vec::new()) };
        let within = |bounds: Option<(i64, i64)>| bounds.is_some_and(|(least, last)| least <= number && number <= last);
        let mut slices = Vec::new();
        for file in &self.events.files {
            let elsewhere = file.partition_value("slots") != Some(name.as_str());
            if elsewhere || !within(file.long_bounds("consumer")) {
                continue;
            }
            let file = OpenFile::open(file)?;
            let may_hold = |group: &RowGroup| within(group.bounds);
            let row_groups: Vec<usize> =
                file.row_groups("consumer").into_iter().filter(may_hold).map(|group| group.place).collect();
            if row_groups.is_empty() {
                continue;
            }
            let part = Part { row_groups: row_groups.clone(), rows: None, batch_rows: BATCH_ROWS };
            let (mut passed, mut rows) = (0, None::<Range<usize>>);
            for batch in file.read(&["consumer"], part)? {
                let batch = batch?;
                let numbers = batch.column(0).as_primitive::<Int64Type>();
                for row in (0..numbers.len()).filter(|row| numbers.is_valid(*row) && numbers.value(*row) == number) {
                    let place = passed + row;
                    rows = Some(rows.map_or(place..place + 1, |held| held.start..place + 1));
                }
                passed += numbers.len();
            }
            slices.extend(rows.map(|rows| Slice { file, row_groups, rows }));
        }
        Ok(slices)
    }

    /// At most `limit` events of a consumer that are older than the cursor, newest first.
    pub fn events(
        &self,
        consumer: ConsumerId,
        before: Option<EventCursor>,
        limit: usize,
    ) -> Result<EventPage, ConsumerError> {
        let slices = self.slices_of(consumer)?;
        // First only where events stand: of each file the newest few, in ascending order.
        let mut newest: Vec<(EventCursor, usize, usize)> = Vec::new();
        for (place, slice) in slices.iter().enumerate() {
            newest.extend(slice.newest_before(before, limit + 1)?.into_iter().map(|(at, row)| (at, place, row)));
        }
        newest.sort_unstable_by(|a, b| b.cmp(a));
        let has_more = newest.len() > limit;
        newest.truncate(limit);
        let mut events = Vec::with_capacity(newest.len());
        for (place, slice) in slices.iter().enumerate() {
            let rows = || newest.iter().filter(|(_, of, _)| *of == place).map(|(.., row)| *row);
            let (Some(first), Some(last)) = (rows().min(), rows().max()) else { continue };
            slice.read(&COLUMNS, first..last + 1, &mut |batch| add_events(batch, &mut events))?;
        }
        events.sort_unstable_by_key(|event: &ConsumerEvent| std::cmp::Reverse(event.at));
        let next = events.last().map(|event| event.at).filter(|_| has_more);
        Ok(EventPage { events, next })
    }
}

impl Slice {
    /// The last `count` rows before a cursor, with their places; rows ascend.
    fn newest_before(
        &self,
        before: Option<EventCursor>,
        count: usize,
    ) -> Result<VecDeque<(EventCursor, usize)>, ConsumerError> {
        let mut newest = VecDeque::new();
        let mut row = self.rows.start;
        self.read_all(&["event_key", "ts"], &mut |batch| {
            for at in cursors(batch)? {
                if before.is_none_or(|before| at < before) {
                    newest.push_back((at, row));
                    if newest.len() > count {
                        newest.pop_front();
                    }
                }
                row += 1;
            }
            Ok(())
        })?;
        Ok(newest)
    }
}

fn cursors(batch: &RecordBatch) -> Result<Vec<EventCursor>, ConsumerError> {
    let keys = column(batch, "event_key")?.as_binary::<i32>();
    let instants = column(batch, "ts")?.as_primitive::<TimestampMicrosecondType>();
    let at = |row: usize| EventCursor {
        ts_us: instants.value(row),
        key: keys.value(row).first_chunk().copied().unwrap_or_default(),
    };
    Ok((0..batch.num_rows()).map(at).collect())
}

fn add_events(batch: &RecordBatch, events: &mut Vec<ConsumerEvent>) -> Result<(), ConsumerError> {
    let texts = |name: &str| Ok::<_, ConsumerError>(column(batch, name)?.as_string::<i32>().clone());
    let numbers = |name: &str| Ok::<_, ConsumerError>(column(batch, name)?.as_primitive::<Int64Type>().clone());
    let days = column(batch, "day")?.as_primitive::<Date32Type>();
    let ratings = column(batch, "rating")?.as_primitive::<Float64Type>();
    let (quantities, amounts) = (numbers("quantity")?, numbers("amount_minor")?);
    let (behaviors, sources, channels) = (texts("behavior")?, texts("source")?, texts("channel")?);
    let (stores, items, categories) = (texts("store_id")?, texts("item_id")?, texts("category")?);
    let (orders, currencies, campaigns) = (texts("order_id")?, texts("currency")?, texts("campaign")?);
    let (touchpoints, properties) = (texts("touchpoint")?, texts("properties")?);
    for (row, at) in cursors(batch)?.into_iter().enumerate() {
        let text = |of: &arrow::array::StringArray| of.is_valid(row).then(|| of.value(row).to_owned());
        let number = |of: &arrow::array::Int64Array| of.is_valid(row).then(|| of.value(row));
        events.push(ConsumerEvent {
            at,
            day: Day(days.value(row)),
            behavior: text(&behaviors).unwrap_or_default(),
            channel: text(&channels),
            store_id: text(&stores),
            item_id: text(&items),
            category: text(&categories),
            order_id: text(&orders),
            quantity: number(&quantities),
            amount_minor: number(&amounts),
            currency: text(&currencies),
            rating: ratings.is_valid(row).then(|| ratings.value(row)),
            campaign: text(&campaigns),
            touchpoint: text(&touchpoints),
            source: text(&sources).unwrap_or_default(),
            properties: text(&properties),
        });
    }
    Ok(())
}
