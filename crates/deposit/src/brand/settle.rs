//! Which rows of a chunk are new, and whose they are.

use std::sync::Arc;

use arrow::array::{Array, AsArray, BooleanArray, RecordBatch, StringArray};
use arrow::compute::filter_record_batch;
use arrow::datatypes::{Int64Type, TimestampMicrosecondType};
use databank_identity::IdType;
use databank_lake::runs::Key;
use databank_model::{Day, ProfileId};

use super::{BrandDeposit, Chunk, ChunkBatch};
use crate::DepositError;
use crate::events::content::short;
use crate::events::convert::{RowIdentity, staged_schema};
use crate::events::dedupe::{self, Candidate, Fate, NO_REVISION, Verdict};
use crate::flat::{self, Placed};
use crate::reject::{RowError, rejects_of};
use crate::rows::join_rows;

/// New rows of a chunk, in no order.
#[derive(Debug)]
pub struct Settled {
    /// Their columns, under the staged schema.
    pub columns: RecordBatch,
    /// Their keys.
    pub keys: Vec<Key>,
    /// Their strongest id's profile; `None` for anonymous rows.
    pub profiles: Vec<Option<ProfileId>>,
    /// Who sent them, each for how many rows in their order.
    pub sources: Vec<(Arc<str>, usize)>,
    /// When each was received, where that is not the deposit's own time.
    pub received_us: Option<Vec<i64>>,
}

impl BrandDeposit {
    /// Settles a chunk; `None` when it brought nothing new.
    pub(super) fn settle(&mut self, chunk: &Chunk) -> Result<Option<Settled>, DepositError> {
        if chunk.rows == 0 {
            return Ok(None);
        }
        let candidates = self.candidates(chunk)?;
        let verdict = dedupe::decide(&candidates, &mut self.events_index, &mut self.lines_index)?;
        self.superseded.extend(&verdict.superseded);
        self.account(chunk, &verdict)?;
        let fates = candidates.iter().zip(&verdict.fates);
        let keys: Vec<Key> = fates.filter(|(_, fate)| **fate == Fate::Accepted).map(|(c, _)| c.key).collect();
        drop(candidates);
        let profiles = self.assign_profiles(chunk, &verdict)?;
        if keys.is_empty() {
            return Ok(None);
        }
        let columns = accepted_columns(chunk, &verdict)?;
        let days = columns.column(1).as_primitive::<arrow::datatypes::Date32Type>();
        let (least, greatest) = (arrow::compute::min(days).map(Day), arrow::compute::max(days).map(Day));
        self.first_day = [self.first_day, least].into_iter().flatten().min();
        self.last_day = [self.last_day, greatest].into_iter().flatten().max();
        let text = |name: &str| columns.column_by_name(name).map(AsArray::as_string::<i32>);
        if let (Some(behaviors), Some(orders)) = (text("behavior"), text("order_id")) {
            self.has_refunds = self.has_refunds
                || (0..columns.num_rows()).any(|row| behaviors.value(row) == "refund" && orders.is_valid(row));
        }
        let (sources, received_us) = self.origins(chunk, &verdict);
        Ok(Some(Settled { columns, keys, profiles, sources, received_us }))
    }

    /// Who sent the accepted rows, and when each was received.
    fn origins(&self, chunk: &Chunk, verdict: &Verdict) -> (Vec<(Arc<str>, usize)>, Option<Vec<i64>>) {
        let (mut sources, mut received_us) = (Vec::new(), None::<Vec<i64>>);
        let mut n_rows = 0;
        for (ChunkBatch { arrivals, .. }, fates) in with_fates(chunk, verdict) {
            let accepted = || fates.iter().enumerate().filter(|(_, fate)| **fate == Fate::Accepted).map(|(row, _)| row);
            let count = accepted().count();
            let source = arrivals.as_ref().map_or(&self.facts.source, |arrivals| &arrivals.source);
            sources.push((Arc::clone(source), count));
            if let Some(arrivals) = arrivals {
                let received_us = received_us.get_or_insert_with(|| vec![self.facts.now_us; n_rows]);
                received_us.extend(accepted().map(|row| arrivals.events[row].received_us));
            } else if let Some(received_us) = &mut received_us {
                received_us.extend(std::iter::repeat_n(self.facts.now_us, count));
            }
            n_rows += count;
        }
        (sources, received_us)
    }

