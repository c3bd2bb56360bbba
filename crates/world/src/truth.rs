//! What must be found: stages of each person day by day, and counts over all of them.
//!
//! Told from a person's own deeds, one day after the other, each condition looked at anew: no intervals, no windows that end
//! by themselves, and nothing of the product's sweep. The rules are those of the AIPL preset, in this module's own words.

mod tally;

pub use tally::{BrandTotals, Totals};
pub(crate) use tally::{FLOWS, Tally, campaigns_json};

use crate::calendar::day_of;
use crate::event::Act;
use crate::person::{Life, NEVER};

/// Stages by depth; 0 is outside of the chain.
pub(crate) const STAGES: [&str; 5] = ["none", "A", "I", "P", "L"];

/// Fifteen days, one bit each.
const FIFTEEN: u32 = 0x7fff;

const VIEWED: u8 = 1;
const ACTED: u8 = 2;
const SAW: u8 = 4;
const PRAISED: u8 = 8;

/// A paid order.
#[derive(Debug, Clone, Copy)]
struct PaidOrder {
    day: i32,
    paid_minor: i64,
    refunded_minor: i64,
    /// The first day on which refunds had reached what was paid.
    cancelled: i32,
}

/// One person's stages, from the first day on which anything happened.
#[derive(Debug, Default)]
pub(crate) struct Stages {
    /// The first day.
    pub(crate) first: i32,
    /// Depths of the days from the first on; 0 after the last of them.
    pub(crate) depths: Vec<u8>,
    marks: Vec<u8>,
    orders: Vec<PaidOrder>,
}

impl Stages {
    /// The depth on a day.
    pub(crate) fn on(&self, day: i32) -> u8 {
        usize::try_from(day - self.first).ok().and_then(|place| self.depths.get(place)).copied().unwrap_or(0)
    }

    /// Whether the person was in the chain on any day up to this one.
    pub(crate) fn ever_by(&self, day: i32) -> bool {
        let days = usize::try_from(day - self.first + 1).unwrap_or(0).min(self.depths.len());
        self.depths[..days].iter().any(|depth| *depth > 0)
    }

