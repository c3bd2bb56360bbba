//! Rows of events as columns.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, Decimal128Array, DictionaryArray, Int32Array, RecordBatch, StringArray, StringBuilder,
    TimestampMicrosecondArray,
};
use arrow::buffer::{BooleanBuffer, Buffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow::datatypes::{DataType, Field, Int32Type, Schema, SchemaRef, TimeUnit};

use crate::WorldError;
use crate::event::{ACTS, CHANNELS, Event, ID_TYPES, NO_AMOUNT, NONE, id_bit};
use crate::ids::{id_number, write_id, write_phone};
use crate::market::{Brand, CONTENTS, CREATORS};
use crate::person::{Life, MOST_COOKIES};

/// Keys of ids that a person can have: one a type, the later phone, the later browsers.
pub(crate) const KEYS: usize = ID_TYPES.len() + 1 + MOST_COOKIES as usize - 1;
const LATER_PHONE: usize = ID_TYPES.len();
const PHONE: usize = 0;
const COOKIE: usize = ID_TYPES.len() - 1;
const DEVICE: usize = COOKIE - 1;

/// The longest ids of events, in bytes.
const EVENT_ID: usize = 16;

/// The columns of events.
pub(crate) fn schema() -> SchemaRef {
    let text = || DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
    let mut fields = vec![
        Field::new("event_id", DataType::Utf8, false),
        Field::new("brand", text(), false),
        Field::new("ts", DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())), false),
        Field::new("behavior", text(), false),
    ];
    fields.extend(ID_TYPES.iter().map(|name| Field::new(format!("id.{name}"), text(), true)));
    let texts = ["channel", "store_id", "item_id", "category", "order_id"];
    fields.extend(texts.iter().map(|name| Field::new(*name, text(), true)));
    fields.push(Field::new("line_id", DataType::Int32, true));
    fields.push(Field::new("quantity", DataType::Int32, true));
    fields.push(Field::new("amount", DataType::Decimal128(14, 2), true));
    fields.push(Field::new("rating", DataType::Int32, true));
    let texts = ["campaign", "content", "creator", "keyword", "prop.programme"];
    fields.extend(texts.iter().map(|name| Field::new(*name, text(), true)));
    fields.push(Field::new("prop.session", DataType::Int32, true));
    Arc::new(Schema::new(fields))
}

/// Texts that all rows of a brand choose from.
pub(crate) struct BrandTexts {
    brand: ArrayRef,
    behaviors: ArrayRef,
    channels: ArrayRef,
    stores: ArrayRef,
    items: ArrayRef,
    categories: ArrayRef,
    campaigns: ArrayRef,
    contents: ArrayRef,
    creators: ArrayRef,
    keywords: ArrayRef,
    programme: ArrayRef,
}

fn texts<T: AsRef<str>>(values: impl Iterator<Item = T>) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(values))
}

impl BrandTexts {
    pub(crate) fn of(brand: &Brand) -> Self {
        let prefix = &brand.prefix;
        Self {
            brand: texts([&brand.facts.slug].into_iter()),
            behaviors: texts(ACTS.iter()),
            channels: texts(CHANNELS.iter()),
            stores: texts(brand.stores.iter().map(|store| &store.id)),
            items: texts(brand.items.iter().map(|item| &item.id)),
            categories: texts(brand.trade.kinds.iter().map(|kind| kind.code)),
            campaigns: texts(brand.campaigns.iter().map(|campaign| &campaign.id)),
            contents: texts((0..CONTENTS).map(|n| format!("{prefix}-post-{n:02}"))),
            creators: texts((0..CREATORS).map(|n| format!("{prefix}-creator-{n:02}"))),
            keywords: texts(brand.keywords.iter()),
            programme: texts(["club"].into_iter()),
        }
    }
}

/// Who a person of a unit is, as far as ids go.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Numbers {
    pub(crate) seed: u64,
    /// Number of the human, the same at every brand.
    pub(crate) human: u64,
    /// Number at the brand.
    pub(crate) at_brand: u64,
    /// Number of those who share a device.
    pub(crate) household: u64,
}

/// Ids of a unit's persons, each once.
pub(crate) struct IdTexts {
    values: [StringBuilder; ID_TYPES.len()],
    counts: [i32; ID_TYPES.len()],
    keys: Vec<[i32; KEYS]>,
    text: String,
}

impl IdTexts {
    pub(crate) fn new() -> Self {
        let values = std::array::from_fn(|_| StringBuilder::new());
        Self { values, counts: [0; ID_TYPES.len()], keys: Vec::new(), text: String::new() }
    }

