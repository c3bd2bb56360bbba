//! Which rows of a chunk are new, and whose they are.

use arrow::array::{Array, AsArray, RecordBatch, UInt32Array};
use arrow::compute::{concat_batches, take_record_batch};
use arrow::datatypes::{Int64Type, TimestampMicrosecondType};
use databank_identity::{IdType, Token};
use databank_lake::runs::Key;
use databank_model::{Day, ProfileId};
use rustc_hash::FxHashMap;

use super::{BrandDeposit, Chunk};
use crate::DepositError;
use crate::events::content::short;
use crate::events::convert::{RowIdentity, staged_schema};
use crate::events::dedupe::{self, Candidate, NO_REVISION};
use crate::reject::{RowError, rejects_of};

/// New rows of a chunk, in no order.
#[derive(Debug)]
pub struct Settled {
    /// Their columns, under the staged schema.
    pub columns: RecordBatch,
    /// Their keys.
    pub keys: Vec<Key>,
    /// Their strongest id's profile; `None` for anonymous rows.
    pub profiles: Vec<Option<ProfileId>>,
}

impl BrandDeposit {
    /// Settles the present chunk and empties it; `None` when it brought nothing new.
    pub(super) fn settle_chunk(&mut self) -> Result<Option<Settled>, DepositError> {
        let chunk = std::mem::take(&mut self.chunk);
        if chunk.rows == 0 {
            return Ok(None);
        }
        let candidates = self.candidates(&chunk)?;
        let verdict = dedupe::decide(&candidates, &mut self.events_index, &mut self.lines_index)?;
        self.superseded.extend(&verdict.superseded);
        self.account(&chunk, &candidates, &verdict)?;
        if verdict.accepted.is_empty() {
            return Ok(None);
        }
        let accepted: Vec<Candidate> = verdict.accepted.iter().map(|place| candidates[*place as usize]).collect();
        let profiles = self.assign_profiles(&chunk, &accepted)?;
        let batches: Vec<&RecordBatch> = chunk.batches.iter().map(|(_, staged, _)| &staged.columns).collect();
        let starts: Vec<u32> = batches
            .iter()
            .scan(0_u32, |start, batch| {
                let this = *start;
                *start += batch.num_rows() as u32;
                Some(this)
            })
            .collect();
        let whole = concat_batches(&staged_schema(), batches)?;
        let rows: UInt32Array = accepted.iter().map(|c| starts[c.batch as usize] + c.row).collect::<Vec<u32>>().into();
        let columns = take_record_batch(&whole, &rows)?;
        let keys = accepted.iter().map(|c| c.key).collect();
        let days = columns.column(1).as_primitive::<arrow::datatypes::Date32Type>();
        let (least, greatest) = (arrow::compute::min(days).map(Day), arrow::compute::max(days).map(Day));
        self.first_day = [self.first_day, least].into_iter().flatten().min();
        self.last_day = [self.last_day, greatest].into_iter().flatten().max();
        let text = |name: &str| columns.column_by_name(name).map(AsArray::as_string::<i32>);
        if let (Some(behaviors), Some(orders)) = (text("behavior"), text("order_id")) {
            self.has_refunds |=
                (0..columns.num_rows()).any(|row| behaviors.value(row) == "refund" && orders.is_valid(row));
        }
        Ok(Some(Settled { columns, keys, profiles }))
    }

