//! Rows of events to the narrow columns that a sweep needs.

use arrow::array::{Array, ArrayRef, AsArray, DictionaryArray, Int64Array, RecordBatch};
use arrow::buffer::ScalarBuffer;
use arrow::compute::cast;
use arrow::datatypes::{DataType, Date32Type, Int32Type, Int64Type, TimestampMicrosecondType};
use databank_engine::RowFilter;
use databank_model::Day;
use databank_model::rules::StatusKind;
use rustc_hash::FxHashMap;

use crate::history::Entity;
use crate::{HistoryError, RuleProgram};

/// Bit of `flags` for traffic that is not a person's.
pub(crate) const FLAG_BOT: i64 = 1;

/// A joining or leaving of one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct StatusEvent {
    pub(crate) kind: StatusKind,
    pub(crate) programme: u64,
    pub(crate) ts_us: i64,
    /// Leaving sorts before joining at the same instant, so that the later intention, to be a member, holds.
    pub(crate) joins: bool,
    pub(crate) day: i32,
}

/// A 64-bit key of a text (order id, programme): never 0, which stands for "none". Stable for ever: sweep states hold it.
pub(crate) fn key_of_text(text: &str) -> u64 {
    let hash = blake3::hash(text.as_bytes());
    let head = hash.as_bytes().first_chunk::<8>().map_or(1, |bytes| u64::from_le_bytes(*bytes));
    head.max(1)
}

pub(crate) fn dictionary(column: &ArrayRef) -> Result<DictionaryArray<Int32Type>, HistoryError> {
    let data_type = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
    Ok(cast(column, &data_type)?.as_dictionary::<Int32Type>().clone())
}

/// Columns that come as dictionaries, which costs less: their values repeat.
pub(crate) const REPEATING: &[&str] = &["behavior", "order_id", "category", "item_id"];

/// Rows of one file, in its order, reduced to what a sweep asks.
#[derive(Debug)]
pub(crate) struct Chunk {
    /// By row. Empty when no row has one.
    pub(crate) consumers: ScalarBuffer<i64>,
    /// By row.
    pub(crate) days: ScalarBuffer<i32>,
    /// By row: condition bits; none for a row that means nothing to the rules.
    pub(crate) bits: Vec<u64>,
    /// The rows that name an order, ascending.
    pub(crate) orders: Vec<OrderRow>,
    /// Joinings and leavings, by their rows, ascending.
    pub(crate) statuses: Vec<(usize, StatusEvent)>,
}

/// A row that names an order.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OrderRow {
    pub(crate) row: usize,
    /// The order's key.
    pub(crate) order: u64,
    /// The first day on which the row no longer counts.
    pub(crate) cancelled_from: Day,
}

/// What a behaviour means to extraction, beside the bits that it sets by itself.
#[derive(Debug, Clone, Copy, Default)]
struct Role {
    purchase: bool,
    status: Option<(StatusKind, bool)>,
    filtered: bool,
}

fn role_of(behavior: &str, program: &RuleProgram) -> Role {
    let status = match behavior {
        "join_member" => Some((StatusKind::Member, true)),
        "leave_member" => Some((StatusKind::Member, false)),
        "follow" => Some((StatusKind::Fan, true)),
        "unfollow" => Some((StatusKind::Fan, false)),
        _ => None,
    };
    Role {
        purchase: behavior == "purchase",
        status: status.filter(|(kind, _)| program.program.asks_for(*kind)),
        filtered: program.filtered.iter().any(|(_, behaviors, _)| behaviors.iter().any(|b| b == behavior)),
    }
}

/// Reduces rows for one rule set and entity.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Extractor<'a> {
    pub(crate) program: &'a RuleProgram,
    pub(crate) entity: &'a Entity,
    /// From which day on an order's purchases no longer count.
    pub(crate) cancelled: &'a FxHashMap<u64, i32>,
}

