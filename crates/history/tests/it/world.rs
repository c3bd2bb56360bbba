//! A brand's event files and history without a catalog: what a deposit does to them, in miniature.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BinaryArray, Date32Array, Int64Array, RecordBatch, StringArray,
    TimestampMicrosecondArray, new_null_array,
};
use arrow::datatypes::{Date32Type, Int64Type};
use databank_engine::RuleReference;
use databank_history::publish::{Changes, after};
use databank_history::source::{Membership, changed_members};
use databank_history::{Extent, HistorySource, HistoryStep, News, RuleProgram, StepWork};
use databank_lake::{Change, DataFile, Table, TableSnapshot, Vault, read_file};
use databank_model::rules::{EntityKind, RuleSet};
use databank_model::{DepositId, SlotRange};

/// The history's tables.
pub(crate) const TABLES: [Table; 2] = [Table::Stages, Table::StageDays];

/// One row of `events`, in what a history asks of it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Row {
    /// `None` for an anonymous one.
    pub(crate) consumer: Option<u32>,
    pub(crate) day: i32,
    pub(crate) behavior: &'static str,
    pub(crate) order: Option<u32>,
    pub(crate) amount_minor: Option<i64>,
    pub(crate) rating: f64,
    pub(crate) programme: Option<&'static str>,
    pub(crate) deposit: i64,
}

/// A vault with one rule set's history.
pub(crate) struct World {
    _directory: tempfile::TempDir,
    vault: Vault,
    program: RuleProgram,
    rules: RuleReference,
    partitions: Vec<SlotRange>,
    events: TableSnapshot,
    stored: [TableSnapshot; 2],
    memberships: Arc<Vec<Membership>>,
    has_refunds: bool,
    deposits: i64,
}

/// One row of `stages`.
#[derive(Debug)]
pub(crate) struct StoredStay {
    pub(crate) consumer: u32,
    pub(crate) stage: String,
    pub(crate) from: i32,
    pub(crate) to: i32,
}

/// What a deposit does beside bringing rows.
#[derive(Debug, Clone, Default)]
pub(crate) struct Manner {
    /// Consumers whose rows become another's.
    pub(crate) moves: Vec<(u32, u32)>,
    /// Whether old and new rows are merged into one file for each partition.
    pub(crate) merges: bool,
    /// Stays that come.
    pub(crate) stays: Vec<Membership>,
}

fn empty(table: Table) -> TableSnapshot {
    TableSnapshot { table, version: -1, files: Vec::new() }
}

