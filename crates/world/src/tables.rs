//! Columns of all tables.
//!
//! - [`events`]: rows of events, many and wide, column by column.
//! - [`Sheet`]: every other table, row by row.

pub(crate) mod events;
mod sheet;

pub(crate) use sheet::{Cell, Column, Sheet};

use Column::{Day, Instant, Text, Texts, Whole};

/// A table: its file, and its columns.
pub(crate) struct Table {
    /// Path in the world's directory.
    pub(crate) file: &'static str,
    pub(crate) columns: &'static [(&'static str, Column)],
}

/// Tables that units fill, in the order of [`UNIT_TABLES`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum UnitTable {
    Persons,
    Stages,
    Assignments,
    Consumers,
    Memberships,
    Links,
    Surveys,
    Till,
}

/// Tables that units fill, beside events.
pub(crate) const UNIT_TABLES: [Table; 8] = [
    Table {
        file: "truth/persons.parquet",
        columns: &[
            ("person", Text),
            ("brand", Text),
            ("human", Whole),
            ("known", Text),
            ("kind", Text),
            ("ids", Texts),
            ("planned_a", Day),
            ("planned_i", Day),
            ("planned_p", Day),
            ("planned_l", Day),
            ("events", Whole),
            ("refunds", Whole),
        ],
    },
    Table {
        file: "truth/stages.parquet",
        columns: &[("person", Text), ("brand", Text), ("stage", Text), ("from_day", Day), ("to_day", Day)],
    },
    Table {
        file: "truth/assignments.parquet",
        columns: &[
            ("person", Text),
            ("brand", Text),
            ("campaign", Text),
            ("reached", Whole),
            ("bought", Whole),
            ("keenness", Whole),
        ],
    },
    Table {
        file: "consumers.parquet",
        columns: &[
            ("brand", Text),
            ("id.phone", Text),
            ("id.email", Text),
            ("id.unionid", Text),
            ("id.openid", Text),
            ("id.member_card", Text),
            ("id.taobao", Text),
            ("id.jd", Text),
            ("id.douyin", Text),
            ("valid_from", Day),
            ("gender", Text),
            ("birth_year", Whole),
            ("city", Text),
            ("province", Text),
            ("region", Text),
            ("city_tier", Whole),
            ("price_band", Text),
        ],
    },
    Table {
        file: "memberships.parquet",
        columns: &[
            ("brand", Text),
            ("id.phone", Text),
            ("id.email", Text),
            ("id.unionid", Text),
            ("id.openid", Text),
            ("id.member_card", Text),
            ("id.taobao", Text),
            ("id.jd", Text),
            ("id.douyin", Text),
            ("valid_from", Day),
            ("programme", Text),
            ("tier", Text),
            ("joined", Day),
            ("left", Day),
        ],
    },
    Table {
        file: "links.parquet",
        columns: &[("brand", Text), ("a", Text), ("b", Text), ("kind", Text), ("ts", Instant)],
    },
    Table {
        file: "surveys.parquet",
        columns: &[("brand", Text), ("respondent", Text), ("question", Text), ("answer", Text), ("day", Day)],
    },
    Table {
        file: "till.parquet",
        columns: &[
            ("event_id", Text),
            ("brand", Text),
            ("ts", Text),
            ("behavior", Text),
            ("id.phone", Text),
            ("store_id", Text),
            ("item_id", Text),
            ("amount", Text),
        ],
    },
];

/// Tables that are written once all persons are known.
pub(crate) mod whole {
    use super::Column::{Day, Text, Whole};
    use super::Table;

    pub(crate) const ITEMS: Table = Table {
        file: "items.parquet",
        columns: &[
            ("brand", Text),
            ("item_id", Text),
            ("valid_from", Day),
            ("name_zh", Text),
            ("name_en", Text),
            ("category", Text),
            ("category_zh", Text),
            ("category_en", Text),
            ("price_band", Text),
            ("price_minor", Whole),
            ("launch_day", Day),
        ],
    };
    pub(crate) const STORES: Table = Table {
        file: "stores.parquet",
        columns: &[
            ("brand", Text),
            ("store_id", Text),
            ("valid_from", Day),
            ("name_zh", Text),
            ("name_en", Text),
            ("kind", Text),
            ("channel", Text),
            ("region", Text),
            ("province", Text),
            ("city", Text),
            ("city_tier", Whole),
        ],
    };
    pub(crate) const CAMPAIGNS: Table = Table {
        file: "campaigns.parquet",
        columns: &[
            ("brand", Text),
            ("campaign", Text),
            ("valid_from", Day),
            ("name_zh", Text),
            ("name_en", Text),
            ("kind", Text),
            ("from", Day),
            ("to", Day),
            ("cost_minor", Whole),
            ("currency", Text),
        ],
    };
    pub(crate) const MEDIA_STATS: Table = Table {
        file: "media_stats.parquet",
        columns: &[
            ("brand", Text),
            ("day", Day),
            ("campaign", Text),
            ("channel", Text),
            ("creative", Text),
            ("impressions", Whole),
            ("clicks", Whole),
            ("cost_minor", Whole),
            ("currency", Text),
        ],
    };
    pub(crate) const STAGE_COUNTS: Table = Table {
        file: "truth/stage_counts.parquet",
        columns: &[("brand", Text), ("day", Day), ("stage", Text), ("persons", Whole)],
    };
    pub(crate) const FLOWS: Table = Table {
        file: "truth/flows.parquet",
        columns: &[
            ("brand", Text),
            ("from_day", Day),
            ("to_day", Day),
            ("from_stage", Text),
            ("to_stage", Text),
            ("persons", Whole),
            ("never", Whole),
        ],
    };
}
