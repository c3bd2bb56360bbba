//! Publishing: changes of several tables become one vault version.
//!
//! Delta has no transaction over tables. Each table is committed by itself; the one row that the catalog then adds makes
//! all of them visible at once. Commits that no row names are taken back by whoever writes next ([`take_back`]).

use std::collections::{BTreeMap, BTreeSet};

use databank_catalog::{Catalog, DepositCounts, NewVaultVersion};
use databank_engine::{BrandReader, Limits, RuleReference, VaultState};
use databank_lake::{Change, DataFile, Table, TableSnapshot, Vault};
use databank_model::rules::EntityKind;
use databank_model::{DepositId, SlotRange};

use crate::history::find_rules;
use crate::{BoxFuture, HistoryError, HistorySource, RuleProgram, build_partitions};

/// Takes back what a crash left between commits and the catalog's row.
pub fn take_back<'a>(reader: &'a mut BrandReader) -> BoxFuture<'a, Result<(), HistoryError>> {
    Box::pin(async move {
        for table in Table::ALL {
            let named = reader.table_version(table);
            let now = reader.vault.take_back(table, named).await?;
            if let (Some(version), Some(now)) = (reader.version.as_mut(), now) {
                version.tables.insert(table.name().to_owned(), now);
            }
        }
        Ok(())
    })
}

/// The files of a table after a change that is not committed yet.
pub fn after(stored: &TableSnapshot, change: &Change) -> TableSnapshot {
    let gone: BTreeSet<&str> = change.removed.iter().map(|f| f.relative.as_str()).collect();
    let mut files: Vec<DataFile> =
        stored.files.iter().filter(|f| !gone.contains(f.relative.as_str())).cloned().collect();
    files.extend(change.added.iter().cloned());
    TableSnapshot { table: stored.table, version: stored.version, files }
}

/// Changes of all tables that become one vault version.
#[derive(Debug, Default)]
pub struct Changes(BTreeMap<Table, Change>);

impl Changes {
    /// The change of one table.
    pub fn of(&mut self, table: Table) -> &mut Change {
        self.0.entry(table).or_default()
    }

    /// Whether there is nothing to publish.
    pub fn is_empty(&self) -> bool {
        self.0.values().all(Change::is_empty)
    }
}

/// Commits changes and publishes them with a state as the next vault version. With `closing`, the deposit's account is
/// closed in the same catalog transaction: rows are never visible without it.
pub fn publish<'a>(
    catalog: &'a Catalog,
    reader: &'a BrandReader,
    changes: &'a Changes,
    state: &'a VaultState,
    last_event_day: Option<databank_model::Day>,
    closing: Option<(DepositId, DepositCounts)>,
    now_us: i64,
) -> BoxFuture<'a, Result<i64, HistoryError>> {
    Box::pin(async move {
        let deposit = closing.as_ref().map(|(deposit, _)| *deposit);
        let mut tables = reader.version.as_ref().map(|v| v.tables.clone()).unwrap_or_default();
        for table in Table::ALL {
            if let Some(change) = changes.0.get(&table).filter(|change| !change.is_empty()) {
                let version = reader.vault.commit(table, change, deposit).await?;
                tables.insert(table.name().to_owned(), version);
            }
        }
        let previous = reader.sequence();
        let identity_sequence = reader.version.as_ref().map_or(0, |v| v.identity_sequence)
            + i64::from(changes.0.get(&Table::IdentityLog).is_some_and(|c| !c.is_empty()));
        let state = serde_json::to_value(state).map_err(|e| HistoryError::Unwritable { reason: e.to_string() })?;
        let new = NewVaultVersion {
            brand: reader.brand.slug.clone(),
            deposit,
            tables,
            identity_sequence,
            inbox_offset: None,
            last_event_day,
            state,
            created_at: now_us,
        };
        let versions = catalog.vault_versions();
        let published = match &closing {
            Some((deposit, counts)) => versions.publish_deposit(new, previous, *deposit, counts).await?,
            None => versions.publish(new, previous).await?,
        };
        Ok(published.sequence)
    })
}

/// Partitions whose events a change touches.
pub fn touched(change: &Change) -> BTreeSet<SlotRange> {
    let files = change.added.iter().chain(&change.removed);
    files.filter_map(|file| file.partition_value("slots")?.parse().ok()).collect()
}

/// Sweeps the named partitions and replaces their stage files.
#[derive(Debug)]
pub struct HistoryStep<'a> {
    /// Where the files go.
    pub vault: &'a Vault,
    /// Present files of `stages` and `stage_days`.
    pub stored: [TableSnapshot; 2],
    /// Events, memberships and partitions as they will be.
    pub source: HistorySource,
    /// Partitions to sweep.
    pub ranges: Vec<SlotRange>,
}

impl HistoryStep<'_> {
    /// Sweeps; adds the changes of `stages` and `stage_days`. Returns events read and intervals written.
    pub fn run(
        self,
        program: &RuleProgram,
        rules: &RuleReference,
        changes: &mut Changes,
    ) -> Result<(u64, u64), HistoryError> {
        let name = rules.to_string();
        let built = build_partitions(self.vault, &self.source, &self.ranges, program, &name)?;
        let swept: BTreeSet<String> = self.ranges.iter().map(SlotRange::to_string).collect();
        let present: BTreeSet<String> = self.source.partitions.iter().map(SlotRange::to_string).collect();
        // Files of other rules, of partitions that are no more and of the swept ones make room.
        let leaves = |file: &&DataFile| {
            let slots = file.partition_value("slots").unwrap_or_default();
            file.partition_value("rule_set") != Some(name.as_str()) || swept.contains(slots) || !present.contains(slots)
        };
        let [stages, stage_days] = &self.stored;
        let removed = |snapshot: &TableSnapshot| snapshot.files.iter().filter(leaves).cloned().collect::<Vec<_>>();
        *changes.of(Table::Stages) = Change { removed: removed(stages), added: built.stages };
        *changes.of(Table::StageDays) = Change { removed: removed(stage_days), added: built.stage_days };
        Ok((built.events, built.rows))
    }
}

/// The compiled default rules of a brand.
pub fn default_program<'a>(
    catalog: &'a Catalog,
    reader: &'a BrandReader,
    choice: Option<&'a str>,
    limits: &'a Limits,
) -> BoxFuture<'a, Result<(RuleReference, RuleProgram), HistoryError>> {
    Box::pin(async move {
        let (rules, parsed) = find_rules(catalog, reader, choice).await?;
        Ok((rules, RuleProgram::compile(&parsed, EntityKind::Brand, limits)?))
    })
}

/// How long past vault versions and the files that only they name are kept: readers that began on them finish.
const KEPT_US: i64 = 24 * 3600 * 1_000_000;

/// Forgets vault versions older than a day and deletes data files that nothing names any more.
pub fn tidy<'a>(catalog: &'a Catalog, reader: &'a BrandReader, now_us: i64) -> BoxFuture<'a, Result<(), HistoryError>> {
    Box::pin(async move {
        catalog.vault_versions().prune(&reader.brand.slug, 1, now_us.saturating_sub(KEPT_US)).await?;
        let mut named = Vec::new();
        for table in Table::ALL {
            if reader.table_version(table).is_some() {
                named.push(reader.files(table).await?);
            }
        }
        let deleted = reader.vault.delete_unnamed_files(&named)?;
        if deleted > 0 {
            tracing::info!(brand = %reader.brand.slug, deleted, "deleted data files that no version names");
        }
        Ok(())
    })
}
