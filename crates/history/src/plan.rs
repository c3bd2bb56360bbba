//! How a history is to be had: what is asked of the catalog first, so that what blocks can go to another thread.

use databank_catalog::Catalog;
use databank_engine::{BrandReader, RuleReference};
use databank_lake::{Table, TableSnapshot};
use databank_model::rules::RuleSet;

use crate::history::{Entity, History, Kept, find_rules};
use crate::sweeping::sweep_on_demand;
use crate::{BoxFuture, HistoryError, HistorySource, RuleProgram};

/// A history about to be opened: [`HistoryPlan::finish`] opens it.
#[derive(Debug)]
pub struct HistoryPlan {
    /// Which rules.
    pub rules: RuleReference,
    stages: Vec<String>,
    way: Way,
}

#[derive(Debug)]
enum Way {
    Stored(Kept),
    Sweep { program: Box<RuleProgram>, source: Box<HistorySource>, entity: Entity },
}

impl HistoryPlan {
    /// For a saved rule set: `None` is the brand's default.
    pub fn of_saved<'a>(
        catalog: &'a Catalog,
        reader: &'a BrandReader,
        choice: Option<&'a str>,
        entity: Entity,
    ) -> BoxFuture<'a, Result<Self, HistoryError>> {
        Box::pin(async move {
            let (rules, rule_set) = find_rules(catalog, reader, choice).await?;
            if !entity.is_brand() || reader.state.rules.as_ref() != Some(&rules) {
                return Self::sweep(reader, rules, &rule_set, entity).await;
            }
            let name = rules.to_string();
            let only = |mut snapshot: TableSnapshot| {
                snapshot.files.retain(|file| file.partition_value("rule_set") == Some(name.as_str()));
                snapshot
            };
            let stages = only(reader.files(Table::Stages).await?);
            let stage_days = only(reader.files(Table::StageDays).await?);
            let way = Way::Stored(Kept::Stored { stages, stage_days });
            Ok(Self { rules, stages: codes_of(&rule_set), way })
        })
    }

    /// For rules that are not saved: what they would make of the brand. They bear the number under which they would be
    /// saved.
    pub fn of_text<'a>(
        catalog: &'a Catalog,
        reader: &'a BrandReader,
        text: &'a str,
    ) -> BoxFuture<'a, Result<Self, HistoryError>> {
        Box::pin(async move {
            let rule_set = RuleSet::parse(text)
                .map_err(|e| HistoryError::BadRules { name: "in this text".to_owned(), reason: e.to_string() })?;
            let newest = catalog.rule_sets().latest(&reader.brand.slug, rule_set.name()).await?;
            let version = match &newest {
                Some(saved) if saved.text == text => saved.version,
                Some(saved) => saved.version + 1,
                None => 1,
            };
            let rules = RuleReference { name: rule_set.name().to_owned(), version: i64::from(version) };
            Self::sweep(reader, rules, &rule_set, Entity::Brand).await
        })
    }

    async fn sweep(
        reader: &BrandReader,
        rules: RuleReference,
        rule_set: &RuleSet,
        entity: Entity,
    ) -> Result<Self, HistoryError> {
        let program = Box::new(RuleProgram::compile(rule_set, entity.kind())?);
        let source = Box::new(HistorySource::of_reader(reader).await?);
        Ok(Self { rules, stages: codes_of(rule_set), way: Way::Sweep { program, source, entity } })
    }

    /// Whether the history is kept: opening it then costs next to nothing.
    pub fn is_stored(&self) -> bool {
        matches!(self.way, Way::Stored(_))
    }

    /// Opens the history. Blocks while it sweeps one that is not kept.
    pub fn finish(self) -> Result<History, HistoryError> {
        let (rules, stages) = (self.rules, self.stages);
        match self.way {
            Way::Stored(kept) => Ok(History { rules, stages, kept }),
            Way::Sweep { program, source, entity } => {
                let mut swept = Vec::new();
                sweep_on_demand(&source, &program, &entity, &mut |rows| swept.push(rows))?;
                Ok(History::of_rows(rules, stages, swept))
            }
        }
    }
}

fn codes_of(rule_set: &RuleSet) -> Vec<String> {
    rule_set.stages().iter().map(|stage| stage.code.clone()).collect()
}
