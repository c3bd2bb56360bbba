//! Compaction: a brand's files brought to their shape without a deposit.
//!
//! What an import does to files at its end (`relocate`) is done here between imports, by the same rule: partitions that the
//! brand has outgrown are split and their histories swept anew; hot files of a partition, or of a table without partitions, that
//! are too many become few. The result is a vault version in which no row, number or person changed: other files under the
//! same answers. Nothing to do is no new version. Stage histories are one file for each partition, and look-up runs merge
//! themselves when they are added to (`lake/runs`): neither piles up.
//!
//! It is the brand's only writer while it works; who waits for the brand may have it stop. What was merged until then is
//! published, a split that is half done is not. Memory is that of an import's end: a merge's budget for each core, and a
//! partition's sweep when partitions are split.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use arrow::array::RecordBatch;
use databank_catalog::Catalog;
use databank_engine::{BrandReader, MadeBy};
use databank_history::publish::{Changes, after, default_program, publish, take_back, tidy_up};
use databank_history::source::{load_identity, read_memberships};
use databank_history::{Extent, HISTORY_WAY, HistorySource, HistoryStep};
use databank_lake::{Change, DataFile, Table, TableSnapshot, read_file};
use databank_model::{BrandSlug, SlotRange};
use futures::future::BoxFuture;

use super::by_profile::ByProfile;
use super::relocate::{HOT_FILES, Relocated, Relocation, crowded, outgrown};
use super::{Sizes, scratch_in};
use crate::DepositError;

/// What a compaction works with.
#[derive(Debug)]
pub struct CompactContext<'a> {
    /// Control data.
    pub catalog: &'a Catalog,
    /// The data directory.
    pub data_directory: &'a Path,
    /// Now, µs UTC.
    pub now_us: i64,
    /// Sizes to work in.
    pub sizes: Sizes,
}

/// Progress of a compaction, and its end before time. Asked and told from several threads.
pub trait CompactProgress: Send + Sync {
    /// What is being done now.
    fn phase(&self, text: &str);
    /// Whether the compaction should stop, because somebody waits for the brand. Asked between batches.
    fn gives_way(&self) -> bool {
        false
    }
}

/// A number before and after.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BeforeAndAfter {
    /// Before.
    pub before: u64,
    /// After.
    pub after: u64,
}

/// What a compaction did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Compacted {
    /// The vault version now.
    pub sequence: i64,
    /// Whether it is a new one: there was something to do, and some of it is done.
    pub published: bool,
    /// Whether it stopped for somebody who waits: there is more to do.
    pub gave_way: bool,
    /// Partitions of events.
    pub partitions: BeforeAndAfter,
    /// Data files of all tables.
    pub files: BeforeAndAfter,
    /// Rows written again, over all tables but histories.
    pub rows_rewritten: u64,
    /// Bytes of the files that they lie in now.
    pub bytes_written: u64,
}

/// Tables without partitions, to which deposits add a file each.
const GATHERED: [Table; 4] = [Table::IdentityLog, Table::Profiles, Table::Masters, Table::Rejects];

/// Compacts one brand. Its caller is the brand's only writer. Blocks its thread.
pub fn compact<'a>(
    context: &'a CompactContext<'a>,
    slug: &'a BrandSlug,
    progress: &'a dyn CompactProgress,
) -> BoxFuture<'a, Result<Compacted, DepositError>> {
    Box::pin(async move {
        let mut reader = BrandReader::open(context.catalog, context.data_directory, slug).await?;
        let plan = Plan::of(&reader, &context.sizes).await?;
        if plan.is_empty() {
            return Ok(plan.unchanged(&reader));
        }
        take_back(&mut reader).await?;
        let compaction = Compaction { context, reader, plan, progress };
        let compacted = compaction.run().await?;
        if compacted.published {
            // What is published stands whatever becomes of this.
            tidy_up(context.catalog, context.data_directory, slug, context.now_us).await;
        }
        Ok(compacted)
    })
}

/// What of a brand's files is out of shape.
struct Plan {
    events: TableSnapshot,
    /// Files of tables that are merged, with the names of those that are too many.
    gathered: Vec<(TableSnapshot, BTreeSet<String>)>,
    /// Files of all tables.
    files: u64,
    /// The partitions to come, when the brand has outgrown those that it has.
    split: Option<Vec<SlotRange>>,
    events_are_crowded: bool,
}

