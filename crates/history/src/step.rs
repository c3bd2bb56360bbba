//! A change of events becomes a change of the history.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use databank_engine::RuleReference;
use databank_lake::cores::{on_all_cores, on_all_cores_with};
use databank_lake::{Change, DataFile, RowChoice, Table, TableSnapshot, Vault};
use databank_model::{DepositId, SlotRange};
use rustc_hash::FxHashSet;

use crate::extend::{Extended, Extension};
use crate::history::Entity;
use crate::partition::{Partition, Room};
use crate::publish::Changes;
use crate::refunds::{Refunds, orders_named};
use crate::stored::HistoryWriter;
use crate::{HistoryError, HistorySource, RuleProgram, stored};

/// How this program makes histories. To be raised when the same events and rules come to give other condition bits, statuses
/// or refunds: what is stored is then swept anew at the next deposit.
pub const HISTORY_WAY: u32 = 1;

/// How much of a history has to be worked out.
#[derive(Debug)]
pub enum Extent {
    /// All of it, from the first event on.
    Whole,
    /// What a deposit brought.
    News(News),
}

/// What a deposit brought to a brand whose partitions, rules and memberships stay as they are.
#[derive(Debug)]
pub struct News {
    /// The deposit; its rows bear its number.
    pub deposit: DepositId,
    /// Files that came into `events`: its rows lie in them, maybe among older ones.
    pub added: Vec<DataFile>,
    /// Consumers whose older rows came from, or went to, somebody else, or were replaced.
    pub disturbed: FxHashSet<u32>,
}

/// The work that a step took.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StepWork {
    /// Events read.
    pub events: u64,
    /// Intervals written.
    pub rows: u64,
    /// Partitions swept from the first event on.
    pub partitions_swept: u64,
    /// Partitions extended.
    pub partitions_extended: u64,
    /// In extended partitions, consumers swept.
    pub consumers_swept: u64,
}

/// Brings a stored history up to date.
#[derive(Debug)]
pub struct HistoryStep<'a> {
    /// Where the files go.
    pub vault: &'a Vault,
    /// Present files of `stages` and `stage_days`.
    pub stored: [TableSnapshot; 2],
    /// Events, memberships and partitions as they will be.
    pub source: HistorySource,
    /// How much to work out.
    pub extent: Extent,
}

#[derive(Debug, Default)]
struct Done {
    work: StepWork,
    /// Partitions whose files are replaced, or go.
    replaced: BTreeSet<String>,
    added: [Vec<DataFile>; 2],
}

