//! What is told of a person beside events: the truth, attributes, memberships, links, answers.

use super::{BROKEN_CLOCK, Unit};
use crate::calendar::{day_of, instant};
use crate::dice::Dice;
use crate::event::{Act, Event, ID_TYPES};
use crate::names::CITIES;
use crate::person::{Kind, NEVER};
use crate::tables::{Cell, UnitTable};
use crate::truth::STAGES;

/// Streams of chance of humans begin here.
const HUMANS: u64 = 1 << 52;
/// Questions and their answers.
const QUESTIONS: [(&str, [&str; 4]); 3] = [
    ("how_did_you_hear_of_us", ["朋友推荐", "广告", "直播", "门店"]),
    ("would_you_recommend_us", ["会", "也许", "不会", "不知道"]),
    ("what_matters_most", ["品质", "价格", "设计", "服务"]),
];

fn day_or_null(day: i32) -> Cell<'static> {
    if day == NEVER { Cell::Null } else { Cell::Day(day) }
}

/// A row that begins with the brand and ids.
fn row_of<'c>(slug: Cell<'c>, ids: &[Cell<'c>; 8], rest: &[Cell<'c>]) -> Vec<Cell<'c>> {
    [&[slug][..], ids, rest].concat()
}

/// The strong ids of a list `type:value`, one a type: a later one stands for an earlier one.
fn by_type(ids: &[String]) -> [Option<&str>; 8] {
    let mut found = [None; 8];
    for id in ids {
        if let Some((kind, value)) = id.split_once(':')
            && let Some(place) = ID_TYPES[..8].iter().position(|name| *name == kind)
        {
            found[place] = Some(value);
        }
    }
    found
}