impl Plan {
    async fn of(reader: &BrandReader, sizes: &Sizes) -> Result<Self, DepositError> {
        let events = reader.files(Table::Events).await?;
        let mut files = events.files.len() as u64;
        for table in [Table::Stages, Table::StageDays] {
            files += reader.files(table).await?.files.len() as u64;
        }
        let mut gathered = Vec::new();
        for table in GATHERED {
            let snapshot = reader.files(table).await?;
            files += snapshot.files.len() as u64;
            let names: BTreeSet<String> = crowded_in(&snapshot, sizes.file_bytes).into_iter().collect();
            if !names.is_empty() {
                gathered.push((snapshot, names));
            }
        }
        // A history that another program made is swept anew by the next deposit, and may then say something else: not here.
        let may_sweep = reader.state.rules.is_some() && reader.state.history_way == HISTORY_WAY;
        let rows = events.rows().max(0).cast_unsigned();
        let split = outgrown(&reader.partitions(), rows, sizes.partition_rows).filter(|_| may_sweep);
        let events_are_crowded = !crowded_in(&events, sizes.file_bytes).is_empty();
        Ok(Self { events, gathered, files, split, events_are_crowded })
    }

    fn is_empty(&self) -> bool {
        self.split.is_none() && !self.events_are_crowded && self.gathered.is_empty()
    }

    fn unchanged(&self, reader: &BrandReader) -> Compacted {
        let same = |count: u64| BeforeAndAfter { before: count, after: count };
        let partitions = same(reader.partitions().len() as u64);
        Compacted { sequence: reader.sequence(), partitions, files: same(self.files), ..Compacted::default() }
    }
}

fn crowded_in(snapshot: &TableSnapshot, file_bytes: u64) -> Vec<String> {
    crowded(&snapshot.files.iter().collect::<Vec<_>>(), file_bytes, HOT_FILES)
}

struct Compaction<'a> {
    context: &'a CompactContext<'a>,
    reader: BrandReader,
    plan: Plan,
    progress: &'a dyn CompactProgress,
}

