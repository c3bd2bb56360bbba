//! Says what is wrong with a query in the words of the mapping.

use databank_model::nearest;
use datafusion::common::{SchemaError, TableReference};
use datafusion::error::DataFusionError;

use super::GuardedTable;

/// The most names listed in a message.
const MOST_NAMES: usize = 60;

/// Returns the text of an engine error, without the engine's own layers and traces.
pub(super) fn message(error: &DataFusionError) -> String {
    match root(error) {
        DataFusionError::SQL(error, _) => format!("the SQL cannot be parsed: {error}"),
        DataFusionError::Plan(text) | DataFusionError::NotImplemented(text) => text.clone(),
        other => other.strip_backtrace(),
    }
}

/// Explains why a query cannot be planned over the inputs that it reads.
pub(super) fn plan_error(error: &DataFusionError, named: &[TableReference], tables: &[GuardedTable]) -> String {
    let DataFusionError::SchemaError(schema_error, _) = root(error) else { return message(error) };
    let SchemaError::FieldNotFound { field, valid_fields } = schema_error.as_ref() else { return message(error) };
    let mut text = match &field.relation {
        Some(relation) => format!("unknown column {}.{}", relation.table(), field.name),
        None => format!("unknown column {}", field.name),
    };
    if let Some(near) = nearest(&field.name, valid_fields.iter().map(|column| column.name.as_str())) {
        text.push_str("; did you mean ");
        text.push_str(near);
        text.push('?');
    }
    let read = tables.iter().filter(|table| named.iter().any(|reference| reference.table() == table.name));
    let described = read.map(|table| {
        let columns = table.rows.schema();
        let names: Vec<_> = columns.fields().iter().map(|field| field.name().as_str()).collect();
        format!("; the input {:?} has: {}", table.name, list(&names))
    });
    text + &described.collect::<String>()
}

/// Explains that a query reads a table that there is not.
pub(super) fn unknown_table(name: &str, tables: &[GuardedTable]) -> String {
    let names: Vec<_> = tables.iter().map(|table| table.name.as_str()).collect();
    let near = nearest(name, names.iter().copied()).map_or(String::new(), |near| format!(" did you mean {near:?}?"));
    format!("unknown input {name:?};{near} the mapping has: {}", list(&names))
}

fn list(names: &[&str]) -> String {
    let shown = names.get(..MOST_NAMES).unwrap_or(names).join(", ");
    if names.len() > MOST_NAMES { format!("{shown} and {} more", names.len() - MOST_NAMES) } else { shown }
}

/// Finds the innermost error of the engine.
fn root(error: &DataFusionError) -> &DataFusionError {
    match error {
        DataFusionError::Context(_, inner) | DataFusionError::Diagnostic(_, inner) => root(inner),
        DataFusionError::Collection(errors) => errors.first().map_or(error, root),
        DataFusionError::Shared(inner) => root(inner),
        other => other,
    }
}