    /// Keys of the chunk's rows.
    fn candidates(&mut self, chunk: &Chunk) -> Result<Vec<Candidate>, DepositError> {
        let mut candidates = Vec::with_capacity(chunk.rows);
        // Rows that do not name themselves: their content, and their place among the candidates.
        let mut unnamed: Vec<(Key, usize, Option<i64>)> = Vec::new();
        for (batch, (_, staged, _)) in chunk.batches.iter().enumerate() {
            let text = |name: &str| staged.columns.column_by_name(name).map(AsArray::as_string::<i32>);
            let (orders, lines, behaviors) = (text("order_id"), text("line_id"), text("behavior"));
            let instants = staged.columns.column(0).as_primitive::<TimestampMicrosecondType>();
            let revisions = staged.columns.column_by_name("revision").map(AsArray::as_primitive::<Int64Type>);
            for row in 0..staged.columns.num_rows() {
                let given = |column: Option<&'_ arrow::array::StringArray>| {
                    column.filter(|c| c.is_valid(row)).map(|c| c.value(row).to_owned())
                };
                let line = match (given(orders), given(lines), given(behaviors)) {
                    (Some(order), Some(line), Some(behavior)) => {
                        Some(self.keyer.of_order_line(&order, &line, &behavior))
                    }
                    _ => None,
                };
                let revision = revisions.filter(|r| r.is_valid(row)).map(|r| r.value(row));
                let content = staged.contents[row];
                let key = match &staged.event_ids {
                    Some(ids) => self.keyer.of_event_id(&self.facts.source, ids.value(row)),
                    None => {
                        unnamed.push((content, candidates.len(), revision));
                        Key::default()
                    }
                };
                candidates.push(Candidate {
                    batch: batch as u32,
                    row: row as u32,
                    key,
                    line,
                    revision: revision.unwrap_or(NO_REVISION),
                    ts_us: instants.value(row),
                    content: short(&content),
                });
            }
        }
        self.name_by_content(&mut candidates, unnamed)?;
        Ok(candidates)
    }

    /// Names the k-th of identical rows by its content and k, so that true repeats are kept in whatever order they come,
    /// and a second import of them adds nothing.
    fn name_by_content(
        &mut self,
        candidates: &mut [Candidate],
        mut unnamed: Vec<(Key, usize, Option<i64>)>,
    ) -> Result<(), DepositError> {
        unnamed.sort_unstable();
        let distinct: Vec<Key> = unnamed.chunk_by(|a, b| a.0 == b.0).filter_map(|g| g.first()).map(|g| g.0).collect();
        let before = self.occurrences.find(&distinct)?;
        let mut seen = Vec::with_capacity(distinct.len());
        for (group, before) in unnamed.chunk_by(|a, b| a.0 == b.0).zip(before) {
            let first = before.map_or(0, u32::from_le_bytes);
            for (ordinal, (content, place, revision)) in group.iter().enumerate() {
                let ordinal = first + ordinal as u32;
                if let Some(candidate) = candidates.get_mut(*place) {
                    candidate.key = self.keyer.of_content(&self.facts.source, content, *revision, ordinal);
                }
            }
            if let Some((content, ..)) = group.first() {
                seen.push((*content, (first + group.len() as u32).to_le_bytes()));
            }
        }
        self.occurrences.push(&seen)?;
        Ok(())
    }

    /// Counts each block's rows and keeps the conflicting ones.
    fn account(
        &mut self,
        chunk: &Chunk,
        candidates: &[Candidate],
        verdict: &dedupe::Verdict,
    ) -> Result<(), DepositError> {
        let of = |place: &u32| candidates.get(*place as usize);
        for candidate in verdict.accepted.iter().chain(&verdict.duplicates).filter_map(of) {
            if let Some((_, _, repairs)) = chunk.batches.get(candidate.batch as usize)
                && let Some(Some(reject)) = repairs.get(candidate.row as usize)
            {
                self.repaired.insert(reject.clone());
            }
        }
        let mut conflicts: Vec<Vec<RowError>> = vec![Vec::new(); chunk.batches.len()];
        for candidate in verdict.conflicts.iter().filter_map(of) {
            let message = "another row with the same event_id or order line says something else; \
                           give a higher revision to replace it";
            if let Some(errors) = conflicts.get_mut(candidate.batch as usize) {
                errors.push(RowError {
                    row: candidate.row as usize,
                    code: "duplicate_conflict",
                    field: None,
                    message: message.to_owned(),
                });
            }
        }
        let blocks: Vec<String> = chunk.batches.iter().map(|(block, ..)| block.clone()).collect();
        for candidate in verdict.accepted.iter().filter_map(of) {
            self.count(&blocks[candidate.batch as usize]).accepted += 1;
        }
        for candidate in verdict.duplicates.iter().filter_map(of) {
            self.count(&blocks[candidate.batch as usize]).duplicate += 1;
        }
        for ((block, staged, _), mut errors) in chunk.batches.iter().zip(conflicts) {
            errors.sort_by_key(|error| error.row);
            self.count(block).rejected += errors.len() as u64;
            let rejects = rejects_of(&staged.raw, block, &errors)?;
            self.keep_rejects(rejects)?;
        }
        Ok(())
    }

    /// Profile numbers of the new rows' people; links between the ids of a row.
    fn assign_profiles(
        &mut self,
        chunk: &Chunk,
        accepted: &[Candidate],
    ) -> Result<Vec<Option<ProfileId>>, DepositError> {
        let ids_of = |candidate: &Candidate| -> (&[RowIdentity], &[IdType]) {
            chunk.batches.get(candidate.batch as usize).map_or((&[], &[]), |(_, staged, _)| {
                (staged.identities.of(candidate.row as usize), staged.id_types.as_slice())
            })
        };
        let ids = accepted.iter().flat_map(|candidate| {
            let (ids, types) = ids_of(candidate);
            ids.iter().filter_map(|id| Some((id, types.get(usize::from(id.column))?)))
        });
        let numbers: FxHashMap<Token, ProfileId> = self.people.profiles(ids)?;
        self.write_new_profiles()?;
        for candidate in accepted {
            let (ids, types) = ids_of(candidate);
            self.people.link_row(ids, types, candidate.ts_us);
        }
        Ok(accepted
            .iter()
            .map(|candidate| ids_of(candidate).0.first().and_then(|id| numbers.get(&id.token)).copied())
            .collect())
    }
}
