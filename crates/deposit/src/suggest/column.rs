//! A file's columns with their values, as SQL sees them.

use std::collections::BTreeSet;

use arrow::datatypes::DataType;

use crate::input::{Format, InputOptions, Inspection};

/// A name without what differs between exports: case, width, spaces and punctuation.
pub(super) fn normalized(name: &str) -> String {
    let narrow = |c: char| match c {
        // Full-width forms of ASCII.
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        other => other,
    };
    name.chars().map(narrow).filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// What a column's values are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Whole,
    Float,
    Decimal,
    Time,
    Other,
    /// Records and maps, which no block may give out.
    Nested,
}

/// A column.
#[derive(Debug, Clone)]
pub(super) struct Column {
    /// Its name, without spaces around it.
    pub(super) name: String,
    /// Its name without what differs between exports.
    pub(super) key: String,
    /// Its value in SQL.
    pub(super) sql: String,
    pub(super) kind: Kind,
    /// Its first values.
    pub(super) values: Vec<Option<String>>,
}

/// Files with the same columns.
#[derive(Debug)]
pub(super) struct Sample {
    /// Their SQL table.
    pub(super) table: String,
    pub(super) files: Vec<String>,
    pub(super) format: Format,
    pub(super) options: InputOptions,
    pub(super) columns: Vec<Column>,
    names: Vec<(String, DataType)>,
}

/// A name in SQL.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

impl Sample {
    pub(super) fn of(inspected: Inspection) -> Self {
        let Inspection { file, format, options, columns: names, rows, .. } = inspected;
        let mut columns = Vec::with_capacity(names.len());
        for (index, (name, data_type)) in names.iter().enumerate() {
            let values = rows.iter().map(|row| row.get(index).cloned().flatten()).collect();
            // A column without a name cannot be named in SQL.
            if !name.is_empty() {
                columns.push(Column::new(name.trim(), quoted(name), kind_of(data_type), values));
            }
        }
        if let [only] = columns.as_slice()
            && let Some(split) = split_at_spaces(only, options.header != Some(false))
        {
            columns = split;
        }
        Self { table: String::new(), files: vec![file], format, options, columns, names }
    }

    /// Whether a file is another one of these.
    pub(super) fn is_like(&self, other: &Inspection) -> bool {
        let same = |left: &InputOptions, right: &InputOptions| {
            (left.delimiter, left.header, left.encoding) == (right.delimiter, right.header, right.encoding)
        };
        self.format == other.format && self.names == other.columns && same(&self.options, &other.options)
    }

    /// The first file's name without its endings.
    pub(super) fn stem(&self) -> &str {
        let name = self.files.first().map(String::as_str).unwrap_or_default();
        let name = name.rsplit('/').next().unwrap_or(name);
        name.split('.').next().unwrap_or(name)
    }
}

impl Column {
    fn new(name: &str, sql: String, kind: Kind, values: Vec<Option<String>>) -> Self {
        Self { name: name.to_owned(), key: normalized(name), sql, kind, values }
    }

    /// The same column where its table has to be named.
    pub(super) fn of_table(&self, table: &str) -> Self {
        let plain = quoted(&self.name);
        let sql = if self.sql.starts_with('"') {
            format!("{}.{}", quoted(table), self.sql)
        } else {
            self.sql.replace(&plain, &format!("{}.{plain}", quoted(table)))
        };
        Self { sql, ..self.clone() }
    }

    /// Values that say something.
    pub(super) fn told(&self) -> impl Iterator<Item = &str> {
        self.values.iter().flatten().map(|text| text.trim()).filter(|text| !text.is_empty())
    }

    /// Whether some rows have no value.
    pub(super) fn has_gaps(&self) -> bool {
        self.told().count() < self.values.len()
    }

    /// Whether there are values, and at least this many in a hundred pass.
    pub(super) fn mostly(&self, percent: usize, passes: impl Fn(&str) -> bool) -> bool {
        let (all, passed) =
            self.told().fold((0, 0), |(all, passed), text| (all + 1, passed + usize::from(passes(text))));
        all > 0 && passed * 100 >= all * percent
    }