impl World {
    pub(crate) fn new(rules: &str, n_partitions: usize) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let rule_set = RuleSet::parse(rules).unwrap();
        Self {
            vault: Vault::at(directory.path().join("vault")),
            _directory: directory,
            program: RuleProgram::compile(&rule_set, EntityKind::Brand).unwrap(),
            rules: RuleReference { name: rule_set.name().to_owned(), version: 1 },
            partitions: SlotRange::split(n_partitions),
            events: empty(Table::Events),
            stored: TABLES.map(empty),
            memberships: Arc::default(),
            has_refunds: false,
            deposits: 0,
        }
    }

    fn source(&self) -> HistorySource {
        HistorySource {
            events: self.events.clone(),
            partitions: self.partitions.clone(),
            memberships: Arc::clone(&self.memberships),
            has_refunds: self.has_refunds,
        }
    }

    /// Deposits rows and extends the history by them.
    pub(crate) fn deposit(&mut self, rows: &[Row], manner: &Manner) -> StepWork {
        self.deposits += 1;
        let deposit = self.deposits;
        let mut fresh: Vec<Row> = rows.iter().map(|row| Row { deposit, ..row.clone() }).collect();
        self.has_refunds |= rows.iter().any(|row| row.behavior == "refund" && row.order.is_some());
        let new_home =
            |consumer: u32| manner.moves.iter().find(|(from, _)| *from == consumer).map_or(consumer, |m| m.1);
        for row in &mut fresh {
            row.consumer = row.consumer.map(new_home);
        }
        let mut change = Change::default();
        if manner.merges || !manner.moves.is_empty() {
            for file in self.events.files.clone() {
                let mut old = read_rows(&file);
                for row in &mut old {
                    row.consumer = row.consumer.map(new_home);
                }
                fresh.extend(old);
                change.removed.push(file);
            }
        }
        change.added = self.write(fresh);
        self.events = TableSnapshot { version: deposit, ..after(&self.events, &change) };

        let mut stays: Vec<Membership> = self.memberships.iter().chain(&manner.stays).copied().collect();
        for stay in &mut stays {
            stay.consumer = new_home(stay.consumer);
        }
        stays.sort_unstable();
        stays.dedup();
        let mut disturbed: rustc_hash::FxHashSet<u32> = manner.moves.iter().flat_map(|(a, b)| [*a, *b]).collect();
        disturbed.extend(changed_members(&self.memberships, &stays));
        self.memberships = Arc::new(stays);

        let news = News { deposit: DepositId(deposit), added: change.added, disturbed };
        let (work, mut changes) = self.step(Extent::News(news));
        for (snapshot, table) in self.stored.iter_mut().zip(TABLES) {
            *snapshot = TableSnapshot { version: deposit, ..after(snapshot, changes.of(table)) };
        }
        work
    }

    fn step(&self, extent: Extent) -> (StepWork, Changes) {
        let mut changes = Changes::default();
        let step = HistoryStep { vault: &self.vault, stored: self.stored.clone(), source: self.source(), extent };
        let work = step.run(&self.program, &self.rules, &mut changes).unwrap();
        (work, changes)
    }

    /// What is stored, row by row, sorted.
    pub(crate) fn kept(&self) -> [Vec<String>; 2] {
        self.stored.clone().map(|snapshot| lines_of(&snapshot.files))
    }

    /// The stays that are stored.
    pub(crate) fn stays(&self) -> Vec<StoredStay> {
        let mut stays = Vec::new();
        for file in &self.stored[0].files {
            for batch in read_file(file, &["consumer", "stage", "from_day", "to_day"], &[]).unwrap() {
                let batch = batch.unwrap();
                let day = |column: usize, row: usize| batch.column(column).as_primitive::<Date32Type>().value(row);
                stays.extend((0..batch.num_rows()).map(|row| StoredStay {
                    consumer: batch.column(0).as_primitive::<Int64Type>().value(row) as u32,
                    stage: batch.column(1).as_string::<i32>().value(row).to_owned(),
                    from: day(2, row),
                    to: day(3, row),
                }));
            }
        }
        stays
    }

    /// What a sweep from the first event on would store.
    pub(crate) fn swept_anew(&self) -> [Vec<String>; 2] {
        let (_, mut changes) = self.step(Extent::Whole);
        TABLES.map(|table| lines_of(&changes.of(table).added))
    }

    fn write(&self, mut rows: Vec<Row>) -> Vec<DataFile> {
        rows.sort_by_key(|row| (row.consumer.is_none(), row.consumer, row.day));
        let slot = |row: &Row| row.consumer.map_or(0, |consumer| (consumer >> 24) as u8);
        let of_range =
            |range: &SlotRange| -> Vec<Row> { rows.iter().filter(|row| range.contains(slot(row))).cloned().collect() };
        let files = self.partitions.iter().map(|range| (range, of_range(range))).filter(|(_, rows)| !rows.is_empty());
        files
            .map(|(range, rows)| {
                let mut writer = self.vault.create_file(Table::Events, &[&range.to_string(), "hot"]).unwrap();
                writer.write(&batch(&rows)).unwrap();
                writer.finish().unwrap()
            })
            .collect()
    }
}