    /// Adds the ids that a life showed, and tells each to `told` as (type, value).
    pub(crate) fn add(&mut self, numbers: Numbers, life: &Life, told: &mut dyn FnMut(&str, &str)) {
        let mut keys = [-1; KEYS];
        for (kind, name) in ID_TYPES.iter().enumerate() {
            if life.used & 1 << kind == 0 {
                continue;
            }
            let mut add = |texts: &mut Self, key: usize| {
                keys[key] = texts.push(kind);
                told(name, &texts.text);
            };
            if kind == PHONE {
                for (later, key) in [(false, PHONE), (true, LATER_PHONE)] {
                    if life.used_phones[usize::from(later)] {
                        self.text.clear();
                        write_phone(&mut self.text, numbers.seed, numbers.human, later);
                        add(self, key);
                    }
                }
            } else if kind == COOKIE {
                for cookie in (0..MOST_COOKIES).filter(|cookie| life.used_cookies & 1 << cookie != 0) {
                    self.text.clear();
                    let of = id_number(numbers.seed, numbers.at_brand, kind as u64, u64::from(cookie));
                    write_id(&mut self.text, name, of);
                    add(self, cookie_key(cookie));
                }
            } else {
                let (of, kind_number) = match *name {
                    "device_id" if life.household => (numbers.household, DEVICE as u64 + 4),
                    "openid" | "member_card" => (numbers.at_brand, kind as u64),
                    _ => (numbers.human, kind as u64),
                };
                self.text.clear();
                write_id(&mut self.text, name, id_number(numbers.seed, of, kind_number, 0));
                add(self, kind);
            }
        }
        self.keys.push(keys);
    }

    /// Adds somebody who is on bad rows only: with a phone that a careful export has masked.
    pub(crate) fn add_masked(&mut self, numbers: Numbers) {
        let mut keys = [-1; KEYS];
        self.text.clear();
        write_phone(&mut self.text, numbers.seed, numbers.human, false);
        self.text.replace_range(3..7, "****");
        keys[PHONE] = self.push(PHONE);
        self.text.clear();
        write_id(&mut self.text, "cookie", id_number(numbers.seed, numbers.at_brand, COOKIE as u64, 0));
        keys[COOKIE] = self.push(COOKIE);
        self.keys.push(keys);
    }

    fn push(&mut self, kind: usize) -> i32 {
        self.values[kind].append_value(&self.text);
        self.counts[kind] += 1;
        self.counts[kind] - 1
    }

    /// The ids as columns' values.
    pub(crate) fn finish(mut self) -> FinishedIds {
        let values = self.values.each_mut().map(|values| Arc::new(values.finish()) as ArrayRef);
        FinishedIds { values, keys: self.keys }
    }
}

fn cookie_key(cookie: u8) -> usize {
    if cookie == 0 { COOKIE } else { LATER_PHONE + usize::from(cookie) }
}

/// Ids of a unit's persons.
pub(crate) struct FinishedIds {
    values: [ArrayRef; ID_TYPES.len()],
    keys: Vec<[i32; KEYS]>,
}

impl FinishedIds {
    /// Place of the id of a kind that stands on a row; -1 for none.
    fn key(&self, event: &Event, kind: usize) -> i32 {
        if event.ids & 1 << kind == 0 {
            return -1;
        }
        let at = match kind {
            PHONE if event.phone > 0 => LATER_PHONE,
            COOKIE => cookie_key(event.cookie),
            _ => kind,
        };
        self.keys[event.person as usize][at]
    }
}

/// What rows of events refer to.
pub(crate) struct Sources<'a> {
    pub(crate) brand: &'a Brand,
    pub(crate) texts: &'a BrandTexts,
    pub(crate) ids: &'a FinishedIds,
    pub(crate) orders: &'a ArrayRef,
    /// Number of the unit in its brand, for event ids.
    pub(crate) unit: u64,
}

