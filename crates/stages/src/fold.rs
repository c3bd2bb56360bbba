//! A consumer's events taken together by day, before they are swept.
//!
//! Whether an event falls on the day of the one before follows no pattern that a processor could guess, and a wrong guess costs more
//! than an event. So events are folded without a branch, and the sweep goes through days.

use std::hint::select_unpredictable;

use crate::program::Program;
use crate::window::OFF;

/// A day: the leaves that one event of it meets, and that two do.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OneDay {
    pub(crate) day: i32,
    pub(crate) once: u64,
    pub(crate) twice: u64,
}

impl OneDay {
    pub(crate) const NOTHING: Self = Self { day: OFF, once: 0, twice: 0 };
}

/// An event of which some leaf asks more than its day.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Apart {
    /// The place of its day in the list.
    pub(crate) place: usize,
    pub(crate) order: u64,
    pub(crate) bits: u64,
}

/// Days with events, ascending, at the beginning of a list with room for more. The first may be one on which nothing was.
#[derive(Debug, Default)]
pub(crate) struct Days {
    list: Vec<OneDay>,
    len: usize,
    pub(crate) apart: Vec<Apart>,
}

impl Days {
    /// The place of the first day.
    pub(crate) fn first(&self) -> usize {
        usize::from(self.list[0].once == 0)
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    #[inline]
    pub(crate) fn at(&self, place: usize) -> OneDay {
        self.list[place]
    }

    /// Folds what falls on up to `n` days.
    #[inline]
    pub(crate) fn fold<E>(
        &mut self,
        program: &Program,
        n: usize,
        feed: impl FnOnce(&mut Fold<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        if self.list.len() <= n {
            self.list.resize((n + 1).next_power_of_two(), OneDay::NOTHING);
        }
        self.apart.clear();
        self.list[0] = OneDay::NOTHING;
        let mut fold = Fold {
            list: &mut self.list,
            place: 0,
            day: OFF,
            once: 0,
            twice: 0,
            apart: &mut self.apart,
            told_apart: program.told_apart,
            orders: program.orders,
        };
        feed(&mut fold)?;
        self.len = fold.place + 1;
        Ok(())
    }
}

/// Takes in a consumer's events, one after another or those of a day at once.
#[derive(Debug)]
pub struct Fold<'a> {
    list: &'a mut [OneDay],
    place: usize,
    day: i32,
    once: u64,
    twice: u64,
    apart: &'a mut Vec<Apart>,
    told_apart: u64,
    orders: u64,
}

impl Fold<'_> {
    /// An event of which no leaf that it matches asks more than its day ([`Program::tells_apart`]): its day since 1970-01-01, no
    /// earlier than that of the event before; the leaves. Events beyond those that were announced are an error of the caller's.
    #[inline]
    pub fn event(&mut self, day: i32, bits: u64) {
        self.day(day, bits, 0);
    }

    /// What several events of a day meet that are no earlier than the event before: one of them, and two, of leaves that ask no more of
    /// them than their day.
    #[inline]
    pub fn day(&mut self, day: i32, once: u64, twice: u64) {
        let is_new = day != self.day;
        self.place += usize::from(is_new);
        let kept = select_unpredictable(is_new, 0, u64::MAX);
        self.twice = (self.twice | self.once & once) & kept | twice;
        self.once = self.once & kept | once;
        self.day = day;
        self.list[self.place] = OneDay { day, once: self.once, twice: self.twice };
    }

    /// Any event; with its order, 0 when none.
    #[inline]
    pub fn event_apart(&mut self, day: i32, order: u64, mut bits: u64) {
        if bits & self.told_apart != 0 {
            bits &= if order == 0 { !self.orders } else { u64::MAX };
            let place = self.place + usize::from(day != self.day);
            tell_apart(self.apart, Apart { place, order, bits });
        }
        self.event(day, bits);
    }
}

/// Kept apart, so that a fold stays in registers.
#[inline(never)]
fn tell_apart(apart: &mut Vec<Apart>, event: Apart) {
    apart.push(event);
}
