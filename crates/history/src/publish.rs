//! Publishing: changes of several tables become one vault version.
//!
//! Delta has no transaction over tables. Each table is committed by itself; the one row that the catalog then adds makes
//! all of them visible at once. Commits that no row names are taken back by whoever writes next ([`take_back`]).

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use databank_catalog::{Catalog, Closing, NewVaultVersion, VaultVersion};
use databank_engine::versions::LIFE_US;
use databank_engine::{BrandReader, RuleReference, VaultState};
use databank_lake::runs::delete_unnamed_runs;
use databank_lake::{Change, DataFile, Table, TableSnapshot};
use databank_model::BrandSlug;
use databank_model::rules::EntityKind;

use crate::history::find_rules;
use crate::{BoxFuture, HistoryError, RuleProgram};

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
    closing: Option<Closing>,
    now_us: i64,
) -> BoxFuture<'a, Result<i64, HistoryError>> {
    Box::pin(async move {
        let deposit = closing.as_ref().map(|closing| closing.deposit);
        let mut tables = reader.version.as_ref().map(|v| v.tables.clone()).unwrap_or_default();
        let mut state = state.clone();
        tables.retain(|name, _| !Table::RETIRED.contains(&name.as_str()));
        state.tables.retain(|name, _| !Table::RETIRED.contains(&name.as_str()));
        for table in Table::ALL {
            let name = table.name();
            if let Some(change) = changes.0.get(&table).filter(|change| !change.is_empty()) {
                let built_on = reader.state.tables.get(name).map(String::as_str);
                let committed = reader.vault.commit(table, change, deposit, built_on).await?;
                tables.insert(name.to_owned(), committed.version);
                state.tables.insert(name.to_owned(), committed.content);
            }
        }
        let previous = reader.sequence();
        let identity_sequence = reader.version.as_ref().map_or(0, |v| v.identity_sequence)
            // Only deposits bring links; a compaction leaves the log what it says.
            + i64::from(deposit.is_some() && changes.0.get(&Table::IdentityLog).is_some_and(|c| !c.is_empty()));
        let state = serde_json::to_value(&state).map_err(|e| HistoryError::Unwritable { reason: e.to_string() })?;
        let new = NewVaultVersion {
            brand: reader.brand.slug.clone(),
            deposit,
            tables,
            identity_sequence,
            // Others than deposits from the inbox leave it where it is.
            inbox_offset: reader.version.as_ref().and_then(|version| version.inbox_offset),
            last_event_day,
            state,
            created_at: now_us,
        };
        let versions = catalog.vault_versions();
        let published = match &closing {
            Some(closing) => versions.publish_deposit(new, previous, closing).await?,
            None => versions.publish(new, previous).await?,
        };
        Ok(published.sequence)
    })
}

/// The compiled default rules of a brand.
pub fn default_program<'a>(
    catalog: &'a Catalog,
    reader: &'a BrandReader,
    choice: Option<&'a str>,
) -> BoxFuture<'a, Result<(RuleReference, RuleProgram), HistoryError>> {
    Box::pin(async move {
        let (rules, parsed) = find_rules(catalog, reader, choice).await?;
        Ok((rules, RuleProgram::compile(&parsed, EntityKind::Brand)?))
    })
}

/// Housekeeping after a vault version was published: old versions and what only they name. What was published stands whatever becomes of this, and
/// what is left over goes with the next time; so a failure is told to the log and to nobody else.
pub fn tidy_up<'a>(
    catalog: &'a Catalog,
    data_directory: &'a Path,
    slug: &'a BrandSlug,
    now_us: i64,
) -> BoxFuture<'a, ()> {
    Box::pin(async move {
        let tidied = async {
            let reader = BrandReader::open(catalog, data_directory, slug).await?;
            tidy(catalog, &reader, now_us).await
        };
        if let Err(error) = tidied.await {
            let cause = &error as &dyn std::error::Error;
            tracing::warn!(brand = %slug, cause, "failed to tidy up; what is left over goes with the next change");
        }
    })
}

/// Forgets vault versions that were replaced more than a day ago, and deletes what no version that is left needs: data files, identity
/// maps, log entries behind a checkpoint.
fn tidy<'a>(catalog: &'a Catalog, reader: &'a BrandReader, now_us: i64) -> BoxFuture<'a, Result<(), HistoryError>> {
    Box::pin(async move {
        let versions = catalog.vault_versions();
        let slug = &reader.brand.slug;
        for table in Table::ALL {
            if let Some(version) = reader.table_version(table) {
                reader.vault.checkpoint(table, version).await?;
            }
        }
        if versions.prune(slug, 1, now_us.saturating_sub(LIFE_US)).await? == 0 {
            return Ok(());
        }
        let kept = versions.list(slug).await?;
        let mut named = Vec::new();
        for table in Table::ALL {
            if reader.table_version(table).is_some() {
                named.push(reader.files(table).await?);
            }
            if let Some(oldest) = kept.iter().filter_map(|version| version.tables.get(table.name())).min() {
                reader.vault.shorten_log(table, *oldest)?;
            }
        }
        let deleted = reader.vault.delete_unnamed_files(&named)?;
        reader.vault.delete_retired(|name| kept.iter().any(|version| version.tables.contains_key(name)))?;
        let map_of = |version: &VaultVersion| Some(version.state.get("identity_map")?.as_str()?.to_owned());
        reader.vault.delete_unnamed_maps(&kept.iter().filter_map(map_of).collect())?;
        if deleted > 0 {
            tracing::info!(brand = %slug, deleted, "deleted data files that no version names");
        }
        Ok(())
    })
}

/// Deletes index files that neither this vault version nor the one before names: what earlier deposits merged away, and
/// what failed ones left. A look-up that began on the version before opens its files a moment later.
pub fn delete_left_indexes<'a>(
    catalog: &'a Catalog,
    reader: &'a BrandReader,
) -> BoxFuture<'a, Result<(), HistoryError>> {
    Box::pin(async move {
        let mut named: Vec<String> = reader.state.indexes.values().flatten().cloned().collect();
        if let Some(before) = catalog.vault_versions().get(&reader.brand.slug, reader.sequence() - 1).await? {
            named.extend(index_files(&before));
        }
        Ok(delete_unnamed_runs(&reader.vault.index_directory(), &named)?)
    })
}

/// The index files that a vault version names.
fn index_files(version: &VaultVersion) -> Vec<String> {
    let indexes = version.state.get("indexes").and_then(|indexes| indexes.as_object());
    let names = indexes.into_iter().flat_map(|indexes| indexes.values()).filter_map(|names| names.as_array()).flatten();
    names.filter_map(|name| name.as_str().map(str::to_owned)).collect()
}
