//! Rows of events to what a sweep needs: condition bits, orders, joinings and leavings.

use std::ops::Range;

use arrow::array::{Array, ArrayRef, AsArray, DictionaryArray, Int64Array, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Date32Type, Int32Type, Int64Type, TimestampMicrosecondType};
use databank_engine::RowFilter;
use databank_lake::tracks::{FLAG_BOT, TrackRows, key_of_text};
use databank_model::Day;
use databank_model::rules::StatusKind;
use rustc_hash::FxHashMap;

use crate::history::Entity;
use crate::{HistoryError, RuleProgram};

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

pub(crate) fn dictionary(column: &ArrayRef) -> Result<DictionaryArray<Int32Type>, HistoryError> {
    let data_type = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
    Ok(cast(column, &data_type)?.as_dictionary::<Int32Type>().clone())
}

/// Columns that come as dictionaries, which costs less: their values repeat.
pub(crate) const REPEATING: &[&str] = &["behavior", "order_id", "category", "item_id"];

/// Rows of one file, in its order, reduced to what a sweep asks.
#[derive(Debug, Default)]
pub(crate) struct Chunk {
    /// Whose the rows are: each consumer's end among them.
    pub(crate) runs: Vec<(u32, usize)>,
    /// By row.
    pub(crate) days: Vec<i32>,
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

impl Role {
    fn of(behavior: &str, program: &RuleProgram) -> Self {
        let status = match behavior {
            "join_member" => Some((StatusKind::Member, true)),
            "leave_member" => Some((StatusKind::Member, false)),
            "follow" => Some((StatusKind::Fan, true)),
            "unfollow" => Some((StatusKind::Fan, false)),
            _ => None,
        };
        Self {
            purchase: behavior == "purchase",
            status: status.filter(|(kind, _)| program.program.asks_for(*kind)),
            filtered: program.filtered.iter().any(|(_, behaviors, _)| behaviors.iter().any(|b| b == behavior)),
        }
    }

    /// Whether more has to be known of such a row than its behaviour.
    fn asks_more(self) -> bool {
        self.filtered || self.status.is_some()
    }
}

/// Gives the side columns of chosen rows, by their places, ascending.
pub(crate) type Side<'a> = &'a mut dyn FnMut(&[usize]) -> Result<RecordBatch, HistoryError>;

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

    /// Reduces unpacked tracks; `names` are those of their codes from 1 on.
    pub(crate) fn of_tracks(&self, rows: &TrackRows, names: &[String], side: Side<'_>) -> Result<Chunk, HistoryError> {
        let names: Vec<&str> = std::iter::once("").chain(names.iter().map(String::as_str)).collect();
        let mut reduced = Reduced::new(self.program, &names, &rows.codes);
        let asked = reduced.asked(&rows.codes);
        let statuses = reduced.ask(&asked, &rows.codes, &rows.days, side)?;
        let order_row = |(row, order): &(usize, u64)| self.order_row(*row, *order, reduced.role(rows.codes[*row]));
        let orders = rows.orders.iter().map(order_row).collect();
        let mut runs: Vec<(u32, usize)> = Vec::with_capacity(rows.stretches.len());
        for stretch in &rows.stretches {
            match runs.last_mut() {
                Some((consumer, end)) if *consumer == stretch.consumer => *end = stretch.end,
                _ => runs.push((stretch.consumer, stretch.end)),
            }
        }
        Ok(Chunk { runs, days: rows.days.clone(), bits: reduced.bits, orders, statuses })
    }

    /// Reduces a batch of columns.
    pub(crate) fn of_batch(&self, batch: &RecordBatch, side: Side<'_>) -> Result<Chunk, HistoryError> {
        let column = |name: &str| {
            batch.column_by_name(name).ok_or_else(|| HistoryError::BadRules {
                name: self.program.name.clone(),
                reason: format!("events lack the column {name}"),
            })
        };
        let consumers = column("consumer")?.as_primitive::<Int64Type>();
        let days = column("day")?.as_primitive::<Date32Type>().values().to_vec();
        let behaviors = dictionary(column("behavior")?)?;
        let flags = column("flags")?.as_primitive::<Int64Type>();
        let in_entity = match self.entity.column() {
            None => None,
            Some(name) => {
                let entities = dictionary(column(name)?)?;
                let is_it = entities.values().as_string::<i32>().iter().map(|text| text == self.entity.id());
                let is_it: Vec<bool> = is_it.collect();
                Some((entities, is_it))
            }
        };
        let is_inside = |row: usize| {
            in_entity.as_ref().is_none_or(|(entities, is_it)| entities.key(row).is_some_and(|key| is_it[key]))
        };
        // Code 0 is a row that never counts, as in tracks.
        let code = |row: usize| {
            let is_bot = flags.is_valid(row) && flags.value(row) & FLAG_BOT != 0;
            let counts = !is_bot && consumers.is_valid(row) && is_inside(row);
            behaviors.key(row).filter(|_| counts).map_or(0, |key| key as i32 + 1)
        };
        let codes: Vec<i32> = (0..batch.num_rows()).map(code).collect();
        let names = behaviors.values().as_string::<i32>().iter().map(Option::unwrap_or_default);
        let names: Vec<&str> = std::iter::once("").chain(names).collect();
        let mut reduced = Reduced::new(self.program, &names, &codes);
        let asked = reduced.asked(&codes);
        let statuses = reduced.ask(&asked, &codes, &days, side)?;

        let orders = dictionary(column("order_id")?)?;
        // Hashed once for each distinct id; many rows have no order and need none.
        let keys = orders.values().as_string::<i32>().iter().map(|text| text.map_or(0, key_of_text));
        let keys: Vec<u64> = if orders.keys().null_count() == orders.len() { Vec::new() } else { keys.collect() };
        let order_row = |row: usize| Some(self.order_row(row, *keys.get(orders.key(row)?)?, reduced.role(codes[row])));
        let orders = (0..batch.num_rows()).filter_map(order_row).collect();
        Ok(Chunk { runs: runs_of(consumers), days, bits: reduced.bits, orders, statuses })
    }

