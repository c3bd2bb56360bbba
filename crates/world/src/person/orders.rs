//! Orders and what follows them: payment, refunds, returns, reviews.

use super::Maker;
use crate::calendar::{day_of, instant};
use crate::event::{Act, Channel, NONE};

/// Most lines of an order.
const MOST_LINES: usize = 6;

/// A line of an order.
#[derive(Clone, Copy, Default)]
struct Line {
    item: u16,
    quantity: u8,
    amount_minor: i32,
}

/// An order, while it is being made.
struct Order {
    number: u32,
    channel: Channel,
    store: u16,
    campaign: u16,
    lines: [Line; MOST_LINES],
    n_lines: usize,
    paid_at: i64,
}

impl Order {
    fn total(&self) -> i32 {
        self.lines[..self.n_lines].iter().map(|line| line.amount_minor).sum()
    }
}

impl Maker<'_> {
    /// An order on a day, with all that follows.
    pub(super) fn buy(&mut self, day: i32, campaign: Option<u16>) {
        let channel = self.visit_channel(day);
        let mut ts = self.begin(day);
        let store = self.store_of(channel);
        self.life.orders += 1;
        let mut order = Order {
            number: self.life.orders,
            channel,
            store,
            campaign: campaign.unwrap_or(NONE),
            lines: [Line::default(); MOST_LINES],
            n_lines: 1 + self.dice.repeats(330, MOST_LINES as u32 - 1) as usize,
            paid_at: 0,
        };
        for line in order.lines.iter_mut().take(order.n_lines) {
            *line = self.line(day);
        }
        if channel != Channel::Store {
            let item = order.lines[0].item;
            let event = self.push(Act::View, channel, ts);
            (event.store, event.item) = (store, item);
            ts += self.pause(120);
            let event = self.push(Act::Cart, channel, ts);
            (event.store, event.item) = (store, item);
            ts += self.pause(120);
            let total = order.total();
            let event = self.push(Act::Order, channel, ts);
            (event.store, event.order, event.amount_minor) = (store, order.number, total);
            event.campaign = order.campaign;
            ts += self.pause(900);
        }
        order.paid_at = ts;
        self.pay(&order);
        self.take_back(&order);
        self.judge(&order);
    }

    /// An order of which nothing but the payment is known.
    pub(super) fn buy_plainly(&mut self, day: i32) {
        let channel = self.life.channels[0];
        let ts = self.begin(day);
        let store = self.store_of(channel);
        self.life.orders += 1;
        let mut order = Order {
            number: self.life.orders,
            channel,
            store,
            campaign: NONE,
            lines: [Line::default(); MOST_LINES],
            n_lines: 1,
            paid_at: ts,
        };
        order.lines[0] = self.line(self.calendar.first);
        self.pay(&order);
    }

    fn line(&mut self, day: i32) -> Line {
        let item = self.item(day);
        let price = i64::from(self.brand.items[usize::from(item)].price_minor);
        // Few buy by the dozen.
        let quantity = match self.dice.below(1_000) {
            0..8 => self.dice.between(8, 36) as u8,
            _ => 1 + self.dice.repeats((self.life.spending / 8).min(400), 5) as u8,
        };
        let discount = i64::from(self.dice.between(72, 100));
        // To whole ten fen.
        let amount = (price * i64::from(quantity) * discount / 1_000) * 10;
        Line { item, quantity, amount_minor: amount.clamp(10, i64::from(i32::MAX / 16)) as i32 }
    }

    fn pay(&mut self, order: &Order) {
        for (line, number) in order.lines[..order.n_lines].iter().zip(1..) {
            let event = self.push(Act::Purchase, order.channel, order.paid_at);
            (event.store, event.campaign) = (order.store, order.campaign);
            (event.order, event.line) = (order.number, number);
            (event.item, event.quantity, event.amount_minor) = (line.item, line.quantity, line.amount_minor);
        }
    }

    /// Refunds: of all, at once or in two steps, or of a part.
    fn take_back(&mut self, order: &Order) {
        let draw = self.dice.below(1_000);
        let whole = match draw {
            0..55 => true,
            55..85 => false,
            _ => return,
        };
        let mut ts = self.days_after(order.paid_at, 0, 14);
        let event = self.push(Act::Aftersale, order.channel, ts);
        (event.order, event.store, event.session) = (order.number, order.store, 0);
        ts += self.pause(7_200);
        let total = order.total();
        if !whole {
            self.refund(order, None, ts, (total * 3 / 10).max(1));
            return;
        }
        if order.n_lines == 1 && total > 1 && self.dice.chance(250) {
            self.refund(order, None, ts, total / 2);
            let later = self.days_after(ts, 1, 9);
            self.refund(order, None, later, total - total / 2);
            return;
        }
        for place in 0..order.n_lines {
            self.refund(order, Some(place), ts, order.lines[place].amount_minor);
            if self.dice.chance(250) {
                ts = self.days_after(ts, 0, 5);
            }
        }
    }

    fn refund(&mut self, order: &Order, line: Option<usize>, ts: i64, amount_minor: i32) {
        let event = self.push(Act::Refund, order.channel, ts);
        (event.order, event.store, event.amount_minor) = (order.number, order.store, amount_minor);
        event.session = 0;
        if let Some(place) = line {
            event.line = place as u8 + 1;
            event.item = order.lines[place].item;
        }
    }

    fn judge(&mut self, order: &Order) {
        if order.channel == Channel::Store || !self.dice.chance(220) {
            return;
        }
        let rating = match self.dice.below(100) {
            0..58 => 5,
            58..80 => 4,
            80..89 => 3,
            89..94 => 2,
            _ => 1,
        };
        let ts = self.days_after(order.paid_at, 2, 25);
        let event = self.push(Act::Review, order.channel, ts);
        (event.order, event.store, event.rating) = (order.number, order.store, rating);
        (event.item, event.session) = (order.lines[0].item, 0);
    }

    /// Some second of a day that lies so many days after an instant, and never before it.
    fn days_after(&mut self, ts: i64, least: i32, most: i32) -> i64 {
        let day = day_of(ts) + self.dice.between(least, most);
        let second = self.calendar.second(self.dice);
        instant(day, second).max(ts + 1_000_000)
    }
}
