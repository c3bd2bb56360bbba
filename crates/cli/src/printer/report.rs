//! A command's result: a JSON document for programs and a table of the same for people.

use serde::Serialize;
use serde_json::Value;

use super::{PrintError, table};
use crate::args::Format;

/// A result, ready for any format.
#[derive(Debug, Clone)]
pub(crate) struct Report {
    json: String,
    columns: Vec<String>,
    rows: Vec<Vec<Value>>,
}

impl Report {
    /// A result. The document's fields are written in the order that its type declares them in.
    pub(crate) fn new(document: &impl Serialize, columns: &[&str], rows: Vec<Vec<Value>>) -> Result<Self, PrintError> {
        let json = serde_json::to_string(document)
            .map_err(|error| PrintError::Encode { format: "JSON", reason: error.to_string() })?;
        Ok(Self { json, columns: columns.iter().map(|&column| column.to_owned()).collect(), rows })
    }

    /// The result as text that ends with a line end.
    pub(crate) fn render(&self, format: Format) -> Result<String, PrintError> {
        match format {
            Format::Table => Ok(table::render(&self.columns, &self.rows)),
            Format::Json => Ok(format!("{}\n", self.json)),
            Format::Csv => self.csv().map_err(|error| PrintError::Encode { format: "CSV", reason: error.to_string() }),
        }
    }

    fn csv(&self) -> Result<String, Box<dyn std::error::Error + Send + Sync>> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(&self.columns)?;
        for row in &self.rows {
            writer.write_record(row.iter().map(cell_text))?;
        }
        Ok(String::from_utf8(writer.into_inner().map_err(csv::IntoInnerError::into_error)?)?)
    }
}

/// A cell as plain text: nothing for null, a text without quotes, anything else as JSON.
pub(super) fn cell_text(cell: &Value) -> String {
    match cell {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => cell.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[derive(Serialize)]
    struct Row {
        stage: &'static str,
        consumers: u64,
        note: Option<&'static str>,
    }

    fn report() -> Report {
        let document = [
            Row { stage: "A", consumers: 12, note: None },
            Row { stage: "忠诚", consumers: 3, note: Some("a \"b\", c") },
        ];
        let rows = document.iter().map(|row| vec![json!(row.stage), json!(row.consumers), json!(row.note)]).collect();
        Report::new(&document, &["stage", "consumers", "note"], rows).unwrap()
    }

    #[test]
    fn json_is_one_document_in_declared_order() {
        let expected = concat!(
            r#"[{"stage":"A","consumers":12,"note":null},"#,
            r#"{"stage":"忠诚","consumers":3,"note":"a \"b\", c"}]"#,
            "\n"
        );
        assert_eq!(report().render(Format::Json).unwrap(), expected);
    }

    #[test]
    fn csv_quotes_what_needs_it_and_leaves_null_empty() {
        let expected = "stage,consumers,note\nA,12,\n忠诚,3,\"a \"\"b\"\", c\"\n";
        assert_eq!(report().render(Format::Csv).unwrap(), expected);
    }

    #[test]
    fn tables_align_wide_characters_and_numbers() {
        let expected = "stage  consumers  note\nA             12\n忠诚           3  a \"b\", c\n";
        assert_eq!(report().render(Format::Table).unwrap(), expected);
    }
}
