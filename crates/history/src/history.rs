//! One face for a stored history and one swept on demand.

use crate::BoxFuture;
use std::collections::BTreeMap;

use arrow::array::AsArray;
use arrow::datatypes::{Date32Type, Int32Type, Int64Type};
use databank_catalog::Catalog;
use databank_engine::{BrandReader, Limits, RuleReference};
use databank_lake::{Table, TableSnapshot, read_file};
use databank_model::rules::{EntityKind, RuleSet};

use crate::sweeping::sweep_on_demand;
use crate::{HistoryError, HistorySource, RuleProgram, StageRows, stored};

/// The rule set of a brand that has not chosen one.
pub const DEFAULT_RULES: &str = "aipl";

/// What a history is about.
#[derive(Debug, Clone, PartialEq, Eq)]
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

/// A history of one rule set and entity at one vault version.
#[derive(Debug)]
pub struct History {
    /// Which rules.
    pub rules: RuleReference,
    /// Stage codes, deepest first.
    pub stages: Vec<String>,
    kept: Kept,
}

#[derive(Debug)]
enum Kept {
    Stored { stages: TableSnapshot, stage_days: TableSnapshot },
    Swept(Vec<StageRows>),
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
        limits: &'a Limits,
    ) -> BoxFuture<'a, Result<Self, HistoryError>> {
        Box::pin(async move {
            let (rules, rule_set) = find_rules(catalog, reader, choice).await?;
            let codes: Vec<String> = rule_set.stages().iter().map(|s| s.code.clone()).collect();
            if entity.is_brand() && reader.state.rules.as_ref() == Some(&rules) {
                let rule_set = rules.to_string();
                let only = |mut snapshot: TableSnapshot| {
                    snapshot.files.retain(|file| file.partition_value("rule_set") == Some(rule_set.as_str()));
                    snapshot
                };
                let stages = only(reader.files(Table::Stages).await?);
                let stage_days = only(reader.files(Table::StageDays).await?);
                return Ok(Self { rules, stages: codes, kept: Kept::Stored { stages, stage_days } });
            }
            let program = RuleProgram::compile(&rule_set, entity.kind(), limits)?;
            let source = HistorySource::of_reader(reader).await?;
            let mut swept = Vec::new();
            sweep_on_demand(&source, &program, &entity, &mut |rows| swept.push(rows))?;
            Ok(Self { rules, stages: codes, kept: Kept::Swept(swept) })
        })
    }

    fn stage_index(&self, code: &str) -> Option<u8> {
        self.stages.iter().position(|held| held == code).map(|index| index as u8)
    }

    /// All changes of stage counts, summed over partitions, by day.
    pub fn day_deltas(&self) -> Result<Vec<DayDelta>, HistoryError> {
        let mut sums: BTreeMap<(i32, u8), (i64, i64)> = BTreeMap::new();
        match &self.kept {
            Kept::Swept(partitions) => {
                for rows in partitions {
                    for (stage, day, delta) in rows.day_deltas().iter() {
                        let sum = sums.entry((day.0, stage)).or_default();
                        *sum = (sum.0 + delta.entered as i64, sum.1 + delta.left as i64);
                    }
                }
            }
            Kept::Stored { stage_days, .. } => {
                for file in &stage_days.files {
                    for batch in read_file(&file.path, &["stage", "day", "entered", "left"], &["stage"])? {
                        let batch = batch?;
                        let stages = batch.column(0).as_dictionary::<Int32Type>();
                        let codes = stages.values().as_string::<i32>();
                        let days = batch.column(1).as_primitive::<Date32Type>();
                        let entered = batch.column(2).as_primitive::<Int64Type>();
                        let left = batch.column(3).as_primitive::<Int64Type>();
                        for row in 0..batch.num_rows() {
                            let code = stages.key(row).map(|key| codes.value(key));
                            let Some(stage) = code.and_then(|code| self.stage_index(code)) else { continue };
                            let sum = sums.entry((days.value(row), stage)).or_default();
                            *sum = (sum.0 + entered.value(row), sum.1 + left.value(row));
                        }
                    }
                }
            }
        }
        Ok(sums.into_iter().map(|((day, stage), (entered, left))| DayDelta { stage, day, entered, left }).collect())
    }

    /// Hands over all intervals, a batch of one partition at a time; within a partition sorted by (consumer, from day),
    /// a consumer never split over two partitions.
    pub fn for_each_rows(&self, take: &mut dyn FnMut(&StageRows)) -> Result<(), HistoryError> {
        match &self.kept {
            Kept::Swept(partitions) => partitions.iter().for_each(take),
            Kept::Stored { stages, .. } => {
                for file in &stages.files {
                    let mut rows = StageRows::default();
                    stored::read_stages(file, &self.stages, &mut rows)?;
                    take(&rows);
                }
            }
        }
        Ok(())
    }
}
