//! One face for a stored history and one swept on demand.

use crate::BoxFuture;
use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::AsArray;
use arrow::datatypes::{Date32Type, Int32Type, Int64Type};
use databank_catalog::Catalog;
use databank_engine::{BrandReader, RuleReference};
use databank_lake::cores::map_on_all_cores;
use databank_lake::{DataFile, TableSnapshot, read_file};
use databank_model::rules::{EntityKind, RuleSet};
use databank_model::{ConsumerId, Day};

use crate::{HistoryError, HistoryPlan, StageRows, stored};

/// The rule set of a brand that has not chosen one.
pub const DEFAULT_RULES: &str = "aipl";

/// What a history is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Entity {
    /// The whole brand.
    Brand,
    /// One category, by the events that name it.
    Category(String),
    /// One item.
    Item(String),
}

impl Entity {
    /// Whether this is the brand's own history.
    pub fn is_brand(&self) -> bool {
        *self == Self::Brand
    }

    pub(crate) fn kind(&self) -> EntityKind {
        match self {
            Self::Brand => EntityKind::Brand,
            Self::Category(_) => EntityKind::Category,
            Self::Item(_) => EntityKind::Item,
        }
    }

    pub(crate) fn column(&self) -> Option<&'static str> {
        match self {
            Self::Brand => None,
            Self::Category(_) => Some("category"),
            Self::Item(_) => Some("item_id"),
        }
    }

    pub(crate) fn id(&self) -> Option<&str> {
        match self {
            Self::Brand => None,
            Self::Category(id) | Self::Item(id) => Some(id),
        }
    }
}

/// How many entered and left a stage on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayDelta {
    /// Stage index.
    pub stage: u8,
    /// The day, since 1970-01-01.
    pub day: i32,
    /// Entered on it.
    pub entered: i64,
    /// In it the day before, no longer on this day.
    pub left: i64,
}

/// One stay of a consumer in a stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stay {
    /// Stage code.
    pub stage: String,
    /// First day.
    pub from: Day,
    /// First day no longer; [`Day::OPEN_END`] when nothing ends it.
    pub to: Day,
}

/// A history of one rule set and entity at one vault version. Cheap to clone.
#[derive(Debug, Clone)]
pub struct History {
    /// Which rules.
    pub rules: RuleReference,
    /// Stage codes, deepest first.
    pub stages: Vec<String>,
    pub(crate) kept: Kept,
}

#[derive(Debug, Clone)]
pub(crate) enum Kept {
    Stored { stages: TableSnapshot, stage_days: TableSnapshot },
    Held(Arc<Held>),
}

/// A history in memory.
#[derive(Debug)]
pub(crate) struct Held {
    /// Partitions in the order of their consumers.
    partitions: Vec<StageRows>,
    deltas: Vec<DayDelta>,
}

impl Held {
    pub(crate) fn new(mut partitions: Vec<StageRows>, deltas: Vec<DayDelta>) -> Self {
        partitions.retain(|rows| !rows.is_empty());
        partitions.iter_mut().for_each(StageRows::shrink);
        partitions.sort_by_key(|rows| rows.consumers.first().copied());
        Self { partitions, deltas }
    }
}

/// Finds a saved rule set: `None` is the brand's default, `NAME` its newest version, `NAME@V` that one.
pub fn find_rules<'a>(
    catalog: &'a Catalog,
    reader: &'a BrandReader,
    choice: Option<&'a str>,
) -> BoxFuture<'a, Result<(RuleReference, RuleSet), HistoryError>> {
    Box::pin(async move {
        let (name, version) = match (choice, &reader.state.rules) {
            (None, Some(held)) => (held.name.clone(), Some(held.version)),
            (None, None) => (DEFAULT_RULES.to_owned(), None),
            (Some(text), _) => match text.split_once('@') {
                None => (text.to_owned(), None),
                Some((name, version)) => {
                    let reason = || "write NAME, or NAME@VERSION such as aipl@1".to_owned();
                    let bad = |_| HistoryError::BadRules { name: text.to_owned(), reason: reason() };
                    (name.to_owned(), Some(version.parse::<i64>().map_err(bad)?))
                }
            },
        };
        let unknown = |reason: String| HistoryError::BadRules { name: name.clone(), reason };
        let rule_sets = catalog.rule_sets();
        let slug = &reader.brand.slug;
        let saved = match version {
            None => rule_sets.latest(slug, &name).await?,
            Some(version) => match u32::try_from(version) {
                Ok(version) => rule_sets.get(slug, &name, version).await?,
                Err(_) => None,
            },
        };
        let Some(saved) = saved else {
            let saved = rule_sets.list(slug).await?;
            let names: Vec<String> = saved.iter().map(|r| format!("{}@{}", r.name, r.version)).collect();
            return Err(unknown(format!("no such rule set; there are {}", names.join(", "))));
        };
        let parsed = RuleSet::parse(&saved.text).map_err(|e| unknown(e.to_string()))?;
        Ok((RuleReference { name, version: i64::from(saved.version) }, parsed))
    })
}

