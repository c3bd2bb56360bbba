//! Aligned columns for people.

use std::fmt::Write;

use serde_json::Value;
use unicode_width::UnicodeWidthStr;

use super::report::cell_text;

/// Renders a header line and the rows, numbers to the right, two spaces between columns, no space at a line's end.
pub(super) fn render(columns: &[String], rows: &[Vec<Value>]) -> String {
    let cells: Vec<Vec<String>> =
        rows.iter().map(|row| row.iter().map(|cell| printable(&cell_text(cell))).collect()).collect();
    let layout: Vec<Column> = columns
        .iter()
        .enumerate()
        .map(|(index, name)| {
            let texts = cells.iter().filter_map(|row| row.get(index));
            let width = texts.map(|text| text.width()).chain([name.width()]).max().unwrap_or_default();
            let values = || rows.iter().filter_map(|row| row.get(index)).filter(|cell| !cell.is_null());
            let numeric = values().next().is_some() && values().all(Value::is_number);
            Column { width, numeric }
        })
        .collect();

    let mut text = String::new();
    push_line(&mut text, columns, &layout);
    for row in &cells {
        push_line(&mut text, row, &layout);
    }
    text
}

struct Column {
    width: usize,
    numeric: bool,
}

fn push_line(text: &mut String, cells: &[String], layout: &[Column]) {
    let start = text.len();
    for (index, (cell, column)) in cells.iter().zip(layout).enumerate() {
        if index > 0 {
            text.push_str("  ");
        }
        let padding = " ".repeat(column.width.saturating_sub(cell.width()));
        if column.numeric {
            text.push_str(&padding);
            text.push_str(cell);
        } else {
            text.push_str(cell);
            text.push_str(&padding);
        }
    }
    let kept = text.get(start..).unwrap_or_default().trim_end_matches(' ').len();
    text.truncate(start + kept);
    text.push('\n');
}

/// Data must not steer the reader's terminal, nor break a row in two.
fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control() {
            write!(shown, "{}", character.escape_default()).ok();
        } else {
            shown.push(character);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn data_cannot_steer_the_terminal() {
        let text = render(&["name".to_owned()], &[vec![json!("a\u{1b}[31m\nb")]]);
        assert_eq!(text, "name\na\\u{1b}[31m\\nb\n");
    }

    #[test]
    fn a_table_without_rows_is_its_header() {
        assert_eq!(render(&["brand".to_owned(), "name".to_owned()], &[]), "brand  name\n");
    }
}