    /// Keys of the chunk's rows.
    fn candidates(&mut self, chunk: &Chunk) -> Result<Vec<Candidate>, DepositError> {
        let mut candidates = Vec::with_capacity(chunk.rows);
        // Rows that do not name themselves, by their content and revision.
        let mut unnamed: Vec<Placed> = Vec::new();
        for ChunkBatch { staged, arrivals, .. } in &chunk.batches {
            let source = arrivals.as_ref().map_or(&self.facts.source, |arrivals| &arrivals.source);
            // A column without a value is none: most mappings have no order lines, and most rows no order.
            let with_values = |column: &&StringArray| column.null_count() < column.len();
            let text =
                |name: &str| staged.columns.column_by_name(name).map(AsArray::as_string::<i32>).filter(with_values);
            let (orders, lines, behaviors) = (text("order_id"), text("line_id"), text("behavior"));
            let instants = staged.columns.column(0).as_primitive::<TimestampMicrosecondType>();
            let revisions = staged.columns.column_by_name("revision").map(AsArray::as_primitive::<Int64Type>);
            for row in 0..staged.columns.num_rows() {
                let line = given(lines, row)
                    .and_then(|line| Some(self.keyer.of_order_line(given(orders, row)?, line, given(behaviors, row)?)));
                let content = staged.contents[row];
                let revision = revisions.filter(|r| r.is_valid(row)).map(|r| r.value(row));
                let key = match &staged.event_ids {
                    Some(ids) => self.keyer.of_event_id(source, ids.value(row)),
                    None => {
                        let named = match revision {
                            None => content,
                            Some(_) => self.keyer.of_content(source, &content, revision, 0),
                        };
                        unnamed.push(Placed::new(&named, candidates.len() as u32));
                        Key::default()
                    }
                };
                candidates.push(Candidate {
                    key,
                    line,
                    revision: revision.unwrap_or(NO_REVISION),
                    // Of tracked events the first that came stands, as its sender was told.
                    ts_us: arrivals.as_ref().map_or_else(|| instants.value(row), |of| i64::from(of.events[row].event)),
                    content: short(&content),
                });
            }
        }
        self.name_by_content(&mut candidates, unnamed)?;
        Ok(candidates)
    }

    /// Names the k-th of identical rows by its content (with its revision, if it has one) and k, so that true repeats are kept in whatever order they come,
    /// and a second import of them adds nothing.
    fn name_by_content(&mut self, candidates: &mut [Candidate], mut unnamed: Vec<Placed>) -> Result<(), DepositError> {
        // The k-th is the k-th in the order of rows.
        flat::sort_by_key_stably(&mut unnamed);
        let groups = || unnamed.chunk_by(Placed::is_beside);
        let distinct: Vec<Key> = groups().filter_map(|group| group.first()).map(Placed::key).collect();
        let before = self.occurrences.find(&distinct)?;
        let mut seen = Vec::with_capacity(distinct.len());
        for ((group, named), before) in groups().zip(&distinct).zip(before) {
            let first = before.map_or(0, u32::from_le_bytes);
            for (one, ordinal) in group.iter().zip(first..) {
                if let Some(candidate) = candidates.get_mut(one.place as usize) {
                    candidate.key = self.keyer.of_content(&self.facts.source, named, None, ordinal);
                }
            }
            seen.push((*named, (first + group.len() as u32).to_le_bytes()));
        }
        self.occurrences.push(&seen)?;
        Ok(())
    }

    /// Counts each block's rows and keeps the conflicting ones.
    fn account(&mut self, chunk: &Chunk, verdict: &Verdict) -> Result<(), DepositError> {
        for (ChunkBatch { block, staged, repairs, arrivals }, fates) in with_fates(chunk, verdict) {
            for (reject, _) in repairs.iter().zip(fates).filter(|(_, fate)| **fate != Fate::Conflict) {
                self.repaired.extend(reject.clone());
            }
            let of = |wanted: Fate| fates.iter().enumerate().filter(move |(_, fate)| **fate == wanted);
            let message = "another row with the same event_id or order line says something else; \
                           give a higher revision to replace it";
            let conflict =
                |(row, _)| RowError { row, code: "duplicate_conflict", field: None, message: message.to_owned() };
            let errors: Vec<RowError> = of(Fate::Conflict).map(conflict).collect();
            self.conflicts += errors.len() as u64;
            let counts = self.count(block);
            counts.read += fates.len() as u64;
            counts.accepted += of(Fate::Accepted).count() as u64;
            counts.duplicate += (of(Fate::Duplicate).count() + of(Fate::Outdated).count()) as u64;
            counts.rejected += errors.len() as u64;
            let rejects = match arrivals {
                None => rejects_of(&staged.raw, block, &errors)?,
                Some(arrivals) => {
                    if let Some(ledger) = &mut self.ledger {
                        arrivals.events.iter().zip(fates).for_each(|(of, fate)| ledger.note(of.event, (*fate).into()));
                    }
                    errors.iter().map(|error| arrivals.reject(error.row, block, error.code, &error.message)).collect()
                }
            };
            self.keep_rejects(rejects)?;
        }
        Ok(())
    }

