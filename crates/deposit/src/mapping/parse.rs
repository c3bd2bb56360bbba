//! Parses a mapping file. Unknown keys are errors: a misspelt option must not be a silent default.

use databank_model::nearest;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Block, BlockKind, Input, Mapping, MappingError, MaxRejects, MissingId};

mod inputs;

/// The keys of a mapping file that are not blocks.
const KEYS: [&str; 7] = ["name", "source", "timezone", "currency", "missing_id", "max_rejects", "inputs"];

pub(super) type Value<'t> = Spanned<DeValue<'t>>;
type Table<'t> = DeTable<'t>;

/// The text of a mapping file, for line numbers.
#[derive(Clone, Copy)]
pub(super) struct Source<'t> {
    text: &'t str,
    file: &'t str,
}

impl Source<'_> {
    /// Makes an error that names the line of a byte offset.
    pub(super) fn error(&self, offset: usize, reason: impl Into<String>) -> MappingError {
        let before = self.text.as_bytes().get(..offset).unwrap_or_default();
        let line = memchr::memchr_iter(b'\n', before).count() + 1;
        MappingError::Parse { file: self.file.to_owned(), line, reason: reason.into() }
    }

    /// Makes the error for a key that is not known in its place.
    pub(super) fn unknown(&self, offset: usize, key: &str, place: &str, known: &[&str]) -> MappingError {
        let hint = nearest(key, known.iter().copied()).map_or(String::new(), |near| format!(" did you mean `{near}`?"));
        self.error(offset, format!("unknown key `{key}` in {place};{hint} known here: {}", known.join(", ")))
    }

    pub(super) fn text<'v>(&self, value: &'v Value<'_>, key: &str) -> Result<&'v str, MappingError> {
        match value.get_ref() {
            DeValue::String(text) => Ok(text),
            _ => Err(self.error(value.span().start, format!("`{key}` must be a text in quotes"))),
        }
    }
}

/// Parses a mapping file.
pub(super) fn parse(text: &str, file: &str) -> Result<Mapping, MappingError> {
    let source = Source { text, file };
    let document = DeTable::parse(text).map_err(|error| {
        source.error(error.span().map_or(0, |span| span.start), format!("not TOML: {}", error.message()))
    })?;
    let document = document.get_ref();
    let known: Vec<&str> = KEYS.into_iter().chain(BlockKind::ALL.map(BlockKind::as_str)).collect();
    for key in document.keys() {
        if !known.contains(&key.get_ref().as_ref()) {
            return Err(source.unknown(key.span().start, key.get_ref(), "a mapping", &known));
        }
    }
    let Some(name) = document.get("name") else {
        return Err(source.error(0, "the mapping has no `name`; add for example name = \"orders\""));
    };
    let name = nonempty(&source, name, "name")?;
    let Some(inputs) = document.get("inputs") else {
        return Err(source.error(0, "the mapping has no [inputs]; add for example orders = \"orders.csv\" below it"));
    };
    let missing_id = document.get("missing_id").map(|value| parse_missing_id(&source, value)).transpose()?;
    Ok(Mapping {
        source: document.get("source").map_or(Ok(name.clone()), |value| nonempty(&source, value, "source"))?,
        name,
        timezone: document.get("timezone").map(|value| parse_timezone(&source, value)).transpose()?,
        currency: document.get("currency").map(|value| parse_currency(&source, value)).transpose()?,
        missing_id: missing_id.unwrap_or_default(),
        max_rejects: document.get("max_rejects").map(|value| parse_max_rejects(&source, value)).transpose()?,
        inputs: parse_inputs(&source, inputs)?,
        blocks: parse_blocks(&source, document)?,
    })
}

fn nonempty(source: &Source<'_>, value: &Value<'_>, key: &str) -> Result<String, MappingError> {
    let text = source.text(value, key)?;
    if text.trim().is_empty() {
        return Err(source.error(value.span().start, format!("`{key}` must not be empty")));
    }
    Ok(text.to_owned())
}

fn parse_timezone(source: &Source<'_>, value: &Value<'_>) -> Result<chrono_tz::Tz, MappingError> {
    let text = source.text(value, "timezone")?;
    text.parse().map_err(|_| {
        let reason = format!("`timezone` {text:?} is not known; give a name such as \"Asia/Shanghai\" or \"UTC\"");
        source.error(value.span().start, reason)
    })
}

