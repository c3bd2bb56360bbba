//! The tables and views that a query may name.

use std::collections::BTreeMap;
use std::sync::Arc;

use databank_lake::{Table, TableSnapshot};
use datafusion::prelude::SessionContext;
use serde::{Deserialize, Serialize};

use crate::files::FilesTable;
use crate::{BrandReader, EngineError};

/// What a query is answered from: files of one vault version. Nothing else of the vault can be reached through it.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Source {
    tables: Vec<TableSnapshot>,
    /// Kind of master to the attributes that it has had.
    attributes: BTreeMap<String, Vec<String>>,
}

/// Tables shown as they are stored.
const PLAIN: [Table; 3] = [Table::Events, Table::Stages, Table::StageDays];
/// Tables of which only a view is shown: sealed rows, tokens and sealed contacts stay out of reach.
const HIDDEN: [Table; 3] = [Table::Profiles, Table::Masters, Table::Rejects];

impl Source {
    pub(super) async fn of(reader: &BrandReader) -> Result<Self, EngineError> {
        let mut tables = Vec::new();
        for table in PLAIN.into_iter().chain(HIDDEN) {
            tables.push(reader.files(table).await?);
        }
        Ok(Self { tables, attributes: reader.state.attributes.clone() })
    }

    /// Registers tables under their names, and the views that a query's text names: one with many columns takes long to plan.
    pub(super) async fn register(self, context: &SessionContext, text: &str) -> Result<(), EngineError> {
        // Wherever it stands, in a text or a comment as well: better planned in vain than missed.
        let text = text.to_lowercase();
        let hidden = SessionContext::new();
        for snapshot in self.tables {
            let shown = if PLAIN.contains(&snapshot.table) { context } else { &hidden };
            shown.register_table(snapshot.table.name(), Arc::new(FilesTable::new(snapshot)))?;
        }
        let shown = [
            ("profiles", "select profile, id_type, deposit from profiles where not alias".to_owned()),
            (
                "rejects",
                "select reject, source, block, file, line, code, field, message, received_at, deposit from rejects"
                    .to_owned(),
            ),
            ("consumers", master_view("consumers", "profile", &self.attributes)),
        ];
        let masters = MASTER_VIEWS.map(|(kind, key)| (kind, master_view(kind, key, &self.attributes)));
        for (name, select) in shown.into_iter().chain(masters).filter(|(name, _)| text.contains(name)) {
            let frame = hidden.sql(&select).await?;
            context.register_table(name, frame.into_view())?;
        }
        Ok(())
    }
}

/// Kinds of masters that are shown as tables, with the name of their key.
const MASTER_VIEWS: [(&str, &str); 5] = [
    ("items", "item_id"),
    ("stores", "store_id"),
    ("campaigns", "campaign"),
    ("contents", "content"),
    ("memberships", "programme"),
];

/// Attributes that a view has columns for: the first by name. Whoever sends a name for each person would have every query wait.
const MOST_COLUMNS: usize = 2_000;

/// The newest value of each attribute of each key, one column for each attribute.
fn master_view(kind: &str, key: &str, attributes: &BTreeMap<String, Vec<String>>) -> String {
    let quoted = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
    let text = |name: &str| format!("'{}'", name.replace('\'', "''"));
    let columns: String = attributes
        .get(kind)
        .into_iter()
        .flatten()
        // A column that the view has by itself would stand in it twice.
        .filter(|name| !name.eq_ignore_ascii_case("profile") && name.as_str() != key)
        .take(MOST_COLUMNS)
        .map(|name| format!(", max(case when attribute = {} then value end) as {}", text(name), quoted(name)))
        .collect();
    let (selected, grouped) = match kind {
        "consumers" => ("profile".to_owned(), "profile"),
        // The key is programme and first day; both are attributes too.
        "memberships" => (format!("profile, split_part(key, '|', 1) as {}", quoted(key)), "profile, key"),
        _ => (format!("key as {}", quoted(key)), "key"),
    };
    format!(
        "select {selected}{columns} from (select key, profile, attribute, value, row_number() over \
         (partition by key, profile, attribute order by valid_from desc, deposit desc, value desc) as place \
         from masters where kind = {}) where place = 1 group by {grouped}",
        text(kind)
    )
}
