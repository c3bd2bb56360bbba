//! One person's life with one brand: a plan of days, and the deeds that realise it.
//!
//! - [`Life`]: the person and what happened; reused from person to person.
//! - `journey`: the plan, from the first touch to the last purchase, and campaigns.
//! - `visits` and `orders`: what happens on a day.
//! - `binding`: under which ids the deeds are seen, so that whoever links rows rightly finds exactly this person.

mod binding;
mod journey;
mod orders;
mod visits;

use crate::calendar::{Calendar, instant};
use crate::dice::Dice;
use crate::event::{Act, Channel, Event, id_bit};
use crate::market::Brand;

/// No day.
pub(crate) const NEVER: i32 = i32::MAX;
/// Most browsers of one person.
pub(crate) const MOST_COOKIES: u8 = 7;

/// How a person stands to the brand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// Sees something once or twice; known by a browser or a device only.
    Passerby,
    /// Looks around without ever signing in.
    Anonymous,
    /// Looks around.
    Browser,
    /// Buys.
    Buyer,
    /// Buys again and again.
    Loyal,
}

/// Chosen or held out for a campaign.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Enrolment {
    /// Place of the campaign.
    pub(crate) campaign: usize,
    /// Whether the person was reached.
    pub(crate) reached: bool,
    /// Whether the person bought in its days.
    pub(crate) bought: bool,
}

/// A person and what the person did.
#[derive(Debug)]
pub(crate) struct Life {
    pub(crate) kind: Kind,
    /// Deeds; in order of time once the life is over.
    pub(crate) events: Vec<Event>,
    /// Orders so far; each event names its order by this count.
    pub(crate) orders: u32,
    /// Days on which the plan has the person reach A, I, P, L.
    pub(crate) plan: [i32; 4],
    /// Stays in the brand's programme, half-open.
    pub(crate) stays: Vec<(i32, i32)>,
    /// Following of a shop, half-open.
    pub(crate) follows: Vec<(i32, i32)>,
    /// Whether the programme's card is shown; others are members by the brand's list only.
    pub(crate) has_card: bool,
    pub(crate) enrolments: Vec<Enrolment>,
    /// From 0 (seldom) to 2 (often): who would buy anyway.
    pub(crate) keen: usize,
    /// What the person spends, in thousandths of the usual.
    pub(crate) spending: u32,
    /// Which ids the deeds show; with them the phones, browsers and whether a device is shared.
    pub(crate) used: u16,
    pub(crate) used_phones: [bool; 2],
    pub(crate) used_cookies: u8,
    pub(crate) household: bool,
    channels: [Channel; 3],
    n_channels: usize,
    has_phone: bool,
    /// The first day of the second phone.
    changes_phone: i32,
    /// For a shared device: in which weeks, even or odd, it is this person's.
    device_weeks: i32,
    /// Ids of somebody who never signs in.
    weak: u16,
    cookie: u8,
    sessions: u16,
    activity: u32,
}

impl Life {
    pub(crate) fn new() -> Self {
        Self {
            kind: Kind::Passerby,
            events: Vec::new(),
            orders: 0,
            plan: [NEVER; 4],
            stays: Vec::new(),
            follows: Vec::new(),
            has_card: false,
            enrolments: Vec::new(),
            keen: 0,
            spending: 1_000,
            used: 0,
            used_phones: [false; 2],
            used_cookies: 0,
            household: false,
            channels: [Channel::Media; 3],
            n_channels: 0,
            has_phone: false,
            changes_phone: NEVER,
            device_weeks: 0,
            weak: 0,
            cookie: 0,
            sessions: 0,
            activity: 1_000,
        }
    }

    /// Empties it for the next person, and keeps its memory.
    fn clear(&mut self) {
        let empty = Self::new();
        let (mut events, mut stays, mut follows, mut enrolments) = (
            std::mem::take(&mut self.events),
            std::mem::take(&mut self.stays),
            std::mem::take(&mut self.follows),
            std::mem::take(&mut self.enrolments),
        );
        events.clear();
        stays.clear();
        follows.clear();
        enrolments.clear();
        *self = Self { events, stays, follows, enrolments, ..empty };
    }

    /// Whether any id names the person.
    pub(crate) fn is_known(&self) -> bool {
        self.kind > Kind::Anonymous
    }

    fn is_member_on(&self, day: i32) -> bool {
        self.stays.iter().any(|(from, to)| (*from..*to).contains(&day))
    }
}

/// Whether a person of this number, and the neighbor, share a device.
pub(crate) fn shares_device(number: u64) -> bool {
    number / 2 % 60 == 7
}

/// What a life is made with.
pub(crate) struct Maker<'a> {
    pub(crate) brand: &'a Brand,
    pub(crate) calendar: &'a Calendar,
    pub(crate) dice: &'a mut Dice,
    pub(crate) life: &'a mut Life,
    /// Number of the person in its unit: neighbors share devices.
    pub(crate) number: u64,
}

