//! What behaviours mean to the rules.

use databank_lake::tracks::FAR_CODE;
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
    /// The codes of which more has to be known, and whether there are any.
    pub(crate) asking: [bool; FAR_CODE + 1],
    pub(crate) asks_more: bool,
}

impl Meanings {
    /// `names` are those of the codes from 1 on.
    pub(crate) fn new(names: &[String], program: &RuleProgram) -> Self {
        let by_code = ByCode::new(names, |name| Meaning::of(name, program));
        let asks = |code: usize| by_code.of(code as i32).asks_more;
        let mut asking: [bool; FAR_CODE + 1] = std::array::from_fn(asks);
        asking[FAR_CODE] = (FAR_CODE..=names.len()).any(asks);
        Self { asks_more: asking.contains(&true), by_code, asking }
    }

    #[inline]
    pub(crate) fn of(&self, code: i32) -> &Meaning {
        self.by_code.of(code)
    }
}
