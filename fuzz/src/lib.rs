//! What reads what strangers write, each as a function of bytes that must neither panic, hang nor take memory at will.
//!
//! `scripts/fuzz.sh` (`make fuzz`) looks for bytes that break one of them. What it begins with lies in `corpus/<target>`;
//! whatever broke one once is kept there too, and every file of it is run again by this crate's tests.
//!
//! To add a target: a variant, its name, its arm in [`Target::run`], a folder of a few small beginnings.

use std::path::Path;

use databank_deposit::input::{ColumnType, Format, InputOptions, inspect_with};
use databank_deposit::mapping::Mapping;
use databank_deposit::suggest::{SuggestSettings, suggest};
use databank_identity::{IdType, normalize};
use databank_model::rules::RuleSet;
use databank_model::{MoneyError, parse_minor};
use databank_tracking::body::{CallKind, Limits, Request, read, unpack};
use databank_tracking::event::{Envelope, Names, Said, interpret};
use databank_tracking::repair::{Path as Place, Step, repair};

/// Rows that are looked at of a file.
const ROWS: usize = 200;

/// A reader of what strangers write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// The text of a mapping.
    Mapping,
    /// The text of a rule set.
    Rules,
    /// A CSV file; its first byte says how it is declared.
    Csv,
    /// JSON lines; its first byte says how they are declared.
    Jsonl,
    /// A Parquet file.
    Parquet,
    /// Any file, for which a mapping is proposed; its first byte is about its name.
    Suggest,
    /// An id of each type.
    Ids,
    /// An event of a tracking request.
    Event,
    /// The body of a tracking request; its first byte says what is called and how it is encoded.
    Batch,
}

impl Target {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Mapping,
        Self::Rules,
        Self::Csv,
        Self::Jsonl,
        Self::Parquet,
        Self::Suggest,
        Self::Ids,
        Self::Event,
        Self::Batch,
    ];

    /// Its name, and that of its folder of beginnings.
    pub fn name(self) -> &'static str {
        match self {
            Self::Mapping => "mapping",
            Self::Rules => "rules",
            Self::Csv => "csv",
            Self::Jsonl => "jsonl",
            Self::Parquet => "parquet",
            Self::Suggest => "suggest",
            Self::Ids => "ids",
            Self::Event => "event",
            Self::Batch => "batch",
        }
    }

    /// The target of a name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|target| target.name() == name)
    }

    /// Reads bytes. What they are refused for does not matter here, only that nothing breaks.
    ///
    /// # Panics
    ///
    /// When the reader breaks, or the machine does not let files be written.
    pub fn run(self, bytes: &[u8]) {
        match self {
            Self::Mapping => drop(std::str::from_utf8(bytes).map(|text| Mapping::parse(text, "fuzz.toml"))),
            Self::Rules => drop(std::str::from_utf8(bytes).map(RuleSet::parse)),
            Self::Csv => {
                let (choice, bytes) = split(bytes);
                in_file("a.csv", bytes, |path| drop(inspect_with(path, &csv_options(choice), ROWS)));
            }
            Self::Jsonl => {
                let (choice, bytes) = split(bytes);
                in_file("a.jsonl", bytes, |path| drop(inspect_with(path, &jsonl_options(choice), ROWS)));
            }
            Self::Parquet => {
                let options = InputOptions { format: Some(Format::Parquet), ..InputOptions::default() };
                in_file("a.parquet", bytes, |path| drop(inspect_with(path, &options, ROWS)));
            }
            Self::Suggest => {
                let (choice, bytes) = split(bytes);
                let name = ["a.csv", "orders.tsv", "a.jsonl", "users.txt"][usize::from(choice % 4)];
                in_file(name, bytes, |path| {
                    let settings = SuggestSettings {
                        timezone: "Asia/Shanghai".to_owned(),
                        currency: "CNY".to_owned(),
                        now_us: 1_767_225_600_000_000,
                    };
                    drop(suggest(&[path.to_owned()], &settings));
                });
            }
            Self::Ids => {
                if let Ok(text) = std::str::from_utf8(bytes) {
                    for id_type in IdType::built_ins() {
                        if let Ok(normal) = normalize(id_type, text) {
                            let again = normalize(id_type, &normal).map(|again| again == normal);
                            assert_eq!(again, Ok(true), "{}: {text:?} becomes {normal:?}", id_type.name());
                        }
                    }
                }
            }
            Self::Event => {
                if let Ok(text) = std::str::from_utf8(bytes) {
                    repair_and_read(text);
                    let request = Request { events: vec![text], ..Request::default() };
                    for call in CALLS {
                        interpret_all(call, &request);
                    }
                }
            }
            Self::Batch => {
                let (choice, bytes) = split(bytes);
                let call = CALLS[usize::from(choice >> 1) % CALLS.len()];
                let encoding = (choice & 1 == 1).then_some("gzip");
                let limits = Limits { unpacked_bytes: 1 << 20, ..Limits::default() };
                if let Ok(body) = unpack(bytes, encoding, &limits)
                    && let Ok(request) = read(&body, call, &limits)
                {
                    interpret_all(call, &request);
                }
            }
        }
    }
}

