//! The identity log, row by row.

use arrow::array::{Array, AsArray};
use arrow::datatypes::TimestampMicrosecondType;
use databank_identity::{IdType, LinkRule, Sighting, Strength, Token};
use databank_lake::{TableSnapshot, read_file};

use crate::DepositError;

/// Types of ids, each once. There are few, so that looking at all of them is the quickest way to find one.
#[derive(Debug, Default)]
pub(super) struct Types {
    list: Vec<IdType>,
}

impl Types {
    /// All types, by their numbers.
    pub(super) fn list(&self) -> &[IdType] {
        &self.list
    }

    pub(super) fn number_of(&mut self, id_type: &IdType) -> u16 {
        self.place_of(id_type.name()).unwrap_or_else(|| self.add(id_type.clone())) as u16
    }

    fn place_of(&self, name: &str) -> Option<usize> {
        self.list.iter().position(|held| held.name() == name)
    }

    /// The type of a stored name.
    pub(super) fn named(&mut self, name: &str) -> Result<&IdType, DepositError> {
        let place = match self.place_of(name) {
            Some(place) => place,
            None => {
                let unknown = |_| DepositError::StoredIdType { name: name.to_owned() };
                self.add(name.parse().map_err(unknown)?)
            }
        };
        let unknown = || DepositError::StoredIdType { name: name.to_owned() };
        self.list.get(place).ok_or_else(unknown)
    }

    fn add(&mut self, id_type: IdType) -> usize {
        self.list.push(id_type);
        self.list.len() - 1
    }
}

/// A row of the log.
#[derive(Debug)]
pub(super) struct StoredLink<'s> {
    pub(super) ends: [(Token, Strength); 2],
    pub(super) sighting: Sighting,
    /// Whether one end is a digest of the other's value: both are one id.
    pub(super) same_value: bool,
    pub(super) source: &'s str,
}

/// Reads the log; `take` may end it with an error.
pub(super) fn for_each_link(
    log: &TableSnapshot,
    take: &mut dyn FnMut(StoredLink<'_>) -> Result<(), DepositError>,
) -> Result<(), DepositError> {
    let mut types = Types::default();
    for file in &log.files {
        for batch in read_file(file, &["token_a", "type_a", "token_b", "type_b", "ts", "source", "rule"], &[])? {
            let batch = batch?;
            let (a, b) = (batch.column(0).as_binary::<i32>(), batch.column(2).as_binary::<i32>());
            let (type_a, type_b) = (batch.column(1).as_string::<i32>(), batch.column(3).as_string::<i32>());
            let instants = batch.column(4).as_primitive::<TimestampMicrosecondType>();
            let (sources, rules) = (batch.column(5).as_string::<i32>(), batch.column(6).as_string::<i32>());
            for row in 0..batch.num_rows() {
                let (Some(left), Some(right)) = (token_of(a.value(row)), token_of(b.value(row))) else { continue };
                let mut of = |name: &str| types.named(name).map(|found| (found.strength(), found.priority()));
                let (of_left, of_right) = (of(type_a.value(row))?, of(type_b.value(row))?);
                take(StoredLink {
                    ends: [(left, of_left.0), (right, of_right.0)],
                    sighting: Sighting { ts_us: instants.value(row), priority: of_left.1.max(of_right.1) },
                    same_value: rules.is_valid(row) && rules.value(row) == LinkRule::SameValue.as_str(),
                    source: if sources.is_valid(row) { sources.value(row) } else { "" },
                })?;
            }
        }
    }
    Ok(())
}

pub(super) fn token_of(bytes: &[u8]) -> Option<Token> {
    bytes.try_into().ok().map(Token)
}
