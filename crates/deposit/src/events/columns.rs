//! Which output column of a block means what.

use arrow::datatypes::Schema;
use databank_identity::IdType;

use crate::reject::{FILE, LINE, REJECT, UNCONVERTIBLE};

/// Text columns of an event that are stored as they come, in the order of their storage.
pub const TEXTS: [&str; 11] = [
    "channel", "store_id", "item_id", "category", "order_id", "line_id", "campaign", "content", "creator",
    "touchpoint", "keyword",
];

/// The other canonical columns of an event.
const OTHERS: [&str; 8] = ["event_id", "ts", "behavior", "brand", "revision", "quantity", "amount", "currency"];

/// An id column.
#[derive(Debug, Clone)]
pub struct IdColumn {
    /// Place in the batch.
    pub index: usize,
    /// Name, such as `id.phone`.
    pub name: String,
    /// Type of its ids.
    pub id_type: IdType,
}

/// Places of the columns of a block's output.
#[derive(Debug, Clone, Default)]
pub struct Columns {
    /// Id columns, strongest type first.
    pub ids: Vec<IdColumn>,
    /// Properties: place and name.
    pub properties: Vec<(usize, String)>,
    /// Other columns: place and name.
    pub attributes: Vec<(usize, String)>,
    /// Columns that are none of these, and what to do about them.
    pub unknown: Vec<(String, String)>,
    names: Vec<String>,
}

impl Columns {
    /// Sorts out the columns of an events block.
    pub fn of_events(schema: &Schema) -> Self {
        Self::sort_out(schema, &|name| TEXTS.contains(&name) || OTHERS.contains(&name) || name == "rating")
    }

    /// Sorts out the columns of a masters block, whose attributes may have any name.
    pub fn of_masters(schema: &Schema) -> Self {
        Self::sort_out(schema, &|name| !name.starts_with('_'))
    }

    fn sort_out(schema: &Schema, is_known: &dyn Fn(&str) -> bool) -> Self {
        let mut columns = Self::default();
        for (index, field) in schema.fields().iter().enumerate() {
            let name = field.name().as_str();
            columns.names.push(name.to_owned());
            if let Some(type_name) = name.strip_prefix("id.") {
                match type_name.parse::<IdType>() {
                    Ok(id_type) => columns.ids.push(IdColumn { index, name: name.to_owned(), id_type }),
                    Err(error) => columns.unknown.push((name.to_owned(), error.to_string())),
                }
            } else if let Some(property) = name.strip_prefix("prop.").filter(|property| !property.is_empty()) {
                columns.properties.push((index, property.to_owned()));
            } else if [FILE, LINE, UNCONVERTIBLE, REJECT].contains(&name) {
            } else if is_known(name) {
                columns.attributes.push((index, name.to_owned()));
            } else {
                let hint = format!("{name} is no canonical column; call it prop.{name} to keep it as a property");
                columns.unknown.push((name.to_owned(), hint));
            }
        }
        columns.ids.sort_by(|a, b| a.id_type.cmp(&b.id_type));
        columns.properties.sort_by(|a, b| a.1.cmp(&b.1));
        columns
    }

    /// Place of a column by name.
    pub fn place(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|held| held == name)
    }
}
