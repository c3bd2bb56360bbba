//! What somebody does on a day, short of buying.

use super::{MOST_COOKIES, Maker};
use crate::calendar::{instant, second_of};
use crate::event::{Act, Channel, id_bit};
use crate::market::{CONTENTS, CREATORS};
use crate::names::SHOP_NAMES;

impl Maker<'_> {
    /// The instant at which a visit begins; some begin or end a day to the microsecond.
    pub(super) fn begin(&mut self, day: i32) -> i64 {
        self.life.sessions = self.life.sessions.saturating_add(1);
        if self.dice.rarely(40) {
            return if self.dice.chance(500) { instant(day, 0) } else { instant(day + 1, 0) - 1 };
        }
        let second = self.calendar.second(self.dice);
        instant(day, second) + i64::from(self.dice.below(1_000)) * 1_000
    }

    pub(super) fn pause(&mut self, longest_s: i32) -> i64 {
        i64::from(self.dice.between(3, longest_s)) * 1_000_000
    }

    /// A thing that is for sale on a day; a few are wanted by many.
    pub(super) fn item(&mut self, day: i32) -> u16 {
        for _ in 0..3 {
            let place = self.dice.by_weight(&self.brand.item_weights);
            if self.brand.items[place].launched <= day {
                return place as u16;
            }
        }
        self.dice.below(8) as u16
    }

    pub(super) fn store_of(&mut self, channel: Channel) -> u16 {
        if channel != Channel::Store {
            return online_store(channel);
        }
        // People go to the store next door: two of them, by the person's number.
        let physical = (self.brand.stores.len() - SHOP_NAMES.len()) as u64;
        let next_door = self.number.wrapping_mul(7) + u64::from(self.dice.chance(200));
        (SHOP_NAMES.len() as u64 + next_door % physical) as u16
    }

    /// An advertisement, sometimes clicked on.
    pub(super) fn touch(&mut self, day: i32, campaign: Option<u16>) {
        let ts = self.begin(day);
        let content = self.dice.below(CONTENTS) as u16;
        let clicked = self.dice.chance(90);
        let later = self.pause(30);
        let steps = [(Act::AdImpression, ts), (Act::AdClick, ts + later)];
        for (act, ts) in steps.into_iter().take(1 + usize::from(clicked)) {
            let event = self.push(act, Channel::Media, ts);
            event.content = content;
            event.campaign = campaign.unwrap_or(crate::event::NONE);
            event.session = 0;
        }
    }

    /// A post or a live stream. Who is `quiet` only watches.
    pub(super) fn watch(&mut self, day: i32, quiet: bool) {
        let mut ts = self.begin(day);
        let act = if self.dice.chance(350) { Act::LiveView } else { Act::ContentView };
        let (content, creator) = (self.dice.below(CONTENTS) as u16, self.dice.below(CREATORS) as u16);
        let event = self.push(act, Channel::Media, ts);
        (event.content, event.creator) = (content, creator);
        if quiet {
            return;
        }
        for (act, share) in [(Act::Like, 220), (Act::Comment, 60), (Act::Share, 50)] {
            if self.dice.chance(share) {
                ts += self.pause(90);
                let event = self.push(act, Channel::Media, ts);
                (event.content, event.creator) = (content, creator);
            }
        }
    }

    /// A live stream of a campaign.
    pub(super) fn watch_live(&mut self, day: i32, campaign: u16) {
        let ts = self.begin(day);
        let creator = self.dice.below(3) as u16;
        let event = self.push(Act::LiveView, Channel::Media, ts);
        (event.creator, event.campaign) = (creator, campaign);
    }

    /// A text message of a campaign, from sending to clicking.
    pub(super) fn receive(&mut self, day: i32, campaign: u16) {
        let channel = if self.life.has_phone && self.dice.chance(250) { Channel::Email } else { Channel::Sms };
        let mut ts = instant(day, i64::from(self.dice.between(9 * 3_600, 20 * 3_600)));
        for (act, share) in
            [(Act::MessageSent, 1_000), (Act::MessageDelivered, 965), (Act::MessageOpen, 320), (Act::MessageClick, 240)]
        {
            if !self.dice.chance(share) {
                return;
            }
            let event = self.push(act, channel, ts);
            event.campaign = campaign;
            event.session = 0;
            ts += self.pause(3_600);
        }
    }

    /// A visit that is more than looking.
    pub(super) fn show_interest(&mut self, day: i32) {
        let channel = self.visit_channel(day);
        if channel == Channel::Store {
            // Of what people do in a store, booking and sampling are written down.
            let mut ts = self.begin(day);
            let store = self.store_of(channel);
            let act = if self.dice.chance(600) { Act::Sample } else { Act::Book };
            let item = self.item(day);
            self.push(Act::Visit, channel, ts).store = store;
            ts += self.pause(600);
            let event = self.push(act, channel, ts);
            (event.store, event.item) = (store, item);
            return;
        }
        self.browse(day, channel, 3);
    }

    /// A visit to a shop. Depth 0 is one look; 3 certainly wants something.
    pub(super) fn browse(&mut self, day: i32, channel: Channel, depth: u32) {
        if channel == Channel::Web && self.life.is_known() && self.dice.chance(150) {
            self.life.cookie = (self.life.cookie + 1).min(MOST_COOKIES - 1);
        }
        let first = self.life.events.len();
        let mut ts = self.begin(day);
        let store = self.store_of(channel);
        if channel == Channel::Store {
            self.push(Act::Visit, channel, ts).store = store;
            return;
        }
        if depth > 0 && self.dice.chance(280) {
            let keyword = self.dice.below(self.brand.keywords.len() as u32) as u16;
            let event = self.push(Act::Search, channel, ts);
            (event.store, event.keyword) = (store, keyword);
            ts += self.pause(60);
        }
        let mut item = self.item(day);
        for _ in 0..=self.dice.repeats(300 + 130 * depth.min(2), 14) {
            let event = self.push(Act::View, channel, ts);
            (event.store, event.item) = (store, item);
            ts += self.pause(180);
            if self.dice.chance(450) {
                item = self.item(day);
            }
        }
        let wants = depth == 3;
        let shares = [
            (Act::Favorite, 90 * depth.min(2)),
            (Act::Cart, 110 * depth.min(2)),
            (Act::Claim, 25 * depth),
            (Act::Chat, 20 * depth),
        ];
        let mut wanted = false;
        for (act, share) in shares {
            let last_chance = wants && !wanted && act == Act::Cart;
            if last_chance || self.dice.chance(share) {
                let event = self.push(act, channel, ts);
                event.store = store;
                if act != Act::Chat {
                    event.item = item;
                }
                ts += self.pause(120);
                wanted = true;
            }
        }
        self.sign_in(first, channel, day);
    }

    /// On the web many look first and sign in then; on a shared device one may go on looking after signing in.
    fn sign_in(&mut self, first: usize, channel: Channel, day: i32) {
        if !self.life.is_known() {
            return;
        }
        let n = self.life.events.len() - first;
        if channel == Channel::Web && self.dice.chance(400) {
            let from = first + self.dice.below(n as u32) as usize;
            self.life.events[from..].iter_mut().for_each(|event| event.ids |= id_bit::PHONE);
        }
        if channel == Channel::App && self.life.household && n > 1 {
            // Only where the device is beyond doubt in this person's hands, and in one day of UTC.
            let (begun, last) = (self.life.events[first].ts_us, self.life.events.len() - 1);
            let ended = self.life.events[last].ts_us;
            let plain = second_of(begun) >= 9 * 3_600 && second_of(ended) > second_of(begun);
            if plain && self.has_device_on(day) && self.life.events[last].act == Act::View {
                // Wanting something, so that it matters whose it is.
                (self.life.events[last].ids, self.life.events[last].act) = (id_bit::DEVICE, Act::Favorite);
            }
        }
    }

    /// Consent, and what is rare.
    pub(super) fn mention(&mut self, first: i32) {
        if !self.dice.chance(300) {
            return;
        }
        let ids = self.hub();
        let channel = self.life.channels[0];
        let second = self.calendar.second(self.dice);
        let event = self.push(Act::Consent, channel, instant(first, second));
        event.ids |= ids;
        event.session = 0;
    }
}

/// The shop of an online channel; the mini-program for all others.
pub(super) fn online_store(channel: Channel) -> u16 {
    let place = channel as u16;
    if usize::from(place) < SHOP_NAMES.len() { place } else { Channel::Wechat as u16 }
}
