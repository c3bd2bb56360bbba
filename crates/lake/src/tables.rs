//! The tables of a vault: one name for each column everywhere (SQL, `where`, audiences, API).

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};

/// A Delta table of a vault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub enum Table {
    /// Every accepted interaction.
    Events,
    /// Links between ids, as they were seen.
    IdentityLog,
    /// Token to profile number, with the sealed value of contactable ids.
    Profiles,
    /// Attributes of consumers, items, stores, campaigns, contents and memberships, with their history.
    Masters,
    /// What was refused, and why, until it is repaired.
    Rejects,
    /// Who stood in which stage from when to when.
    Stages,
    /// How many entered and left each stage on each day.
    StageDays,
}

fn text(name: &str) -> Field {
    Field::new(name, DataType::Utf8, true)
}

fn long(name: &str) -> Field {
    Field::new(name, DataType::Int64, true)
}

fn day(name: &str) -> Field {
    Field::new(name, DataType::Date32, true)
}

fn binary(name: &str) -> Field {
    Field::new(name, DataType::Binary, true)
}

fn instant(name: &str) -> Field {
    Field::new(name, DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())), true)
}

impl Table {
    /// All tables, in the order in which a deposit commits them.
    pub const ALL: [Self; 7] =
        [Self::IdentityLog, Self::Profiles, Self::Masters, Self::Rejects, Self::Events, Self::Stages, Self::StageDays];

    /// Names of tables that vaults had once. Nothing reads them: they leave with the last version that names them.
    pub const RETIRED: [&str; 1] = ["stage_states"];

    /// Directory and SQL name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Events => "events",
            Self::IdentityLog => "identity_log",
            Self::Profiles => "profiles",
            Self::Masters => "masters",
            Self::Rejects => "rejects",
            Self::Stages => "stages",
            Self::StageDays => "stage_days",
        }
    }

    /// The columns inside the data files.
    pub fn schema(self) -> SchemaRef {
        let fields = match self {
            Self::Events => vec![
                binary("event_key"),
                text("source"),
                instant("received_at"),
                instant("ts"),
                day("day"),
                long("profile"),
                long("consumer"),
                text("behavior"),
                text("channel"),
                text("store_id"),
                text("item_id"),
                text("category"),
                text("order_id"),
                text("line_id"),
                long("revision"),
                long("quantity"),
                long("amount_minor"),
                text("currency"),
                Field::new("rating", DataType::Float64, true),
                text("campaign"),
                text("content"),
                text("creator"),
                text("touchpoint"),
                text("keyword"),
                text("properties"),
                long("flags"),
                long("deposit"),
            ],
            Self::IdentityLog => vec![
                binary("token_a"),
                text("type_a"),
                binary("token_b"),
                text("type_b"),
                instant("ts"),
                text("source"),
                long("deposit"),
                text("rule"),
            ],
            Self::Profiles => vec![
                long("profile"),
                binary("token"),
                text("id_type"),
                Field::new("alias", DataType::Boolean, true),
                binary("sealed"),
                long("deposit"),
            ],
            Self::Masters => vec![
                text("kind"),
                text("key"),
                long("profile"),
                text("attribute"),
                text("value"),
                instant("valid_from"),
                text("source"),
                long("deposit"),
            ],
            Self::Rejects => vec![
                text("reject"),
                text("source"),
                text("block"),
                text("file"),
                long("line"),
                text("code"),
                text("field"),
                text("message"),
                binary("row"),
                instant("received_at"),
                long("deposit"),
            ],
            Self::Stages => {
                vec![text("entity_id"), long("consumer"), text("stage"), day("from_day"), day("to_day")]
            }
            Self::StageDays => {
                vec![text("entity_id"), text("stage"), day("day"), long("entered"), long("left")]
            }
        };
        Arc::new(Schema::new(fields))
    }

    /// The columns that the directory (and the commit) holds in place of the data files; all text.
    pub fn partition_columns(self) -> &'static [&'static str] {
        match self {
            Self::Events => &["slots", "tier"],
            Self::Stages | Self::StageDays => &["rule_set", "entity_kind", "slots"],
            Self::IdentityLog | Self::Profiles | Self::Masters | Self::Rejects => &[],
        }
    }

    /// Columns that carry file statistics. Others would only let names and values leak into the log.
    pub fn statistics_columns(self) -> &'static [&'static str] {
        match self {
            Self::Events => &["consumer", "ts", "day"],
            Self::Stages => &["consumer"],
            Self::IdentityLog | Self::Profiles | Self::Masters | Self::Rejects | Self::StageDays => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_column_has_a_type_that_delta_would_change() {
        for table in Table::ALL {
            for field in table.schema().fields() {
                let kept = matches!(
                    field.data_type(),
                    DataType::Utf8
                        | DataType::Int64
                        | DataType::Date32
                        | DataType::Binary
                        | DataType::Boolean
                        | DataType::Float64
                        | DataType::Timestamp(TimeUnit::Microsecond, Some(_))
                );
                assert!(kept, "{}.{}", table.name(), field.name());
            }
            for column in table.statistics_columns() {
                assert!(table.schema().field_with_name(column).is_ok(), "{column}");
            }
        }
    }
}
