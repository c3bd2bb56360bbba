//! The people behind a cell of the flow: how many, and some of them.

use databank_history::{History, StageRows};
use databank_model::{ConsumerId, Day};

use crate::AssetError;
use crate::flow::Places;

/// Consumers by where they stood on two days: in one of `from` on the first, in one of `to` on the second. `None` is
/// outside the chain; nobody is meant who was outside on both days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlowCondition {
    /// Stages on the first day.
    pub from: Vec<Option<String>>,
    /// Stages on the second day.
    pub to: Vec<Option<String>>,
    /// The two days.
    pub between: (Day, Day),
}

/// One consumer of a sample.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Who.
    pub consumer: ConsumerId,
    /// Stage on the second day; `None` is outside the chain.
    pub stage: Option<String>,
    /// Since when they stand there; `None` when they never were elsewhere.
    pub since: Option<Day>,
    /// First day on which they no longer will, if nothing more happens; `None` when nothing ends it.
    pub until: Option<Day>,
}

/// The people behind a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct People {
    /// How many there are.
    pub consumers: i64,
    /// Some of them, in the order of their numbers.
    pub sample: Vec<Person>,
}

/// A condition over stage indices; the number of stages stands for outside the chain.
#[derive(Debug)]
struct Compiled {
    from: Vec<bool>,
    to: Vec<bool>,
    days: (Day, Day),
}

impl Compiled {
    fn of(history: &History, condition: &FlowCondition) -> Result<Self, AssetError> {
        let (first, second) = condition.between;
        if first > second {
            return Err(AssetError::Reversed { from: first, to: second });
        }
        let outside = history.stages.len();
        let places = |codes: &[Option<String>]| {
            let mut wanted = vec![false; outside + 1];
            for code in codes {
                let place = match code {
                    None => outside,
                    Some(code) => place_of(history, code)?,
                };
                if let Some(slot) = wanted.get_mut(place) {
                    *slot = true;
                }
            }
            Ok::<_, AssetError>(wanted)
        };
        let compiled = Self { from: places(&condition.from)?, to: places(&condition.to)?, days: condition.between };
        let only_outside = |wanted: &[bool]| wanted.iter().position(|wanted| *wanted) == Some(outside);
        if only_outside(&compiled.from) && only_outside(&compiled.to) {
            return Err(AssetError::NeverInChain);
        }
        Ok(compiled)
    }

    fn holds(&self, places: Places) -> bool {
        let outside = self.from.len() - 1;
        let wanted = |side: &[bool], place: u8| side.get(usize::from(place)).copied().unwrap_or(false);
        let is_outside = |place: u8| usize::from(place) == outside;
        wanted(&self.from, places.first)
            & wanted(&self.to, places.second)
            & !(is_outside(places.first) & is_outside(places.second))
    }
}

fn place_of(history: &History, code: &str) -> Result<usize, AssetError> {
    history.stages.iter().position(|held| held == code).ok_or_else(|| AssetError::UnknownStage {
        rule_set: history.rules.to_string(),
        stage: code.to_owned(),
        known: history.stages.iter().rev().map(String::as_str).collect::<Vec<_>>().join(", "),
    })
}

/// How many consumers a condition means, and at most `at_most` of them, spread evenly over all: always the same ones of
/// the same history. One pass over the intervals; holds 4 bytes for each consumer that is meant.
pub fn people(history: &History, condition: &FlowCondition, at_most: usize) -> Result<People, AssetError> {
    let compiled = Compiled::of(history, condition)?;
    // Partitions in the order of their consumers.
    let history = history.held()?;
    let n_stages = history.stages.len();
    let meant: Vec<Vec<u32>> = history.map_rows(&|rows| {
        let mut first_rows = Vec::new();
        Places::for_each(rows, compiled.days, n_stages, |row, places| {
            if compiled.holds(places) {
                first_rows.push(row as u32);
            }
        });
        first_rows
    })?;
    let consumers = meant.iter().map(Vec::len).sum::<usize>();
    let chosen = at_most.min(consumers);
    // The middle of each of as many equal stretches.
    let mut wanted = (0..chosen).map(|place| (2 * place + 1) * consumers / (2 * chosen)).peekable();
    let mut sample = Vec::with_capacity(chosen);
    let (mut parts, mut before) = (meant.iter(), 0);
    history.for_each_rows(&mut |rows| {
        let Some(first_rows) = parts.next() else { return };
        while let Some(place) = wanted.next_if(|place| *place < before + first_rows.len()) {
            if let Some(consumer) = first_rows.get(place - before).and_then(|row| rows.consumers.get(*row as usize)) {
                let own = rows.of_consumer(*consumer);
                sample.push(person(&history, rows, own, ConsumerId(*consumer), condition.between.1));
            }
        }
        before += first_rows.len();
    })?;
    Ok(People { consumers: consumers as i64, sample })
}

fn person(
    history: &History,
    rows: &StageRows,
    range: std::ops::Range<usize>,
    consumer: ConsumerId,
    day: Day,
) -> Person {
    let (mut ended, mut begins) = (None, None);
    for row in range {
        let (from, to) = (rows.from[row], rows.to[row]);
        if from <= day.0 && day.0 < to {
            let stage = history.stages.get(usize::from(rows.stages[row])).cloned();
            let until = Some(Day(to)).filter(|to| *to != Day::OPEN_END);
            return Person { consumer, stage, since: Some(Day(from)), until };
        }
        if to <= day.0 {
            ended = Some(Day(to));
        } else if begins.is_none() {
            begins = Some(Day(from));
        }
    }
    Person { consumer, stage: None, since: ended, until: begins }
}