    /// Stretches of one stage: (depth, from, to), half-open; the last day of the world ends the last one.
    pub(crate) fn stretches(&self) -> impl Iterator<Item = (u8, i32, i32)> + '_ {
        let mut day = self.first;
        self.depths.chunk_by(|one, next| one == next).filter_map(move |stretch| {
            let from = day;
            day += stretch.len() as i32;
            (stretch[0] > 0).then_some((stretch[0], from, day))
        })
    }

    /// How many orders were bought, and how many of them were taken back in full.
    pub(crate) fn orders(&self) -> (u64, u64) {
        let bought = self.orders.iter().filter(|order| order.day != NEVER);
        let (mut all, mut cancelled) = (0, 0);
        for order in bought {
            all += 1;
            cancelled += u64::from(order.cancelled != NEVER);
        }
        (all, cancelled)
    }

    /// Tells the stages of a life up to and with the last day.
    pub(crate) fn tell(&mut self, life: &Life, until: i32) {
        let spans = || life.stays.iter().chain(&life.follows);
        let events = life.events.iter().map(|event| day_of(event.ts_us));
        self.first = events.chain(spans().map(|(from, _)| *from)).min().unwrap_or(until);
        self.depths.clear();
        let has_state = spans().next().is_some();
        let last_deed = life.events.iter().map(|event| day_of(event.ts_us)).max().unwrap_or(until);
        // Whoever never bought, praised or joined is out of the chain fifteen days after the last deed.
        let lasts = has_state || life.orders > 0 || life.events.iter().any(|event| event.act == Act::Review);
        let last = if lasts { until } else { until.min(last_deed + 15) };
        self.marks.clear();
        self.marks.resize((last - self.first + 1).max(0) as usize, 0);
        self.note_deeds(life);
        let has_orders = life.orders > 0;
        let (mut viewed, mut acted, mut saw, mut praised) = (0_u32, 0_u32, 0_u32, None);
        let mut place = 0;
        while place < self.marks.len() {
            let (day, mark) = (self.first + place as i32, self.marks[place]);
            if !lasts && mark | u8::from(viewed | acted | saw != 0) == 0 {
                // Nothing holds until the next deed.
                let quiet = self.marks[place..].iter().take_while(|mark| **mark == 0).count();
                place += quiet;
                self.depths.resize(place, 0);
                continue;
            }
            place += 1;
            let push = |bits: u32, which: u8| ((bits << 1) | u32::from(mark & which != 0)) & FIFTEEN;
            (viewed, acted, saw) = (push(viewed, VIEWED), push(acted, ACTED), push(saw, SAW));
            if mark & PRAISED != 0 {
                praised = Some(day);
            }
            let (bought, days_bought) = if has_orders { self.bought(day) } else { (false, 0) };
            let is_praising = praised.is_some_and(|last| last > day - 365);
            let has_status = has_state && spans().any(|(from, to)| (*from..*to).contains(&day));
            self.depths.push(if days_bought >= 2 || is_praising {
                4
            } else if bought {
                3
            } else if acted != 0 || viewed.count_ones() >= 2 || has_status {
                2
            } else {
                u8::from(viewed != 0 || saw != 0)
            });
        }
    }

    fn note_deeds(&mut self, life: &Life) {
        let none = PaidOrder { day: NEVER, paid_minor: 0, refunded_minor: 0, cancelled: NEVER };
        self.orders.clear();
        self.orders.resize(life.orders as usize + 1, none);
        for event in &life.events {
            let day = day_of(event.ts_us);
            let mark = match event.act {
                Act::View => VIEWED,
                Act::Search
                | Act::Favorite
                | Act::Cart
                | Act::Order
                | Act::Sample
                | Act::Book
                | Act::Like
                | Act::Comment
                | Act::Share
                | Act::Claim
                | Act::Chat => ACTED,
                Act::AdImpression | Act::AdClick | Act::ContentView | Act::LiveView | Act::Visit => SAW,
                Act::Review if event.rating >= 4 => PRAISED,
                Act::Purchase => {
                    let order = &mut self.orders[event.order as usize];
                    order.day = day;
                    order.paid_minor += i64::from(event.amount_minor);
                    0
                }
                _ => 0,
            };
            self.marks[(day - self.first) as usize] |= mark;
        }
        // Deeds are in order of time, so the first refund that reaches what was paid is found first.
        for event in life.events.iter().filter(|event| event.act == Act::Refund) {
            let order = &mut self.orders[event.order as usize];
            order.refunded_minor += i64::from(event.amount_minor);
            if order.refunded_minor >= order.paid_minor && order.cancelled == NEVER && order.day != NEVER {
                order.cancelled = day_of(event.ts_us);
            }
        }
    }

    /// Whether an order of the last 910 days counts on a day, and on how many days of the last 365 there was one.
    fn bought(&self, day: i32) -> (bool, usize) {
        let mut bought = false;
        let mut earlier = None;
        // The latest first: most who are loyal are so by their last two orders.
        for order in self.orders.iter().rev().filter(|order| order.day <= day && order.cancelled > day) {
            bought |= order.day > day - 910;
            if order.day > day - 365 {
                match earlier {
                    // Two different days are all that is asked for.
                    Some(other) if other != order.day => return (true, 2),
                    _ => earlier = Some(order.day),
                }
            }
        }
        (bought, usize::from(earlier.is_some()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::instant;
    use crate::event::{Channel, Event};

    const UNTIL: i32 = 20_000;

    fn deed(act: Act, day: i32) -> Event {
        Event::new(act, Channel::Tmall, instant(day, 3_600))
    }

    fn of_order(act: Act, day: i32, order: u32, amount_minor: i32) -> Event {
        Event { order, amount_minor, ..deed(act, day) }
    }

    fn told(events: Vec<Event>) -> Stages {
        let mut life = Life::new();
        life.orders = 9;
        life.events = events;
        let mut stages = Stages::default();
        stages.tell(&life, UNTIL);
        stages
    }

    fn check(events: Vec<Event>, expected: &[(i32, u8)]) {
        let stages = told(events);
        for (day, depth) in expected {
            assert_eq!(stages.on(*day), *depth, "on day {day}");
        }
    }

    #[test]
    fn interest_lasts_fifteen_days_and_views_on_two_days_are_interest() {
        check(vec![deed(Act::View, 100)], &[(99, 0), (100, 1), (114, 1), (115, 0)]);
        check(vec![deed(Act::View, 100), deed(Act::View, 110)], &[(110, 2), (114, 2), (115, 1), (124, 1), (125, 0)]);
        check(vec![deed(Act::Cart, 100)], &[(100, 2), (114, 2), (115, 0)]);
    }

    #[test]
    fn two_days_of_buying_are_loyalty_for_a_year_and_one_is_a_purchase_for_910_days() {
        let twice = vec![of_order(Act::Purchase, 100, 1, 500), of_order(Act::Purchase, 130, 2, 500)];
        check(twice, &[(100, 3), (129, 3), (130, 4), (464, 4), (465, 3), (1_039, 3), (1_040, 0)]);
        let same_day = vec![of_order(Act::Purchase, 100, 1, 500), of_order(Act::Purchase, 100, 2, 500)];
        check(same_day, &[(100, 3), (1_009, 3), (1_010, 0)]);
    }

    #[test]
    fn an_order_counts_until_all_of_it_was_refunded() {
        let order = |refunds: &[(i32, i32)]| {
            let mut events = vec![of_order(Act::Purchase, 100, 1, 300), of_order(Act::Purchase, 100, 1, 200)];
            events.extend(refunds.iter().map(|(day, amount)| of_order(Act::Refund, *day, 1, *amount)));
            events
        };
        check(order(&[(110, 499)]), &[(100, 3), (400, 3)]);
        check(order(&[(110, 300), (120, 200)]), &[(109, 3), (119, 3), (120, 0)]);
        check(order(&[(100, 500)]), &[(100, 0)]);
    }

    #[test]
    fn praise_is_loyalty_and_a_status_is_interest() {
        let praise = Event { rating: 4, ..deed(Act::Review, 100) };
        check(vec![praise], &[(100, 4), (464, 4), (465, 0)]);
        check(vec![Event { rating: 3, ..praise }], &[(100, 0)]);
        let mut life = Life::new();
        life.stays.push((100, 200));
        life.events.push(deed(Act::JoinMember, 100));
        let mut stages = Stages::default();
        stages.tell(&life, UNTIL);
        assert_eq!([99, 100, 199, 200].map(|day| stages.on(day)), [0, 2, 2, 0]);
        assert_eq!(stages.stretches().collect::<Vec<_>>(), [(2, 100, 200)]);
    }
}
