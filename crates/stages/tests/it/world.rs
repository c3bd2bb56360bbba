//! A consumer's world in plain words, before it is reduced to bits.

use databank_model::Day;
use databank_model::rules::{EntityKind, RuleSet, StatusKind};
use databank_stages::{Deltas, Event, Interval, Program, StatusSpan, Sweep};

use crate::naive;

/// The `where` texts that random rule sets use; worked cases use whatever the presets do.
pub(crate) const FILTERS: [&str; 2] = ["f0", "f1"];

/// What a consumer did, as the store would know it.
#[derive(Debug, Clone)]
pub(crate) struct Deed {
    pub(crate) day: i32,
    pub(crate) behavior: &'static str,
    pub(crate) order: u64,
    /// Whether the deed satisfies each of [`FILTERS`]; any other text follows the first.
    pub(crate) satisfies: [bool; 2],
    pub(crate) cancelled_from: Option<i32>,
}

impl Deed {
    pub(crate) fn satisfies(&self, filter: Option<&str>) -> bool {
        match filter {
            None => true,
            Some(text) if text == FILTERS[1] => self.satisfies[1],
            Some(_) => self.satisfies[0],
        }
    }

    /// The event that the engine outside would hand to the sweep.
    pub(crate) fn event(&self, program: &Program) -> Event {
        let mut bits = 0;
        for (of_leaf, leaf) in program.leaves() {
            let named = leaf.behaviors.iter().any(|behavior| behavior.as_str() == self.behavior);
            bits |= if named && self.satisfies(leaf.filter.as_deref()) { of_leaf } else { 0 };
        }
        let cancelled_from = self.cancelled_from.map_or(Day::OPEN_END, Day);
        Event { day: Day(self.day), order: self.order, bits, cancelled_from }
    }
}

pub(crate) fn events(program: &Program, deeds: &[Deed]) -> Vec<Event> {
    deeds.iter().map(|deed| deed.event(program)).collect()
}

pub(crate) fn history(program: &Program, events: &[Event], statuses: &[StatusSpan]) -> Vec<Interval> {
    Sweep::new(program).person(0, events, statuses).to_vec()
}

/// Adds a history to daily changes.
pub(crate) fn add_to(deltas: &mut Deltas, intervals: &[Interval]) {
    let stages: Vec<u8> = intervals.iter().map(|interval| interval.stage).collect();
    let from: Vec<i32> = intervals.iter().map(|interval| interval.from.0).collect();
    let to: Vec<i32> = intervals.iter().map(|interval| interval.to.0).collect();
    deltas.add_columns(&stages, &from, &to);
}

/// Reads `"0 view; 3 purchase#7 x20; 5 review+; member 3..20; fan 4.."`: a day, a behavior, `+` when it satisfies
/// the `where` text, `#` and the order, `x` and the day it is cancelled from; or a status with its days.
pub(crate) fn read(text: &str) -> (Vec<Deed>, Vec<StatusSpan>) {
    let (mut deeds, mut statuses) = (Vec::new(), Vec::new());
    for part in text.split(';').map(str::trim).filter(|part| !part.is_empty()) {
        let words: Vec<&str> = part.split_whitespace().collect();
        let kind = StatusKind::ALL.into_iter().find(|kind| kind.as_str() == words[0]);
        if let Some(kind) = kind {
            let (from, to) = words[1].split_once("..").unwrap();
            let to = if to.is_empty() { Day::OPEN_END } else { Day(to.parse().unwrap()) };
            statuses.push(StatusSpan { kind, from: Day(from.parse().unwrap()), to });
            continue;
        }
        let (what, order) = words[1].split_once('#').unwrap_or((words[1], "0"));
        let behavior = what.trim_end_matches('+');
        let behavior = databank_model::behavior::BUILT_IN.into_iter().find(|known| *known == behavior).expect(part);
        deeds.push(Deed {
            day: words[0].parse().unwrap(),
            behavior,
            order: order.parse().unwrap(),
            satisfies: [what.ends_with('+'); 2],
            cancelled_from: words.get(2).map(|word| word.strip_prefix('x').unwrap().parse().unwrap()),
        });
    }
    (deeds, statuses)
}

/// Writes a history as `"A 0..15, I 15.."`.
pub(crate) fn write(rules: &RuleSet, intervals: &[Interval]) -> String {
    let one = |interval: &Interval| {
        let to = if interval.to == Day::OPEN_END { String::new() } else { interval.to.0.to_string() };
        format!("{} {}..{to}", rules.stages()[usize::from(interval.stage)].code, interval.from.0)
    };
    intervals.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// Sweeps one consumer and compares with the history that is expected, and with the naive reference.
#[track_caller]
pub(crate) fn check(rules: &RuleSet, entity: EntityKind, consumer: &str, expected: &str) {
    let (deeds, statuses) = read(consumer);
    let program = Program::compile(rules, entity);
    let found = history(&program, &events(&program, &deeds), &statuses);
    assert_eq!(write(rules, &found), expected, "{}, {}: {consumer}", rules.name(), entity.as_str());
    naive::check(rules, entity, &deeds, &statuses, &found);
}