    /// The different values, in order.
    pub(super) fn distinct(&self) -> BTreeSet<&str> {
        self.told().collect()
    }
}

fn kind_of(data_type: &DataType) -> Kind {
    match data_type {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => Kind::Text,
        DataType::Dictionary(_, value) => kind_of(value),
        DataType::Float16 | DataType::Float32 | DataType::Float64 => Kind::Float,
        DataType::Decimal32(..) | DataType::Decimal64(..) | DataType::Decimal128(..) | DataType::Decimal256(..) => {
            Kind::Decimal
        }
        DataType::Timestamp(..) | DataType::Date32 | DataType::Date64 => Kind::Time,
        DataType::Struct(_) | DataType::Map(..) | DataType::Union(..) => Kind::Nested,
        whole if whole.is_integer() => Kind::Whole,
        _ => Kind::Other,
    }
}

/// A table whose only column is really several, with spaces between them, as statistics programs write it.
fn split_at_spaces(only: &Column, has_header: bool) -> Option<Vec<Column>> {
    let first = only.told().next()?;
    let count = first.split_whitespace().count();
    if count < 2 || !only.mostly(90, |text| text.split_whitespace().count() == count) {
        return None;
    }
    // Words between spaces are a sentence, unless most of them are numbers.
    let numbers = first.split_whitespace().filter(|part| part.starts_with(|c: char| c.is_ascii_digit())).count();
    let header: Vec<&str> = only.name.split_whitespace().collect();
    if numbers * 2 < count || (has_header && header.len() != count) {
        return None;
    }
    let columns = (0..count).map(|place| {
        let name = if has_header {
            header.get(place).copied().unwrap_or_default().to_owned()
        } else {
            format!("c{}", place + 1)
        };
        let one_space = format!("regexp_replace(trim({}), '\\s+', ' ', 'g')", only.sql);
        let sql = format!("nullif(split_part({one_space}, ' ', {}), '')", place + 1);
        let part = |text: &Option<String>| Some(text.as_deref()?.split_whitespace().nth(place)?.to_owned());
        Column::new(&name, sql, Kind::Text, only.values.iter().map(part).collect())
    });
    Some(columns.collect())
}

/// Names the tables after their files.
pub(super) fn name_tables(samples: &mut [Sample]) {
    let mut taken = BTreeSet::new();
    for sample in samples {
        let word = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' };
        let name: String = sample.stem().chars().map(word).collect();
        let name = name.trim_matches('_');
        let has_letter_first = name.starts_with(|c: char| c.is_ascii_alphabetic());
        let name = if has_letter_first { name.to_owned() } else { format!("rows_{name}").trim_matches('_').to_owned() };
        let mut unique = name.clone();
        let mut number = 2;
        while !taken.insert(unique.clone()) {
            unique = format!("{name}_{number}");
            number += 1;
        }
        sample.table = unique;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_without_case_width_and_punctuation() {
        for name in ["Order ID", "order_id", "ＯＲＤＥＲ－ＩＤ", "orderId"] {
            assert_eq!(normalized(name), "orderid", "{name}");
        }
        assert_eq!(normalized("下单时间（北京）"), "下单时间北京");
    }

    #[test]
    fn one_column_of_numbers_between_spaces_is_several() {
        let only = |name: &str, text: &str| Column::new(name, quoted(name), Kind::Text, vec![Some(text.to_owned()); 3]);
        let split = split_at_spaces(&only("id  date dollars", " 00001 19970101   11.77"), true).unwrap();
        let names: Vec<&str> = split.iter().map(|column| column.name.as_str()).collect();
        assert_eq!(names, ["id", "date", "dollars"]);
        assert_eq!(split[2].values[0].as_deref(), Some("11.77"));
        assert!(split_at_spaces(&only("note", "said hello to me"), true).is_none());
    }
}