impl Compaction<'_> {
    async fn run(self) -> Result<Compacted, DepositError> {
        let slug = &self.reader.brand.slug;
        let scratch = scratch_in(&self.reader.vault.index_directory())?;
        let mut changes = Changes::default();
        let mut state = self.reader.state.clone();
        for (snapshot, names) in &self.plan.gathered {
            self.progress.phase(&format!("{slug}: merging {}", snapshot.table.name()));
            match self.gather(snapshot, names, scratch.path()) {
                Err(DepositError::GaveWay) => break,
                change => *changes.of(snapshot.table) = change?,
            }
        }
        match self.place_events(scratch.path()) {
            Err(DepositError::GaveWay) => {}
            change => *changes.of(Table::Events) = change?,
        }
        if let Some(split) = self.plan.split.as_ref().filter(|_| !changes.of(Table::Events).is_empty()) {
            if self.progress.gives_way() {
                *changes.of(Table::Events) = Change::default();
            } else {
                self.progress.phase(&format!("{slug}: sweeping stage histories"));
                self.sweep(split, &mut changes).await?;
                state.partitions = split.iter().map(SlotRange::to_string).collect();
            }
        }
        let mut compacted = self.plan.unchanged(&self.reader);
        compacted.gave_way = self.progress.gives_way();
        if changes.is_empty() {
            return Ok(compacted);
        }
        for table in GATHERED.into_iter().chain([Table::Events]) {
            let added = &changes.of(table).added;
            compacted.rows_rewritten += added.iter().map(|file| file.rows.max(0).cast_unsigned()).sum::<u64>();
            compacted.bytes_written += added.iter().map(|file| file.size_bytes.max(0).cast_unsigned()).sum::<u64>();
        }
        for table in Table::ALL {
            let change = changes.of(table);
            compacted.files.after = (compacted.files.after + change.added.len() as u64) - change.removed.len() as u64;
        }
        compacted.partitions.after = state.partitions.len() as u64;
        self.progress.phase(&format!("{slug}: publishing"));
        state.made_by = Some(MadeBy::Compaction);
        let last_day = self.reader.version.as_ref().and_then(|version| version.last_event_day);
        let CompactContext { catalog, now_us, .. } = self.context;
        compacted.sequence = publish(catalog, &self.reader, &changes, &state, last_day, None, *now_us).await?;
        compacted.published = true;
        Ok(compacted)
    }

    /// The change of `events`: all of its files when partitions are split, else those that are too many.
    fn place_events(&self, scratch: &Path) -> Result<Change, DepositError> {
        let slug = &self.reader.brand.slug;
        let stops = || self.progress.gives_way();
        let partitions = self.plan.split.clone().unwrap_or_else(|| self.reader.partitions());
        let files: Vec<&DataFile> = self.plan.events.files.iter().collect();
        // Nobody moves, so nobody's map is asked.
        let nobody = databank_identity::Assignment::default();
        let file_bytes = self.context.sizes.file_bytes;
        let relocation = Relocation::of_files(&self.reader.vault, &partitions, &nobody, file_bytes, scratch, &stops);
        let Relocated { rewritten, written, .. } = if self.plan.split.is_some() {
            self.progress.phase(&format!("{slug}: splitting partitions"));
            relocation.split(&files)?
        } else if self.plan.events_are_crowded {
            self.progress.phase(&format!("{slug}: merging events"));
            relocation.merge_crowded(&files)?
        } else {
            Relocated::default()
        };
        let removed =
            self.plan.events.files.iter().filter(|file| rewritten.contains(&file.relative)).cloned().collect();
        even(Table::Events, Change { added: written, removed })
    }

    /// Merges some files of a table without partitions into one, in the order that a deposit's file has.
    fn gather(
        &self,
        snapshot: &TableSnapshot,
        names: &BTreeSet<String>,
        scratch: &Path,
    ) -> Result<Change, DepositError> {
        let table = snapshot.table;
        let removed: Vec<DataFile> =
            snapshot.files.iter().filter(|file| names.contains(&file.relative)).cloned().collect();
        let added = match table {
            Table::Profiles | Table::Masters => self.by_profile(table, &removed, scratch)?,
            _ => self.one_after_the_other(table, &removed)?,
        };
        even(table, Change { added: added.into_iter().collect(), removed })
    }

    fn by_profile(&self, table: Table, files: &[DataFile], scratch: &Path) -> Result<Option<DataFile>, DepositError> {
        let mut sorted = ByProfile::new(table);
        self.for_each_batch(table, files, &mut |batch| sorted.push(batch, scratch))?;
        sorted.finish(&self.reader.vault)
    }

    fn one_after_the_other(&self, table: Table, files: &[DataFile]) -> Result<Option<DataFile>, DepositError> {
        let mut writer = self.reader.vault.create_file(table, &[])?;
        self.for_each_batch(table, files, &mut |batch| Ok(writer.write(&batch)?))?;
        Ok(Some(writer.finish()?))
    }

    fn for_each_batch(
        &self,
        table: Table,
        files: &[DataFile],
        take: &mut dyn FnMut(RecordBatch) -> Result<(), DepositError>,
    ) -> Result<(), DepositError> {
        let schema = table.schema();
        let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
        for file in files {
            for batch in read_file(file, &names, &[])? {
                if self.progress.gives_way() {
                    return Err(DepositError::GaveWay);
                }
                // Files of another writer may have notes in their schema.
                take(RecordBatch::try_new(Arc::clone(&schema), batch?.columns().to_vec())?)?;
            }
        }
        Ok(())
    }

    /// The histories of partitions that were split: what a history of the same events is in any partitions.
    async fn sweep(&self, partitions: &[SlotRange], changes: &mut Changes) -> Result<(), DepositError> {
        let reader = &self.reader;
        let (rules, program) = default_program(self.context.catalog, reader, None).await?;
        let identity = load_identity(reader.vault.directory(), reader.state.identity_map.as_deref())?;
        let memberships = read_memberships(&reader.files(Table::Masters).await?, &identity)?;
        let step = HistoryStep {
            vault: &reader.vault,
            stored: [reader.files(Table::Stages).await?, reader.files(Table::StageDays).await?],
            source: HistorySource {
                events: after(&self.plan.events, changes.of(Table::Events)),
                partitions: partitions.to_vec(),
                memberships: Arc::new(memberships),
                has_refunds: reader.state.has_refunds,
            },
            extent: Extent::Whole,
        };
        step.run(&program, &rules, changes)?;
        Ok(())
    }
}

/// Refuses a change that would lose rows or bring some twice, whatever made it.
fn even(table: Table, change: Change) -> Result<Change, DepositError> {
    let rows = |files: &[DataFile]| files.iter().map(|file| file.rows).sum::<i64>();
    let (read, written) = (rows(&change.removed), rows(&change.added));
    if read == written { Ok(change) } else { Err(DepositError::Uneven { table: table.name(), read, written }) }
}