fn parse_currency(source: &Source<'_>, value: &Value<'_>) -> Result<String, MappingError> {
    let text = source.text(value, "currency")?;
    if text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Ok(text.to_owned());
    }
    let reason = format!("`currency` {text:?} is no ISO 4217 code; give three capital letters such as \"CNY\"");
    Err(source.error(value.span().start, reason))
}

fn parse_missing_id(source: &Source<'_>, value: &Value<'_>) -> Result<MissingId, MappingError> {
    match source.text(value, "missing_id")? {
        "reject" => Ok(MissingId::Reject),
        "anonymous" => Ok(MissingId::Anonymous),
        other => {
            let reason = format!("`missing_id` is \"reject\" or \"anonymous\", not {other:?}");
            Err(source.error(value.span().start, reason))
        }
    }
}

fn parse_max_rejects(source: &Source<'_>, value: &Value<'_>) -> Result<MaxRejects, MappingError> {
    let parsed = match value.get_ref() {
        DeValue::Integer(number) => u64::from_str_radix(number.as_str(), number.radix()).ok().map(MaxRejects::Number),
        DeValue::Float(share) => {
            share.as_str().parse().ok().filter(|share| (0.0..=1.0).contains(share)).map(MaxRejects::Share)
        }
        _ => None,
    };
    let reason = "`max_rejects` is a share from 0.0 to 1.0 or a whole number of rows";
    parsed.ok_or_else(|| source.error(value.span().start, reason))
}

fn parse_inputs(source: &Source<'_>, value: &Value<'_>) -> Result<Vec<Input>, MappingError> {
    let DeValue::Table(table) = value.get_ref() else {
        let reason = "`inputs` must be a table: [inputs], and below it table = \"file or pattern\"";
        return Err(source.error(value.span().start, reason));
    };
    let mut inputs = Vec::with_capacity(table.len());
    for (key, value) in table {
        // A TOML table does not keep its order, but its spans do.
        inputs.push((key.span().start, inputs::parse_input(source, key, value)?));
    }
    if inputs.is_empty() {
        return Err(source.error(value.span().start, "[inputs] is empty; add for example orders = \"orders.csv\""));
    }
    inputs.sort_by_key(|(start, _)| *start);
    Ok(inputs.into_iter().map(|(_, input)| input).collect())
}

fn parse_blocks(source: &Source<'_>, document: &Table<'_>) -> Result<Vec<Block>, MappingError> {
    let mut blocks = Vec::new();
    for kind in BlockKind::ALL {
        let Some(value) = document.get(kind.as_str()) else { continue };
        let shape = || source.error(value.span().start, format!("`{kind}` must be blocks, each headed [[{kind}]]"));
        let DeValue::Array(values) = value.get_ref() else { return Err(shape()) };
        for (index, value) in values.iter().enumerate() {
            let DeValue::Table(table) = value.get_ref() else { return Err(shape()) };
            let start = value.span().start;
            blocks.push((start, parse_block(source, kind, index + 1, start, table)?));
        }
    }
    if blocks.is_empty() {
        return Err(source.error(0, "the mapping has no block; add [[events]] with sql = \"select …\""));
    }
    blocks.sort_by_key(|(start, _)| *start);
    Ok(blocks.into_iter().map(|(_, block)| block).collect())
}

fn parse_block(
    source: &Source<'_>,
    kind: BlockKind,
    number: usize,
    start: usize,
    table: &Table<'_>,
) -> Result<Block, MappingError> {
    // An event has its own time; a row of facts may hold from a date that only the mapping knows.
    let known: &[&str] = if kind == BlockKind::Events { &["sql"] } else { &["sql", "valid_from"] };
    for key in table.keys() {
        if !known.contains(&key.get_ref().as_ref()) {
            return Err(source.unknown(key.span().start, key.get_ref(), &format!("[[{kind}]]"), known));
        }
    }
    let Some(sql) = table.get("sql") else {
        return Err(source.error(start, format!("[[{kind}]] block {number} has no `sql`")));
    };
    let valid_from = table.get("valid_from").map(|value| match value.get_ref() {
        DeValue::Datetime(date) => Ok(date.to_string()),
        _ => nonempty(source, value, "valid_from"),
    });
    Ok(Block { kind, number, sql: nonempty(source, sql, "sql")?, valid_from: valid_from.transpose()? })
}
