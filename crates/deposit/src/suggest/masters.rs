//! Blocks of facts: about people, items, stores and campaigns.

use chrono::DateTime;

use super::column::Kind;
use super::events::Told;
use super::roles::Role;
use super::text::{Block, Query};
use super::values::as_name;
use super::words::ROW_IDS;

/// The block of facts of a file, when it has something that facts can be about.
pub(super) fn block_of(told: &Told<'_>, now_us: i64, notes: &mut Vec<String>) -> Option<Block> {
    let mut query = Query::from(&told.sample.table);
    let mut used = Vec::new();
    let ids = ids_of(told);
    let kind = if ids.is_empty() {
        let keys = [
            (Role::Item, "item_id", "items"),
            (Role::Store, "store_id", "stores"),
            (Role::Campaign, "campaign", "campaigns"),
        ];
        let (column, name, kind) =
            keys.into_iter().find_map(|(role, name, kind)| Some((told.get(role)?, name, kind)))?;
        query.column(as_name(column), name);
        used.push(column.name.clone());
        kind
    } else {
        for (id_type, place) in &ids {
            if let Some(column) = told.columns.get(*place) {
                query.column(as_name(column), &format!("id.{id_type}"));
                used.push(column.name.clone());
            }
        }
        "consumers"
    };
    let mut valid_from = None;
    match told.roles.registered.and_then(|(place, form)| Some((told.columns.get(place)?, form))) {
        Some((column, form)) if kind == "consumers" && !column.has_gaps() => {
            query.column(form.sql(column), "valid_from");
            notes.push(format!("facts hold from {:?}", column.name));
        }
        _ => {
            let today = DateTime::from_timestamp_micros(now_us).map(|now| now.format("%Y-%m-%d").to_string());
            let today = today.unwrap_or_else(|| "1971-01-01".to_owned());
            notes.push(format!(
                "nothing in {} says since when it is true: {today} is assumed",
                told.sample.files.join(", ")
            ));
            valid_from = Some(today);
        }
    }
    for column in &told.columns {
        let name = column.name.trim_start_matches('_');
        let is_own = used.contains(&column.name) || matches!(name, "" | "valid_from");
        if !is_own && column.kind != Kind::Nested {
            // A column of that name says which brand a row is of.
            let name = if name == "brand" { "brand_name" } else { name };
            let name = name.strip_prefix("id.").or_else(|| name.strip_prefix("prop.")).unwrap_or(name);
            query.column(column.sql.clone(), name);
        }
    }
    Some(Block { kind, query, valid_from })
}

/// The ids of a file about people; the number of its rows where there is no better one, or beside an address that some lack.
fn ids_of(told: &Told<'_>) -> Vec<(String, usize)> {
    let mut ids = told.roles.ids.clone();
    let is_about_things = [Role::Item, Role::Store, Role::Campaign].into_iter().any(|role| told.has(role));
    let some_lack = ids.iter().all(|(_, place)| told.columns.get(*place).is_none_or(super::column::Column::has_gaps));
    if (ids.is_empty() && !is_about_things || !ids.is_empty()) && some_lack {
        let found = ROW_IDS.iter().find_map(|word| told.columns.iter().position(|column| column.key == *word));
        if let Some(place) = found.filter(|place| ids.iter().all(|(_, used)| used != place)) {
            ids.push(("customer_id".to_owned(), place));
        }
    }
    ids
}