/// Rows as columns.
pub(crate) fn batch(events: &[Event], sources: &Sources<'_>) -> Result<RecordBatch, WorldError> {
    let failed = || WorldError::arrow("events");
    let place = |place: u16| if place == NONE { -1 } else { i32::from(place) };
    let texts = sources.texts;
    let instants = TimestampMicrosecondArray::from_iter_values(events.iter().map(|event| event.ts_us));
    let mut columns: Vec<ArrayRef> = vec![
        event_ids(events, sources)?,
        chosen(events, &texts.brand, |_| 0)?,
        Arc::new(instants.with_timezone("UTC")),
        chosen(events, &texts.behaviors, |event| event.act as i32)?,
    ];
    for (kind, values) in sources.ids.values.iter().enumerate() {
        columns.push(chosen(events, values, |event| sources.ids.key(event, kind))?);
    }
    let items = &sources.brand.items;
    let category = |event: &Event| items.get(usize::from(event.item)).map_or(-1, |item| item.kind as i32);
    columns.extend([
        chosen(events, &texts.channels, |event| event.channel as i32)?,
        chosen(events, &texts.stores, |event| place(event.store))?,
        chosen(events, &texts.items, |event| place(event.item))?,
        chosen(events, &texts.categories, category)?,
        chosen(events, sources.orders, |event| event.order as i32 - 1)?,
        counted(events, |event| i32::from(event.line)),
        counted(events, |event| i32::from(event.quantity)),
        amounts(events)?,
        counted(events, |event| i32::from(event.rating)),
        chosen(events, &texts.campaigns, |event| place(event.campaign))?,
        chosen(events, &texts.contents, |event| place(event.content))?,
        chosen(events, &texts.creators, |event| place(event.creator))?,
        chosen(events, &texts.keywords, |event| place(event.keyword))?,
        chosen(events, &texts.programme, |event| i32::from(event.programme) - 1)?,
        counted(events, |event| i32::from(event.session)),
    ]);
    RecordBatch::try_new(schema(), columns).map_err(failed())
}

/// A column of numbers of which one stands for none.
fn numbers(events: &[Event], none: i32, number: impl Fn(&Event) -> i32) -> Int32Array {
    let mut numbers: Vec<i32> = events.iter().map(number).collect();
    let is_there = BooleanBuffer::collect_bool(numbers.len(), |row| numbers[row] != none);
    let nulls = (is_there.count_set_bits() < numbers.len()).then(|| NullBuffer::new(is_there));
    if nulls.is_some() {
        // What checks places afterwards is fast where all are good.
        for number in &mut numbers {
            *number = if *number == none { 0 } else { *number };
        }
    }
    Int32Array::new(ScalarBuffer::from(numbers), nulls)
}

/// A column of counts; 0 is none.
fn counted(events: &[Event], count: impl Fn(&Event) -> i32) -> ArrayRef {
    Arc::new(numbers(events, 0, count))
}

/// A column of values chosen by their place; -1 is none.
fn chosen(events: &[Event], values: &ArrayRef, place: impl Fn(&Event) -> i32) -> Result<ArrayRef, WorldError> {
    let column = DictionaryArray::<Int32Type>::try_new(numbers(events, -1, place), Arc::clone(values));
    Ok(Arc::new(column.map_err(WorldError::arrow("events"))?))
}

fn amounts(events: &[Event]) -> Result<ArrayRef, WorldError> {
    let amounts = numbers(events, NO_AMOUNT, |event| event.amount_minor);
    let wide: Vec<i128> = amounts.values().iter().map(|minor| i128::from(*minor)).collect();
    let column = Decimal128Array::new(ScalarBuffer::from(wide), amounts.nulls().cloned());
    Ok(Arc::new(column.with_precision_and_scale(14, 2).map_err(WorldError::arrow("events"))?))
}

/// Event ids of one length: the brand, the unit and the row.
fn event_ids(events: &[Event], sources: &Sources<'_>) -> Result<ArrayRef, WorldError> {
    let mut bytes = Vec::with_capacity(events.len() * EVENT_ID);
    let head = format!("{}-{:05x}-", sources.brand.prefix, sources.unit);
    let digits = EVENT_ID - head.len();
    for event in events {
        bytes.extend_from_slice(head.as_bytes());
        for place in (0..digits).rev() {
            bytes.push(b"0123456789abcdef"[(event.serial >> (place * 4)) as usize & 15]);
        }
    }
    let ends: Vec<i32> = (0..=events.len()).map(|row| (row * EVENT_ID) as i32).collect();
    let offsets = OffsetBuffer::new(ScalarBuffer::from(ends));
    let ids = StringArray::try_new(offsets, Buffer::from_vec(bytes), None).map_err(WorldError::arrow("events"))?;
    Ok(Arc::new(ids))
}

/// Columns whose values repeat so seldom that a list of them would only cost, or are as short as their places in one.
pub(crate) const PLAIN: [&str; 7] =
    ["event_id", "order_id", "id.cookie", "line_id", "quantity", "rating", "prop.session"];

const _: () = assert!(id_bit::COOKIE == 1 << COOKIE && id_bit::DEVICE == 1 << DEVICE && id_bit::PHONE == 1 << PHONE);