impl HistoryStep<'_> {
    /// Works the history out; adds the changes of its two tables.
    pub fn run(
        self,
        program: &RuleProgram,
        rules: &RuleReference,
        changes: &mut Changes,
    ) -> Result<StepWork, HistoryError> {
        let name = rules.to_string();
        let Done { work, replaced, added } = match &self.extent {
            Extent::News(news) => self.extend_touched(program, &name, news)?,
            Extent::Whole => self.sweep_all(program, &name)?,
        };
        let present: BTreeSet<String> = self.source.partitions.iter().map(SlotRange::to_string).collect();
        // Files of other rules, of partitions that are no more and of those just worked out make room.
        let leaves = |file: &&DataFile| {
            let slots = file.partition_value("slots").unwrap_or_default();
            file.partition_value("rule_set") != Some(name.as_str())
                || replaced.contains(slots)
                || !present.contains(slots)
        };
        let tables = [Table::Stages, Table::StageDays];
        for ((table, snapshot), added) in tables.into_iter().zip(&self.stored).zip(added) {
            let removed = snapshot.files.iter().filter(leaves).cloned().collect();
            *changes.of(table) = Change { removed, added };
        }
        tracing::debug!(rule_set = name, ?work, "brought a stage history up to date");
        Ok(work)
    }

    fn sweep_all(&self, program: &RuleProgram, rules: &str) -> Result<Done, HistoryError> {
        let refunds = Refunds::read(&self.source, &FxHashSet::default())?;
        let done = Mutex::new(Done::default());
        on_all_cores_with(&self.source.partitions, &|| Room::new(program), &|room, range| {
            self.sweep_one(room, *range, program, rules, &refunds, &done)
        })?;
        Ok(done.into_inner().unwrap_or_else(PoisonError::into_inner))
    }

    fn extend_touched(&self, program: &RuleProgram, rules: &str, news: &News) -> Result<Done, HistoryError> {
        if news.added.is_empty() && news.disturbed.is_empty() {
            // Masters, rejects: looking up refunds alone would go through every order of the brand.
            return Ok(Done::default());
        }
        let deposit = news.deposit.0;
        let choice = RowChoice::new("deposit", [deposit]);
        let orders = if self.source.has_refunds { orders_named(&news.added, &choice)? } else { FxHashSet::default() };
        let refunds = Refunds::read(&self.source, &orders)?;
        let extension =
            Extension { source: &self.source, program, refunds: &refunds, news: &choice, disturbed: &news.disturbed };
        let done = Mutex::new(Done::default());
        on_all_cores(&self.source.partitions, &|range| -> Result<(), HistoryError> {
            let range = *range;
            let slots = range.to_string();
            let of_range = |files: &[DataFile]| -> Vec<DataFile> {
                files.iter().filter(|file| file.partition_value("slots") == Some(slots.as_str())).cloned().collect()
            };
            let news_files = of_range(&news.added);
            let [stages, _] = &self.stored;
            let mut stages = of_range(&stages.files);
            stages.retain(|file| file.partition_value("rule_set") == Some(rules));
            let held = || stored::read(&stages, &program.stages);
            match extension.extend(range, !stages.is_empty(), held, &news_files)? {
                Extended::Unchanged => Ok(()),
                Extended::SweepAnew => self.sweep_one(&mut Room::new(program), range, program, rules, &refunds, &done),
                Extended::Changed(changed) => {
                    let work = StepWork {
                        events: changed.events,
                        partitions_extended: 1,
                        consumers_swept: changed.swept,
                        ..StepWork::default()
                    };
                    let partition = [rules, "brand", slots.as_str()];
                    let mut writer = HistoryWriter::new(self.vault, &partition, &program.stages);
                    writer.take(&changed.rows)?;
                    Self::keep(range, writer, work, &done)
                }
            }
        })?;
        Ok(done.into_inner().unwrap_or_else(PoisonError::into_inner))
    }

    fn sweep_one(
        &self,
        room: &mut Room<'_>,
        range: SlotRange,
        program: &RuleProgram,
        rules: &str,
        refunds: &Refunds,
        done: &Mutex<Done>,
    ) -> Result<(), HistoryError> {
        let slots = range.to_string();
        let partition = [rules, "brand", slots.as_str()];
        let mut writer = HistoryWriter::new(self.vault, &partition, &program.stages);
        let (source, entity) = (&self.source, &Entity::Brand);
        let partition = Partition { source, range, program, entity, refunds, consumers: None };
        // What is found is written while it is still near.
        let events = partition.sweep_in(room, &mut |rows| writer.take(rows))?;
        let work = StepWork { events, partitions_swept: 1, ..StepWork::default() };
        Self::keep(range, writer, work, done)
    }

    fn keep(
        range: SlotRange,
        writer: HistoryWriter<'_>,
        work: StepWork,
        done: &Mutex<Done>,
    ) -> Result<(), HistoryError> {
        let files = writer.finish()?;
        let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
        let sum = &mut done.work;
        sum.events += work.events;
        sum.rows += files.as_ref().map_or(0, |files| files.stages.rows as u64);
        sum.partitions_swept += work.partitions_swept;
        sum.partitions_extended += work.partitions_extended;
        sum.consumers_swept += work.consumers_swept;
        done.replaced.insert(range.to_string());
        if let Some(files) = files {
            let [stages, stage_days] = &mut done.added;
            stages.push(files.stages);
            stage_days.push(files.stage_days);
        }
        Ok(())
    }
}