    /// Profile numbers of the new rows' people; links between the ids of a row, of those that came too late as well.
    fn assign_profiles(&mut self, chunk: &Chunk, verdict: &Verdict) -> Result<Vec<Option<ProfileId>>, DepositError> {
        let with_fate = |wanted: Fate| {
            with_fates(chunk, verdict).flat_map(move |(batch, fates)| {
                let rows = fates.iter().enumerate().filter(move |(_, fate)| **fate == wanted);
                rows.map(move |(row, _)| (batch, row))
            })
        };
        // The new ones first: only they have profiles.
        let rows = with_fate(Fate::Accepted).chain(with_fate(Fate::Outdated));
        let mut profiles: Vec<Option<ProfileId>> = Vec::with_capacity(verdict.fates.len());
        // Ids whose profiles rows before did not tell, and the rows of which they are the strongest.
        let mut ids: Vec<(&RowIdentity, &IdType)> = Vec::new();
        let mut strongest: Vec<(usize, usize)> = Vec::new();
        for (ChunkBatch { staged, arrivals, .. }, row) in rows {
            let of_row = staged.identities.of(row);
            let known = of_row.first().and_then(|id| self.people.known_profile(id));
            if known.is_none() && !of_row.is_empty() {
                strongest.push((profiles.len(), ids.len()));
            }
            profiles.push(known);
            let unknown = of_row.iter().filter(|id| self.people.known_profile(id).is_none());
            ids.extend(unknown.filter_map(|id| Some((id, staged.id_types.get(usize::from(id.column))?))));
            if of_row.len() > 1 {
                if let Some(arrivals) = arrivals {
                    self.people.set_source(&arrivals.source);
                }
                let instants = staged.columns.column(0).as_primitive::<TimestampMicrosecondType>();
                self.link_row(of_row, &staged.id_types, instants.value(row))?;
            }
        }
        let numbers = self.people.profiles(&ids)?;
        for (row, id) in strongest {
            if let Some(profile) = profiles.get_mut(row) {
                *profile = numbers.get(id).copied();
            }
        }
        self.write_new_profiles()?;
        self.write_new_links()?;
        profiles.truncate(verdict.count(Fate::Accepted));
        Ok(profiles)
    }
}

fn given(column: Option<&StringArray>, row: usize) -> Option<&str> {
    column.filter(|column| column.is_valid(row)).map(|column| column.value(row))
}

/// The batches of a chunk, each with the fates of its rows.
fn with_fates<'a>(chunk: &'a Chunk, verdict: &'a Verdict) -> impl Iterator<Item = (&'a ChunkBatch, &'a [Fate])> {
    let mut rest = verdict.fates.as_slice();
    chunk.batches.iter().map(move |batch| {
        let (own, later) = rest.split_at(batch.staged.columns.num_rows().min(rest.len()));
        rest = later;
        (batch, own)
    })
}

/// The columns of the accepted rows, in the order of their places.
fn accepted_columns(chunk: &Chunk, verdict: &Verdict) -> Result<RecordBatch, DepositError> {
    let mut batches = Vec::with_capacity(chunk.batches.len());
    for (ChunkBatch { staged, .. }, fates) in with_fates(chunk, verdict) {
        let mask: BooleanArray = fates.iter().map(|fate| Some(*fate == Fate::Accepted)).collect();
        match mask.true_count() {
            0 => {}
            all if all == mask.len() => batches.push(staged.columns.clone()),
            _ => batches.push(filter_record_batch(&staged.columns, &mask)?),
        }
    }
    Ok(join_rows(&staged_schema(), &batches)?)
}
