//! Some thousand persons of one brand, from a stream of chance of their own.

mod facts;

use std::fmt::Write as _;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StringBuilder};

use crate::WorldError;
use crate::calendar::{Calendar, instant};
use crate::dice::Dice;
use crate::event::{Act, Channel, Event, id_bit};
use crate::market::Brand;
use crate::person::{Kind, Life, Maker, shares_device};
use crate::plan::UnitPlan;
use crate::tables::events::{BrandTexts, IdTexts, Numbers, Sources, batch};
use crate::tables::{Cell, Sheet, UNIT_TABLES, UnitTable};
use crate::truth::{Stages, Tally};

/// Shares of rows, in ten thousand.
const BAD: u64 = 20;
const REPEATED: u64 = 30;
const LATE: u32 = 50;
/// More persons than a unit has: what keeps the numbers of two units apart.
const NUMBERS: u64 = 3 << 15;
/// Kinds of persons, of a hundred, cumulative.
const KINDS: [(u32, Kind); 5] =
    [(50, Kind::Passerby), (64, Kind::Anonymous), (82, Kind::Browser), (94, Kind::Buyer), (100, Kind::Loyal)];
/// What the text of the till's broken clock looks like.
const BROKEN_CLOCK: [&str; 3] = ["2026-02-30 25:61:00", "昨天下午", "0000-00-00 00:00:00"];

/// A unit's rows.
pub(crate) struct UnitRows {
    pub(crate) events: RecordBatch,
    pub(crate) late: RecordBatch,
    pub(crate) sheets: Vec<RecordBatch>,
    pub(crate) tally: Tally,
}

/// What all units share.
pub(crate) struct Market<'a> {
    pub(crate) seed: u64,
    pub(crate) calendar: &'a Calendar,
    pub(crate) brands: &'a [Brand],
    pub(crate) texts: &'a [BrandTexts],
}

/// A unit while it is made.
struct Unit<'a> {
    market: &'a Market<'a>,
    brand: &'a Brand,
    plan: UnitPlan,
    dice: Dice,
    life: Life,
    stages: Stages,
    ids: IdTexts,
    orders: StringBuilder,
    n_orders: u32,
    n_persons: u32,
    serial: u32,
    events: Vec<Event>,
    late: Vec<Event>,
    sheets: Vec<Sheet>,
    tally: Tally,
    /// The last known person: human and an id, for links and second browsers.
    neighbor: Option<(u64, String)>,
}

/// Makes a unit.
pub(crate) fn make(market: &Market<'_>, plan: UnitPlan) -> Result<UnitRows, WorldError> {
    let brand = &market.brands[plan.brand];
    let mut unit = Unit {
        market,
        brand,
        plan,
        dice: Dice::new(market.seed, plan.number),
        life: Life::new(),
        stages: Stages::default(),
        ids: IdTexts::new(),
        orders: StringBuilder::new(),
        n_orders: 0,
        n_persons: 0,
        serial: 0,
        events: Vec::with_capacity(plan.rows as usize),
        late: Vec::new(),
        sheets: UNIT_TABLES.iter().map(Sheet::new).collect(),
        tally: Tally::new(brand, market.calendar),
        neighbor: None,
    };
    let bad = plan.rows * BAD / 10_000;
    let repeated = plan.rows * REPEATED / 10_000;
    let number = unit.populate((plan.rows - bad - repeated) as usize);
    unit.repeat(repeated);
    unit.spoil(bad, number);
    unit.finish()
}

