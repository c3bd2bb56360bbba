//! What behaviours mean to the rules.

use databank_lake::tracks::{FAR_CODE, PackedDay, Stretch};
use databank_model::rules::StatusKind;

use crate::RuleProgram;

/// What a behaviour means to the rules.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Meaning {
    /// The conditions that it meets by itself.
    pub(crate) bits: u64,
    /// Those that it meets where it passes their filters.
    pub(crate) filtered: u64,
    /// Whether more has to be known of such a row than its behaviour.
    pub(crate) asks_more: bool,
    /// Whether that, or its order, has to be known.
    pub(crate) is_apart: bool,
    pub(crate) is_purchase: bool,
}

impl Meaning {
    fn of(behavior: &str, program: &RuleProgram) -> Self {
        let with_it = program.filtered.iter().filter(|(_, behaviors, _)| behaviors.iter().any(|b| b == behavior));
        let filtered = with_it.fold(0, |bits, (bit, ..)| bits | bit);
        let bits = program.plain_bits(behavior);
        let asks_more = filtered != 0 || turning(behavior, program).is_some();
        Self {
            bits,
            filtered,
            asks_more,
            is_apart: asks_more || program.program.tells_apart(bits),
            is_purchase: behavior == "purchase",
        }
    }
}

/// What a behaviour joins (true) or leaves, if the rules ask for it.
pub(crate) fn turning(behavior: &str, program: &RuleProgram) -> Option<(StatusKind, bool)> {
    let (kind, joins) = match behavior {
        "join_member" => (StatusKind::Member, true),
        "leave_member" => (StatusKind::Member, false),
        "follow" => (StatusKind::Fan, true),
        "unfollow" => (StatusKind::Fan, false),
        _ => return None,
    };
    program.program.asks_for(kind).then_some((kind, joins))
}

/// Something of each behaviour, by its code. An unknown code has the default.
#[derive(Debug)]
pub(crate) struct ByCode<T> {
    /// Of codes of one byte: found without a look at how many there are.
    near: Box<[T; 256]>,
    far: Vec<T>,
    unknown: T,
}

impl<T: Copy + Default> ByCode<T> {
    /// `names` are those of the codes from 1 on; code 0 is a row that never counts.
    pub(crate) fn new(names: &[String], of: impl Fn(&str) -> T) -> Self {
        let mut near = Box::new([T::default(); 256]);
        near[1..].iter_mut().zip(names).for_each(|(place, name)| *place = of(name));
        Self { near, far: names.iter().skip(255).map(|name| of(name)).collect(), unknown: T::default() }
    }

    #[inline]
    pub(crate) fn of(&self, code: i32) -> &T {
        match u8::try_from(code) {
            Ok(code) => &self.near[usize::from(code)],
            Err(_) => self.far.get((code as usize).wrapping_sub(256)).unwrap_or(&self.unknown),
        }
    }

    pub(crate) fn any(&self, holds: impl Fn(&T) -> bool) -> bool {
        self.near.iter().chain(&self.far).any(holds)
    }
}

/// What the behaviours of some rows mean.
#[derive(Debug)]
pub(crate) struct Meanings {
    by_code: ByCode<Meaning>,
    /// The conditions that rows of a day meet, of whose codes it is enough to know which they are.
    days: Days,
    /// The codes of which more has to be known than on which day they were, as a set of a day has them; of those the ones whose rows are
    /// asked for more than their orders, and whether there are any.
    apart: u16,
    pub(crate) asking: u16,
    pub(crate) asks_more: bool,
    /// Whether a far code means anything.
    far: bool,
}