impl History {
    /// Opens the history of a rule set (the brand's default when none is named): stored where it is kept, else swept now.
    pub fn open<'a>(
        catalog: &'a Catalog,
        reader: &'a BrandReader,
        choice: Option<&'a str>,
        entity: Entity,
    ) -> BoxFuture<'a, Result<Self, HistoryError>> {
        Box::pin(async move { HistoryPlan::of_saved(catalog, reader, choice, entity).await?.finish() })
    }

    /// A history that was worked out already: intervals by partition, each sorted by (consumer, from day), stages as
    /// indices into `stages` (deepest first).
    pub fn of_rows(rules: RuleReference, stages: Vec<String>, partitions: Vec<StageRows>) -> Self {
        let mut sums = DaySums::default();
        for rows in &partitions {
            for (stage, day, delta) in rows.day_deltas().iter() {
                sums.add(day.0, stage, delta.entered as i64, delta.left as i64);
            }
        }
        Self { rules, stages, kept: Kept::Held(Arc::new(Held::new(partitions, sums.deltas()))) }
    }

    /// This history in memory: what asks it again and again reads nothing. Blocks while it reads, on all cores.
    pub fn held(&self) -> Result<Self, HistoryError> {
        let Kept::Stored { stages, .. } = &self.kept else { return Ok(self.clone()) };
        let partitions = map_on_all_cores(&stages.files, &|file| self.read(file))?;
        let held = Held::new(partitions, self.day_deltas()?);
        Ok(Self { rules: self.rules.clone(), stages: self.stages.clone(), kept: Kept::Held(Arc::new(held)) })
    }

    /// Bytes that it takes in memory; 0 while it is only on disk.
    pub fn size_bytes(&self) -> usize {
        match &self.kept {
            Kept::Stored { .. } => 0,
            Kept::Held(held) => {
                held.partitions.iter().map(StageRows::size_bytes).sum::<usize>()
                    + held.deltas.len() * size_of::<DayDelta>()
            }
        }
    }

    fn stage_index(&self, code: &str) -> Option<u8> {
        self.stages.iter().position(|held| held == code).map(|index| index as u8)
    }

    /// All changes of stage counts, summed over partitions, by day.
    pub fn day_deltas(&self) -> Result<Vec<DayDelta>, HistoryError> {
        let stage_days = match &self.kept {
            Kept::Held(held) => return Ok(held.deltas.clone()),
            Kept::Stored { stage_days, .. } => stage_days,
        };
        let mut sums = DaySums::default();
        for file in &stage_days.files {
            for batch in read_file(file, &["stage", "day", "entered", "left"], &["stage"])? {
                let batch = batch?;
                let stages = batch.column(0).as_dictionary::<Int32Type>();
                let codes = stages.values().as_string::<i32>();
                let days = batch.column(1).as_primitive::<Date32Type>();
                let entered = batch.column(2).as_primitive::<Int64Type>();
                let left = batch.column(3).as_primitive::<Int64Type>();
                for row in 0..batch.num_rows() {
                    let code = stages.key(row).map(|key| codes.value(key));
                    let Some(stage) = code.and_then(|code| self.stage_index(code)) else { continue };
                    sums.add(days.value(row), stage, entered.value(row), left.value(row));
                }
            }
        }
        Ok(sums.deltas())
    }

    /// Hands over all intervals, a batch of one partition at a time; within a partition sorted by (consumer, from day),
    /// a consumer never split over two partitions.
    pub fn for_each_rows(&self, take: &mut dyn FnMut(&StageRows)) -> Result<(), HistoryError> {
        match &self.kept {
            Kept::Held(held) => held.partitions.iter().for_each(take),
            Kept::Stored { stages, .. } => {
                for file in &stages.files {
                    take(&self.read(file)?);
                }
            }
        }
        Ok(())
    }

    /// What comes of the intervals of each partition, worked on as many at a time as there are cores; in the order in which
    /// [`Self::for_each_rows`] hands them over.
    pub fn map_rows<T: Send>(&self, work: &(dyn Fn(&StageRows) -> T + Sync)) -> Result<Vec<T>, HistoryError> {
        match &self.kept {
            Kept::Held(held) => map_on_all_cores(&held.partitions, &|rows| Ok(work(rows))),
            Kept::Stored { stages, .. } => map_on_all_cores(&stages.files, &|file| Ok(work(&self.read(file)?))),
        }
    }

    fn read(&self, file: &DataFile) -> Result<StageRows, HistoryError> {
        let mut rows = StageRows::default();
        stored::read_stages(file, &self.stages, &mut rows)?;
        Ok(rows)
    }

    /// The stays of one consumer, in order. Reads at most the row groups that may hold them.
    pub fn stays_of(&self, consumer: ConsumerId) -> Result<Vec<Stay>, HistoryError> {
        let mut stays = Vec::new();
        let mut add = |rows: &StageRows| {
            for row in rows.of_consumer(consumer.0) {
                let stage = self.stages.get(usize::from(rows.stages[row])).cloned().unwrap_or_default();
                stays.push(Stay { stage, from: Day(rows.from[row]), to: Day(rows.to[row]) });
            }
        };
        match &self.kept {
            Kept::Held(held) => held.partitions.iter().for_each(add),
            Kept::Stored { stages, .. } => {
                for file in &stages.files {
                    add(&stored::read_stages_of(file, &self.stages, consumer)?);
                }
            }
        }
        Ok(stays)
    }
}

/// Sums of changes by day and stage.
#[derive(Debug, Default)]
struct DaySums(BTreeMap<(i32, u8), (i64, i64)>);

impl DaySums {
    fn add(&mut self, day: i32, stage: u8, entered: i64, left: i64) {
        let sum = self.0.entry((day, stage)).or_default();
        *sum = (sum.0 + entered, sum.1 + left);
    }

    fn deltas(self) -> Vec<DayDelta> {
        self.0.into_iter().map(|((day, stage), (entered, left))| DayDelta { stage, day, entered, left }).collect()
    }
}