impl Unit<'_> {
    pub(super) fn note(&mut self, human: u64, person: &str, ids: &[String]) {
        let brand = self.brand;
        let slug = Cell::Text(&brand.facts.slug);
        let is_known = self.life.is_known();
        // Now and then a stranger's browser is the second one of somebody known, who never signs in with it.
        let behind = match &self.neighbor {
            Some((neighbor, _)) if !is_known && self.dice.chance(80) => *neighbor,
            _ => human,
        };
        let kind = match self.life.kind {
            Kind::Passerby => "passerby",
            Kind::Anonymous => "anonymous",
            Kind::Browser => "browser",
            Kind::Buyer => "buyer",
            Kind::Loyal => "loyal",
        };
        let [a, i, p, l] = self.life.plan.map(day_or_null);
        let refunds = self.life.events.iter().filter(|event| event.act == Act::Refund).count();
        let row = [
            Cell::Text(person),
            slug,
            Cell::Whole(behind as i64),
            Cell::Text(if is_known { "strong" } else { "weak" }),
            Cell::Text(kind),
            Cell::Texts(ids),
            a,
            i,
            p,
            l,
            Cell::Whole(self.life.events.len() as i64),
            Cell::Whole(refunds as i64),
        ];
        self.row(UnitTable::Persons, &row);
        for (depth, from, to) in self.stages.stretches() {
            let stage = Cell::Text(STAGES[usize::from(depth)]);
            self.sheets[UnitTable::Stages as usize].push(&[
                Cell::Text(person),
                slug,
                stage,
                Cell::Day(from),
                Cell::Day(to),
            ]);
        }
        for enrolment in &self.life.enrolments {
            self.sheets[UnitTable::Assignments as usize].push(&[
                Cell::Text(person),
                slug,
                Cell::Text(&brand.campaigns[enrolment.campaign].id),
                Cell::Whole(i64::from(enrolment.reached)),
                Cell::Whole(i64::from(enrolment.bought)),
                Cell::Whole(self.life.keen as i64),
            ]);
        }
        if is_known {
            self.note_known(human, ids);
        }
    }

    fn note_known(&mut self, human: u64, ids: &[String]) {
        let slug = Cell::Text(&self.brand.facts.slug);
        let strong = by_type(ids);
        // Attributes are as of the first day.
        let first_day = Cell::Day(self.market.calendar.first);
        // The strongest id only: attributes tell nothing new about who is who.
        let mut named = [Cell::Null; 8];
        if let Some(place) = strong.iter().position(Option::is_some) {
            named[place] = strong[place].map_or(Cell::Null, Cell::Text);
        }
        let mut dice = Dice::new(self.market.seed, HUMANS + human);
        let (city, province, region, tier) = place_of(&mut dice);
        let gender = if dice.chance(620) { "female" } else { "male" };
        let birth_year = 2_008 - i64::from(dice.below(12) + dice.below(14) + dice.below(20));
        let price_band = match self.life.spending {
            0..700 => "low",
            700..1_500 => "middle",
            _ => "high",
        };
        let attributes = row_of(
            slug,
            &named,
            &[
                first_day,
                Cell::Text(gender),
                Cell::Whole(birth_year),
                Cell::Text(city),
                Cell::Text(province),
                Cell::Text(region),
                Cell::Whole(i64::from(tier)),
                Cell::Text(price_band),
            ],
        );
        self.sheets[UnitTable::Consumers as usize].push(&attributes);
        self.tally.totals.consumers += 1;
        for place in 0..self.life.stays.len() {
            let (joined, left) = self.life.stays[place];
            let tier = match self.life.kind {
                Kind::Loyal if self.life.spending > 1_200 => "gold",
                Kind::Loyal | Kind::Buyer => "silver",
                _ => "basic",
            };
            let stated = if left == NEVER { joined } else { left };
            let stay = row_of(
                slug,
                &named,
                &[Cell::Day(stated), Cell::Text("club"), Cell::Text(tier), Cell::Day(joined), day_or_null(left)],
            );
            self.sheets[UnitTable::Memberships as usize].push(&stay);
            self.tally.totals.memberships += 1;
        }
        self.note_company(human, ids);
    }

    /// Links to the neighbor, and answers to questions.
    fn note_company(&mut self, human: u64, ids: &[String]) {
        let slug = Cell::Text(&self.brand.facts.slug);
        let Some(own) = ids.first().cloned() else { return };
        if self.dice.chance(60)
            && let Some((_, other)) = self.neighbor.take()
        {
            let calendar = self.market.calendar;
            let day = calendar.day_from(&mut self.dice, calendar.first);
            let second = calendar.second(&mut self.dice);
            let kind = ["share", "like", "referral"][self.dice.below(3) as usize];
            self.row(
                UnitTable::Links,
                &[slug, Cell::Text(&own), Cell::Text(&other), Cell::Text(kind), Cell::Instant(instant(day, second))],
            );
        }
        if self.life.kind > Kind::Browser && self.dice.chance(40) {
            let day = self.life.events.last().map_or(self.market.calendar.until, |event| day_of(event.ts_us));
            for (question, answers) in &QUESTIONS {
                let answer = answers[(self.dice.below(4) * self.dice.below(4) / 3) as usize];
                self.row(
                    UnitTable::Surveys,
                    &[slug, Cell::Text(&own), Cell::Text(question), Cell::Text(answer), Cell::Day(day)],
                );
            }
        }
        self.neighbor = Some((human, own));
    }

    /// A sale that a till with a broken clock exported.
    pub(super) fn till_row(&mut self, event: &Event) {
        let brand = self.brand;
        let id = format!("{}-till-{:05x}-{:06x}", brand.prefix, self.plan.of_brand, event.serial);
        let clock = BROKEN_CLOCK[self.dice.below(BROKEN_CLOCK.len() as u32) as usize];
        let store = &brand.stores[brand.stores.len() - 1];
        let phone = format!("17{:08}5", self.dice.below(100_000_000));
        let amount = format!("{}.00", self.dice.between(10, 900));
        self.row(
            UnitTable::Till,
            &[
                Cell::Text(&id),
                Cell::Text(&brand.facts.slug),
                Cell::Text(clock),
                Cell::Text("purchase"),
                Cell::Text(&phone),
                Cell::Text(&store.id),
                Cell::Text(&brand.items[0].id),
                Cell::Text(&amount),
            ],
        );
    }
}

fn place_of(dice: &mut Dice) -> (&'static str, &'static str, &'static str, i32) {
    let total: u32 = CITIES.iter().map(|(.., weight)| weight).sum();
    let mut mark = dice.below(total);
    for (city, province, region, tier, weight) in &CITIES {
        if mark < *weight {
            return (city, province, region, *tier);
        }
        mark -= weight;
    }
    ("上海", "上海", "华东", 1)
}