/// What may be called.
const CALLS: [CallKind; 7] = [
    CallKind::Batch,
    CallKind::Track,
    CallKind::Page,
    CallKind::Screen,
    CallKind::Identify,
    CallKind::Group,
    CallKind::Alias,
];

/// Repairs an event. What no step names stays as it came, and what is made of JSON is JSON.
fn repair_and_read(text: &str) {
    static STEPS: std::sync::LazyLock<Vec<Step>> = std::sync::LazyLock::new(|| {
        let path = |text: &str| Place::parse(text).expect("these are paths");
        vec![
            Step::Replace { path: path("/properties/total"), find: ",".to_owned(), with: String::new() },
            Step::ToNumber { path: path("/properties/products/*/price") },
            Step::ToText { path: path("/userId") },
            Step::Move { path: path("/anonymousId"), to: path("/traits/id") },
            Step::Remove { path: path("/context/ip") },
            Step::Set { path: path("/properties/currency"), value: "CNY".into() },
        ]
    });
    assert_eq!(repair(text, &[]).as_deref(), Ok(text));
    let is_json = |text: &str| serde_json::from_str::<&serde_json::value::RawValue>(text).is_ok();
    for step in STEPS.iter() {
        if let Ok(repaired) = repair(text, std::slice::from_ref(step)) {
            assert!(is_json(&repaired) || !is_json(text), "{step:?} made {repaired:?} of {text:?}");
        }
    }
}

/// Reads all events of a request. What is taken of them is what an importer takes.
fn interpret_all(call: CallKind, request: &Request<'_>) {
    static NAMES: std::sync::LazyLock<Names> = std::sync::LazyLock::new(Names::default);
    let envelope = Envelope::new(call, request, 1_795_324_220_000_000);
    for event in &request.events {
        let Ok(Said::Events(rows)) = interpret(event, &envelope, &NAMES) else { continue };
        for row in rows {
            assert!(!row.ids.is_empty(), "{event:?} is nobody's");
            assert!(databank_model::Behavior::is_known(&row.behavior), "{:?} is no behavior", row.behavior);
            assert!(row.properties.starts_with('{') && row.properties.ends_with('}'), "{:?}", row.properties);
            if let Some(amount) = &row.amount {
                // One that is too much for its currency is refused when it is converted.
                let is_amount = match parse_minor(amount, 6) {
                    Ok(minor) => minor >= 0,
                    Err(error) => error == MoneyError::OutOfRange,
                };
                assert!(is_amount, "{amount:?} is no amount");
            }
        }
    }
}

/// The byte that says how a file is declared, and the file.
fn split(bytes: &[u8]) -> (u8, &[u8]) {
    bytes.split_first().map_or((0, bytes), |(choice, rest)| (*choice, rest))
}

/// Types for columns that the beginnings call so.
fn types() -> Vec<(String, ColumnType)> {
    let typed = [
        ("n", ColumnType::Integer),
        ("x", ColumnType::Double),
        ("b", ColumnType::Boolean),
        ("d", ColumnType::Date),
        ("t", ColumnType::Timestamp),
        ("z", ColumnType::TimestampTz),
        ("m", ColumnType::Decimal(18, 4)),
    ];
    typed.map(|(name, column_type)| (name.to_owned(), column_type)).into()
}

fn csv_options(choice: u8) -> InputOptions {
    let is = |bit: u8| choice & bit != 0;
    let columns: Vec<String> = types().into_iter().map(|(name, _)| name).collect();
    InputOptions {
        format: Some(Format::Csv),
        delimiter: is(1).then_some(b';'),
        quote: is(2).then_some(None),
        header: is(4).then_some(false),
        columns: is(4).then_some(columns),
        types: if is(8) { types() } else { Vec::new() },
        null: is(16).then(|| vec!["NULL".to_owned(), "-".to_owned()]),
        encoding: match choice >> 5 {
            1 => Some(encoding_rs::GB18030),
            2 => Some(encoding_rs::UTF_16LE),
            3 => Some(encoding_rs::SHIFT_JIS),
            _ => None,
        },
    }
}

fn jsonl_options(choice: u8) -> InputOptions {
    let is = |bit: u8| choice & bit != 0;
    InputOptions {
        format: Some(Format::Jsonl),
        columns: is(1).then(|| types().into_iter().map(|(name, _)| name).collect()),
        types: if is(2) { types() } else { Vec::new() },
        encoding: is(4).then_some(encoding_rs::UTF_16LE),
        ..InputOptions::default()
    }
}

/// Puts bytes into a file that goes again.
fn in_file(name: &str, bytes: &[u8], read: impl FnOnce(&Path)) {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).expect("a file can be written");
    read(&path);
}

#[cfg(test)]
mod tests;
