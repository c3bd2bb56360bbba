//! The end of a brand's deposit: histories swept, everything committed and published as one vault version.

use futures::future::BoxFuture;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use databank_catalog::{Catalog, Closing, InboxClosing, VaultVersion};
use databank_engine::reader::Passing;
use databank_engine::{BrandReader, MadeBy, VaultState};
use databank_history::publish::{Changes, after, default_program, publish};
use databank_history::source::{changed_members, read_memberships};
use databank_history::{Extent, HISTORY_WAY, HistorySource, HistoryStep, News};
use databank_identity::{Assignment, diff};
use databank_lake::{LakeError, Table};
use databank_model::{Day, SlotRange};
use rustc_hash::FxHashSet;

use super::arrivals::{Ledger, Outcome};
use super::{BrandDeposit, Chunk, Counts};
use crate::DepositError;
use crate::import::publish::Watch;

/// What a brand's deposit ended in.
#[derive(Debug, Clone, Default)]
pub struct Published {
    /// Vault version, the old one when nothing changed.
    pub sequence: i64,
    /// Counts by block.
    pub counts: BTreeMap<String, Counts>,
    /// Whether the deposit's account was closed with the version; without a change there is none to close it with.
    pub closed: bool,
    /// The first few refusals.
    pub first_rejects: Vec<crate::reject::Reject>,
    /// What became of events that were read again, by their numbers.
    pub(crate) outcomes: Vec<Outcome>,
}

/// What a deposit brought, before the histories.
struct Worked {
    changes: Changes,
    assignment: Assignment,
    relinked: bool,
    first_rejects: Vec<crate::reject::Reject>,
}

