//! Under which ids deeds are seen.
//!
//! Every id of a known person stands on one row with another of that person's, so that a correct OneID must find one person,
//! and no id of one person ever stands on a row with another's. What cannot be decided is not made: two people with one
//! phone number, say. A shared device is told apart by signing in, since a weak id never joins people who have names.

use super::{MOST_COOKIES, Maker};
use crate::event::{Event, id_bit};

/// Ids that stand beside the hub where they are first seen.
const BOUND: [u16; 6] =
    [id_bit::TAOBAO, id_bit::JD, id_bit::DOUYIN, id_bit::OPENID, id_bit::MEMBER_CARD, id_bit::EMAIL];

impl Maker<'_> {
    /// Completes the ids of all rows, which are in order of time, and notes which ids were used.
    pub(super) fn bind(&mut self) {
        if self.life.is_known() {
            self.bind_strong();
            self.bind_weak();
            self.bind_phones();
        } else if let Some(first) = self.life.events.first_mut() {
            // One row says that the browser and the device are one visitor's; the others show one of the two.
            first.ids = self.life.weak;
            if self.life.weak.count_ones() > 1 {
                for event in &mut self.life.events[1..] {
                    event.ids = if self.dice.chance(500) { id_bit::COOKIE } else { id_bit::DEVICE };
                }
            }
        }
        let life = &mut *self.life;
        for event in &life.events {
            life.used |= event.ids;
            if event.ids & id_bit::PHONE != 0 {
                life.used_phones[usize::from(event.phone)] = true;
            }
            if event.ids & id_bit::COOKIE != 0 {
                life.used_cookies |= 1 << event.cookie;
            }
        }
    }

    fn bind_strong(&mut self) {
        let hub = self.hub();
        let mut seen = 0;
        for event in &mut self.life.events {
            if BOUND.iter().any(|bit| event.ids & !seen & bit != 0) {
                event.ids |= hub;
            }
            // The mini-program tells both of its ids when it first sees somebody.
            if event.ids & !seen & id_bit::OPENID != 0 {
                event.ids |= id_bit::UNIONID;
            }
            seen |= event.ids;
        }
    }

    /// The mini-program knows whose the old and the new number is.
    fn bind_phones(&mut self) {
        if self.life.changes_phone != super::NEVER {
            for phone in [0, 1] {
                let shows = |event: &&mut Event| event.ids & id_bit::PHONE != 0 && event.phone == phone;
                if let Some(event) = self.life.events.iter_mut().find(shows) {
                    event.ids |= id_bit::OPENID;
                }
            }
        }
    }

    /// A browser or device of a known person that never met a name gets one at its last deed: all that it did before was
    /// this person's.
    fn bind_weak(&mut self) {
        let life = &mut *self.life;
        let named = |event: &Event| event.ids & id_bit::STRONG != 0;
        for cookie in 0..MOST_COOKIES {
            let own = |event: &Event| event.ids & id_bit::COOKIE != 0 && event.cookie == cookie;
            if !life.events.iter().any(|event| own(event) && named(event))
                && let Some(event) = life.events.iter_mut().rfind(|event| own(event))
            {
                event.ids |= id_bit::PHONE;
            }
        }
        let own = |event: &Event| event.ids & id_bit::DEVICE != 0;
        if !life.events.iter().any(|event| own(event) && named(event))
            && let Some(event) = life.events.iter_mut().rfind(|event| own(event))
        {
            event.ids |= id_bit::PHONE;
        }
    }
}
