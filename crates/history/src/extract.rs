//! One partition's event files to the narrow columns that a sweep needs.

use arrow::array::{Array, ArrayRef, AsArray, DictionaryArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Date32Type, Int32Type, Int64Type, TimestampMicrosecondType};
use databank_lake::{DataFile, FileReader, RowChoice, read_chosen, read_file};
use databank_model::rules::StatusKind;

use crate::history::Entity;
use crate::{HistoryError, RuleProgram};

/// Bit of `flags` for traffic that is not a person's.
pub(crate) const FLAG_BOT: i64 = 1;

/// A joining or leaving.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct StatusEvent {
    pub(crate) consumer: u32,
    pub(crate) kind: StatusKind,
    pub(crate) programme: u64,
    pub(crate) ts_us: i64,
    /// Leaving sorts before joining at the same instant, so that the later intention, to be a member, holds.
    pub(crate) joins: bool,
    pub(crate) day: i32,
}

/// Columns of the events that set a condition bit, and beside them what statuses need.
#[derive(Debug, Default)]
pub(crate) struct PartitionEvents {
    pub(crate) consumers: Vec<u32>,
    pub(crate) days: Vec<i32>,
    pub(crate) orders: Vec<u64>,
    pub(crate) bits: Vec<u64>,
    pub(crate) purchases: Vec<bool>,
    pub(crate) status_events: Vec<StatusEvent>,
    /// Rows read, whether they mattered or not.
    pub(crate) rows: u64,
}

/// A 64-bit key of a text (order id, programme): never 0, which stands for "none". Stable for ever: sweep states hold it.
pub(crate) fn key_of_text(text: &str) -> u64 {
    let hash = blake3::hash(text.as_bytes());
    let head = hash.as_bytes().first_chunk::<8>().map_or(1, |bytes| u64::from_le_bytes(*bytes));
    head.max(1)
}

/// What a behaviour means to extraction, beside its condition bits.
#[derive(Debug, Clone, Copy, Default)]
struct Role {
    bits: u64,
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
        bits: program.plain_bits(behavior),
        purchase: behavior == "purchase",
        status,
        filtered: program.filtered.iter().any(|(_, behaviors, _)| behaviors.iter().any(|b| b == behavior)),
    }
}

/// Opens the named columns of a file: all rows, or the chosen ones.
pub(crate) fn read_rows(
    file: &DataFile,
    columns: &[&str],
    dictionary: &[&str],
    choice: Option<&RowChoice>,
) -> Result<FileReader, HistoryError> {
    Ok(match choice {
        None => read_file(file, columns, dictionary)?,
        Some(choice) => read_chosen(file, columns, dictionary, choice)?,
    })
}

pub(crate) fn dictionary(column: &ArrayRef) -> Result<DictionaryArray<Int32Type>, HistoryError> {
    let data_type = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
    Ok(cast(column, &data_type)?.as_dictionary::<Int32Type>().clone())
}

impl PartitionEvents {
    /// Reads the files of a partition: all rows, or the chosen ones. With an entity, only its events.
    pub(crate) fn read(
        files: &[DataFile],
        program: &RuleProgram,
        entity: &Entity,
        choice: Option<&RowChoice>,
    ) -> Result<Self, HistoryError> {
        let mut columns = vec!["consumer", "day", "ts", "behavior", "order_id", "flags", "store_id", "properties"];
        columns.extend(entity.column());
        columns.extend(program.filter_columns());
        columns.sort_unstable();
        columns.dedup();
        let mut events = Self::default();
        for file in files {
            for batch in read_rows(file, &columns, &["behavior", "order_id", "category", "item_id"], choice)? {
                events.add(&batch?, program, entity)?;
            }
        }
        Ok(events)
    }

    fn add(&mut self, batch: &RecordBatch, program: &RuleProgram, entity: &Entity) -> Result<(), HistoryError> {
        let column = |name: &str| {
            batch.column_by_name(name).ok_or_else(|| HistoryError::BadRules {
                name: program.name.clone(),
                reason: format!("events lack the column {name}"),
            })
        };
        let consumers = column("consumer")?.as_primitive::<Int64Type>();
        let days = column("day")?.as_primitive::<Date32Type>();
        let instants = column("ts")?.as_primitive::<TimestampMicrosecondType>();
        let flags = column("flags")?.as_primitive::<Int64Type>();
        let behaviors = dictionary(column("behavior")?)?;
        let orders = dictionary(column("order_id")?)?;
        let roles: Vec<Role> = behaviors
            .values()
            .as_string::<i32>()
            .iter()
            .map(|text| text.map_or_else(Role::default, |text| role_of(text, program)))
            .collect();
        // Hashed once for each distinct id of the batch; many events have no order and need none.
        let order_keys: Vec<u64> =
            orders.values().as_string::<i32>().iter().map(|text| text.map_or(0, key_of_text)).collect();
        let mut filters = Vec::with_capacity(program.filtered.len());
        if roles.iter().any(|role| role.filtered) {
            for (bit, names, filter) in &program.filtered {
                let applies: Vec<bool> = behaviors
                    .values()
                    .as_string::<i32>()
                    .iter()
                    .map(|text| text.is_some_and(|text| names.iter().any(|name| name == text)))
                    .collect();
                if applies.contains(&true) {
                    filters.push((*bit, applies, filter.matches(batch)?));
                }
            }
        }
        let in_entity = match entity.column() {
            None => None,
            Some(name) => Some(dictionary(column(name)?)?),
        };
        let wanted: Option<(DictionaryArray<Int32Type>, Vec<bool>)> = in_entity.map(|array| {
            let chosen = array.values().as_string::<i32>().iter().map(|text| text == entity.id()).collect();
            (array, chosen)
        });
        self.rows += batch.num_rows() as u64;
        for row in 0..batch.num_rows() {
            if flags.is_valid(row) && flags.value(row) & FLAG_BOT != 0 {
                continue;
            }
            if let Some((array, chosen)) = &wanted {
                let inside = array.key(row).and_then(|key| chosen.get(key)).copied().unwrap_or(false);
                if !inside {
                    continue;
                }
            }
            let Some(behavior) = behaviors.key(row) else { continue };
            let Some(role) = roles.get(behavior).copied() else { continue };
            let order = orders.key(row).and_then(|key| order_keys.get(key)).copied().unwrap_or(0);
            let day = days.value(row);
            if consumers.is_null(row) {
                continue;
            }
            let consumer = consumers.value(row) as u32;
            if let Some((kind, joins)) = role.status {
                let programme = programme_of(batch, row);
                let ts_us = instants.value(row);
                self.status_events.push(StatusEvent { consumer, kind, programme, ts_us, joins, day });
            }
            let mut bits = role.bits;
            for (bit, applies, matches) in &filters {
                if applies.get(behavior).copied().unwrap_or(false) && matches.value(row) {
                    bits |= bit;
                }
            }
            if bits != 0 {
                self.consumers.push(consumer);
                self.days.push(day);
                self.orders.push(order);
                self.bits.push(bits);
                self.purchases.push(role.purchase);
            }
        }
        Ok(())
    }
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
