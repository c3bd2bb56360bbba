//! Recomputing a brand's history from its events, and switching its rules.

use std::path::Path;

use databank_catalog::Catalog;
use databank_engine::{BrandReader, EngineError, MadeBy, RuleReference};
use databank_lake::{LakeError, Table};
use databank_model::BrandSlug;
use databank_model::rules::{EntityKind, RuleSet};

use crate::history::find_rules;
use crate::publish::{Changes, publish, take_back, tidy_up};
use crate::step::{Extent, HISTORY_WAY, HistoryStep};
use crate::{BoxFuture, HistoryError, HistorySource, RuleProgram};

/// What a rebuild did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rebuilt {
    /// Events read.
    pub events: u64,
    /// Intervals written.
    pub rows: u64,
    /// The vault version now.
    pub sequence: i64,
}

/// Sweeps a brand's whole history again under its default rules and publishes it.
pub fn rebuild<'a>(
    catalog: &'a Catalog,
    data_directory: &'a Path,
    slug: &'a BrandSlug,
    now_us: i64,
) -> BoxFuture<'a, Result<Rebuilt, HistoryError>> {
    Box::pin(async move {
        let reader = BrandReader::open(catalog, data_directory, slug).await?;
        let (rules, parsed) = find_rules(catalog, &reader, None).await?;
        switch_to(catalog, data_directory, reader, rules, &parsed, MadeBy::Rebuild, now_us).await
    })
}

/// Saves a rule set and makes it the brand's default: its whole history is built beside the active one, then both are
/// switched at once. When anything is wrong with it, the active one stays and nothing is saved.
pub fn set_rules<'a>(
    catalog: &'a Catalog,
    data_directory: &'a Path,
    slug: &'a BrandSlug,
    text: &'a str,
    now_us: i64,
) -> BoxFuture<'a, Result<(RuleReference, Rebuilt), HistoryError>> {
    Box::pin(async move {
        let reader = BrandReader::open(catalog, data_directory, slug).await?;
        let bad = |reason: String| HistoryError::BadRules { name: "in this file".to_owned(), reason };
        let parsed = RuleSet::parse(text).map_err(|e| bad(e.to_string()))?;
        if parsed.entity() != EntityKind::Brand {
            let reason = format!(
                "its entity is {}; a brand's default history needs entity = \"brand\" (any rule set can be asked of a category or item with --entity)",
                parsed.entity().as_str()
            );
            return Err(bad(reason));
        }
        RuleProgram::compile(&parsed, EntityKind::Brand)?;
        let version = catalog.rule_sets().save(slug, parsed.name(), text, now_us).await?;
        let rules = RuleReference { name: parsed.name().to_owned(), version: i64::from(version) };
        let rebuilt = switch_to(catalog, data_directory, reader, rules.clone(), &parsed, MadeBy::Rules, now_us).await?;
        Ok((rules, rebuilt))
    })
}

async fn switch_to(
    catalog: &Catalog,
    data_directory: &Path,
    mut reader: BrandReader,
    rules: RuleReference,
    parsed: &RuleSet,
    made_by: MadeBy,
    now_us: i64,
) -> Result<Rebuilt, HistoryError> {
    give_up_damaged(&mut reader).await?;
    take_back(&mut reader).await?;
    let program = RuleProgram::compile(parsed, EntityKind::Brand)?;
    let source = HistorySource::of_reader(&reader).await?;
    let [stages, stage_days] = DERIVED;
    let stored = [reader.files(stages).await?, reader.files(stage_days).await?];
    let mut changes = Changes::default();
    let step = HistoryStep { vault: &reader.vault, stored, source, extent: Extent::Whole };
    let work = step.run(&program, &rules, &mut changes)?;
    let mut state = reader.state.clone();
    state.rules = Some(rules);
    state.history_way = HISTORY_WAY;
    state.made_by = Some(made_by);
    let last_day = reader.version.as_ref().and_then(|version| version.last_event_day);
    let sequence = publish(catalog, &reader, &changes, &state, last_day, None, now_us).await?;
    tidy_up(catalog, data_directory, &reader.brand.slug, now_us).await;
    Ok(Rebuilt { events: work.events, rows: work.rows, sequence })
}

/// What a history is kept in: all of it is made again from events.
const DERIVED: [Table; 2] = [Table::Stages, Table::StageDays];

/// Deletes derived tables whose log is damaged: they begin anew.
async fn give_up_damaged(reader: &mut BrandReader) -> Result<(), HistoryError> {
    for table in DERIVED {
        match reader.files(table).await {
            Ok(_) => {}
            Err(EngineError::Lake(
                error @ (LakeError::Damaged { .. } | LakeError::Log { .. } | LakeError::Delta { .. }),
            )) => {
                tracing::warn!(brand = %reader.brand.slug, table = table.name(), %error, "made a damaged table anew");
                reader.vault.delete_table(table)?;
                reader.state.tables.remove(table.name());
                if let Some(version) = &mut reader.version {
                    version.tables.remove(table.name());
                }
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}