impl Extractor<'_> {
    /// The columns that every row is asked for.
    pub(crate) fn columns(&self) -> Vec<&str> {
        let mut columns = vec!["consumer", "day", "behavior", "order_id", "flags"];
        columns.extend(self.entity.column());
        columns
    }

    /// The columns that only some rows are asked for: those that a filter looks at, joinings and leavings.
    pub(crate) fn side_columns(&self) -> Vec<&str> {
        let asks_for_statuses = StatusKind::ALL.into_iter().any(|kind| self.program.program.asks_for(kind));
        let mut columns = if asks_for_statuses { vec!["ts", "store_id", "properties"] } else { Vec::new() };
        columns.extend(self.program.filter_columns());
        columns.sort_unstable();
        columns.dedup();
        columns
    }

    /// Reduces a batch. `side` gives the side columns of chosen rows (ascending), when there are any.
    pub(crate) fn chunk(
        &self,
        batch: &RecordBatch,
        side: &mut dyn FnMut(&[usize]) -> Result<RecordBatch, HistoryError>,
    ) -> Result<Chunk, HistoryError> {
        let column = |name: &str| {
            batch.column_by_name(name).ok_or_else(|| HistoryError::BadRules {
                name: self.program.name.clone(),
                reason: format!("events lack the column {name}"),
            })
        };
        let consumers = column("consumer")?.as_primitive::<Int64Type>();
        let days = column("day")?.as_primitive::<Date32Type>();
        let behaviors = dictionary(column("behavior")?)?;
        let keys = behaviors.keys().values();
        let names: Vec<&str> = behaviors.values().as_string::<i32>().iter().map(Option::unwrap_or_default).collect();
        let roles: Vec<Role> = names.iter().map(|name| role_of(name, self.program)).collect();

        // Rows that mean nothing here: bots', of other entities, without a consumer or a behaviour.
        let mut out = Vec::new();
        let flags = column("flags")?.as_primitive::<Int64Type>();
        if flags.values().iter().fold(0, |all, flags| all | flags) & FLAG_BOT != 0 {
            out.push((0..flags.len()).map(|row| flags.is_valid(row) && flags.value(row) & FLAG_BOT != 0).collect());
        }
        if let Some(name) = self.entity.column() {
            let entities = dictionary(column(name)?)?;
            let is_it: Vec<bool> =
                entities.values().as_string::<i32>().iter().map(|text| text == self.entity.id()).collect();
            let inside = |row: usize| entities.key(row).and_then(|key| is_it.get(key)).copied().unwrap_or(false);
            out.push((0..entities.len()).map(|row| !inside(row)).collect::<Vec<bool>>());
        }
        for nulls in [consumers.nulls(), behaviors.keys().nulls()].into_iter().flatten() {
            out.push(nulls.iter().map(|is_valid| !is_valid).collect());
        }
        let is_out = |row: usize| out.iter().any(|rows| rows[row]);

        let plain = Table::new(&names, |name, _| self.program.plain_bits(name), &roles);
        let mut bits: Vec<u64> = keys.iter().map(|key| plain.of(*key)).collect();
        if !out.is_empty() {
            bits.iter_mut().enumerate().filter(|(row, _)| is_out(*row)).for_each(|(_, bits)| *bits = 0);
        }

        let asks_more = |role: &Role| role.filtered || role.status.is_some();
        let mut statuses = Vec::new();
        if roles.iter().any(asks_more) {
            let asked = Table::new(&names, |_, role| asks_more(role), &roles);
            let mut rows: Vec<usize> = Vec::new();
            rows.extend(keys.iter().enumerate().filter(|(_, key)| asked.of(**key)).map(|(row, _)| row));
            rows.retain(|row| !is_out(*row));
            if !rows.is_empty() {
                let side = side(&rows)?;
                for (bit, of, filter) in &self.program.filtered {
                    let applies: Vec<bool> = names.iter().map(|name| of.iter().any(|of| of == name)).collect();
                    set_bits(*bit, &applies, filter, keys, &rows, &side, &mut bits)?;
                }
                let instants =
                    side.column_by_name("ts").map(|column| column.as_primitive::<TimestampMicrosecondType>());
                for (place, row) in rows.iter().enumerate() {
                    let Some((kind, joins)) = roles[keys[*row] as usize].status else { continue };
                    let ts_us = instants.map_or(0, |instants| instants.value(place));
                    let programme = programme_of(&side, place);
                    statuses.push((*row, StatusEvent { kind, programme, ts_us, joins, day: days.value(*row) }));
                }
            }
        }
        let orders = dictionary(column("order_id")?)?;
        let is_purchase = |row: usize| behaviors.key(row).is_some_and(|key| roles[key].purchase);
        Ok(Chunk {
            consumers: order_of(consumers),
            days: days.values().clone(),
            bits,
            orders: self.order_rows(&orders, &is_purchase),
            statuses,
        })
    }

    fn order_rows(&self, orders: &DictionaryArray<Int32Type>, is_purchase: &dyn Fn(usize) -> bool) -> Vec<OrderRow> {
        let keys = orders.keys();
        if keys.null_count() == keys.len() {
            return Vec::new();
        }
        // Hashed once for each distinct id; many rows have no order and need none.
        let by_key: Vec<u64> =
            orders.values().as_string::<i32>().iter().map(|text| text.map_or(0, key_of_text)).collect();
        let order_row = |row: usize| {
            let order = by_key[keys.value(row) as usize];
            let gone = self.cancelled.get(&order).filter(|_| !self.cancelled.is_empty() && is_purchase(row));
            OrderRow { row, order, cancelled_from: gone.map_or(Day::OPEN_END, |day| Day(*day)) }
        };
        match keys.nulls() {
            None => (0..keys.len()).map(order_row).collect(),
            Some(nulls) => nulls.valid_indices().map(order_row).collect(),
        }
    }
}

