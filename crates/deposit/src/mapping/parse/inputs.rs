//! Parses the `[inputs]` of a mapping file.

use encoding_rs::{Encoding, REPLACEMENT};
use toml::Spanned;
use toml::de::{DeString, DeValue};

use super::{Source, Value, nonempty};
use crate::input::{ColumnType, Format, InputOptions};
use crate::mapping::{Input, MappingError};

/// The keys of an input that is a table.
const KEYS: [&str; 9] = ["path", "format", "header", "columns", "delimiter", "quote", "null", "encoding", "types"];

/// The names of column types, for error messages.
const TYPE_NAMES: &str = "text, bigint, double, boolean, date, timestamp, timestamptz or decimal(precision, scale)";

pub(super) fn parse_input(
    source: &Source<'_>,
    key: &Spanned<DeString<'_>>,
    value: &Value<'_>,
) -> Result<Input, MappingError> {
    let table = key.get_ref().to_string();
    if table.is_empty() {
        return Err(source.error(key.span().start, "an input needs a name"));
    }
    let settings = match value.get_ref() {
        DeValue::String(_) => {
            let path = nonempty(source, value, &table)?;
            return Ok(Input { table, path, options: InputOptions::default() });
        }
        DeValue::Table(settings) => settings,
        _ => {
            let reason = format!("input `{table}` must be \"file or pattern\" or {{ path = \"…\", … }}");
            return Err(source.error(value.span().start, reason));
        }
    };
    let mut path = None;
    let mut options = InputOptions::default();
    for (key, value) in settings {
        let start = value.span().start;
        match key.get_ref().as_ref() {
            "path" => path = Some(nonempty(source, value, "path")?),
            "format" => {
                let name = source.text(value, "format")?;
                let format = Format::parse(name);
                let reason = format!("`format` is \"csv\", \"jsonl\" or \"parquet\", not {name:?}");
                options.format = Some(format.ok_or_else(|| source.error(start, reason))?);
            }
            "header" => {
                let DeValue::Boolean(header) = value.get_ref() else {
                    return Err(source.error(start, "`header` is true or false"));
                };
                options.header = Some(*header);
            }
            "columns" => options.columns = Some(texts(source, value, "columns")?),
            "delimiter" => {
                options.delimiter =
                    Some(character(source, value, "delimiter")?.ok_or_else(|| {
                        source.error(start, "`delimiter` is one character, such as \";\" or \"\\t\"")
                    })?);
            }
            "quote" => options.quote = Some(character(source, value, "quote")?),
            "null" => options.null = Some(texts(source, value, "null")?),
            "encoding" => options.encoding = Some(encoding(source, value)?),
            "types" => options.types = types(source, value)?,
            other => {
                return Err(source.unknown(key.span().start, other, &format!("input `{table}`"), &KEYS));
            }
        }
    }
    let Some(path) = path else {
        let reason = format!("input `{table}` has no `path`; add path = \"file or pattern\"");
        return Err(source.error(key.span().start, reason));
    };
    Ok(Input { table, path, options })
}

fn texts(source: &Source<'_>, value: &Value<'_>, key: &str) -> Result<Vec<String>, MappingError> {
    let DeValue::Array(values) = value.get_ref() else {
        return Err(source.error(value.span().start, format!("`{key}` is a list of texts: [\"…\", \"…\"]")));
    };
    values.iter().map(|value| source.text(value, key).map(str::to_owned)).collect()
}

/// Reads one ASCII character; none if the text is empty.
fn character(source: &Source<'_>, value: &Value<'_>, key: &str) -> Result<Option<u8>, MappingError> {
    match source.text(value, key)?.as_bytes() {
        [] => Ok(None),
        [byte] if byte.is_ascii() && !matches!(byte, b'\n' | b'\r' | 0) => Ok(Some(*byte)),
        _ => {
            let reason = format!("`{key}` is one ASCII character that ends no line");
            Err(source.error(value.span().start, reason))
        }
    }
}

fn encoding(source: &Source<'_>, value: &Value<'_>) -> Result<&'static Encoding, MappingError> {
    let label = source.text(value, "encoding")?;
    let found = Encoding::for_label(label.as_bytes()).filter(|encoding| *encoding != REPLACEMENT);
    found.ok_or_else(|| {
        let reason =
            format!("`encoding` {label:?} is not known; give for example \"utf-8\", \"gb18030\" or \"utf-16le\"");
        source.error(value.span().start, reason)
    })
}

fn types(source: &Source<'_>, value: &Value<'_>) -> Result<Vec<(String, ColumnType)>, MappingError> {
    let DeValue::Table(table) = value.get_ref() else {
        let reason = "`types` is a table: { column = \"type\" }";
        return Err(source.error(value.span().start, reason));
    };
    let mut types = Vec::with_capacity(table.len());
    for (key, value) in table {
        let name = source.text(value, "types")?;
        let Some(column_type) = ColumnType::parse(name) else {
            let reason = format!("the type of column `{}` is {TYPE_NAMES}, not {name:?}", key.get_ref());
            return Err(source.error(value.span().start, reason));
        };
        types.push((key.span().start, key.get_ref().to_string(), column_type));
    }
    types.sort_by_key(|(start, ..)| *start);
    Ok(types.into_iter().map(|(_, name, column_type)| (name, column_type)).collect())
}
