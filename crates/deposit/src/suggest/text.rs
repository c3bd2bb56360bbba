//! The text of a proposed mapping.

use std::fmt::Write as _;

use super::column::{Sample, quoted};
use crate::input::InputOptions;

/// A query in the making.
#[derive(Debug, Default)]
pub(super) struct Query {
    columns: Vec<(String, String)>,
    from: String,
    filters: Vec<String>,
}

impl Query {
    pub(super) fn from(table: &str) -> Self {
        Self { from: quoted(table), ..Self::default() }
    }

    pub(super) fn from_text(from: String) -> Self {
        Self { from, ..Self::default() }
    }

    /// Adds a column, unless one of that name is there.
    pub(super) fn column(&mut self, sql: impl Into<String>, name: &str) {
        if !self.columns.iter().any(|(_, held)| held == name) {
            self.columns.push((sql.into(), name.to_owned()));
        }
    }

    pub(super) fn filter(&mut self, condition: String) {
        self.filters.push(condition);
    }

    fn sql(&self) -> String {
        let is_plain = |name: &str| name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        let name_of = |name: &str| if is_plain(name) { name.to_owned() } else { quoted(name) };
        let lines: Vec<String> = self.columns.iter().map(|(sql, name)| format!("{sql} as {}", name_of(name))).collect();
        let mut text = format!("  select {}\n  from {}\n", lines.join(",\n         "), self.from);
        if !self.filters.is_empty() {
            let _written = writeln!(text, "  where {}", self.filters.join("\n    and "));
        }
        text
    }
}

/// A block in the making.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) kind: &'static str,
    pub(super) query: Query,
    pub(super) valid_from: Option<String>,
}

/// What stands above the blocks.
#[derive(Debug)]
pub(super) struct Head<'a> {
    pub(super) name: String,
    pub(super) timezone: &'a str,
    pub(super) currency: &'a str,
    pub(super) keeps_anonymous: bool,
    pub(super) notes: &'a [String],
}

/// A text literal of SQL.
pub(super) fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// The text of a mapping file.
pub(super) fn render(head: &Head<'_>, inputs: &[&Sample], blocks: &[Block]) -> String {
    let mut text =
        String::from("# Proposed from the files' headers and first rows. Look it over before you import by it.\n");
    for note in head.notes {
        let _written = writeln!(text, "# - {}", comment(note));
    }
    let _written = write!(
        text,
        "name     = {}\ntimezone = {}\ncurrency = {}\n",
        toml(&head.name),
        toml(head.timezone),
        toml(head.currency)
    );
    if head.keeps_anonymous {
        text.push_str("missing_id = \"anonymous\"\n");
    }
    for input in inputs {
        text.push_str(&input_text(input));
    }
    for block in blocks {
        let _written = write!(text, "\n[[{}]]\n", block.kind);
        if let Some(day) = &block.valid_from {
            let _written = writeln!(text, "valid_from = {}", toml(day));
        }
        let _written = write!(text, "sql = \"\"\"\n{}\"\"\"\n", multi_line(&block.query.sql()));
    }
    text
}

fn input_text(sample: &Sample) -> String {
    let InputOptions { format, header, columns, delimiter, encoding, .. } = &sample.options;
    let mut text = format!("\n[inputs.{}]\npath = {}\n", sample.table, toml(&pattern_of(&sample.files)));
    let mut add = |key: &str, value: String| {
        let _written = writeln!(text, "{key} = {value}");
    };
    if let Some(format) = format {
        add("format", toml(format.as_str()));
    }
    if let Some(header) = header {
        add("header", header.to_string());
    }
    if let Some(columns) = columns {
        add("columns", format!("[{}]", columns.iter().map(|name| toml(name)).collect::<Vec<_>>().join(", ")));
    }
    if let Some(delimiter) = delimiter {
        add("delimiter", toml(&char::from(*delimiter).to_string()));
    }
    if let Some(encoding) = encoding {
        add("encoding", toml(&encoding.name().to_lowercase()));
    }
    text
}

/// A pattern that all of these names match.
fn pattern_of(files: &[String]) -> String {
    let [first, others @ ..] = files else { return "*".to_owned() };
    if others.is_empty() {
        return glob::Pattern::escape(first);
    }
    let common = |left: &str, right: &str| -> usize {
        left.chars().zip(right.chars()).take_while(|(l, r)| l == r).map(|(l, _)| l.len_utf8()).sum()
    };
    let backwards = |text: &str| text.chars().rev().collect::<String>();
    let start = others.iter().map(|other| common(first, other)).min().unwrap_or(0);
    let least = files.iter().map(String::len).min().unwrap_or(0);
    let end = others.iter().map(|other| common(&backwards(first), &backwards(other))).min().unwrap_or(0);
    let end = end.min(least.saturating_sub(start));
    let (head, tail) = (first.get(..start).unwrap_or_default(), first.get(first.len() - end..).unwrap_or_default());
    format!("{}*{}", glob::Pattern::escape(head), glob::Pattern::escape(tail))
}

fn comment(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// A text of TOML on one line.
fn toml(text: &str) -> String {
    let mut written = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => written.extend(['\\', c]),
            c if c.is_control() => {
                let _written = write!(written, "\\u{:04X}", u32::from(c));
            }
            c => written.push(c),
        }
    }
    written.push('"');
    written
}

/// The inside of a text of TOML over several lines.
fn multi_line(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for c in text.replace('\\', "\\\\").replace("\"\"\"", "\"\"\\\"").chars() {
        match c {
            '\n' | '\t' => written.push(c),
            c if c.is_control() => {
                let _written = write!(written, "\\u{:04X}", u32::from(c));
            }
            c => written.push(c),
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_matches_all_names() {
        let files = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert_eq!(pattern_of(&files(&["a[1].csv"])), "a[[]1[]].csv");
        assert_eq!(pattern_of(&files(&["orders-1.csv", "orders-12.csv"])), "orders-1*.csv");
        assert_eq!(pattern_of(&files(&["订单一.csv", "订单二.csv"])), "订单*.csv");
        assert_eq!(pattern_of(&files(&["aa.csv", "a.csv"])), "a*.csv");
    }

    #[test]
    fn any_text_survives_toml() {
        for text in
            ["a", "say \"\"\"\"hi\"\"\"\"", "back\\slash\u{1}\r\n", "C:\\new", "quote\"", "\"\"\"\"\"\"\"", "中文"]
        {
            let document = format!("a = {}\nb = \"\"\"\n{} \"\"\"\n", toml(text), multi_line(text));
            let table: toml::Table = document.parse().unwrap_or_else(|error| panic!("{document}: {error}"));
            assert_eq!(table["a"].as_str(), Some(text));
            assert_eq!(table["b"].as_str(), Some(format!("{text} ").as_str()));
        }
    }
}