/// Something of each behaviour, by its key. The key of a row without one is anything: it is answered with something.
struct Table<T> {
    by_key: Vec<T>,
    mask: usize,
}

impl<T: Copy + Default> Table<T> {
    fn new(names: &[&str], of: impl Fn(&str, &Role) -> T, roles: &[Role]) -> Self {
        let mut by_key: Vec<T> = names.iter().zip(roles).map(|(name, role)| of(name, role)).collect();
        by_key.resize(names.len().next_power_of_two(), T::default());
        Self { mask: by_key.len() - 1, by_key }
    }

    fn of(&self, key: i32) -> T {
        self.by_key[key as usize & self.mask]
    }
}

/// Consumers in the order of their rows. Rows without one mean nothing and lie with a neighbor; of nothing else there are
/// no rows.
fn order_of(consumers: &Int64Array) -> ScalarBuffer<i64> {
    if consumers.null_count() == 0 {
        return consumers.values().clone();
    }
    let Some(first) = consumers.iter().flatten().next() else { return ScalarBuffer::default() };
    let mut last = first;
    consumers
        .iter()
        .map(|consumer| {
            last = consumer.unwrap_or(last);
            last
        })
        .collect()
}

/// Adds a condition's bit to those of the `rows` whose behaviour it is about and whose side columns fit its filter.
fn set_bits(
    bit: u64,
    applies: &[bool],
    filter: &RowFilter,
    keys: &[i32],
    rows: &[usize],
    side: &RecordBatch,
    bits: &mut [u64],
) -> Result<(), HistoryError> {
    if !applies.contains(&true) {
        return Ok(());
    }
    let matches = filter.matches(side)?;
    for (place, row) in rows.iter().enumerate() {
        if applies[keys[*row] as usize] && matches.value(place) {
            bits[*row] |= bit;
        }
    }
    Ok(())
}

/// The programme that a joining or leaving is about: the property `programme`, else the store, else the brand's own.
fn programme_of(batch: &RecordBatch, row: usize) -> u64 {
    let text = |name: &str| {
        let column = batch.column_by_name(name)?.as_string_opt::<i32>()?;
        column.is_valid(row).then(|| column.value(row))
    };
    let named = text("properties")
        .filter(|object| object.contains("\"programme\""))
        .and_then(|object| serde_json::from_str::<serde_json::Value>(object).ok())
        .and_then(|object| Some(object.get("programme")?.as_str()?.to_owned()));
    match (named, text("store_id")) {
        (Some(name), _) => key_of_text(&name),
        (None, Some(store)) => key_of_text(store),
        (None, None) => key_of_text(""),
    }
}