    fn order_row(&self, row: usize, order: u64, role: Role) -> OrderRow {
        let gone = self.cancelled.get(&order).filter(|_| role.purchase);
        OrderRow { row, order, cancelled_from: gone.map_or(Day::OPEN_END, |day| Day(*day)) }
    }
}

/// What behaviours come to.
struct Reduced<'a> {
    program: &'a RuleProgram,
    names: &'a [&'a str],
    roles: Table<Role>,
    /// By row.
    bits: Vec<u64>,
}

impl<'a> Reduced<'a> {
    fn new(program: &'a RuleProgram, names: &'a [&'a str], codes: &[i32]) -> Self {
        let plain = Table::new(names, |name| program.plain_bits(name));
        let bits = codes.iter().map(|code| plain.of(*code)).collect();
        Self { program, names, roles: Table::new(names, |name| Role::of(name, program)), bits }
    }

    fn role(&self, code: i32) -> Role {
        self.roles.of(code)
    }

    /// The rows of which more has to be known than their behaviours.
    fn asked(&self, codes: &[i32]) -> Vec<usize> {
        let asks_more = Table::new(self.names, |name| Role::of(name, self.program).asks_more());
        if !asks_more.has_any() {
            return Vec::new();
        }
        codes.iter().enumerate().filter(|(_, code)| asks_more.of(**code)).map(|(row, _)| row).collect()
    }

    /// Adds the bits of conditions with filters; the joinings and leavings.
    fn ask(
        &mut self,
        asked: &[usize],
        codes: &[i32],
        days: &[i32],
        side: Side<'_>,
    ) -> Result<Vec<(usize, StatusEvent)>, HistoryError> {
        let mut statuses = Vec::new();
        if asked.is_empty() {
            return Ok(statuses);
        }
        let side = side(asked)?;
        for (bit, behaviors, filter) in &self.program.filtered {
            let applies = Table::new(self.names, |name| behaviors.iter().any(|behavior| behavior == name));
            if applies.has_any() {
                set_bits(*bit, &applies, filter, codes, asked, &side, &mut self.bits)?;
            }
        }
        let instants =
            side.column_by_name("ts").and_then(|column| column.as_primitive_opt::<TimestampMicrosecondType>());
        for (place, row) in asked.iter().enumerate() {
            let Some((kind, joins)) = self.role(codes[*row]).status else { continue };
            let ts_us = instants.map_or(0, |instants| instants.value(place));
            let programme = programme_of(&side, place);
            statuses.push((*row, StatusEvent { kind, programme, ts_us, joins, day: days[*row] }));
        }
        Ok(statuses)
    }
}

/// Something of each behaviour, by its code. An unknown code has the default.
struct Table<T> {
    /// Of codes of one byte: found without a look at how many there are.
    near: Box<[T; 256]>,
    far: Vec<T>,
}

impl<T: Copy + Default> Table<T> {
    fn new(names: &[&str], of: impl Fn(&str) -> T) -> Self {
        let mut near = Box::new([T::default(); 256]);
        near.iter_mut().zip(names).for_each(|(place, name)| *place = of(name));
        Self { near, far: names.iter().skip(256).map(|name| of(name)).collect() }
    }

    fn of(&self, code: i32) -> T {
        match u8::try_from(code) {
            Ok(code) => self.near[usize::from(code)],
            Err(_) => self.far.get((code as usize).wrapping_sub(256)).copied().unwrap_or_default(),
        }
    }
}

impl Table<bool> {
    fn has_any(&self) -> bool {
        self.near.contains(&true) || self.far.contains(&true)
    }
}

/// Each consumer's end. Rows without one mean nothing and lie with a neighbor; of nothing else there is no run.
fn runs_of(consumers: &Int64Array) -> Vec<(u32, usize)> {
    let mut runs: Vec<(u32, usize)> = Vec::new();
    for (row, consumer) in consumers.iter().enumerate() {
        match (runs.last_mut(), consumer) {
            (Some((held, end)), Some(consumer)) if i64::from(*held) == consumer => *end = row + 1,
            (_, Some(consumer)) => runs.push((consumer as u32, row + 1)),
            (Some((_, end)), None) => *end = row + 1,
            // Leading ones lie with the first consumer.
            (None, None) => {}
        }
    }
    runs
}

/// Adds a condition's bit to those of the `rows` whose behaviour it is about and whose side columns fit its filter.
fn set_bits(
    bit: u64,
    applies: &Table<bool>,
    filter: &RowFilter,
    codes: &[i32],
    rows: &[usize],
    side: &RecordBatch,
    bits: &mut [u64],
) -> Result<(), HistoryError> {
    let matches = filter.matches(side)?;
    for (place, row) in rows.iter().enumerate() {
        if applies.of(codes[*row]) && matches.value(place) {
            bits[*row] |= bit;
        }
    }
    Ok(())
}

/// The rows of one run.
pub(crate) fn run_range(runs: &[(u32, usize)], run: usize) -> Range<usize> {
    let start = run.checked_sub(1).and_then(|before| runs.get(before)).map_or(0, |(_, end)| *end);
    start..runs.get(run).map_or(start, |(_, end)| *end)
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