impl Unit<'_> {
    fn row(&mut self, table: UnitTable, cells: &[Cell<'_>]) {
        self.sheets[table as usize].push(cells);
    }

    /// Lives until there are exactly so many rows; returns the next free number of a person.
    fn populate(&mut self, rows: usize) -> u64 {
        let mut number = 0;
        let mut is_full = false;
        while self.events.len() + self.late.len() < rows {
            let left = rows - self.events.len() - self.late.len();
            let draw = self.dice.below(100);
            let kind = KINDS.iter().find(|(below, _)| draw < *below).map_or(Kind::Passerby, |(_, kind)| *kind);
            // Who shares a device has a name: otherwise nobody could tell.
            let kind = if shares_device(number) { kind.max(Kind::Browser) } else { kind };
            // Somebody busy no longer fits: the rest are people who pass by.
            let kind = if is_full { Kind::Passerby } else { kind };
            let (brand, calendar) = (self.brand, self.market.calendar);
            Maker { brand, calendar, dice: &mut self.dice, life: &mut self.life, number }.live(kind);
            if self.life.events.len() > left {
                is_full = true;
            } else if !self.life.events.is_empty() {
                self.accept(number);
            }
            number += 1;
            if number + 1 == NUMBERS {
                // Numbers end here; with less than two rows a person this does not happen.
                break;
            }
        }
        number
    }

    fn numbers(&self, number: u64) -> Numbers {
        let local = self.plan.of_brand * NUMBERS + number;
        // Some people are the same at every brand; the others are one brand's only.
        let is_shared = number.is_multiple_of(5);
        let human = if is_shared { local * 2 } else { (self.plan.number * NUMBERS + number) * 2 + 1 };
        let at_brand = (self.plan.brand as u64) << 36 | local;
        Numbers { seed: self.market.seed, human, at_brand, household: at_brand >> 1 }
    }

    /// Takes a life over into the unit's rows.
    fn accept(&mut self, number: u64) {
        let numbers = self.numbers(number);
        let person = format!("{}-{:x}", self.brand.prefix, self.plan.of_brand * NUMBERS + number);
        let mut ids = Vec::new();
        self.ids.add(numbers, &self.life, &mut |kind, value| ids.push([kind, ":", value].concat()));
        for order in 1..=self.life.orders {
            let number = self.n_orders + order;
            // What is written before the value ends is part of it.
            let _ = write!(self.orders, "{}o{:05x}{number:05x}", self.brand.prefix, self.plan.of_brand);
            self.orders.append_value("");
        }
        for place in 0..self.life.events.len() {
            let mut event = self.life.events[place];
            event.person = self.n_persons;
            event.serial = self.serial;
            event.late = self.dice.rarely(LATE);
            if event.order > 0 {
                event.order += self.n_orders;
            }
            self.serial += 1;
            self.tally.add_event(&event);
            if event.late { self.late.push(event) } else { self.events.push(event) }
        }
        self.n_orders += self.life.orders;
        self.n_persons += 1;
        self.stages.tell(&self.life, self.market.calendar.until);
        self.tally.add_person(&self.life, &self.stages, self.market.calendar);
        self.note(numbers.human, &person, &ids);
    }

    /// Sends some rows twice, as they are: half of them again in the late file.
    fn repeat(&mut self, count: u64) {
        let own = self.events.len() as u64;
        for n in 0..count {
            let place = (n * own + self.dice.below_u64(own)) / count.max(1);
            let event = self.events[place.min(own - 1) as usize];
            if self.dice.chance(500) {
                self.late.push(event);
            } else {
                self.events.push(event);
            }
            self.tally.totals.rows += 1;
            self.tally.totals.duplicates += 1;
        }
    }

    /// Adds rows that must be refused, under ids that nobody has.
    fn spoil(&mut self, count: u64, number: u64) {
        self.ids.add_masked(self.numbers(number));
        let person = self.n_persons;
        let calendar = self.market.calendar;
        for n in 0..count {
            let day = calendar.day_from(&mut self.dice, calendar.first);
            let second = calendar.second(&mut self.dice);
            let mut event = Event::new(Act::View, Channel::Web, instant(day, second));
            (event.person, event.serial, event.ids) = (person, self.serial, id_bit::COOKIE);
            (event.item, event.store) = (self.dice.below(8) as u16, Channel::Web as u16);
            self.serial += 1;
            let code = match n % 6 {
                0 => {
                    event.ids = 0;
                    "no_identity"
                }
                1 => {
                    event.act = Act::Unknown;
                    "unknown_behavior"
                }
                2 => {
                    // A clock that was never set.
                    event.ts_us = i64::from(self.dice.below(3_600)) * 1_000_000;
                    "bad_time"
                }
                3 => {
                    event.act = Act::Order;
                    event.amount_minor = -self.dice.between(100, 90_000);
                    "negative_amount"
                }
                4 => {
                    event.ids = id_bit::PHONE;
                    "bad_id"
                }
                _ => {
                    self.till_row(&event);
                    self.tally.add_bad("bad_time");
                    continue;
                }
            };
            self.tally.add_bad(code);
            self.events.push(event);
        }
    }

    /// Ends the unit: rows become columns.
    fn finish(mut self) -> Result<UnitRows, WorldError> {
        let ids = self.ids.finish();
        let orders = Arc::new(self.orders.finish()) as ArrayRef;
        let sources = Sources {
            brand: self.brand,
            texts: &self.market.texts[self.plan.brand],
            ids: &ids,
            orders: &orders,
            unit: self.plan.of_brand,
        };
        Ok(UnitRows {
            events: batch(&self.events, &sources)?,
            late: batch(&self.late, &sources)?,
            sheets: self.sheets.into_iter().map(Sheet::finish).collect::<Result<_, _>>()?,
            tally: self.tally,
        })
    }
}