impl Meanings {
    /// `names` are those of the codes from 1 on.
    pub(crate) fn new(names: &[String], program: &RuleProgram) -> Self {
        let by_code = ByCode::new(names, |name| Meaning::of(name, program));
        let set = |is_in: &dyn Fn(&Meaning) -> bool| {
            let near = (1..FAR_CODE).filter(|code| is_in(by_code.of(*code as i32)));
            let far = (FAR_CODE..=names.len()).any(|code| is_in(by_code.of(code as i32)));
            near.fold(u16::from(far) << (FAR_CODE - 1), |set, code| set | 1 << (code - 1))
        };
        let asking = set(&|meaning| meaning.asks_more);
        let far_bit = 1 << (FAR_CODE - 1);
        let apart = set(&|meaning| meaning.is_apart) & !far_bit;
        let days = Days::new(|bit| {
            let meaning = by_code.of(bit as i32 + 1);
            if bit + 1 < FAR_CODE && !meaning.is_apart { meaning.bits } else { 0 }
        });
        let far = set(&|meaning| meaning.is_apart || meaning.bits != 0) & far_bit != 0;
        Self { asks_more: asking != 0, by_code, days, apart, asking, far }
    }

    #[inline]
    pub(crate) fn of(&self, code: i32) -> &Meaning {
        self.by_code.of(code)
    }

    /// Whether the sets of days say all that the rules ask of a stretch, but for rows apart.
    #[inline]
    pub(crate) fn go_by_days(&self, stretch: &Stretch<'_>) -> bool {
        !(self.far && stretch.has_far_codes())
    }

    /// The conditions that a row of a day meets, and that two do, whatever its rows apart meet.
    #[inline]
    pub(crate) fn of_day(&self, day: &PackedDay) -> (u64, u64) {
        self.days.of(day.once, day.twice)
    }

    /// Whether a row with a code that is not far is apart.
    #[inline]
    pub(crate) fn is_apart(&self, code: i32) -> bool {
        u32::from(self.apart) << 1 >> (code & 0xf) & 1 == 1
    }

    /// Whether rows of a day are apart.
    #[inline]
    pub(crate) fn are_apart(&self, day: &PackedDay) -> bool {
        day.once & self.apart != 0
    }
}

/// Conditions that rows of some codes meet: one of them, and two.
#[derive(Debug, Clone, Copy, Default)]
struct Met {
    once: u64,
    twice: u64,
}

/// The conditions that rows with a set of codes meet: by its low half and by its high half.
#[derive(Debug)]
struct Days {
    low: Box<[Met; 256]>,
    high: Box<[Met; 256]>,
}

impl Days {
    /// `of` gives the conditions of a bit.
    fn new(of: impl Fn(usize) -> u64) -> Self {
        let half = |first: usize| {
            let mut sets = Box::new([Met::default(); 256]);
            for set in 1..sets.len() {
                let (bits, rest) = (of(first + set.trailing_zeros() as usize), sets[set & (set - 1)]);
                sets[set] = Met { once: rest.once | bits, twice: rest.twice | rest.once & bits };
            }
            sets
        };
        Self { low: half(0), high: half(8) }
    }

    /// Of a day's codes, and those that two rows have.
    #[inline]
    fn of(&self, once: u16, twice: u16) -> (u64, u64) {
        let [low, high] = once.to_le_bytes().map(usize::from);
        let (low, high) = (self.low[low], self.high[high]);
        let [again_low, again_high] = twice.to_le_bytes().map(usize::from);
        let again = self.low[again_low].once | self.high[again_high].once;
        (low.once | high.once, low.twice | high.twice | low.once & high.once | again)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// What a day's sets tell is what its rows tell one after another.
        #[test]
        fn a_day_meets_what_its_rows_do(
            conditions in prop::collection::vec(0_u64..8, FAR_CODE - 1),
            codes in prop::collection::vec(1..FAR_CODE, 0..12),
        ) {
            let days = Days::new(|bit| conditions.get(bit).copied().unwrap_or_default());
            let (mut set, mut again, mut once, mut twice) = (0_u16, 0_u16, 0, 0);
            for code in codes {
                let (bit, met) = (1 << (code - 1), conditions[code - 1]);
                (set, again) = (set | bit, again | set & bit);
                (once, twice) = (once | met, twice | once & met);
            }
            prop_assert_eq!(days.of(set, again), (once, twice));
            // All far codes together say nothing.
            prop_assert_eq!(days.of(set | 1 << (FAR_CODE - 1), again), (once, twice));
        }
    }
}
