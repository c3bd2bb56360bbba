//! The identity log, row by row.

use arrow::array::{Array, AsArray, DictionaryArray, Int32Array};
use arrow::datatypes::{Int32Type, TimestampMicrosecondType};
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
    /// Why it is there, or should not be.
    pub(super) rule: LinkRule,
    pub(super) source: &'s str,
}

/// Reads the log; `take` may end it with an error.
pub(super) fn for_each_link(
    log: &TableSnapshot,
    take: &mut dyn FnMut(StoredLink<'_>) -> Result<(), DepositError>,
) -> Result<(), DepositError> {
    const COLUMNS: [&str; 7] = ["token_a", "type_a", "token_b", "type_b", "ts", "source", "rule"];
    const REPEATING: [&str; 4] = ["type_a", "type_b", "source", "rule"];
    let mut types = Types::default();
    for file in &log.files {
        for batch in read_file(file, &COLUMNS, &REPEATING)? {
            let batch = batch?;
            let (a, b) = (batch.column(0).as_binary::<i32>(), batch.column(2).as_binary::<i32>());
            let [type_a, type_b, sources, rules] =
                [1, 3, 5, 6].map(|column| Repeating::of(batch.column(column).as_dictionary::<Int32Type>()));
            let mut of = |names: &Repeating<'_>| -> Vec<Result<(Strength, u32), DepositError>> {
                let mut of = |name: &str| types.named(name).map(|found| (found.strength(), found.priority()));
                names.texts.iter().map(|name| of(name.unwrap_or_default())).collect()
            };
            let (of_a, of_b) = (of(&type_a), of(&type_b));
            let instants = batch.column(4).as_primitive::<TimestampMicrosecondType>();
            let of_rules: Vec<LinkRule> =
                rules.texts.iter().map(|rule| LinkRule::of_name(rule.unwrap_or_default())).collect();
            for row in 0..batch.num_rows() {
                let (Some(left), Some(right)) = (token_of(a.value(row)), token_of(b.value(row))) else { continue };
                let (of_left, of_right) = (type_a.told(row, &of_a)?, type_b.told(row, &of_b)?);
                take(StoredLink {
                    ends: [(left, of_left.0), (right, of_right.0)],
                    sighting: Sighting { ts_us: instants.value(row), priority: of_left.1.max(of_right.1) },
                    rule: rules.place(row).and_then(|place| of_rules.get(place).copied()).unwrap_or(LinkRule::SameRow),
                    source: sources.place(row).and_then(|place| sources.texts[place]).unwrap_or_default(),
                })?;
            }
        }
    }
    Ok(())
}

/// Reads no more of the log than the tokens that it names.
pub(super) fn for_each_token(
    log: &TableSnapshot,
    take: &mut dyn FnMut(Token) -> Result<(), DepositError>,
) -> Result<(), DepositError> {
    for file in &log.files {
        for batch in read_file(file, &["token_a", "token_b"], &[])? {
            let batch = batch?;
            let (a, b) = (batch.column(0).as_binary::<i32>(), batch.column(1).as_binary::<i32>());
            for row in 0..batch.num_rows() {
                // A link counts with both of its ends.
                let (Some(left), Some(right)) = (token_of(a.value(row)), token_of(b.value(row))) else { continue };
                take(left)?;
                take(right)?;
            }
        }
    }
    Ok(())
}

/// A column of few texts.
pub(super) struct Repeating<'a> {
    pub(super) texts: Vec<Option<&'a str>>,
    places: &'a Int32Array,
}

impl<'a> Repeating<'a> {
    pub(super) fn of(column: &'a DictionaryArray<Int32Type>) -> Self {
        Self { texts: column.values().as_string::<i32>().iter().collect(), places: column.keys() }
    }

    /// The place of a row's text.
    pub(super) fn place(&self, row: usize) -> Option<usize> {
        self.places.is_valid(row).then(|| self.places.value(row) as usize)
    }

    /// What is told of a row's text, `told` by place; an error is told of its text where a row has it.
    fn told<T: Copy>(&self, row: usize, told: &[Result<T, DepositError>]) -> Result<T, DepositError> {
        let place = self.place(row);
        match place.and_then(|place| told.get(place)) {
            Some(Ok(told)) => Ok(*told),
            _ => {
                let name = place.and_then(|place| self.texts[place]).unwrap_or_default();
                Err(DepositError::StoredIdType { name: name.to_owned() })
            }
        }
    }
}

pub(super) fn token_of(bytes: &[u8]) -> Option<Token> {
    bytes.try_into().ok().map(Token)
}
