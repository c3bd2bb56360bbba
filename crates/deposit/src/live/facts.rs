//! What tracked events state of people: traits, groups, and that ids are one person's.

use databank_identity::{IdType, KnownIds};

use super::columns::{IdColumns, batch_of};
use crate::DepositError;
use crate::brand::arrivals::Arrival;
use crate::events::columns::Columns;
use crate::events::content::{Keyer, Parts, short};
use crate::events::convert::RowIds;
use crate::masters::MasterRow;
use crate::reject::RowError;

/// Attributes of somebody: names and values, names in order.
pub(super) type Attributes = Vec<(String, Option<String>)>;

/// A fact about somebody, whose ids stand in columns.
#[derive(Debug)]
struct Fact {
    arrival: Arrival,
    valid_from_us: i64,
    said_us: i64,
    event_id: String,
    attributes: Attributes,
}

/// Facts about people.
#[derive(Debug, Default)]
pub(super) struct FactColumns {
    ids: IdColumns,
    facts: Vec<Fact>,
}

/// Facts that converted.
#[derive(Debug)]
pub(super) struct FactRows {
    /// The facts, each with its number among those that came.
    pub(super) rows: Vec<MasterRow>,
    /// Types of the id columns.
    pub(super) types: Vec<IdType>,
    /// By a fact's number, the event that it is of.
    pub(super) arrivals: Vec<Arrival>,
}

impl FactColumns {
    /// Adds a fact that holds from an instant on, by the sender's own clock from another.
    pub(super) fn push(
        &mut self,
        arrival: Arrival,
        ids: Vec<(IdType, String)>,
        (valid_from_us, said_us): (i64, Option<i64>),
        event_id: String,
        attributes: Attributes,
    ) {
        self.ids.push(self.facts.len(), ids);
        let said_us = said_us.unwrap_or(valid_from_us);
        self.facts.push(Fact { arrival, valid_from_us, said_us, event_id, attributes });
    }

    /// Converts them: those that are right, and why the others are not. `None` without any.
    pub(super) fn convert(
        mut self,
        source: &str,
        keyer: &Keyer,
        known: &mut KnownIds,
    ) -> Result<(Option<FactRows>, Vec<(Arrival, RowError)>), DepositError> {
        if self.facts.is_empty() {
            return Ok((None, Vec::new()));
        }
        let raw = batch_of(self.ids.finish(self.facts.len()).collect())?;
        let columns = Columns::of_events(&raw.schema());
        let ids = RowIds::read(&raw, &columns.ids, known)?;
        let types: Vec<IdType> = columns.ids.iter().map(|column| column.id_type.clone()).collect();
        let (mut rows, mut refused, mut arrivals) = (Vec::new(), Vec::new(), Vec::with_capacity(self.facts.len()));
        let mut parts = Parts::default();
        for (row, fact) in self.facts.into_iter().enumerate() {
            arrivals.push(fact.arrival);
            let mut found = Vec::new();
            if let Err(error) = ids.of_row(row, known, &mut found) {
                refused.push((fact.arrival, error));
                continue;
            }
            if found.is_empty() {
                let message = "none of the ids is usable; empty and placeholder values are none";
                refused
                    .push((fact.arrival, RowError { row, code: "no_identity", field: None, message: message.into() }));
                continue;
            }
            parts.clear();
            for id in &found {
                parts.add(3, types.get(usize::from(id.column)).map_or("", IdType::name).as_bytes());
                parts.add(4, &id.token.0);
            }
            parts.add_word(5, fact.said_us.to_le_bytes());
            for (name, value) in &fact.attributes {
                parts.add(6, name.as_bytes());
                if let Some(value) = value {
                    parts.add(7, value.as_bytes());
                }
            }
            let (content, said) = (keyer.of_event_id(source, &fact.event_id), short(&keyer.of_parts(&parts)));
            let Fact { valid_from_us, attributes, .. } = fact;
            rows.push(MasterRow { row, key: None, ids: found, valid_from_us, attributes, content, said });
        }
        Ok((Some(FactRows { rows, types, arrivals }), refused))
    }
}