impl BrandDeposit {
    /// Settles the last chunk, links people, sweeps histories, commits and publishes.
    pub(crate) fn finish<'a>(
        mut self: Box<Self>,
        last: (Chunk, u64),
        catalog: &'a Catalog,
        input_rows: i64,
        watch: &'a Watch,
    ) -> BoxFuture<'a, Result<Published, DepositError>> {
        Box::pin(async move {
            let slug = self.reader.brand.slug.clone();
            let Worked { mut changes, assignment, relinked, first_rejects } = self.work(last, watch).await?;
            let inbox = self
                .ledger
                .as_ref()
                .map(|ledger| InboxClosing { offset: ledger.offset.cast_signed(), minutes: ledger.minutes() });
            // What came from the inbox and was all known is yet to be told from what is still to come.
            if changes.is_empty() && inbox.is_none() {
                let sequence = self.reader.sequence();
                return Ok(Published { sequence, counts: self.counts, first_rejects, ..Published::default() });
            }
            watch.check()?;
            watch.phase(format!("{slug}: sweeping stage histories"));
            let state = self.next_state(&assignment, relinked)?;
            let state = self.sweep(catalog, &assignment, relinked, state, &mut changes).await?;
            watch.bind()?;
            watch.phase(format!("{slug}: publishing"));
            // Only what is deposited fixes a brand's zone and currency, and only the first time.
            let settles = !changes.of(Table::Events).is_empty() || !changes.of(Table::Masters).is_empty();
            let currency = self.reader.brand.currency.unwrap_or(self.currency);
            let closing = Some(Closing {
                deposit: self.facts.deposit,
                counts: self.total().for_catalog(input_rows),
                settings: settles.then_some((self.zone, currency)),
                inbox,
            });
            let now_us = self.facts.now_us;
            let sequence = publish(catalog, &self.reader, &changes, &state, self.last_day, closing, now_us).await?;
            let outcomes = self.ledger.as_ref().filter(|ledger| ledger.is_replay()).map(Ledger::outcomes);
            let outcomes = outcomes.unwrap_or_default();
            Ok(Published { sequence, counts: self.counts, closed: true, first_rejects, outcomes })
        })
    }

    /// As [`BrandDeposit::finish`], but publishes nothing: a reader of the vault with what the deposit brought, which is this
    /// process's own.
    pub(crate) fn finish_passing<'a>(
        mut self: Box<Self>,
        last: (Chunk, u64),
        catalog: &'a Catalog,
        through: u64,
    ) -> BoxFuture<'a, Result<BrandReader, DepositError>> {
        Box::pin(async move {
            let Worked { mut changes, assignment, relinked, .. } = self.work(last, &Watch::unwatched()).await?;
            let state = if changes.is_empty() {
                self.reader.state.clone()
            } else {
                let state = self.next_state(&assignment, relinked)?;
                self.sweep(catalog, &assignment, relinked, state, &mut changes).await?
            };
            let mut tables = BTreeMap::new();
            for table in Table::ALL {
                tables.insert(table, after(&self.reader.files(table).await?, changes.of(table)));
            }
            let mut reader = self.reader.clone();
            // Before the first commit there is no version to see it from.
            let version = reader.version.get_or_insert_with(|| VaultVersion {
                brand: self.reader.brand.slug.clone(),
                sequence: 0,
                deposit: None,
                tables: BTreeMap::new(),
                identity_sequence: 0,
                inbox_offset: None,
                last_event_day: None,
                state: serde_json::Value::Null,
                created_at: self.facts.now_us,
            });
            version.last_event_day = self.last_day;
            reader.state = state;
            reader.passing = Some(Passing { through, tables: Arc::new(tables), directory: None });
            Ok(reader)
        })
    }

    /// As [`BrandDeposit::finish`], but publishes nothing: what would become of tracked events, by their numbers.
    pub(crate) fn finish_trial(
        mut self: Box<Self>,
        last: (Chunk, u64),
    ) -> BoxFuture<'static, Result<Vec<Outcome>, DepositError>> {
        Box::pin(async move {
            self.work(last, &Watch::unwatched()).await?;
            Ok(self.ledger.as_ref().map(Ledger::outcomes).unwrap_or_default())
        })
    }

    /// Settles the last chunk, links people, and writes files.
    fn work<'a>(
        &'a mut self,
        (chunk, expected): (Chunk, u64),
        watch: &'a Watch,
    ) -> BoxFuture<'a, Result<Worked, DepositError>> {
        Box::pin(async move {
            let slug = self.reader.brand.slug.clone();
            watch.phase(format!("{slug}: linking people"));
            let mut last = self.settle(&chunk)?;
            drop(chunk);
            self.people.forget();
            if last.is_some() {
                self.choose_partitions(expected);
            }
            self.split_partitions(last.as_ref().map_or(0, |settled| settled.keys.len() as u64));
            if self.chunks.rows() > 0
                && let Some(settled) = last.take()
            {
                self.put_aside(&settled)?;
            }
            watch.check()?;
            let vault = self.reader.vault.clone();
            let mut changes = Changes::default();
            changes.of(Table::Profiles).added.extend(self.profiles.finish(&vault)?);
            let profiles = after(&self.reader.files(Table::Profiles).await?, changes.of(Table::Profiles));
            changes.of(Table::IdentityLog).added.extend(self.links.finish()?);
            let log = after(&self.reader.files(Table::IdentityLog).await?, changes.of(Table::IdentityLog));
            let relinked = self.people.has_new_links();
            let assignment = if relinked { self.people.resolve(&log, &profiles)? } else { self.assignment.clone() };
            if let Some(settled) = last {
                self.write_at_once(&settled, &assignment)?;
            }
            watch.check()?;
            watch.phase(format!("{slug}: placing rows"));
            let replaces = !self.superseded.is_empty();
            *changes.of(Table::Events) = self.place_events(&assignment)?;
            if replaces {
                // What was replaced may have been the first day, or the last.
                let events = after(&self.stored_events, changes.of(Table::Events));
                let bounds: Vec<(Day, Day)> = events.files.iter().filter_map(|file| file.day_bounds("day")).collect();
                self.first_day = bounds.iter().map(|(first, _)| *first).min();
                self.last_day = bounds.iter().map(|(_, last)| *last).max();
            }
            changes.of(Table::Masters).added.extend(self.masters.finish(&vault, self.scratch.path(), &self.facts)?);
            self.repaired.extend(self.ledger.iter().flat_map(Ledger::repaired).cloned());
            *changes.of(Table::Rejects) = self.rejects.finish(&vault, &self.facts, &self.repaired)?;
            let first_rejects = std::mem::take(&mut self.rejects.first);
            Ok(Worked { changes, assignment, relinked, first_rejects })
        })
    }

    fn next_state(&mut self, assignment: &Assignment, relinked: bool) -> Result<VaultState, DepositError> {
        let mut state = self.reader.state.clone();
        state.partitions = self.partitions.iter().map(SlotRange::to_string).collect();
        state.indexes = BTreeMap::from([
            ("tokens".to_owned(), self.people.seal_tokens()?),
            ("events".to_owned(), self.events_index.seal()?),
            ("lines".to_owned(), self.lines_index.seal()?),
        ]);
        if let Some(runs) = self.people.seal_links()? {
            state.indexes.insert("links".to_owned(), runs);
        }
        state.ordinals = self.people.ordinals().to_vec();
        state.first_event_day = self.first_day;
        state.has_refunds = self.has_refunds;
        state.made_by = Some(MadeBy::Deposit);
        for (kind, names) in &self.masters.attributes {
            let known = state.attributes.entry(kind.clone()).or_default();
            let all: BTreeSet<String> = known.iter().chain(names).cloned().collect();
            *known = all.into_iter().collect();
        }
        if relinked && !assignment.is_identity() {
            let bytes = assignment.to_bytes();
            let content = databank_lake::sums::content_name(&bytes);
            let name = format!("identity/{:012}-{content}.map", self.facts.deposit.0);
            let path = self.reader.vault.directory().join(&name);
            let lasts = self.reader.vault.lasts();
            if let Some(directory) = path.parent() {
                databank_lake::durable::make_directory(directory, lasts)?;
            }
            if lasts {
                databank_lake::durable::write_whole(&path, &bytes)?;
                if let Some(before) = &state.identity_map {
                    databank_lake::durable::touch(&self.reader.vault.directory().join(before))?;
                }
            } else {
                std::fs::write(&path, &bytes).map_err(LakeError::io("write", &path))?;
            }
            state.identity_map = Some(name);
        }
        Ok(state)
    }

    fn sweep<'a>(
        &'a self,
        catalog: &'a Catalog,
        assignment: &'a Assignment,
        relinked: bool,
        mut state: VaultState,
        changes: &'a mut Changes,
    ) -> BoxFuture<'a, Result<VaultState, DepositError>> {
        Box::pin(async move {
            let events = after(&self.stored_events, changes.of(Table::Events));
            let masters = after(&self.reader.files(Table::Masters).await?, changes.of(Table::Masters));
            let memberships = read_memberships(&masters, assignment)?;
            let whole = self.partitions != self.reader.partitions()
                || state.rules.is_none()
                || state.history_way != HISTORY_WAY;
            let extent = if whole {
                Extent::Whole
            } else {
                let mut disturbed = disturbed(&self.assignment, assignment);
                disturbed.extend(&self.replaced);
                if self.masters.has_memberships || relinked {
                    let before = read_memberships(&self.reader.files(Table::Masters).await?, &self.assignment)?;
                    disturbed.extend(changed_members(&before, &memberships));
                }
                let added = changes.of(Table::Events).added.clone();
                Extent::News(News { deposit: self.facts.deposit, added, disturbed })
            };
            let (rules, program) = default_program(catalog, &self.reader, None).await?;
            let step = HistoryStep {
                vault: &self.reader.vault,
                stored: [self.reader.files(Table::Stages).await?, self.reader.files(Table::StageDays).await?],
                source: HistorySource {
                    events,
                    partitions: self.partitions.clone(),
                    memberships: Arc::new(memberships),
                    has_refunds: self.has_refunds,
                },
                extent,
            };
            step.run(&program, &rules, changes)?;
            state.rules = Some(rules);
            state.history_way = HISTORY_WAY;
            Ok(state)
        })
    }
}

/// Consumers who gave events away, or got some, between two maps.
fn disturbed(before: &Assignment, after: &Assignment) -> FxHashSet<u32> {
    let moved = diff(before, after);
    moved
        .iter()
        .flat_map(|profile| [before, after].map(|map| map.consumers_of(*profile)))
        .flatten()
        .map(|c| c.0)
        .collect()
}
