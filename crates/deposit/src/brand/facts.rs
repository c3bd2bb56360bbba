//! Facts about people and things: which of them are new, and whose they are.

use std::sync::Arc;

use databank_identity::IdType;
use databank_lake::runs::Key;

use super::BrandDeposit;
use super::arrivals::Arrivals;
use crate::DepositError;
use crate::events::dedupe::{EVENT_VALUE, Fate};
use crate::masters::MasterRow;

/// Converted rows of a masters block, or of tracked events that state facts.
#[derive(Debug)]
pub struct Facts<'a> {
    /// Block kind and number.
    pub block: &'a str,
    /// What the facts are about, such as `consumers`.
    pub kind: &'static str,
    /// The rows.
    pub rows: Vec<MasterRow>,
    /// Types of the id columns.
    pub types: &'a [IdType],
    /// By the row's number, the stored reject that the row repairs; empty where none can.
    pub repairs: &'a [Option<String>],
    /// By the row's number, the event that it is of.
    pub arrivals: Option<&'a Arrivals>,
}

impl BrandDeposit {
    /// Takes facts.
    pub fn push_facts(&mut self, facts: Facts<'_>) -> Result<(), DepositError> {
        let Facts { block, kind, mut rows, types, repairs, arrivals } = facts;
        let n_rows = rows.len() as u64;
        // The same fact stated twice in one file is one fact; of tracked events the first that came stands.
        rows.sort_by_key(|row| (row.content, row.row));
        for row in &rows {
            if let Some(Some(reject)) = repairs.get(row.row) {
                self.repaired.insert(reject.clone());
            }
        }
        let fates = self.fates_of(&rows)?;
        if let Some(arrivals) = arrivals {
            self.account_facts(block, &rows, &fates, arrivals)?;
            self.people.set_source(&arrivals.source);
        }
        let accepted = || rows.iter().zip(&fates).filter(|(_, fate)| **fate == Fate::Accepted).map(|(row, _)| row);
        let records: Vec<(Key, [u8; EVENT_VALUE])> =
            accepted().map(|row| (row.content, row.said.to_le_bytes())).collect();
        self.events_index.push(&records)?;
        let ids: Vec<_> = accepted()
            .flat_map(|row| &row.ids)
            .filter_map(|id| Some((id, types.get(usize::from(id.column))?)))
            .collect();
        let numbers = self.people.profiles(&ids)?;
        self.write_new_profiles()?;
        let source = Arc::clone(arrivals.map_or(&self.facts.source, |arrivals| &arrivals.source));
        let mut rest = numbers.as_slice();
        for row in accepted() {
            self.link_row(&row.ids, types, row.valid_from_us)?;
            let (own, later) = rest.split_at(row.ids.len().min(rest.len()));
            rest = later;
            let profile = own.first().copied();
            self.masters.add(self.scratch.path(), &self.facts, (kind, &source), row, profile)?;
        }
        self.write_new_links()?;
        let of = |wanted: Fate| fates.iter().filter(|fate| **fate == wanted).count() as u64;
        let (accepted, conflicts) = (of(Fate::Accepted), of(Fate::Conflict));
        let counts = self.count(block);
        counts.read += n_rows;
        counts.accepted += accepted;
        counts.rejected += conflicts;
        counts.duplicate += n_rows - accepted - conflicts;
        Ok(())
    }

    /// What becomes of rows, which are sorted by what makes them count once.
    fn fates_of(&self, rows: &[MasterRow]) -> Result<Vec<Fate>, DepositError> {
        let groups = || rows.chunk_by(|left, right| left.content == right.content);
        let probes: Vec<Key> = groups().filter_map(|group| group.first()).map(|row| row.content).collect();
        let mut fates = Vec::with_capacity(rows.len());
        for (group, held) in groups().zip(self.events_index.find(&probes)?) {
            let mut held = held.map(u64::from_le_bytes);
            for row in group {
                fates.push(match held {
                    None => Fate::Accepted,
                    Some(said) if said == row.said => Fate::Duplicate,
                    Some(_) => Fate::Conflict,
                });
                held = held.or(Some(row.said));
            }
        }
        Ok(fates)
    }

    /// Notes what becomes of tracked events, and keeps those that contradict others.
    fn account_facts(
        &mut self,
        block: &str,
        rows: &[MasterRow],
        fates: &[Fate],
        arrivals: &Arrivals,
    ) -> Result<(), DepositError> {
        let mut rejects = Vec::new();
        for (row, fate) in rows.iter().zip(fates) {
            let Some(arrival) = arrivals.events.get(row.row) else { continue };
            if let Some(ledger) = &mut self.ledger {
                ledger.note(arrival.event, (*fate).into());
            }
            if *fate == Fate::Conflict {
                let message = "another event with the same messageId says something else";
                rejects.push(arrivals.reject(row.row, block, "duplicate_conflict", message));
            }
        }
        self.conflicts += rejects.len() as u64;
        self.keep_rejects(rejects)
    }
}