fn batch(rows: &[Row]) -> RecordBatch {
    let schema = Table::Events.schema();
    let columns = schema.fields().iter().map(|field| -> ArrayRef {
        match field.name().as_str() {
            "event_key" => Arc::new(BinaryArray::from_iter_values(rows.iter().map(|_| [0_u8; 16]))),
            "ts" => {
                let instants = rows.iter().map(|row| i64::from(row.day) * 86_400_000_000);
                Arc::new(TimestampMicrosecondArray::from_iter_values(instants).with_timezone("UTC"))
            }
            "day" => Arc::new(Date32Array::from_iter_values(rows.iter().map(|row| row.day))),
            "consumer" => Arc::new(rows.iter().map(|row| row.consumer.map(i64::from)).collect::<Int64Array>()),
            "behavior" => Arc::new(StringArray::from_iter_values(rows.iter().map(|row| row.behavior))),
            "order_id" => {
                let orders = rows.iter().map(|row| row.order.map(|order| format!("O{order}")));
                Arc::new(orders.collect::<StringArray>())
            }
            "amount_minor" => Arc::new(rows.iter().map(|row| row.amount_minor).collect::<Int64Array>()),
            "rating" => Arc::new(rows.iter().map(|row| Some(row.rating)).collect::<arrow::array::Float64Array>()),
            "store_id" => Arc::new(rows.iter().map(|row| row.programme).collect::<StringArray>()),
            "flags" => Arc::new(Int64Array::from_value(0, rows.len())),
            "deposit" => Arc::new(Int64Array::from_iter_values(rows.iter().map(|row| row.deposit))),
            _ => new_null_array(field.data_type(), rows.len()),
        }
    });
    RecordBatch::try_new(Arc::clone(&schema), columns.collect()).unwrap()
}

fn read_rows(file: &DataFile) -> Vec<Row> {
    let columns = ["day", "consumer", "behavior", "store_id", "order_id", "amount_minor", "rating", "deposit"];
    let mut rows = Vec::new();
    for batch in read_file(file, &columns, &[]).unwrap() {
        let batch = batch.unwrap();
        let column = |name: &str| Arc::clone(batch.column_by_name(name).unwrap());
        let text = |name: &str, row: usize| {
            let column = column(name);
            let texts = column.as_string::<i32>();
            texts.is_valid(row).then(|| texts.value(row).to_owned())
        };
        let number = |name: &str, row: usize| {
            let column = column(name);
            let numbers = column.as_primitive::<Int64Type>();
            numbers.is_valid(row).then(|| numbers.value(row))
        };
        for row in 0..batch.num_rows() {
            let known = |all: &'static [&'static str], text: &str| all.iter().find(|name| **name == text).copied();
            rows.push(Row {
                consumer: number("consumer", row).map(|consumer| consumer as u32),
                day: column("day").as_primitive::<Date32Type>().value(row),
                behavior: known(crate::extending::BEHAVIORS, &text("behavior", row).unwrap()).unwrap(),
                order: text("order_id", row).map(|order| order[1..].parse().unwrap()),
                amount_minor: number("amount_minor", row),
                rating: column("rating").as_primitive::<arrow::datatypes::Float64Type>().value(row),
                programme: text("store_id", row).and_then(|name| known(crate::extending::PROGRAMMES, &name)),
                deposit: number("deposit", row).unwrap(),
            });
        }
    }
    rows
}

fn lines_of(files: &[DataFile]) -> Vec<String> {
    let mut lines = Vec::new();
    for file in files {
        let schema =
            Table::ALL.into_iter().find(|table| file.path.to_string_lossy().contains(&format!("/{}/", table.name())));
        let schema = schema.unwrap().schema();
        let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
        for batch in read_file(file, &names, &[]).unwrap() {
            let batch = batch.unwrap();
            for row in 0..batch.num_rows() {
                let values: Vec<String> = batch
                    .columns()
                    .iter()
                    .map(|column| arrow::util::display::array_value_to_string(column, row).unwrap())
                    .collect();
                lines.push(values.join(" "));
            }
        }
    }
    lines.sort();
    lines
}
