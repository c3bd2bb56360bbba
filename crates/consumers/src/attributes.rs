//! What masters state about a consumer: of each attribute the newest value.

use std::collections::BTreeMap;

use arrow::array::{Array, AsArray};
use arrow::datatypes::{Int32Type, Int64Type, TimestampMicrosecondType};
use databank_lake::read_chosen;
use databank_model::ConsumerId;

use crate::ids::choice_of;
use crate::{ConsumerDesk, ConsumerError};

/// The kind of master that is about people.
const KIND: &str = "consumers";

/// One attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
    /// Since when it holds, µs UTC.
    pub valid_from_us: i64,
    /// Who said so.
    pub source: String,
}

impl ConsumerDesk {
    /// The attributes of a consumer, by name: of each the value with the greatest (valid from, deposit) over all of the
    /// consumer's profiles. One that was unset last is left out.
    pub fn attributes(&self, consumer: ConsumerId) -> Result<Vec<Attribute>, ConsumerError> {
        type Newest = (i64, i64, Option<String>, String);
        let choice = choice_of(&self.profiles_of(&[consumer]));
        let mut newest: BTreeMap<String, Newest> = BTreeMap::new();
        for file in &self.masters.files {
            let columns = ["kind", "profile", "attribute", "value", "valid_from", "source", "deposit"];
            let dictionary = ["kind", "attribute", "source"];
            for batch in read_chosen(file, &columns, &dictionary, &choice)? {
                let batch = batch?;
                let text = |column: usize, row: usize| {
                    let array = batch.column(column).as_dictionary::<Int32Type>();
                    array.key(row).map_or("", |key| array.values().as_string::<i32>().value(key)).to_owned()
                };
                let values = batch.column(3).as_string::<i32>();
                let valid_from = batch.column(4).as_primitive::<TimestampMicrosecondType>();
                let deposits = batch.column(6).as_primitive::<Int64Type>();
                for row in (0..batch.num_rows()).filter(|row| text(0, *row) == KIND) {
                    let value = values.is_valid(row).then(|| values.value(row).to_owned());
                    let fresh = (valid_from.value(row), deposits.value(row), value, text(5, row));
                    let held = newest.entry(text(2, row)).or_insert_with(|| fresh.clone());
                    if *held < fresh {
                        *held = fresh;
                    }
                }
            }
        }
        let set = newest.into_iter().filter_map(|(name, (valid_from_us, _, value, source))| {
            Some(Attribute { name, value: value?, valid_from_us, source })
        });
        Ok(set.collect())
    }
}
