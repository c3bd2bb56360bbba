//! The plan of a life: when somebody first hears of the brand, looks, buys, comes back, joins, leaves.

use super::{Enrolment, Kind, Maker, NEVER};
use crate::calendar::{day_of, instant};
use crate::event::{Act, Channel, id_bit};
use crate::market::Choice;

/// How many of a thousand buy in the days of a campaign without it, by keenness.
const BASE_RATES: [u32; 3] = [6, 25, 80];
/// How many of a thousand a targeted campaign reaches, by keenness.
const TARGETED: [u32; 3] = [80, 350, 800];
/// How many of a thousand known persons are chosen or held out for a campaign.
const ENROLLED: u32 = 220;

impl Maker<'_> {
    /// Somebody without a name: a browser, a device, seldom both.
    pub(super) fn live_unknown(&mut self) {
        let draw = self.dice.below(100);
        self.life.weak = match draw {
            0..68 => id_bit::COOKIE,
            68..94 => id_bit::DEVICE,
            _ => id_bit::COOKIE | id_bit::DEVICE,
        };
        let site = if self.life.weak == id_bit::DEVICE { Channel::App } else { Channel::Web };
        let first = self.calendar.day_from(self.dice, self.calendar.first);
        self.life.plan[0] = first;
        if self.life.kind == Kind::Anonymous {
            self.touch(first, None);
            for _ in 0..=(self.life.activity / 1_200).min(9) {
                let day = first + self.dice.between(0, 25);
                self.browse(day, site, 1);
            }
            return;
        }
        for n in 0..=self.dice.repeats(420, 5) {
            let day = if n == 0 { first } else { first + self.dice.repeats(600, 40) as i32 };
            match self.dice.below(100) {
                0..60 => self.touch(day, None),
                60..85 => self.watch(day, true),
                _ => self.browse(day, site, 0),
            }
        }
    }

    /// Somebody with a name.
    pub(super) fn live_known(&mut self) {
        let kind = self.life.kind;
        self.life.keen = match kind {
            Kind::Loyal => 2,
            Kind::Buyer => 1 + self.dice.below(2) as usize,
            _ => self.dice.below(2) as usize,
        };
        if kind > Kind::Browser && self.dice.rarely(60) {
            self.buy_long_ago();
        }
        let (calendar, begin) = (self.calendar, self.calendar.first);
        // A brand does not begin with the world: some were there already.
        let was_there = self.dice.chance(300);
        let first = if was_there { begin + self.dice.between(0, 20) } else { calendar.day_from(self.dice, begin) };
        self.life.plan[0] = first;
        if self.dice.chance(600) {
            self.touch(first, None);
        } else {
            self.watch(first, true);
        }
        let interest = first + self.dice.between(0, 12);
        if kind > Kind::Browser || self.dice.chance(700) {
            self.life.plan[1] = interest;
            self.show_interest(interest);
        }
        let mut anchor = interest;
        if kind > Kind::Browser {
            anchor = interest + self.dice.between(0, 25);
            self.life.plan[2] = anchor;
            self.buy(anchor, None);
            let again = match kind {
                Kind::Loyal => 1 + (self.life.activity * 2 / 1_000).min(40),
                _ => self.dice.repeats(150, 1),
            };
            let mut day = anchor;
            for n in 0..again {
                // Two days: an order of the evening may be paid after midnight, and both would be one day of purchase.
                day += self.dice.between(2, 76);
                if n == 0 {
                    self.life.plan[3] = day;
                }
                self.buy(day, None);
            }
        }
        self.join(anchor);
        self.follow(first);
        let busy = self.life.activity;
        let visits = match kind {
            Kind::Loyal => busy * 5 / 1_000,
            Kind::Buyer => busy * 5 / 2_000,
            _ => busy * 3 / 2_000,
        };
        for _ in 0..visits.min(60) {
            let day = self.later(first);
            let channel = self.visit_channel(day);
            let depth = self.dice.below(3);
            self.browse(day, channel, depth);
        }
        for _ in 0..(busy / 700).min(40) {
            let day = self.later(first);
            if self.dice.chance(600) { self.touch(day, None) } else { self.watch(day, false) }
        }
        self.mention(first);
        self.take_part_in_campaigns(first);
    }

    /// People come back soon or, when the season calls, at any time.
    fn later(&mut self, first: i32) -> i32 {
        if self.dice.chance(450) { first + self.dice.between(0, 45) } else { self.calendar.day_from(self.dice, first) }
    }

    /// An order of an earlier shop system, old enough to stop counting within the world's days.
    fn buy_long_ago(&mut self) {
        let day = self.calendar.until - self.dice.between(620, 1_150);
        self.buy_plainly(day);
    }

    fn join(&mut self, anchor: i32) {
        let share = match self.life.kind {
            Kind::Loyal => 700,
            Kind::Buyer => 350,
            _ => 60,
        };
        if !self.dice.chance(share) {
            return;
        }
        let from = anchor + self.dice.between(0, 40);
        let stays_for = |maker: &mut Self| if maker.dice.chance(140) { maker.dice.between(20, 200) } else { NEVER };
        let mut stay = (from, from.saturating_add(stays_for(self)));
        self.life.has_card = self.dice.chance(950);
        self.life.stays.push(stay);
        if stay.1 != NEVER && self.dice.chance(250) {
            let again = stay.1 + self.dice.between(10, 60);
            stay = (again, again.saturating_add(stays_for(self)));
            self.life.stays.push(stay);
        }
        if !self.life.has_card {
            return;
        }
        let channel = self.life.channels[0];
        for place in 0..self.life.stays.len() {
            let (from, to) = self.life.stays[place];
            for (act, day) in [(Act::JoinMember, from), (Act::LeaveMember, to)] {
                if day > self.calendar.until {
                    continue;
                }
                let second = self.calendar.second(self.dice);
                let ids = self.hub() | id_bit::MEMBER_CARD;
                let event = self.push(act, channel, instant(day, second));
                event.ids = ids;
                event.programme = true;
                event.session = 0;
            }
        }
    }

    fn follow(&mut self, first: i32) {
        if !self.dice.chance(110) {
            return;
        }
        let from = first + self.dice.between(0, 30);
        let to = if self.dice.chance(220) { from + self.dice.between(3, 150) } else { NEVER };
        self.life.follows.push((from, to));
        let channel = match self.life.channels[0] {
            // Nobody follows a physical store.
            Channel::Store => Channel::Sms,
            // Whoever follows has signed in.
            channel => channel,
        };
        let store = super::visits::online_store(self.life.channels[0]);
        for (act, day) in [(Act::Follow, from), (Act::Unfollow, to)] {
            if day > self.calendar.until {
                continue;
            }
            let second = self.calendar.second(self.dice);
            let ids = self.hub();
            let event = self.push(act, channel, instant(day, second));
            event.ids |= ids;
            event.store = store;
            event.session = 0;
        }
    }

    fn take_part_in_campaigns(&mut self, first: i32) {
        for place in 0..self.brand.campaigns.len() {
            let campaign = &self.brand.campaigns[place];
            let (from, to) = (campaign.from, campaign.to);
            let by_message = campaign.kind == "message";
            if first > from || (by_message && !self.life.has_phone) || !self.dice.chance(ENROLLED) {
                continue;
            }
            let reached = match campaign.choice {
                Choice::Random => self.dice.chance(500),
                Choice::Targeted => self.dice.chance(TARGETED[self.life.keen]),
            };
            let seen = self.dice.between(from, to - 1);
            if reached {
                match campaign.kind {
                    "message" => self.receive(seen, place as u16),
                    "livestream" => self.watch_live(seen, place as u16),
                    _ => {
                        for _ in 0..=self.dice.repeats(350, 2) {
                            self.touch(seen, Some(place as u16));
                        }
                    }
                }
            }
            let rate = BASE_RATES[self.life.keen] + if reached { campaign.effect } else { 0 };
            if self.dice.chance(rate) {
                let day = self.dice.between(seen, to);
                let named = reached && self.dice.chance(600);
                self.buy(day, named.then_some(place as u16));
            }
            self.life.enrolments.push(Enrolment { campaign: place, reached, bought: false });
        }
    }

    /// Who bought in the days of a campaign, whatever the reason.
    pub(super) fn settle_enrolments(&mut self) {
        let (life, campaigns) = (&mut *self.life, &self.brand.campaigns);
        for enrolment in &mut life.enrolments {
            let campaign = &campaigns[enrolment.campaign];
            let days = instant(campaign.from, 0)..instant(campaign.to + 1, 0);
            debug_assert_eq!(day_of(days.end), campaign.to + 1);
            enrolment.bought =
                life.events.iter().any(|event| event.act == Act::Purchase && days.contains(&event.ts_us));
        }
    }
}