impl Maker<'_> {
    /// Lives a life of a kind.
    pub(crate) fn live(&mut self, kind: Kind) {
        self.life.clear();
        self.life.kind = kind;
        self.life.activity = self.dice.activity();
        self.life.spending = self.dice.spending();
        match kind {
            Kind::Passerby | Kind::Anonymous => self.live_unknown(),
            Kind::Browser | Kind::Buyer | Kind::Loyal => {
                self.choose_ids();
                self.live_known();
            }
        }
        self.finish();
    }

    /// Ends the life on the last day of the world.
    fn finish(&mut self) {
        let end = instant(self.calendar.until + 1, 0);
        self.life.events.retain(|event| event.ts_us < end);
        let until = self.calendar.until;
        for (_, to) in self.life.stays.iter_mut().chain(&mut self.life.follows).filter(|(_, to)| *to > until) {
            *to = NEVER;
        }
        self.life.stays.retain(|(from, _)| *from <= until);
        self.life.follows.retain(|(from, _)| *from <= until);
        for day in self.life.plan.iter_mut().filter(|day| **day > until) {
            *day = NEVER;
        }
        // A stable sort: of one instant, what was done first comes first.
        self.life.events.sort_by_key(|event| event.ts_us);
        self.bind();
        self.settle_enrolments();
    }

    /// Adds a deed, under the ids that its channel sees.
    fn push(&mut self, act: Act, channel: Channel, ts_us: i64) -> &mut Event {
        let day = crate::calendar::day_of(ts_us);
        let mut event = Event::new(act, channel, ts_us);
        event.ids = self.ids_on(channel, day);
        event.cookie = self.life.cookie;
        event.phone = u8::from(day >= self.life.changes_phone);
        event.session = self.life.sessions;
        let place = self.life.events.len();
        self.life.events.push(event);
        &mut self.life.events[place]
    }

    fn ids_on(&mut self, channel: Channel, day: i32) -> u16 {
        if !self.life.is_known() {
            return self.life.weak;
        }
        match channel {
            Channel::Tmall => id_bit::TAOBAO,
            Channel::Jd => id_bit::JD,
            Channel::Douyin => id_bit::DOUYIN,
            Channel::Wechat => id_bit::OPENID,
            Channel::Web => id_bit::COOKIE,
            // On a shared device nothing but signing in says who it is; in the other's weeks it is elsewhere.
            Channel::App if self.life.household && self.has_device_on(day) => id_bit::DEVICE | id_bit::PHONE,
            Channel::App if self.life.household => id_bit::PHONE,
            Channel::App => id_bit::DEVICE,
            Channel::Store if self.life.has_card && self.life.is_member_on(day) && self.dice.chance(500) => {
                id_bit::MEMBER_CARD
            }
            Channel::Store | Channel::Sms => id_bit::PHONE,
            Channel::Email => id_bit::EMAIL,
            Channel::Media => self.ids_on(self.life.channels[0], day),
        }
    }

    /// An id that names the person whatever the channel.
    fn hub(&self) -> u16 {
        if self.life.has_phone {
            return id_bit::PHONE;
        }
        match self.life.channels[0] {
            Channel::Jd => id_bit::JD,
            Channel::Douyin => id_bit::DOUYIN,
            Channel::Wechat => id_bit::OPENID,
            _ => id_bit::TAOBAO,
        }
    }

    /// Where somebody meets the brand, and so which ids there are.
    fn choose_ids(&mut self) {
        let wanted = 1 + self.dice.repeats(420, 2) as usize;
        let mut n = 0;
        for _ in 0..6 {
            let channel = Channel::SHOPS[self.dice.by_weight(&self.brand.channel_weights).min(6)];
            if n < wanted && !self.life.channels[..n].contains(&channel) {
                self.life.channels[n] = channel;
                n += 1;
            }
        }
        self.life.n_channels = n;
        if shares_device(self.number) {
            self.life.household = true;
            self.life.device_weeks = (self.number % 2) as i32;
            if !self.life.channels[..n].contains(&Channel::App) {
                self.life.channels[n - 1] = Channel::App;
            }
        }
        let own = self.life.channels;
        let is = |channel: Channel| own[..n].contains(&channel);
        let needs_phone = n > 1 || is(Channel::Web) || is(Channel::App) || is(Channel::Store);
        self.life.has_phone = needs_phone || self.dice.chance(450);
        if is(Channel::Wechat) && self.life.has_phone && self.dice.chance(60) {
            self.life.changes_phone = self.calendar.day_from(self.dice, self.calendar.first + 20);
        }
    }

    /// A channel for a visit on a day.
    fn visit_channel(&mut self, day: i32) -> Channel {
        let place = if self.dice.chance(600) { 0 } else { self.dice.below(self.life.n_channels as u32) as usize };
        let channel = self.life.channels[place];
        if channel == Channel::App && self.life.household && !self.has_device_on(day) {
            return Channel::Store;
        }
        channel
    }

    /// People who share a device have it in turns, week by week.
    fn has_device_on(&self, day: i32) -> bool {
        ((day + 3) / 7) % 2 == self.life.device_weeks
    }
}
